"""Ids of facilities: what is written is read, and no slip of one character passes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.facilities.ids import (
    DIGITS,
    HIGHEST_NUMBER,
    ID_LENGTH,
    FacilityIdError,
    canonical_id,
    make_id,
    parse_id,
)

COUNTRIES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
NUMBERS = st.integers(1, HIGHEST_NUMBER)
IDS = st.builds(make_id, COUNTRIES, DAYS, NUMBERS)
SIGNS = DIGITS + "-"


@given(COUNTRIES, DAYS, NUMBERS)
def test_an_id_is_read_as_it_was_made(country: str, day: date, number: int) -> None:
    text = make_id(country, day, number)
    assert len(text) == ID_LENGTH
    for written in (text, text.lower(), text.replace("-", ""), f"  {text} "):
        found = parse_id(written)
        assert (found.country, found.day, found.number, str(found)) == (country, day, number, text)


@given(IDS)
def test_one_wrong_character_is_always_found(text: str) -> None:
    for written in (text, text.replace("-", "")):
        for place, right in enumerate(written):
            for wrong in SIGNS.replace(right, ""):
                with pytest.raises(FacilityIdError):
                    parse_id(written[:place] + wrong + written[place + 1 :])


@given(IDS)
def test_two_neighbours_swapped_are_always_found(text: str) -> None:
    for written in (text, text.replace("-", "")):
        for place, (one, other) in enumerate(pairwise(written)):
            if one != other:
                with pytest.raises(FacilityIdError):
                    parse_id(written[:place] + other + one + written[place + 2 :])


@given(IDS, st.data())
def test_a_character_lost_or_too_many_is_found(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(FacilityIdError):
        parse_id(text[:place] + text[place + 1 :])
    more = data.draw(st.sampled_from(SIGNS))
    with pytest.raises(FacilityIdError):
        parse_id(text[:place] + more + text[place:])


def test_ids_sort_in_the_order_in_which_they_were_given() -> None:
    day = date(2026, 11, 22)
    numbers = [1, 2, 9, 10, 31, 32, 33, 1023, 1024, 99_999, HIGHEST_NUMBER]
    ids = [make_id("BGD", day, number) for number in numbers]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    "text",
    ["", "BGD", "BGD-2026326-00001", "BGD-2026000-00001-AA", "BGD-2023366-00001-AA",
     "ıND-2026326-00001-PQ", "BGD-2026326-0000１-PQ", "BD2019085AT4WB7"],
)  # fmt: skip
def test_what_is_no_id_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(FacilityIdError, match=r"BGD-2026326-00001-PQ|check characters"):
        canonical_id(text)


@pytest.mark.parametrize(
    ("country", "number"), [("bgd", 1), ("BD", 1), ("BGD", 0), ("BGD", HIGHEST_NUMBER + 1)]
)
def test_no_id_is_made_of_what_cannot_be_read_back(country: str, number: int) -> None:
    with pytest.raises(FacilityIdError):
        make_id(country, date(2026, 1, 1), number)
