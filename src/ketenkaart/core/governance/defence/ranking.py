"""How well a score ranks known cases above all other cells: areas, intervals and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Booleans, Floats

NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The area under the curve per score, with the covariance of DeLong; (s,) and (s, s)."""

    auc: Floats
    covariance: Floats

    def interval(self, k: int) -> tuple[float, float]:
        """Return the 95 % interval of one area, within [0, 1]."""
        half = NORMAL_95 * sqrt(max(0.0, float(self.covariance[k, k])))
        return max(0.0, float(self.auc[k]) - half), min(1.0, float(self.auc[k]) + half)

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """Return area a minus area b with its 95 % interval; the same cells lie under both."""
        S = self.covariance
        variance = float(S[a, a] + S[b, b] - 2 * S[a, b])
        middle, half = float(self.auc[a] - self.auc[b]), NORMAL_95 * sqrt(max(0.0, variance))
        return middle, middle - half, middle + half


def midranks(values: Floats) -> Floats:
    """Return the rank of every value from 1, equal values sharing the mean of their ranks.

    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place.reshape(-1)])


def delong(scores: Floats, is_case: Booleans) -> Areas:
    """Return the areas under the curves of several scores over the same cells.

    `scores` (s, m), higher meaning more suspect; `is_case` (m,). An area is the chance that a
    case scores above another cell, equal scores counting for a half. The covariance is that of
    DeLong, DeLong and Clarke-Pearson (1988, Biometrics 44:837-845), by the midranks of Sun and Xu
    (2014, IEEE Signal Processing Letters 21:1389-1393). With a single case or a single other cell
    the covariance is NaN: nothing is known of its spread.
    """
    cases, others = scores[:, is_case], scores[:, ~is_case]
    m, n = cases.shape[1], others.shape[1]
    placed_cases, placed_others = np.empty(cases.shape), np.empty(others.shape)
    for k in range(len(scores)):
        ranks = midranks(np.concatenate([cases[k], others[k]]))
        placed_cases[k] = (ranks[:m] - midranks(cases[k])) / n
        placed_others[k] = 1 - (ranks[m:] - midranks(others[k])) / m
    return Areas(
        auc=placed_cases.mean(axis=1),
        covariance=_covariance(placed_cases) / m + _covariance(placed_others) / n,
    )


def _covariance(values: Floats) -> Floats:
    """Return the sample covariance (s, s) of rows; NaN where there is one column."""
    count = values.shape[1]
    if count < 2:
        return np.full((len(values), len(values)), np.nan)
    centred = values - values.mean(axis=1, keepdims=True)
    return np.asarray(centred @ centred.T / (count - 1))


def weighted_areas(scores: Floats, cases: Floats, others: Floats) -> Floats:
    """Return the area per score where cells weigh unequally, in shape (..., s).

    `scores` is (s, m); `cases` and `others` (..., m) say how heavily each cell counts as a case and
    as another cell. NaN where nothing counts as one of the two.
    """
    found = []
    for score in scores:
        _, place = np.unique(score, return_inverse=True)
        order = np.argsort(place, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(place[order]) > 0])
        case = np.add.reduceat(cases[..., order], starts, axis=-1)
        other = np.add.reduceat(others[..., order], starts, axis=-1)
        below = np.cumsum(other, axis=-1) - other
        whole = case.sum(axis=-1) * other.sum(axis=-1)
        top = (case * (below + other / 2)).sum(axis=-1)
        found.append(np.divide(top, whole, out=np.full(np.shape(top), np.nan), where=whole > 0))
    return np.stack(found, axis=-1)


@dataclass(frozen=True, slots=True)
class Spread:
    """Areas over draws of whole clusters, shape (draws, s); draws that say nothing left out."""

    areas: Floats

    def interval(self, k: int) -> tuple[float, float] | None:
        """Return the 2.5th and 97.5th percentile of one area; `None` without enough draws."""
        return _percentiles(self.areas[:, k])

    def difference(self, a: int, b: int) -> tuple[float, float] | None:
        """Return the percentiles of the difference between two areas of the same draw."""
        return _percentiles(self.areas[:, a] - self.areas[:, b])


ENOUGH_DRAWS = 100


def _percentiles(values: Floats) -> tuple[float, float] | None:
    if len(values) < ENOUGH_DRAWS:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def cluster_draws(
    scores: Floats,
    case_weight: Floats,
    is_case: Booleans,
    clusters: NDArray[np.int64],
    *,
    draws: int,
    seed: int,
) -> Spread:
    """Return the areas over bootstrap draws of whole clusters, all their cells at once.

    `clusters` (m,) numbers the cluster of every cell, such as its country. A draw in which no case
    or no other cell is left says nothing and is left out (Davison and Hinkley 1997, Bootstrap
    Methods, section 3.8).
    """
    rng = np.random.default_rng(seed)
    count = int(clusters.max()) + 1 if len(clusters) else 0
    if count == 0:
        return Spread(np.zeros((0, len(scores))))
    times = rng.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    cases = times[:, clusters[is_case]] * case_weight[is_case]
    here = np.bincount(clusters[~is_case], minlength=count).astype(np.float64)
    pairs = cases.sum(axis=1) * (times @ here)
    found = []
    for score in scores:
        won = _won(score[is_case], score[~is_case], clusters[~is_case], count)
        top = ((cases @ won) * times).sum(axis=1)
        found.append(np.divide(top, pairs, out=np.full(draws, np.nan), where=pairs > 0))
    areas = np.stack(found, axis=1)
    return Spread(areas[~np.isnan(areas).any(axis=1)])


def _won(cases: Floats, others: Floats, clusters: NDArray[np.int64], count: int) -> Floats:
    """Return how many cells of each cluster every case stands above, ties as half; (cases, c)."""
    found = np.zeros((len(cases), count))
    for cluster in np.unique(clusters):
        values = np.sort(others[clusters == cluster])
        below = np.searchsorted(values, cases, side="left")
        not_above = np.searchsorted(values, cases, side="right")
        found[:, cluster] = (below + not_above) / 2
    return found


def best_of(
    names: Sequence[str], areas: Floats, lower_ends: Sequence[Sequence[float | None]]
) -> str | None:
    """Return the score whose area is above that of every other one beyond doubt, or `None`.

    `lower_ends[a][b]` is the lower end of area a minus area b.
    """
    for a in np.argsort(-areas, kind="stable")[:1]:
        ends = [lower_ends[a][b] for b in range(len(names)) if b != a]
        if all(end is not None and end > 0 for end in ends):
            return names[int(a)]
    return None
