"""What must hold of every split: totals are kept, and what is unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import tables
from ketenkaart.core.chain.solve import System
from ketenkaart.core.chain.split.balance import balance
from ketenkaart.core.chain.split.cut import join, put
from ketenkaart.core.chain.split.errors import (
    UNLIMITED,
    ErrorClass,
    absolute_error,
    bounds,
    covered,
    error_classes,
)
from ketenkaart.core.chain.split.estimate import Subject, draft
from ketenkaart.core.chain.split.shares import gather, labour_slopes, named_more
from ketenkaart.core.chain.split.types import Prior
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from made_evidence import evidence, subject

CHOSEN = ("AAA", "CCC")


def split(given: Subject, prior: Prior, countries: tuple[str, ...] = CHOSEN) -> WorldTable:
    """Return the split table."""
    attempt = draft(given, countries)
    shares = attempt.shares(prior)
    balanced = attempt.split(prior, shares)
    n = len(attempt.places.regions) * len(given.table.sectors)
    Z = np.zeros((n, n))
    Y, x, V, _ = put(given.table, attempt.places, shares, balanced.flows, Z)
    return replace(
        given.table,
        regions=attempt.places.regions,
        A=np.divide(Z, x, out=np.zeros_like(Z), where=x > 0),
        Y=Y,
        x=x,
        V=V,
        satellites={},
        final_demand=attempt.places.final_demand,
    )


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(
        found, wanted, rtol=1e-9, atol=1e-9 * max(np.abs(wanted).max(), 1e-9)
    )


@settings(max_examples=8, deadline=None)
@given(tables(regions=3), st.integers(0, 1000), st.sampled_from(list(Prior)))
def test_what_is_split_adds_up_to_every_cell_of_the_old_table(table, seed, prior) -> None:
    found = join(split(subject(table, seed), prior), CHOSEN, table.regions[-1])
    assert found.regions == table.regions
    assert found.final_demand == table.final_demand
    close(found.A * found.x, table.A * table.x)
    close(found.Y, table.Y)
    close(found.x, table.x)
    close(found.V["value_added"], table.V["value_added"])


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(list(Prior)))
def test_a_split_table_balances_as_the_old_one_did(seed, prior) -> None:
    table = made()
    found = split(subject(table, seed), prior)
    Z = found.A * found.x
    scale = 1e-8 * table.x.sum()
    assert np.abs(Z.sum(axis=1) + found.Y.sum(axis=1) - found.x).max() <= scale
    assert np.abs(Z.sum(axis=0) + found.V["value_added"] - found.x).max() <= scale
    assert Z.min() >= 0


@settings(max_examples=4, deadline=None)
@given(tables(regions=3, sectors=2), st.integers(0, 1000))
def test_value_added_is_that_of_the_accounts_scaled_to_the_region(table, seed) -> None:
    given = subject(table, seed)
    found = split(given, Prior.FACTORIES)
    parts = gather(given.outside(), CHOSEN, given.missing_quantile).evidence.value_added
    added = found.V["value_added"].reshape(len(found.regions), -1)[-len(parts) :]
    for activity in range(2):
        whole = added[:, activity].sum()
        close(added[:, activity] / whole, parts[:, activity] / parts[:, activity].sum())


@settings(max_examples=6, deadline=None)
@given(tables(regions=3, sectors=2))
def test_the_footprint_of_the_region_hardly_moves_where_all_are_alike(table) -> None:
    """With the proportional prior every new country is the region in small: nothing shifts."""
    given = subject(table)
    found = split(given, Prior.PROPORTIONAL)
    for part in (table, found):
        assert set(part.regions) >= set(table.regions)
    old, new = (
        System.of(part).output_for(part.demand_of(table.regions[0])) for part in (table, found)
    )
    close(join(replace(found, x=new, A=found.A * 0), CHOSEN, table.regions[-1]).x, old)


def made() -> WorldTable:
    rng = np.random.default_rng(3)
    A = rng.random((6, 6)) * 0.1
    from chain_tables import table_from

    Y = rng.random((6, 6)) * 100
    return table_from(A, Y, ("NLD", "DEU", "RoW"), ("s0", "s1"))


def test_a_country_gets_the_same_whichever_others_are_split_off() -> None:
    given = subject(made())
    few, many = split(given, Prior.FACTORIES, ("AAA",)), split(given, Prior.FACTORIES, CHOSEN)
    for found in (few, many):
        assert found.regions[-1] == "RoW"
    close(*(t.V["value_added"][[t.node("AAA", s) for s in t.sectors]] for t in (few, many)))


def test_a_country_that_is_named_more_often_sells_more_of_what_it_is_named_for() -> None:
    given = subject(made())
    counts = np.where(np.array(given.evidence.countries) == "AAA", 50.0, 0.0)
    named = replace(given, evidence=replace(given.evidence, factories=counts))
    nobody = replace(given, evidence=replace(given.evidence, factories=counts * 0))
    three = replace(named.classes, activity=np.array([0, 0]))
    high, low = (split(replace(g, classes=three), Prior.FACTORIES) for g in (named, nobody))
    assert high.x[high.node("AAA", "s0")] > low.x[low.node("AAA", "s0")]
    assert named_more(named.evidence.only(np.array([0, 1])), 0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("countries", "message"),
    [
        (("ZZZ",), "has no accounts"),
        (("DEU",), "stands apart"),
        (("AAA", "AAA"), "given twice"),
        (("QQQ",), "not part of the region"),
        ((), "No country"),
    ],
)
def test_what_cannot_be_split_off_is_refused(countries, message) -> None:
    with pytest.raises(InputError, match=message):
        draft(subject(made()), countries)


def test_a_region_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no region 'XXX'"):
        draft(replace(subject(made()), region="XXX"), ("AAA",))


def test_without_any_accounts_nothing_is_made_up() -> None:
    with pytest.raises(InputError, match="No country has value added"):
        gather(evidence(("AAA", "BBB"), 1, ("AAA", "BBB")), (), 0.25)


def test_unknown_countries_weigh_in_the_remainder_and_nowhere_else() -> None:
    outside = evidence(("AAA", "BBB", "ZZZ"), 1, ("ZZZ",))
    parts = gather(outside, ("AAA",), 0.25)
    close(parts.evidence.value_added[0], outside.value_added[0])
    assert (parts.evidence.value_added[1] > outside.value_added[1]).all()
    assert not outside.is_known[2]


def test_a_pattern_that_named_countries_do_not_show_is_not_used() -> None:
    rng = np.random.default_rng(0)
    added = rng.random((30, 2)) + 0.5
    assert labour_slopes(added, rng.random(30) + 0.1, np.array([0, 0])).tolist() == [0.0, 0.0]


def test_exports_are_steered_to_the_accounts() -> None:
    given = subject(made())
    wanted = {}
    for factor in (0.05, 0.6):
        size = given.evidence.value_added.sum(axis=1)
        one = np.array(given.evidence.countries) == "AAA"
        ends = replace(
            given.evidence,
            exports=np.where(one, size * factor, given.evidence.exports),
            imports=np.where(one, size * factor, given.evidence.imports),
        )
        found = split(replace(given, evidence=ends), Prior.ACCOUNTS)
        nodes = [found.node("AAA", s) for s in found.sectors]
        at_home = (found.A * found.x)[np.ix_(nodes, nodes)].sum()
        wanted[factor] = at_home / found.x[nodes].sum()
    assert wanted[0.05] > wanted[0.6]


@pytest.mark.parametrize("more", [30.0, 300.0])
def test_what_a_table_spends_beyond_the_accounts_is_no_countrys(more: float) -> None:
    """With every known country apart the remainder is small, and holds all of the difference."""
    given = subject(made())
    columns = [k for k, c in enumerate(given.table.final_demand) if c.region == given.region]

    def spent(factor: float) -> np.ndarray:
        Y = np.array(given.table.Y)
        Y[:, columns] = np.abs(Y[:, columns]) * factor
        attempt = draft(replace(given, table=replace(given.table, Y=Y)), ("AAA", "BBB", "CCC"))
        spending = attempt.shares(Prior.ACCOUNTS).spending
        return np.asarray(spending * Y[:, columns].sum(axis=0))

    once, often = spent(more), spent(10 * more)
    close(often[:-1], once[:-1])
    assert (often[-1] > once[-1]).all()


def test_what_does_not_converge_says_how_far_off_it_is() -> None:
    given = subject(made())
    attempt = draft(given, CHOSEN)
    shares = attempt.shares(Prior.TRADE)
    from ketenkaart.core.chain.split.trading import make_flows, make_openness

    first = make_flows(
        attempt.region, attempt.parts, shares, Prior.TRADE, attempt.named_neighbours, attempt.factor
    )
    unknown = make_openness(attempt.region, attempt.parts, Prior.PROPORTIONAL)
    found = balance(attempt.region, shares, first, unknown, cycles=1)
    assert found.cycles == 1
    assert found.miss > 1e-6
    close(found.flows.exports.sum(axis=1), attempt.region.exports)


def test_intervals_follow_the_errors_of_their_class() -> None:
    truths = np.concatenate([np.linspace(0.5, 1.5, 40), np.linspace(0.1, 3, 40)])
    shares = np.repeat([0.5, 0.01], 40)
    classes = error_classes(np.ones(80), truths, shares, (0.1, 0.0))
    low, high = bounds(np.ones(80), shares, classes)
    assert covered(truths, low, high) == pytest.approx(0.9, abs=0.03)
    assert low[0] > low[-1]
    assert high[0] < high[-1]


def test_an_estimate_of_zero_where_something_is_has_no_small_error() -> None:
    (found,) = error_classes(np.zeros(20), np.ones(20), np.zeros(20), (0.0,))
    assert found == ErrorClass(0.0, 1.0, UNLIMITED, 20)
    assert absolute_error(np.zeros(3), np.ones(3)) == 1.0
    assert np.isnan(covered(np.array([]), np.array([]), np.array([])))


def test_too_few_figures_make_no_class() -> None:
    with pytest.raises(InputError, match="too few"):
        error_classes(np.ones(10), np.ones(10), np.ones(10), (0.0,))
