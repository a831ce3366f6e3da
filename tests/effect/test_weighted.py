"""Totals, ratios and shares of contracts drawn by value: worked by hand, laws, and recovery."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.monitor.effect.change import Part, covariance, difference
from ketenkaart.core.monitor.effect.effects import (
    Answers,
    EffectRow,
    GroupSample,
    Status,
    group_effects,
    over_groups,
)
from ketenkaart.core.monitor.effect.shares import share_rows
from ketenkaart.core.monitor.effect.weighted import (
    Weighted,
    answering,
    brewer_variance,
    weighted_ratio,
    weighted_share,
    weighted_total,
    with_replacement_variance,
)
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.sampling.drawing import draw_by_size, inclusion, numbers_of

ONE = np.zeros(3, dtype=np.int64)


def sample_of(chances, strata=None, sizes=None, **counts) -> GroupSample:
    chances = np.asarray(chances, dtype=np.float64)
    n = len(chances)
    strata = np.zeros(n, dtype=np.int64) if strata is None else np.asarray(strata)
    sizes = np.full(n, 100.0) if sizes is None else np.asarray(sizes, dtype=np.float64)
    told = {"tenders": 10, "with_size": 10, "total_size": 1000.0, "reached": 10, **counts}
    return GroupSample("ict", "2019-2020", chances=chances, strata=strata, sizes=sizes, **told)


def answers_of(values, known=None, not_applicable=None) -> Answers:
    values = np.asarray(values, dtype=np.float64)
    known = np.ones(len(values), bool) if known is None else np.asarray(known)
    none = np.zeros(len(values), bool) if not_applicable is None else np.asarray(not_applicable)
    return Answers("co2_tonnes", values, known, none)


def test_a_total_by_hand() -> None:
    """y = 10, 12, 30 with π = 0.2, 0.4, 0.6: y/π = 50, 30, 50, total 130, mean 130/3.

    Brewer: 3/2 · (0.8 (20/3)² + 0.6 (40/3)² + 0.4 (20/3)²) = 3/2 · (320 + 960 + 160)/9 = 240.
    """
    found = weighted_total(
        np.array([10.0, 12.0, 30.0]), Weighted(np.array([0.2, 0.4, 0.6]), ONE, np.ones(3))
    )
    assert found.value == pytest.approx(130)
    assert found.variance == pytest.approx(240)
    assert found.freedom == pytest.approx(2)
    wide = with_replacement_variance(np.array([10.0, 12.0, 30.0]), np.array([0.2, 0.4, 0.6]), ONE)
    assert wide.variance == pytest.approx(1.5 * (400 + 1600 + 400) / 9)


def test_equal_chances_give_the_formula_of_a_simple_sample() -> None:
    """Cochran (1977), section 2.8: v(Ŷ) = N² (1 − f) s²/n."""
    y = np.array([3.0, 7.0, 8.0, 14.0, 18.0])
    n, size = 5, 40
    found = brewer_variance(y, np.full(5, n / size), np.zeros(5, dtype=np.int64))
    assert found.variance == pytest.approx(size**2 * (1 - n / size) * y.var(ddof=1) / n)


def test_the_population_of_yates_and_grundy() -> None:
    """Four units with p = 0.1 to 0.4, two drawn: three sets of y (Cochran 1977, section 9A.8).

    With replacement Cochran gives V = 0.500, 0.500 and 0.125. Without it, Brewer's draw has the
    joint chances of his formula (9A.43); its exact variance lies below, and so does the mean of
    our approximation over all samples, which errs by no more than a fifth of it.
    """
    p = np.array([0.1, 0.2, 0.3, 0.4])
    pi = 2 * p
    scale = 1 + (p / (1 - 2 * p)).sum()
    pairs = list(itertools.combinations(range(4), 2))
    joint = {
        (i, j): 2 * p[i] * p[j] * (1 / (1 - 2 * p[i]) + 1 / (1 - 2 * p[j])) / scale
        for i, j in pairs
    }
    assert sum(joint.values()) == pytest.approx(1)
    for i in range(4):
        assert sum(q for pair, q in joint.items() if i in pair) == pytest.approx(pi[i])
    for y, replaced in (
        ([0.5, 1.2, 2.1, 3.2], 0.5), ([0.8, 1.4, 1.8, 2.0], 0.5), ([0.2, 0.6, 0.9, 0.8], 0.125)
    ):  # fmt: skip
        values = np.array(y)
        whole = values.sum()
        assert (p * (values / p - whole) ** 2).sum() / 2 == pytest.approx(replaced)
        totals = {pair: values[pair[0]] / pi[pair[0]] + values[pair[1]] / pi[pair[1]]
                  for pair in pairs}  # fmt: skip
        assert sum(joint[pair] * totals[pair] for pair in pairs) == pytest.approx(whole)
        exact = sum(joint[pair] * (totals[pair] - whole) ** 2 for pair in pairs)
        mean = sum(
            joint[pair]
            * (brewer_variance(values[list(pair)], pi[list(pair)], ONE[:2]).variance or 0)
            for pair in pairs
        )
        assert exact < replaced
        assert mean == pytest.approx(exact, rel=0.2)


def test_certain_contracts_add_to_the_total_and_not_to_its_error() -> None:
    chances, strata = np.array([1.0, 1.0, 0.5, 0.5]), np.array([0, 0, 1, 1])
    values = np.array([100.0, 7.0, 2.0, 4.0])
    found = weighted_total(values, Weighted(chances, strata, np.ones(4)))
    assert found.value == 119
    assert found.variance == pytest.approx(8)
    assert found.freedom == pytest.approx(1)


def test_one_contract_drawn_by_chance_says_nothing_of_its_spread() -> None:
    assert brewer_variance(np.array([3.0]), np.array([0.5]), ONE[:1]).variance is None
    assert brewer_variance(np.array([3.0]), np.array([1.0]), ONE[:1]).variance == 0


@given(st.lists(st.floats(1, 1e6), min_size=6, max_size=40), st.integers(2, 5), st.floats(0.1, 1e4))
def test_effects_in_proportion_to_value_are_estimated_without_error(
    sizes: list[float], count: int, rate: float
) -> None:
    x = np.array(sizes)
    chances = inclusion(x, count)
    names = [f"c{k:03d}" for k in range(len(x))]
    places = draw_by_size(chances, numbers_of(3, names), names, 3)
    strata = (chances[places] >= 1).astype(np.int64)
    drawn = Weighted(chances[places], strata, x[places])
    found = weighted_total(rate * x[places], drawn)
    ratio = weighted_ratio(rate * x[places], x[places], float(x.sum()), chances[places], strata)
    assert found.value == pytest.approx(rate * x.sum(), rel=1e-9)
    assert ratio.value == pytest.approx(found.value, rel=1e-9)
    if found.variance is not None:
        assert math.sqrt(found.variance) <= 1e-6 * rate * x.sum()


@given(st.permutations(range(6)))
def test_the_order_of_contracts_changes_nothing(order: list[int]) -> None:
    y = np.array([1.0, 5.0, 2.0, 8.0, 3.0, 9.0])
    chances = np.array([0.2, 0.5, 0.3, 0.6, 1.0, 1.0])
    strata = np.array([0, 0, 0, 0, 1, 1])
    first = weighted_total(y, Weighted(chances, strata, np.ones(6)))
    again = weighted_total(y[order], Weighted(chances[order], strata[order], np.ones(6)))
    assert again.value == pytest.approx(first.value)
    assert again.variance == pytest.approx(first.variance)


def test_who_answered_stands_by_value_for_who_did_not() -> None:
    """Of 30 + 10 taken with certainty only the 30 answered, with 60: 60 · 40/30 = 80."""
    sample = sample_of(
        [1.0, 1.0, 1.0], sizes=[30.0, 10.0, 20.0], total_size=60.0, reached=3, tenders=3
    )
    plain, ratio = group_effects(
        sample, answers_of([60.0, 0.0, 40.0], [True, False, True]), "respondents", 0.95
    )
    assert plain.row.estimate == pytest.approx(100 * 60 / 50)
    assert ratio.row.estimate == pytest.approx(100 * 60 / 50)
    assert plain.row.status is Status.ESTIMATED
    assert plain.row.without_data == 1
    floor, _ = group_effects(
        sample, answers_of([60.0, 0.0, 40.0], [True, False, True]), "zero", 0.95
    )
    assert floor.row.estimate == 100


def test_silence_makes_an_interval_wider_and_a_census_has_none() -> None:
    y = [10.0, 22.0, 29.0, 41.0]
    sizes = [10.0, 20.0, 30.0, 40.0]
    sample = sample_of([1.0] * 4, sizes=sizes, total_size=100.0, reached=4, tenders=4)
    whole, _ = group_effects(sample, answers_of(y), "respondents", 0.95)
    assert whole.row.status is Status.COUNTED
    assert (whole.row.low, whole.row.high) == (102, 102)
    part, _ = group_effects(sample, answers_of(y, [True, True, True, False]), "respondents", 0.95)
    assert part.row.low is not None
    assert part.row.low < part.row.estimate < part.row.high


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ([False, False, False], Status.SILENT),
        ([True, False, False], Status.TOO_FEW),
    ],
)
def test_too_few_answers_are_no_estimate(known: list[bool], status: Status) -> None:
    for found in group_effects(
        sample_of([0.2, 0.4, 0.6]), answers_of([1.0, 2.0, 3.0], known), "respondents", 0.95
    ):
        assert found.row.status is status
        assert found.row.estimate is found.row.low is found.row.se is None


def test_a_group_that_was_not_sampled_is_unknown_and_in_no_total() -> None:
    idle = sample_of([], strata=np.zeros(0, dtype=np.int64), sizes=[])
    empty = answers_of([])
    idle_plain, _ = group_effects(idle, empty, "respondents", 0.95)
    assert idle_plain.row.status is Status.NOT_SAMPLED
    assert idle_plain.row.estimate is None
    seen, _ = group_effects(
        sample_of([0.2, 0.4, 0.6]), answers_of([10.0, 12.0, 30.0]), "respondents", 0.95
    )
    total = over_groups("co2_tonnes", "p", [idle_plain, seen], 0.95, "horvitz_thompson")
    assert (total.groups, total.estimate) == (1, pytest.approx(130))
    nothing = over_groups("co2_tonnes", "p", [idle_plain], 0.95, "horvitz_thompson")
    assert nothing.estimate is None


def test_not_applicable_to_all_is_not_zero() -> None:
    found, _ = group_effects(
        sample_of([0.2, 0.4]), answers_of([0.0, 0.0], not_applicable=[True, True]),
        "respondents", 0.95,
    )  # fmt: skip
    assert found.row.status is Status.NOT_APPLICABLE
    assert found.row.estimate is None


def test_variances_of_groups_add_up() -> None:
    a, _ = group_effects(sample_of([0.5, 0.5]), answers_of([2.0, 4.0]), "respondents", 0.95)
    b, _ = group_effects(sample_of([0.2, 0.4, 0.6]), answers_of([10.0, 12.0, 30.0]),
                         "respondents", 0.95)  # fmt: skip
    total = over_groups("x", "p", [a, b], 0.95, "horvitz_thompson")
    assert total.estimate == pytest.approx(142)
    assert total.se == pytest.approx(math.sqrt(248))
    assert total.freedom == pytest.approx(248**2 / (8**2 / 1 + 240**2 / 2))


def test_a_share_by_number_and_by_value() -> None:
    """1/π = 5, 2.5, 5/3: yes, no, yes is (5 + 5/3)/(5 + 2.5 + 5/3) = 8/11."""
    sample = sample_of([0.2, 0.4, 0.6], sizes=[100.0, 200.0, 300.0])
    number, value = share_rows([sample], [answers_of([1.0, 0.0, 1.0])], "ict", 0.95)
    assert number.estimate == pytest.approx(8 / 11)
    assert value.estimate == pytest.approx(2 / 3)
    assert 0 <= number.low < 8 / 11 < number.high <= 1
    everyone = weighted_share(np.array([True] * 3), np.ones(3),
                              Weighted(np.array([0.2, 0.4, 0.6]), ONE, np.ones(3)))  # fmt: skip
    assert everyone.value == 1
    sure, _ = share_rows([sample], [answers_of([1.0, 1.0, 1.0])], "ict", 0.95)
    assert sure.high == 1
    assert sure.low < 0.9


def test_two_waves_of_one_sample_have_less_error_between_them() -> None:
    row = EffectRow("x", None, "a", "horvitz_thompson", Status.ESTIMATED, 130.0,
                    math.sqrt(240), 80.0, 180.0, 2.0, 10, 3, 3, 0, 0)  # fmt: skip
    parts = {"c1": Part(0.2, 20 / 3), "c2": Part(0.4, -40 / 3), "c3": Part(0.6, 20 / 3)}
    common, shared = covariance(parts, parts, are_coordinated=True)
    assert (common, shared) == (pytest.approx(240), 3)
    assert difference(row, row, common, shared, 0.95).se == pytest.approx(0, abs=1e-6)
    apart, _ = covariance(parts, parts, are_coordinated=False)
    assert apart == 0
    found = difference(row, row, apart, shared, 0.95)
    assert found.se == pytest.approx(math.sqrt(480))
    assert found.low < 0 < found.high


def test_no_answer_in_a_way_of_drawing_cannot_be_made_up() -> None:
    found, silent = answering(
        np.array([1.0, 0.5, 0.5]), np.array([0, 1, 1]), np.array([9.0, 1.0, 1.0]),
        np.array([False, True, True]),
    )  # fmt: skip
    assert silent == [0]
    assert found.chances.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("method", ["brewer", "pareto"])
def test_the_interval_holds_and_is_tighter_than_with_replacement(method: str) -> None:
    """600 made draws of 20 in 60 contracts, a third of all value in one group of three."""
    held, ours, wide, totals = recovery(method, 600)
    assert totals[0] == pytest.approx(totals[1], rel=0.02)
    assert 0.90 <= held <= 0.99
    assert ours == pytest.approx(1, abs=0.15)
    assert wide > 1.3


@pytest.mark.long
@pytest.mark.parametrize("method", ["brewer", "pareto"])
def test_the_interval_holds_over_many_draws(method: str) -> None:
    held, ours, wide, totals = recovery(method, 8_000)
    assert totals[0] == pytest.approx(totals[1], rel=0.006)
    assert 0.925 <= held <= 0.965
    assert ours == pytest.approx(1, abs=0.06)
    assert wide > 1.3


def recovery(method, draws: int) -> tuple[float, float, float, tuple[float, float]]:
    """Return how often the interval held, both variances over the true one, and mean and truth."""
    rng = np.random.default_rng(11)
    x = np.exp(rng.normal(0, 1.2, 60)) * 1e5
    y = x * 1e-3 * np.exp(rng.normal(0, 0.35, 60))
    chances = inclusion(x, 20)
    names = [f"c{k:03d}" for k in range(60)]
    strata = (chances >= 1).astype(np.int64)
    held, ours, wide, totals = 0, [], [], []
    for seed in range(draws):
        places = draw_by_size(chances, numbers_of(seed, names), names, seed, method)
        drawn = Weighted(chances[places], strata[places], x[places])
        found = weighted_total(y[places], drawn)
        reach = t_quantile(0.95, found.freedom) * found.se
        held += abs(found.value - y.sum()) <= reach
        ours.append(found.variance)
        wide.append(with_replacement_variance(y[places], chances[places], strata[places]).variance)
        totals.append(found.value)
    true = float(np.var(totals))
    return (
        held / draws, float(np.mean(ours)) / true, float(np.mean(wide)) / true,
        (float(np.mean(totals)), float(y.sum())),
    )  # fmt: skip
