"""Errors of production layers and paths: against finite differences, and against draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import flat_errors, moved, table_from, tables
from ketenkaart.core.chain.cell_errors import ErrorModel, row_remainder
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.draws import Drawn, TableDraws, ends, simulate
from ketenkaart.core.chain.first_order import UncertainDemand, first_order, log_normal_ends
from ketenkaart.core.chain.layer_errors import first_order_layers, layer_gradient
from ketenkaart.core.chain.path_errors import ListedPaths, first_order_paths, path_gradient
from ketenkaart.core.chain.paths import largest_paths
from ketenkaart.core.chain.propagation import CellGradient
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable

STEP = 1e-6
NAMES = ("value_added", "output", "jobs")


def demand_of(table: WorldTable, region: str = "R0") -> UncertainDemand:
    columns = tuple(
        k
        for k, item in enumerate(table.final_demand)
        if item.region == region and item.category not in table.inventory
    )
    return UncertainDemand(table.demand_of(region), columns)


def small(seed: int, regions: int = 2, sectors: int = 2) -> WorldTable:
    rng = np.random.default_rng(seed)
    n = regions * sectors
    A = rng.random((n, n)) * 0.8 / n
    Y = rng.uniform(1, 3, (n, 2 * regions))
    Y[:, 1::2] *= 0.01 * rng.normal(size=(n, regions))
    names = tuple(f"R{k}" for k in range(regions)), tuple(f"s{k}" for k in range(sectors))
    table = table_from(A, Y, *names, jobs=rng.random(n))
    return replace(table, x=table.x * 1.01)  # rows that miss output, as real ones do


def check_slopes(
    table: WorldTable,
    gradient: CellGradient,
    demand: UncertainDemand,
    figures: Callable[[WorldTable], Floats],
) -> None:
    """Hold a gradient against what moving each cell a little does."""
    Z, Y, jobs = table.A * table.x, np.array(table.Y), np.array(table.satellites["jobs"].values)

    def slope(kind: str, i: int, j: int) -> Floats:
        found = []
        for step in (STEP, -STEP):
            cells = {"Z": Z.copy(), "Y": Y.copy(), "e": jobs.reshape(1, -1).copy()}
            cells[kind][i, j] += step
            found.append(figures(moved(table, cells["Z"], cells["Y"], cells["e"][0])))
        return np.asarray((found[0] - found[1]) / (2 * STEP))

    for i in range(table.n):
        for j in range(table.n):
            assert gradient.of_sale(i, j) == pytest.approx(slope("Z", i, j), rel=1e-5, abs=1e-7)
        for f in range(Y.shape[1]):
            bought = gradient.of_purchase(i, is_demanded=f in demand.columns)
            assert bought == pytest.approx(slope("Y", i, f), rel=1e-5, abs=1e-7)


def layers_of(table: WorldTable, demand: UncertainDemand, name: str, groups: Floats) -> Floats:
    found = tiers(table, system_of(table), extension_of(table, name), demand.of(table.Y), 2).values
    sums = np.array([found[groups == k].sum(axis=0) for k in range(int(groups.max()) + 1)])
    return np.column_stack([sums, sums.sum(axis=1)]).ravel()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_every_cell_moves_a_layer_as_its_gradient_says(seed: int, name: str) -> None:
    table = small(seed)
    demand, groups = demand_of(table), np.array([0, 1, 1, -1])
    extension = extension_of(table, name)
    gradient, values = layer_gradient(table, system_of(table), demand, extension, groups, 2)
    assert values.ravel() == pytest.approx(layers_of(table, demand, name, groups), rel=1e-9)
    check_slopes(table, gradient, demand, lambda one: layers_of(one, demand, name, groups))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_every_cell_moves_a_path_as_its_gradient_says(seed: int, name: str) -> None:
    table = small(seed)
    demand, extension = demand_of(table), extension_of(table, name)
    s = intensities(table, [extension])[0]
    found = largest_paths(table.A, s, demand.y, 12, total=1.0)
    paths = ListedPaths.of(found.paths)
    assert paths.values(table.A, s, demand.y) == pytest.approx([p.value for p in found.paths])
    figure = np.arange(12) // 2  # by twos: errors of paths that share a cell do not add up

    def figures(one: WorldTable) -> Floats:
        here = intensities(one, [extension_of(one, name)])[0]
        return np.bincount(figure, weights=paths.values(one.A, here, demand.of(one.Y)))

    check_slopes(table, path_gradient(table, demand, extension, paths, figure), demand, figures)


@settings(max_examples=15, deadline=None)
@given(tables(), st.sampled_from(NAMES), st.sampled_from([0.0, 0.1]), st.integers(0, 3))
def test_layers_sum_to_the_footprint_in_value_and_error(
    table: WorldTable, name: str, shared: float, deepest: int
) -> None:
    demand, groups = demand_of(table), np.arange(table.n) % 2
    system, extension, errors = (
        system_of(table),
        extension_of(table, name),
        flat_errors(0.05, shared),
    )
    found = first_order_layers(table, system, errors, demand, extension, groups, deepest)
    whole = first_order(table, system, errors, demand, extension, groups)
    assert found.values[:, :-1].sum(axis=1) == pytest.approx(whole.values, rel=1e-9)
    assert found.values[:, -1] == pytest.approx(whole.values, rel=1e-9)
    assert found.errors[:, -1] == pytest.approx(whole.errors, rel=1e-8)
    gradient, _ = layer_gradient(table, system, demand, extension, groups, deepest)
    figures = deepest + 3
    summed = gradient.a.reshape(2, figures, -1)[:, :-1].sum(axis=1)
    assert summed == pytest.approx(gradient.a.reshape(2, figures, -1)[:, -1], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(tables(), st.sampled_from(NAMES), st.sampled_from([0.0, 0.1]), st.integers(0, 2))
def test_the_error_of_paths_is_the_sum_over_cells(
    table: WorldTable, name: str, shared: float, min_tier: int
) -> None:
    demand, extension = demand_of(table), extension_of(table, name)
    system, errors = system_of(table), flat_errors(0.05, shared)
    s = intensities(table, [extension])[0]
    total = float(s @ system.output_for(system.layers(demand.y, min_tier)[-1]))
    found = largest_paths(table.A, s, demand.y, 5, total=total, min_tier=min_tier)
    paths = ListedPaths.of(found.paths)
    made = first_order_paths(
        table, system, errors, demand, extension, paths, np.ones(table.n, dtype=bool), min_tier
    )
    assert float(made.total.values[0]) == pytest.approx(total, rel=1e-9)
    assert float(made.covered.values[0]) == pytest.approx(found.covered, rel=1e-9)
    if not found.paths:
        assert made.paths.errors.size == made.covered.errors[0] == 0
        return
    for figure, stated_errors in (
        (np.arange(len(found.paths)), made.paths.errors),
        (np.zeros(len(found.paths), dtype=int), made.covered.errors),
    ):
        gradient = path_gradient(table, demand, extension, paths, figure)
        expected = _by_cells(table, gradient, demand, name, shared)
        assert stated_errors == pytest.approx(expected, rel=1e-7, abs=1e-12)


def _by_cells(
    table: WorldTable, gradient: CellGradient, demand: UncertainDemand, name: str, shared: float
) -> Floats:
    Z, left, width = table.A * table.x, row_remainder(table), len(table.sectors)
    parts: list[tuple[int, Floats]] = []
    for i in range(table.n):
        parts += [(j // width, gradient.of_sale(i, j) * Z[i, j]) for j in range(table.n)]
        for f, column in enumerate(table.final_demand):
            moves = gradient.of_purchase(i, is_demanded=f in demand.columns)
            parts.append((table.regions.index(column.region), moves * table.Y[i, f]))
        parts.append((i // width, gradient.of_purchase(i, is_demanded=False) * left[i]))
    own = sum(part**2 for _, part in parts) * 0.05**2
    if name == "jobs":
        counted = table.satellites["jobs"].values
        own = own + sum((gradient.of_counted(j) * counted[j]) ** 2 for j in range(table.n)) * (
            0.05**2
        )
    together = sum(
        np.sum([part for reporter, part in parts if reporter == r], axis=0) ** 2
        for r in range(len(table.regions))
    )
    return np.asarray(np.sqrt(own + shared**2 * together))


def test_a_given_amount_bought_of_one_node_is_as_sure_as_its_first_layer() -> None:
    """Layer 0 of a given amount is s y: it moves with the node's own coefficients alone."""
    table = small(5)
    y = np.array([7.0, 0.0, 0.0, 0.0])
    output = extension_of(table, "output")
    found = first_order_layers(
        table, system_of(table), flat_errors(0.2, 0.1), UncertainDemand(y), output,
        np.zeros(4, dtype=np.int64), 1,
    )  # fmt: skip
    assert found.values[0, 0] == pytest.approx(7.0)
    assert found.errors[0, 0] == pytest.approx(0.0, abs=1e-12)
    assert found.errors[0, 1] > 0


