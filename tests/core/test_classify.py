"""From source value to class to interval: cut points, listings, unknown, not applicable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.risk.classify import Evidence, classify, rate
from ketenkaart.core.risk.scale import Scale

SECTORS = ("farm", "mine", "shop")
WORDS = {"nl": "x", "en": "x"}


def scale(**changes):
    classes = [
        {
            "id": name,
            "label": WORDS,
            "from_value": cut,
            "low": low,
            "central": central,
            "high": high,
        }
        for name, cut, low, central, high in (
            ("calm", None, 0.0, 0.1, 0.3),
            ("tense", 2.0, 0.3, 0.4, 0.6),
            ("grave", 5.0, 0.6, 0.8, 1.0),
        )
    ]
    base = {
        "issue": "toy",
        "source": "toy",
        "column": WORDS,
        "unit": WORDS,
        "year": 2020,
        "higher_is_worse": True,
        "classes": classes,
        "sectors": ["farm", "mine"],
        "reading": WORDS,
        "cut_points": {"source": "own", "grade": "assumed"},
    }
    return Scale.model_validate(base | changes)


def evidence(value, best=None, worst=None, listed=-1, is_exact=True):
    value = np.full((1, 3), float(value))
    return Evidence(
        value=value,
        best=value if best is None else np.full((1, 3), float(best)),
        worst=value if worst is None else np.full((1, 3), float(worst)),
        listed=np.full((1, 3), listed),
        is_exact=np.full((1, 3), is_exact),
    )


LISTED = {
    "id": "listed", "label": WORDS, "extent": "goods", "source": "toy", "year": 2020,
    "low": 0.5, "central": 0.7,
}  # fmt: skip


def cell(found, s=0):
    return (found.low[0, s], found.central[0, s], found.high[0, s], found.known[0, s])


def test_a_value_on_a_cut_point_belongs_to_the_riskier_class():
    assert classify(np.array([1.9, 2.0, 4.9, 5.0, np.nan]), scale()).tolist() == [0, 1, 1, 2, -1]


def test_when_higher_is_better_the_cut_point_still_belongs_to_the_riskier_class():
    falling = [item.model_dump() for item in scale().classes]
    falling[1]["from_value"], falling[2]["from_value"] = 1.0, -1.0
    better = scale(higher_is_worse=False, classes=falling)
    assert classify(np.array([1.1, 1.0, -0.9, -1.0]), better).tolist() == [0, 1, 1, 2]


def test_a_value_gets_the_interval_of_its_class():
    assert cell(rate(evidence(3), scale(), SECTORS)) == (0.3, 0.4, 0.6, 1)


def test_an_error_widens_to_the_classes_it_touches():
    found = rate(evidence(3, best=1, worst=5), scale(), SECTORS)
    assert cell(found) == (0.0, 0.4, 1.0, 1)


def test_widening_and_inexact_values():
    assert cell(rate(evidence(1), scale(widen=1), SECTORS)) == (0.0, 0.1, 0.6, 1)
    inexact = rate(evidence(3, is_exact=False), scale(widen_if_inexact=1), SECTORS)
    assert cell(inexact) == (0.0, 0.4, 1.0, 1)
    assert cell(rate(evidence(3), scale(widen_if_inexact=1), SECTORS)) == (0.3, 0.4, 0.6, 1)


def test_unknown_is_zero_to_one_without_a_central_value():
    low, central, high, known = cell(rate(evidence(np.nan), scale(), SECTORS))
    assert (low, high, known) == (0, 1, 0)
    assert np.isnan(central)


def test_a_sector_outside_the_issue_is_unknown_unless_declared_not_applicable():
    open_ = rate(evidence(3), scale(), SECTORS)
    assert open_.classes[0, 2] == "unknown"
    assert (open_.low[0, 2], open_.high[0, 2], open_.known[0, 2]) == (0, 1, 0)
    closed = rate(evidence(3), scale(not_applicable=["shop"]), SECTORS)
    assert closed.classes[0, 2] == "not_applicable"
    assert cell(closed, 2) == (0, 0, 0, 1)


def test_listed_is_class_low_to_one():
    found = rate(evidence(np.nan, listed=0), scale(listings=[LISTED]), SECTORS)
    assert cell(found) == (0.5, 0.7, 1.0, 1)
    assert found.classes[0, 0] == "listed"


def test_a_listing_never_lowers_what_the_source_value_says():
    found = rate(evidence(9, listed=0), scale(listings=[LISTED]), SECTORS)
    assert cell(found) == (0.6, 0.8, 1.0, 1)


def test_a_listed_part_takes_the_low_of_the_whole():
    part = LISTED | {"widen_to_class": True}
    assert cell(rate(evidence(1, listed=0), scale(listings=[part]), SECTORS)) == (0, 0.7, 1, 1)


@settings(deadline=None)
@given(
    st.floats(-20, 20) | st.just(float("nan")),
    st.floats(0, 10),
    st.integers(-1, 0),
    st.booleans(),
    st.integers(0, 2),
)
def test_low_central_high_are_ordered_and_known_says_where(value, margin, listed, exact, widen):
    chosen = scale(listings=[LISTED], widen=widen, widen_if_inexact=1, not_applicable=["shop"])
    found = rate(evidence(value, value - margin, value + margin, listed, exact), chosen, SECTORS)
    known = found.known == 1
    assert (np.isnan(found.central) == ~known).all()
    assert (found.low[~known] == 0).all()
    assert (found.high[~known] == 1).all()
    assert (found.low[known] <= found.central[known]).all()
    assert (found.central[known] <= found.high[known]).all()


@settings(deadline=None)
@given(st.lists(st.floats(-20, 20), min_size=2, max_size=2))
def test_more_of_a_bad_thing_never_lowers_the_index(values):
    small, large = sorted(values)
    a, b = (rate(evidence(v), scale(), SECTORS) for v in (small, large))
    assert (a.low[0, :2] <= b.low[0, :2]).all()
    assert (a.central[0, :2] <= b.central[0, :2]).all()
    assert (a.high[0, :2] <= b.high[0, :2]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": []}, "classes need a source"),
        ({"source": None, "classes": []}, "classes or a listing"),
        ({"higher_is_worse": False}, "low to high risk"),
        ({"not_applicable": ["farm"]}, "both in sectors"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        scale(**changes)
