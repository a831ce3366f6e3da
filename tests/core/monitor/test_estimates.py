"""Laws that every estimate keeps, whatever the sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.calibration import Calibration, PostStrata, Raking
from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.intervals import clopper_pearson, proportion_ends, wilson
from ketenkaart.core.monitor.replicates import Replication, factors_of, hadamard, made_totals
from ketenkaart.core.monitor.response import ResponseClasses, ResponsePropensity
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import Domains, Statistic, Variable
from made_samples import Made, made, only

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=15)


@FEW
@given(SEEDS)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    sample = made(seed)
    again = sample.rows(np.random.default_rng(seed + 1).permutation(len(sample.y)))
    for fpc in (False, True):
        first = estimate(sample.survey(fpc=fpc), [sample.mean, sample.ratio], sample.domains).rows
        other = estimate(again.survey(fpc=fpc), [again.mean, again.ratio], again.domains).rows
        for a, b in zip(first, other, strict=True):
            assert (a.estimate, a.se) == pytest.approx((b.estimate, b.se), rel=1e-10)
            assert (a.n, a.df, a.domain) == (b.n, b.df, b.domain)


@FEW
@given(SEEDS, st.floats(0.01, 1000))
def test_scaling_weights_changes_no_mean_and_scales_totals(seed: int, by: float) -> None:
    sample = made(seed)
    scaled = replace(sample, weights=sample.weights * by)
    mean, same = only(sample.survey(), sample.mean), only(scaled.survey(), scaled.mean)
    assert (same.estimate, same.se) == pytest.approx((mean.estimate, mean.se), rel=1e-9)
    total, larger = only(sample.survey(), sample.total), only(scaled.survey(), scaled.total)
    assert larger.estimate == pytest.approx(total.estimate * by, rel=1e-9)
    assert larger.se == pytest.approx(total.se * by, rel=1e-9)


@FEW
@given(SEEDS)
def test_totals_of_domains_add_up(seed: int) -> None:
    sample = made(seed)
    whole = only(sample.survey(), sample.total)
    parts = estimate(sample.survey(), [sample.total], sample.domains).rows
    assert sum(row.estimate or 0.0 for row in parts) == pytest.approx(whole.estimate)
    assert sum(row.n for row in parts) == whole.n


@FEW
@given(SEEDS)
def test_a_domain_is_a_part_of_the_population_and_no_sample_of_its_own(seed: int) -> None:
    sample = made(seed)
    inside = sample.domain == 0
    found = estimate(sample.survey(), [sample.total], sample.domains).rows[0]
    zeroed = replace(sample, y=np.where(inside, sample.y, 0.0))
    assert found.se == pytest.approx(only(zeroed.survey(), zeroed.total).se)
    assert found.n == inside.sum()


@FEW
@given(SEEDS)
def test_domains_one_by_one_are_domains_together(seed: int) -> None:
    sample = made(seed)
    together = estimate(sample.survey(fpc=True), [sample.ratio], sample.domains).rows
    for k, row in enumerate(together):
        one = Domains((sample.domain == k).astype(np.int64), ("rest", "it"))
        alone = estimate(sample.survey(fpc=True), [sample.ratio], one).rows[1]
        assert (alone.estimate, alone.se, alone.df) == pytest.approx((row.estimate, row.se, row.df))


@FEW
@given(SEEDS)
def test_a_census_has_no_error(seed: int) -> None:
    sample = made(seed, rows=1)
    whole = replace(sample, sizes=np.full(len(sample.y), 4.0))
    assert only(whole.survey(fpc=True), whole.mean).se == 0


def test_fractions_say_the_same_as_sizes() -> None:
    sample = made(5, rows=1)
    sizes = lay_out(sample.weights, [sample.strata], [None], [sample.sizes])
    shares = lay_out(sample.weights, [sample.strata], [None], [4 / sample.sizes])
    assert only(Survey(sizes), sample.mean).se == pytest.approx(
        only(Survey(shares), sample.mean).se
    )


def test_weights_follow_from_sizes() -> None:
    sample = made(5, rows=1)
    survey = Survey(lay_out(None, [sample.strata], [None], [sample.sizes]))
    count = Statistic("count", "count", Variable("one", np.ones(len(sample.y))))
    row = only(survey, count)
    assert row.estimate == pytest.approx(sum(set(sample.sizes.tolist())))
    assert row.se == pytest.approx(0, abs=1e-9)


@FEW
@given(SEEDS)
def test_the_jackknife_of_a_total_is_its_linear_variance(seed: int) -> None:
    sample = made(seed)
    for fpc in (False, True):
        linear = only(sample.survey(fpc=fpc), sample.total)
        again = only(sample.survey(fpc=fpc, replication=Replication("jkn")), sample.total)
        assert again.se == pytest.approx(linear.se, rel=1e-9)


@FEW
@given(SEEDS, st.integers(1, 40))
def test_balanced_replicates_of_a_total_are_its_linear_variance(seed: int, strata: int) -> None:
    sample = made(seed, strata=strata, units=2, rows=2)
    linear = only(sample.survey(), sample.total)
    for replication in (Replication("brr"), Replication("fay", share=0.3)):
        again = only(sample.survey(replication=replication), sample.total)
        assert again.se == pytest.approx(linear.se, rel=1e-9)


@pytest.mark.parametrize("least", [1, 2, 3, 5, 12, 21, 29, 37, 100, 165])
def test_a_hadamard_matrix_is_orthogonal(least: int) -> None:
    H = hadamard(least)
    assert len(H) >= least
    assert (len(H) * np.eye(len(H)) == H.T @ H).all()
    assert (H[:, 0] == 1).all()


@pytest.mark.parametrize("method", ["jkn", "brr", "bootstrap"])
def test_totals_of_replicates_are_what_their_weights_give(method: str) -> None:
    sample = made(3, units=2) if method == "brr" else made(3)
    design = sample.design(fpc=method != "brr")
    replication = Replication(method, count=50, seed=9)
    cells = np.zeros((design.cells, 1))
    np.add.at(cells[:, 0], design.cell, sample.weights * sample.y)
    made_up = made_totals(design, replication, cells).totals[:, 0]
    by_row = [
        float((sample.weights * factors * sample.y).sum())
        for factors in factors_of(design, replication)
    ]
    assert made_up == pytest.approx(by_row, rel=1e-6)


def test_the_bootstrap_nears_the_linear_variance_and_repeats_itself() -> None:
    sample = made(11, strata=8, units=12)
    for fpc in (False, True):
        linear = only(sample.survey(fpc=fpc), sample.mean)
        replication = Replication("bootstrap", count=4000, seed=1)
        again = only(sample.survey(fpc=fpc, replication=replication), sample.mean)
        assert again.se == pytest.approx(linear.se, rel=0.05)
        twice = only(sample.survey(fpc=fpc, replication=replication), sample.mean)
        assert again == twice


@FEW
@given(SEEDS)
def test_calibrated_weights_meet_their_totals_without_error(seed: int) -> None:
    sample = made(seed)
    group = (sample.x > 10).astype(np.int64)
    known = np.array([300.0, 500.0])
    columns = np.stack([group == 0, group == 1], axis=1).astype(float)
    one = Variable("one", np.ones(len(sample.y)))
    for adjuster in (
        PostStrata(group, known, ("a", "b")),
        Raking((PostStrata(group, known, ("a", "b")),), 1e-9),
        Calibration(columns, known, ("a", "b")),
        Calibration(columns, known, ("a", "b"), "raking"),
        Calibration(columns, known, ("a", "b"), "logit", (0.01, 40.0)),
    ):
        survey = sample.survey(adjusters=(adjuster,))
        rows = estimate(survey, [Statistic("n", "count", one)], Domains(group, ("a", "b"))).rows
        assert [row.estimate for row in rows] == pytest.approx([300, 500])
        assert [row.se for row in rows] == pytest.approx([0, 0], abs=1e-7)


@FEW
@given(SEEDS)
def test_cells_are_the_same_calibrated_or_post_stratified(seed: int) -> None:
    sample = made(seed)
    group = (sample.x > 10).astype(np.int64)
    known = np.array([300.0, 500.0])
    columns = np.stack([group == 0, group == 1], axis=1).astype(float)
    cells = only(sample.survey(adjusters=(PostStrata(group, known, "ab"),)), sample.mean)
    linear = only(sample.survey(adjusters=(Calibration(columns, known, ("a", "b")),)), sample.mean)
    assert (cells.estimate, cells.se) == pytest.approx((linear.estimate, linear.se))


def test_knowing_what_resembles_the_variable_makes_it_surer() -> None:
    sample = made(2, strata=5, units=10)
    near = sample.y + np.random.default_rng(1).normal(0, 0.1, len(sample.y))
    columns = np.stack([np.ones(len(near)), near], axis=1)
    known = np.array([sample.weights.sum(), (sample.weights * near).sum() * 1.01])
    plain = only(sample.survey(), sample.mean)
    sure = only(
        sample.survey(adjusters=(Calibration(columns, known, ("size", "near")),)), sample.mean
    )
    assert sure.se < plain.se / 5


def test_totals_that_cannot_be_met_are_named() -> None:
    sample = made(2)
    columns = np.stack([np.ones(len(sample.y)), np.ones(len(sample.y))], axis=1)
    with pytest.raises(InputError, match="missed most"):
        sample.survey(adjusters=(Calibration(columns, np.array([5.0, 9.0]), ("a", "b")),))
    with pytest.raises(InputError, match="nobody in the sample"):
        sample.survey(
            adjusters=(PostStrata(np.zeros(60, dtype=np.int64), np.array([5.0, 9.0]), ("a", "b")),)
        )


@FEW
@given(SEEDS)
def test_who_answered_by_class_stands_for_the_class(seed: int) -> None:
    sample = made(seed)
    group = (sample.x > 10).astype(np.int64)
    answered = np.random.default_rng(seed).random(len(sample.y)) < 0.7
    answered[[int(np.flatnonzero(group == k)[0]) for k in (0, 1)]] = True
    survey = sample.survey(adjusters=(ResponseClasses(group, answered, ("a", "b")),))
    for k in (0, 1):
        assert survey.weights[group == k].sum() == pytest.approx(sample.weights[group == k].sum())
    assert (survey.weights[~answered] == 0).all()


def test_a_propensity_of_classes_is_the_classes() -> None:
    sample = made(4, strata=4, units=8)
    group = (sample.x > 10).astype(np.int64)
    answered = np.random.default_rng(4).random(len(sample.y)) < np.where(group, 0.5, 0.8)
    columns = np.stack([np.ones(len(group)), group.astype(float)], axis=1)
    classes = sample.survey(adjusters=(ResponseClasses(group, answered, ("a", "b")),))
    fitted = sample.survey(adjusters=(ResponsePropensity(columns, answered),))
    first, second = only(classes, sample.mean), only(fitted, sample.mean)
    assert (first.estimate, first.se) == pytest.approx((second.estimate, second.se))


def test_nobody_of_a_class_answering_is_said() -> None:
    sample = made(4)
    classes = ResponseClasses((sample.x > 10).astype(np.int64), sample.x > 10, ("low", "high"))
    with pytest.raises(InputError, match="Nobody of class 'low' answered"):
        sample.survey(adjusters=(classes,))


def lonely_one() -> Made:
    sample = made(1, strata=2, units=3, rows=1)
    return replace(sample, strata=np.where(np.arange(6) == 0, 2, sample.strata))


def test_a_stratum_of_one_is_named_unless_a_policy_says_what_then() -> None:
    sample = lonely_one()
    with pytest.raises(InputError, match="'s2' has one sampled unit"):
        only(Survey(sample.design()), sample.mean)
    found = {
        policy: only(Survey(sample.design(lonely=policy)), sample.mean).se
        for policy in ("certainty", "adjust", "average")
    }
    assert found["certainty"] < found["average"]
    assert found["certainty"] < found["adjust"]
    # three strata, the variance of two of them known
    assert found["average"] == pytest.approx(found["certainty"] * (3 / 2) ** 0.5)


def test_a_share_over_nothing_is_absent_and_no_nan() -> None:
    sample = made(1)
    nothing = Statistic("r", "ratio", Variable("y", sample.y), Variable("z", np.zeros(60)))
    row = only(sample.survey(), nothing)
    assert (row.estimate, row.se, row.low, row.high) == (None, None, None, None)


def test_without_freedom_there_is_no_interval() -> None:
    sample = made(1, strata=2, units=2, rows=1)
    one = Domains((np.arange(4) == 0).astype(np.int64), ("rest", "one"))
    row = estimate(sample.survey(), [sample.mean], one).rows[1]
    assert (row.n, row.df, row.se, row.low) == (1, 0, None, None)


@given(st.floats(0, 1), st.integers(2, 500))
def test_intervals_of_shares_stay_between_0_and_1_and_hold_the_share(p: float, n: int) -> None:
    for low, high in (wilson(p, n, 0.95), clopper_pearson(p, n, 0.95)):
        assert 0 <= low <= p + 1e-12
        assert p - 1e-12 <= high <= 1
        assert low < high


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [("wilson", 0.0, 0.1135), ("clopper_pearson", 0.0, 0.1158), ("logit", 0.0, 0.1158)],
)
def test_nobody_in_thirty_still_leaves_a_tenth_possible(method, low, high) -> None:
    ends = proportion_ends(0.0, 0.0, rows=30, kish=30, df=29, level=0.95, method=method)
    assert ends == pytest.approx((low, high), abs=2e-4)


@FEW
@given(SEEDS, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_a_quantile_lies_in_its_interval_and_is_a_value(seed: int, share: float) -> None:
    sample = made(seed)
    row = only(
        sample.survey(),
        Statistic("q", "quantile", Variable("y", sample.y), probability=share),
    )
    assert row.estimate in sample.y
    below = sample.weights[sample.y <= row.estimate].sum() / sample.weights.sum()
    assert below >= share - 1e-9
    if row.low is not None and row.high is not None:
        assert row.low <= row.estimate <= row.high


def test_two_stages_add_the_variance_within_units() -> None:
    """By hand: two of four units, two of three rows in each (Cochran 1977, equation 11.24)."""
    y = np.array([1.0, 3.0, 5.0, 9.0])
    unit, row = np.array([0, 0, 1, 1]), np.arange(4)
    design = lay_out(None, [None], [unit, row], [np.full(4, 4.0), np.full(4, 3.0)])
    total = only(Survey(design), Statistic("t", "total", Variable("y", y)))
    assert design.weights.tolist() == [3.0] * 4
    # T1 = 6, T2 = 21: 16 (1 - 1/2)/2 * var = 4 * 112.5; within: 2 * (9 (1/3) / 2 (2 + 8))
    assert total.se == pytest.approx((4 * 112.5 + 2 * (9 * (1 / 3) / 2 * (2 + 8))) ** 0.5)
