"""Working days, countdowns and plans worked out backwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.filetype import sniff
from ketenkaart.core.ledger.followup.planning import (
    ConsultationPlan,
    MarkedDay,
    Milestone,
    months_after,
    work_backwards,
)
from ketenkaart.core.ledger.followup.workdays import (
    easter,
    holidays,
    is_working_day,
    working_days_before,
)
from ketenkaart.core.provenance import Citation, Grade, Period, Text

CITED = Citation(source="own", grade=Grade.ASSUMED)
DAYS = st.dates(date(2015, 3, 1), date(2040, 12, 31))
# Easter Sundays as printed in almanacs, with the earliest and latest of the century.
EASTERS = [
    date(1913, 3, 23), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24),
    date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25),
]  # fmt: skip


@pytest.mark.parametrize("day", EASTERS, ids=str)
def test_easter(day: date) -> None:
    assert easter(day.year) == day


def test_the_holidays_of_a_year() -> None:
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


def test_kings_day_makes_way_for_a_sunday() -> None:
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2025, 4, 27) not in holidays(2025)


def test_years_before_kings_day_are_not_guessed() -> None:
    with pytest.raises(InputError, match="not known"):
        holidays(2013)


@given(DAYS, st.integers(0, 60))
def test_counting_back_leaves_that_many_working_days(day: date, count: int) -> None:
    found = working_days_before(day, count)
    between = [found + timedelta(days=n) for n in range((day - found).days)]
    assert is_working_day(found)
    assert sum(map(is_working_day, between)) == count + (not is_working_day(day))


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_counting_back_in_two_goes_is_the_same(day: date, one: int, other: int) -> None:
    assert working_days_before(working_days_before(day, one), other) == working_days_before(
        day, one + other
    )


@given(DAYS, st.integers(0, 30), st.integers(1, 40))
def test_a_closed_period_only_moves_things_earlier(day: date, count: int, length: int) -> None:
    recess = Period(start=day - timedelta(days=length + 5), end=day - timedelta(days=5))
    closed = working_days_before(day, count, [recess])
    assert closed <= working_days_before(day, count)
    assert not recess.contains(closed)


@pytest.mark.parametrize("count", [-1, 1001])
def test_a_lead_time_has_bounds(count: int) -> None:
    with pytest.raises(InputError):
        working_days_before(date(2020, 1, 6), count)


@given(DAYS, st.integers(0, 240))
def test_months_after_keeps_the_day_where_there_is_one(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or found.day < day.day


def plan(day: date | None, leads: tuple[int, ...]) -> ConsultationPlan:
    return ConsultationPlan(
        id="p",
        title=Text(nl="p", en="p"),
        days=(MarkedDay(id="debate", name=Text(nl="d", en="d"), day=day, citation=CITED),),
        milestones=tuple(
            Milestone(name=str(n), lead_days=lead, before="debate", citation=CITED)
            for n, lead in enumerate(leads)
        ),
        citation=CITED,
    )


@given(DAYS, st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_steps_follow_each_other(day: date, leads: list[int]) -> None:
    steps = work_backwards(plan(day, tuple(leads)), day)
    ready = [step.ready_by for step in steps if step.ready_by]
    assert ready == sorted(ready)
    assert ready[0] == working_days_before(day, sum(leads))


def test_what_hangs_on_an_unknown_day_is_unknown() -> None:
    (step,) = work_backwards(plan(None, (5,)), date(2020, 1, 1))
    assert (step.ready_by, step.is_late) == (None, False)


def test_a_step_stands_before_a_day_of_its_plan() -> None:
    with pytest.raises(ValidationError, match="no day of the plan"):
        plan(date(2020, 1, 6), (5,)).model_validate(
            {**plan(date(2020, 1, 6), (5,)).model_dump(), "days": [
                {"id": "other", "name": {"nl": "a", "en": "b"}, "day": None,
                 "citation": CITED.model_dump()}
            ]}
        )  # fmt: skip


@given(st.binary(max_size=200))
def test_any_bytes_get_a_known_kind_or_none(data: bytes) -> None:
    kind = sniff(data)
    assert kind is None or "/" in kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("één regel".encode(), "text/plain"),
        ("één regel".encode("latin-1"), None),
        (b"  <?xml version='1.0'?><svg/>", None),
        (b"PK\x03\x04" + b"." * 30 + b"word/document.xml", "wordprocessingml"),
        (b"PK\x03\x04" + b"." * 30 + b"word/document.xml word/vbaProject.bin", None),
        (b"PK\x03\x04" + b"." * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "text"),
        (b"PK\x03\x04 anything", None),
    ],
)
def test_the_kind_of_a_file(data: bytes, kind: str | None) -> None:
    found = sniff(data)
    assert (found is None) == (kind is None)
    assert kind is None or kind in str(found)
