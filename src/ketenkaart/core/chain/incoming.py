"""A table on its way in: what a reader says of it first, and what it hands over next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import TableError

Label = TypeVar("Label", bound=Hashable)
LARGEST = 16_000
"""Nodes that a table may have: A then takes 2 GB. EXIOBASE 3 by product has 9,800."""
Progress = Callable[[str, float], None]
"""Called with what is being done, and how far it is (0 to 1)."""


def first_repeat(labels: Iterable[Label]) -> Label | None:
    """Return the first label that stands there a second time, `None` when all differ.

    >>> first_repeat("abcb")
    'b'
    """
    seen: set[Label] = set()
    for label in labels:
        if label in seen:
            return label
        seen.add(label)
    return None


@dataclass(frozen=True, slots=True)
class Heading:
    """What a table is, known before its figures are read.

    `layout` is the reader's name for the form of the file; `inventory` the categories of final
    demand that are changes in inventories; `unit` that of Z, Y, x and V, a year.

    Raises `TableError` for no regions or sectors, or a label given twice.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    final_demand: tuple[FinalDemand, ...]
    inventory: tuple[str, ...]
    unit: str
    year: int
    layout: str

    def __post_init__(self) -> None:
        labels: tuple[tuple[str, tuple[Hashable, ...]], ...] = (
            ("region", self.regions),
            ("sector", self.sectors),
            ("column of final demand", self.final_demand),
        )
        for what, names in labels:
            if not names:
                raise TableError(f"The table names no {what}", fix="Fetch the file again.")
            shown = first_repeat(names)
            if shown is not None:
                if isinstance(shown, FinalDemand):
                    shown = f"{shown.region} {shown.category}"
                raise TableError(
                    f"The {what} {shown!r} stands there twice",
                    where="labels",
                    fix="Give each label once.",
                )
        if self.n > LARGEST:
            raise TableError(
                f"The table has {self.n:,} nodes, where at most {LARGEST:,} are taken",
                where="labels",
                fix="Give one table of regions and sectors, or add up some of them first.",
            )
        joined = {self.label(k) for k in range(self.n)}
        if len(joined) < self.n:
            raise TableError(
                "Two nodes have the same name when region and sector are joined by a dot",
                where="labels",
                fix="Leave dots out of the codes of regions.",
            )

    @property
    def n(self) -> int:
        """Number of nodes: regions times sectors."""
        return len(self.regions) * len(self.sectors)

    def label(self, k: int) -> str:
        """Return `REGION.sector` of node k."""
        return f"{self.regions[k // len(self.sectors)]}.{self.sectors[k % len(self.sectors)]}"


@dataclass(frozen=True, slots=True)
class Satellites:
    """What is counted per node, beside money: `values[k]` (k by node) in `units[k]` a year."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        twice = first_repeat(self.names)
        if twice is not None:
            raise TableError(
                f"The satellite {twice[:80]!r} stands there twice",
                where="satellites",
                fix="Give each satellite a name of its own.",
            )
        if len(self.units) != len(self.names) or len(self.values) != len(self.names):
            raise TableError(
                f"{len(self.names)} satellites have {len(self.units)} units and "
                f"{len(self.values)} rows",
                where="satellites",
                fix="Give each satellite one unit and one row.",
            )


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a user of the table must know, and that makes no figure of it wrong.

    `code` names the kind, in full lowercase words; `text` is one sentence, in English.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything of a table but Z: final demand `Y` (n by columns), output `x` (n), value added.

    `value_added` has a row (n) per name; `is_residual` says that it was not in the source but is
    output minus what is bought, so that columns balance by definition.
    """

    Y: Floats
    x: Floats
    value_added: Mapping[str, Floats]
    is_residual: bool
    satellites: Satellites = field(
        default_factory=lambda: Satellites((), (), np.zeros((0, 0), dtype=np.float64))
    )
    notes: tuple[Note, ...] = ()


class Incoming(Protocol):
    """A table that a reader has opened, and whose labels it has checked."""

    @property
    def heading(self) -> Heading:
        """What the table is."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it is read from, as paths."""

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z` (n by n, all zero) and return everything else.

        `Z` may stand on disk. Raises `TableError` naming the row and column of a bad cell.
        """
