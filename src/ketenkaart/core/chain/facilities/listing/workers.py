"""Read a number of workers as lists give it: a figure, a range, or an open end."""

from __future__ import annotations

import re

from ketenkaart.core.chain.facilities.types import Workers

_FIGURE = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+"
_RANGE = re.compile(rf"({_FIGURE})\s*(?:-|–|—|to|tot|t/m|à|a|bis|até|~)\s*({_FIGURE})", re.I)
_LEAST = re.compile(
    rf"(?:>=?|more than|over|above|meer dan|plus de|más de|mais de|mehr als|über)\s*({_FIGURE})"
    rf"|({_FIGURE})\s*(?:\+|or more|en meer|et plus|y más|und mehr)",
    re.I,
)
_MOST = re.compile(
    rf"(?:<=?|less than|fewer than|under|up to|minder dan|tot|moins de|menos de|weniger als|bis)"
    rf"\s*({_FIGURE})",
    re.I,
)


def read_workers(text: str) -> Workers | None:
    """Return how many people work somewhere; `None` for a text that does not say it clearly.

    "Fewer than 50" is 0 to 50: whether the bound itself counts is not for us to guess.

    >>> read_workers("1,001-5,000"), read_workers("> 500"), read_workers("1.200")
    (Workers(low=1001, high=5000), Workers(low=500, high=None), Workers(low=1200, high=1200))
    """
    given = text.strip()
    if re.fullmatch(_FIGURE, given):
        return Workers(_figure(given), _figure(given))
    found = _RANGE.fullmatch(given)
    if found is not None:
        low, high = _figure(found[1]), _figure(found[2])
        return Workers(low, high) if low <= high else None
    found = _LEAST.fullmatch(given)
    if found is not None:
        return Workers(_figure(found[1] or found[2]), None)
    found = _MOST.fullmatch(given)
    return Workers(0, _figure(found[1])) if found is not None else None


def _figure(text: str) -> int:
    return int("".join(sign for sign in text if sign.isdecimal()))
