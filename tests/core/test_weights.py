"""Weights sum to one, and gaps are filled by a stated rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ketenkaart.core.errors import TableError
from ketenkaart.core.risk.weights import fill_per_head, fill_rows, normalised


@settings(deadline=None)
@given(hnp.arrays(float, (4, 3), elements=st.floats(0, 1e9)).filter(lambda a: a.sum() > 1))
def test_weights_sum_to_one_in_every_sector(amounts):
    weights = normalised(amounts)
    assert weights.sum(axis=0) == pytest.approx(np.ones(3))
    assert (weights >= 0).all()


def test_a_sector_that_nobody_has_takes_the_weights_of_all_sectors():
    assert normalised(np.array([[3.0, 0.0], [1.0, 0.0]])).tolist() == [[0.75, 0.75], [0.25, 0.25]]


@pytest.mark.parametrize("bad", [[-1.0, 2.0], [np.nan, 1.0], [0.0, 0.0]])
def test_bad_amounts_are_refused(bad):
    with pytest.raises(TableError, match="zero or more"):
        normalised(np.array(bad)[:, None])


def test_a_missing_amount_follows_population():
    filled = fill_per_head(np.array([4.0, np.nan, 8.0]), np.array([1.0, 10.0, 1.0]), 0.0)
    assert filled.tolist() == [4, 40, 8]
    with pytest.raises(TableError, match="population"):
        fill_per_head(np.array([4.0]), np.array([np.nan]), 0.5)


def test_rows_sum_to_one_and_gaps_take_the_mean():
    filled = fill_rows(np.array([[1.0, 3.0], [np.nan, 0.2]]))
    assert filled.tolist() == [[0.25, 0.75], [0.25, 0.75]]
    with pytest.raises(TableError, match="No member"):
        fill_rows(np.array([[np.nan, 0.2]]))
