"""Geometry of intervals beside each other: a line per estimate, in per cents across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from ketenkaart.core.monitor.types import EstimateRow

ROW = 38
TOP = 22
EDGE = 3.0
WRITTEN = 0.9
"""Nearer to the right edge a figure would not fit."""


@dataclass(frozen=True, slots=True)
class IntervalMark:
    """An estimate: where its line begins and ends, its point, and what it is called."""

    y: int
    x: str
    start: str | None
    end: str | None
    label: str


@dataclass(frozen=True, slots=True)
class IntervalPicture:
    """The intervals of one statistic, with ticks of the scale that they share."""

    statistic: str
    height: int
    marks: tuple[IntervalMark, ...]
    ticks: tuple[tuple[str, float], ...]


def interval_pictures(rows: Sequence[EstimateRow]) -> list[IntervalPicture]:
    """Return a picture per statistic; none of one that has no estimate."""
    names = list(dict.fromkeys(row.statistic for row in rows))
    found = [_picture(name, [row for row in rows if row.statistic == name]) for name in names]
    return [picture for picture in found if picture is not None]


def _picture(name: str, rows: Sequence[EstimateRow]) -> IntervalPicture | None:
    figures = [v for row in rows for v in (row.estimate, row.low, row.high) if v is not None]
    if not figures:
        return None
    first, last = min(figures), max(figures)
    width = (last - first) or max(abs(first), 1.0)

    def across(value: float) -> str:
        return f"{EDGE + (100 - 2 * EDGE) * (value - first) / width:.2f}%"

    marks = tuple(
        IntervalMark(
            TOP + ROW * k + 26,
            across(row.estimate),
            None if row.low is None else across(row.low),
            None if row.high is None else across(row.high),
            row.domain or row.statistic,
        )
        for k, row in enumerate(row for row in rows if row.estimate is not None)
        if row.estimate is not None
    )
    step = round_step(width)
    ticks = tuple(
        (across(k * step), k * step)
        for k in range(ceil(first / step), floor((first + width * WRITTEN) / step) + 1)
    )
    return IntervalPicture(name, TOP + ROW * len(marks) + 6, marks, ticks)


def round_step(width: float) -> float:
    """Return 1, 2 or 5 times a power of ten, of which two to five go in a width.

    >>> round_step(103.0), round_step(0.56)
    (50.0, 0.2)
    """
    power = 10.0 ** floor(log10(width / 2))
    return max(part * power for part in (1, 2, 5) if part * power <= width / 2)
