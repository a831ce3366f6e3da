"""Merge the largest values of a variable, so that nobody's can be read or estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.types import Top
from ketenkaart.core.monitor.types import Codes, Floats


@dataclass(frozen=True, slots=True)
class Merged:
    """What one tail became: rows and units merged, and their common value.

    `nearest` is the nearest value that stays as it was, None where none does; the values merged are
    told by nothing else, for the least of them is somebody's.
    """

    tail: str
    rows: int
    units: int
    nearest: float | None
    value: float


def top_code(
    values: Floats, units: Codes, weights: Floats, rule: Top
) -> tuple[Floats, tuple[Merged, ...]]:
    """Return values of which each tail has one value, its weighted mean, and what was merged.

    The weighted total stays what it was. All arrays have shape (rows,); rows without a known value
    are left out by the caller. Raises `InputError` where the rule cannot be met by merging.
    """
    found = values.copy()
    merged = [_merge(found, values, units, weights, rule, "upper")]
    if rule.tails == "both":
        merged.append(_merge(found, values, units, weights, rule, "lower"))
        if merged[0].rows + merged[1].rows > len(values):
            raise InputError(
                "The largest and the smallest values that must be merged meet each other",
                fix="Drop the variable, or give it classes by a hierarchy.",
            )
    return found, tuple(merged)


def _merge(
    found: Floats, values: Floats, units: Codes, weights: Floats, rule: Top, tail: str
) -> Merged:
    """Merge one tail in place; the p % rule of Hundepool and others (2012), section 4.2."""
    signed = values if tail == "upper" else -values
    order = np.argsort(-signed, kind="stable")
    count = _count(signed, order, units, rule)
    inside = signed >= signed[order[count - 1]]
    value = float(np.average(values[inside], weights=weights[inside]))
    found[inside] = value
    kept = signed[~inside]
    nearest = None if not len(kept) else float(kept.max() if tail == "upper" else -kept.max())
    return Merged(tail, int(inside.sum()), len(np.unique(units[inside])), nearest, value)


def _count(signed: Floats, order: Codes, units: Codes, rule: Top) -> int:
    """Return how many of the largest rows are merged."""
    first = 0
    if rule.above is not None:
        first = int((signed > np.quantile(signed, rule.above)).sum())
    given: dict[int, float] = {}
    for place, row in enumerate(order, start=1):
        unit = int(units[row])
        given[unit] = given.get(unit, 0.0) + abs(float(signed[row]))
        if place >= first and len(given) >= rule.least and _hidden(given, rule.percent):
            return place
    raise InputError(
        f"No merging of values hides the largest unit: {len(given)} units have a value",
        fix="Drop the variable, or give it classes by a hierarchy.",
    )


def _hidden(given: dict[int, float], percent: float) -> bool:
    largest = sorted(given.values(), reverse=True)
    return sum(largest[2:]) >= percent / 100 * largest[0]
