"""Working days in the Netherlands, and planning backwards from a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Period

SATURDAY = 5
FIRST_KINGS_DAY = 2014
LONGEST_LEAD = 1000


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year, by the anonymous Gregorian method.

    Meeus, Astronomical Algorithms (1991), chapter 8.

    >>> easter(2020), easter(2027)
    (datetime.date(2020, 4, 12), datetime.date(2027, 3, 28))
    """
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarter, spare = divmod(in_century, 4)
    to_sunday = (32 + 2 * rest + 2 * quarter - epact - spare) % 7
    shift = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """Return the days that the Dutch act on time limits equates with a Sunday (article 3).

    King's Day moves to Saturday 26 April when the 27th is a Sunday; before 2014 it was Queen's Day
    on 30 April, which this does not know, so earlier years are refused.
    """
    if year < FIRST_KINGS_DAY:
        raise InputError(
            f"Dutch holidays before {FIRST_KINGS_DAY} are not known here",
            where=str(year),
            fix="Plan with a later day.",
        )
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == SATURDAY + 1:
        kings_day = date(year, 4, 26)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    return frozenset(moving | fixed | {kings_day})


def is_working_day(day: date, closed: Iterable[Period] = ()) -> bool:
    """Return whether people work on `day`: no weekend, no holiday, in no closed period.

    >>> is_working_day(date(2026, 4, 27)), is_working_day(date(2026, 4, 28))
    (False, True)
    """
    return (
        day.weekday() < SATURDAY
        and day not in holidays(day.year)
        and not any(period.contains(day) for period in closed)
    )


def working_days_before(day: date, count: int, closed: Iterable[Period] = ()) -> date:
    """Return the day `count` working days before `day`, or before the last working day up to it.

    With zero it is that working day itself. Raises `InputError` for a negative count, or one of
    more than a thousand.

    >>> working_days_before(date(2020, 9, 15), 10)
    datetime.date(2020, 9, 1)
    """
    if not 0 <= count <= LONGEST_LEAD:
        raise InputError(
            f"{count} working days is no lead time", fix=f"Use a number from 0 to {LONGEST_LEAD}."
        )
    periods = tuple(closed)
    found = day
    while not is_working_day(found, periods):
        found -= timedelta(days=1)
    for _ in range(count):
        found -= timedelta(days=1)
        while not is_working_day(found, periods):
            found -= timedelta(days=1)
    return found
