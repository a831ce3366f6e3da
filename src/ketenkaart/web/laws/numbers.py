"""Numbers as people type them, in Dutch and in English; what can mean two things is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKS = {"nl": (".", ","), "en": (",", ".")}
SIZES = {
    "duizend": 10**3, "thousand": 10**3, "k": 10**3,
    "mln": 10**6, "miljoen": 10**6, "million": 10**6, "mn": 10**6,
    "mld": 10**9, "miljard": 10**9, "billion": 10**9, "bn": 10**9,
}  # fmt: skip
_AMOUNT = re.compile(r"([0-9][0-9.,\s\u00a0\u202f_']*)([a-z]*)\.?\Z")
_SPACES = re.compile(r"[\s\u00a0\u202f_']")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):  # noqa: N818 - it says what is wrong, in a word
    """What was typed is no number: `why` is number, ambiguous or range."""

    why: str


def typed(text: str, language: str) -> str:
    """Return what was typed as it stands in a file of facts: `1200` or `900..1100`.

    >>> typed("1.200", "nl"), typed("1,200", "en"), typed("450 mln", "nl"), typed("1,5 mln", "nl")
    ('1200', '1200', '450000000', '1500000')
    >>> typed("400..500 million", "en")
    '400000000..500000000'

    Raises `Unreadable`.
    """
    if len(text) > LONGEST:
        raise Unreadable("number")
    ends = [end.strip() for end in text.casefold().split("..")]
    if len(ends) > 2:
        raise Unreadable("number")
    found = [_split(end) for end in ends]
    # `400..500 million` gives the size once.
    if len(found) == 2 and not found[0][1]:
        found[0] = (found[0][0], found[1][1])
    values = [_value(digits, size, language) for digits, size in found]
    if len(values) == 2 and values[0] > values[1]:
        raise Unreadable("range")
    return "..".join(str(int(value)) if value == int(value) else f"{value:.2f}" for value in values)


def _split(text: str) -> tuple[str, str]:
    match = _AMOUNT.match(text)
    if match is None or (match[2] and match[2] not in SIZES):
        raise Unreadable("number")
    return _SPACES.sub("", match[1]), match[2]


def _value(digits: str, size: str, language: str) -> float:
    thousands, decimal = MARKS[language]
    mark, other = re.escape(thousands), re.escape(decimal)
    if re.fullmatch(rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{other}[0-9]+)?", digits):
        digits = digits.replace(thousands, "")
    elif thousands in digits:
        raise Unreadable("ambiguous")
    elif not size and re.fullmatch(rf"[1-9][0-9]{{0,2}}{other}[0-9]{{3}}", digits):
        # 1,200 on a Dutch page: the other language's way to write 1200, or 1.2?
        raise Unreadable("ambiguous")
    try:
        value = float(digits.replace(decimal, "."))
    except ValueError:
        raise Unreadable("number") from None
    return round(value * SIZES.get(size, 1), 2)
