"""The mix against every subset: values, bounds, proofs, and conditions that clash."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.governance.mix.conflict import conflict
from ketenkaart.core.governance.mix.cover import whole_cells
from ketenkaart.core.governance.mix.exact import solve
from ketenkaart.core.governance.mix.greedy import greedy, improve, online_bound
from ketenkaart.core.governance.mix.problem import Condition, Problem, merge, problem_of
from ketenkaart.core.governance.mix.programme import Effort
from ketenkaart.core.governance.mix.value import covered_by

SHARES = (0.0, 0.0, 0.2, 0.5, 0.8, 1.0)


@st.composite
def problems(draw: st.DrawFn, *, plain: bool = False, worst: bool = False) -> Problem:
    options = draw(st.integers(2, 6))
    cells = draw(st.integers(1, 10))
    palette = draw(st.sampled_from([(0.0, 1.0), SHARES]))
    dense = np.array(
        draw(
            st.lists(
                st.lists(st.sampled_from(palette), min_size=cells, max_size=cells),
                min_size=options,
                max_size=options,
            )
        )
    )
    numbers = st.integers(0, 9)
    weights = np.array(draw(st.lists(numbers, min_size=cells, max_size=cells)), dtype=float)
    cost = np.array(
        draw(st.lists(st.integers(0 if not plain else 1, 6), min_size=options, max_size=options)),
        dtype=float,
    )
    budget = float(draw(st.integers(0, int(cost.sum()) + 1)))
    blocks = np.array(draw(st.lists(st.integers(0, 2), min_size=cells, max_size=cells)))
    conditions = [Condition("budget", cost, budget)]
    needs = []
    if not plain and options > 3:
        row = np.zeros(options)
        row[[0, 1]] = 1.0
        conditions.append(Condition("one", row, 1.0))
        row = np.zeros(options)
        row[2], row[3] = 1.0, -1.0
        conditions.append(Condition("needs", row, 0.0))
        needs = [(2, 3)]
    floors = None
    if worst:
        floors = np.bincount(blocks, weights, minlength=3) * 1.25
        floors[np.bincount(blocks, weights * dense.any(axis=0), minlength=3) <= 0] = 0.0
    return problem_of(
        dense,
        weights,
        cost,
        conditions,
        blocks=blocks,
        rule=draw(st.sampled_from(["independent", "largest"])),
        needs=needs,
        floors=floors,
    )


def choices(problem: Problem) -> list[np.ndarray]:
    found = [np.array(bits) for bits in itertools.product([False, True], repeat=problem.options)]
    return [chosen for chosen in found if problem.is_allowed(chosen)]


def best_of(problem: Problem) -> float:
    return max(covered_by(problem, chosen).worth() for chosen in choices(problem))


@settings(max_examples=25)
@given(problems())
def test_the_best_mix_is_that_of_trying_every_subset(problem: Problem) -> None:
    best = best_of(problem)
    start = greedy(problem)
    assert start is not None
    found = solve(problem, start, Effort(), time.monotonic)
    assert found.value == pytest.approx(best, rel=1e-5, abs=1e-9)
    assert found.bound >= best - 1e-6 * max(best, 1.0)
    assert problem.is_allowed(found.chosen)


@settings(max_examples=15)
@given(problems(worst=True))
def test_the_worst_sector_is_lifted_as_far_as_any_subset_can(problem: Problem) -> None:
    start = greedy(problem)
    assert start is not None
    found = solve(problem, start, Effort(), time.monotonic)
    assert found.value == pytest.approx(best_of(problem), rel=1e-5, abs=1e-6)


@settings(max_examples=60)
@given(problems(plain=True))
def test_greedy_keeps_its_promise_and_its_bound_holds(problem: Problem) -> None:
    best = best_of(problem)
    start = greedy(problem)
    assert start is not None
    budget = problem.conditions[0].at_most
    assert start.value >= (1 - 1 / np.e) / 2 * best - 1e-9
    assert online_bound(problem, budget, start.order) >= best - 1e-9
    better = improve(problem, start)
    assert start.value - 1e-9 <= better.value <= best + 1e-9


@settings(max_examples=60)
@given(problems())
def test_merged_and_piled_cells_value_every_choice_alike(problem: Problem) -> None:
    for chosen in choices(problem):
        value = covered_by(problem, chosen).total()
        assert covered_by(merge(problem), chosen).total() == pytest.approx(value)
        if problem.rule == "largest":
            assert covered_by(whole_cells(problem), chosen).total() == pytest.approx(value)


@settings(max_examples=40)
@given(problems())
def test_one_option_more_never_covers_less_and_adds_less_to_more(problem: Problem) -> None:
    none = covered_by(problem, [])
    for k in range(problem.options):
        for other in range(problem.options):
            if other != k:
                beside = covered_by(problem, [other])
                assert -1e-12 <= beside.gain(k) <= none.gain(k) + 1e-12


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(-2, 2), min_size=3, max_size=3), st.integers(-3, 2)),
        min_size=1,
        max_size=5,
    )
)
def test_a_clash_is_as_small_as_it_can_be(rows: list[tuple[list[int], int]]) -> None:
    conditions = [
        Condition(str(k), np.array(factors, dtype=float), float(limit))
        for k, (factors, limit) in enumerate(rows)
    ]

    def possible(some: list[Condition]) -> bool:
        return any(
            all(item.holds(np.array(bits)) for item in some)
            for bits in itertools.product([False, True], repeat=3)
        )

    found = list(conflict(conditions))
    assert bool(found) is not possible(conditions)
    for item in found:
        assert possible([other for other in found if other is not item])


def test_a_tie_in_the_worst_sector_goes_to_the_mix_that_covers_more() -> None:
    dense = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    problem = replace(
        problem_of(
            dense,
            np.array([1.0, 1.0, 5.0]),
            np.array([1.0, 1.0, 1.0]),
            [Condition("budget", np.ones(3), 2.0)],
            blocks=np.array([0, 1, 0]),
        ),
        floors=np.array([6.0, 1.0]),
    )
    start = greedy(problem)
    assert start is not None
    found = solve(problem, start, Effort(), time.monotonic)
    assert found.chosen.tolist()[0] is True
    assert covered_by(problem, found.chosen).total() == pytest.approx(7.0)
