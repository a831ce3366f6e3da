"""Read the nine themes, and a letter's recommendations, promises, references and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.types import (
    Commitment,
    Finding,
    Ledger,
    Letter,
    Recommendation,
    Reference,
    Theme,
    Verdict,
)
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, Trail
from ketenkaart.sources.reference.folder import read_file, reference_root

FIRST_LETTER = "kst-26485-319"


class ThemesFile(Frozen):
    """The content of `themes.yml`."""

    themes: tuple[Theme, ...]


class RecommendationsFile(Frozen):
    """The content of a letter's `recommendations.yml`."""

    recommendations: tuple[Recommendation, ...]


class CommitmentsFile(Frozen):
    """The content of a letter's `commitments.yml`."""

    commitments: tuple[Commitment, ...]


class ReferencesFile(Frozen):
    """The content of a letter's `references.yml`."""

    references: tuple[Reference, ...]


class OutcomesFile(Frozen):
    """The content of a letter's `verdicts.yml`."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


@lru_cache(maxsize=16)
def _themes(root: Path) -> tuple[Theme, ...]:
    document, content = read_file(root, "themes.yml", ThemesFile)
    document.require_unique(("themes",), [theme.id for theme in content.themes])
    document.require_unique(("themes",), [theme.number for theme in content.themes], "number")
    return content.themes


@lru_cache(maxsize=16)
def _ledger(root: Path, letter: str) -> Ledger:
    folder = f"ledger/{letter}"
    head_file, head = read_file(root, f"{folder}/letter.yml", Letter)
    if head.id != letter:
        head_file.fail(("id",), f"The id is not {letter}", "Name folder and id alike.")
    asked_file, asked = read_file(root, f"{folder}/recommendations.yml", RecommendationsFile)
    promised_file, promised = read_file(root, f"{folder}/commitments.yml", CommitmentsFile)
    cited_file, cited = read_file(root, f"{folder}/references.yml", ReferencesFile)
    found_file, found = read_file(root, f"{folder}/verdicts.yml", OutcomesFile)
    ledger = Ledger(
        letter=head,
        themes=_themes(root),
        recommendations=asked.recommendations,
        commitments=promised.commitments,
        references=cited.references,
        verdicts=found.verdicts,
        findings=found.findings,
    )
    documents = {
        "recommendations": asked_file,
        "commitments": promised_file,
        "references": cited_file,
    }
    _check_records(documents, ledger)
    _check_answers(asked_file, ledger)
    _check_outcomes(found_file, ledger)
    for document in documents.values():
        _check_offsets(document, head.characters)
    return ledger


Links = Mapping[str, tuple[str, ...]]


def _check_records(documents: Mapping[str, Document], ledger: Ledger) -> None:
    """Fail on double ids, then on links to nothing, then on links that are not returned."""
    asked, promised, cited = ledger.recommendations, ledger.commitments, ledger.references
    links: tuple[tuple[str, str, Links, Links], ...] = (
        (
            "recommendations",
            "commitments",
            {item.id: item.commitments for item in asked},
            {item.id: item.recommendations for item in promised},
        ),
        (
            "recommendations",
            "references",
            {item.id: item.references for item in asked},
            {item.id: item.cited_by for item in cited},
        ),
        (
            "commitments",
            "recommendations",
            {item.id: item.recommendations for item in promised},
            {item.id: item.commitments for item in asked},
        ),
        (
            "references",
            "cited_by",
            {item.id: item.cited_by for item in cited},
            {item.id: item.references for item in asked},
        ),
    )
    for name, records in (
        ("recommendations", asked),
        ("commitments", promised),
        ("references", cited),
    ):
        documents[name].require_unique((name,), [item.id for item in records])
    for check in (_require_targets, _require_returned):
        for name, key, own, others in links:
            check(documents[name], (name, key), own, others)


def _require_targets(document: Document, place: tuple[str, str], own: Links, others: Links) -> None:
    for index, targets in enumerate(own.values()):
        path: Trail = (place[0], index, place[1])
        document.require_unique(path, targets, None)
        for position, target in enumerate(targets):
            document.require_known((*path, position), target, others, "record")


def _require_returned(
    document: Document, place: tuple[str, str], own: Links, others: Links
) -> None:
    for index, (record, targets) in enumerate(own.items()):
        for position, target in enumerate(targets):
            if record not in others[target]:
                document.fail(
                    (place[0], index, place[1], position),
                    f"{target} does not link back to {record}",
                    "Link both or neither.",
                )


def _check_answers(document: Document, ledger: Ledger) -> None:
    themes = {theme.number for theme in ledger.themes}
    for index, item in enumerate(ledger.recommendations):
        place: Trail = ("recommendations", index)
        document.require_known((*place, "theme"), item.theme, themes, "theme")
        if item.response_class not in item.acceptable_classes:
            document.fail(
                (*place, "acceptable_classes"),
                f"The response class {item.response_class} is not among them",
                "Add it.",
            )


def _check_outcomes(document: Document, ledger: Ledger) -> None:
    promises = {item.id for item in ledger.commitments}
    for index, verdict in enumerate(ledger.verdicts):
        path: Trail = ("verdicts", index, "commitment")
        document.require_known(path, verdict.commitment, promises, "commitment")
    document.require_unique(("findings",), [finding.id for finding in ledger.findings])
    for index, finding in enumerate(ledger.findings):
        for place, link in enumerate(finding.commitments):
            path = ("findings", index, "commitments", place)
            document.require_known(path, link, promises, "commitment")


def _check_offsets(document: Document, characters: int) -> None:
    for path, mapping in document.mappings():
        if {"quote", "start", "end"} <= mapping.keys() and mapping["end"] > characters:
            document.fail(
                (*path, "end"),
                f"The letter has only {characters} characters",
                "Count again in the letter's text.",
            )


def load_themes(root: Path | None = None) -> tuple[Theme, ...]:
    """Return the nine themes in their order."""
    return _themes(reference_root(root))


def shipped_letters(root: Path | None = None) -> tuple[str, ...]:
    """Return the ids of the letters whose ledger ships with the package."""
    folder = reference_root(root) / "ledger"
    return tuple(sorted(path.name for path in folder.glob("*") if path.is_dir()))


def load_ledger(root: Path | None = None, letter: str = FIRST_LETTER) -> Ledger:
    """Return everything read from one letter.

    Raises `NotFoundError` for a letter that has no folder under `ledger`.
    """
    folder = reference_root(root)
    known = shipped_letters(root)
    if letter not in known:
        raise NotFoundError(f"There is no letter '{letter}'", fix=f"Known: {', '.join(known)}.")
    return _ledger(folder, letter)
