"""Where the law is weak at home: by hand, and what must hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.core.risk.host import HostLaw, HostScale, is_weak, weak_share
from ketenkaart.core.risk.types import CompositeRegion

WORDS = Text(nl="x", en="x")
SCALE = HostScale(
    source="wgi_2020",
    indicator="RL",
    column=WORDS,
    unit=WORDS,
    year=2019,
    weak_below=-0.5,
    margin_stderr=2,
    cut_point=Citation(source="own", grade=Grade.ASSUMED),
    reading=WORDS,
)
LAWS = {"AAA": HostLaw(-1.5, 0.1), "BBB": HostLaw(-0.6, 0.1), "DDD": HostLaw(1.0, 0.1)}


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [(-1.0, (1, 1, 1)), (-0.6, (0, 1, 1)), (-0.5, (0, 0, 1)), (-0.4, (0, 0, 1)), (0.0, (0, 0, 0))],
)
def test_near_the_cut_point_it_is_uncertain(estimate: float, expected: tuple) -> None:
    assert is_weak(HostLaw(estimate, 0.1), SCALE) == expected


def test_a_region_counts_its_members_and_the_unknown_only_in_its_ends() -> None:
    weights = np.array([[[0.5], [0.2], [0.3]], [[0.1], [0.2], [0.7]]])
    region = CompositeRegion("ROW", ("AAA", "BBB", "CCC"), ("a", "b"), weights)
    found = weak_share(LAWS, SCALE, ("NLD", "DDD", "ROW"), [region], 1)
    assert found.low.tolist() == pytest.approx([0, 0, 0.1])
    assert found.high.tolist() == pytest.approx([1, 0, 1])
    assert math.isnan(found.central[0])
    assert found.central[2] == pytest.approx(1)  # A and B are weak; C is unknown


def test_a_region_known_for_less_than_half_has_no_centre() -> None:
    region = CompositeRegion("ROW", ("AAA", "CCC"), ("a",), np.array([[[0.4], [0.6]]]))
    assert math.isnan(weak_share(LAWS, SCALE, ("ROW",), [region], 1).central[0])


@given(st.floats(-2.5, 2.5), st.floats(0, 1), st.floats(0, 1))
def test_more_doubt_never_narrows(estimate: float, less: float, more: float) -> None:
    less, more = sorted((less, more))
    narrow, wide = (is_weak(HostLaw(estimate, stderr), SCALE) for stderr in (less, more))
    assert wide[0] <= narrow[0] <= narrow[2] <= wide[2]
    assert narrow[0] <= narrow[1] <= narrow[2]
