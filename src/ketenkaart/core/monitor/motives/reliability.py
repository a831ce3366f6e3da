"""How well the items of a scale hang together: alpha and omega."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.types import Floats

LEAST_CASES = 10
STEPS = 5000


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its interval, and McDonald's omega of one factor; None if not defined.

    `cases` are the firms that answered every item.
    """

    cases: int
    items: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    omega: float | None


def reliability(values: Floats, level: float = 0.95) -> Reliability:
    """Return alpha and omega of a scale from values by firm and item; NaN is no answer.

    Only firms that answered every item count. Reversed items are turned by the caller. Cronbach
    (1951), Psychometrika 16; Feldt (1965), Psychometrika 30, for the interval; McDonald (1999),
    *Test Theory*, chapter 6, for omega of a one-factor model.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    cases, items = whole.shape
    if cases < LEAST_CASES or items < 2:
        return Reliability(cases, items, None, None, None, None)
    covariance = np.cov(whole, rowvar=False)
    alpha = cronbach(covariance)
    low = high = None
    if alpha is not None:
        low, high = feldt(alpha, cases, items, level)
    return Reliability(cases, items, alpha, low, high, omega(covariance))


def cronbach(covariance: Floats) -> float | None:
    """Return alpha from the covariance matrix of the items; None where they do not vary.

    >>> round(cronbach(np.array([[2.0, 1.0], [1.0, 2.0]])), 4)
    0.6667
    """
    items, total = len(covariance), float(covariance.sum())
    if not total > 0:
        return None
    return float(items / (items - 1) * (1 - np.trace(covariance) / total))


def feldt(alpha: float, cases: int, items: int, level: float) -> tuple[float, float]:
    """Return the interval of alpha: (1 − alpha) / (1 − true alpha) follows an F distribution."""
    from scipy.stats import f  # noqa: PLC0415 - slow to load

    tail, one, two = (1 - level) / 2, cases - 1, (cases - 1) * (items - 1)
    return (
        float(1 - (1 - alpha) * f.ppf(1 - tail, one, two)),
        float(1 - (1 - alpha) * f.ppf(tail, one, two)),
    )


def omega(covariance: Floats) -> float | None:
    """Return omega total: the share of the sum's variance that one factor gives.

    None with fewer than three items, where the loadings of a factor cannot be told, or where they
    do not all have one sign.

    >>> loadings = np.array([1.0, 0.8, 0.6, 0.9])
    >>> made = np.outer(loadings, loadings) + np.diag([0.5, 0.6, 0.7, 0.4])
    >>> round(omega(made), 6) == round(3.3**2 / (3.3**2 + 2.2), 6)
    True
    """
    if len(covariance) < 3 or not (np.diag(covariance) > 0).all():
        return None
    scale = np.sqrt(np.diag(covariance))
    loadings = _one_factor(covariance / np.outer(scale, scale))
    if loadings is None:
        return None
    own = loadings * scale
    common = float(own.sum()) ** 2
    alone = float((np.diag(covariance) - own**2).sum())
    return common / (common + alone)


def _one_factor(correlation: Floats) -> Floats | None:
    """Return the loadings of one factor by least squares of the residuals (minres)."""
    reduced = correlation.copy()
    shared = 1 - 1 / np.diag(np.linalg.pinv(correlation))
    for _ in range(STEPS):
        np.fill_diagonal(reduced, shared)
        values, vectors = np.linalg.eigh(reduced)
        if not values[-1] > 0:
            return None
        loadings = vectors[:, -1] * np.sqrt(values[-1])
        new = np.minimum(loadings**2, 1.0)
        if np.abs(new - shared).max() < 1e-12:
            break
        shared = new
    loadings = loadings * np.sign(loadings.sum())
    return None if (loadings < -1e-6).any() else loadings
