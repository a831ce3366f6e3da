"""Add regions and sectors of a table together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Demand, Exposure, Extension, Floats, Table
from ketenkaart.core.errors import TableError


def aggregate(
    table: Table, regions_map: Mapping[str, str], sectors_map: Mapping[str, str]
) -> Table:
    """Return the table with regions and sectors added together.

    Each map gives every old label its new one; new labels stand in order of first appearance in
    the map. Z, output and extensions are sums, so all totals are kept; coefficients are not, and
    results shift (DESIGN.md, point 12). The ends of an estimate are added too: all members err to
    the same side. Raises `TableError` where a map leaves a label out. Miller & Blair (2009),
    section 4.9.
    """
    at = node_map(table, regions_map, sectors_map)
    regions, sectors = new_labels(regions_map), new_labels(sectors_map)
    n = len(regions) * len(sectors)
    home = regions_map[table.home]
    return Table(
        regions=regions,
        sectors=sectors,
        Z=_sum(_sum(table.Z, at, n).T, at, n).T,
        output=_sum(table.output, at, n),
        extensions={
            name: Extension(
                old.id,
                old.unit,
                _sum(old.values, at, n),
                _sum(old.low, at, n),
                _sum(old.high, at, n),
                old.is_estimate,
            )
            for name, old in table.extensions.items()
        },
        year=table.year,
        home=home,
    )


def aggregate_demand(
    demand: Demand, table: Table, regions_map: Mapping[str, str], sectors_map: Mapping[str, str]
) -> Demand:
    """Return final demand by the nodes of the aggregated table; totals per buyer are kept."""
    at = node_map(table, regions_map, sectors_map)
    n = len(new_labels(regions_map)) * len(new_labels(sectors_map))
    return Demand(
        country=regions_map[demand.country],
        buyers=demand.buyers,
        Y=_sum(demand.Y.T, at, n).T,
        inventory=_sum(demand.inventory, at, n),
    )


def aggregate_exposure(
    exposure: Exposure, table: Table, regions_map: Mapping[str, str], sectors_map: Mapping[str, str]
) -> Exposure:
    """Return an exposure with its source nodes added together; product groups stay as they are.

    Adding results loses nothing, where adding up the table first would shift them (DESIGN.md,
    point 12). `table` is the one that the exposure was computed from. The relative ends of an
    estimate become those of the summed extension.
    """
    at = node_map(table, regions_map, sectors_map)
    regions, sectors = new_labels(regions_map), new_labels(sectors_map)
    n = len(regions) * len(sectors)
    values = np.moveaxis(_sum(np.moveaxis(exposure.values, 2, 0), at, n), 0, 2)
    old = table.extensions[exposure.measure]
    middle = _sum(old.values, at, n)
    low, high = (
        np.divide(_sum(end, at, n), middle, out=np.ones(n), where=middle != 0)
        for end in (old.low, old.high)
    )
    return replace(
        exposure,
        regions=regions,
        sectors=sectors,
        values=values,
        relative_low=low,
        relative_high=high,
    )


def new_labels(labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the labels that a map leads to, each once, in order of first appearance.

    >>> new_labels({"c1": "food", "c2": "textiles", "c3": "food"})
    ('food', 'textiles')
    """
    return tuple(dict.fromkeys(labels.values()))


def node_map(
    table: Table, regions_map: Mapping[str, str], sectors_map: Mapping[str, str]
) -> NDArray[np.int64]:
    """Return, for every node of the table, the number of the node it becomes part of."""
    region_at = _positions(table.regions, regions_map, "region")
    sector_at = _positions(table.sectors, sectors_map, "sector")
    width = len(new_labels(sectors_map))
    return (region_at[:, None] * width + sector_at[None, :]).ravel()


def _positions(old: Sequence[str], labels: Mapping[str, str], kind: str) -> NDArray[np.int64]:
    new = new_labels(labels)
    for label in old:
        if label not in labels:
            raise TableError(
                f"No {kind} is given for {label} to be added to",
                where=f"{kind} {label}",
                fix=f"Name every {kind} of the table in the map.",
            )
    return np.array([new.index(labels[label]) for label in old], dtype=np.int64)


def _sum(values: Floats, at: NDArray[np.int64], n: int) -> Floats:
    total = np.zeros((n, *values.shape[1:]))
    np.add.at(total, at, values)
    return total
