"""The calendar behind a letter's words, on every day it can be asked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.reading.calendar import (
    SEASON_ORDER,
    Days,
    add,
    nth_weekday,
    of_half,
    of_month,
    of_quarter,
    of_season,
    of_week,
    of_year,
    part_of_month,
    part_of_year,
)

YEARS = st.integers(1995, 2040)
DAYS = st.dates(date(1995, 1, 1), date(2040, 12, 31))


def is_run(parts: list[Days], whole: Days) -> bool:
    """Say whether the parts fill the whole, one right behind the other."""
    ends = [part.end for part in parts]
    starts = [part.start for part in parts]
    joined = all(
        end is not None and start == end + timedelta(days=1)
        for end, start in zip(ends, starts[1:], strict=False)
    )
    return joined and starts[0] == whole.start and ends[-1] == whole.end


@given(YEARS)
def test_months_quarters_and_halves_fill_the_year(year: int) -> None:
    whole = of_year(year)
    assert is_run([of_month(year, month) for month in range(1, 13)], whole)
    assert is_run([of_quarter(year, quarter) for quarter in range(1, 5)], whole)
    assert is_run([of_half(year, half) for half in (1, 2)], whole)


@given(YEARS)
def test_seasons_follow_each_other_without_a_gap(year: int) -> None:
    seasons = [of_season(year, name) for name in SEASON_ORDER]
    following = of_season(year + 1, SEASON_ORDER[0])
    assert is_run([*seasons, following], Days(seasons[0].start, following.end))


@given(YEARS, st.integers(1, 12))
def test_the_three_parts_of_a_month_fill_it(year: int, month: int) -> None:
    parts = [part_of_month(year, month, part) for part in ("begin", "middle", "end")]
    assert is_run(parts, of_month(year, month))


@given(YEARS)
def test_parts_of_a_year_lie_in_it_and_in_order(year: int) -> None:
    begin, middle, end = (part_of_year(year, part) for part in ("begin", "middle", "end"))
    assert begin.start == of_year(year).start
    assert end.end == of_year(year).end
    assert begin.end < middle.start < middle.end < end.start  # type: ignore[operator]


@given(DAYS)
def test_every_day_lies_in_its_week(day: date) -> None:
    year, week, _ = day.isocalendar()
    found = of_week(year, week)
    assert found is not None
    assert found.start <= day <= found.end  # type: ignore[operator]


def test_a_week_that_a_year_does_not_have() -> None:
    assert of_week(2021, 53) is None
    assert of_week(2020, 53) is not None


@given(DAYS, DAYS, st.integers(0, 60), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_a_later_day_never_gives_an_earlier_end(
    one: date, other: date, number: int, unit: str
) -> None:
    first, last = sorted((one, other))
    assert add(first, number, unit) <= add(last, number, unit)  # type: ignore[arg-type]
    assert add(first, number, unit) <= add(first, number + 1, unit)  # type: ignore[arg-type]


@given(DAYS, st.integers(0, 120))
def test_twelve_months_are_a_year(day: date, years: int) -> None:
    assert add(day, 12 * years, "month") == add(day, years, "year")
    assert add(day, 4 * years, "quarter") == add(day, years, "year")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 29)),
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2021, 8, 31), 1, date(2021, 9, 30)),
        (date(2021, 12, 31), 2, date(2022, 2, 28)),
    ],
)
def test_a_missing_day_becomes_the_last_of_its_month(
    day: date, months: int, expected: date
) -> None:
    assert add(day, months, "month") == expected


@pytest.mark.parametrize(
    ("year", "day"),
    [(2018, 18), (2019, 17), (2020, 15), (2021, 21), (2022, 20), (2023, 19), (2024, 17)],
)
def test_the_third_tuesday_of_september(year: int, day: int) -> None:
    assert nth_weekday(year, 9, 1, 3) == date(year, 9, day)


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(InputError, match="ends before it starts"):
        Days(date(2021, 2, 1), date(2021, 1, 1))
