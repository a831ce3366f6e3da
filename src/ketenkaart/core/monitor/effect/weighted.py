"""Totals and shares from contracts drawn by value without replacement, with their variance.

Joint inclusion probabilities are approximated by π_i π_j (c_i + c_j)/2 with c_i = (n − 1)/(n − π_i)
(Brewer 2002, Combined Survey Sampling Inference, chapter 9; Brewer & Donadio 2003, Survey
Methodology 29), which needs no list of pairs and holds for the fixed-size, high-entropy draws that
`monitor.sampling` makes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.types import Codes, Floats, Mask, add_up

NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of a sum over strata, its degrees of freedom, and whether it can be known."""

    variance: float | None
    freedom: float


def brewer_variance(values: Floats, chances: Floats, strata: Codes) -> Spread:
    """Return the variance of Σ y/π, strata drawn apart, shapes (contracts,).

    Per stratum of n contracts: n/(n − 1) Σ (1 − π_i)(y_i/π_i − mean)². Contracts with π = 1 add
    nothing. With equal chances this is the formula of a simple random sample. A stratum of one
    contract drawn by chance has no variance: it is None. Degrees of freedom after Satterthwaite
    (Cochran 1977, section 5.4).

    >>> brewer_variance(np.array([2.0, 4.0]), np.array([0.5, 0.5]), np.array([0, 0])).variance
    8.0
    """
    size = int(strata.max(initial=-1)) + 1
    count = np.bincount(strata, minlength=size).astype(np.float64)
    by_chance = add_up((chances < 1 - NOTHING).astype(np.float64), strata, size) > 0
    if (by_chance & (count == 1)).any():
        return Spread(None, 0.0)
    expanded = values / chances
    means = add_up(expanded, strata, size) / np.maximum(count, 1)
    squares = add_up((1 - chances) * (expanded - means[strata]) ** 2, strata, size)
    parts = np.where(count > 1, count / np.maximum(count - 1, 1), 0.0) * squares
    return Spread(float(parts.sum()), satterthwaite(parts, np.maximum(count - 1, 1)))


def with_replacement_variance(values: Floats, chances: Floats, strata: Codes) -> Spread:
    """Return the variance as if contracts were drawn with replacement, to compare with.

    Per stratum n/(n − 1) Σ (y_i/π_i − mean)² (Hansen & Hurwitz 1943). Strata in which every
    contract has π = 1 add nothing.
    """
    size = int(strata.max(initial=-1)) + 1
    count = np.bincount(strata, minlength=size).astype(np.float64)
    expanded = values / chances
    means = add_up(expanded, strata, size) / np.maximum(count, 1)
    by_chance = add_up((chances < 1 - NOTHING).astype(np.float64), strata, size) > 0
    squares = add_up((expanded - means[strata]) ** 2, strata, size) * by_chance
    parts = np.where(count > 1, count / np.maximum(count - 1, 1), 0.0) * squares
    return Spread(float(parts.sum()), satterthwaite(parts, np.maximum(count - 1, 1)))


def satterthwaite(parts: Floats, freedom: Floats) -> float:
    """Return the degrees of freedom of a sum of variances: (ΣV)²/Σ(V²/df).

    Where nothing varies they are the sum of those of the parts.

    >>> satterthwaite(np.array([4.0, 4.0]), np.array([5.0, 5.0]))
    10.0
    """
    whole = float(parts.sum())
    if whole <= 0:
        return float(freedom.sum())
    return whole**2 / float((parts**2 / freedom).sum())


@dataclass(frozen=True, slots=True)
class Weighted:
    """Contracts of one group that gave an answer, with the chances that count for them.

    `chances` are inclusion probabilities times the share of the stratum that answered, by value
    where it has values: those who answered stand for those who did not (Särndal, Swensson &
    Wretman 1992, section 15.6). `sizes` is one where a contract has no value.
    """

    chances: Floats
    strata: Codes
    sizes: Floats

    def part(self, inside: Mask) -> Weighted:
        """Return some of the contracts."""
        return Weighted(self.chances[inside], self.strata[inside], self.sizes[inside])


