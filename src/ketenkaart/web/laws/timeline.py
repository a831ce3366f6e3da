"""A law's statuses and versions as bars on a line of time: lengths only, no words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ketenkaart.core.governance.rules.types import Law, LawStatus
from ketenkaart.core.provenance import Text

WIDTH = 1000
MARGIN = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time; `x` and `width` in thousandths of the picture."""

    x: float
    width: float
    name: Text | str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Statuses above, versions below; `years` are ticks, `day` the place of the day asked about."""

    statuses: tuple[Bar, ...]
    versions: tuple[Bar, ...]
    years: tuple[tuple[float, int], ...]
    day: float

    @property
    def ticks(self) -> tuple[tuple[str, int], ...]:
        """The years with their place in per cents, for words that must not be stretched."""
        return tuple((f"{100 * x / WIDTH:.2f}%", year) for x, year in self.years)

    @property
    def kinds(self) -> tuple[Text | str, ...]:
        """The statuses in the picture, each once."""
        return tuple(dict.fromkeys(bar.name for bar in self.statuses))


def timeline(law: Law, on: date) -> Timeline:
    """Return the picture of a law over time, from before its first date to after its last."""
    days = [*law.days_of_change(), on]
    first, last = min(days) - MARGIN, max(days) + MARGIN
    span = (last - first).days

    def place(day: date) -> float:
        return round(WIDTH * (min(max(day, first), last) - first).days / span, 1)

    def bar(start: date, end: date, name: Text | str) -> Bar:
        x = place(start)
        return Bar(x, round(max(2.0, place(end) - x - 1), 1), name, start <= on < end)

    ends = [item.start for item in law.status[1:]] + [last]
    statuses = tuple(
        bar(item.start, end, item.value.value)
        for item, end in zip(law.status, ends, strict=True)
        if item.value is not LawStatus.REPEALED
    )
    versions = tuple(
        bar(item.start, last if item.end is None else item.end + timedelta(days=1), item.name)
        for item in law.versions
    )
    return Timeline(statuses, versions, _ticks(first, last, place), place(on))


def _ticks(
    first: date, last: date, place: Callable[[date], float]
) -> tuple[tuple[float, int], ...]:
    years: Sequence[int] = range(first.year + 1, last.year + 1)
    step = 1 + len(years) // 9
    return tuple((place(date(year, 1, 1)), year) for year in years if year % step == 0)
