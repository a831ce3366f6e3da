"""Persons at work are spread over nodes without losing or inventing any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.types import Extension, Table
from ketenkaart.core.chain.workforce import person_years, spread
from ketenkaart.core.errors import TableError

BROAD = np.array([0, 1, 1, 2])


def table(added):
    n = len(added)
    added = np.asarray(added, dtype=float)
    return Table(
        regions=tuple(["NLD", "AAA"][: n // 4]),
        sectors=("farm", "mine", "mill", "shop"),
        Z=np.zeros((n, n)),
        output=np.maximum(added, 0),
        extensions={"value_added": Extension("value_added", "MUSD", added, added, added, False)},
        year=2011,
    )


@settings(deadline=None)
@given(
    st.floats(1, 1e9),
    st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda x: sum(x) > 0.01),
    st.lists(st.floats(-5, 1e6), min_size=4, max_size=4).filter(lambda x: max(x) > 0.001),
)
def test_nobody_is_lost(total, shares, added):
    shares = np.array(shares) / sum(shares)
    assert spread(total, shares, BROAD, np.array(added)).sum() == pytest.approx(total)


def test_by_hand_with_the_rival():
    # 100 people, 60 % farm, 40 % industry and services alike; value added 10, 10, 30, 50
    found = person_years(
        table([10, 10, 30, 50]), {"NLD": 100}, {"NLD": [np.array([0.6, 0.2, 0.2])]}, BROAD
    )
    assert found.values.tolist() == pytest.approx([60, 5, 15, 20])
    # rival: as much value added per person in every sector
    assert found.low.tolist() == pytest.approx([10, 5, 15, 20])
    assert found.high.tolist() == pytest.approx([60, 10, 30, 50])
    assert found.is_estimate


def test_a_second_split_widens():
    split = [np.array([0.6, 0.2, 0.2]), np.array([0.7, 0.1, 0.2])]
    found = person_years(table([10, 10, 30, 50]), {"NLD": 100}, {"NLD": split}, BROAD)
    assert found.high[0] == pytest.approx(70)
    assert found.values[0] == pytest.approx(60)


def test_a_node_without_value_added_has_nobody_and_no_nan():
    found = person_years(
        table([10, 0, 0, 50]), {"NLD": 100}, {"NLD": [np.array([0.5, 0.3, 0.2])]}, BROAD
    )
    assert found.values[1] == 0
    assert found.values.sum() == pytest.approx(100)
    assert np.isfinite([found.values, found.low, found.high]).all()


def test_a_region_without_a_total_is_named():
    with pytest.raises(TableError, match="AAA"):
        person_years(
            table([1, 1, 1, 1, 1, 1, 1, 1]),
            {"NLD": 9},
            {"NLD": [np.array([1.0, 0, 0])]},
            BROAD,
        )
