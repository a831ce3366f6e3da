"""Read candidates for the mix: the file of the package, or one that a user wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.governance.mix.segments import MeasuredShares, SegmentFacts
from ketenkaart.core.governance.mix.sizes import SizeShares
from ketenkaart.core.governance.mix.types import Candidate, Candidates
from ketenkaart.core.governance.types import Instrument
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import (
    check_citations,
    known_sources,
    read_file,
    reference_root,
)
from ketenkaart.sources.reference.governance import check_scope, load_depth, load_instruments
from ketenkaart.sources.reference.labels import load_sectors

SHIPPED = "mix/candidates.yml"


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """Candidates, and where in their file each thing stands (`file:line (key 'name')`)."""

    content: Candidates
    document: Document

    def where(self, *path: str | int) -> str:
        """Return file, line and key of the value at `path`."""
        return self.document.where(path)


def load_candidates(path: Path | None = None, root: Path | None = None) -> CandidateFile:
    """Return the candidates of the file at `path`, or those that come with the package.

    Raises `InputError` (`ReferenceDataError` for the package's own file), with file, line and key,
    for the first thing that does not fit: a code that nothing answers to, a cost or unit that is
    missing, levels that do not rise, a cycle among requirements.
    """
    folder = reference_root(root)
    if path is None:
        return _shipped(folder)
    try:
        return _read(read_document(path, path.name), folder)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None


@lru_cache(maxsize=8)
def _shipped(folder: Path) -> CandidateFile:
    return _read(read_document(folder / SHIPPED, SHIPPED), folder)


def _read(document: Document, folder: Path) -> CandidateFile:
    content = document.parse(Candidates)
    check_citations(document, known_sources(folder))
    instruments = {item.id: item for item in load_instruments(folder)}
    ids = [item.id for item in content.candidates]
    document.require_unique(("candidates",), ids)
    for index, item in enumerate(content.candidates):
        _check_candidate(document, ("candidates", index), item, instruments, folder)
    for index, group in enumerate(content.at_most_one):
        document.require_unique(("at_most_one", index, "of"), group.of, None)
        for place, name in enumerate(group.of):
            document.require_known(("at_most_one", index, "of", place), name, ids, "candidate")
    sectors = {sector.id for sector in load_sectors(folder)}
    for index, cap in enumerate(content.caps):
        for place, name in enumerate(cap.sectors):
            document.require_known(("caps", index, "sectors", place), name, sectors, "sector")
    _check_requirements(document, content, ids)
    return CandidateFile(content, document)


def _check_candidate(
    document: Document,
    place: Trail,
    item: Candidate,
    instruments: Mapping[str, Instrument],
    folder: Path,
) -> None:
    if item.id in instruments:
        document.fail(
            (*place, "id"),
            f"'{item.id}' is an instrument that exists",
            "Give the candidate a name of its own, and name the instrument under `extends`.",
        )
    document.require_unique((*place, "levels"), [level.id for level in item.levels])
    if item.extends is not None:
        worked_out = [name for name, found in instruments.items() if found.worked_out]
        document.require_known((*place, "extends"), item.extends, worked_out, "instrument")
    if item.force is not None:
        forces = [force.id for force in load_depth(folder).forces]
        document.require_known((*place, "force"), item.force, forces, "force")
    if item.scope is not None:
        check_scope(document, (*place, "scope"), item.scope, folder)


def _check_requirements(document: Document, content: Candidates, ids: list[str]) -> None:
    needs: dict[str, list[tuple[str, int]]] = {}
    for index, item in enumerate(content.requires):
        document.require_known(("requires", index, "candidate"), item.candidate, ids, "candidate")
        document.require_known(("requires", index, "needs"), item.needs, ids, "candidate")
        needs.setdefault(item.candidate, []).append((item.needs, index))
    for index, item in enumerate(content.requires):
        route = _route(item.needs, item.candidate, needs)
        if route is not None:
            circle = " needs ".join([item.candidate, *route])
            document.fail(
                ("requires", index, "needs"),
                f"Requirements run in a circle: {circle}",
                "Take one of them out; what belongs together can be one candidate.",
            )


def _route(
    start: str, goal: str, needs: Mapping[str, list[tuple[str, int]]]
) -> tuple[str, ...] | None:
    """Return the requirements that lead from `start` to `goal`, both included, or `None`."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        route = waiting.pop()
        if route[-1] == goal:
            return route
        if route[-1] in seen:
            continue
        seen.add(route[-1])
        waiting.extend((*route, name) for name, _ in needs.get(route[-1], ()))
    return None


@lru_cache(maxsize=8)
def _sizes(folder: Path) -> SizeShares:
    _, content = read_file(folder, "mix/size_classes.yml", SizeShares)
    return content


def load_sizes(root: Path | None = None) -> SizeShares:
    """Return which share of turnover firms above a size make."""
    return _sizes(reference_root(root))


@lru_cache(maxsize=8)
def _segments(folder: Path) -> SegmentFacts:
    document, content = read_file(folder, "mix/segments.yml", SegmentFacts)
    sectors = [sector.id for sector in load_sectors(folder)]
    for index, row in enumerate(content.shares):
        if row.sector is not None:
            document.require_known(("shares", index, "sector"), row.sector, sectors, "sector")
    instruments = [item.id for item in load_instruments(folder)]
    for index, reward in enumerate(content.rewards):
        place = ("rewards", index, "instrument")
        document.require_known(place, reward.instrument, instruments, "instrument")
    return content


def load_segments(root: Path | None = None) -> SegmentFacts:
    """Return the segments of companies: how large, what moves them, which rewards there are."""
    return _segments(reference_root(root))


def load_measured_segments(path: Path, root: Path | None = None) -> SegmentFacts:
    """Return the segments with the shares of a file in place of those assumed.

    Raises `InputError` with file, line and key for shares that do not fit.
    """
    folder = reference_root(root)
    facts = _segments(folder)
    try:
        document = read_document(path, path.name)
        check_citations(document, known_sources(folder))
        measured = document.parse(MeasuredShares).shares
        known = [sector.id for sector in load_sectors(folder)]
        sectors = [row.sector for row in measured]
        for index, sector in enumerate(sectors):
            if sector is not None:
                document.require_known(("shares", index, "sector"), sector, known, "sector")
            if sector in sectors[:index]:
                name = sector or "the row without one"
                document.fail(("shares", index), f"Sector {name} stands here twice", "Keep one.")
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None
    rest = tuple(row for row in facts.shares if row.sector not in sectors)
    return facts.model_copy(update={"shares": (*measured, *rest)})
