"""The calendar behind a letter's words: months, quarters, seasons and terms as days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ketenkaart.core.errors import InputError

Unit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` up to and including `end`; an open side is `None`.

    >>> Days(date(2020, 1, 1), date(2020, 3, 31)).end
    datetime.date(2020, 3, 31)
    """

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise InputError(
                f"The period from {self.start} to {self.end} ends before it starts",
                fix="Give the earlier day first.",
            )


UNKNOWN = Days(None, None)
"""The days of an event that the letter does not date."""

MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb"),
    ("maart", "march", "mrt", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("augustus", "august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}

SEASONS = {
    "voorjaar": "spring",
    "lente": "spring",
    "spring": "spring",
    "zomer": "summer",
    "summer": "summer",
    "najaar": "autumn",
    "herfst": "autumn",
    "autumn": "autumn",
    "winter": "winter",
}
SEASON_STARTS = {"spring": (3, 21), "summer": (6, 21), "autumn": (9, 23), "winter": (12, 21)}
SEASON_ORDER = ("spring", "summer", "autumn", "winter")


def month_number(name: str) -> int:
    """Return 1 to 12 for a month's Dutch or English name or abbreviation.

    >>> month_number("mrt."), month_number("October")
    (3, 10)
    """
    return MONTH_NUMBERS[name.rstrip(".").lower()]


def of_month(year: int, month: int) -> Days:
    """Return the days of one month.

    >>> of_month(2020, 2).end
    datetime.date(2020, 2, 29)
    """
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def of_months(year: int, first: int, last: int) -> Days:
    """Return the days from the first day of one month to the last of another, in one year."""
    return Days(of_month(year, first).start, of_month(year, last).end)


def of_year(year: int) -> Days:
    """Return the days of one year."""
    return of_months(year, 1, 12)


def of_quarter(year: int, quarter: int) -> Days:
    """Return the days of quarter 1, 2, 3 or 4.

    >>> of_quarter(2020, 1).end
    datetime.date(2020, 3, 31)
    """
    return of_months(year, 3 * quarter - 2, 3 * quarter)


def of_half(year: int, half: int) -> Days:
    """Return the days of the first or the second half of a year."""
    return of_months(year, 6 * half - 5, 6 * half)


def of_week(year: int, week: int) -> Days | None:
    """Return the days of a week as ISO 8601 counts them, `None` where the year has no such week.

    >>> of_week(2021, 12).start
    datetime.date(2021, 3, 22)
    """
    try:
        start = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Days(start, start + timedelta(days=6))


def of_season(year: int, season: str) -> Days:
    """Return the days of a season; a winter is named by the year in which it begins.

    Seasons change on 21 March, 21 June, 23 September and 21 December.

    >>> of_season(2020, "summer").end
    datetime.date(2020, 9, 22)
    """
    place = SEASON_ORDER.index(season)
    following = SEASON_ORDER[(place + 1) % 4]
    last = date(year + (season == "winter"), *SEASON_STARTS[following]) - timedelta(days=1)
    return Days(date(year, *SEASON_STARTS[season]), last)


YEAR_PARTS: Mapping[str, tuple[int, int]] = {
    "begin": (1, 3),
    "middle": (6, 7),
    "end": (10, 12),
}
MONTH_PARTS: Mapping[str, tuple[int, int]] = {"begin": (1, 10), "middle": (11, 20), "end": (21, 31)}


def part_of_year(year: int, part: str) -> Days:
    """Return the days meant by the beginning, middle or end of a year.

    The beginning is the first quarter, the end the fourth, the middle June and July: a reading
    rule of ours, since no law says.

    >>> part_of_year(2021, "end").start
    datetime.date(2021, 10, 1)
    """
    return of_months(year, *YEAR_PARTS[part])


def part_of_month(year: int, month: int, part: str) -> Days:
    """Return the days meant by the beginning, middle or end of a month: ten days each."""
    first, last = MONTH_PARTS[part]
    return Days(date(year, month, first), date(year, month, min(last, monthrange(year, month)[1])))


def add(day: date, number: int, unit: Unit) -> date:
    """Return the day that lies a number of units later; a month's missing day becomes its last.

    >>> add(date(2020, 2, 29), 1, "year")
    datetime.date(2021, 2, 28)
    """
    if unit in ("day", "week"):
        return day + timedelta(days=number * (7 if unit == "week" else 1))
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth Monday (0) to Sunday (6) of a month.

    >>> nth_weekday(2020, 9, 1, 3)  # the opening of parliament's year
    datetime.date(2020, 9, 15)
    """
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