def test_no_paths_have_no_errors() -> None:
    table = small(1)
    added = extension_of(table, "value_added")
    nowhere = np.zeros(4, dtype=bool)
    found = first_order_paths(
        table,
        system_of(table),
        flat_errors(0.1),
        demand_of(table),
        added,
        ListedPaths.of(()),
        nowhere,
    )
    assert (found.paths.values.size, found.total.values[0]) == (0, 0.0)
    assert np.isnan(found.share.values[0])


def figures_of(
    demand: UncertainDemand, paths: ListedPaths, groups: Floats, deepest: int
) -> Callable[[Sequence[Drawn]], Floats]:
    """Return what measures layers by group, paths, and their sum against all."""

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one, y = drawn[0], demand.of(drawn[0].table.Y)
        found = tiers(one.table, one.system, one.extensions[0], y, deepest).values
        by_group = np.array([np.bincount(groups, weights=layer) for layer in found.T]).T
        s = intensities(one.table, one.extensions)[0]
        each = paths.values(one.table.A, s, y)
        total, covered = by_group.sum(), each.sum()
        sums = [total, covered, total - covered, covered / total]
        return np.concatenate([by_group.ravel(), each, sums])

    return measure


def stated(
    table: WorldTable, errors: ErrorModel, paths: ListedPaths, groups: Floats, deepest: int
) -> tuple[Floats, Floats]:
    """Return values and first-order errors in the order of `figures_of`."""
    demand, added, system = demand_of(table), extension_of(table, "value_added"), system_of(table)
    layers = first_order_layers(table, system, errors, demand, added, groups, deepest)
    every = np.ones(table.n, dtype=bool)
    found = first_order_paths(table, system, errors, demand, added, paths, every)
    sums = (found.total, found.covered, found.remainder, found.share)
    parts = [(layers.values[:, :-1].ravel(), layers.errors[:, :-1].ravel())]
    parts += [(item.values, item.errors) for item in (found.paths, *sums)]
    return np.concatenate([v for v, _ in parts]), np.concatenate([e for _, e in parts])


