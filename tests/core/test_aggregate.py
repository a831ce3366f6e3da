"""Adding regions and sectors together keeps every total."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.aggregate import (
    aggregate,
    aggregate_demand,
    aggregate_exposure,
    node_map,
)
from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.chain.types import Demand, Extension, Table
from ketenkaart.core.errors import TableError


def make_table(seed: int, regions: int, sectors: int) -> tuple[Table, Demand]:
    rng = np.random.default_rng(seed)
    n = regions * sectors
    Z = rng.integers(0, 50, (n, n)).astype(float)
    Y = rng.integers(0, 90, (3, n)).astype(float)
    inventory = rng.integers(-20, 20, n).astype(float)
    output = Z.sum(axis=0) + rng.integers(1, 40, n)
    added = output - Z.sum(axis=0)
    people = rng.integers(1, 9, n).astype(float)
    names = ("NLD", *(f"R{k:02d}" for k in range(1, regions)))
    table = Table(
        regions=names,
        sectors=tuple(f"s{k}" for k in range(sectors)),
        Z=Z,
        output=output,
        extensions={
            "value_added": Extension("value_added", "MUSD", added, added, added, False),
            "person_years": Extension(
                "person_years", "persons", people, people / 2, people * 3, True
            ),
        },
        year=2011,
    )
    return table, Demand("NLD", ("households", "government", "fixed_capital"), Y, inventory)


@st.composite
def cases(draw):
    regions, sectors = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    table, demand = make_table(draw(st.integers(0, 9999)), regions, sectors)
    new_regions = draw(
        st.lists(st.sampled_from(["AAA", "BBB", "CCC"]), min_size=regions, max_size=regions)
    )
    new_sectors = draw(st.lists(st.sampled_from(["x", "y"]), min_size=sectors, max_size=sectors))
    return (
        table,
        demand,
        dict(zip(table.regions, new_regions, strict=True)),
        dict(zip(table.sectors, new_sectors, strict=True)),
    )


@settings(deadline=None)
@given(cases())
def test_every_total_is_kept(case):
    table, demand, regions, sectors = case
    small = aggregate(table, regions, sectors)
    bought = aggregate_demand(demand, table, regions, sectors)
    assert small.Z.sum() == table.Z.sum()
    assert small.output.sum() == table.output.sum()
    for name, old in table.extensions.items():
        new = small.extensions[name]
        assert (new.unit, new.is_estimate) == (old.unit, old.is_estimate)
        for end in ("values", "low", "high"):
            assert getattr(new, end).sum() == pytest.approx(getattr(old, end).sum())
    assert (bought.Y.sum(axis=1) == demand.Y.sum(axis=1)).all()
    assert bought.inventory.sum() == demand.inventory.sum()


@settings(deadline=None)
@given(cases())
def test_value_added_stays_output_less_column_sum(case):
    table, _, regions, sectors = case
    small = aggregate(table, regions, sectors)
    wanted = small.output - small.Z.sum(axis=0)
    assert np.allclose(small.extensions["value_added"].values, wanted)


@settings(deadline=None)
@given(cases())
def test_every_cell_is_the_sum_of_its_members(case):
    table, _, regions, sectors = case
    small = aggregate(table, regions, sectors)
    at = node_map(table, regions, sectors)
    for i in range(small.n):
        for j in range(small.n):
            assert small.Z[i, j] == table.Z[np.ix_(at == i, at == j)].sum()


def test_identity_changes_nothing():
    table, demand = make_table(1, 3, 2)
    same = {name: name for name in table.regions}, {name: name for name in table.sectors}
    small = aggregate(table, *same)
    assert (small.Z == table.Z).all()
    assert small.regions == table.regions
    assert (aggregate_demand(demand, table, *same).Y == demand.Y).all()


def test_toy_by_hand():
    # NLD.a NLD.b R01.a R01.b; sectors a and b become one
    table, _ = make_table(2, 2, 2)
    small = aggregate(table, {"NLD": "NLD", "R01": "ROW"}, {"s0": "all", "s1": "all"})
    assert small.regions == ("NLD", "ROW")
    assert small.Z[0, 1] == table.Z[0:2, 2:4].sum()
    assert small.output.tolist() == [table.output[:2].sum(), table.output[2:].sum()]


def test_a_label_left_out_is_named():
    table, _ = make_table(3, 2, 2)
    with pytest.raises(TableError, match="region R01"):
        aggregate(table, {"NLD": "NLD"}, {"s0": "x", "s1": "x"})
    with pytest.raises(TableError, match="sector s1"):
        aggregate(table, {"NLD": "NLD", "R01": "ROW"}, {"s0": "x"})


@settings(deadline=None)
@given(cases())
def test_adding_up_an_exposure_keeps_it(case):
    table, demand, regions, sectors = case
    groups = np.arange(table.n) % 2 if table.n > 1 else np.zeros(table.n, dtype=np.int64)
    fine = exposure(table, demand, "person_years", groups)
    coarse = aggregate_exposure(fine, table, regions, sectors)
    assert coarse.values.shape[:2] == fine.values.shape[:2]
    assert coarse.values.shape[2] == len(coarse.regions) * len(coarse.sectors)
    assert np.allclose(coarse.values.sum(axis=2), fine.values.sum(axis=2))
    assert (coarse.relative_low <= 1 + 1e-12).all()
    assert (coarse.relative_high >= 1 - 1e-12).all()
