"""Which places an answer about the chain counts and has rows for: all, or those elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.footprint import Grouping, Place, grouped, places
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.services.chain.called import region_called


@dataclass(frozen=True, slots=True)
class PlaceScope:
    """What is counted of a table, and the rows that this makes.

    `counts` (n,) tells which nodes count; `rows` are what stands in an answer, and `groups` (n,)
    the number of each node's row, -1 for a node that does not count. `outside` is the region left
    out, in the table's spelling.
    """

    table: WorldTable
    by: Grouping
    outside: str | None
    counts: Booleans
    rows: tuple[Place, ...]
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, table: WorldTable, by: Grouping, outside: str | None = None) -> PlaceScope:
        """Return the scope of all nodes, or of those outside a region.

        A region that is left out has no row: it is not counted, which is not the same as nothing.
        Raises `InputError` for a region that the table lacks.
        """
        everything, groups = places(table, by), _numbers(table, by)
        if outside is None:
            return cls(table, by, None, np.ones(table.n, dtype=np.bool_), everything, groups)
        left_out = region_called(table, outside, "--outside")
        counts = table.region_index() != table.regions.index(left_out)
        kept = [k for k, place in enumerate(everything) if place.country != left_out]
        number = np.full(len(everything), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        rows = tuple(everything[k] for k in kept)
        return cls(table, by, left_out, counts, rows, np.where(counts, number[groups], -1))

    @property
    def words(self) -> str:
        """What is left out, as the end of a title; empty where all counts."""
        return "" if self.outside is None else f" outside {self.outside}"

    @property
    def keys(self) -> tuple[tuple[str | None, str | None], ...]:
        """The country and sector of each row, None for all."""
        return tuple((place.country, place.sector) for place in self.rows)

    @property
    def whole(self) -> NDArray[np.int64]:
        """One group of all that counts: 0 for a node that does, else -1; shape (n,)."""
        return np.where(self.counts, 0, -1).astype(np.int64)

    def kept(self, values: Floats) -> Floats:
        """Return values per node with zero where nothing counts; further axes stay as they are."""
        return np.where(self.counts.reshape(-1, *[1] * (values.ndim - 1)), values, 0.0)

    def grouped(self, values: Floats) -> Floats:
        """Return values per node added up by row; further axes stay as they are."""
        sums = grouped(self.table, self.kept(values), self.by)
        if len(sums) == len(self.rows):
            return sums
        everything = places(self.table, self.by)
        return np.asarray(sums[[place.country != self.outside for place in everything]])


def _numbers(table: WorldTable, by: Grouping) -> NDArray[np.int64]:
    if by == "country":
        return table.region_index()
    return table.sector_index() if by == "sector" else np.arange(table.n)
