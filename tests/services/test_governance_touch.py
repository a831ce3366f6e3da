"""Whether an instrument is named beside a row: its scope must meet the row on every axis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketenkaart.core.governance.gap import Selection
from ketenkaart.core.governance.reach import Reach
from ketenkaart.services.governance.rows import touches


def ends(*high: float) -> np.ndarray:
    """A factor that is known to reach nothing, and may reach `high`."""
    return np.array([np.zeros(len(high)), np.zeros(len(high)), high])


FIRST_ONLY = Reach(
    instrument="toy",
    buyers=ends(1, 0),
    products=ends(1, 1),
    nodes=ends(1, 0),
    layers=ends(1, 0),
    issues=ends(1, 0),
    scale=np.array([0.0, 0.0, 1.0]),
    is_known=False,
)
FIRST = np.array([True, False])
WHOLE = Selection(issues=FIRST, nodes=FIRST, buyers=FIRST, layers=FIRST)


def test_a_scope_that_meets_the_row_on_every_axis_is_named() -> None:
    assert touches(FIRST_ONLY, WHOLE)


@pytest.mark.parametrize("axis", ["issues", "nodes", "buyers", "layers"])
def test_a_scope_that_misses_the_row_on_one_axis_is_not(axis: str) -> None:
    assert not touches(FIRST_ONLY, replace(WHOLE, **{axis: ~FIRST}))


def test_a_scope_without_any_product_meets_nothing() -> None:
    assert not touches(replace(FIRST_ONLY, products=ends(0, 0)), WHOLE)
