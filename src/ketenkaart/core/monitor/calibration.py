"""Calibrate weights to known population totals: cells, margins, regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Fitted, Floats, add_up

CalibrationMethod = Literal["linear", "raking", "logit"]
RAKE_ROUNDS = 50
RESIDUAL_ROUNDS = 10
NEWTON_ROUNDS = 50
EXACT = 1e-7


@dataclass(frozen=True, slots=True)
class PostStrata:
    """Known sizes of groups that do not overlap: weights of a group add up to its size.

    `codes` has shape (rows,), `totals` shape (groups,). Contributions become residuals about the
    group's mean. Source: Särndal, Swensson & Wretman (1992), section 7.6.
    """

    codes: Codes
    totals: Floats
    names: Sequence[str]

    def fit(self, weights: Floats) -> Fitted:
        """Return weights that add up to the totals; `InputError` for a group without weight."""
        final = weights * self.factors(weights)[self.codes]

        def spread(columns: Floats) -> Floats:
            share = (weights / _or_one(final))[:, None]
            base = add_up(weights, self.codes, len(self.totals))
            sums = add_up(columns * share, self.codes, len(self.totals))
            means = np.divide(sums, base[:, None], out=np.zeros_like(sums), where=base[:, None] > 0)
            return np.asarray(columns - means[self.codes] * final[:, None])

        return Fitted(final, spread)

    def factors(self, weights: Floats) -> Floats:
        """Return the factor of each group; raises `InputError` where a group has no weight."""
        sums = add_up(weights, self.codes, len(self.totals))
        empty = (sums <= 0) & (self.totals > 0)
        if empty.any():
            name = self.names[int(np.flatnonzero(empty)[0])]
            raise InputError(
                f"Group {name!r} has a known size and nobody in the sample",
                where="design, totals",
                fix="Join it with another group.",
            )
        return np.divide(self.totals, sums, out=np.zeros_like(sums), where=sums > 0)


@dataclass(frozen=True, slots=True)
class Raking:
    """Known margins that are met one after the other until none moves any more.

    Rounds end when no cell of the margins moves by more than `tolerance` units of the population;
    replicates take as many rounds as the sample did. Residuals
    are taken about the means of each margin in turn, ten times, with equal weight to each row and
    under the weights of the last round, as R's `rake` does; calibration by `raking` takes them by
    weighted regression. Source: Deming & Stephan (1940), Ann. Math. Stat. 11; Lumley (2010),
    section 7.3.
    """

    margins: tuple[PostStrata, ...]
    tolerance: float

    def fit(self, weights: Floats) -> Fitted:
        """Return weights that meet every margin; raises `InputError` when rounds do not end."""
        final = weights
        stages: list[Floats] = []
        rounds = 0
        for _ in range(RAKE_ROUNDS):
            rounds += 1
            before = final
            stages = self._round(final)
            final = stages[-1]
            if self._moved(before, final) < self.tolerance:
                break
        else:
            raise InputError(
                f"The margins are not met after {RAKE_ROUNDS} rounds",
                where="design, key 'rake'",
                fix="Check that all margins add up to the same population and no cell is empty.",
            )

        def spread(columns: Floats) -> Floats:
            for _ in range(RESIDUAL_ROUNDS):
                for margin, stage in zip(self.margins, stages, strict=True):
                    values = columns / _or_one(stage)[:, None]
                    means = _means(values, margin.codes)[margin.codes]
                    columns = columns - means * stage[:, None]
            return columns

        def again(other: Floats) -> Floats:
            for _ in range(rounds):
                other = self._round(other)[-1]
            return other

        return Fitted(final, spread, again)

    def _round(self, weights: Floats) -> list[Floats]:
        """Return the weights after each margin of one round."""
        stages: list[Floats] = []
        for margin in self.margins:
            weights = weights * margin.factors(weights)[margin.codes]
            stages.append(weights)
        return stages

    def _moved(self, before: Floats, after: Floats) -> float:
        """Return by how much the cell that moved most did, cells being crossed margins."""
        cell = np.zeros(len(before), dtype=np.int64)
        for margin in self.margins:
            cell = cell * len(margin.totals) + margin.codes
        _, codes = np.unique(cell, return_inverse=True)
        return float(np.abs(np.bincount(codes, weights=after - before)).max())


@dataclass(frozen=True, slots=True)
class Calibration:
    """Known totals of several columns, met by weights as near the old ones as can be.

    `columns` has shape (rows, k), `totals` (k,). `linear` is the generalised regression estimator;
    `raking` keeps weights positive; `logit` keeps each factor between `bounds`. Contributions
    become g-weighted residuals of the weighted regression on the columns. Source: Deville &
    Särndal (1992), J. Am. Stat. Assoc. 87.
    """

    columns: Floats
    totals: Floats
    names: tuple[str, ...]
    method: CalibrationMethod = "linear"
    bounds: tuple[float, float] = (0.0, float("inf"))

    def fit(self, weights: Floats) -> Fitted:
        """Return weights that meet the totals; raises `InputError` when none do."""
        X = self.columns
        scale = np.maximum(np.abs(self.totals), 1.0)
        factor = _linear(X, weights, self.totals) if self.method == "linear" else self._newton(
            weights, scale
        )  # fmt: skip
        final = weights * factor
        off = np.abs(X.T @ final - self.totals) / scale
        if not np.isfinite(factor).all() or off.max() > EXACT:
            worst = self.names[int(np.argmax(off))]
            raise InputError(
                f"No weights meet the known totals; the total of {worst} is missed most",
                where="design, key 'calibrate'",
                fix="Check the totals, widen the bounds, or leave a column out.",
            )
        gram = X.T @ (X * weights[:, None])

        def spread(columns: Floats) -> Floats:
            z = np.divide(
                columns, final[:, None], out=np.zeros_like(columns), where=final[:, None] != 0
            )
            slope = np.linalg.lstsq(gram, X.T @ (z * weights[:, None]), rcond=None)[0]
            return np.asarray((z - X @ slope) * final[:, None])

        return Fitted(final, spread)

    def _newton(self, weights: Floats, scale: Floats) -> Floats:
        """Return factors by Newton's method on the multipliers, halving steps that go astray."""
        X = self.columns
        eta = np.zeros(X.shape[1])
        factor, slope = self._link(X @ eta)
        miss = self.totals - X.T @ (weights * factor)
        for _ in range(NEWTON_ROUNDS):
            if (np.abs(miss) / scale).max() < EXACT / 1e3:
                break
            gram = X.T @ (X * (weights * slope)[:, None])
            step = np.linalg.lstsq(gram, miss, rcond=None)[0]
            size = 1.0
            while True:
                factor, slope = self._link(X @ (eta + size * step))
                found = self.totals - X.T @ (weights * factor)
                better = (
                    np.isfinite(found).all()
                    and (np.abs(found) / scale).max() < (np.abs(miss) / scale).max()
                )
                if better or size < 1e-6:
                    break
                size /= 2
            eta, miss = eta + size * step, found
        return factor

    def _link(self, u: Floats) -> tuple[Floats, Floats]:
        """Return factors F(u) and their slopes F'(u), with F(0) = F'(0) = 1."""
        if self.method == "raking":
            grown = np.exp(np.minimum(u, 50.0))
            return grown, grown
        low, high = self.bounds
        A = (high - low) / ((1 - low) * (high - 1))
        grown = np.exp(np.clip(A * u, -500.0, 500.0))
        below = (high - 1) + (1 - low) * grown
        factor = (low * (high - 1) + high * (1 - low) * grown) / below
        return factor, (factor - low) * (high - factor) / ((1 - low) * (high - 1))


def _linear(X: Floats, weights: Floats, totals: Floats) -> Floats:
    gram = X.T @ (X * weights[:, None])
    return np.asarray(1 + X @ np.linalg.lstsq(gram, totals - X.T @ weights, rcond=None)[0])


def _means(values: Floats, codes: Codes) -> Floats:
    size = int(codes.max()) + 1
    count = np.maximum(np.bincount(codes, minlength=size), 1)
    return np.asarray(add_up(values, codes, size) / count[:, None])


def _or_one(weights: Floats) -> Floats:
    """Return weights with zeros replaced by one: their contributions are zero anyhow."""
    return np.where(weights == 0, 1.0, weights)
