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

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.first_order import (
    FirstOrder,
    Groups,
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
    groups: Groups,
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
    gradient = _together(*parts)
    return gradient, values


def first_order_layers(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    groups: Groups,
    deepest: int,
) -> FirstOrder:
    """Return production layers by group with first-order standard errors, in one pass over A.

    Both have shape (groups, deepest + 3): each layer, all deeper ones, and the whole.
    """
    gradient, values = layer_gradient(table, system, demand, extension, groups, deepest)
    counted = extension if follows(table, extension) == "counted" else None
    errors = standard_errors(table, model, gradient, demand.columns, counted)
    return FirstOrder(values, errors.reshape(values.shape))


@dataclass(frozen=True, slots=True)
class LayerErrors:
    """Production layers with first-order errors: by group, in all, and from each layer onward.

    With T = `deepest`, `by_group` has shape (groups, T + 3) and `in_all` (T + 3,): layers 0 to T,
    all deeper ones, and the whole. `onward` has shape (T + 2,): what arises in a layer or deeper,
    which is what passes through it; its last entry is all that arises below layer T.
    """

    by_group: FirstOrder
    in_all: FirstOrder
    onward: FirstOrder


def first_order_layers_in_all(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    groups: Groups,
    deepest: int,
) -> LayerErrors:
    """Return layers by group, added up over groups, and from each layer onward; one pass over A.

    Errors of groups share cells, so that those of a sum do not follow from those of its parts;
    how sums move does. Groups must not overlap.
    """
    gradient, values = layer_gradient(table, system, demand, extension, groups, deepest)
    G, F = values.shape
    in_all = _combined(gradient, np.tile(np.eye(F), G))
    from_each = np.pad(np.triu(np.ones((F - 1, F - 1))), ((0, 0), (0, 1)))
    moving = _together(gradient, in_all, _combined(in_all, from_each))
    counted = extension if follows(table, extension) == "counted" else None
    errors = standard_errors(table, model, moving, demand.columns, counted)
    sums = values.sum(axis=0)
    onward = from_each @ sums
    return LayerErrors(
        FirstOrder(values, errors[: G * F].reshape(G, F)),
        FirstOrder(sums, errors[G * F : G * F + F]),
        FirstOrder(onward, errors[G * F + F :]),
    )


def _combined(gradient: CellGradient, weights: Floats) -> CellGradient:
    """Return how weighted sums of figures move; `weights` has a row per sum."""
    return CellGradient(
        left=np.einsum("fk,krn->frn", weights, gradient.left, optimize=True),
        q=gradient.q,
        a=weights @ gradient.a,
        b=weights @ gradient.b,
        direct=weights @ gradient.direct,
        counted=weights @ gradient.counted,
    )


def _together(first: CellGradient, *others: CellGradient) -> CellGradient:
    """Return how the figures of several gradients with the same q move, one after another."""
    every = (first, *others)
    return CellGradient(
        left=np.concatenate([one.left for one in every]),
        q=first.q,
        a=np.concatenate([one.a for one in every]),
        b=np.concatenate([one.b for one in every]),
        direct=np.concatenate([one.direct for one in every]),
        counted=np.concatenate([one.counted for one in every]),
    )


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
