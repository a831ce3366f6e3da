"""What must hold for every table, whatever is in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from, tables
from ketenkaart.core.chain.change import decompose
from ketenkaart.core.chain.compare import compare
from ketenkaart.core.chain.counted import extension_names, extension_of
from ketenkaart.core.chain.demands import Purchase, final_demand, purchased, whole_output
from ketenkaart.core.chain.footprint import footprints, grouped, places
from ketenkaart.core.chain.intermediaries import intermediaries, through
from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.levers import scale_up, trade_lever
from ketenkaart.core.chain.sector import downstream, upstream
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.tiers import tiers, touched
from ketenkaart.core.chain.trade import bilateral, border
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.core.errors import InputError, TableError

DIGITS = 1e-9
LAWS = settings(max_examples=40)


def near(found: object, wanted: object, scale: float) -> None:
    np.testing.assert_allclose(found, wanted, rtol=DIGITS, atol=DIGITS * max(scale, 1e-9))


def whole(table: WorldTable) -> Floats:
    return np.asarray(table.Y.sum(axis=1))


@LAWS
@given(tables())
def test_value_added_behind_a_demand_is_what_is_paid_for_it(table: WorldTable) -> None:
    y = final_demand(table, "R0")
    system = system_of(table)
    added, jobs = footprints(
        table, system, [extension_of(table, "value_added"), extension_of(table, "jobs")], y
    )
    near(added.total, y.sum(), y.sum())
    alone = footprints(table, system, [extension_of(table, "jobs")], y)[0]
    assert jobs.values.tolist() == alone.values.tolist()
    for by in ("node", "country", "sector"):
        near(grouped(table, jobs.values, by).sum(), jobs.total, jobs.total)
        assert len(places(table, by)) == len(grouped(table, jobs.values, by))


@LAWS
@given(tables())
def test_footprints_of_all_demand_make_up_everything(table: WorldTable) -> None:
    for name in extension_names(table):
        extension = extension_of(table, name)
        found = footprints(table, system_of(table), [extension], whole(table))[0]
        near(found.values, extension.values, extension.values.max())


@LAWS
@given(tables(), st.floats(0.01, 1000))
def test_a_footprint_grows_with_its_demand_and_adds_over_demands(
    table: WorldTable, times: float
) -> None:
    system, counted = system_of(table), [extension_of(table, "jobs")]
    a, b = final_demand(table, "R0"), final_demand(table, "R1")
    first, second, both = (footprints(table, system, counted, y)[0].values for y in (a, b, a + b))
    near(first + second, both, both.max())
    near(footprints(table, system, counted, times * a)[0].values, times * first, times * both.max())


@LAWS
@given(tables(regions=3))
def test_the_order_of_regions_does_not_matter(table: WorldTable) -> None:
    S = len(table.sectors)
    order = [2, 0, 1]
    at = np.concatenate([np.arange(r * S, (r + 1) * S) for r in order])
    columns = [k for r in order for k in (2 * r, 2 * r + 1)]
    jobs = table.satellites["jobs"]
    moved = replace(
        table,
        regions=tuple(table.regions[r] for r in order),
        A=table.A[np.ix_(at, at)],
        Y=table.Y[np.ix_(at, columns)],
        x=table.x[at],
        V={name: row[at] for name, row in table.V.items()},
        satellites={"jobs": replace(jobs, values=jobs.values[at])},
        final_demand=tuple(table.final_demand[k] for k in columns),
    )
    found = [
        bilateral(item, system_of(item), extension_of(item, "jobs")) for item in (table, moved)
    ]
    near(found[1].embodied, found[0].embodied[np.ix_(order, order)], jobs.values.max())
    near(found[1].gross, found[0].gross[np.ix_(order, order)], table.x.max())


@LAWS
@given(tables(), st.integers(0, 6))
def test_layers_add_up_to_the_footprint(table: WorldTable, deepest: int) -> None:
    y, system, jobs = final_demand(table, "R0"), system_of(table), extension_of(table, "jobs")
    found = tiers(table, system, jobs, y, deepest)
    wanted = footprints(table, system, [jobs], y)[0]
    assert found.names == (*(str(t) for t in range(deepest + 1)), "rest")
    near(found.values.sum(axis=1), wanted.values, wanted.total)
    stage = touched(table, system, found, y, list(range(table.n)))
    assert stage.total == pytest.approx(1)
    by_hand = sum(t * float(layer.sum()) for t, layer in enumerate(power(table, y)))
    assert stage.mean_layer == pytest.approx(by_hand / found.total, rel=1e-6, abs=1e-9)


def power(table: WorldTable, y: Floats) -> list[Floats]:
    s = extension_of(table, "jobs").values / table.x
    layers = [y]
    while layers[-1].sum() > 1e-14 * y.sum():
        layers.append(table.A @ layers[-1])
    return [s * layer for layer in layers]


@LAWS
@given(tables())
def test_embodied_trade_balances(table: WorldTable) -> None:
    added = extension_of(table, "value_added")
    found = bilateral(table, system_of(table), added)
    scale = float(table.x.sum())
    near(found.embodied.sum(axis=1), grouped(table, added.values, "country"), scale)
    bought = np.array([table.Y[:, 2 * r : 2 * r + 2].sum() for r in range(len(table.regions))])
    near(found.embodied.sum(axis=0), bought, scale)
    # A country's surplus is the same in goods as in the value that they embody.
    near(
        found.gross.sum(axis=1) - found.gross.sum(axis=0),
        found.embodied.sum(axis=1) - found.embodied.sum(axis=0),
        scale,
    )


@LAWS
@given(tables())
def test_imports_at_the_border_are_parted_without_loss(table: WorldTable) -> None:
    system, added = system_of(table), extension_of(table, "value_added")
    found = border(table, system, added, "R0")
    scale = float(table.x.sum())
    near(found.gross.sum(), bilateral(table, system, added).gross[:, 0].sum(), scale)
    near(found.embodied.sum(axis=0), found.gross, scale)
    S = len(table.sectors)
    industries = found.gross[:S] + found.gross[-S:]
    near(industries, (table.A[S:, :S] * table.x[:S]).sum(axis=0), scale)


@LAWS
@given(tables(), st.floats(0.9, 1.1))
def test_what_rows_miss_is_not_sent_abroad(table: WorldTable, off: float) -> None:
    """Nobody elsewhere buys from R0: nothing is sent on, though its rows do not add up."""
    S = len(table.sectors)
    A, Y = np.array(table.A), np.array(table.Y)
    A[:S, S:] = 0.0
    Y[:S, [item.region != "R0" for item in table.final_demand]] = 0.0
    x = np.array(table.x)
    x[:S] = off * (A[:S] @ x + Y[:S].sum(axis=1))
    alone = replace(table, A=A, Y=Y, x=x)
    found = border(alone, system_of(alone), extension_of(alone, "output"), "R0")
    near(found.gross[-S:], np.zeros(S), float(found.gross.sum()) + 1.0)


@LAWS
@given(tables())
def test_a_sector_makes_its_own_output_and_no_more(table: WorldTable) -> None:
    system, added = system_of(table), extension_of(table, "value_added")
    y = whole_output(table, system, 0)
    assert system.output_for(y)[0] == pytest.approx(table.x[0])
    found = upstream(table, system, added, 0)
    near(found.embodied.sum(), y.sum(), y.sum())
    near(found.bought, table.A[:, 0] * table.x[0], table.x[0])
    near(found.embodied[0], added.values[0], added.values[0])


@LAWS
@given(tables())
def test_all_output_of_a_sector_ends_up_with_somebody(table: WorldTable) -> None:
    found = downstream(table, system_of(table), 0)
    near(found.products.sum(), table.x[0], table.x[0])
    near(found.buyers.sum(), table.x[0], table.x[0])
    B = (table.A * table.x) / table.x[:, None]
    ghosh = np.linalg.inv(np.eye(table.n) - B)
    assert found.linkage == pytest.approx(ghosh[0].sum())


@LAWS
@given(tables())
def test_betweenness_counts_every_step_between_the_ends(table: WorldTable) -> None:
    y, system, jobs = final_demand(table, "R0"), system_of(table), extension_of(table, "jobs")
    found = intermediaries(table, system, jobs, y, deepest=2)
    layers = [float(layer.sum()) for layer in power(table, y)]
    steps = sum((t - 1) * value for t, value in enumerate(layers) if t > 1)
    assert found.between.sum() == pytest.approx(steps, rel=1e-6, abs=1e-6 * found.total)
    near(found.by_tier.sum(axis=1), found.between, found.total)
    near(found.total, sum(layers), found.total)


@LAWS
@given(tables())
def test_extraction_is_what_is_missing_without_a_node(table: WorldTable) -> None:
    y, system, jobs = final_demand(table, "R0"), system_of(table), extension_of(table, "jobs")
    found = intermediaries(table, system, jobs, y)
    without = np.array(table.A)
    without[0] = without[:, 0] = 0.0
    rest = y.copy()
    rest[0] = 0.0
    s = jobs.values / table.x
    s[0] = 0.0
    missing = found.total - s @ np.linalg.solve(np.eye(table.n) - without, rest)
    assert through(system, found, [0])[0] == pytest.approx(missing, abs=1e-9 * found.total)


@LAWS
@given(tables())
def test_flows_by_source_add_up_to_all_flows(table: WorldTable) -> None:
    y, system, jobs = final_demand(table, "R0"), system_of(table), extension_of(table, "jobs")
    whole_flow = intermediaries(table, system, jobs, y)
    parts = [intermediaries(table, system, jobs, y, sources=[k]) for k in range(table.n)]
    near(sum(part.between for part in parts), whole_flow.between, whole_flow.total)
    near(sum(part.total for part in parts), whole_flow.total, whole_flow.total)


@LAWS
@given(tables(regions=2, sectors=2), tables(regions=2, sectors=2))
def test_the_causes_of_a_change_add_up_to_it(first: WorldTable, last: WorldTable) -> None:
    pair = first, last
    demands = final_demand(first, "R0"), final_demand(last, "R0")
    found = decompose(pair, (system_of(first), system_of(last)), "jobs", demands)
    back = decompose(
        (last, first), (system_of(last), system_of(first)), "jobs", (demands[1], demands[0])
    )
    scale = float(found.before.sum() + found.after.sum())
    near(found.effects.sum(axis=1), found.after - found.before, scale)
    near(found.spread.sum(axis=1), 0, scale)
    near(back.effects, -found.effects, scale)


@LAWS
@given(tables(regions=2, sectors=2))
def test_nothing_changes_where_nothing_changed(table: WorldTable) -> None:
    y, system = final_demand(table, "R0"), system_of(table)
    found = decompose((table, table), (system, system), "jobs", (y, 2 * y))
    near(found.effects[:, :3], 0, found.after.sum())
    near(found.effects[:, 3], found.before, found.after.sum())
    nothing = decompose((table, table), (system, system), "jobs", (np.zeros(table.n), y))
    near(nothing.effects.sum(axis=1), nothing.after, nothing.after.sum())


@LAWS
@given(tables(regions=3, sectors=2))
def test_levers_are_shares_of_a_whole(table: WorldTable) -> None:
    system, jobs = system_of(table), extension_of(table, "jobs")
    each = [trade_lever(table, system, jobs, [region]) for region in table.regions]
    together = trade_lever(table, system, jobs, table.regions)
    near(sum(item.of_value for item in each), together.of_value, 1)
    exporting = ~np.isnan(together.of_exports)
    near(together.of_exports[exporting], 1, 1)
    found = scale_up(table, system, jobs, "R0", dict.fromkeys(table.sectors, 1.0))
    assert found.own >= 0
    assert len(found.partners) == 4
    assert all(item.added >= 0 and item.at_home >= 0 for item in found.partners)
    ordered = [item.added for item in found.partners]
    assert ordered == sorted(ordered, reverse=True)
    half = scale_up(table, system, jobs, "R0", dict.fromkeys(table.sectors, 0.5))
    near(2 * half.own, found.own, 1)
    near(2 * np.array([item.added for item in half.partners]), np.array(ordered), 1)


def made(A: list[list[float]], Y: list[list[float]]) -> WorldTable:
    return table_from(np.array(A), np.array(Y), ("R0", "R1"), ("s0",), jobs=np.array([10.0, 20.0]))


def test_a_sector_without_output_stays_apart_and_is_never_divided_by() -> None:
    table = made([[0.5, 0.0], [0.0, 0.0]], [[1.0, 0, 0, 0], [0, 0, 0, 0]])
    system, jobs = system_of(table), extension_of(table, "jobs")
    assert table.x.tolist() == [2.0, 0.0]
    found = footprints(table, system, [jobs], whole(table))[0]
    assert found.values.tolist() == [10.0, 0.0]
    assert downstream(table, system, 1).linkage is None
    assert upstream(table, system, jobs, 1).embodied.tolist() == [0.0, 0.0]
    assert np.isnan(trade_lever(table, system, jobs, ["R0"]).of_value[1])
    assert np.isnan(trade_lever(table, system, jobs, ["R0"]).of_exports).all()
    assert border(table, system, jobs, "R1").gross.tolist() == [0.0, 0.0, 0.0, 0.0]
    stage = touched(table, system, tiers(table, system, jobs, whole(table), 1), whole(table), [1])
    assert (stage.total, stage.mean_layer) == (0.0, None)
    with pytest.raises(InputError, match="embodies nothing abroad"):
        scale_up(table, system, jobs, "R0", {"s0": 1.0})
    nothing = tiers(table, system, jobs, np.zeros(2), 1)
    with pytest.raises(InputError, match="Nothing is embodied"):
        touched(table, system, nothing, np.zeros(2), [0])


def test_countries_that_buy_of_themselves_alone_have_no_trade() -> None:
    table = made([[0.2, 0.0], [0.0, 0.3]], [[1.0, 0, 0, 0], [0, 0, 2.0, 0]])
    found = bilateral(table, system_of(table), extension_of(table, "value_added"))
    assert found.gross.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.embodied == pytest.approx(np.diag([1.0, 2.0]))
    between = intermediaries(table, system_of(table), extension_of(table, "jobs"), whole(table))
    assert between.between[0] > 0


def test_a_sector_that_buys_all_it_makes_has_no_solution() -> None:
    table = WorldTable(
        ("R0",), ("s0", "s1"), np.array([[0.0, 1.0], [1.0, 0.0]]), np.ones((2, 1)),
        np.ones(2), {}, {}, (FinalDemand("R0", "all"),), (), "MUSD", 2011, "bad",
    )  # fmt: skip
    with pytest.raises(TableError, match="singular"):
        system_of(table).output_for(np.ones(2))


def test_codes_are_found_as_people_type_them_and_near_ones_named() -> None:
    table = made([[0.2, 0.0], [0.0, 0.3]], [[1.0, 0, 0, 0], [0, 0, 2.0, 0]])
    assert final_demand(table, " r1 ").tolist() == [0.0, 2.0]
    assert final_demand(table, "R1", ["households"]).tolist() == [0.0, 2.0]
    assert final_demand(table, "R1", ["stocks"]).tolist() == [0.0, 0.0]
    assert purchased(table, [Purchase(1, 2.0), Purchase(1, 0.5)]).tolist() == [0.0, 2.5]
    for ask, message in (
        (lambda: final_demand(table, "R11"), "Did you mean R1"),
        (lambda: final_demand(table, "R1", ["house"]), "Did you mean households"),
        (lambda: extension_of(table, "value"), "Did you mean value_added"),
        (lambda: extension_of(table, "zzz"), "Use one of value_added, jobs, output"),
    ):
        with pytest.raises(InputError, match=message):
            ask()
    assert extension_of(table, "output").values.tolist() == table.x.tolist()


def test_footprints_are_compared_place_by_place_and_a_missing_place_is_not_zero() -> None:
    table = made([[0.2, 0.0], [0.0, 0.3]], [[1.0, 0, 0, 0], [0, 0, 2.0, 0]])
    other = replace(table, regions=("R0", "R2"), final_demand=(
        FinalDemand("R0", "a"), FinalDemand("R0", "b"),
        FinalDemand("R2", "a"), FinalDemand("R2", "b"),
    ))  # fmt: skip
    found = [
        footprints(item, system_of(item), [extension_of(item, "jobs")], whole(item))[0]
        for item in (table, other)
    ]
    rows = compare((table, other), (found[0], found[1]), "country")
    assert [(row.place.country, row.first, row.second, row.difference) for row in rows] == [
        ("R0", 10.0, 10.0, 0.0), ("R1", 20.0, None, None), ("R2", None, 20.0, None),
    ]  # fmt: skip
    apart = replace(other, regions=("R3", "R2"))
    with pytest.raises(InputError, match="no country code in common"):
        compare((table, apart), (found[0], found[1]), "country")
    with pytest.raises(InputError, match="do not have the same regions"):
        decompose((table, other), (system_of(table), system_of(other)), "jobs", (whole(table),) * 2)
    added = footprints(table, system_of(table), [extension_of(table, "value_added")], whole(table))
    with pytest.raises(InputError, match="in persons, the other in MUSD"):
        compare((table, table), (found[0], added[0]), "node")


def test_coefficients_come_back_from_the_flows() -> None:
    table = made([[0.2, 0.1], [0.0, 0.3]], [[1.0, 0, 0, 0], [0, 0, 2.0, 0]])
    assert coefficients(table.A * table.x, table.x) == pytest.approx(table.A)
