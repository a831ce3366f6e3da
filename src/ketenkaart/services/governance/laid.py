"""Instruments laid over the exposure of Dutch final demand on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.exposure import LAYER_NAMES, exposure
from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.coverage import Tally, largest_addition, tally
from ketenkaart.core.governance.reach import (
    Absent,
    Axes,
    Reach,
    eu_regions,
    group_products,
    is_outside,
    product_scope,
    reach,
)
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.query import Scope

Member = tuple[str, str]
"""A composite region and one country inside it."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Instruments laid over the exposure on one day: what reaches, what does not, and the tally."""

    exposure: Exposure
    products: NDArray[np.int64]
    reaches: tuple[Reach, ...]
    absent: tuple[Absent, ...]
    tally: Tally

    def addition(self, item: Reach, issues: int) -> Floats:
        """Return what `item` could add at most to the instruments of known reach."""
        known = [other for other in self.reaches if other.is_known]
        return largest_addition(self.exposure, issues, known, item, self.products)


def stands_apart(inputs: Inputs, scope: Scope) -> Member | None:
    """Return the country asked for and its region, where some instrument treats them unlike.

    Croatia stands inside the rest of the world, yet no EU border lies between it and the
    Netherlands since it joined. `None` where the answer for the region serves the country too.
    """
    if scope.member is None or scope.region is None:
        return None
    member = (scope.region, scope.member)
    eu = axes_of(inputs, scope.as_of, member).eu
    scopes = [item.scope for item in inputs.instruments if item.scope is not None]
    differs = any(len({is_outside(place, item, eu) for place in member}) > 1 for item in scopes)
    return member if differs else None


@lru_cache(maxsize=64)
def lay(
    edition: Path,
    kind: Kind,
    measure: Measure,
    as_of: date,
    without: tuple[str, ...],
    member: Member | None = None,
) -> Laid:
    """Lay the instruments in force on `as_of` over the exposure of Dutch final demand.

    With `member`, that country stands at all source nodes of its region (see `stands_apart`).
    """
    inputs = load_inputs(edition)
    axes = axes_of(inputs, as_of, member)
    found = [
        reach(instrument, axes, as_of=as_of, kind=kind, depth=inputs.depth)
        for instrument in inputs.instruments
        if instrument.id not in without
    ]
    reaches = tuple(item for item in found if isinstance(item, Reach))
    E, products = exposure_by_group(edition, measure, as_of)
    return Laid(
        exposure=E,
        products=products,
        reaches=reaches,
        absent=tuple(item for item in found if isinstance(item, Absent)),
        tally=tally(E, len(inputs.nodes.issues), reaches, products),
    )


def exposure_by_group(
    edition: Path, measure: Measure, as_of: date
) -> tuple[Exposure, NDArray[np.int64]]:
    """Return the exposure by groups of products, and one product per group.

    The groups are fine enough for every instrument there is, in force or not, so one exposure
    serves every day with the same borders.
    """
    return _exposure(edition, measure, axes_of(load_inputs(edition), as_of))


@lru_cache(maxsize=8)
def _exposure(edition: Path, measure: Measure, axes: Axes) -> tuple[Exposure, NDArray[np.int64]]:
    inputs = load_inputs(edition)
    scopes = [
        product_scope(instrument.scope, axes)
        for instrument in inputs.instruments
        if instrument.scope is not None
    ]
    groups, products = group_products(scopes, inputs.table.n)
    return exposure(inputs.table, inputs.demand, measure, groups), products


def axes_of(inputs: Inputs, as_of: date, member: Member | None = None) -> Axes:
    """Return the axes of the edition's chain, with the EU as it was on `as_of`."""
    members = {region: composite.members for region, composite in inputs.composites.items()}
    regions = inputs.table.regions
    sources = tuple(member[1] if member and region == member[0] else region for region in regions)
    return Axes(
        buyers=inputs.demand.buyers,
        regions=regions,
        sources=sources,
        sectors=inputs.table.sectors,
        issues=inputs.nodes.issues,
        layers=LAYER_NAMES,
        eu=eu_regions((*regions, *sources), members, inputs.reference_countries.eu_members(as_of)),
    )
