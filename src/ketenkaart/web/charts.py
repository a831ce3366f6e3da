"""Geometry of the pictures: places on a scale from 0 to 100, for SVG that the server draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketenkaart.core.governance.answers import Interval, SeriesPoint

PLOT_HEIGHT = 160
LEAST_WIDTH = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on a scale of per cents: where it starts, how long it is, and its centre.

    `centre` is `None` where no central value is given.
    """

    start: str
    width: str
    centre: str | None


def interval_bar(interval: Interval) -> Bar | None:
    """Return the bar of an interval of shares, or `None` where the interval is undefined.

    >>> from ketenkaart.core.governance.answers import Interval
    >>> interval_bar(Interval(low=0.25, central=0.5, high=1.0))
    Bar(start='25.00%', width='75.00%', centre='50.00%')
    """
    if interval.low is None or interval.high is None:
        return None
    width = max((interval.high - interval.low) * 100, LEAST_WIDTH)
    start = min(interval.low * 100, 100 - width)
    centre = None if interval.central is None else f"{interval.central * 100:.2f}%"
    return Bar(start=f"{start:.2f}%", width=f"{width:.2f}%", centre=centre)


@dataclass(frozen=True, slots=True)
class Column:
    """One year of the series: places in per cents across and in pixels down."""

    year: int
    x: str
    left: str
    width: str
    top: float
    height: float
    centre: float | None


def series_columns(points: Sequence[SeriesPoint]) -> tuple[Column, ...]:
    """Return one column per year with a defined gap; full height stands for 100 %."""
    step = 100 / max(len(points), 1)
    columns = []
    for index, point in enumerate(points):
        gap = point.gap
        if gap.low is None or gap.high is None:
            continue
        columns.append(
            Column(
                year=point.as_of.year,
                x=f"{(index + 0.5) * step:.2f}%",
                left=f"{(index + 0.3) * step:.2f}%",
                width=f"{0.4 * step:.2f}%",
                top=round((1 - gap.high) * PLOT_HEIGHT, 1),
                height=max(round((gap.high - gap.low) * PLOT_HEIGHT, 1), 1.0),
                centre=None if gap.central is None else round((1 - gap.central) * PLOT_HEIGHT, 1),
            )
        )
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar."""

    name: str
    count: int
    start: str
    width: str


def stacked(counts: Mapping[str, int], full: int) -> tuple[Segment, ...]:
    """Return the parts of a stacked bar in the order given; empty parts are left out.

    >>> [s.width for s in stacked({"adopted": 3, "not_adopted": 1}, full=8)]
    ['37.50%', '12.50%']
    """
    segments = []
    before = 0
    for name, count in counts.items():
        if count and full:
            segments.append(
                Segment(name, count, f"{before / full * 100:.2f}%", f"{count / full * 100:.2f}%")
            )
        before += count
    return tuple(segments)
