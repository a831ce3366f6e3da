"""The first-order error of a footprint: how errors of all cells of a table add up in it.

Symbols as in Miller & Blair (2009); error propagation in input-output systems: Bullard & Sebald
(1988), Heijungs & Lenzen (2014). With F = u L y, u = w s, m = u L, X = L y and q = X / x, and with
output following its sales (dx_i is the sum of dZ and dY over row i), each cell moves F by

    dF/dZ_ij = m_i q_j + a_i - b_j        dF/dY_if = m_i D_if + a_i        dF/de_j = w_j q_j

where a = alpha w q - m q and b = beta w q. D_if is 1 where column f is part of the demand. Value
added that is what remains has alpha = beta = 1 (de = dx - purchases); output itself alpha = 1,
beta = 0; what is counted apart alpha = beta = 0. Derived in docs/methods/uncertainty.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.cell_errors import (
    ErrorModel,
    Reporters,
    per_reporter,
    row_remainder,
)
from ketenkaart.core.chain.counted import OUTPUT, VALUE_ADDED, intensities
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable

BLOCK_BYTES = 32 << 20
Following = Literal["remainder", "output", "counted"]


@dataclass(frozen=True, slots=True)
class UncertainDemand:
    """A demand made of cells of Y: these columns, times a share per node (all of it: ones).

    Without columns the demand is a given amount, which has no error of its own.
    """

    y: Floats
    columns: tuple[int, ...] = ()
    share: Floats | None = None

    def of(self, Y: Floats) -> Floats:
        """Return the demand when final demand is `Y`; a given amount stays as it is."""
        if not self.columns:
            return self.y
        bought = np.asarray(Y[:, list(self.columns)].sum(axis=1))
        return bought if self.share is None else bought * self.share


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one unit more in a cell does to K sums of a footprint, output following its sales.

    Vectors as in the module: `m`, `a`, `b` and `wq` have shape (K, n), `q` (n,), `D` (n,) is the
    share of a purchase in a demanded column that counts.
    """

    m: Floats
    q: Floats
    a: Floats
    b: Floats
    wq: Floats
    D: Floats

    def of_sale(self, i: int, j: int) -> Floats:
        """Return dF/dZ_ij, shape (K,)."""
        return np.asarray(self.m[:, i] * self.q[j] + self.a[:, i] - self.b[:, j])

    def of_purchase(self, i: int, *, is_demanded: bool) -> Floats:
        """Return dF/dY_if, shape (K,), for a column that is part of the demand or not."""
        return np.asarray(self.m[:, i] * (self.D[i] if is_demanded else 0.0) + self.a[:, i])

    def of_counted(self, j: int) -> Floats:
        """Return dF/de_j, shape (K,)."""
        return np.asarray(self.wq[:, j])


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """K sums of a footprint with their standard errors, in the extension's unit; shape (K,)."""

    values: Floats
    errors: Floats


def follows(table: WorldTable, extension: Extension) -> Following:
    """Return what an extension does when cells move.

    All value added together is what remains of output; output is itself; anything else is counted
    apart and has an error of its own.
    """
    rows = tuple(table.V)
    if extension.id == VALUE_ADDED or rows == (extension.id,):
        return "remainder"
    return "output" if extension.id == OUTPUT else "counted"


def sensitivity(
    table: WorldTable,
    system: Solver,
    demand: UncertainDemand,
    extension: Extension,
    groups: NDArray[np.int64],
) -> tuple[Sensitivity, Floats]:
    """Return the sensitivities of a footprint summed by group, and the sums; K groups.

    `groups[i]` is the group of node i, from 0 to K - 1; -1 for a node that counts in none.
    """
    n, K = table.n, int(groups.max(initial=-1)) + 1
    w = np.zeros((K, n))
    inside = np.flatnonzero(groups >= 0)
    w[groups[inside], inside] = 1.0
    s = intensities(table, [extension])[0]
    X = system.output_for(demand.y)
    q = np.divide(X, table.x, out=np.zeros(n), where=table.x > 0)
    m = system.multipliers(w * s)
    following = follows(table, extension)
    wq = w * q
    a = (wq if following != "counted" else 0.0) - m * q
    b = wq if following == "remainder" else np.zeros_like(wq)
    D = np.ones(n) if demand.share is None else demand.share
    return Sensitivity(m, q, a, b, wq, D), np.asarray((w * s) @ X)


