"""The first-order errors of production layers: how errors of all cells add up in each.

With u_k = u A^k, u = w s, and q_k = A^k y / x, layer t is F_t = u A^t y. A cell of Z moves any of
the t coefficients along the way, so that

    dF_t/dZ_ij = sum over k < t of u_{t-1-k, i} q_{k, j} + a_i - b_j,   dF_t/dY_if = u_{t, i} + a_i

with a = alpha w q_t - sum over k <= t of u_{t-k} q_k and b = beta w q_t; alpha and beta as for the
footprint (module `first_order`). Deeper layers are the footprint less these, and so is how they
move. Derived in docs/methods/uncertainty.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.first_order import (
    FirstOrder,
    UncertainDemand,
    follows,
    members_of,
    per_unit,
)
from ketenkaart.core.chain.propagation import CellGradient, standard_errors
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable


@dataclass(frozen=True, slots=True)
class _Chain:
    """What every layer is made of: u_k (T + 2, K, n), q_k (T + 2, n), the last entry of the whole.

    `w` (K, n) says which nodes count, `share` (n,) what part of a demanded purchase does.
    """

    u: Floats
    q: Floats
    w: Floats
    share: Floats
    alpha: float
    beta: float


def layer_gradient(
    table: WorldTable,
    system: Solver,
    demand: UncertainDemand,
    extension: Extension,
    groups: NDArray[np.int64],
    deepest: int,
) -> tuple[CellGradient, Floats]:
    """Return how production layers summed by group move with every cell, and the sums.

    Figures run group by group: layers 0 to `deepest`, all deeper ones, and the whole; the sums
    have shape (groups, deepest + 3). Groups are as in `first_order.gradient_of`.
    """
    w = members_of(groups)
    s = intensities(table, [extension])[0]
    following = follows(table, extension)
    made = np.concatenate([system.layers(demand.y, deepest), system.output_for(demand.y)[None]])
    u = np.empty((deepest + 2, *w.shape))
    u[0] = w * s
    for k in range(deepest):
        u[k + 1] = u[k] @ table.A
    u[-1] = system.multipliers(u[0])
    chain = _Chain(
        u,
        np.stack([per_unit(table, row) for row in made]),
        w,
        np.ones(table.n) if demand.share is None else demand.share,
        float(following != "counted"),
        float(following == "remainder"),
    )
    parts = [_group(chain, g) for g in range(len(w))]
    sums = np.stack([u[0] @ row for row in made], axis=1)
    deeper = sums[:, -1] - sums[:, :-1].sum(axis=1)
    values = np.column_stack([sums[:, :-1], deeper, sums[:, -1]])
    gradient = CellGradient(
        left=np.concatenate([part.left for part in parts]),
        q=chain.q,
        a=np.concatenate([part.a for part in parts]),
        b=np.concatenate([part.b for part in parts]),
        direct=np.concatenate([part.direct for part in parts]),
        counted=np.concatenate([part.counted for part in parts]),
    )
    return gradient, values


def first_order_layers(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    groups: NDArray[np.int64],
    deepest: int,
) -> FirstOrder:
    """Return production layers by group with first-order standard errors, in one pass over A.

    Both have shape (groups, deepest + 3): each layer, all deeper ones, and the whole.
    """
    gradient, values = layer_gradient(table, system, demand, extension, groups, deepest)
    counted = extension if follows(table, extension) == "counted" else None
    errors = standard_errors(table, model, gradient, demand.columns, counted)
    return FirstOrder(values, errors.reshape(values.shape))


def _group(chain: _Chain, g: int) -> CellGradient:
    """Return how the layers of one group move: each, all deeper ones, and the whole."""
    u, q, w = chain.u[:, g], chain.q, chain.w[g]
    T = len(u) - 2
    left = np.zeros((T + 3, T + 2, u.shape[1]))
    own = np.zeros((T + 3, u.shape[1]))
    for t in range(T + 1):
        for k in range(t):
            left[t, k] = u[t - 1 - k]
        own[t] = np.einsum("kn,kn->n", u[t::-1], q[: t + 1])
    left[-1, -1], own[-1] = u[-1], u[-1] * q[-1]
    amounts = w * np.concatenate([q[:-1], (q[-1] - q[:-1].sum(axis=0))[None], q[-1:]])
    direct = np.concatenate([u[:-1], (u[-1] - u[:-1].sum(axis=0))[None], u[-1:]]) * chain.share
    left[-2] = left[-1] - left[: T + 1].sum(axis=0)
    own[-2] = own[-1] - own[: T + 1].sum(axis=0)
    return CellGradient(left, q, chain.alpha * amounts - own, chain.beta * amounts, direct, amounts)
