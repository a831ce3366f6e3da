"""Drawn tables: what every draw keeps, and that draws and first-order errors say the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from, tables
from ketenkaart.core.chain.cell_errors import ErrorModel, SizeClass
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.draws import (
    Drawn,
    NearSystem,
    Simulated,
    TableDraws,
    UnsolvableDrawError,
    ends,
    simulate,
)
from ketenkaart.core.chain.first_order import UncertainDemand, first_order, log_normal_ends
from ketenkaart.core.chain.refine import Factors
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.core.provenance import Grade


def model(relative: float, shared: float = 0.0) -> ErrorModel:
    return ErrorModel("flat", Grade.ASSUMED, (SizeClass(0.0, relative),), shared)


def small(seed: int = 3, regions: int = 3, sectors: int = 3) -> WorldTable:
    rng = np.random.default_rng(seed)
    n = regions * sectors
    A = rng.random((n, n)) * 0.9 / n
    Y = rng.uniform(1, 10, (n, 2 * regions))
    Y[:, 1::2] *= 0.01 * rng.normal(size=(n, regions))
    names = tuple(f"R{k}" for k in range(regions)), tuple(f"s{k}" for k in range(sectors))
    return table_from(A, Y, *names, jobs=rng.random(n) * 1000)


def bought(table: WorldTable, region: str = "R0") -> UncertainDemand:
    columns = tuple(
        k
        for k, item in enumerate(table.final_demand)
        if item.region == region and item.category not in table.inventory
    )
    return UncertainDemand(table.demand_of(region), columns)


def footprint(demand: UncertainDemand) -> object:
    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        X = one.system.output_for(demand.of(one.table.Y))
        return np.asarray(intensities(one.table, one.extensions)[0] * X)

    return measure


@settings(max_examples=25, deadline=None)
@given(tables(), st.floats(0.01, 0.8), st.sampled_from([0.0, 0.1]), st.integers(0, 999))
def test_a_draw_balances_and_keeps_zeros_and_signs(
    table: WorldTable, relative: float, shared: float, seed: int
) -> None:
    names = ("value_added", "output", "jobs")
    extensions = [extension_of(table, name) for name in names]
    drawn = TableDraws(table, model(relative, shared), extensions).draw((seed, 0))
    Z = drawn.table.A * drawn.table.x
    assert ((Z == 0) == (table.A * table.x == 0))[:, drawn.table.x > 0].all()
    assert (np.sign(drawn.table.Y) == np.sign(table.Y)).all()
    sold = Z.sum(axis=1) + drawn.table.Y.sum(axis=1)
    kept = np.maximum(sold, table.x / 2)
    assert drawn.table.x == pytest.approx(kept, rel=1e-6, abs=1e-9 * table.x.max())
    made = [item.values for item in drawn.extensions]
    assert made[0] == pytest.approx(drawn.table.x - Z.sum(axis=0), abs=1e-9 * table.x.max())
    assert drawn.negative == (made[0] < 0).sum()
    assert (made[1] == drawn.table.x).all()
    assert ((made[2] == 0) == (table.satellites["jobs"].values == 0)).all()


def test_the_same_seed_gives_the_same_numbers_and_more_draws_begin_with_them() -> None:
    table = small()
    added = extension_of(table, "value_added")
    source = TableDraws(table, model(0.1, 0.05), [added])
    measure = footprint(bought(table))
    few = simulate([source], measure, draws=5, seed=7)  # type: ignore[arg-type]
    more = simulate([source], measure, draws=9, seed=7)  # type: ignore[arg-type]
    other = simulate([source], measure, draws=5, seed=8)  # type: ignore[arg-type]
    assert few.values.tobytes() == more.values[:5].tobytes()
    assert (few.values != other.values).all()


@pytest.mark.parametrize("shared", [0.0, 0.02])
@pytest.mark.parametrize("name", ["value_added", "output", "jobs"])
def test_draws_and_first_order_agree_where_errors_are_small(name: str, shared: float) -> None:
    table = small()
    extension, demand = extension_of(table, name), bought(table)
    errors = model(0.02, shared)
    source = TableDraws(table, errors, [extension])
    drawn = simulate([source], footprint(demand), draws=1200, seed=1)  # type: ignore[arg-type]
    found = first_order(table, system_of(table), errors, demand, extension, np.arange(table.n))
    # A standard deviation from 1,200 draws is known to 2 %.
    spread = ends(drawn).standard_error
    assert spread == pytest.approx(found.errors, rel=0.09)
    assert drawn.values.mean(axis=0) == pytest.approx(
        found.values, rel=0, abs=float(5 * found.errors.max() / np.sqrt(1200))
    )


def test_cells_keep_their_mean() -> None:
    table = small()
    source = TableDraws(table, model(0.5, 0.1), [])
    total = np.zeros_like(table.Y)
    for k in range(1500):
        total += source.draw((5, k)).table.Y
    off = total / 1500 / table.Y - 1
    assert np.abs(off).max() < 5 * 0.52 / np.sqrt(1500)


def test_cells_are_drawn_by_their_size() -> None:
    table = small()
    two = ErrorModel("two", Grade.ASSUMED, (SizeClass(0.02, 0.0), SizeClass(0.0, 0.5)), 0.0)
    drawn = TableDraws(table, two, []).draw((1, 1)).table
    Z, before = drawn.A * drawn.x, table.A * table.x
    scale = np.repeat(table.x.reshape(3, 3).sum(axis=1), 3)
    is_large = before >= 0.02 * scale
    assert 0 < is_large.sum() < is_large.size
    assert Z[is_large] == pytest.approx(before[is_large], rel=1e-12)
    assert (np.abs(Z[~is_large] / before[~is_large] - 1) > 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(tables(), st.integers(0, 99))
def test_a_near_system_solves_its_own_table(table: WorldTable, seed: int) -> None:
    drawn = TableDraws(table, model(0.3), []).draw((seed,))
    Y = np.random.default_rng(seed).random((table.n, 2))
    system = np.eye(table.n) - drawn.table.A
    assert drawn.system.output_for(Y) == pytest.approx(np.linalg.solve(system, Y), rel=1e-7)
    found = drawn.system.multipliers(Y.T)
    assert found == pytest.approx(np.linalg.solve(system.T, Y).T, rel=1e-7)
    assert drawn.system.layers(Y, 2)[2] == pytest.approx(drawn.table.A @ (drawn.table.A @ Y))


def test_a_table_without_a_solution_is_refused() -> None:
    near = np.array([[0.5, 0.0], [0.0, 0.5]])
    with pytest.raises(TableError, match="no solution"):
        NearSystem(near * 2.5, Factors(near, is_precise=False)).output_for(np.ones(2))


def test_a_draw_without_a_solution_is_drawn_again_and_counted() -> None:
    table = small()
    source = TableDraws(table, model(0.1), [])
    asked = []

    def measure(drawn: Sequence[Drawn]) -> Floats:
        asked.append(drawn[0].table.x.copy())
        if len(asked) == 2:
            raise UnsolvableDrawError("none")
        return np.asarray(drawn[0].table.x)

    found = simulate([source], measure, draws=4, seed=1)
    assert (found.redrawn, found.values.shape) == (1, (4, table.n))
    assert found.values[1].tolist() == asked[2].tolist()

    def never(drawn: Sequence[Drawn]) -> Floats:
        raise UnsolvableDrawError("none")

    with pytest.raises(TableError, match="none"):
        simulate([source], never, draws=40, seed=1)


@pytest.mark.parametrize(("draws", "seed"), [(1, 1), (0, 1), (10**7, 1), (10, -1)])
def test_impossible_numbers_are_refused(draws: int, seed: int) -> None:
    with pytest.raises(InputError):
        simulate([], lambda _: np.zeros(1), draws=draws, seed=seed)


def test_how_far_off_the_ends_are_is_what_repeating_shows() -> None:
    rng = np.random.default_rng(4)
    repeated = [ends(Simulated(rng.normal(size=(800, 1)), 0, 0)) for _ in range(300)]
    low = np.array([item.low[0] for item in repeated])
    stated = np.array([item.low_error[0] for item in repeated])
    assert low.mean() == pytest.approx(-1.96, abs=0.03)
    assert stated.mean() == pytest.approx(low.std(), rel=0.2)


@pytest.mark.long
@pytest.mark.parametrize(
    ("relative", "shared", "around"),
    [
        (0.05, 0.0, "published"),
        (0.1, 0.03, "published"),
        (0.05, 0.03, "truth"),
        (0.1, 0.0, "truth"),
    ],
)
def test_stated_intervals_cover(relative: float, shared: float, around: str) -> None:
    """95 % intervals hold 94 to 96 % of what may be, for totals and for every group of nodes.

    Around the published table: truths are drawn around it, as the model says. Around the truth:
    published tables are drawn, and each states its own interval.
    """
    table = small(11, 4, 4)
    errors, demand = model(relative, shared), bought(table)
    groups = table.region_index()
    added = extension_of(table, "value_added")
    source = TableDraws(table, errors, [added])
    truth = first_order(table, system_of(table), errors, demand, added, groups)
    draws = 4000 if around == "published" else 1500
    inside = np.zeros((draws, len(truth.values)), dtype=bool)
    fixed = np.array(
        [log_normal_ends(*pair) for pair in zip(truth.values, truth.errors, strict=True)]
    )
    for k in range(draws):
        drawn = source.draw((2, k))
        if around == "published":
            X = drawn.system.output_for(demand.of(drawn.table.Y))
            made = intensities(drawn.table, drawn.extensions)[0] * X
            value = np.bincount(groups, weights=made)
            inside[k] = (fixed[:, 0] <= value) & (value <= fixed[:, 1])
            continue
        y = UncertainDemand(demand.of(drawn.table.Y), demand.columns)
        found = first_order(drawn.table, drawn.system, errors, y, drawn.extensions[0], groups)
        for g, pair in enumerate(zip(found.values, found.errors, strict=True)):
            low, high = log_normal_ends(*pair)
            inside[k, g] = low <= truth.values[g] <= high
    covered = inside.mean(axis=0)
    slack = 2.6 * np.sqrt(0.95 * 0.05 / draws)
    assert (np.abs(covered - 0.95) < 0.01 + slack).all(), covered
    assert abs(covered.mean() - 0.95) < 0.01 + slack / 2, covered