def answering(
    chances: Floats, strata: Codes, sizes: Floats, answered: Mask
) -> tuple[Weighted, list[int]]:
    """Return the answering contracts with their chances, and the strata in which nobody answered.

    In a stratum drawn by size the share that answered is the same by value as by number, because
    x/π is the same for all; among contracts taken with certainty it is not, and value counts.

    >>> found, silent = answering(
    ...     np.array([1.0, 1.0, 0.5]), np.array([0, 0, 1]), np.array([30.0, 10.0, 4.0]),
    ...     np.array([True, False, False]),
    ... )
    >>> found.chances.tolist(), silent
    ([0.75], [1])
    """
    size = int(strata.max(initial=-1)) + 1
    x = np.where(np.isfinite(sizes), sizes, 1.0)
    drawn = add_up(x / chances, strata, size)
    heard = add_up(np.where(answered, x / chances, 0.0), strata, size)
    silent = np.flatnonzero((drawn > 0) & (heard == 0)).tolist()
    share = np.where(drawn > heard, heard / np.maximum(drawn, NOTHING), 1.0)
    kept = strata[answered]
    return Weighted(chances[answered] * share[kept], kept, x[answered]), silent


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its standard error and degrees of freedom; None where it cannot be said."""

    value: float | None
    variance: float | None
    freedom: float
    n: int

    @property
    def se(self) -> float | None:
        """Return the standard error."""
        return None if self.variance is None else math.sqrt(self.variance)


def weighted_total(values: Floats, drawn: Weighted) -> Figure:
    """Return the Horvitz-Thompson total Σ y/π and its variance.

    In a stratum where all have one chance and not all answered, sizes carry those who did not:
    there the residuals y − R x have the variance.
    """
    spread = brewer_variance(_residuals(values, drawn), drawn.chances, drawn.strata)
    total = float((values / drawn.chances).sum())
    return Figure(total, spread.variance, spread.freedom, len(values))


def _residuals(values: Floats, drawn: Weighted) -> Floats:
    found = values.astype(np.float64, copy=True)
    for code in np.unique(drawn.strata):
        inside = drawn.strata == code
        chances = drawn.chances[inside]
        if chances[0] < 1 - NOTHING and np.ptp(chances) < NOTHING:
            sizes = drawn.sizes[inside]
            found[inside] -= values[inside].sum() / sizes.sum() * (sizes - sizes.mean())
    return found


def weighted_ratio(
    values: Floats, sizes: Floats, whole: float, chances: Floats, strata: Codes
) -> Figure:
    """Return the ratio estimate X Σ(y/π)/Σ(x/π) of a total, X the known total of sizes.

    Chances are those of the draw: whoever answered in the group stands by value for all of it.
    The variance is that of the residuals y − R x (Särndal, Swensson & Wretman 1992, section 7.3),
    with chances times the share of value heard; where some were silent, over one stratum. Where
    all answered and sizes are those drawn by, this is the Horvitz-Thompson total itself.
    """
    below = float((sizes / chances).sum())
    if below <= 0:
        return Figure(None, None, 0.0, len(values))
    ratio = float((values / chances).sum()) / below
    heard = min(1.0, below / whole) if whole > 0 else 1.0
    if heard > 1 - 1e-9:
        heard = 1.0
    parts = strata if heard == 1 else np.zeros(len(values), dtype=np.int64)
    spread = brewer_variance(values - ratio * sizes, chances * heard, parts)
    return Figure(ratio * whole, spread.variance, spread.freedom, len(values))


def weighted_share(has: Mask, counts: Floats, drawn: Weighted) -> Figure:
    """Return the share Σ(c d/π)/Σ(c/π) that has something; `counts` are ones, or values."""
    below = float((counts / drawn.chances).sum())
    if below <= 0:
        return Figure(None, None, 0.0, len(counts))
    share = float((counts * has / drawn.chances).sum()) / below
    spread = brewer_variance(counts * (has - share) / below, drawn.chances, drawn.strata)
    return Figure(share, spread.variance, spread.freedom, len(counts))


def add_figures(parts: list[Figure]) -> Figure:
    """Return the sum of figures of groups drawn apart; unknown where one of them is."""
    values = [part.value for part in parts]
    if not parts or any(value is None for value in values):
        return Figure(None, None, 0.0, sum(part.n for part in parts))
    variances = [part.variance for part in parts]
    known = [v for v in variances if v is not None]
    total = float(sum(v for v in values if v is not None))
    if len(known) < len(parts):
        return Figure(total, None, 0.0, sum(part.n for part in parts))
    least = np.maximum([part.freedom for part in parts], NOTHING)
    return Figure(
        total, float(sum(known)), satterthwaite(np.array(known), least), sum(p.n for p in parts)
    )
