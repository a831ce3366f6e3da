"""Which part of a flow crosses a border as a product that a border law speaks of.

A law at a border sees goods that cross it, not what they were made of elsewhere: it sees ore and
metal, not the ore inside a car. Every flow from outside to a buyer inside crosses first somewhere,
as one product; this tells, per producer and layer, how much crosses first as a product in scope.
"""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.leontief import layers, output_for
from ketenkaart.core.chain.types import Booleans, Floats


def crossing_shares(
    A: Floats, columns: Floats, inside: Booleans, scope: Booleans, separate: int = 4
) -> Floats:
    """Return the share of each layer's output that first crosses into the border as in `scope`.

    `columns` (n, k) are demands of buyers inside the border; `inside` (n,) marks nodes within it,
    `scope` (n,) the products that count where they cross. Shape (n, k, separate + 1), in [0, 1],
    layers as in `leontief.layers`; zero at nodes inside and where nothing is made. With O outside,
    U inside and x^t = A^t y, what crosses in scope obeys

        g^0 = scope y_O,    g^t = A_OO g^(t-1) + scope A_OU x^(t-1)_U

    and for all deeper layers the same, summed, as a linear system. With every product in scope g
    is x itself: no flow is lost. What went out and comes back in again counts at its first
    crossing, seen from the producer.

    >>> A = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.2, 0.5, 0.0]])  # car, engine, ore
    >>> car, ore = np.array([1.0, 0.0, 0.0])[:, None], np.array([False, False, True])
    >>> crossing_shares(A, car, np.array([True, False, False]), ore)[2, 0, :3].tolist()
    [0.0, 1.0, 0.0]
    """
    out = ~inside
    X = layers(A, columns, separate)
    counts = scope[out][:, None]
    own, sold = A[np.ix_(out, out)], A[np.ix_(out, inside)]
    found = np.zeros_like(X)
    current = np.where(counts, X[out, :, 0], 0.0)
    for t in range(separate):
        found[out, :, t] = current
        current = own @ current + np.where(counts, sold @ X[inside, :, t], 0.0)
    deeper = np.where(counts, sold @ X[inside, :, separate], 0.0)
    found[out, :, separate] = output_for(own, current + deeper)
    shares = np.divide(found, X, out=np.zeros_like(X), where=X > 0)
    return np.asarray(shares.clip(0.0, 1.0))
