"""Estimate statistics by domain, with standard errors and intervals that fit the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ketenkaart.core.monitor.intervals import proportion_ends, student, t_quantile
from ketenkaart.core.monitor.quantiles import distribution
from ketenkaart.core.monitor.replicates import (
    Made,
    Replication,
    factors_of,
    made_totals,
    replicate_variance,
    scales_of,
)
from ketenkaart.core.monitor.statistics import columns, known_rows, slopes, value
from ketenkaart.core.monitor.types import (
    Adjuster,
    Codes,
    Domains,
    EstimateRow,
    EstimateTable,
    Fitted,
    Floats,
    IntervalMethod,
    Mask,
    Statistic,
    SurveyDesign,
    Variable,
    add_up,
)
from ketenkaart.core.monitor.variance import variance

MOST_CELLS = 4_000_000
NOTHING = 1e-12
"""A standard error below this share of its estimate is what rounding leaves of zero."""


@dataclass(slots=True)
class Survey:
    """A sample ready to be asked: its design, adjustments of weights, and replicates if any.

    `fitted` are the adjustments as fitted to the weights, in the order in which they were made.
    """

    design: SurveyDesign
    adjusters: tuple[Adjuster, ...] = ()
    replication: Replication | None = None
    fitted: list[Fitted] = field(default_factory=list)
    _cached: dict[tuple[int, bool], Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = self.design.weights
        for adjuster in self.adjusters:
            self.fitted.append(adjuster.fit(weights))
            weights = self.fitted[-1].weights

    @property
    def weights(self) -> Floats:
        """Return the weights after all adjustments, shape (rows,)."""
        return self.fitted[-1].weights if self.fitted else self.design.weights

    def reweighted(self, weights: Floats) -> Floats:
        """Return other starting weights after the same adjustments."""
        for adjuster, fitted in zip(self.adjusters, self.fitted, strict=True):
            again = fitted.again
            weights = adjuster.fit(weights).weights if again is None else again(weights)
        return weights

    def spread(self, contributions: Floats) -> Floats:
        """Return contributions to variance, the last adjustment taken out first."""
        for fitted in reversed(self.fitted):
            contributions = fitted.spread(contributions)
        return contributions

    def cells(self, contributions: Floats) -> Floats:
        """Return sums by cluster of the last stage, shape (clusters,), of a column by row."""
        if self.design.cell is None:
            return contributions
        return add_up(contributions, self.design.cell, self.design.cells)


def estimate(
    survey: Survey,
    statistics: Sequence[Statistic],
    domains: Domains | None = None,
    *,
    level: float = 0.95,
    interval: IntervalMethod = "wilson",
) -> EstimateTable:
    """Return a row per statistic and domain, the population itself where no domains are given.

    A domain is a part of the population: units outside it stay in the design with nothing to
    contribute (Särndal, Swensson & Wretman 1992, section 10.3). Degrees of freedom are primary
    units less strata, of those that hold rows of the domain.
    """
    found = EstimateTable()
    for statistic in statistics:
        rows = _Rows(survey, statistic, domains, level, interval)
        found.rows.extend(rows.quantiles() if statistic.kind == "quantile" else rows.quotients())
    return found


@dataclass(slots=True)
class _Block:
    """Some domains at once: totals (j, k) and sums by cluster (j, clusters, k), j columns."""

    totals: Floats
    cells: list[Floats]


@dataclass(slots=True)
class _Rows:
    """One statistic, for every domain."""

    survey: Survey
    statistic: Statistic
    domains: Domains | None
    level: float
    interval: IntervalMethod
    known: Mask | None = None

    def __post_init__(self) -> None:
        self.known = known_rows(self.statistic)

    @property
    def labels(self) -> tuple[str | None, ...]:
        return (None,) if self.domains is None else self.domains.labels

    def quotients(self) -> list[EstimateRow]:
        """Return rows of a statistic that is a total or a quotient of two."""
        counts, freedom, present = self._counts()
        values = np.empty(len(self.labels))
        errors = np.empty(len(self.labels))
        step = max(1, MOST_CELLS // max(1, self.survey.design.cells))
        for start in range(0, len(self.labels), step):
            part = slice(start, min(start + step, len(self.labels)))
            values[part], errors[part] = self._part(part, present)
        return [
            self._row(k, values[k], errors[k], int(counts[k]), int(freedom[k]))
            for k in range(len(self.labels))
        ]

    def _part(self, part: slice, present: Floats | None) -> tuple[Floats, Floats]:
        """Return values and standard errors of some domains."""
        survey = self.survey
        block = self._block(part)
        values = value(block.totals)
        if survey.replication is not None:
            made = self._replicated(block, part, survey.replication)
            return values, np.sqrt(replicate_variance(survey.replication, made, values))
        shown = None if present is None else present[:, part]
        return values, np.sqrt(variance(survey.design, _linearised(block), shown))

    def contributions(self) -> Floats:
        """Return, by primary unit and domain, what adds up to the estimate's error."""
        return self.survey.design.first_stage(_linearised(self._block(slice(0, len(self.labels)))))

    def _replicated(self, block: _Block, part: slice, replication: Replication) -> Made:
        """Return the statistic of every replicate, shape (replicates, domains)."""
        survey, width = self.survey, part.stop - part.start
        if replication.weights is not None:
            given = replication.weights.T
            totals = np.stack([self._totals(survey.reweighted(w), part) for w in given])
            kept = np.ones(len(totals)) if replication.rscales is None else replication.rscales
            return Made(_values(totals), replication.scale or 1.0, kept)
        if not survey.adjusters:
            flat = np.concatenate(block.cells, axis=1)
            made = made_totals(survey.design, replication, flat)
            totals = made.totals.reshape(len(made.totals), len(block.cells), width)
            return Made(_values(totals), made.scale, made.rscales)
        scale, rscales = scales_of(survey.design, replication)
        totals = np.stack(
            [
                self._totals(survey.reweighted(survey.design.weights * factors), part)
                for factors in factors_of(survey.design, replication)
            ]
        )
        return Made(_values(totals), scale, rscales)

    def _totals(self, weights: Floats, part: slice) -> Floats:
        """Return totals under weights, shape (columns, domains of `part`)."""
        codes = self._codes()
        found = []
        for column in columns(self.statistic):
            weighted = self._weighted(weights, column)
            sums = add_up(weighted, codes, len(self.labels))
            found.append(sums[part])
        return np.stack(found)

    def _weighted(self, weights: Floats, column: Floats | None) -> Floats:
        weighted = weights if column is None else weights * column
        return weighted if self.known is None else np.where(self.known, weighted, 0.0)

    def _codes(self) -> Codes:
        if self.domains is None:
            return np.zeros(self.survey.design.rows, dtype=np.int64)
        return self.domains.codes

    def _block(self, part: slice) -> _Block:
        survey = self.survey
        if survey.fitted:
            return self._adjusted(part)
        cells = [self._cells(column, part) for column in columns(self.statistic)]
        return _Block(np.stack([item.sum(axis=0) for item in cells]), cells)

    def _cells(self, column: Floats | None, part: slice) -> Floats:
        """Return weighted sums by cluster and domain, shape (clusters, domains of `part`)."""
        survey, width = self.survey, part.stop - part.start
        key = (part.start, self.domains is None)
        # totals of weights alone are kept for the next statistic, where they are few
        plain = column is None and self.known is None and width == len(self.labels)
        if plain and key in survey._cached:
            return survey._cached[key]
        weighted = self._weighted(survey.weights, column)
        if self.domains is None:
            found = survey.cells(weighted)[:, None]
        else:
            cell, codes = survey.design.cell, self.domains.codes
            if width < len(self.labels):
                inside = (codes >= part.start) & (codes < part.stop)
                rows = np.flatnonzero(inside)
                place = rows if cell is None else cell[rows]
                weighted, codes = weighted[rows], codes[rows] - part.start
            else:
                place = np.arange(len(codes)) if cell is None else cell
            size = survey.design.cells
            found = add_up(weighted, place * width + codes, size * width).reshape(size, width)
        if plain:
            survey._cached[key] = found
        return found

    def _adjusted(self, part: slice) -> _Block:
        """Return totals under adjusted weights, and cells of what the adjustments leave of them."""
        survey, codes = self.survey, self._codes()
        made = columns(self.statistic)
        totals = self._totals(survey.weights, part)
        cells = [np.empty((survey.design.cells, part.stop - part.start)) for _ in made]
        for k in range(part.start, part.stop):
            inside = codes == k
            stacked = np.stack(
                [np.where(inside, self._weighted(survey.weights, c), 0.0) for c in made], axis=1
            )
            left = survey.spread(stacked)
            for j in range(len(made)):
                cells[j][:, k - part.start] = survey.cells(np.ascontiguousarray(left[:, j]))
        return _Block(totals, cells)

    def _counts(self) -> tuple[Codes, Codes, Floats | None]:
        """Return rows and degrees of freedom by domain, and rows by cluster where asked for."""
        survey, size = self.survey, len(self.labels)
        design = survey.design
        live = survey.weights > 0 if survey.fitted else None
        if self.known is not None:
            live = self.known if live is None else live & self.known
        if self.domains is None and live is None:
            stage = design.stages[0]
            freedom = stage.clusters - len(stage.sampled)
            freedom = self._given_freedom(freedom)
            present = np.ones((design.cells, 1)) if design.lonely == "average" else None
            return np.array([design.rows]), np.array([freedom]), present
        there = np.ones(design.rows) if live is None else live.astype(np.float64)
        counts = np.bincount(self._codes(), weights=there, minlength=size).astype(np.int64)
        primary, stage = design.primary_of_rows(), design.stages[0]
        codes = self._codes()
        if live is not None:
            primary, codes = primary[live], codes[live]
        units = _distinct(primary * size + codes, stage.clusters * size)
        strata = _distinct(stage.stratum[units // size] * size + units % size, None)
        by_domain = np.bincount(units % size, minlength=size)
        by_domain -= np.bincount(strata % size, minlength=size)
        present = None
        if design.lonely == "average":
            cell = np.arange(design.rows) if design.cell is None else design.cell
            present = add_up(there, cell * size + self._codes(), design.cells * size).reshape(
                design.cells, size
            )
        return counts, np.array([self._given_freedom(int(df)) for df in by_domain]), present

    def _given_freedom(self, freedom: int) -> int:
        """Return the rank of given replicate weights less one, in place of units less strata."""
        replication = self.survey.replication
        if replication is None or replication.weights is None:
            return freedom
        return replication.count - 1

    def _row(self, k: int, found: float, error: float, n: int, df: int) -> EstimateRow:
        label = self.labels[k]
        if not np.isfinite(found):
            return EstimateRow(self.statistic.label, label, None, None, None, None, n, df)
        se = float(error) if np.isfinite(error) else None
        if se is not None and se < NOTHING * abs(found):
            se = 0.0
        if se == 0 and n == 1 and not self._is_census():
            se = None  # one row lies on its own mean, which says nothing of others
        low: float | None = None
        high: float | None = None
        if se is not None and self.statistic.kind == "proportion":
            low, high = self._proportion(k, float(found), se, n, df)
        elif se is not None:
            low, high = student(float(found), se, df, self.level)
        return EstimateRow(self.statistic.label, label, float(found), se, low, high, n, df)

    def _is_census(self) -> bool:
        return all((stage.population <= stage.sampled).all() for stage in self.survey.design.stages)

    def _proportion(
        self, k: int, share: float, se: float, n: int, df: int
    ) -> tuple[float | None, float | None]:
        share = min(1.0, max(0.0, share))
        kish = float(n)
        if se == 0 or share in (0.0, 1.0):
            w = self._weighted(self.survey.weights, None)[self._codes() == k]
            kish = float(w.sum() ** 2 / (w**2).sum())
        return proportion_ends(
            share, se, rows=n, kish=kish, df=df, level=self.level, method=self.interval
        )

    def quantiles(self) -> list[EstimateRow]:
        """Return rows of a quantile: its interval turns around that of a share (Woodruff)."""
        codes, found = self._codes(), []
        y = self.statistic.variable
        for k, label in enumerate(self.labels):
            inside = codes == k
            if self.known is not None:
                inside = inside & self.known
            weights = np.where(inside, self.survey.weights, 0.0)
            if not (weights > 0).any():
                found.append(EstimateRow(self.statistic.label, label, None, None, None, None, 0, 0))
                continue
            spread = distribution(y.values, weights)
            middle = spread.quantile(self.statistic.probability)
            below = Variable(y.name, (y.values <= middle).astype(np.float64), inside)
            share = Statistic(self.statistic.label, "mean", below)
            row = _Rows(self.survey, share, None, self.level, "t").quotients()[0]
            low: float | None = None
            high: float | None = None
            se: float | None = None
            if row.low is not None and row.high is not None:
                low, high = spread.ends(row.low, row.high)
            if low is not None and high is not None:
                se = (high - low) / (2 * t_quantile(self.level, row.df))
            found.append(
                EstimateRow(self.statistic.label, label, middle, se, low, high, row.n, row.df)
            )
        return found


def contributions(survey: Survey, statistic: Statistic, domains: Domains | None) -> Floats:
    """Return the linearised, weighted sums by primary unit and domain, shape (units, domains).

    Their spread between units of a stratum is the variance of the estimate; two samples that share
    units covary through them. A quantile has none: raises `ValueError`.
    """
    if statistic.kind == "quantile":
        raise ValueError("a quantile has no linearised values")
    return _Rows(survey, statistic, domains, 0.95, "t").contributions()


def _distinct(codes: Codes, size: int | None) -> Codes:
    """Return each code once, by marking them where there are not too many that could be."""
    if size is None or size > MOST_CELLS:
        return np.unique(codes)
    marked = np.zeros(size, dtype=bool)
    marked[codes] = True
    return np.flatnonzero(marked)


def _linearised(block: _Block) -> Floats:
    gradient = slopes(block.totals)
    pushed: Floats = gradient[0] * block.cells[0]
    for slope, cells in zip(gradient[1:], block.cells[1:], strict=True):
        pushed += slope * cells
    return pushed


def _values(totals: Floats) -> Floats:
    """Return the statistic of totals by replicate, from shape (replicates, columns, domains)."""
    return np.stack([value(item) for item in totals])
