"""Nowcasts: what later totals mean, which ones cannot be, and that the table then adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from, tables, wiod
from ketenkaart.core.chain.moves import missed, moved
from ketenkaart.core.chain.nowcast import (
    KINDS,
    MacroTotal,
    added_of,
    nowcast,
    sales,
    sold_before,
    targets_of,
)
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError


def small(seed: int = 1) -> WorldTable:
    rng = np.random.default_rng(seed)
    Y = rng.uniform(5, 10, (6, 4)) * np.array([1, 0.02, 1, 0.02])
    return table_from(rng.random((6, 6)) * 0.15, Y, ("AAA", "BBB"), ("a", "b", "c"))


def total(kind: str, region: str, code: str | None, value: float, where: str = "x:2") -> MacroTotal:
    return MacroTotal(kind, region, code, value, where)  # type: ignore[arg-type]


def whole(table: WorldTable, times: dict[str, float]) -> list[MacroTotal]:
    added = added_of(table).reshape(len(table.regions), -1).sum(axis=1)
    return [
        total("value_added", region, None, float(added[r] * times[region]))
        for r, region in enumerate(table.regions)
    ]


def all_of(table: WorldTable) -> list[MacroTotal]:
    """Return every total of a table."""
    S = len(table.sectors)
    found = []
    for kind, values in (("output", table.x), ("value_added", added_of(table))):
        found += [
            total(kind, table.regions[k // S], table.sectors[k % S], float(values[k]))
            for k in range(table.n)
        ]
    bought = table.Y.sum(axis=0)
    return found + [
        total("final_demand", c.region, c.category, float(bought[k]))
        for k, c in enumerate(table.final_demand)
    ]


def brought(table: WorldTable, totals: list[MacroTotal]) -> Floats:
    targets = targets_of(table, totals)
    return nowcast(table, targets).balanced.applied(sold_before(table, targets))


@settings(max_examples=20, deadline=None)
@given(tables())
def test_its_own_totals_leave_a_table_as_it_is(table: WorldTable) -> None:
    after = brought(table, all_of(table))
    assert after == pytest.approx(sales(table), rel=1e-6, abs=1e-9 * table.x.max())


@settings(max_examples=20, deadline=None)
@given(tables(), st.floats(0.3, 3))
def test_growth_that_all_share_only_scales(table: WorldTable, times: float) -> None:
    after = brought(table, whole(table, dict.fromkeys(table.regions, times)))
    assert after == pytest.approx(times * sales(table), rel=1e-6, abs=1e-9 * table.x.max())


def test_later_totals_are_hit_and_the_table_balances() -> None:
    before = small(1)
    rng = np.random.default_rng(2)
    times = 1.3 * 10 ** rng.normal(0, 0.1, (6, 1)) * 10 ** rng.normal(0, 0.1, (1, 10))
    noise = 10 ** rng.normal(0, 0.05, (6, 10))
    A, Y = before.A * (times * noise)[:, :6], before.Y * (times * noise)[:, 6:]
    later = table_from(A / 1.3, Y, before.regions, before.sectors)
    targets = targets_of(before, all_of(later))
    after = nowcast(before, targets).balanced.applied(sold_before(before, targets))
    n = before.n
    assert targets.scaled == pytest.approx(1, abs=1e-9)
    assert after.sum(axis=1) == pytest.approx(later.x, rel=1e-7)
    assert after[:, n:].sum(axis=0) == pytest.approx(later.Y.sum(axis=0), rel=1e-7)
    bought = after[:, :n].sum(axis=0)
    assert later.x - bought == pytest.approx(added_of(later), rel=1e-6)
    nearer = missed(n, sales(before), after, sales(later))
    assert nearer.production < nearer.unmoved_production
    assert nearer.final_use < nearer.unmoved_final_use


def test_what_is_not_given_follows_by_the_declared_rules() -> None:
    table = small()
    added = added_of(table)
    one = [total("value_added", "AAA", "a", 2 * added[0]), *whole(table, {"AAA": 1.2, "BBB": 1.1})]
    targets = targets_of(table, one)
    assert targets.added[0] == pytest.approx(2 * added[0])
    assert targets.added[:3].sum() == pytest.approx(1.2 * added[:3].sum())
    # What the whole leaves goes to the other sectors in their old proportions.
    assert targets.added[1] / targets.added[2] == pytest.approx(added[1] / added[2])
    # Output that is not given grows as value added of the node does.
    assert targets.output / table.x == pytest.approx(targets.added / added)
    assert targets.followed == {"output": 6, "value_added": 0, "final_demand": 4}
    grown = targets.final / table.Y.sum(axis=0)
    assert grown[0] / targets.scaled == pytest.approx(1.2)
    assert grown[1] == pytest.approx(1.2)  # inventories are not scaled
    assert grown[2] / targets.scaled == pytest.approx(1.1)


def test_value_added_follows_output_where_that_is_given() -> None:
    table = small()
    given = [total("output", r, None, 1.5 * table.x[k * 3 : k * 3 + 3].sum()) for k, r in
             enumerate(table.regions)]  # fmt: skip
    targets = targets_of(table, given)
    assert targets.added == pytest.approx(1.5 * added_of(table))


def test_final_demand_of_a_region_goes_to_its_buyers_inventories_apart() -> None:
    table = small()
    bought = table.Y.sum(axis=0)
    grown = {"AAA": 1.0, "BBB": 1.0}
    given = [*whole(table, grown), total("final_demand", "AAA", None, bought[:2].sum() + 0.5)]
    targets = targets_of(table, given)
    assert targets.final[1] == pytest.approx(bought[1])
    assert targets.final[0] / targets.scaled == pytest.approx(bought[0] + 0.5)


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (total("value_added", "CCC", None, 1.0, "t.csv:9"), "no region 'CCC' .at t.csv:9"),
        (total("output", "AAA", "z", 1.0, "t.csv:9"), "no sector 'z' .at t.csv:9"),
        (total("final_demand", "AAA", "a", 1.0, "t.csv:9"), "no buyer 'a' .at t.csv:9"),
        (total("value_added", "AAA", None, 1.0, "t.csv:9"), "given twice .at t.csv:9"),
        (total("output", "AAA", "a", -1.0, "t.csv:9"), "cannot be output .at t.csv:9"),
        (total("output", "AAA", "a", float("nan"), "t.csv:9"), "cannot be output .at t.csv:9"),
        (total("value_added", "AAA", "a", 1e9, "t.csv:9"), "come to .* and the whole is"),
        (total("final_demand", "AAA", "households", 1e6), "Final demand of the world"),
    ],
)
def test_a_total_that_cannot_be_is_refused_with_its_line(extra: MacroTotal, told: str) -> None:
    table = small()
    with pytest.raises(InputError, match=told):
        targets_of(table, [*whole(table, {"AAA": 1.0, "BBB": 1.0}), extra])


def test_a_region_of_which_nothing_is_given_is_named() -> None:
    table = small()
    with pytest.raises(InputError, match="neither output nor value added of BBB"):
        targets_of(table, whole(table, {"AAA": 1.0, "BBB": 1.0})[:1])


def test_a_node_that_adds_more_than_it_makes_is_named() -> None:
    table = small()
    given = [*all_of(table)]
    given[table.n] = total("value_added", "AAA", "a", float(table.x[0] * 1.01))
    with pytest.raises(TableError, match=r"AAA\.a adds more value"):
        targets_of(table, given)


def test_stocks_of_what_nobody_makes_any_more_vanish() -> None:
    table = small()
    A, Y = np.array(table.A), np.array(table.Y)
    A[0], Y[0] = 0.0, 0.0
    Y[0, 1] = -1e-3
    odd = table_from(A, Y, table.regions, table.sectors)
    odd = odd.__class__(**{
        **{name: getattr(odd, name) for name in odd.__slots__},
        "x": np.maximum(odd.x, 0.0),
        "V": {"value_added": np.where(odd.x > 0, odd.V["value_added"], 0.0)},
    })  # fmt: skip
    targets = targets_of(odd, whole(odd, {"AAA": 1.1, "BBB": 1.1}))
    after = nowcast(odd, targets).balanced.applied(sold_before(odd, targets))
    assert not after[0].any()


def test_a_node_that_buys_nothing_goes_on_buying_nothing() -> None:
    table = small()
    A = np.array(table.A)
    A[:, 2] = 0.0
    lone = table_from(A, np.array(table.Y), table.regions, table.sectors)
    given = [item for item in all_of(lone) if item.kind == "value_added"]
    grown = [
        total("value_added", item.region, item.code, item.value * (1.1 + 0.1 * k / 3))
        for k, item in enumerate(given)
    ]
    assert not brought(lone, grown)[:, 2].any()


def test_moves_are_said_in_full() -> None:
    table = small()
    before = sales(table)
    after = before * 2
    after[0, 1] += 3.0
    found = moved(table, before, after, top=1)
    growth = after.sum() / before.sum()
    assert found.growth == pytest.approx(growth)
    assert found.production == pytest.approx(
        np.abs(after - growth * before)[:, :6].sum() / after[:, :6].sum()
    )
    assert (found.largest[0].seller, found.largest[0].buyer) == ("AAA.a", "AAA.b")
    assert found.largest[0].after - 2 * found.largest[0].before == pytest.approx(3.0)
    assert found.by_region[0][0] == "AAA"
    assert list(found.quantiles) == sorted(found.quantiles)
    still = moved(table, before, before * 5)
    assert still.quantiles == pytest.approx((1.0,) * 5)
    assert (still.production, still.final_use) == pytest.approx((0, 0), abs=1e-12)


def test_kinds_are_the_words_of_the_form() -> None:
    assert KINDS == ("output", "value_added", "final_demand")


@pytest.mark.long
@pytest.mark.data
@pytest.mark.parametrize(
    ("per", "production", "final_use"), [("region", 0.14, 0.10), ("node", 0.10, 0.08)]
)
def test_2011_from_2009_is_nearer_than_the_old_table(
    per: str, production: float, final_use: float
) -> None:
    """Back-test on two real years: the crisis of 2009 and the recovery of 2011."""
    before, real = wiod(2009), wiod(2011)
    given = [item for item in all_of(real) if item.kind != "final_demand"]
    if per == "region":
        given = whole(real, dict.fromkeys(real.regions, 1.0))
    off = missed(before.n, sales(before), brought(before, given), sales(real))
    assert off.production < production < off.unmoved_production
    assert off.final_use < final_use < off.unmoved_final_use
