"""From an answer as a person writes it to cells: typed, with its unit, nothing guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from math import inf
from typing import Any, Literal

from ketenkaart.core.governance.rules.types import Line, LineTable
from ketenkaart.core.governance.rules.values import Cell, Span
from ketenkaart.core.governance.rules.vocabulary import FactDefinition, Vocabulary
from ketenkaart.core.provenance import State

STATES = {state.value: state for state in State if state is not State.KNOWN}
YES_NO = {"yes": 1.0, "no": 0.0, True: 1.0, False: 0.0}
_AMOUNT = r"[0-9]+(?:[_ ][0-9]{3})*(?:\.[0-9]+)?"
_NUMBER = re.compile(rf"({_AMOUNT})(?:\s*\.\.\s*({_AMOUNT}))?\Z")
_MONEY = re.compile(rf"({_AMOUNT}(?:\s*\.\.\s*{_AMOUNT})?)\s+([A-Z]{{3}})\Z")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})\Z")
MOST = 1e18
Fit = Literal["is", "inside", "around", "maybe", "outside"]


def read_state(raw: Any) -> State | None:
    """Return the state that stands in place of a value, or `None` where there is a value.

    >>> read_state(None).value, read_state("refused").value, read_state(0)
    ('unknown', 'refused', None)
    """
    if raw is None:
        return State.UNKNOWN
    return STATES.get(raw) if isinstance(raw, str) else None


def read_span(
    definition: FactDefinition, raw: Any, year: int, vocabulary: Vocabulary, table: LineTable | None
) -> dict[Cell, Span]:
    """Return the cells that one answer fills, for one year or (0) for all.

    Raises `ValueError` with words for the reader when the answer does not fit the kind of fact.
    """
    fact = definition.id
    if definition.kind == "money":
        return {Cell(fact, unit, year): span for unit, span in _money(raw).items()}
    if definition.kind == "list":
        return _list(definition, raw, year, vocabulary)
    if definition.kind == "quantities":
        assert table is not None  # noqa: S101 - checked when the vocabulary was read
        return _quantities(fact, raw, year, table)
    single = {
        "yes_no": _yes_no, "count": _count, "date": _date, "month_day": _month_day,
    }  # fmt: skip
    if definition.kind == "code":
        span = _code(definition, raw, vocabulary)
    else:
        span = single[definition.kind](raw)
    return {Cell(fact, "", year): span}


def _yes_no(raw: Any) -> Span:
    if not isinstance(raw, str | bool) or raw not in YES_NO:
        raise ValueError("Write yes or no, or unknown")
    return YES_NO[raw], YES_NO[raw]


def _count(raw: Any) -> Span:
    if isinstance(raw, str):
        match = _NUMBER.match(raw.strip())
        if match is None:
            raise ValueError("Write a number, such as 1200, or two ends, such as 900..1100")
        return _ends(match[1], match[2])
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError("Write a number, such as 1200")
    if not 0 <= raw <= MOST:
        raise ValueError("A number here is not negative, nor larger than 10^18")
    return float(raw), float(raw)


def _ends(first: str, second: str | None) -> Span:
    low = float(re.sub(r"[_ ]", "", first))
    high = low if second is None else float(re.sub(r"[_ ]", "", second))
    if low > high:
        raise ValueError(f"The lower end {first} is above the upper end {second}")
    if high > MOST:
        raise ValueError("A number here is not larger than 10^18")
    return low, high


def _money(raw: Any) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for one in raw if isinstance(raw, list) else [raw]:
        if isinstance(one, int | float) and not isinstance(one, bool):
            raise ValueError(f"The unit is missing: write the currency, such as {one} EUR")
        match = _MONEY.match(one.strip()) if isinstance(one, str) else None
        number = _NUMBER.match(match[1]) if match else None
        if match is None or number is None:
            raise ValueError("Write an amount with its currency, such as 450000000 EUR")
        if match[2] in found:
            raise ValueError(f"An amount in {match[2]} stands here twice")
        found[match[2]] = _ends(number[1], number[2])
    if not found:
        raise ValueError("Write at least one amount with its currency")
    return found


def _date(raw: Any) -> Span:
    try:
        day = float(date.fromisoformat(raw).toordinal())
    except (TypeError, ValueError):
        raise ValueError("Write a date as YYYY-MM-DD") from None
    return day, day


def _month_day(raw: Any) -> Span:
    match = _MONTH_DAY.match(raw) if isinstance(raw, str) else None
    # A leap year, so that 02-29 is a day.
    if match is None or not 1 <= int(match[1]) <= 12:
        raise ValueError("Write the last day of the financial year as MM-DD, such as 12-31")
    month, day = int(match[1]), int(match[2])
    if not 1 <= day <= monthrange(2024, month)[1]:
        raise ValueError(f"Month {month} has no day {day}")
    return float(100 * month + day), float(100 * month + day)


def _choice(definition: FactDefinition, raw: Any, vocabulary: Vocabulary) -> str:
    word = vocabulary.spellings.get(raw, raw) if isinstance(raw, str) else raw
    if word not in definition.choices:
        near = get_close_matches(str(word), definition.choices) or definition.choices[:8]
        raise ValueError(f"Unknown code {str(raw)[:40]!r}: write one such as {', '.join(near)}")
    return str(word)


def _code(definition: FactDefinition, raw: Any, vocabulary: Vocabulary) -> Span:
    place = float(definition.choices.index(_choice(definition, raw, vocabulary)))
    return place, place


def _list(
    definition: FactDefinition, raw: Any, year: int, vocabulary: Vocabulary
) -> dict[Cell, Span]:
    """A list is complete; a mapping says of each choice yes, no or unknown, and leaves the rest."""
    if isinstance(raw, Mapping):
        found: dict[Cell, Span] = {}
        for key, value in raw.items():
            choice = _choice(definition, key, vocabulary)
            if read_state(value) is None:
                found[Cell(definition.id, choice, year)] = _yes_no(value)
        return found
    if raw == "none":
        raw = []
    if not isinstance(raw, list):
        raise ValueError("Write a list, such as [cocoa, wood], or none")
    chosen = {_choice(definition, item, vocabulary) for item in raw}
    return {
        Cell(definition.id, choice, year): (float(choice in chosen),) * 2
        for choice in definition.choices
    }


def _quantities(fact: str, raw: Any, year: int, table: LineTable) -> dict[Cell, Span]:
    """Spread quantities by goods code over the lines of a table, as low and high ends.

    A code inside a line adds to it; a wider code, or one of which the line is only a part, may.
    Lines that no code covers are unknown, unless `other: 0` says that there is nothing else.
    """
    given, is_complete = _by_code(raw, {line.id for line in table.lines})
    _refuse_overlaps(given, table)
    found: dict[Cell, Span] = {}
    for line in table.lines:
        low, high, covered = 0.0, 0.0, is_complete
        for code, span in given.items():
            fits = line_fit(code, line)
            low += span[0] if fits in ("is", "inside") else 0.0
            high += span[1] if fits != "outside" else 0.0
            covered = covered or fits in ("is", "around")
        if covered or low:
            found[Cell(fact, line.id, year)] = (low, high if covered else inf)
    return found


def _by_code(raw: Any, ids: set[str]) -> tuple[dict[str, Span], bool]:
    """Return the quantity per code, and whether there is nothing else."""
    if not isinstance(raw, Mapping) or not raw:
        raise ValueError('Write quantities by code, such as {"26090000": 6000, other: 0}')
    given: dict[str, Span] = {}
    is_complete = False
    for key, value in raw.items():
        if key == "other":
            if read_state(value) is None and _count(value) != (0.0, 0.0):
                raise ValueError("Write other: 0 if there is nothing else, or leave it out")
            is_complete = read_state(value) is None
        elif read_state(value) is None:
            code = key if key in ids else re.sub(r"[ .]", "", str(key))
            if code not in ids and not re.fullmatch(r"[0-9]{2,10}", code):
                raise ValueError(f"{str(key)[:40]!r} is no goods code of 2 to 10 digits")
            if code in given:
                raise ValueError(f"The code {code} stands here twice")
            given[code] = _count(value)
    return given, is_complete


def _refuse_overlaps(given: Mapping[str, Span], table: LineTable) -> None:
    codes = {line.id: line.full_code or line.code for line in table.lines}
    for code in given:
        for other in given:
            wide = codes.get(other, other)
            if other != code and other not in codes and codes.get(code, code).startswith(wide):
                raise ValueError(f"{code} is counted in {other} as well: give only one of them")


def line_fit(code: str, line: Line) -> Fit:
    """Return how a goods code lies to a line: is, inside, around or maybe (a part), or outside."""
    exact = line.full_code if line.is_part else line.code
    if code in (line.id, exact):
        return "is"
    if exact is not None and code.startswith(exact):
        return "inside"
    if line.code.startswith(code):
        return "around"
    if line.is_part and line.full_code is None and code.startswith(line.code):
        return "maybe"
    if line.is_part and line.full_code is not None and line.full_code.startswith(code):
        return "around"
    return "outside"
