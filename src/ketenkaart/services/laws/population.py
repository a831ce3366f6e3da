"""What a law would reach in a population of firms if a threshold or a date moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.changing import days_of_change
from ketenkaart.core.governance.rules.moving import Sweep, sweep, thresholds
from ketenkaart.core.governance.rules.types import Law, Number
from ketenkaart.services.laws.book import find_law, law_book, law_day
from ketenkaart.sources.population import read_population

DAY = "as_of"
MOST_POINTS = 1000
USUAL_STEPS = 10
_STEP = re.compile(r"([1-9][0-9]{0,4})([dmy])\Z")
_FORM = "Write NAME=from..to or NAME=from..to..step, such as employees=1000..5000..500."


def sweep_file(path: Path, *, law: str, vary: str, as_of: date | None = None) -> Sweep:
    """Return how the firms of a file come in and out of scope while `vary` moves.

    `vary` is `NAME=from..to[..step]`: the id of a threshold (several, joined by commas, move
    together), or `as_of` with dates and a step such as 6m; without a step, ten steps, or for
    `as_of` every day in between on which the law changes. Raises `InputError`.
    """
    found = find_law(law)
    day = as_of or law_day()
    names, ends = _split(vary)
    if names == [DAY]:
        points: Sequence[Number | date] = _days(ends, found)
    else:
        _require(found, names, day)
        points = _numbers(ends)
    return sweep(found, read_population(path, law_book()), law_book(), day, names, points)


def _split(vary: str) -> tuple[list[str], list[str]]:
    name, sign, rest = vary.partition("=")
    ends = [part.strip() for part in rest.split("..")]
    names = [part.strip() for part in name.split(",") if part.strip()]
    if not sign or not names or len(ends) not in (2, 3) or not all(ends):
        raise InputError(f"{vary[:80]!r} does not say what moves", where="--vary", fix=_FORM)
    return names, ends


def _require(law: Law, names: Sequence[str], day: date) -> None:
    known = thresholds(law, law_book(), day)
    for name in names:
        if name not in known:
            choices = ", ".join(sorted(known)[:12]) or "none on that day"
            raise InputError(
                f"{law.id} has no threshold '{name[:60]}' on {day}",
                where="--vary",
                fix=f"Its thresholds are {choices}; or move as_of.",
            )
        if isinstance(known[name], date):
            raise InputError(f"'{name}' is a date", where="--vary", fix="Move a number, or as_of.")


def _numbers(ends: Sequence[str]) -> list[Number]:
    try:
        low, high, *step = (float(end.replace("_", "")) for end in ends)
    except ValueError:
        raise InputError(
            f"{'..'.join(ends)[:80]!r} is no range of numbers", where="--vary", fix=_FORM
        ) from None
    width = step[0] if step else (high - low) / USUAL_STEPS
    if not 0 <= low <= high < float("inf") or not width >= 0 or (width == 0 and low < high):
        raise InputError(
            "A range goes up from zero or more, in steps above zero", where="--vary", fix=_FORM
        )
    count = 1 if width == 0 else int((high - low) / width + 1e-9) + 1
    _require_few(count)
    found = [low + index * width for index in range(count)]
    if found[-1] < high - 1e-9 * max(1.0, high):
        found.append(high)
    return [int(value) if value == int(value) else value for value in found]


def _days(ends: Sequence[str], law: Law) -> list[date]:
    try:
        first, last = date.fromisoformat(ends[0]), date.fromisoformat(ends[1])
    except ValueError:
        raise InputError(
            f"{'..'.join(ends)[:80]!r} is no range of dates",
            where="--vary",
            fix="Write as_of=2026-01-01..2030-01-01, with a step such as 6m if you like.",
        ) from None
    if first > last:
        raise InputError("The range of dates goes back", where="--vary", fix="Turn it around.")
    if len(ends) == 2:
        between = [day for day in days_of_change(law, law_book()) if first < day < last]
        return sorted({first, *between, last})
    step = _STEP.match(ends[2])
    if step is None:
        raise InputError(f"{ends[2][:20]!r} is no step", where="--vary", fix="Write 30d, 6m or 1y.")
    found, index = [], 0
    while (day := _later(first, int(step[1]) * index, step[2])) < last:
        found.append(day)
        index += 1
        _require_few(index)
    return [*found, last]


def _later(day: date, amount: int, unit: str) -> date:
    if unit == "d":
        return day + timedelta(days=min(amount, (date.max - day).days))
    months = day.year * 12 + day.month - 1 + (amount if unit == "m" else 12 * amount)
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date.max


def _require_few(count: int) -> None:
    if count > MOST_POINTS:
        raise InputError(
            f"That is more than {MOST_POINTS} points", where="--vary", fix="Take a larger step."
        )
