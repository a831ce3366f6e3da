"""Exact extremes of a ratio of sums over a box: the ends of the gap (DESIGN.md, point 8)."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.types import Floats


def largest_ratio(numerator: Floats, denominator: Floats, low: Floats, high: Floats) -> float:
    """Return the largest sum(q u) / sum(q e) over low <= q <= high; NaN where no q has weight.

    `numerator` u and `denominator` e are per cell, e > 0 where it counts; all shape (m,). At the
    optimum every q stands at an end: cells whose u / e lies above the optimum at their high end,
    the others at their low end (linear-fractional programming; Boyd & Vandenberghe, Convex
    Optimization, section 4.3.2). Sorting by u / e and trying every cut is therefore exact.

    >>> u, e, low, high = (np.array(v) for v in ([1.0, 0.0], [1.0, 1.0], [0.2, 0.2], [0.8, 0.8]))
    >>> largest_ratio(u, e, low, high)
    0.8
    """
    # a product of two tiny figures may be zero: what has no weight at its high end never has any
    counts = denominator * high > 0
    u, e, low, high = numerator[counts], denominator[counts], low[counts], high[counts]
    if len(u) == 0:
        return float("nan")
    order = np.argsort(-(u / e), kind="stable")
    u, e, low, high = u[order], e[order], low[order], high[order]
    tops = _cuts(u, low, high)
    bottoms = _cuts(e, low, high)
    ratios = np.divide(tops, bottoms, out=np.full(len(tops), -np.inf), where=bottoms > 0)
    return float(ratios.max())


def smallest_ratio(numerator: Floats, denominator: Floats, low: Floats, high: Floats) -> float:
    """Return the smallest sum(q u) / sum(q e) over low <= q <= high; NaN where no q has weight.

    >>> u, e, low, high = (np.array(v) for v in ([1.0, 0.0], [1.0, 1.0], [0.2, 0.2], [0.8, 0.8]))
    >>> smallest_ratio(u, e, low, high)
    0.2
    """
    return 0.0 - largest_ratio(-numerator, denominator, low, high)


def _cuts(values: Floats, low: Floats, high: Floats) -> Floats:
    """Return, for every k, the sum with the first k cells at their high end and the rest at low."""
    above = np.concatenate([[0.0], np.cumsum(values * high)])
    below = np.concatenate([np.cumsum((values * low)[::-1])[::-1], [0.0]])
    return np.asarray(above + below)