def made_paths(table: WorldTable) -> ListedPaths:
    added, demand = extension_of(table, "value_added"), demand_of(table)
    s = intensities(table, [added])[0]
    return ListedPaths.of(largest_paths(table.A, s, demand.y, 20, total=1.0).paths)


@pytest.mark.parametrize("shared", [0.0, 0.02])
def test_draws_and_first_order_agree_where_errors_are_small(shared: float) -> None:
    table = small(3, 3, 3)
    groups, paths, errors = np.arange(9) // 3, made_paths(table), flat_errors(0.02, shared)
    source = TableDraws(table, errors, [extension_of(table, "value_added")])
    measure = figures_of(demand_of(table), paths, groups, 2)
    drawn = simulate([source], measure, draws=1200, seed=1)
    values, error = stated(table, errors, paths, groups, 2)
    assert ends(drawn).standard_error == pytest.approx(error, rel=0.09)
    slack = 5 * error / np.sqrt(1200) + 0.002 * np.abs(values)
    assert (np.abs(drawn.values.mean(axis=0) - values) < slack).all()


@pytest.mark.long
@pytest.mark.parametrize(("relative", "shared"), [(0.05, 0.0), (0.1, 0.03)])
def test_stated_intervals_of_layers_and_paths_cover(relative: float, shared: float) -> None:
    """95 % intervals hold 94 to 96 % of tables drawn around the published one."""
    table = small(11, 4, 4)
    groups, paths, errors = np.arange(16) // 4, made_paths(table), flat_errors(relative, shared)
    values, error = stated(table, errors, paths, groups, 3)
    measure = figures_of(demand_of(table), paths, groups, 3)
    source = TableDraws(table, errors, [extension_of(table, "value_added")])
    drawn = simulate([source], measure, draws=4000, seed=2).values
    both = np.array([log_normal_ends(*pair) for pair in zip(values, error, strict=True)])
    covered = ((both[:, 0] <= drawn) & (drawn <= both[:, 1])).mean(axis=0)
    slack = 2.6 * np.sqrt(0.95 * 0.05 / 4000)
    assert (np.abs(covered - 0.95) < 0.01 + slack).all(), covered
    assert abs(covered.mean() - 0.95) < 0.01, covered
