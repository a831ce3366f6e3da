"""Draws: the chances that are promised, the sizes that are asked, the same units anywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.intervals import t_quantile, wilson
from ketenkaart.core.monitor.sampling.allocation import allocate, within_budget
from ketenkaart.core.monitor.sampling.drawing import (
    draw_by_size,
    draw_simple,
    inclusion,
    numbers_of,
)
from ketenkaart.core.monitor.sampling.sizes import size_for_mean, size_for_proportion

NAMES = [f"unit {k}" for k in range(8)]
SIZES = np.array([1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 60.0])


def test_numbers_are_the_same_on_every_machine() -> None:
    """Written down once: whoever gets others can redraw no sample of ours."""
    assert numbers_of(20261122, ["kvk 01234567", "é"]).tolist() == FIXED


FIXED = [float.fromhex(text) for text in ("0x1.adc805da4a6e4p-1", "0x1.5eb748f9d0b3cp-1")]


def test_numbers_are_uniform_and_never_0_or_1() -> None:
    found = np.sort(numbers_of(3, [str(k) for k in range(20_000)]))
    assert found[0] > 0
    assert found[-1] < 1
    steps = np.arange(1, 20_001) / 20_000
    assert np.abs(found - steps).max() < 1.63 / 20_000**0.5  # Kolmogorov's 1 % point


@given(st.integers(1, 7))
def test_chances_add_up_and_none_is_above_one(count: int) -> None:
    found = inclusion(SIZES, count)
    assert found.sum() == pytest.approx(count)
    assert (found <= 1).all()
    open_units = found < 1
    ratio = found[open_units] / SIZES[open_units]
    assert ratio == pytest.approx(np.full(len(ratio), ratio.mean()))


@pytest.mark.parametrize("method", ["brewer", "systematic", "pareto"])
def test_units_come_as_often_as_their_chance(method: str) -> None:
    chances = inclusion(SIZES, 4)
    assert chances[-1] == 1
    hits = np.zeros(8)
    draws = 1500
    for seed in range(draws):
        numbers = numbers_of(seed, NAMES)
        picked = draw_by_size(chances, numbers, NAMES, seed, method)
        assert len(set(picked.tolist())) == 4
        hits[picked] += 1
    # five standard errors; pareto is only nearly exact
    room = 5 * np.sqrt(chances * (1 - chances) / draws) + (0.02 if method == "pareto" else 1e-12)
    assert (np.abs(hits / draws - chances) <= room).all()


@given(st.integers(0, 1000), st.integers(0, 8))
def test_a_simple_draw_follows_the_unit_and_not_its_place(seed: int, count: int) -> None:
    numbers = numbers_of(seed, NAMES)
    picked = {NAMES[k] for k in draw_simple(numbers, count)}
    turned = NAMES[::-1]
    again = {turned[k] for k in draw_simple(numbers_of(seed, turned), count)}
    assert picked == again
    assert len(picked) == count


@settings(max_examples=60)
@given(st.data())
def test_an_allocation_adds_up_within_its_bounds(data: st.DataObject) -> None:
    sizes = np.array(data.draw(st.lists(st.integers(1, 500), min_size=1, max_size=12)))
    spreads = np.array(
        data.draw(st.lists(st.floats(0.01, 100), min_size=len(sizes), max_size=len(sizes)))
    )
    least = data.draw(st.integers(1, 3))
    floor = int(np.minimum(least, sizes).sum())
    total = data.draw(st.integers(floor, int(sizes.sum())))
    method = data.draw(st.sampled_from(["proportional", "equal", "neyman", "cost"]))
    found = allocate(total, sizes, method=method, spreads=spreads, costs=spreads + 1, least=least)
    assert found.sum() == total
    assert (found <= sizes).all()
    assert (found >= np.minimum(least, sizes)).all()


def test_neyman_beats_every_neighbour() -> None:
    """No unit moved from one stratum to another makes the variance of a total smaller."""
    sizes, spreads = np.array([400, 300, 200, 100]), np.array([2.0, 5.0, 9.0, 30.0])
    found = allocate(80, sizes, method="neyman", spreads=spreads)

    def variance(n: np.ndarray) -> float:
        return float((sizes * (sizes - n) * spreads**2 / n).sum())

    for a in range(4):
        for b in range(4):
            moved = found.copy()
            moved[a] += 1
            moved[b] -= 1
            assert variance(moved) >= variance(found) * (1 - 1e-3)


def test_a_budget_is_spent_and_not_passed() -> None:
    sizes, spreads = np.array([4000, 3000]), np.array([2.0, 5.0])
    costs = np.array([10.0, 40.0])
    total = within_budget(5000, sizes, spreads, costs)
    drawn = allocate(total, sizes, method="cost", spreads=spreads, costs=costs)
    assert 5000 - 90 < (drawn * costs).sum() <= 5000 + 40


@settings(max_examples=40)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.2), st.sampled_from([None, 300, 5000]))
def test_a_size_is_the_least_that_is_narrow_enough(share, margin, population) -> None:
    need = size_for_proportion(share, margin, population=population)

    def width(n: int) -> float:
        rest = 1.0 if population is None else 1 - n / population
        if rest <= 0:
            return 0.0
        low, high = wilson(share, n / rest, 0.95)
        return (high - low) / 2

    assert width(need.answers) <= margin
    assert need.answers == 1 or width(need.answers - 1) > margin


def test_a_mean_of_a_thousand_by_student() -> None:
    need = size_for_mean(10, 1, design_effect=2, response=0.5)
    assert t_quantile(0.95, need.answers - 1) * 10 * (2 / need.answers) ** 0.5 <= 1
    assert need.draw == 2 * need.answers
    with pytest.raises(InputError, match=r"462 answers .* need 924 units, and there are 600"):
        size_for_mean(10, 0.44, population=600, response=0.5)
