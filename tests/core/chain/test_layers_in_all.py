"""Layers added up: errors of sums are those of the sums, not sums of errors of their parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import flat_errors, table_from, tables
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.first_order import UncertainDemand, first_order, members_of
from ketenkaart.core.chain.layer_errors import first_order_layers, first_order_layers_in_all
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.world import WorldTable

MODEL = flat_errors(0.05, 0.03)
NAMES = ("value_added", "output", "jobs")


def demand_of(table: WorldTable) -> UncertainDemand:
    return UncertainDemand(np.asarray(table.Y[:, 0]), (0,))


@settings(max_examples=8, deadline=None)
@given(tables(), st.sampled_from(NAMES), st.integers(0, 3))
def test_sums_of_layers_err_as_when_they_are_asked_for_alone(
    table: WorldTable, name: str, deepest: int
) -> None:
    asked = table, system_of(table), MODEL, demand_of(table), extension_of(table, name)
    groups = np.arange(table.n) % 3
    found = first_order_layers_in_all(*asked, groups, deepest)
    apart = first_order_layers(*asked, groups, deepest)
    assert found.by_group.values == pytest.approx(apart.values)
    assert found.by_group.errors == pytest.approx(apart.errors, rel=1e-8)
    whole = first_order_layers(*asked, np.zeros(table.n, dtype=np.int64), deepest)
    slack = 1e-9 * float(whole.errors.max())
    assert found.in_all.values == pytest.approx(whole.values[0])
    assert found.in_all.errors == pytest.approx(whole.errors[0], rel=1e-7, abs=slack)
    assert found.onward.values[0] == pytest.approx(whole.values[0, -1])
    assert found.onward.errors[0] == pytest.approx(whole.errors[0, -1], rel=1e-7, abs=slack)
    for t in range(deepest + 1):
        below = first_order_layers(*asked, np.zeros(table.n, dtype=np.int64), t)
        assert found.onward.values[t + 1] == pytest.approx(below.values[0, -2], abs=1e-9)
        assert found.onward.errors[t + 1] == pytest.approx(below.errors[0, -2], rel=1e-6, abs=slack)


@settings(max_examples=8, deadline=None)
@given(tables(), st.sampled_from(NAMES))
def test_groups_that_overlap_err_as_when_they_are_asked_for_alone(
    table: WorldTable, name: str
) -> None:
    asked = table, system_of(table), MODEL, demand_of(table), extension_of(table, name)
    groups = np.arange(table.n) % 2
    members = np.vstack([members_of(groups), np.ones(table.n)])
    found, apart = first_order(*asked, members), first_order(*asked, groups)
    whole = first_order(*asked, np.zeros(table.n, dtype=np.int64))
    assert found.values == pytest.approx([*apart.values, *whole.values])
    slack = 1e-9 * float(apart.errors.max())
    assert found.errors == pytest.approx([*apart.errors, *whole.errors], rel=1e-7, abs=slack)


def test_a_group_of_nobody_is_nothing_for_sure() -> None:
    rng = np.random.default_rng(2)
    A, Y = rng.random((4, 4)) * 0.1, rng.uniform(1, 2, (4, 4))
    table = table_from(A, Y, ("R0", "R1"), ("s0", "s1"), jobs=rng.random(4))
    members = np.array([[1.0, 1, 0, 0], [0, 0, 0, 0]])
    found = first_order_layers_in_all(
        table, system_of(table), MODEL, demand_of(table), extension_of(table, "jobs"), members, 1
    )
    assert found.by_group.values[1].tolist() == found.by_group.errors[1].tolist() == [0.0] * 4
    assert found.in_all.errors == pytest.approx(found.by_group.errors[0])
