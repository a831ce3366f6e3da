"""Geometry of a series: years in per cents across, values in pixels down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

from ketenkaart.core.monitor.indicators import Scale
from ketenkaart.services.monitor.indicators import IndicatorAnswer, in_words

HEIGHT = 240
MARGIN = 22
EDGE = 2.0
"""Per cents left free on either side, so that no mark is cut off."""
DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with the interval around it, if one is known; `label` says it in words."""

    x: str
    y: float
    top: float | None
    bottom: float | None
    label: str
    is_comparable: bool


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: a line from the day it was set to its day."""

    start: str
    end: str
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class SeriesPicture:
    """Marks of waves, aims, what is expected, and the lines behind them."""

    height: int
    levels: tuple[tuple[float, float], ...]
    years: tuple[tuple[str, int], ...]
    waves: tuple[Mark, ...]
    aims: tuple[Aim, ...]
    expected: tuple[Mark, ...]

    @property
    def has_apart(self) -> bool:
        """Whether a wave cannot be compared with the newest."""
        return not all(mark.is_comparable for mark in self.waves)


def series_picture(answer: IndicatorAnswer) -> SeriesPicture | None:
    """Return the picture of an indicator, or None where nothing was measured."""
    waves = [wave for wave in answer.waves if wave.value is not None]
    if not waves:
        return None
    ahead = [item.projection for item in answer.targets if item.projection is not None]
    days = [wave.on for wave in waves]
    days += [day for item in answer.targets for day in (item.target.set_on, item.target.on)]
    first, last = min(days).year, max(days).year + 1
    figures = [value for wave in waves for value in (wave.value, wave.high) if value is not None]
    figures += [item.target.value for item in answer.targets]
    figures += [item.high for item in ahead]
    scale = answer.indicator.scale
    top = 1.0 if scale is Scale.SHARE else _round_up(max(figures))

    def across(day: date) -> str:
        whole = (day - date(first, 1, 1)).days / ((last - first) * DAYS)
        return f"{EDGE + (100 - 2 * EDGE) * min(1.0, whole):.2f}%"

    def down(value: float) -> float:
        return round(MARGIN + (1 - value / top) * (HEIGHT - 2 * MARGIN), 1)

    return SeriesPicture(
        HEIGHT,
        tuple((down(top * part / 4), top * part / 4) for part in range(5)),
        tuple(_years(first, last)),
        tuple(
            Mark(
                across(wave.on),
                down(wave.value or 0.0),
                None if wave.high is None else down(wave.high),
                None if wave.low is None else down(wave.low),
                f"{wave.on.isoformat()}: {in_words(wave.value or 0.0, scale)}",
                wave.is_comparable,
            )
            for wave in waves
        ),
        tuple(
            Aim(
                across(item.target.set_on),
                across(item.target.on),
                down(item.target.value),
                f"{item.target.on.isoformat()}: {in_words(item.target.value, scale)}",
            )
            for item in answer.targets
        ),
        tuple(
            Mark(
                across(item.on), down(item.value), down(item.high), down(item.low),
                f"{item.on.isoformat()}: {in_words(item.value, scale)}", True,
            )
            for item in ahead
        ),
    )  # fmt: skip


def _years(first: int, last: int) -> Iterator[tuple[str, int]]:
    step = max(1, ceil((last - first) / 6))
    for year in range(first, last, step):
        yield f"{EDGE + (100 - 2 * EDGE) * (year - first) / (last - first):.2f}%", year


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 4, 5, 8 or 10 times a power of ten.

    >>> _round_up(6289), _round_up(0.3)
    (8000.0, 0.4)
    """
    power = 10 ** ceil(log10(max(value, 1e-9)))
    steps = (0.1, 0.2, 0.4, 0.5, 0.8, 1.0)
    return float(next(step * power for step in steps if step * power >= value * (1 - 1e-12)))
