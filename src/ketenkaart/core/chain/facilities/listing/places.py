"""Read coordinates as people write them, and see whether they lie where the list says."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer

_SIGNED = re.compile(r"([NSEWZ])?\s*([+-]?)\s*(\d{1,3}(?:[.,]\d{0,15})?)\s*°?\s*([NSEWZ])?")
_SEXAGESIMAL = re.compile(
    r"([NSEWZ])?\s*([+-]?)\s*(\d{1,3})\s*(?:°|º|\s|d)\s*(\d{1,2})\s*(?:['’′m]|\s)\s*"
    r"(?:(\d{1,2}(?:[.,]\d{0,9})?)\s*(?:\"|”|″|''|s)?)?\s*([NSEWZ])?",
    re.IGNORECASE,
)
_SPLITS = (r"\s*[;|]\s*", r"\s*,\s+", r"\s+", r"\s*,\s*")
DECIMALS = 7
"""Digits kept: the seventh decimal of a degree is a centimetre."""


@dataclass(frozen=True, slots=True)
class Degrees:
    """A coordinate; `is_latitude` is `None` where no letter says which of the two it is."""

    value: float
    is_latitude: bool | None = None


def read_degrees(text: str) -> Degrees | None:
    """Return a coordinate written in decimals (point or comma) or minutes; `None` for none.

    >>> read_degrees("23,85"), read_degrees("90° 15' 36\\" E")
    (Degrees(value=23.85, is_latitude=None), Degrees(value=90.26, is_latitude=False))
    >>> read_degrees("1.234,5") is None
    True
    """
    given = text.strip()
    found = _SIGNED.fullmatch(given.upper())
    if found is not None:
        before, sign, figure, after = found.groups()
        value = float(figure.replace(",", "."))
    else:
        found = _SEXAGESIMAL.fullmatch(given.upper())
        if found is None:
            return None
        before, sign, whole, minutes, seconds, after = found.groups()
        parts = int(minutes), float((seconds or "0").replace(",", "."))
        if max(parts) >= 60:
            return None
        value = int(whole) + parts[0] / 60 + parts[1] / 3600
    letter = before or after
    if (before and after) or (letter and sign == "-"):
        return None
    is_negative = sign == "-" or letter in ("S", "Z", "W")
    axis = None if letter is None else letter in ("N", "S", "Z")
    return Degrees(round(-value if is_negative else value, DECIMALS), axis)


def read_pair(text: str) -> tuple[Degrees, Degrees] | None:
    """Return two coordinates from one cell, latitude first; `None` where they are not clear.

    >>> read_pair("23,85; 90,26"), read_pair("23.85,90.26") == read_pair("23,85, 90,26")
    ((Degrees(value=23.85, is_latitude=None), Degrees(value=90.26, is_latitude=None)), True)
    """
    given = text.strip().removeprefix("(").removesuffix(")")
    for split in _SPLITS:
        parts = re.split(split, given)
        if len(parts) == 2:
            one, other = read_degrees(parts[0]), read_degrees(parts[1])
            if one is not None and other is not None:
                return one, other
    return None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a pair of coordinates turned out to be.

    `latitude` and `longitude` are those to keep, `None` where they are not to be trusted.
    `problem` is a code, empty for none; `instead` is the one other reading that would fit.
    """

    latitude: float | None
    longitude: float | None
    problem: str = ""
    instead: tuple[float, float] | None = None


def judge_place(
    latitude: Degrees, longitude: Degrees, country: str, gazetteer: Gazetteer, *, mend: bool
) -> Judged:
    """Say whether coordinates can be kept for a place in a country.

    Kept are those in the country's boxes, and those of countries without boxes. Others are left
    out, with the reading that would fit where there is just one: swapped, or with another sign;
    `mend` keeps that one instead.
    """
    lat, lon = latitude.value, longitude.value
    is_swapped = latitude.is_latitude is False or longitude.is_latitude is True
    on_globe = abs(lat) <= 90 and abs(lon) <= 180
    inside = gazetteer.lies_in(lat, lon, country) if on_globe else False
    if inside is None or (inside and not is_swapped):
        swapped_blindly = inside is None and is_swapped
        if not swapped_blindly:
            return Judged(lat, lon)
    if math.hypot(lat, lon) < 0.01:
        return Judged(None, None, "place_is_zero")
    readings = [(lon, lat), (lat, -lon), (-lat, lon), (-lat, -lon)]
    fitting = [
        (y, x)
        for y, x in readings
        if abs(y) <= 90 and abs(x) <= 180 and gazetteer.lies_in(y, x, country)
    ]
    swapped = (lon, lat) in fitting or (is_swapped and abs(lon) <= 90)
    problem = "place_swapped" if swapped else "place_elsewhere" if on_globe else "place_off_globe"
    instead = (lon, lat) if swapped else fitting[0] if len(set(fitting)) == 1 else None
    if mend and instead is not None:
        return Judged(*instead, problem=problem, instead=instead)
    return Judged(None, None, problem, instead)
