"""Who reported of themselves, held against the frame: no sample, so bounds and no interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.types import Codes, Floats, Mask

FEW = 5.0
DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class Leaning:
    """One category among those who reported and those who did not.

    `difference` is the standardised difference of the two shares, (p₁ − p₀)/√((p₁q₁ + p₀q₀)/2)
    (Austin 2009, Statistics in Medicine 28), with an interval as if reporting were chance; above
    0.1 in size it is usually called a difference. None where a side is empty or does not vary.
    """

    dimension: str
    category: str
    tenders: int
    reported: int
    share_reported: float | None
    share_others: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class LeaningTest:
    """Whether reporting goes with a dimension: chi-squared, its chance, and Cramér's V.

    `is_simulated` says that the chance was found by shuffling, because cells expect too few.
    """

    dimension: str
    statistic: float | None
    freedom: int
    p: float | None
    v: float | None
    low: float | None
    high: float | None
    is_simulated: bool


def leanings(
    dimension: str, codes: Codes, labels: Sequence[str], reported: Mask, level: float
) -> list[Leaning]:
    """Return how each category weighs among those who reported and the others."""
    inside, outside = int(reported.sum()), int((~reported).sum())
    found: list[Leaning] = []
    for code, label in enumerate(labels):
        member = codes == code
        a, b = int((member & reported).sum()), int((member & ~reported).sum())
        p1 = a / inside if inside else None
        p0 = b / outside if outside else None
        difference = None if p1 is None or p0 is None else _standardised(p1, p0)
        low, high = _around(difference, inside, outside, level)
        found.append(Leaning(dimension, label, int(member.sum()), a, p1, p0, difference, low, high))
    return found


def _standardised(p1: float, p0: float) -> float | None:
    spread = math.sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / 2)
    if spread == 0:
        return 0.0 if p1 == p0 else None
    return (p1 - p0) / spread


def _around(
    difference: float | None, n1: int, n0: int, level: float
) -> tuple[float | None, float | None]:
    """Return the interval of a standardised difference (Hedges & Olkin 1985, chapter 5)."""
    if difference is None or n1 < 2 or n0 < 2:
        return None, None
    se = math.sqrt((n1 + n0) / (n1 * n0) + difference**2 / (2 * (n1 + n0)))
    reach = t_quantile(level, n1 + n0 - 2) * se
    return difference - reach, difference + reach


def mean_leaning(
    dimension: str, category: str, values: Floats, reported: Mask, level: float
) -> Leaning:
    """Return the standardised difference of the mean of known values, those above zero in logs."""
    known = np.isfinite(values) & (values > 0)
    logs = np.log(values[known])
    x, y = logs[reported[known]], logs[~reported[known]]
    difference = None
    if len(x) > 1 and len(y) > 1:
        spread = math.sqrt((float(x.var(ddof=1)) + float(y.var(ddof=1))) / 2)
        difference = (float(x.mean()) - float(y.mean())) / spread if spread > 0 else None
    low, high = _around(difference, len(x), len(y), level)
    return Leaning(dimension, category, int(known.sum()), len(x), None, None, difference, low, high)


def leaning_test(
    dimension: str, codes: Codes, reported: Mask, *, level: float, seed: int
) -> LeaningTest:
    """Return the test of independence of reporting and a dimension.

    Pearson's chi-squared; where a cell expects fewer than five, its chance is found by shuffling
    who reported (Monte Carlo, `seed`). The interval of V turns that of the noncentral
    distribution around (Smithson 2003, Confidence Intervals).
    """
    from scipy.special import chdtrc, chndtrinc  # noqa: PLC0415 - slow to load

    used = np.unique(codes, return_inverse=True)[1]
    size, n = int(used.max(initial=-1)) + 1, len(used)
    inside = int(reported.sum())
    if size < 2 or inside in (0, n):
        return LeaningTest(dimension, None, max(0, size - 1), None, None, None, None, False)
    totals = np.bincount(used, minlength=size).astype(np.float64)
    expected = totals * inside / n
    statistic = _chi_squared(np.bincount(used[reported], minlength=size), totals, inside, n)
    few = min(float(expected.min()), float((totals - expected).min())) < FEW
    p = float(chdtrc(size - 1, statistic))
    if few:
        rng = np.random.default_rng(seed)
        made = rng.multivariate_hypergeometric(totals.astype(np.int64), inside, DRAWS)
        found = np.array([_chi_squared(row, totals, inside, n) for row in made])
        p = float((1 + (found >= statistic * (1 - 1e-12)).sum()) / (DRAWS + 1))
    tail = (1 - level) / 2
    ends = [float(chndtrinc(statistic, size - 1, q)) for q in (1 - tail, tail)]
    low, high = (math.sqrt(max(0.0, end) / n) if math.isfinite(end) else 0.0 for end in ends)
    return LeaningTest(
        dimension, statistic, size - 1, p, math.sqrt(statistic / n), low, min(1.0, high), few
    )


def _chi_squared(heard: np.ndarray[tuple[int], np.dtype[np.int64]], totals: Floats, inside: int,
                 n: int) -> float:  # fmt: skip
    expected = totals * inside / n
    rest = totals - expected
    return float(((heard - expected) ** 2 * (1 / expected + 1 / rest)).sum())


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a share of the frame can be, whatever the others did.

    `low` counts everyone who did not say as having none, `high` as having it. `what_if` is what
    the share would be if others in the same class were as those who reported: no estimate.
    `reached` is the part of the frame in classes with a report. `whole` is the frame, by number
    or value.
    """

    by: str
    whole: float
    said: float
    share_said: float | None
    low: float | None
    high: float | None
    what_if: float | None
    reached: float | None


def bounds(by: str, weights: Floats, said: Mask, has: Mask, classes: Codes) -> Bounds:
    """Return the bounds of the share of a frame that has something, from those who said.

    `weights` are ones, or values, of every tender of the frame; `said` who reported yes or no and
    `has` who reported yes.

    >>> found = bounds(
    ...     "number", np.ones(4), np.array([True, True, False, False]),
    ...     np.array([True, False, False, False]), np.array([0, 0, 0, 1]),
    ... )
    >>> found.low, found.high, found.what_if, found.reached
    (0.25, 0.75, 0.5, 0.75)
    """
    whole = float(weights.sum())
    heard = float(weights[said].sum())
    yes = float(weights[said & has].sum())
    if whole <= 0:
        return Bounds(by, whole, heard, None, None, None, None, None)
    size = int(classes.max(initial=-1)) + 1
    all_by = np.bincount(classes, weights=weights, minlength=size)
    said_by = np.bincount(classes[said], weights=weights[said], minlength=size)
    yes_by = np.bincount(classes[said & has], weights=weights[said & has], minlength=size)
    inside = said_by > 0
    reached = float(all_by[inside].sum())
    what_if = None
    if reached > 0:
        what_if = float((all_by[inside] * yes_by[inside] / said_by[inside]).sum()) / reached
    return Bounds(
        by, whole, heard, yes / heard if heard > 0 else None, yes / whole,
        (yes + whole - heard) / whole, what_if, reached / whole,
    )  # fmt: skip
