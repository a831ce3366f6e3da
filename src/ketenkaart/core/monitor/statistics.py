"""Statistics as functions of weighted totals, with their slopes: all that linearisation needs."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.types import Floats, Mask, Statistic


def known_rows(statistic: Statistic) -> Mask | None:
    """Return where every variable of a statistic is known; None for everywhere."""
    masks = [statistic.variable.known]
    if statistic.denominator is not None:
        masks.append(statistic.denominator.known)
    found = [mask for mask in masks if mask is not None]
    if not found:
        return None
    return np.asarray(np.logical_and.reduce(found))


def columns(statistic: Statistic) -> list[Floats | None]:
    """Return the columns whose weighted totals the statistic is made of; None is a column of ones.

    A mean is Σwy / Σw, a ratio Σwy / Σwz, a total Σwy, a count Σw.
    """
    y = statistic.variable.values
    if statistic.kind == "count":
        return [None]
    if statistic.kind == "total":
        return [y]
    if statistic.kind == "ratio" and statistic.denominator is not None:
        return [y, statistic.denominator.values]
    return [y, None]


def value(totals: Floats) -> Floats:
    """Return the statistic of totals, shape (1 or 2, k): the total itself, or their quotient.

    NaN where there is nothing to divide by; callers turn that into an absent figure.
    """
    if len(totals) == 1:
        return np.asarray(totals[0])
    nothing = np.full(totals.shape[1], np.nan)
    return np.asarray(np.divide(totals[0], totals[1], out=nothing, where=totals[1] != 0))


def slopes(totals: Floats) -> Floats:
    """Return the derivative of the statistic in each total, shape (1 or 2, k).

    For a quotient R = Y/X these are 1/X and −R/X, so that the linearised value of a row is
    (y − R x)/X. Source: Särndal, Swensson & Wretman (1992), section 5.5 and 5.6.
    """
    if len(totals) == 1:
        return np.ones_like(totals)
    below = np.where(totals[1] != 0, totals[1], np.nan)
    return np.stack([1 / below, -totals[0] / below**2])
