"""Geometry of the pictures: places on a scale from 0 to 100, for SVG that the server draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketenkaart.core.governance.answers import (
    Between,
    GapAnswer,
    Interval,
    MissingFact,
    SeriesPoint,
)

PLOT_HEIGHT = 160
LEAST_WIDTH = 0.8
LEAST_HEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on a scale of per cents: where it starts, how long it is, and its centre.

    `known_start` and `known_width` are the part that instruments of known reach leave open;
    they and `centre` are `None` where undefined.
    """

    start: str
    width: str
    known_start: str | None
    known_width: str | None
    centre: str | None


def interval_bar(interval: Interval, known: Between) -> Bar | None:
    """Return the bar of an interval of shares, or `None` where the interval is undefined.

    >>> from ketenkaart.core.governance.answers import Between, Interval
    >>> bar = interval_bar(Interval(low=0.25, central=0.5, high=1.0), Between(low=0.4, high=1.0))
    >>> bar.start, bar.width, bar.known_start, bar.known_width, bar.centre
    ('25.00%', '75.00%', '40.00%', '60.00%', '50.00%')
    """
    whole = _stretch(interval.low, interval.high)
    if whole is None:
        return None
    inner = _stretch(known.low, known.high)
    centre = None if interval.central is None else f"{interval.central * 100:.2f}%"
    return Bar(
        start=whole[0],
        width=whole[1],
        known_start=inner[0] if inner else None,
        known_width=inner[1] if inner else None,
        centre=centre,
    )


def weighed(answer: GapAnswer) -> list[tuple[MissingFact, str]]:
    """Return the missing facts of an answer, each with what it may be worth as a length."""
    return [(fact, f"{(fact.at_most or 0) * 100:.2f}%") for fact in answer.missing_facts]


def _stretch(low: float | None, high: float | None) -> tuple[str, str] | None:
    if low is None or high is None:
        return None
    width = max((high - low) * 100, LEAST_WIDTH)
    return f"{min(low * 100, 100 - width):.2f}%", f"{width:.2f}%"


@dataclass(frozen=True, slots=True)
class Column:
    """One year of the series: places in per cents across and in pixels down."""

    year: int
    x: str
    left: str
    width: str
    top: float
    height: float
    known_top: float | None
    known_height: float | None
    centre: float | None


def series_columns(points: Sequence[SeriesPoint]) -> tuple[Column, ...]:
    """Return one column per year with a defined gap; full height stands for 100 %."""
    step = 100 / max(len(points), 1)
    columns = []
    for index, point in enumerate(points):
        gap = point.gap
        whole = _drop(gap.low, gap.high)
        if whole is None:
            continue
        inner = _drop(point.gap_known_reach.low, point.gap_known_reach.high) or (None, None)
        columns.append(
            Column(
                year=point.as_of.year,
                x=f"{(index + 0.5) * step:.2f}%",
                left=f"{(index + 0.3) * step:.2f}%",
                width=f"{0.4 * step:.2f}%",
                top=whole[0],
                height=whole[1],
                known_top=inner[0],
                known_height=inner[1],
                centre=None if gap.central is None else round((1 - gap.central) * PLOT_HEIGHT, 1),
            )
        )
    return tuple(columns)


def _drop(low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is None or high is None:
        return None
    height = max(round((high - low) * PLOT_HEIGHT, 1), LEAST_HEIGHT)
    return min(round((1 - high) * PLOT_HEIGHT, 1), PLOT_HEIGHT - height), height


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
