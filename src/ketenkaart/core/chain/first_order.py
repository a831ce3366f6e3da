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

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import OUTPUT, VALUE_ADDED, intensities
from ketenkaart.core.chain.propagation import CellGradient, standard_errors
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable

Following = Literal["remainder", "output", "counted"]
Groups = NDArray[np.int64] | Floats
"""Which nodes count together: a number of a group per node, or ones per group and node."""


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


def gradient_of(
    table: WorldTable,
    system: Solver,
    demand: UncertainDemand,
    extension: Extension,
    groups: Groups,
) -> tuple[CellGradient, Floats]:
    """Return how a footprint summed by group moves with every cell, and the sums; K groups.

    `groups[i]` is the group of node i, from 0 to K - 1; -1 for a node that counts in none. Groups
    that overlap are given as ones per group and node, shape (K, n).
    """
    w = members_of(groups)
    s = intensities(table, [extension])[0]
    X = system.output_for(demand.y)
    q = per_unit(table, X)
    m = system.multipliers(w * s)
    following = follows(table, extension)
    wq = w * q
    gradient = CellGradient(
        left=m[:, None],
        q=q[None],
        a=(wq if following != "counted" else 0.0) - m * q,
        b=wq if following == "remainder" else np.zeros_like(wq),
        direct=m if demand.share is None else m * demand.share,
        counted=wq,
    )
    return gradient, np.asarray((w * s) @ X)


def first_order(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    groups: Groups,
) -> FirstOrder:
    """Return a footprint by group with first-order standard errors, in one pass over A.

    Groups are as in `gradient_of`. Good for relative errors that are small in sum: see
    docs/methods/uncertainty.md for how well it covers.
    """
    gradient, values = gradient_of(table, system, demand, extension, groups)
    counted = extension if follows(table, extension) == "counted" else None
    return FirstOrder(values, standard_errors(table, model, gradient, demand.columns, counted))


def members_of(groups: Groups) -> Floats:
    """Return which nodes count in which group, as ones; shape (K, n), which is left as it is.

    >>> members_of(np.array([1, 0, -1])).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    if groups.ndim == 2:
        return np.asarray(groups, dtype=np.float64)
    w = np.zeros((int(groups.max(initial=-1)) + 1, len(groups)))
    inside = np.flatnonzero(groups >= 0)
    w[groups[inside], inside] = 1.0
    return w


def per_unit(table: WorldTable, output: Floats) -> Floats:
    """Return an amount of output per unit of each node's own, zero where a node makes nothing."""
    return np.divide(output, table.x, out=np.zeros_like(output), where=table.x > 0)


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
