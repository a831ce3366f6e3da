"""Programmes on the spot: three answers to whether one runs, and none of them guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.chain.programmes import DayRange, Presence, Running, programmes_at, running_on
from ketenkaart.core.provenance import Citation, Grade
from ketenkaart.sources.reference.programmes import load_programmes

OWN = Citation(source="own", grade=Grade.LIKELY)
FIRST = date(2000, 1, 1)


def made(start: DayRange | None, known: tuple[date, date], end: DayRange | None = None) -> Presence:
    return Presence(
        country="BGD", sectors=("textiles",), start=start, known_from=known[0],
        known_until=known[1], end=end, citation=OWN,
    )  # fmt: skip


@given(
    marks=st.lists(st.integers(0, 9000), min_size=6, max_size=6).map(sorted),
    asked=st.integers(0, 9000),
    has_start=st.booleans(),
    has_end=st.booleans(),
)
def test_only_what_is_known_is_said(
    marks: list[int], asked: int, *, has_start: bool, has_end: bool
) -> None:
    days = [FIRST + timedelta(days=mark) for mark in marks]
    start = DayRange(earliest=days[0], latest=days[1]) if has_start else None
    end = DayRange(earliest=days[4], latest=days[5]) if has_end else None
    presence = made(start, (days[2], days[3]), end)
    day = FIRST + timedelta(days=asked)
    answer = running_on(presence, day)
    if answer is Running.RUNNING:
        assert days[2] <= day <= (days[4] if has_end else days[3])
    elif answer is Running.NOT_RUNNING:
        assert (has_start and day < days[0]) or (has_end and day > days[5])
    if days[2] <= day <= days[3]:
        assert answer is not Running.NOT_RUNNING or has_end


@pytest.mark.parametrize(
    ("country", "day", "running"),
    [
        ("BGD", date(2013, 1, 1), Running.NOT_RUNNING),
        ("BGD", date(2014, 10, 1), Running.UNKNOWN),
        ("BGD", date(2019, 11, 22), Running.RUNNING),
        ("BGD", date(2026, 11, 22), Running.UNKNOWN),
        ("LSO", date(2016, 6, 1), Running.UNKNOWN),
        ("LSO", date(2019, 11, 22), Running.NOT_RUNNING),
        ("NIC", date(2026, 11, 22), Running.NOT_RUNNING),
        ("LKA", date(2020, 1, 1), Running.UNKNOWN),
    ],
)
def test_better_work_by_country_and_day(country: str, day: date, running: Running) -> None:
    found = programmes_at(load_programmes(), country=country, sectors=["textiles"], day=day)
    answers = {here.programme.id: here.running for here in found}
    assert answers["better_work"] is running


def test_a_sector_without_a_programme_has_none_and_that_is_no_absence() -> None:
    day = date(2019, 11, 22)
    assert programmes_at(load_programmes(), country="BGD", sectors=["mining"], day=day) == ()
    assert programmes_at(load_programmes(), country="BGD", sectors=[], day=day)


@pytest.mark.parametrize(
    ("start", "known", "end"),
    [
        ((2, 1), (3, 4), None),
        ((1, 3), (2, 4), None),
        ((1, 1), (3, 2), None),
        ((1, 1), (3, 4), (2, 5)),
    ],
)
def test_days_out_of_order_are_refused(
    start: tuple[int, int], known: tuple[int, int], end: tuple[int, int] | None
) -> None:
    def on(number: int) -> date:
        return FIRST + timedelta(days=number)

    with pytest.raises(ValidationError):
        made(
            DayRange(earliest=on(start[0]), latest=on(start[1])),
            (on(known[0]), on(known[1])),
            DayRange(earliest=on(end[0]), latest=on(end[1])) if end else None,
        )
