"""Errors of a difference: what two demands on one table share falls away, and no more than that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from, tables
from ketenkaart.core.chain.cell_errors import ErrorModel, SizeClass
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.difference_errors import first_order_difference
from ketenkaart.core.chain.draws import TableDraws, ends, simulate
from ketenkaart.core.chain.first_order import UncertainDemand, first_order
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Grade

NAMES = ("value_added", "output", "jobs")


def model(shared: float) -> ErrorModel:
    return ErrorModel("flat", Grade.ASSUMED, (SizeClass(0.0, 0.05),), shared)


def bought_in(table: WorldTable, *columns: int) -> UncertainDemand:
    return UncertainDemand(np.asarray(table.Y[:, list(columns)].sum(axis=1)), columns)


@settings(max_examples=10, deadline=None)
@given(tables(), st.sampled_from(NAMES), st.sampled_from([0.0, 0.1]))
def test_what_is_bought_beside_is_the_difference(
    table: WorldTable, name: str, shared: float
) -> None:
    """All that two columns buy, less what one of them buys, is what the other buys."""
    system, extension, groups = system_of(table), extension_of(table, name), np.arange(table.n) % 2
    part, whole, beside = (bought_in(table, *k) for k in ((0,), (0, 1), (1,)))
    found = first_order_difference(table, system, model(shared), (part, whole), extension, groups)
    for figure, demand in (("first", part), ("second", whole), ("difference", beside)):
        alone = first_order(table, system, model(shared), demand, extension, groups)
        stated = getattr(found, figure)
        scale = np.abs(alone.errors).max(initial=0.0) + float(found.second.errors.max(initial=0.0))
        assert stated.values == pytest.approx(alone.values, rel=1e-8, abs=1e-8)
        assert stated.errors == pytest.approx(alone.errors, rel=1e-7, abs=1e-7 * scale + 1e-12)


@settings(max_examples=10, deadline=None)
@given(tables(), st.sampled_from(NAMES), st.sampled_from([0.0, 0.1]))
def test_sum_and_difference_vary_as_much_as_both_twice(
    table: WorldTable, name: str, shared: float
) -> None:
    """Var(a + b) + Var(b - a) = 2 Var(a) + 2 Var(b), whatever a and b have in common."""
    system, extension = system_of(table), extension_of(table, name)
    groups = np.zeros(table.n, dtype=np.int64)
    last = table.Y.shape[1] - 1
    first, second, both = (bought_in(table, *k) for k in ((0,), (last,), (0, last)))
    found = first_order_difference(table, system, model(shared), (first, second), extension, groups)
    summed = first_order(table, system, model(shared), both, extension, groups)
    parts = 2 * (found.first.errors**2 + found.second.errors**2)
    assert summed.errors**2 + found.difference.errors**2 == pytest.approx(parts, rel=1e-6)


def test_a_demand_does_not_differ_from_itself() -> None:
    table = made()
    demand, jobs = bought_in(table, 0, 1), extension_of(table, "jobs")
    found = first_order_difference(
        table, system_of(table), model(0.1), (demand, demand), jobs, np.arange(table.n)
    )
    assert (found.first.errors > 0).all()
    assert found.difference.values == pytest.approx(np.zeros(table.n), abs=1e-12)
    assert found.difference.errors == pytest.approx(np.zeros(table.n), abs=1e-9)


def test_draws_and_first_order_agree_on_the_difference() -> None:
    table = made()
    demands = bought_in(table, 0), bought_in(table, 2)
    added, groups = extension_of(table, "value_added"), np.arange(table.n) // 3
    found = first_order_difference(
        table, system_of(table), model(0.02), demands, added, groups
    ).difference

    def measure(drawn) -> Floats:  # type: ignore[no-untyped-def]
        one = drawn[0]
        s = intensities(one.table, one.extensions)[0]
        made = [s * one.system.output_for(demand.of(one.table.Y)) for demand in demands]
        return np.bincount(groups, weights=made[1] - made[0]).astype(np.float64)

    drawn = simulate([TableDraws(table, model(0.02), [added])], measure, draws=1200, seed=3)
    assert ends(drawn).standard_error == pytest.approx(found.errors, rel=0.1)


def made() -> WorldTable:
    rng = np.random.default_rng(4)
    A = rng.random((9, 9)) * 0.08
    Y = rng.uniform(1, 3, (9, 6)) * np.array([1, 0.01] * 3)
    return table_from(A, Y, ("R0", "R1", "R2"), ("s0", "s1", "s2"), jobs=rng.random(9))
