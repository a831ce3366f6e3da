"""Credit: how much of the covered weight is owed to each instrument (DESIGN.md, point 11)."""

from __future__ import annotations

from math import ceil

import numpy as np

from ketenkaart.core.chain.types import Floats


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
    total = np.zeros_like(shares)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        total += weight * _products_of_others(1.0 - node * shares)
    return np.asarray(shares * total)


def _products_of_others(factors: Floats) -> Floats:
    """Return for every k the product of all factors but the k-th, without dividing by zero."""
    before = np.ones_like(factors)
    after = np.ones_like(factors)
    np.cumprod(factors[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumprod(factors[:0:-1], axis=0)[::-1]
    return np.asarray(before * after)
