"""Instruments laid over the exposure of Dutch final demand on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.exposure import LAYER_NAMES, exposure
from ketenkaart.core.chain.types import Exposure
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.coverage import Tally, tally
from ketenkaart.core.governance.reach import (
    Absent,
    Axes,
    Reach,
    eu_regions,
    group_products,
    product_scope,
    reach,
)
from ketenkaart.services.governance.inputs import Inputs, load_inputs


@dataclass(frozen=True, slots=True)
class Laid:
    """Instruments laid over the exposure on one day: what reaches, what does not, and the tally."""

    exposure: Exposure
    products: NDArray[np.int64]
    reaches: tuple[Reach, ...]
    absent: tuple[Absent, ...]
    tally: Tally

    def only(self, reaches: Sequence[Reach], issues: int) -> Tally:
        """Return the tally with these instruments alone over the same exposure."""
        return tally(self.exposure, issues, reaches, self.products)


@lru_cache(maxsize=64)
def lay(edition: Path, kind: Kind, measure: Measure, as_of: date, without: tuple[str, ...]) -> Laid:
    """Lay the instruments in force on `as_of` over the exposure of Dutch final demand."""
    inputs = load_inputs(edition)
    axes = axes_of(inputs, as_of)
    found = [
        reach(instrument, axes, as_of=as_of, kind=kind, depth=inputs.depth)
        for instrument in inputs.instruments
        if instrument.id not in without
    ]
    reaches = tuple(item for item in found if isinstance(item, Reach))
    E, products = _exposure(edition, measure, axes)
    return Laid(
        exposure=E,
        products=products,
        reaches=reaches,
        absent=tuple(item for item in found if isinstance(item, Absent)),
        tally=tally(E, len(inputs.nodes.issues), reaches, products),
    )


@lru_cache(maxsize=8)
def _exposure(edition: Path, measure: Measure, axes: Axes) -> tuple[Exposure, NDArray[np.int64]]:
    """Return the exposure by groups of products, and one product per group.

    The groups are fine enough for every instrument there is, in force or not, so one exposure
    serves every day.
    """
    inputs = load_inputs(edition)
    scopes = [
        product_scope(instrument.scope, axes)
        for instrument in inputs.instruments
        if instrument.scope is not None
    ]
    groups, products = group_products(scopes, inputs.table.n)
    return exposure(inputs.table, inputs.demand, measure, groups), products


def axes_of(inputs: Inputs, as_of: date) -> Axes:
    """Return the axes of the edition's chain, with the EU as it was on `as_of`."""
    members = {region: composite.members for region, composite in inputs.composites.items()}
    return Axes(
        buyers=inputs.demand.buyers,
        regions=inputs.table.regions,
        sectors=inputs.table.sectors,
        issues=inputs.nodes.issues,
        layers=LAYER_NAMES,
        eu=eu_regions(inputs.table.regions, members, inputs.reference_countries.eu_members(as_of)),
    )
