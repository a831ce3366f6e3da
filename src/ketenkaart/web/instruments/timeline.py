"""Geometry of a timeline: status as bands, series as points, one scale of days for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ketenkaart.core.governance.dossier import Measure
from ketenkaart.core.governance.types import Instrument

Across = Callable[[date], str]

LANE_HEIGHT = 56
MARGIN = 6
MOST_YEARS = 8


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of one status, in per cents across."""

    x: str
    width: str
    status: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A value on a day, with the ends of its interval; one that is not known lies on the floor."""

    x: str
    y: float
    low: float | None
    high: float | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two known values that follow each other."""

    x: str
    y: float
    end_x: str
    end_y: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One series: its measure, its points, and lines between known neighbours."""

    measure: Measure
    dots: tuple[Dot, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bands of status, lanes of series, and marks for years; `today` is the day asked for."""

    bands: tuple[Band, ...]
    lanes: tuple[Lane, ...]
    years: tuple[tuple[str, int], ...]
    today: str | None


def timeline(instrument: Instrument, day: date) -> Timeline | None:
    """Return the timeline of an instrument, or `None` where fewer than two days are known."""
    days = sorted(_days(instrument))
    if len(days) < 2:
        return None
    first, last = days[0], max(days[-1], min(day, date(days[-1].year + 1, 12, 31)))
    length = max((last - first).days, 1)

    def across(when: date) -> str:
        return f"{max(0.0, min(1.0, (when - first).days / length)) * 100:.2f}%"

    ends = [item.start for item in instrument.status[1:]] + [last]
    bands = tuple(
        Band(
            across(item.start),
            f"{max((end - item.start).days, 0) / length * 100:.2f}%",
            item.value.value,
        )
        for item, end in zip(instrument.status, ends, strict=True)
    )
    lanes = tuple(_lane(measure, across) for measure in instrument.measures)
    today = across(day) if first <= day <= last else None
    return Timeline(bands, lanes, _years(first, last, across), today)


def _days(instrument: Instrument) -> Iterable[date]:
    yield from (item.start for item in instrument.status)
    yield from (point.on for measure in instrument.measures for point in measure.points)
    if instrument.term is not None and instrument.term.end is not None:
        yield instrument.term.end


def _lane(measure: Measure, across: Across) -> Lane:
    tops = [point.ends[1] for point in measure.points if point.value is not None]
    top = max([*tops, 0.0]) or 1.0

    def height(value: float) -> float:
        return round(LANE_HEIGHT - MARGIN - value / top * (LANE_HEIGHT - 2 * MARGIN), 1)

    dots = tuple(
        Dot(
            x=across(point.on),
            y=height(point.value or 0.0),
            low=None if point.low is None else height(point.low),
            high=None if point.high is None else height(point.high),
            is_known=point.value is not None,
        )
        for point in measure.points
    )
    links = tuple(
        Link(dot.x, dot.y, other.x, other.y)
        for dot, other in pairwise(dots)
        if dot.is_known and other.is_known
    )
    return Lane(measure, dots, links)


def _years(first: date, last: date, across: Across) -> tuple[tuple[str, int], ...]:
    years = list(range(first.year + 1, last.year + 1))
    step = max(1, -(-len(years) // MOST_YEARS))
    return tuple((across(date(year, 1, 1)), year) for year in years[::step])
