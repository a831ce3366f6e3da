"""Read policy theories, the rule behind their statuses, and the SDG targets they bear on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.theory.faults import faults
from ketenkaart.core.governance.theory.types import SdgTarget, StatusRule, Theory
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, read_document
from ketenkaart.sources.reference.folder import check_citations, known_sources, reference_root
from ketenkaart.sources.reference.followup import load_followup
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.instrument_codes import load_study_designs
from ketenkaart.sources.reference.risk import load_issues

FOLDER = "theory"
GRAPHS = "graphs"
OVERALL = "overall"


class SdgFile(Frozen):
    """The content of `theory/sdg.yml`."""

    targets: tuple[SdgTarget, ...]


def load_status_rule(root: Path | None = None) -> StatusRule:
    """Return the ladder of study designs and the rule by which evidence becomes a status."""
    return _rule(reference_root(root))


def load_sdg_targets(root: Path | None = None) -> tuple[SdgTarget, ...]:
    """Return the SDG targets in the order of the file; every issue's target is among them."""
    return _targets(reference_root(root))


def load_theories(root: Path | None = None) -> tuple[Theory, ...]:
    """Return the overall theory and then the others by id.

    Raises `ReferenceDataError`, with file, line and key, for the first thing that is wrong.
    """
    return _theories(reference_root(root))


def read_theory(path: Path, root: Path | None = None) -> tuple[Document, Theory]:
    """Return somebody's own theory from a file, with the document that knows its lines.

    It is held to the same checks as those of the package, but may cite sources of its own.
    """
    document = read_document(path, path.name)
    theory = document.parse(Theory)
    _check(document, theory, reference_root(root))
    return document, theory


@lru_cache(maxsize=8)
def _rule(root: Path) -> StatusRule:
    document = read_document(root / FOLDER / "rule.yml", f"{FOLDER}/rule.yml")
    rule = document.parse(StatusRule)
    own = {design.id: design for design in rule.designs}
    document.require_unique(("designs",), [design.id for design in rule.designs])
    for rung in load_study_designs(root):
        if rung.id not in own or own[rung.id].label != rung.label:
            document.fail(
                ("designs",),
                f"The design '{rung.id}' of study_designs.yml is missing or named otherwise",
                "Give each of its designs a strength, under the same name.",
            )
    check_citations(document, known_sources(root))
    return rule


@lru_cache(maxsize=8)
def _targets(root: Path) -> tuple[SdgTarget, ...]:
    document = read_document(root / FOLDER / "sdg.yml", f"{FOLDER}/sdg.yml")
    targets = document.parse(SdgFile).targets
    known = [target.id for target in targets]
    document.require_unique(("targets",), known)
    check_citations(document, known_sources(root))
    for issue in load_issues(root):
        for target in issue.sdg_targets:
            if target not in known:
                document.fail(
                    ("targets",),
                    f"The target {target} of the issue '{issue.id}' is not described here",
                    "Add it, with words of one's own.",
                )
    return targets


@lru_cache(maxsize=8)
def _theories(root: Path) -> tuple[Theory, ...]:
    found: list[Theory] = []
    paths = sorted((root / FOLDER / GRAPHS).glob("*.yml"))
    for path in sorted(paths, key=lambda item: item.stem != OVERALL):
        document = read_document(path, f"{FOLDER}/{GRAPHS}/{path.name}")
        theory = document.parse(Theory)
        if theory.id != path.stem:
            document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
        if theory.is_overall is not (path.stem == OVERALL):
            document.fail(
                ("is_overall",), f"Only {OVERALL}.yml holds the overall theory", "Correct it."
            )
        _check(document, theory, root, found[0] if found else None)
        check_citations(document, known_sources(root))
        found.append(theory)
    return tuple(found)


def _check(document: Document, theory: Theory, root: Path, overall: Theory | None = None) -> None:
    for fault in faults(theory)[:1]:
        document.fail(fault.path, fault.what, fault.fix)
    if overall is None and not theory.is_overall:
        overall = next((item for item in load_theories(root) if item.is_overall), None)
    instruments = {item.id for item in load_instruments(root)}
    for index, name in enumerate(theory.instruments):
        document.require_known(("instruments", index), name, instruments, "instrument")
    _check_nodes(document, theory, root, overall)
    _check_arrows(document, theory, root)


def _check_nodes(document: Document, theory: Theory, root: Path, overall: Theory | None) -> None:
    targets = {target.id for target in _targets(root)}
    issues = {issue.id for issue in load_issues(root)}
    whole = {node.id for node in overall.nodes} if overall else set()
    for index, node in enumerate(theory.nodes):
        for place, target in enumerate(node.sdg_targets):
            path = ("nodes", index, "sdg_targets", place)
            document.require_known(path, target, targets, "SDG target")
        for place, issue in enumerate(node.issues):
            document.require_known(("nodes", index, "issues", place), issue, issues, "issue")
        if node.overall is not None:
            document.require_known(
                ("nodes", index, "overall"), node.overall, whole, "node of the overall theory"
            )


def _check_arrows(document: Document, theory: Theory, root: Path) -> None:
    designs = {design.id for design in _rule(root).designs}
    entries = {entry.id for entry in load_followup(root).entries}
    for index, arrow in enumerate(theory.arrows):
        for place, item in enumerate(arrow.evidence):
            path = ("arrows", index, "evidence", place, "design")
            document.require_known(path, item.design, designs, "design of study")
        for place, conflict in enumerate(arrow.conflicts):
            path = ("arrows", index, "conflicts", place, "entry")
            document.require_known(path, conflict.entry, entries, "trade-off")
