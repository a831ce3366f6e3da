"""How far off a split has been where the truth is known, and the intervals that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError

UNLIMITED = 100.0
"""No ratio is taken to be larger, nor smaller than one over this."""


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """Figures of at least this share of the region's total: truth over estimate, two ends.

    `low` and `high` are the 5 % and 95 % quantiles of truth / estimate in the back-test, `count`
    the figures that they come from.
    """

    at_least: float
    low: float
    high: float
    count: int


def error_classes(
    estimates: Floats, truths: Floats, shares: Floats, edges: Sequence[float]
) -> tuple[ErrorClass, ...]:
    """Return the classes of a back-test; `edges` go down to zero, one per class.

    `shares` is each estimate over its region's total. Pairs of which both are zero tell nothing; a
    truth or an estimate of zero counts as a ratio at the limit. Raises `InputError` for a class
    with fewer than 20 figures: its quantiles would be guesses.

    >>> found = error_classes(np.full(40, 2.0), np.linspace(1, 4, 40), np.full(40, 0.5), [0.0])
    >>> [round(found[0].low, 2), round(found[0].high, 2)]
    [0.57, 1.93]
    """
    found = []
    above = np.inf
    usable = (estimates > 0) | (truths > 0)
    ratios = np.divide(
        truths, estimates, out=np.full_like(estimates, UNLIMITED), where=estimates > 0
    )
    ratios = np.clip(ratios, 1 / UNLIMITED, UNLIMITED)
    for edge in edges:
        inside = usable & (shares >= edge) & (shares < above)
        if inside.sum() < 20:
            raise InputError(
                f"{inside.sum()} figures are at least {edge:g} of the total: too few",
                where="edges",
                fix="Take fewer classes, or more regions to try.",
            )
        low, high = np.quantile(ratios[inside], [0.05, 0.95])
        found.append(
            ErrorClass(edge, min(float(low), 1.0), max(float(high), 1.0), int(inside.sum()))
        )
        above = edge
    return tuple(found)


def bounds(
    estimates: Floats, shares: Floats, classes: Sequence[ErrorClass]
) -> tuple[Floats, Floats]:
    """Return the low and high end of estimates, by the class that each share falls in.

    `classes` go down to zero. Shapes as `estimates`.
    """
    edges = -np.array([item.at_least for item in classes])
    at = np.minimum(np.searchsorted(edges, -np.asarray(shares)), len(classes) - 1)
    low = np.array([item.low for item in classes])[at]
    high = np.array([item.high for item in classes])[at]
    return estimates * low, estimates * high


def covered(truths: Floats, low: Floats, high: Floats) -> float:
    """Return the share of truths that lie in their interval; NaN without any.

    >>> covered(np.array([1.0, 5.0]), np.array([0.0, 0.0]), np.array([2.0, 2.0]))
    0.5
    """
    if truths.size == 0:
        return float("nan")
    slack = 1e-12 * np.abs(truths)
    return float(((truths >= low - slack) & (truths <= high + slack)).mean())


def absolute_error(estimates: Floats, truths: Floats) -> float:
    """Return the sum of |estimate - truth| over the sum of |truth|: 0 is perfect, 1 is nothing.

    >>> absolute_error(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    0.5
    """
    return float(np.abs(estimates - truths).sum() / np.abs(truths).sum())
