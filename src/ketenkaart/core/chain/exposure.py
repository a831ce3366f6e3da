"""Exposure: what a country's final demand embodies, by buyer, product group, node and layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.leontief import coefficients, layers, per_output
from ketenkaart.core.chain.types import Demand, Exposure, Floats, Table
from ketenkaart.core.errors import InputError

LAYER_NAMES = ("0", "1", "2", "3", "rest")


def exposure(
    table: Table, demand: Demand, extension: str, groups: NDArray[np.int64] | None = None
) -> Exposure:
    """Return E[b, g, n, t]: `extension` embodied in what buyer b buys of product group g.

    Made at node n in production layer t (0, 1, 2, 3, rest), in the extension's unit a year; shape
    (buyers, groups, n, 5), float64. `groups[p]` is the group of product p (default: one group for
    all). Summed over groups and layers it is the Leontief footprint. Raises `InputError` for an
    extension that the table has not. Method: docs/methods/gap.md.
    """
    if groups is None:
        groups = np.zeros(table.n, dtype=np.int64)
    return exposure_of(table, demand.buyers, bought(demand, groups), extension, groups)


def bought(demand: Demand, groups: NDArray[np.int64]) -> Floats:
    """Return what each buyer buys, by product group; shape (n, buyers, groups)."""
    n, n_buyers = demand.Y.shape[1], len(demand.buyers)
    columns = np.zeros((n, n_buyers, int(groups.max()) + 1))
    columns[np.arange(n)[:, None], np.arange(n_buyers)[None, :], groups[:, None]] = demand.Y.T
    return columns


def exposure_of(
    table: Table,
    buyers: tuple[str, ...],
    columns: Floats,
    extension: str,
    groups: NDArray[np.int64],
) -> Exposure:
    """Return E[b, g, n, t] for any demand: `columns` (n, buyers, groups), one per name in `buyers`.

    Raises `InputError` for an extension that the table has not.
    """
    if extension not in table.extensions:
        known = ", ".join(sorted(table.extensions))
        raise InputError(f"The table has no extension {extension!r}", fix=f"It has: {known}.")
    n_buyers, n_groups = columns.shape[1:]
    A = coefficients(table.Z, table.output)
    X = layers(A, columns.reshape(table.n, -1), separate=len(LAYER_NAMES) - 1)
    chosen = table.extensions[extension]
    X *= per_output(chosen.values, table.output)[:, None, None]
    values = X.reshape(table.n, n_buyers, n_groups, len(LAYER_NAMES)).transpose(1, 2, 0, 3)
    relative_low, relative_high = (
        np.divide(end, chosen.values, out=np.ones(table.n), where=chosen.values != 0)
        for end in (chosen.low, chosen.high)
    )
    return Exposure(
        buyers=buyers,
        groups=groups,
        regions=table.regions,
        sectors=table.sectors,
        layers=LAYER_NAMES,
        values=np.ascontiguousarray(values),
        unit=chosen.unit,
        measure=extension,
        year=table.year,
        is_estimate=chosen.is_estimate,
        relative_low=relative_low,
        relative_high=relative_high,
    )