def first_order(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    groups: NDArray[np.int64],
) -> FirstOrder:
    """Return a footprint by group with first-order standard errors, in one pass over A.

    Variances of independent cells add up; the shared error of a reporter moves all its cells
    together. Groups are as in `sensitivity`. Good for relative errors that are small in sum: see
    docs/methods/uncertainty.md for how well it covers.
    """
    to, values = sensitivity(table, system, demand, extension, groups)
    reporters = Reporters.of(table)
    variance = np.zeros(len(values))
    by_buyer = np.zeros((len(values), table.n))
    right = np.column_stack([to.q**2, np.ones(table.n), to.q, to.b.T, (to.q * to.b).T])
    K = len(values)
    for rows, Z, v in _sales(table, model, reporters):
        m, a = to.m[:, rows], to.a[:, rows]
        sums = v @ right
        vb, vqb = sums[:, 3 : 3 + K].T, sums[:, 3 + K :].T
        variance += (m**2) @ sums[:, 0] + (a**2) @ sums[:, 1] + 2 * (m * a) @ sums[:, 2]
        variance -= 2 * (m * vqb + a * vb).sum(axis=1)
        variance += (to.b**2) @ v.sum(axis=0)
        by_buyer += (m @ Z) * to.q + a @ Z - to.b * Z.sum(axis=0)
    shared = _summed(by_buyer, reporters.nodes, len(table.regions))
    variance += _final(table, model, reporters, demand, to, shared)
    if follows(table, extension) == "counted":
        variance += (to.wq**2) @ _counted(table, model, reporters, extension)
    variance += model.shared**2 * (shared**2).sum(axis=1)
    return FirstOrder(values, np.sqrt(np.maximum(variance, 0.0)))


def _sales(
    table: WorldTable, model: ErrorModel, reporters: Reporters
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Yield rows of Z with the variance of each cell, block by block."""
    scale = reporters.scale[reporters.nodes]
    square = model.relative**2
    step = max(1, BLOCK_BYTES // (8 * max(table.n, 1)))
    for start in range(0, table.n, step):
        rows = slice(start, min(start + step, table.n))
        Z = np.asarray(table.A[rows]) * table.x
        yield rows, Z, square[model.class_of(Z, scale)] * Z**2


def _final(
    table: WorldTable,
    model: ErrorModel,
    reporters: Reporters,
    demand: UncertainDemand,
    to: Sensitivity,
    shared: Floats,
) -> Floats:
    """Return the variance that final demand brings, and add to `shared` what is shared of it."""
    Y, square = np.asarray(table.Y), model.relative**2
    v = square[model.class_of(Y, reporters.scale[reporters.buyers])] * Y**2
    asked = np.isin(np.arange(Y.shape[1]), demand.columns)
    direct = to.m * to.D
    found = ((direct + to.a) ** 2) @ v[:, asked].sum(axis=1)
    found += (to.a**2) @ v[:, ~asked].sum(axis=1)
    by_column = to.a @ Y
    by_column[:, asked] += direct @ Y[:, asked]
    shared += _summed(by_column, reporters.buyers, shared.shape[1])
    left = row_remainder(table)
    own = reporters.scale[reporters.nodes]
    found += (to.a**2) @ (square[model.class_of(left, own)] * left**2)
    shared += _summed(to.a * left, reporters.nodes, shared.shape[1])
    return np.asarray(found)


def _counted(
    table: WorldTable, model: ErrorModel, reporters: Reporters, extension: Extension
) -> Floats:
    """Return the variance of what is counted per node, by its size in its country."""
    values = np.asarray(extension.values)
    scale = per_reporter(np.abs(values), reporters.nodes, len(table.regions))
    classes = model.class_of(values, scale[reporters.nodes])
    return np.asarray(model.relative[classes] ** 2 * values**2)


def _summed(values: Floats, groups: NDArray[np.int64], size: int) -> Floats:
    """Return values (K, n) added up by group of column; shape (K, size)."""
    found = np.zeros((len(values), size))
    for k, row in enumerate(values):
        found[k] = per_reporter(row, groups, size)
    return found


def log_normal_ends(
    value: float, error: float, z: float = 1.959963984540054
) -> tuple[float, float]:
    """Return the ends of the interval of a figure with this mean and standard error.

    Log-normal with that mean for a positive figure, mirrored for a negative one; at zero, normal.
    `z` is how many standard deviations count: 95 % by default.

    >>> low, high = log_normal_ends(100.0, 10.0)
    >>> round(low, 1), round(high, 1)
    (81.8, 121.0)
    >>> log_normal_ends(-100.0, 10.0) == (-high, -low)
    True
    """
    if value == 0:
        return -z * error, z * error
    sd = float(np.sqrt(np.log1p((error / value) ** 2)))
    ends = [abs(value) * float(np.exp(-(sd**2) / 2 + side * z * sd)) for side in (-1, 1)]
    return (ends[0], ends[1]) if value > 0 else (-ends[1], -ends[0])
