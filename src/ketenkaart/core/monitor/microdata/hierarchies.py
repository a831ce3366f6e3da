"""Make values coarser, level by level, and say what each level loses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.types import ALL, Hierarchy
from ketenkaart.core.monitor.types import STATES, Codes, Floats

MISSING = frozenset(STATES[1:])
_DAY = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?\Z")
_NACE = re.compile(r"[0-9]{2}(?:\.?[0-9]{1,2}){0,2}\Z")
Step = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Levels:
    """A column at every level: which label each row has there, and what that loses.

    `codes[level]` has shape (values,): the label of each original value; `labels[level]` are the
    labels; `losses[level]`, shape (values,), the normalised certainty penalty of each value, from 0
    (as it was) to 1 (everything): values under the label less one, over all values less one.
    """

    name: str
    values: tuple[str, ...]
    codes: tuple[Codes, ...]
    labels: tuple[tuple[str, ...], ...]
    losses: tuple[Floats, ...]
    importance: float = 1.0

    @property
    def top(self) -> int:
        """Return the level at which everything is one."""
        return len(self.codes) - 1


def levels_of(
    name: str,
    hierarchy: Hierarchy,
    values: Sequence[str],
    *,
    sections: Mapping[str, str],
    importance: float = 1.0,
) -> Levels:
    """Return every level of a column of these different values.

    `sections` gives the section of each NACE division. Words for what is missing stay apart at
    every level but the last. Raises `InputError` naming the value that the hierarchy does not know;
    `where` is then the value itself, for the caller to find its row.
    """
    chains = [_chain(hierarchy, value, sections) for value in values]
    codes, labels, losses = [], [], []
    for level in range(len(chains[0]) if chains else 1):
        column = [chain[level] for chain in chains]
        found = tuple(sorted(set(column)))
        place = {label: k for k, label in enumerate(found)}
        own = np.array([place[label] for label in column], dtype=np.int64)
        under = np.bincount(own, minlength=len(found)) - 1
        penalty = under[own] / max(1, len(values) - 1)
        codes.append(own)
        labels.append(found)
        losses.append(penalty.astype(np.float64))
    return Levels(name, tuple(values), tuple(codes), tuple(labels), tuple(losses), importance)


def level_names(hierarchy: Hierarchy) -> tuple[str, ...]:
    """Return what the levels are called, from the value as it was to everything.

    >>> level_names(Hierarchy(kind="nace"))
    ('value', 'group', 'division', 'section', 'all')
    """
    if hierarchy.kind == "nace":
        middle: tuple[str, ...] = ("group", "division", "section")
    elif hierarchy.kind == "date":
        middle = hierarchy.parts
    elif hierarchy.kind == "breaks":
        middle = tuple(f"{len(level) + 1} classes" for level in hierarchy.breaks)
    elif hierarchy.kind == "prefix":
        middle = tuple(f"first {count}" for count in hierarchy.keep)
    else:
        middle = tuple(f"{len(level)} groups" for level in hierarchy.groups)
    return ("value", *middle, "all")


def _chain(hierarchy: Hierarchy, value: str, sections: Mapping[str, str]) -> list[str]:
    """Return a value at every level."""
    depth = len(level_names(hierarchy)) - 2
    if value in MISSING:
        return [*[value] * (depth + 1), ALL]
    made = {
        "nace": _nace, "breaks": _breaks, "date": _date, "prefix": _prefix, "groups": _groups,
    }[hierarchy.kind](hierarchy, value, sections)  # fmt: skip
    return [value, *made, ALL]


def _unknown(value: str, noun: str, fix: str) -> InputError:
    return InputError(f"{value[:60]!r} is {noun}", where=value, fix=fix)


def _nace(_: Hierarchy, value: str, sections: Mapping[str, str]) -> list[str]:
    digits = value.replace(".", "")
    if not _NACE.match(value) or digits[:2] not in sections:
        raise _unknown(value, "no NACE code", "Write class, group or division, as 14.13 or 14.")
    return [digits[:3], digits[:2], sections[digits[:2]]]


def _breaks(hierarchy: Hierarchy, value: str, _: Mapping[str, str]) -> list[str]:
    try:
        number = float(value)
    except ValueError:
        raise _unknown(value, "no number", "Correct it, or say why it is missing.") from None
    return [class_of(number, breaks) for breaks in hierarchy.breaks]


def class_of(number: float, breaks: Sequence[float]) -> str:
    """Return the class of a number: from a break up to, not including, the next.

    >>> class_of(49, (10, 50)), class_of(50, (10, 50)), class_of(3, (10, 50))
    ('10 to under 50', '50 and more', 'under 10')
    """
    place = bisect_right(breaks, number)
    if place == 0:
        return f"under {breaks[0]:g}"
    if place == len(breaks):
        return f"{breaks[-1]:.12g} and more"
    return f"{breaks[place - 1]:.12g} to under {breaks[place]:.12g}"


def _date(hierarchy: Hierarchy, value: str, _: Mapping[str, str]) -> list[str]:
    found = _DAY.match(value)
    if not found:
        raise _unknown(value, "no date", "Write 2026-11-22, 2026-11 or 2026.")
    year, month, _day = found.groups()
    parts = {
        "month": f"{year}-{month}" if month else year,
        "quarter": f"{year}-Q{(int(month) + 2) // 3}" if month else year,
        "year": year,
    }
    return [parts[part] for part in hierarchy.parts]


def _prefix(hierarchy: Hierarchy, value: str, _: Mapping[str, str]) -> list[str]:
    return [value[:count] + "…" if len(value) > count else value for count in hierarchy.keep]


def _groups(hierarchy: Hierarchy, value: str, _: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    below = value
    for level, groups in enumerate(hierarchy.groups, start=1):
        above = next((name for name, members in groups.items() if below in members), None)
        if above is None:
            raise _unknown(below, f"in no group of level {level}", "Add it to a group.")
        found.append(above)
        below = above
    return found
