"""Instruments beside each other: which weight they share, which is theirs alone, which nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.coverage import HIGH
from ketenkaart.core.governance.gap import Selection
from ketenkaart.core.governance.reach import Reach


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a weight lies in the scope of which instruments, whoever takes part.

    `alone` (K, issues, n) is the weight in scope of each instrument; `both` (K, K) of each pair,
    with the diagonal their own; `counted` (3,) the weight in scope of none, of one, and of more;
    `unscoped` (issues, n) that of none. All in the unit of the weight, and `total` is all of it.
    """

    alone: Floats
    both: Floats
    counted: Floats
    unscoped: Floats
    total: float


def scope_share(item: Reach, issue: int, products: NDArray[np.int64]) -> Floats:
    """Return which part of every cell lies in scope, whoever takes part; as `Reach.share`."""
    whole = replace(item, scale=np.ones(3))
    return whole.share(HIGH, issue, products)


def share_out(
    exposure: Exposure,
    reaches: Sequence[Reach],
    weight: Floats,
    selection: Selection,
    products: NDArray[np.int64],
) -> Shared:
    """Lay the scopes of instruments over a weight and count what they share.

    `weight` (issues, n) is what one unit of exposure weighs, zero where nothing is known or
    outside the question. The part that two border laws share is at most the smaller of their
    parts; the count takes a cell as in scope where any part of it is.
    """
    picked = np.ix_(
        selection.buyers, np.ones(exposure.values.shape[1], bool), selection.nodes, selection.layers
    )
    E = exposure.values[picked]
    issues, n, K = weight.shape[0], weight.shape[1], len(reaches)
    alone = np.zeros((K, issues, n))
    both = np.zeros((K, K))
    counted = np.zeros(3)
    unscoped = np.zeros((issues, n))
    for alike in _alike(reaches, np.flatnonzero(selection.issues)):
        scopes = [scope_share(item, alike[0], products)[picked] for item in reaches]
        W = weight[alike][:, selection.nodes]
        parts = np.array([(E * scope).sum(axis=(0, 1, 3)) for scope in scopes]).reshape(
            K, W.shape[1]
        )
        by_issue = alone[:, alike]
        by_issue[:, :, selection.nodes] = parts[:, None, :] * W[None]
        alone[:, alike] = by_issue
        per_node = W.sum(axis=0)
        V = (E * per_node[None, None, :, None]).ravel()
        flat = np.array([scope.ravel() for scope in scopes]).reshape(K, len(V))
        both += _pairs(flat, V)
        count = (flat > 0).sum(axis=0)
        counted += [
            float(V[count == 0].sum()),
            float(V[count == 1].sum()),
            float(V[count > 1].sum()),
        ]
        free = E * (count == 0).reshape(E.shape)
        rows = unscoped[alike]
        rows[:, selection.nodes] = free.sum(axis=(0, 1, 3))[None] * W
        unscoped[alike] = rows
    return Shared(alone, both, counted, unscoped, float(counted.sum()))


def _alike(reaches: Sequence[Reach], issues: NDArray[np.int64]) -> list[list[int]]:
    """Return the issues in groups that every instrument treats alike."""
    groups: dict[bytes, list[int]] = {}
    for issue in issues:
        mark = b"".join(item.issues[:, issue].tobytes() for item in reaches)
        groups.setdefault(mark, []).append(int(issue))
    return list(groups.values())


def _pairs(flat: Floats, V: Floats) -> Floats:
    """Return the weight in scope of every pair: the smaller of their parts, cell by cell."""
    found = (flat * V) @ flat.T
    partly = [k for k in range(len(flat)) if ((flat[k] > 0) & (flat[k] < 1)).any()]
    for a in partly:
        for b in partly:
            found[a, b] = (np.minimum(flat[a], flat[b]) * V).sum()
    return np.asarray(found)
