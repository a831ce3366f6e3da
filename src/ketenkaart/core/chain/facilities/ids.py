"""Ids of facilities: country, day, number of that day, and two check characters.

`BGD-2026326-00001-PQ` is the first facility that was registered for Bangladesh on day 326 of 2026.
Country and day say where and when the id was given; they stay when the facility turns out to be
elsewhere, so an id is never read for facts. The number is in base 32 without I, L, O and U.

The check characters follow ISO/IEC 7064, MOD 1271-36: the characters are digits of base 36, and
the whole is 1 modulo 1271 = 31 x 41. One wrong character shifts the value by d * 36^k with
0 < |d| < 36, two neighbours swapped by 35 * d * 36^k; neither is a multiple of 1271, so both are
always found, in the check characters too. Open Supply Hub's ids inspired the form; theirs end
in one character after five random ones, and the two cannot be mistaken for each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ketenkaart.core.errors import InputError

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COUNTING = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COUNTING_LENGTH = 5
HIGHEST_NUMBER = len(COUNTING) ** COUNTING_LENGTH - 1
MODULUS = 1271
ID_LENGTH = 20
_BARE = re.compile(rf"([A-Z]{{3}})([12][0-9]{{3}})([0-9]{{3}})([{COUNTING}]{{5}})([0-9A-Z]{{2}})")
_PARTED = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{7}-[0-9A-Z]{5}-[0-9A-Z]{2}")


class FacilityIdError(InputError):
    """A text that is no id of a facility: wrong form, or check characters that do not fit."""

    code = "facility_id"


@dataclass(frozen=True, slots=True)
class FacilityId:
    """The parts of an id: where and on which day it was given, and the how-manieth that day."""

    country: str
    day: date
    number: int

    def __str__(self) -> str:
        """Return the id as it is written, with its check characters."""
        return _written(self.country, self.day, self.number)


def make_id(country: str, day: date, number: int) -> str:
    """Return the id of the facility that is number `number` (from 1) of a country on a day.

    Raises `FacilityIdError` for a country that is no alpha-3 code or a number out of range.

    >>> make_id("BGD", date(2026, 11, 22), 1)
    'BGD-2026326-00001-PQ'
    """
    if re.fullmatch(r"[A-Z]{3}", country) is None:
        raise FacilityIdError(
            f"{country[:20]!r} is no alpha-3 country code", where="country", fix="Write it as BGD."
        )
    if not 1 <= number <= HIGHEST_NUMBER:
        raise FacilityIdError(
            f"{number} is no number of a facility",
            where="number",
            fix=f"A country gets 1 to {HIGHEST_NUMBER} ids a day.",
        )
    return _written(country, day, number)


def parse_id(text: str) -> FacilityId:
    """Return the parts of an id, written with or without its hyphens, in capitals or not.

    Raises `FacilityIdError` that says what is wrong with it.

    >>> parse_id("bgd202632600001pq").number
    1
    """
    given = text.strip().upper()
    bare = given.replace("-", "") if _PARTED.fullmatch(given) else given
    found = _BARE.fullmatch(bare) if text.isascii() else None
    if found is None:
        raise FacilityIdError(
            f"{text[:40]!r} is no id of a facility",
            where="id",
            fix="An id looks like BGD-2026326-00001-PQ.",
        )
    if _value(bare) % MODULUS != 1:
        raise FacilityIdError(
            f"{text[:40]!r} does not fit its check characters",
            where="id",
            fix="A character is wrong or two are swapped: look at where you copied it from.",
        )
    country, year, day_of_year, counted, _ = found.groups()
    day = date(int(year), 1, 1) + timedelta(days=int(day_of_year) - 1)
    number = _counted(counted)
    if day.year != int(year) or number == 0:
        raise FacilityIdError(
            f"{text[:40]!r} names a day or a number that is none",
            where="id",
            fix="An id looks like BGD-2026326-00001-PQ.",
        )
    return FacilityId(country, day, number)


def canonical_id(text: str) -> str:
    """Return an id as it is stored; raise `FacilityIdError` for a text that is none.

    >>> canonical_id(" bgd202632600001pq ")
    'BGD-2026326-00001-PQ'
    """
    return str(parse_id(text))


def _written(country: str, day: date, number: int) -> str:
    moment = f"{day.year:04d}{day.timetuple().tm_yday:03d}"
    counted = "".join(
        COUNTING[number // len(COUNTING) ** place % len(COUNTING)]
        for place in reversed(range(COUNTING_LENGTH))
    )
    check = (1 - _value(f"{country}{moment}{counted}00")) % MODULUS
    return f"{country}-{moment}-{counted}-{DIGITS[check // 36]}{DIGITS[check % 36]}"


def _value(text: str) -> int:
    return int(text, 36)


def _counted(text: str) -> int:
    number = 0
    for sign in text:
        number = number * len(COUNTING) + COUNTING.index(sign)
    return number
