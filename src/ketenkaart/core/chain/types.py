"""The nouns of the chain: tables of countries x sectors, demand, and exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.errors import TableError

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Extension:
    """What is counted per unit of output: value added, person-years, ...

    `values`, `low` and `high` have one entry per node (float64, in `unit` per year). An
    estimate says so, and its interval is [low, high]; a measured extension has all three equal.
    """

    id: str
    unit: str
    values: Floats
    low: Floats
    high: Floats
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Table:
    """An inter-country input-output table in basic prices.

    Node k is region k // S, sector k % S, with S the number of sectors. `Z[i, j]` is what node i
    sells to node j for use in production; `output` is what each node makes in all (both float64,
    million USD a year). Symbols as in Miller & Blair (2009), ch. 2.

    Raises `TableError` on a wrong shape, NaN, or negative output.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    Z: Floats
    output: Floats
    extensions: Mapping[str, Extension]
    year: int
    home: str = "NLD"

    def __post_init__(self) -> None:
        n = len(self.regions) * len(self.sectors)
        if len(set(self.regions)) != len(self.regions) or len(set(self.sectors)) != len(
            self.sectors
        ):
            raise TableError("A region or sector is named twice", fix="Give each label once.")
        if self.home not in self.regions:
            raise TableError(
                f"The table has no region {self.home}", fix="Use a table that shows it apart."
            )
        if self.Z.shape != (n, n) or self.output.shape != (n,):
            raise TableError(
                f"Z is {self.Z.shape} and output {self.output.shape}, where {n} nodes are named",
                fix="Give one row and one column per region and sector.",
            )
        for name, array in (("Z", self.Z), ("output", self.output)):
            if not np.isfinite(array).all():
                first = np.argwhere(~np.isfinite(array))[0]
                place = ", ".join(self.label(int(k)) for k in first)
                raise TableError(
                    f"{name} holds a value that is no number",
                    where=place,
                    fix="Fill the cell or leave the region out.",
                )
        if (self.output < 0).any():
            worst = int(np.argmin(self.output))
            raise TableError(
                f"Output is negative ({self.output[worst]:g} million USD)",
                where=self.label(worst),
                fix="Correct the output column of the source table.",
            )

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.regions) * len(self.sectors)

    def label(self, k: int) -> str:
        """Return `REGION.sector` of node k."""
        return f"{self.regions[k // len(self.sectors)]}.{self.sectors[k % len(self.sectors)]}"

    def region_index(self) -> NDArray[np.int64]:
        """Return the region number of every node, shape (n,)."""
        return np.repeat(np.arange(len(self.regions)), len(self.sectors))

    def sector_index(self) -> NDArray[np.int64]:
        """Return the sector number of every node, shape (n,)."""
        return np.tile(np.arange(len(self.sectors)), len(self.regions))


@dataclass(frozen=True, slots=True)
class Demand:
    """Final demand of one country: `Y[b, p]` is what buyer b buys of node p (million USD a year).

    `inventory` (shape (n,), signed) stands apart: it is never part of the gap (DESIGN.md, point 1).
    """

    country: str
    buyers: tuple[str, ...]
    Y: Floats
    inventory: Floats


@dataclass(frozen=True, slots=True)
class Exposure:
    """E[b, g, n, t]: the extension embodied in what buyer b buys of product group g, made at
    source node n in production layer t; float64, in `unit`.

    `groups[p]` is the group of product node p. Grouping products that every instrument treats
    alike loses nothing; with one group per node this is the E[b, p, n, t] of DESIGN.md, point 2.
    """

    buyers: tuple[str, ...]
    groups: NDArray[np.int64]
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    layers: tuple[str, ...]
    values: Floats
    unit: str
    measure: str
    year: int
    is_estimate: bool = False
    relative_low: Floats | None = field(default=None)
    relative_high: Floats | None = field(default=None)
