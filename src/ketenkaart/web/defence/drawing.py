"""Geometry of the tornado: one bar per assumption, on a scale that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from ketenkaart.core.governance.defence.answers import Figure, Standing, Swing
from ketenkaart.core.provenance import Text

LEAST_WIDTH = 0.6
WIDE = 0.6
"""A scale that spans more than this runs from nothing to everything."""
STEPS = 4


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One assumption: its swing, where its bar starts and how long it is.

    `ends` are its two values with the figure that each gives, the one of the left end first.
    """

    swing: Swing
    start: str
    width: str
    ends: tuple[tuple[Text, float | None], tuple[Text, float | None]]


@dataclass(frozen=True, slots=True)
class Tornado:
    """The bars, the place of the declared figure, and the marks of the scale with their labels."""

    bars: tuple[TornadoBar, ...]
    declared: str | None
    marks: tuple[tuple[str, float], ...]


def tornado(swings: Sequence[Swing], declared: Standing, figure: Figure) -> Tornado:
    """Return the tornado of some swings; the scale runs over all their values, in whole tenths.

    A swing without a figure at one of its ends has a bar of no length.
    """
    middle = getattr(declared.gap, figure)
    values = [middle] + [
        getattr(setting.gap, figure) for one in swings for setting in (one.at_low, one.at_high)
    ]
    known = [value for value in values if value is not None]
    first = floor(10 * min(known, default=0.0)) / 10
    last = max(ceil(10 * max(known, default=1.0)) / 10, first + 0.1)
    if last - first > WIDE:
        first, last = 0.0, 1.0
    reach = last - first

    def place(value: float) -> float:
        return (value - first) / reach * 100

    bars = []
    for one in swings:
        low, high = (getattr(setting.gap, figure) for setting in (one.at_low, one.at_high))
        ends = [value for value in (low, high, middle) if value is not None]
        start = place(min(ends)) if low is not None and high is not None else 0.0
        width = place(max(ends)) - start if low is not None and high is not None else 0.0
        if width > 0:
            width = max(width, LEAST_WIDTH)
            start = min(start, 100 - width)
        pairs = ((one.low_value, low), (one.high_value, high))
        is_turned = low is not None and high is not None and high < low
        bars.append(
            TornadoBar(
                one,
                f"{start:.2f}%",
                f"{width:.2f}%",
                (pairs[1], pairs[0]) if is_turned else pairs,
            )
        )
    marks = tuple((f"{k * 100 / STEPS:.0f}%", first + reach * k / STEPS) for k in range(STEPS + 1))
    return Tornado(tuple(bars), None if middle is None else f"{place(middle):.2f}%", marks)
