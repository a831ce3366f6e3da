"""The first-order error of a footprint: against finite differences, cell by cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import flat_errors, moved, table_from, tables
from ketenkaart.core.chain.cell_errors import ErrorModel, SizeClass, row_remainder
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.first_order import (
    UncertainDemand,
    first_order,
    gradient_of,
    log_normal_ends,
)
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade

STEP = 1e-6


def demand_of(table: WorldTable, region: str) -> UncertainDemand:
    columns = tuple(
        k
        for k, item in enumerate(table.final_demand)
        if item.region == region and item.category not in table.inventory
    )
    return UncertainDemand(table.demand_of(region), columns)


def sums(table: WorldTable, demand: UncertainDemand, name: str, groups: Floats) -> Floats:
    X = system_of(table).output_for(demand.of(table.Y))
    made = intensities(table, [extension_of(table, name)])[0] * X
    return np.array([made[groups == k].sum() for k in range(int(groups.max()) + 1)])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["value_added", "output", "jobs"])
def test_every_cell_moves_a_footprint_as_its_sensitivity_says(seed: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    A = rng.random((4, 4)) * 0.2
    Y = rng.uniform(1, 3, (4, 4)) * np.array([1.0, 0.1, 1.0, -0.1])
    table = table_from(A, Y, ("R0", "R1"), ("s0", "s1"), jobs=rng.random(4))
    table = replace(table, x=table.x * 1.01)  # rows that miss output, as real ones do
    groups = np.array([0, 1, 1, -1])
    demand = demand_of(table, "R0")
    extension = extension_of(table, name)
    to, values = gradient_of(table, system_of(table), demand, extension, groups)
    Z, Y, jobs = table.A * table.x, np.array(table.Y), np.array(table.satellites["jobs"].values)
    assert values == pytest.approx(sums(table, demand, name, groups), rel=1e-9)

    def slope(kind: str, i: int, j: int) -> Floats:
        ends = []
        for side in (1, -1):
            cells = {"Z": Z.copy(), "Y": Y.copy(), "e": jobs.reshape(1, -1).copy()}
            step = side * STEP
            cells[kind][i, j] += step
            other = moved(table, cells["Z"], cells["Y"], cells["e"][0])
            ends.append((sums(other, demand, name, groups), step))
        return np.asarray((ends[0][0] - ends[1][0]) / (ends[0][1] - ends[1][1]))

    for i in range(4):
        for j in range(4):
            assert to.of_sale(i, j) == pytest.approx(slope("Z", i, j), rel=1e-5, abs=1e-7)
            bought = to.of_purchase(i, is_demanded=j in demand.columns)
            assert bought == pytest.approx(slope("Y", i, j), rel=1e-5, abs=1e-7)
        if name == "jobs":
            assert to.of_counted(i) == pytest.approx(slope("e", 0, i), rel=1e-5, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(
    tables(),
    st.sampled_from(["value_added", "output", "jobs"]),
    st.sampled_from([0.0, 0.1]),
)
def test_the_variance_is_the_sum_over_cells(table: WorldTable, name: str, shared: float) -> None:
    groups = np.arange(table.n) % 2
    demand = demand_of(table, "R1")
    extension = extension_of(table, name)
    system = system_of(table)
    to, _ = gradient_of(table, system, demand, extension, groups)
    found = first_order(table, system, flat_errors(0.05, shared), demand, extension, groups)
    Z, Y, left = table.A * table.x, table.Y, row_remainder(table)
    width = len(table.sectors)
    parts = []  # (reporter or None, sensitivity x cell)
    for i in range(table.n):
        parts += [(j // width, to.of_sale(i, j) * Z[i, j]) for j in range(table.n)]
        for f, column in enumerate(table.final_demand):
            reporter = table.regions.index(column.region)
            bought = to.of_purchase(i, is_demanded=f in demand.columns)
            parts.append((reporter, bought * Y[i, f]))
        parts.append((i // width, to.of_purchase(i, is_demanded=False) * left[i]))
    own = sum(part**2 for _, part in parts) * 0.05**2
    if name == "jobs":
        counted = table.satellites["jobs"].values
        own = own + sum((to.of_counted(j) * counted[j]) ** 2 for j in range(table.n)) * 0.05**2
    together = sum(
        np.sum([part for reporter, part in parts if reporter == r], axis=0) ** 2
        for r in range(len(table.regions))
    )
    expected = own + shared**2 * together
    assert found.errors**2 == pytest.approx(expected, rel=1e-8, abs=1e-12 * found.values.max() ** 2)


@settings(max_examples=15, deadline=None)
@given(tables())
def test_all_value_added_in_a_demand_is_as_sure_as_its_purchases(table: WorldTable) -> None:
    demand = demand_of(table, "R0")
    groups = np.zeros(table.n, dtype=np.int64)
    system, added = system_of(table), extension_of(table, "value_added")
    found = first_order(table, system, flat_errors(0.1), demand, added, groups)
    bought = table.Y[:, list(demand.columns)]
    assert found.values[0] == pytest.approx(bought.sum(), rel=1e-9)
    assert found.errors[0] == pytest.approx(0.1 * np.sqrt((bought**2).sum()), rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(tables())
def test_a_given_amount_has_no_error_of_its_own_and_no_cell_error_means_none(
    table: WorldTable,
) -> None:
    added = extension_of(table, "value_added")
    groups = np.zeros(table.n, dtype=np.int64)
    given_amount = UncertainDemand(table.demand_of("R0"))
    system = system_of(table)
    found = first_order(table, system, flat_errors(0.1, 0.05), given_amount, added, groups)
    assert found.errors[0] <= 1e-6 * found.values[0]
    sure = first_order(table, system, flat_errors(0.0), demand_of(table, "R0"), added, groups)
    assert sure.errors[0] == 0


def test_an_interval_of_nothing_is_nothing() -> None:
    assert log_normal_ends(5.0, 0.0) == (5.0, 5.0)
    low, high = log_normal_ends(0.0, 2.0)
    assert (low, high) == pytest.approx((-3.92, 3.92), abs=1e-3)


@pytest.mark.parametrize(
    ("classes", "shared"),
    [
        ((), 0.0),
        ((SizeClass(0.1, 0.1),), 0.0),
        ((SizeClass(0.0, 0.1), SizeClass(0.1, 0.1)), 0.0),
        ((SizeClass(0.0, -0.1),), 0.0),
        ((SizeClass(0.0, 0.1),), -0.1),
    ],
)
def test_an_error_model_that_cannot_be_is_refused(
    classes: tuple[SizeClass, ...], shared: float
) -> None:
    with pytest.raises(InputError):
        ErrorModel("bad", Grade.ASSUMED, classes, shared)
