"""Averages of effects: equal to published figures, and never made of what is not comparable."""

from __future__ import annotations

from math import inf, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.monitor.evidence.grouping import group_effects
from ketenkaart.core.monitor.evidence.pooling import SizedEffect, WhyNot, pool, se_of
from ketenkaart.core.monitor.evidence.types import Effect
from made_findings import finding, sized

# Thirteen trials of the BCG vaccine (Colditz and others 1994): cases and others, with and without.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)  # fmt: skip


def _log_risk_ratios() -> list[SizedEffect]:
    found = []
    for k, (a, b, c, d) in enumerate(BCG):
        value = log((a / (a + b)) / (c / (c + d)))
        se = sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        found.append(SizedEffect(f"trial_{k}", "x", value, se))
    return found


@pytest.mark.parametrize(
    ("estimator", "reach", "published"),
    [
        # As R's metafor prints for dat.bcg: rma(yi, vi), and method="DL".
        ("reml", "wald", (-0.7145, 0.1798, -1.0669, -0.3622, 0.3132)),
        ("dersimonian_laird", "wald", (-0.7141, 0.1787, -1.0644, -0.3638, 0.3088)),
    ],
)
def test_the_bcg_trials_give_the_figures_of_metafor(estimator, reach, published) -> None:
    mean = pool(_log_risk_ratios(), estimator=estimator, reach=reach)
    found = (mean.value, mean.se, mean.low, mean.high, mean.tau2)
    assert [round(figure, 4) for figure in found] == list(published)
    assert round(mean.q, 4) == 152.2330
    assert mean.df == 12
    assert mean.q_p < 1e-4
    # confint(): the interval of tau2 by the Q profile, and I2.
    assert (round(mean.tau2_low, 4), round(mean.tau2_high, 4)) == (0.1197, 1.1115)
    assert round(100 * mean.i2, 2) == {"reml": 92.22, "dersimonian_laird": 92.12}[estimator]


def test_the_interval_of_hartung_and_knapp_is_that_of_its_formula() -> None:
    trials = _log_risk_ratios()
    mean = pool(trials)
    weights = [1 / (trial.se**2 + mean.tau2) for trial in trials]
    middle = sum(w * t.value for w, t in zip(weights, trials, strict=True)) / sum(weights)
    spread = sum(w * (t.value - middle) ** 2 for w, t in zip(weights, trials, strict=True))
    se = sqrt(max(1, spread / 12) / sum(weights))
    assert (mean.value, mean.se) == (pytest.approx(middle), pytest.approx(se))
    # 2.178813 is the quantile of Student's distribution with 12 degrees of freedom.
    assert mean.high - mean.value == pytest.approx(2.178813 * se, rel=1e-6)


PAIRS = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=8)
EFFECTS = PAIRS.map(lambda pairs: [SizedEffect(str(k), "x", *pair) for k, pair in enumerate(pairs)])


@given(EFFECTS, st.floats(-5, 5))
def test_a_mean_moves_along_and_knows_no_order(effects, shift) -> None:
    mean = pool(effects)
    moved = pool([SizedEffect(e.study, e.finding, e.value + shift, e.se) for e in effects])
    turned = pool(effects[::-1])
    assert moved.value == pytest.approx(mean.value + shift, abs=1e-4)
    assert moved.high - moved.low == pytest.approx(mean.high - mean.low, rel=1e-3)
    assert turned.value == pytest.approx(mean.value, abs=1e-6)
    values = [e.value for e in effects]
    assert min(values) - 1e-9 <= mean.value <= max(values) + 1e-9
    assert mean.low < mean.value < mean.high
    assert 0 <= mean.i2 < 1
    assert mean.tau2_low <= mean.tau2_high


def test_equal_effects_have_no_spread_and_two_studies_a_wide_interval() -> None:
    mean = pool([SizedEffect("a", "x", 0.2, 0.1), SizedEffect("b", "x", 0.2, 0.1)])
    assert (mean.tau2, mean.i2, mean.q) == (0, 0, pytest.approx(0))
    assert mean.new_low is None
    assert mean.high - 0.2 == pytest.approx(12.706 * sqrt(0.005), rel=1e-3)


@pytest.mark.parametrize(
    "effects",
    [
        [],
        [SizedEffect("a", "x", 0.2, 0.1)],
        [SizedEffect("a", "x", 0.2, 0.1), SizedEffect("b", "x", 0.2, 0.0)],
        [SizedEffect("a", "x", 0.2, 0.1), SizedEffect("b", "x", inf, 0.1)],
    ],
)
def test_what_cannot_be_averaged_is_refused(effects) -> None:
    with pytest.raises(ValueError, match=r"two effects|finite value"):
        pool(effects)


def test_a_standard_error_comes_from_an_interval_of_any_level() -> None:
    assert se_of(-1.959964, 1.959964) == pytest.approx(1, abs=1e-6)
    assert se_of(-1.644854, 1.644854, 0.9) == pytest.approx(1, abs=1e-6)


def test_only_what_measures_the_same_is_averaged() -> None:
    one = sized("a", 0.2, 0.1)
    groups = group_effects([one, sized("b", 0.3, 0.1), sized("c", 0.9, 0.1, measures="hours")], 3)
    assert [len(group.effects) for group in groups] == [1, 2]
    assert groups[0].why_not is WhyNot.ONLY_ONE
    assert groups[1].pooled is not None


def test_one_sample_speaks_once_by_its_strongest_design() -> None:
    weak = sized("early", 0.9, 0.1, level=3, sample="factories")
    strong = sized("late", 0.2, 0.1, level=5, sample="factories")
    (group,) = group_effects([weak, strong, sized("other", 0.3, 0.1)], 3)
    assert sorted(effect.study for effect in group.effects) == ["late", "other"]


def test_every_finding_that_is_set_aside_says_why() -> None:
    no_ends = finding(
        "a", effect=Effect(measures="wages", measure="standardised_difference", value=1)
    )
    (group,) = group_effects([no_ends, sized("b", 0.3, 0.1, level=2)], 3)
    assert {why for _, why in group.set_aside} == {WhyNot.NO_INTERVAL, WhyNot.DESIGN_TOO_WEAK}
    assert group.pooled is None
    assert group.why_not in {WhyNot.NO_INTERVAL, WhyNot.DESIGN_TOO_WEAK}
