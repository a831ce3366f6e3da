"""Footprints: what a demand embodies, by the country and sector where it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable

Grouping = Literal["node", "country", "sector"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is made: a country, a sector, or both; codes as in the table."""

    country: str | None
    sector: str | None


@dataclass(frozen=True, slots=True)
class Footprint:
    """One extension embodied in a demand: `values[i]` was made at node i, in its own unit."""

    extension: Extension
    values: Floats

    @property
    def total(self) -> float:
        """The whole footprint, at home and abroad."""
        return float(self.values.sum())


def footprints(
    table: WorldTable, system: Solver, extensions: Sequence[Extension], y: Floats
) -> tuple[Footprint, ...]:
    """Return the footprint of a demand in each extension: F = diag(s) (I - A)^-1 y.

    One linear system is solved however many extensions there are. What final users emit or add
    themselves is no part of it. Miller & Blair (2009), section 6.2 and ch. 10.
    """
    X = system.output_for(y)
    return tuple(
        Footprint(extension, row * X)
        for extension, row in zip(extensions, intensities(table, extensions), strict=True)
    )


def places(table: WorldTable, by: Grouping) -> tuple[Place, ...]:
    """Return what the rows of `grouped` stand for, in the order of the table."""
    if by == "country":
        return tuple(Place(region, None) for region in table.regions)
    if by == "sector":
        return tuple(Place(None, sector) for sector in table.sectors)
    return tuple(Place(region, sector) for region in table.regions for sector in table.sectors)


def grouped(table: WorldTable, values: Floats, by: Grouping) -> Floats:
    """Return values per node added up by country or by sector; other axes stay as they are."""
    if by == "node":
        return values
    cube = values.reshape(len(table.regions), len(table.sectors), *values.shape[1:])
    return np.asarray(cube.sum(axis=1 if by == "country" else 0), dtype=np.float64)
