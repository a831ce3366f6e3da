"""Weighted quantiles, with intervals found by turning those of a proportion around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.types import Floats

TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Distribution:
    """Sorted values with the share of weight at or below each, shape (values,)."""

    values: Floats
    shares: Floats

    def quantile(self, probability: float) -> float:
        """Return the least value at or below which at least this share lies.

        >>> distribution(np.array([3.0, 1.0, 2.0, 4.0]), np.ones(4)).quantile(0.5)
        2.0
        """
        place = int(np.searchsorted(self.shares, probability - TIE, side="left"))
        return float(self.values[min(place, len(self.values) - 1)])

    def ends(self, low: float, high: float) -> tuple[float | None, float | None]:
        """Return the quantiles of two shares; no end where a share lies outside 0 to 1.

        Source: Woodruff (1952), J. Am. Stat. Assoc. 47.
        """
        first = None if not 0 <= low <= 1 else self.quantile(low)
        last = None if not 0 <= high <= 1 else self.quantile(high)
        return first, last


def distribution(values: Floats, weights: Floats) -> Distribution:
    """Return the distribution of values under weights above zero."""
    counts = weights > 0
    values, weights = values[counts], weights[counts]
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weights[order])
    return Distribution(values[order], running / running[-1])
