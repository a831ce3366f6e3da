"""The map: what was studied of which kind of measure, at which step, and where nothing was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ketenkaart.core.monitor.evidence.grouping import SeenFinding
from ketenkaart.core.monitor.evidence.types import Reached, Search, Way


class CellState(StrEnum):
    """What a cell of the map holds; the last two are never the same thing."""

    STUDIED = "studied"
    NOT_MEASURED = "not_measured"
    """There are studies, and all say that they did not measure this."""
    NOTHING_FOUND = "nothing_found"
    """Somebody searched for studies and found none."""
    NOT_SEARCHED = "not_searched"
    """Nobody is known to have searched, so nothing can be said."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One kind of measure at one step of the policy theory.

    `studies` holds the ids of studies that measured; `ways` counts findings by the level of their
    design and their direction. These counts show what there is; they are no vote. `is_thorough`
    says that a search of the kind as a whole looked at every hit.
    """

    kind: str
    step: Reached
    state: CellState
    studies: tuple[str, ...]
    silent: tuple[str, ...]
    ways: dict[tuple[int, Way], int]
    searches: tuple[str, ...]
    is_thorough: bool

    @property
    def best_level(self) -> int | None:
        """The strongest design among the studies, None without any."""
        return max((level for level, _ in self.ways), default=None)

    def count(self, way: Way) -> int:
        """Return how many findings point one way, over all designs."""
        return sum(number for (_, found), number in self.ways.items() if found is way)


def evidence_map(
    findings: Iterable[SeenFinding], searches: Sequence[Search], kinds: Sequence[str]
) -> tuple[MapCell, ...]:
    """Return every cell, kind by kind and step by step, the empty ones too."""
    by_cell: dict[tuple[str, Reached], list[SeenFinding]] = {}
    for item in findings:
        for kind in item.kinds:
            by_cell.setdefault((kind, item.step), []).append(item)
    return tuple(
        _cell(kind, step, by_cell.get((kind, step), []), searches)
        for kind in kinds
        for step in Reached
    )


def _cell(
    kind: str, step: Reached, found: list[SeenFinding], searches: Sequence[Search]
) -> MapCell:
    measured = [item for item in found if item.way is not Way.NOT_MEASURED]
    studies = tuple(sorted({item.study for item in measured}))
    silent = tuple(sorted({item.study for item in found} - set(studies)))
    looked = [item for item in searches if kind in item.kinds and step in item.steps]
    thorough = any(item.is_complete and not item.instruments for item in looked)
    if studies:
        state = CellState.STUDIED
    elif silent:
        state = CellState.NOT_MEASURED
    else:
        state = CellState.NOTHING_FOUND if looked else CellState.NOT_SEARCHED
    ways = Counter((item.level, item.way) for item in measured)
    return MapCell(
        kind, step, state, studies, silent, dict(ways),
        tuple(item.id for item in looked), thorough,
    )  # fmt: skip
