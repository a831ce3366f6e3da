"""The change between two waves whose samples share units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.monitor.estimating import Survey, contributions
from ketenkaart.core.monitor.intervals import student
from ketenkaart.core.monitor.types import Codes, Domains, EstimateRow, Floats, Statistic


@dataclass(frozen=True, slots=True)
class Wave:
    """A sample of one wave: which unit each primary unit is, and which stratum each stratum is.

    `units` (primary units,) and `strata` (strata,) hold numbers that mean the same in both waves.
    """

    survey: Survey
    domains: Domains | None
    units: Codes
    strata: Codes


@dataclass(frozen=True, slots=True)
class Overlap:
    """The primary units that two waves share, as places in each, by stratum of both."""

    first: Codes
    second: Codes
    stratum: Codes
    strata: tuple[tuple[int, int], ...]


def overlap(before: Wave, after: Wave) -> Overlap:
    """Return the units of both waves that lie in the same stratum in both."""
    _, first, second = np.intersect1d(before.units, after.units, return_indices=True)
    of_first = before.survey.design.stages[0].stratum[first]
    of_second = after.survey.design.stages[0].stratum[second]
    same = before.strata[of_first] == after.strata[of_second]
    pairs = np.stack([of_first[same], of_second[same]], axis=1)
    found, codes = np.unique(pairs, axis=0, return_inverse=True)
    return Overlap(
        first[same],
        second[same],
        codes.ravel().astype(np.int64),
        tuple((int(a), int(b)) for a, b in found),
    )


def covariance(before: Wave, after: Wave, shared: Overlap, first: Floats, second: Floats) -> Floats:
    """Return the covariance of two estimates by column, from contributions by primary unit.

    Per stratum with n₁ and n₂ units, n_c of them in both, of N: n_c (1 − n₁n₂/(n_c N)) times the
    sample covariance of the n_c shared units. With the same units in both waves this is the
    variance of a total. Source: Tam (1984), Am. Stat. 38; Qualité & Tillé (2008), Surv. Methodol.
    34.
    """
    stage, later = before.survey.design.stages[0], after.survey.design.stages[0]
    total = np.zeros(first.shape[1])
    for code, (a, b) in enumerate(shared.strata):
        members = shared.stratum == code
        count = int(members.sum())
        if count < 2:
            continue
        x, y = first[shared.first[members]], second[shared.second[members]]
        spread = ((x - x.mean(axis=0)) * (y - y.mean(axis=0))).sum(axis=0) / (count - 1)
        size = min(stage.population[a], later.population[b])
        rest = 1 - stage.sampled[a] * later.sampled[b] / (count * size)
        total += count * rest * spread
    return total


def changes(
    before: Wave,
    after: Wave,
    asked: tuple[Statistic, Statistic],
    rows: tuple[list[EstimateRow], list[EstimateRow]],
    *,
    level: float,
) -> list[EstimateRow]:
    """Return after less before, for the domains that both waves have.

    `asked` is the statistic in either wave and `rows` its estimates, one per domain. The standard
    error counts what shared units have in common; degrees of freedom are the fewer of both.
    """
    shared = overlap(before, after)
    first = contributions(before.survey, asked[0], before.domains)
    second = contributions(after.survey, asked[1], after.domains)
    places = {row.domain: k for k, row in enumerate(rows[1])}
    pairs = [(k, places[row.domain]) for k, row in enumerate(rows[0]) if row.domain in places]
    left = np.array([a for a, _ in pairs], dtype=np.int64)
    right = np.array([b for _, b in pairs], dtype=np.int64)
    common = covariance(before, after, shared, first[:, left], second[:, right])
    return [
        _change(rows[0][a], rows[1][b], float(common[k]), level) for k, (a, b) in enumerate(pairs)
    ]


def _change(before: EstimateRow, after: EstimateRow, common: float, level: float) -> EstimateRow:
    n, df = before.n + after.n, min(before.df, after.df)
    empty = replace(after, estimate=None, se=None, low=None, high=None, n=n, df=df)
    if before.estimate is None or after.estimate is None:
        return empty
    found = after.estimate - before.estimate
    if before.se is None or after.se is None:
        return replace(empty, estimate=found)
    # sampled covariance may exceed what two standard errors allow
    common = max(-before.se * after.se, min(before.se * after.se, common))
    se = float(np.sqrt(max(0.0, before.se**2 + after.se**2 - 2 * common)))
    low, high = student(found, se, df, level)
    return replace(empty, estimate=found, se=se, low=low, high=high)
