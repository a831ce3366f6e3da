"""The laws of the calculation (DESIGN.md, point 12), each as a property over generated chains."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.chain.leontief import footprint
from ketenkaart.core.chain.types import Demand, Extension, Table
from ketenkaart.core.governance.coverage import tally
from ketenkaart.core.governance.credit import shapley_shares
from ketenkaart.core.governance.extremes import largest_ratio, smallest_ratio
from ketenkaart.core.governance.gap import GapFigures, Selection, figures, select_cells
from ketenkaart.core.governance.reach import Reach, group_products
from ketenkaart.core.risk.types import NodeIntensity

REGIONS, SECTORS, ISSUES = ("NLD", "AAA", "ROW"), ("food", "textiles"), ("x", "y")
N, LAYERS = 6, 5


def make_table(rng: np.random.Generator) -> Table:
    A = rng.uniform(0, 0.15, (N, N)) * (rng.uniform(size=(N, N)) < 0.8)
    output = rng.uniform(1, 100, N)
    Z = A * output
    added = output - Z.sum(axis=0)
    extension = Extension("value_added", "MUSD", added, added, added, is_estimate=False)
    return Table(REGIONS, SECTORS, Z, output, {"value_added": extension}, 2011)


def make_demand(rng: np.random.Generator) -> Demand:
    return Demand("NLD", ("households", "government"), rng.uniform(0, 10, (2, N)), np.zeros(N))


def make_intensity(rng: np.random.Generator) -> NodeIntensity:
    shape = (2, len(ISSUES), N)
    ends = np.sort(rng.uniform(0, 1, (3, *shape)), axis=0)
    ends[:, 1, :, :4] = ends[:, 0, :, :4]  # scenarios differ only in the composite region
    known = np.ones(shape)
    known[:, 1, 2] = 0
    low, central, high = ends
    low[:, 1, 2], central[:, 1, 2], high[:, 1, 2] = 0, np.nan, 1
    return NodeIntensity(ISSUES, ("a", "b"), low, central, high, known, low[0], high[0])


def make_reach(rng: np.random.Generator, name: str) -> Reach:
    def factor(size: int) -> np.ndarray:
        return np.tile(rng.integers(0, 2, size), (3, 1)).astype(float)

    known = bool(rng.uniform() < 0.7)
    scale = np.sort(rng.uniform(0, 1, 3)) if known else np.array([0.0, 0.0, 1.0])
    issues = np.tile(rng.integers(0, 2, len(ISSUES)), (3, 1)).astype(float)
    return Reach(name, factor(2), factor(N), factor(N), factor(LAYERS), issues, scale, known)


ALL = Selection(
    np.ones(2, bool), np.array([False, False, True, True, True, True]), np.ones(2, bool),
    np.ones(LAYERS, bool),
)  # fmt: skip


def answer(table, demand, intensity, reaches, selection=ALL, *, grouped=True) -> GapFigures:
    if grouped:
        groups, first = group_products([r.products[2] for r in reaches], table.n)
    else:
        groups = first = np.arange(table.n)
    E = exposure(table, demand, "value_added", groups)
    counted = tally(E, len(intensity.issues), reaches, first)
    ones = np.ones(table.n)
    severity = np.array([0.5, 0.5])
    return figures(
        select_cells(counted, intensity, severity, selection, relative_low=ones, relative_high=ones)
    )


seeds = st.integers(0, 2**32 - 1)


def world(seed: int, count: int):
    rng = np.random.default_rng(seed)
    reaches = [make_reach(rng, f"k{k}") for k in range(count)]
    return make_table(rng), make_demand(rng), make_intensity(rng), reaches


@given(seeds, st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_adding_an_instrument_never_raises_any_end(seed: int, count: int) -> None:
    table, demand, intensity, reaches = world(seed, count + 1)
    before = answer(table, demand, intensity, reaches[:-1])
    after = answer(table, demand, intensity, reaches)
    for end in ("low", "central", "high"):
        old, new = getattr(before.gap, end), getattr(after.gap, end)
        assert (old is None) == (new is None)
        if old is not None:
            assert new <= old + 1e-12


@given(seeds, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_ends_enclose_the_centre_and_stay_in_the_unit_interval(seed: int, count: int) -> None:
    found = answer(*world(seed, count))
    gap = found.gap
    assert -1e-12 <= gap.low <= gap.high <= 1 + 1e-12
    if gap.central is not None and found.unknown_risk == 0:
        assert gap.low - 1e-12 <= gap.central <= gap.high + 1e-12
    assert gap.low - 1e-12 <= found.gap_known_reach.low


@given(seeds, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_grouping_products_that_are_treated_alike_loses_nothing(seed: int, count: int) -> None:
    parts = world(seed, count)
    one, other = answer(*parts, grouped=True), answer(*parts, grouped=False)
    assert one.exposure.central == pytest.approx(other.exposure.central)
    for end in ("low", "central", "high"):
        assert getattr(one.gap, end) == pytest.approx(getattr(other.gap, end), abs=1e-12)
    assert one.credit == pytest.approx(other.credit)


@given(seeds, st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_credits_sum_to_the_covered_weight(seed: int, count: int) -> None:
    found = answer(*world(seed, count))
    if found.credit is not None and found.gap.central is not None:
        covered = found.risk_weighted.central * (1 - found.gap.central)
        assert sum(found.credit) == pytest.approx(covered, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_credit_equals_the_average_over_every_order_of_arrival(shares: list[float]) -> None:
    expected = np.zeros(len(shares))
    for order in permutations(range(len(shares))):
        still_open = 1.0
        for k in order:
            expected[k] += still_open * shares[k]
            still_open *= 1 - shares[k]
    expected /= factorial(len(shares))
    assert shapley_shares(np.array(shares)[:, None])[:, 0] == pytest.approx(expected, abs=1e-12)


@given(seeds)
@settings(max_examples=80, deadline=None)
def test_aggregating_results_conserves_amounts(seed: int) -> None:
    table, demand, intensity, reaches = world(seed, 3)
    whole = answer(table, demand, intensity, reaches)
    for axis, size in (("buyers", 2), ("layers", LAYERS), ("nodes", N), ("issues", 2)):
        parts = []
        for k in range(size):
            mask = getattr(ALL, axis) & (np.arange(size) == k)
            if not mask.any():
                continue
            kept = {a: getattr(ALL, a) for a in ("issues", "nodes", "buyers", "layers")}
            parts.append(
                answer(table, demand, intensity, reaches, Selection(**kept | {axis: mask}))
            )
        if axis != "issues":
            total = sum(part.exposure.central for part in parts)
            assert total == pytest.approx(whole.exposure.central)
        # Each part may take its own weighting scheme, the whole takes one: its ends lie inside.
        assert sum(p.risk_weighted.low for p in parts) <= whole.risk_weighted.low + 1e-9
        assert sum(p.risk_weighted.high for p in parts) >= whole.risk_weighted.high - 1e-9
        if all(part.risk_weighted.central is not None for part in parts):
            summed = sum(part.risk_weighted.central for part in parts)
            assert summed == pytest.approx(whole.risk_weighted.central)


@given(seeds, st.floats(0.05, 0.95))
@settings(max_examples=80, deadline=None)
def test_a_proportional_split_of_a_region_changes_nothing(seed: int, share: float) -> None:
    table, demand, intensity, reaches = world(seed, 3)
    parts = np.array([0, 1, 2, 2])
    scale = np.array([1, 1, share, 1 - share])
    old = (parts[:, None] * 2 + np.arange(2)).ravel()
    by_node = np.repeat(scale, 2)
    Z = table.Z[np.ix_(old, old)] * by_node[:, None] * by_node[None, :]
    added = table.extensions["value_added"].values[old] * by_node
    extension = Extension("value_added", "MUSD", added, added, added, is_estimate=False)
    split = Table(
        ("NLD", "AAA", "RW1", "RW2"), SECTORS, Z, table.output[old] * by_node,
        {"value_added": extension}, 2011,
    )  # fmt: skip
    bought = Demand("NLD", demand.buyers, demand.Y[:, old] * by_node, np.zeros(8))
    finer = NodeIntensity(
        ISSUES, intensity.scenarios, intensity.low[:, :, old], intensity.central[:, :, old],
        intensity.high[:, :, old], intensity.known[:, :, old], intensity.widest_low[:, old],
        intensity.widest_high[:, old],
    )  # fmt: skip
    wider = [
        Reach(r.instrument, r.buyers, r.products[:, old], r.nodes[:, old], r.layers, r.issues,
              r.scale, r.is_known)
        for r in reaches
    ]  # fmt: skip
    selection = Selection(ALL.issues, ALL.nodes[old], ALL.buyers, ALL.layers)
    whole = answer(table, demand, intensity, reaches)
    halves = answer(split, bought, finer, wider, selection)
    assert halves.exposure.central == pytest.approx(whole.exposure.central)
    assert halves.risk_weighted.low == pytest.approx(whole.risk_weighted.low)
    for end in ("low", "central", "high"):
        assert getattr(halves.gap, end) == pytest.approx(getattr(whole.gap, end), abs=1e-9)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_layers_sum_to_the_leontief_footprint(seed: int) -> None:
    table, demand, _, _ = world(seed, 0)
    E = exposure(table, demand, "value_added")
    whole = footprint(table, "value_added", demand.Y.T)
    np.testing.assert_allclose(E.values.sum(axis=(1, 3)).T, whole)
    # What final demand pays is what value added earns, everywhere together.
    assert whole.sum() == pytest.approx(demand.Y.sum())


# in steps of a millionth: far below that, ratios of rounded products say nothing
unit = st.floats(0, 1).map(lambda value: round(value, 6))


def test_a_weight_too_small_to_hold_is_no_weight() -> None:
    tiny = np.array([5e-324])
    assert np.isnan(largest_ratio(np.array([0.0]), np.array([0.5]), np.zeros(1), tiny))
    assert np.isnan(smallest_ratio(np.array([0.0]), np.array([0.5]), np.zeros(1), tiny))


@given(
    st.lists(
        st.tuples(unit, st.floats(0.01, 9), unit, unit),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=300)
def test_the_ends_are_the_extremes_over_every_corner_of_the_box(cells) -> None:
    share, e, one, other = (np.array(column) for column in zip(*cells, strict=True))
    low, high = np.minimum(one, other), np.maximum(one, other)
    u = share * e
    found = []
    for corner in range(2 ** len(cells)):
        q = np.where([corner >> k & 1 for k in range(len(cells))], high, low)
        if (q * e).sum() > 0:
            found.append((q * u).sum() / (q * e).sum())
    if found:
        assert largest_ratio(u, e, low, high) == pytest.approx(max(found), abs=1e-9)
        assert smallest_ratio(u, e, low, high) == pytest.approx(min(found), abs=1e-9)
    else:
        assert np.isnan(largest_ratio(u, e, low, high))
