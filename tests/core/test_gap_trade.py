"""The `trade` view: imports by use, and which part crosses a border as a product in scope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from
from ketenkaart.core.chain.border import RE_EXPORT, import_uses, imports_by_use
from ketenkaart.core.chain.crossing import crossing_shares
from ketenkaart.core.chain.exposure import exposure, exposure_of
from ketenkaart.core.chain.leontief import coefficients, layers
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.trade import border
from ketenkaart.core.chain.types import Demand, Extension, Floats, Table
from ketenkaart.core.chain.world import WorldTable

R, S = 3, 2
n = R * S


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Table, Demand, WorldTable]:
    """A table that balances, with all final demand of it, seen in both forms."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    A = rng.random((n, n)) * rng.integers(0, 2, (n, n)) * 0.9 / n
    Y = rng.random((n, 2 * R)) * 10
    Y[:, 1::2] *= 0.05
    world = table_from(A, Y, ("NLD", "IND", "CHN"), ("a", "b"))
    added = world.V["value_added"]
    table = Table(
        regions=world.regions,
        sectors=world.sectors,
        Z=A * world.x,
        output=world.x,
        extensions={"value_added": Extension("value_added", "MUSD", added, added, added, False)},
        year=2011,
        home="NLD",
    )
    demand = Demand(country="NLD", buyers=("households",), Y=Y[:, 0][None], inventory=Y[:, 1])
    return table, demand, world


def trade(table: Table, demand: Demand, groups: Floats | None = None) -> Floats:
    chosen = np.zeros(table.n, dtype=np.int64) if groups is None else groups
    names = tuple(use.name for use in import_uses(demand.buyers))
    columns = imports_by_use(table, demand, chosen)
    return exposure_of(table, names, columns, "value_added", chosen).values


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_trade_is_demand_and_what_goes_into_exports(
    made: tuple[Table, Demand, WorldTable],
) -> None:
    """At every node abroad: uses that end with a Dutch buyer are the footprint of that buyer."""
    table, demand, _ = made
    abroad = table.region_index() != 0
    by_use = trade(table, demand).sum(axis=(1, 3))
    footprint = exposure(table, demand, "value_added").values.sum(axis=(0, 1, 3))
    assert by_use[:2].sum(axis=0)[abroad] == pytest.approx(footprint[abroad], rel=1e-9)
    assert by_use.min() >= 0


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_with_inventories_it_is_all_that_crosses_the_border(
    made: tuple[Table, Demand, WorldTable],
) -> None:
    table, demand, world = made
    whole = Demand(
        country="NLD",
        buyers=("households", "stocks"),
        Y=np.stack([demand.Y[0], demand.inventory]),
        inventory=np.zeros(n),
    )
    system = system_of(world)
    found = border(world, system, replace(table.extensions["value_added"]), "NLD")
    assert trade(table, whole).sum() == pytest.approx(found.embodied.sum(), rel=1e-9)
    by_use = imports_by_use(table, whole).sum(axis=(0, 2))
    kinds = np.array([use.kind for use in found.uses])
    assert by_use[-1] == pytest.approx(found.gross[kinds == "re_export"].sum(), rel=1e-9)
    assert import_uses(whole.buyers)[-1].name == RE_EXPORT
    assert by_use[:2].sum() == pytest.approx(found.gross[kinds == "final_user"].sum(), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.lists(st.integers(0, 2), min_size=n, max_size=n))
def test_groups_of_products_conserve(
    made: tuple[Table, Demand, WorldTable], groups: list[int]
) -> None:
    table, demand, _ = made
    parted = trade(table, demand, np.array([0, 1, 2, *groups[3:]]))
    assert parted.sum(axis=1) == pytest.approx(trade(table, demand).sum(axis=1), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.lists(st.booleans(), min_size=n, max_size=n), st.booleans())
def test_what_crosses_is_parted_by_product_and_nothing_is_lost(
    made: tuple[Table, Demand, WorldTable], chosen: list[bool], wide: bool
) -> None:
    """Shares of a set of products and of all others make one, wherever anything is made."""
    table, demand, _ = made
    A, y = coefficients(table.Z, table.output), demand.Y.T
    inside = table.region_index() <= int(wide)
    scope = np.array(chosen) & ~inside
    some = crossing_shares(A, y, inside, scope)
    others = crossing_shares(A, y, inside, ~scope & ~inside)
    made_at = layers(A, y) > 1e-12
    assert (some >= 0).all()
    assert (some + others)[made_at & ~inside[:, None, None]] == pytest.approx(1.0, abs=1e-6)
    assert not some[inside].any()


def test_by_hand_a_car_with_metal_in_it() -> None:
    """Ore of RDC goes into metal of CHN, half of which goes into Chinese cars; NLD buys both."""
    #          NLD.ore NLD.metal NLD.car CHN.ore CHN.metal CHN.car
    A = np.zeros((6, 6))
    A[3, 4] = 0.5  # ore into metal
    A[4, 5] = 0.4  # metal into cars abroad
    A[4, 2] = 0.4  # metal into cars at home
    y = np.zeros((6, 2))
    y[5, 0] = 10.0  # a car from abroad
    y[2, 1] = 10.0  # a car made at home
    inside = np.arange(6) < 3
    is_metal = np.isin(np.arange(6), [3, 4])
    found = crossing_shares(A, y, inside, is_metal)
    # metal inside a car that is imported crosses as a car; metal for a car made at home as metal
    assert found[4, 0].tolist() == [0, 0, 0, 0, 0]
    assert found[4, 1].tolist() == [0, 1, 0, 0, 0]
    assert found[3, 1].tolist() == [0, 0, 1, 0, 0]
    cars = crossing_shares(A, y, inside, np.arange(6) == 5)
    assert cars[3, 0].tolist() == [0, 0, 1, 0, 0]
