"""A world table in one form, whatever publisher it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.errors import InputError, TableError


@dataclass(frozen=True, slots=True)
class FinalDemand:
    """Who buys: one column of Y each, by region code and the table's own category code."""

    region: str
    category: str


@dataclass(frozen=True, slots=True)
class WorldTable:
    """An inter-country input-output table as its publisher gives it: Z, Y, x, V, satellites.

    Node k is region k // S, sector k % S, with S the number of sectors; codes are the table's own.
    `Z[i, j]` is what node i sells to node j; `Y[i, f]` what it sells to final demand column f;
    `x[i]` its output (float64, in `unit` a year). `V` holds value-added rows by name, shape (n,),
    in the same unit; `satellites` anything counted per node, in its own unit. `inventory` names
    the categories of Y that are changes in inventories, which are signed. Symbols as in Miller &
    Blair (2009), ch. 2. A may stand on disk (a memory map): it is never changed.

    Raises `TableError` on a wrong shape or a label given twice.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    A: Floats
    Y: Floats
    x: Floats
    V: Mapping[str, Floats]
    satellites: Mapping[str, Extension]
    final_demand: tuple[FinalDemand, ...]
    inventory: tuple[str, ...]
    unit: str
    year: int
    edition: str

    def __post_init__(self) -> None:
        n = len(self.regions) * len(self.sectors)
        if len(set(self.regions)) != len(self.regions) or len(set(self.sectors)) != len(
            self.sectors
        ):
            raise TableError("A region or sector is named twice", fix="Give each label once.")
        shapes = {"A": (n, n), "x": (n,), "Y": (n, len(self.final_demand))}
        for name, wanted in shapes.items():
            found = getattr(self, name).shape
            if found != wanted:
                raise TableError(
                    f"{name} has shape {found} where {wanted} belongs",
                    fix="Give one entry per region and sector.",
                )

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.regions) * len(self.sectors)

    def label(self, k: int) -> str:
        """Return `REGION.sector` of node k."""
        return f"{self.regions[k // len(self.sectors)]}.{self.sectors[k % len(self.sectors)]}"

    def node(self, region: str, sector: str) -> int:
        """Return the number of a node; raise `InputError` for a code that the table lacks."""
        for name, code, known in (
            ("region", region, self.regions),
            ("sector", sector, self.sectors),
        ):
            if code not in known:
                raise InputError(
                    f"{self.edition} has no {name} {code[:20]!r}",
                    where=name,
                    fix=f"Use one of {', '.join(known[:60])}.",
                )
        return self.regions.index(region) * len(self.sectors) + self.sectors.index(sector)

    def demand_of(self, region: str) -> Floats:
        """Return what a region buys finally of every node, inventories left out; shape (n,)."""
        wanted = [
            k
            for k, column in enumerate(self.final_demand)
            if column.region == region and column.category not in self.inventory
        ]
        if not wanted:
            raise InputError(
                f"{self.edition} has no final demand of {region[:20]!r}",
                where="demand",
                fix=f"Use one of {', '.join(self.regions[:60])}.",
            )
        return np.asarray(self.Y[:, wanted].sum(axis=1), dtype=np.float64)

    def region_index(self) -> NDArray[np.int64]:
        """Return the region number of every node, shape (n,)."""
        return np.repeat(np.arange(len(self.regions)), len(self.sectors))

    def sector_index(self) -> NDArray[np.int64]:
        """Return the sector number of every node, shape (n,)."""
        return np.tile(np.arange(len(self.sectors)), len(self.regions))
