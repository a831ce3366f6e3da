"""Averaging countries into regions: a toy by hand, and what must hold for any numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.risk.average import average
from ketenkaart.core.risk.members import carried_by, member_intensity, member_shares
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity

SECTORS = ("farm", "mine")


def intensity(cells, countries=("NLD", "AAA", "BBB", "CCC")):
    """`cells[country]` is (low, central, high) for both sectors, or None for unknown."""
    rows = [cells[country] or (0.0, np.nan, 1.0) for country in countries]
    low, central, high = (
        np.array([[row[k]] * len(SECTORS) for row in rows])[None] for k in range(3)
    )
    known = np.array([[float(cells[c] is not None)] * len(SECTORS) for c in countries])[None]
    return CountryIntensity(("toy",), countries, SECTORS, low, central, high, known)


def region(weights, members=("AAA", "BBB", "CCC")):
    """`weights[scheme]` lists the weight of each member, the same in both sectors."""
    array = np.repeat(np.array(list(weights.values()))[:, :, None], len(SECTORS), axis=2)
    return CompositeRegion("ROW", members, tuple(weights), array)


TOY = intensity({"NLD": (0, 0.1, 0.2), "AAA": (0.2, 0.4, 0.6), "BBB": (0.6, 0.8, 1.0), "CCC": None})
ROW = region({"value_added": [0.5, 0.25, 0.25], "population": [0.2, 0.8, 0.0]})


def test_a_country_known_in_part_counts_by_what_is_known_of_it():
    cells = intensity({"NLD": None, "AAA": (0.1, 0.4, 0.7), "BBB": (0.6, 0.8, 1.0), "CCC": None})
    known = cells.known.copy()
    known[0, 1] = 0.5  # AAA: half of the cell, the rest is [0, 1] within its low and high
    found = average(replace(cells, known=known), ("NLD", "ROW"), SECTORS, [ROW])
    # first scheme: .5 x half known at .4, .25 at .8, .25 unknown
    assert found.known[0, 0, 2] == pytest.approx(0.5)
    assert found.central[0, 0, 2] == pytest.approx((0.25 * 0.4 + 0.25 * 0.8) / 0.5)


def test_by_hand():
    found = average(TOY, ("NLD", "ROW"), SECTORS, [ROW])
    node = 2  # ROW.farm
    assert found.scenarios == ("value_added", "population")
    # first scheme: low .5*.2 + .25*.6 + .25*0, high .5*.6 + .25*1 + .25*1
    assert found.low[0, 0, node] == pytest.approx(0.25)
    assert found.high[0, 0, node] == pytest.approx(0.8)
    assert found.known[0, 0, node] == pytest.approx(0.75)
    # central over the known part only: (.5*.4 + .25*.8) / .75
    assert found.central[0, 0, node] == pytest.approx(0.4 / 0.75)
    # second scheme: C weighs nothing, all is known
    assert found.central[1, 0, node] == pytest.approx(0.2 * 0.4 + 0.8 * 0.8)
    assert found.known[1, 0, node] == pytest.approx(1)
    # the least to the most risky single country; C is unknown and weighs in one scheme
    assert (found.widest_low[0, node], found.widest_high[0, node]) == (0, 1)


def test_a_single_country_is_copied_into_every_scenario():
    found = average(TOY, ("NLD", "ROW"), SECTORS, [ROW])
    assert found.central[:, 0, 0].tolist() == [0.1, 0.1]
    assert found.low[:, 0, 1].tolist() == [0.0, 0.0]


def test_a_region_without_data_is_unknown():
    found = average(TOY, ("NLD", "ZZZ", "ROW"), SECTORS, [ROW])
    assert (found.low[0, 0, 2], found.high[0, 0, 2], found.known[0, 0, 2]) == (0, 1, 0)
    assert np.isnan(found.central[0, 0, 2])


def test_a_member_without_weight_does_not_widen():
    lonely = region({"value_added": [1.0, 0.0, 0.0]})
    found = average(TOY, ("ROW",), SECTORS, [lonely])
    assert (found.widest_low[0, 0], found.widest_high[0, 0]) == (0.2, 0.6)


def test_who_carries_the_average():
    amounts = np.array([[30.0, 0.0]])  # all of it at the farm
    parts = carried_by(ROW, TOY, amounts)
    # .5*.4 against .25*.8; C is unknown and carries nothing that is known
    assert parts == {"AAA": pytest.approx(0.5), "BBB": pytest.approx(0.5)}
    assert carried_by(ROW, intensity({"NLD": None, "AAA": None, "BBB": None, "CCC": None}),
                      amounts) == {}  # fmt: skip


def test_share_of_a_country_in_the_region():
    shares = member_shares(ROW, "BBB")
    assert shares[:, 1].tolist() == [0.25, 0.8]
    with pytest.raises(NotFoundError, match="NLD"):
        member_shares(ROW, "NLD")


def test_a_region_seen_as_one_of_its_members():
    nodes = average(TOY, ("NLD", "ROW"), SECTORS, [ROW])
    seen = member_intensity(nodes, TOY, "BBB", "ROW", ("NLD", "ROW"))
    assert seen.central[:, 0, 2].tolist() == [0.8, 0.8]
    assert seen.central[0, 0, 0] == nodes.central[0, 0, 0]
    unknown = member_intensity(nodes, TOY, "CCC", "ROW", ("NLD", "ROW"))
    assert (unknown.low[0, 0, 2], unknown.high[0, 0, 2], unknown.known[0, 0, 2]) == (0, 1, 0)


def test_sectors_and_schemes_must_match():
    with pytest.raises(InputError, match="same sectors"):
        average(TOY, ("ROW",), ("farm",), [ROW])
    other = CompositeRegion("REU", ROW.members, ("other",), ROW.weights[:1])
    with pytest.raises(InputError, match="schemes"):
        average(TOY, ("ROW", "REU"), SECTORS, [ROW, other])


def test_rounding_never_puts_a_centre_outside_its_interval():
    data = intensity({"NLD": None, "AAA": None, "BBB": None, "CCC": (0.0, 1.0, 1.0)})
    two = np.array([0.0, 0.41156326063904214, 0.2082942434929616])
    found = average(data, ("ROW",), SECTORS, [region({"a": two / two.sum()})])
    assert (found.central <= found.high).all()


index = st.none() | st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted).map(tuple)
weights = st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda w: sum(w) > 0.01)


@settings(deadline=None)
@given(st.tuples(index, index, index), weights, weights)
def test_what_must_hold(cells, one, two):
    data = intensity(dict(zip(("NLD", "AAA", "BBB", "CCC"), (None, *cells), strict=True)))
    row = region({"a": np.array(one) / sum(one), "b": np.array(two) / sum(two)})
    found = average(data, ("ROW",), SECTORS, [row])
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    known = found.known > 0
    assert (np.isnan(found.central) == ~known).all()
    assert (found.low[known] <= found.central[known]).all()
    assert (found.central[known] <= found.high[known]).all()
    assert (found.widest_low[None] <= found.low + 1e-12).all()
    assert (found.high <= found.widest_high[None] + 1e-12).all()


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted), weights)
def test_members_that_are_alike_average_to_themselves(cell, one):
    data = intensity({c: tuple(cell) for c in ("NLD", "AAA", "BBB", "CCC")})
    found = average(data, ("ROW",), SECTORS, [region({"a": np.array(one) / sum(one)})])
    assert found.low[0, 0, 0] == pytest.approx(cell[0])
    assert found.central[0, 0, 0] == pytest.approx(cell[1])
    assert found.high[0, 0, 0] == pytest.approx(cell[2])
