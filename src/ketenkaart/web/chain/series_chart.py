"""The picture of a series: a bar for each year there is a table of, and none for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ketenkaart.web.chain.axis import Axis, axis_of
from ketenkaart.web.chain.wording import spoken_amount
from ketenkaart.web.text import say

HEIGHT, TOP, BOTTOM = 280, 10, 26
WIDEST = 12.0
"""A bar is at most so wide, in per cents, however few years there are."""
LEAST = 0.75
LABELS, FEW_LABELS = 16, 6
"""So many names of years fit on a wide and on a narrow screen."""
CAP = 0.18
"""Half the width of the caps of a whisker, as a share of a bar."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval: where its line stands, its two ends in pixels, and its caps in per cents."""

    x: str
    top: float
    bottom: float
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year: the whole and the part at the places, in per cents across and pixels down."""

    x: str
    width: str
    whole_y: float
    whole: float
    part_y: float
    part: float
    whiskers: tuple[Whisker, ...]
    is_estimate: bool
    title: str


@dataclass(frozen=True, slots=True)
class YearName:
    """The name of a year under the picture; `is_wide` where only a wide screen has room."""

    x: str
    year: int
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Years in a row of which there is no table."""

    x: str
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """The whole picture: marks of its scale in pixels, bars, gaps and names of years."""

    height: int
    unit: str
    levels: tuple[tuple[float, str], ...]
    zero: float
    foot: float
    bars: tuple[YearBar, ...]
    gaps: tuple[Gap, ...]
    years: tuple[YearName, ...]

    @property
    def has_whiskers(self) -> bool:
        """Whether intervals are drawn."""
        return any(bar.whiskers for bar in self.bars)

    @property
    def has_estimates(self) -> bool:
        """Whether a year is of a table that is itself an estimate."""
        return any(bar.is_estimate for bar in self.bars)

    @property
    def name_y(self) -> float:
        """The base line of the names of years."""
        return self.height - 7.0


def series_chart(
    rows: Sequence[Mapping[str, Any]],
    unit: str,
    where: str,
    estimates: frozenset[int],
    language: str,
) -> SeriesChart:
    """Return the picture of rows of a series; `where` says what the part is, in words.

    The scale begins at zero, years stand as far apart as they are, and a year without a table has
    no bar.
    """
    return _Chart(rows, unit, where, estimates, language).drawn()


class _Chart:
    """Places years across and amounts down."""

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        unit: str,
        where: str,
        estimates: frozenset[int],
        language: str,
    ) -> None:
        self._rows, self._unit, self._where = rows, unit, where
        self._estimates, self._language = estimates, language
        self._first, self._last = int(rows[0]["year"]), int(rows[-1]["year"])
        self._slot = 100 / (self._last - self._first + 1)
        self._wide = min(LEAST * self._slot, WIDEST)
        self._axis: Axis = axis_of(self._heights(), unit, language)

    def drawn(self) -> SeriesChart:
        """Return the picture."""
        return SeriesChart(
            height=HEIGHT,
            unit=self._axis.unit,
            levels=tuple((self._y(value), label) for value, label in self._axis.marks),
            zero=self._y(0.0),
            foot=HEIGHT - BOTTOM - TOP,
            bars=tuple(self._bar(row) for row in self._rows),
            gaps=tuple(self._gaps()),
            years=tuple(self._names()),
        )

    def _heights(self) -> Iterator[float]:
        for row in self._rows:
            for name in ("total", "at_places"):
                ends = (row.get(f"{name}_low"), row.get(f"{name}_high"))
                yield from (float(value) for value in (row[name], *ends) if value is not None)

    def _bar(self, row: Mapping[str, Any]) -> YearBar:
        year = int(row["year"])
        left = self._middle(year) - self._wide / 2
        whole, part = float(row["total"]), float(row["at_places"])
        return YearBar(
            x=_per_cent(left),
            width=_per_cent(self._wide),
            whole_y=self._y(max(whole, 0.0)),
            whole=self._tall(whole),
            part_y=self._y(max(part, 0.0)),
            part=self._tall(part),
            whiskers=tuple(self._whiskers(row, left)),
            is_estimate=year in self._estimates,
            title=say(
                "chain.series_bar",
                self._language,
                year=year,
                total=spoken_amount(whole, self._unit, self._language),
                part=spoken_amount(part, self._unit, self._language),
                where=self._where,
            ),
        )

    def _whiskers(self, row: Mapping[str, Any], left: float) -> Iterator[Whisker]:
        for name, at in (("total", 0.7), ("at_places", 0.3)):
            low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
            if low is None or high is None or not low < high:
                continue
            x = left + at * self._wide
            cap = CAP * self._wide
            yield Whisker(
                _per_cent(x), self._y(high), self._y(low), _per_cent(x - cap), _per_cent(x + cap)
            )

    def _gaps(self) -> Iterator[Gap]:
        there = {int(row["year"]) for row in self._rows}
        years = range(self._first, self._last + 1)
        for is_there, run in groupby(years, lambda year: year in there):
            missing = list(run)
            if is_there:
                continue
            yield Gap(
                _per_cent((missing[0] - self._first) * self._slot),
                _per_cent(len(missing) * self._slot),
                say(
                    "chain.series_gap",
                    self._language,
                    years=runs_of(missing),
                ),
            )

    def _names(self) -> Iterator[YearName]:
        years = [int(row["year"]) for row in self._rows]
        span = self._last - self._first + 1
        wide = _spaced(years, span / LABELS)
        few = _spaced(years, span / FEW_LABELS)
        for year in years:
            if year in wide:
                yield YearName(_per_cent(self._middle(year)), year, year not in few)

    def _middle(self, year: int) -> float:
        return (year - self._first + 0.5) * self._slot

    def _y(self, value: float) -> float:
        return round(TOP + (1 - self._axis.share(value)) * (HEIGHT - TOP - BOTTOM), 1)

    def _tall(self, value: float) -> float:
        return round(abs(self._y(value) - self._y(0.0)), 1)


def runs_of(years: Sequence[int]) -> str:
    """Write years with those in a row taken together.

    >>> runs_of([1996, 1997, 1998, 2006, 2008])
    '1996–1998, 2006, 2008'
    """
    said = []
    for _, run in groupby(enumerate(years), lambda pair: pair[1] - pair[0]):
        row = [year for _, year in run]
        said.append(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}")
    return ", ".join(said)


def _spaced(years: Sequence[int], apart: float) -> set[int]:
    """Return years at least so far apart: the first and the last, then others in turn."""
    kept: list[int] = []
    for year in (years[0], years[-1], *years[1:-1]):
        if all(abs(year - other) >= apart for other in kept if other != year):
            kept.append(year)
    return set(kept)


def _per_cent(value: float) -> str:
    return f"{value:.2f}%"
