"""Credit: how much of the covered weight is owed to each instrument (DESIGN.md, point 11)."""

from __future__ import annotations

from math import ceil

import numpy as np

from ketenkaart.core.chain.types import Floats

BLOCK = 1 << 16
"""Shares handled at once: few enough to stay in the processor's own memory."""


def shapley_shares(shares: Floats) -> Floats:
    """Return each instrument's Shapley share of the coverage 1 - prod(1 - a_k), cell by cell.

    `shares[k, ...]` is a_k in [0, 1]; the result has the same shape and sums over k to the
    coverage. The Shapley value of this game is a_k * integral over t in [0, 1] of
    prod over j != k of (1 - t a_j): the multilinear extension (Owen 1972, Management Science
    18:64-79). The integrand is a polynomial of degree K - 1 in t, so Gauss-Legendre with
    ceil(K / 2) nodes is exact.

    >>> shapley_shares(np.array([[0.5], [0.5]])).round(4).tolist()
    [[0.375], [0.375]]
    """
    count = len(shares)
    if count == 0:
        return shares
    nodes, weights = np.polynomial.legendre.leggauss(ceil(count / 2))
    flat = shares.reshape(count, -1)
    found = np.empty_like(flat)
    width = max(1, BLOCK // count)
    for start in range(0, flat.shape[1], width):
        block = flat[:, start : start + width]
        total = np.zeros_like(block)
        for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
            # a node lies below one, so no factor is zero and the product may be divided by each
            factors = 1.0 - node * block
            total += weight * factors.prod(axis=0) / factors
        found[:, start : start + width] = block * total
    return np.asarray(found.reshape(shares.shape))
