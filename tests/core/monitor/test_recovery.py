"""Known populations, drawn many times: variances are what estimates really vary by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ketenkaart.core.monitor.change import Wave, changes
from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.response import ResponseClasses, ResponsePropensity
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import EstimateRow, Statistic, Variable

pytestmark = pytest.mark.long
DRAWS = 1500


def ratio(draw: Callable[[np.random.Generator], EstimateRow], truth: float) -> float:
    """The mean of estimated variances over the variance of the estimates; the mean is checked."""
    random = np.random.default_rng(7)
    rows = [draw(random) for _ in range(DRAWS)]
    found = np.array([row.estimate for row in rows])
    assert abs(found.mean() - truth) < 5 * found.std() / DRAWS**0.5 + 0.01 * found.std()
    return float(np.mean([row.se**2 for row in rows]) / found.var(ddof=1))


@pytest.mark.parametrize("shared", [0, 40, 100])
@pytest.mark.parametrize("size", [400, 100_000])
def test_the_change_between_waves_varies_as_it_says(shared: int, size: int) -> None:
    """100 drawn in both waves, some of them the same, of few (a quarter drawn) and of many."""
    made = np.random.default_rng(1)
    first = made.normal(50, 10, size)
    second = first + made.normal(2, 4, size)
    n = 100

    def wave(picked: np.ndarray, values: np.ndarray) -> tuple[Wave, Statistic]:
        design = lay_out(None, [None], [None], [np.full(n, float(size))])
        statistic = Statistic("m", "mean", Variable("y", values[picked]))
        return Wave(Survey(design), None, picked.astype(np.int64), np.zeros(1, np.int64)), statistic

    def draw(random: np.random.Generator) -> EstimateRow:
        both = random.choice(size, 2 * n - shared, replace=False)
        # two waves drawn apart share whom they happen to share
        other = both[n - shared :] if shared else random.choice(size, n, replace=False)
        before, asked = wave(both[:n], first)
        after, again = wave(other, second)
        rows = (estimate(before.survey, [asked]).rows, estimate(after.survey, [again]).rows)
        return changes(before, after, (asked, again), rows, level=0.95)[0]

    assert ratio(draw, float((second - first).mean())) == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize("how", ["classes", "propensity"])
def test_silence_that_the_columns_explain_is_made_good(how: str) -> None:
    made = np.random.default_rng(2)
    size, n = 20_000, 200
    group = made.integers(0, 3, size)
    y = made.normal(np.array([40.0, 50, 70])[group], 8)
    chance = np.array([0.9, 0.6, 0.4])[group]

    def draw(random: np.random.Generator) -> EstimateRow:
        picked = random.choice(size, n, replace=False)
        answered = random.random(n) < chance[picked]
        own = group[picked].astype(np.int64)
        if how == "classes":
            adjuster = ResponseClasses(own, answered, "abc")
        else:
            columns = np.stack([np.ones(n), own == 1, own == 2], axis=1).astype(float)
            adjuster = ResponsePropensity(columns, answered)
        design = lay_out(None, [None], [None], [np.full(n, float(size))])
        statistic = Statistic("m", "mean", Variable("y", np.where(answered, y[picked], 0.0)))
        return estimate(Survey(design, (adjuster,)), [statistic]).rows[0]

    assert ratio(draw, float(y.mean())) == pytest.approx(1, abs=0.12)


def test_two_stages_vary_as_they_say() -> None:
    made = np.random.default_rng(3)
    unit = np.repeat(np.arange(30), 10)
    y = made.normal(0, 5, 30)[unit] + made.normal(50, 8, 300)

    def draw(random: np.random.Generator) -> EstimateRow:
        units = random.choice(30, 10, replace=False)
        rows = np.concatenate(
            [random.choice(np.flatnonzero(unit == k), 4, replace=False) for k in units]
        )
        n = len(rows)
        design = lay_out(
            None, [None], [unit[rows], np.arange(n)], [np.full(n, 30.0), np.full(n, 10.0)]
        )
        return estimate(Survey(design), [Statistic("t", "total", Variable("y", y[rows]))]).rows[0]

    assert ratio(draw, float(y.sum())) == pytest.approx(1, abs=0.12)
