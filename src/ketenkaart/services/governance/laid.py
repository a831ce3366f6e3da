"""Instruments laid over the exposure of Dutch final demand, or of imports, on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.border import import_uses, imports_by_use
from ketenkaart.core.chain.crossing import crossing_shares
from ketenkaart.core.chain.exposure import LAYER_NAMES, bought, exposure_of
from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.answers import Kind, Measure, View
from ketenkaart.core.governance.coverage import Overlap, Tally, largest_addition, tally
from ketenkaart.core.governance.reach import (
    Absent,
    Axes,
    Reach,
    absence,
    eu_regions,
    group_products,
    is_outside,
    product_scope,
    reach,
)
from ketenkaart.core.governance.types import ActsOn, Instrument
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.query import Scope
from ketenkaart.services.instruments.in_use import kept_while_facts_stand

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


@kept_while_facts_stand(64)
def lay(
    edition: Path,
    kind: Kind,
    measure: Measure,
    as_of: date,
    without: tuple[str, ...],
    member: Member | None = None,
    view: View = "demand",
) -> Laid:
    """Lay the instruments in force on `as_of` over the exposure of Dutch final demand.

    In the `trade` view, over that of what the Netherlands imports, by use.

    With `member`, that country stands at all source nodes of its region (see `stands_apart`).
    """
    inputs = load_inputs(edition)
    return lay_facts(edition, inputs, kind, measure, as_of, without, member, view)


def lay_facts(
    edition: Path,
    inputs: Inputs,
    kind: Kind,
    measure: Measure,
    as_of: date,
    without: tuple[str, ...] = (),
    member: Member | None = None,
    view: View = "demand",
    overlap: Overlap = "independent",
    *,
    is_credited: bool = True,
) -> Laid:
    """Lay the instruments of `inputs`, which may differ from those of the reference, as `lay` does.

    Scopes must be those of the reference but for their layers: products are grouped by them.
    """
    axes = axes_of(inputs, as_of, member, view)
    plain = axes_of(inputs, as_of, view=view)
    found = [
        reach(
            instrument,
            axes,
            as_of=as_of,
            kind=kind,
            depth=inputs.depth,
            crossing=_crossing_of(edition, instrument, plain, as_of),
        )
        for instrument in inputs.instruments
        if instrument.id not in without
    ]
    reaches = tuple(item for item in found if isinstance(item, Reach))
    E, products = exposure_by_group(edition, measure, as_of, view)
    return Laid(
        exposure=E,
        products=products,
        reaches=reaches,
        absent=tuple(item for item in found if isinstance(item, Absent)),
        tally=tally(
            E,
            len(inputs.nodes.issues),
            reaches,
            products,
            overlap=overlap,
            is_credited=is_credited,
        ),
    )


def exposure_by_group(
    edition: Path, measure: Measure, as_of: date, view: View = "demand"
) -> tuple[Exposure, NDArray[np.int64]]:
    """Return the exposure by groups of products, and one product per group.

    The groups are fine enough for every instrument there is, in force or not, so one exposure
    serves every day with the same borders.
    """
    return _exposure(edition, measure, axes_of(load_inputs(edition), as_of, view=view))


@kept_while_facts_stand(8)
def _exposure(edition: Path, measure: Measure, axes: Axes) -> tuple[Exposure, NDArray[np.int64]]:
    columns, groups, products = _columns(edition, axes)
    table = load_inputs(edition).table
    return exposure_of(table, axes.buyers, columns, measure, groups), products


@kept_while_facts_stand(8)
def _columns(edition: Path, axes: Axes) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return what is bought or imported (n, buyers, groups), the groups, one product of each."""
    inputs = load_inputs(edition)
    scopes = [
        product_scope(instrument.scope, axes)
        for instrument in inputs.instruments
        if instrument.scope is not None
    ]
    groups, products = group_products(scopes, inputs.table.n)
    if axes.finals:
        return imports_by_use(inputs.table, inputs.demand, groups), groups, products
    return bought(inputs.demand, groups), groups, products


def _crossing_of(edition: Path, instrument: Instrument, axes: Axes, as_of: date) -> Floats | None:
    """Return how much of every cell crosses a border law's border as a product in its scope."""
    scope = instrument.scope
    if scope is None or scope.acts_on is not ActsOn.BORDER_PRODUCT:
        return None
    if absence(instrument, as_of) is not None:
        return None  # it reaches nobody on that day, and the shares cost a linear system each
    inside = tuple(is_outside(region, scope, axes.eu) for region in axes.regions)
    return _crossing(edition, axes, inside, scope.sectors)


@kept_while_facts_stand(16)
def _crossing(
    edition: Path, axes: Axes, inside: tuple[bool, ...], sectors: tuple[str, ...] | None
) -> Floats:
    table = load_inputs(edition).table
    columns, _, _ = _columns(edition, axes)
    within = np.repeat(np.array(inside), len(table.sectors))
    by_sector = [sectors is None or sector in sectors for sector in table.sectors]
    named = np.tile(np.array(by_sector), len(table.regions))
    A = coefficients(table.Z, table.output)
    flat = columns.reshape(table.n, -1)
    shares = crossing_shares(A, flat, within, named & ~within, len(LAYER_NAMES) - 1)
    shape = (table.n, *columns.shape[1:], len(LAYER_NAMES))
    return np.ascontiguousarray(shares.reshape(shape).transpose(1, 2, 0, 3))


def axes_of(
    inputs: Inputs, as_of: date, member: Member | None = None, view: View = "demand"
) -> Axes:
    """Return the axes of the edition's chain, with the EU as it was on `as_of`."""
    uses = import_uses(inputs.demand.buyers) if view == "trade" else ()
    members = {region: composite.members for region, composite in inputs.composites.items()}
    regions = inputs.table.regions
    sources = tuple(member[1] if member and region == member[0] else region for region in regions)
    return Axes(
        buyers=tuple(use.name for use in uses) or inputs.demand.buyers,
        regions=regions,
        sources=sources,
        sectors=inputs.table.sectors,
        issues=inputs.nodes.issues,
        layers=LAYER_NAMES,
        eu=eu_regions((*regions, *sources), members, inputs.reference_countries.eu_members(as_of)),
        finals=tuple(use.final for use in uses),
        steps=tuple(use.steps for use in uses),
    )
