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
    _check_recommendations(asked_file, ledger)
    _check_commitments(promised_file, ledger)
    _check_references(cited_file, ledger)
    _check_outcomes(found_file, ledger)
    for document in (asked_file, promised_file, cited_file):
        _check_offsets(document, head.characters)
    return ledger


def _check_recommendations(document: Document, ledger: Ledger) -> None:
    document.require_unique(("recommendations",), [item.id for item in ledger.recommendations])
    themes = {theme.number for theme in ledger.themes}
    promises = {item.id: item.recommendations for item in ledger.commitments}
    papers = {item.id: item.cited_by for item in ledger.references}
    for index, item in enumerate(ledger.recommendations):
        place: Trail = ("recommendations", index)
        document.require_known((*place, "theme"), item.theme, themes, "theme")
        if item.response_class not in item.acceptable_classes:
            document.fail(
                (*place, "acceptable_classes"),
                f"The response class {item.response_class} is not among them",
                "Add it.",
            )
        _check_links(document, (*place, "commitments"), item.id, item.commitments, promises)
        _check_links(document, (*place, "references"), item.id, item.references, papers)


def _check_commitments(document: Document, ledger: Ledger) -> None:
    document.require_unique(("commitments",), [item.id for item in ledger.commitments])
    asked = {item.id: item.commitments for item in ledger.recommendations}
    for index, item in enumerate(ledger.commitments):
        place: Trail = ("commitments", index, "recommendations")
        _check_links(document, place, item.id, item.recommendations, asked)


def _check_references(document: Document, ledger: Ledger) -> None:
    document.require_unique(("references",), [item.id for item in ledger.references])
    asked = {item.id: item.references for item in ledger.recommendations}
    for index, item in enumerate(ledger.references):
        _check_links(document, ("references", index, "cited_by"), item.id, item.cited_by, asked)


def _check_links(
    document: Document,
    place: Trail,
    own: str,
    links: tuple[str, ...],
    others: Mapping[str, tuple[str, ...]],
) -> None:
    """Fail on a link to nothing, a double one, or one that the other side does not return."""
    document.require_unique(place, links, None)
    for index, link in enumerate(links):
        document.require_known((*place, index), link, others, "record")
        if own not in others[link]:
            document.fail(
                (*place, index), f"{link} does not link back to {own}", "Link both or neither."
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


def load_ledger(root: Path | None = None, letter: str = FIRST_LETTER) -> Ledger:
    """Return everything read from one letter.

    Raises `NotFoundError` for a letter that has no folder under `ledger`.
    """
    folder = reference_root(root)
    known = sorted(path.name for path in (folder / "ledger").glob("*") if path.is_dir())
    if letter not in known:
        raise NotFoundError(f"There is no letter '{letter}'", fix=f"Known: {', '.join(known)}.")
    return _ledger(folder, letter)
