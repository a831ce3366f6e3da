"""Instruments laid over the exposure of Dutch final demand on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.exposure import LAYER_NAMES, exposure
from ketenkaart.core.chain.types import Exposure
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.coverage import Tally, tally
from ketenkaart.core.governance.reach import Absent, Axes, Reach, eu_regions, group_products, reach
from ketenkaart.services.governance.inputs import Inputs, load_inputs


@dataclass(frozen=True, slots=True)
class Laid:
    """Instruments laid over the exposure on one day: what reaches, what does not, and the tally."""

    exposure: Exposure
    reaches: tuple[Reach, ...]
    absent: tuple[Absent, ...]
    tally: Tally


@lru_cache(maxsize=64)
def lay(
    inputs_key: Path | None, kind: Kind, measure: Measure, as_of: date, without: tuple[str, ...]
) -> Laid:
    """Lay the instruments in force on `as_of` over the exposure of Dutch final demand."""
    inputs = load_inputs(inputs_key)
    axes = axes_of(inputs, as_of)
    found = [
        reach(instrument, axes, as_of=as_of, kind=kind, depth=inputs.depth)
        for instrument in inputs.instruments
        if instrument.id not in without
    ]
    reaches = tuple(item for item in found if isinstance(item, Reach))
    groups, first = group_products(reaches, inputs.table.n)
    E = exposure(inputs.table, inputs.demand, measure, groups)
    return Laid(
        exposure=E,
        reaches=reaches,
        absent=tuple(item for item in found if isinstance(item, Absent)),
        tally=tally(E, len(inputs.nodes.issues), reaches, first),
    )


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
