"""Estimate persons at work per node from a country's total: no source counts them by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Extension, Floats, Table
from ketenkaart.core.errors import TableError


def spread(total: float, shares: Floats, broad: NDArray[np.int64], value_added: Floats) -> Floats:
    """Return persons per sector: a total split over broad groups, then by value added in each.

    `shares[g]` is the share of broad group g in employment, `broad[s]` the group of sector s. A
    group without value added hands its persons to all sectors by value added. Sums to `total`.

    >>> spread(100, np.array([0.6, 0.4]), np.array([0, 1, 1]), np.array([5.0, 1.0, 3.0])).tolist()
    [60.0, 10.0, 30.0]
    """
    weight = np.maximum(value_added, 0.0)
    if weight.sum() <= 0:
        return np.zeros(len(weight))
    persons = np.zeros(len(weight))
    homeless = 0.0
    for group, share in enumerate(shares):
        inside = np.where(broad == group, weight, 0.0)
        if inside.sum() > 0:
            persons += total * share * inside / inside.sum()
        else:
            homeless += total * share
    return np.asarray(persons + homeless * weight / weight.sum(), dtype=np.float64)


def person_years(
    table: Table,
    employed: Mapping[str, float],
    shares: Mapping[str, Sequence[Floats]],
    broad: NDArray[np.int64],
) -> Extension:
    """Return persons at work per node, an estimate with an interval; unit: persons a year.

    `employed[region]` is the region's total; `shares[region]` holds rival splits of it over broad
    groups, the central one first. The interval runs over those splits and over one more rival,
    the same value added per person in all sectors of the region. Raises `TableError` for a region
    without a total.
    """
    value_added = table.extensions["value_added"].values.reshape(len(table.regions), -1)
    low, central, high = (np.zeros(value_added.shape) for _ in range(3))
    for r, region in enumerate(table.regions):
        if region not in employed or region not in shares:
            raise TableError(
                f"No employment is given for {region}",
                where=f"region {region}",
                fix="Give its total, or say which neighbour stands in for it.",
            )
        weight = value_added[r]
        rivals = [spread(employed[region], split, broad, weight) for split in shares[region]]
        uniform = spread(employed[region], np.array([1.0]), np.zeros(len(broad), int), weight)
        every = np.stack([*rivals, uniform])
        low[r], central[r], high[r] = every.min(axis=0), rivals[0], every.max(axis=0)
    return Extension(
        id="person_years",
        unit="person-years",
        values=central.ravel(),
        low=low.ravel(),
        high=high.ravel(),
        is_estimate=True,
    )
