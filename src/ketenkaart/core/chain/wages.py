"""The living-wage gap of a site: a wage beside a benchmark of the same money, time and place.

Nothing is guessed: no exchange rate, no purchasing power, no price index, no hours in a week.
Where two figures cannot be laid side by side the answer says why, and is no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Frozen, State

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
CLOSEST_DAYS = 366
"""How far the days of a wage and of a benchmark may lie apart: prices move in a year."""
WEEKS_A_MONTH = 365.25 / 7 / 12


class PayPeriod(StrEnum):
    """What an amount of pay is for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class PayKind(StrEnum):
    """Whether tax and contributions of the worker are still in it."""

    NET = "net"
    GROSS = "gross"
    UNKNOWN = "unknown"


class Pay(Frozen):
    """An amount of money for a time of work; `low` and `high` are equal where one figure is given.

    `hours_a_week` and `days_a_week` are given with an hourly or a daily amount, or not known.
    """

    low: Amount
    high: Amount
    currency: Currency
    per: PayPeriod
    on: date
    kind: PayKind = PayKind.UNKNOWN
    hours_a_week: float | None = Field(default=None, gt=0, le=120)
    days_a_week: float | None = Field(default=None, gt=0, le=7)

    @model_validator(mode="after")
    def _ordered(self) -> Pay:
        if self.low > self.high:
            raise ValueError(f"the low end {self.low} is above the high end {self.high}")
        return self


class WageBenchmark(Frozen):
    """What a living wage is said to be at a place, by whom.

    `area` is a part of the country as its publisher names it, `None` for the whole.
    """

    country: str = Field(pattern=r"^[A-Z]{3}$")
    area: str | None = Field(default=None, max_length=200)
    pay: Pay
    title: str = Field(min_length=1, max_length=300)
    publisher: str = Field(min_length=1, max_length=200)
    licence: str | None = Field(default=None, max_length=200)


class GapReason(StrEnum):
    """Why there is no gap to show, or what to keep in mind with one."""

    NO_WAGE = "no_wage"
    NO_BENCHMARK = "no_benchmark"
    OTHER_CURRENCY = "other_currency"
    OTHER_TIME = "other_time"
    HOURS_UNKNOWN = "hours_unknown"
    NET_BESIDE_GROSS = "net_beside_gross"
    KIND_UNKNOWN = "kind_unknown"
    MORE_AREAS = "more_areas"


@dataclass(frozen=True, slots=True)
class WageGap:
    """What a site's wage lacks of a living wage, as a share of the living wage.

    0.25 means a quarter is lacking; negative means that the wage is above the benchmark. `low`
    and `high` are `None` unless `state` is known. `reasons` explain an answer without a number,
    and qualify one with; `benchmarks` are those used.
    """

    state: State
    low: float | None = None
    high: float | None = None
    reasons: tuple[GapReason, ...] = ()
    benchmarks: tuple[WageBenchmark, ...] = ()


def a_month(pay: Pay) -> tuple[float, float]:
    """Return the two ends of an amount for one month.

    A year is twelve months and a month 365.25 / 84 weeks. Raises `InputError` for an hour or a day
    of work when it is not given how many make a week.

    >>> a_month(Pay(low=1200, high=1500, currency="EUR", per=PayPeriod.YEAR, on=date(2020, 1, 1)))
    (100.0, 125.0)
    """
    weeks = {PayPeriod.HOUR: pay.hours_a_week, PayPeriod.DAY: pay.days_a_week}
    if pay.per is PayPeriod.YEAR:
        factor = 1 / 12
    elif pay.per is PayPeriod.MONTH:
        factor = 1.0
    elif pay.per is PayPeriod.WEEK:
        factor = WEEKS_A_MONTH
    else:
        a_week = weeks[pay.per]
        if a_week is None:
            raise InputError(
                f"A wage for one {pay.per.value} says nothing of a month",
                where=f"{pay.per.value}s_a_week",
                fix=f"Give how many {pay.per.value}s are worked in a standard week.",
            )
        factor = a_week * WEEKS_A_MONTH
    return pay.low * factor, pay.high * factor


def wage_gap(
    wage: Pay | None,
    benchmarks: Iterable[WageBenchmark],
    *,
    country: str,
    area: str | None = None,
) -> WageGap:
    """Return what a wage at a site lacks of a living wage, as an interval.

    The benchmarks of the site's country count, of its `area` where that is given and one names it.
    With several areas the interval runs over all of them: where the site lies among them is not
    known. Of each area and publisher the one closest in time is taken.

    >>> from ketenkaart.core.chain.wages import Pay, WageBenchmark
    >>> paid = Pay(low=90, high=90, currency="USD", per=PayPeriod.MONTH, on=date(2020, 6, 1))
    >>> needed = Pay(low=100, high=120, currency="USD", per=PayPeriod.MONTH, on=date(2020, 1, 1))
    >>> living = WageBenchmark(country="BGD", pay=needed, title="Example", publisher="Example")
    >>> gap = wage_gap(paid, [living], country="BGD")
    >>> (gap.state.value, round(gap.low, 3), gap.high)
    ('known', 0.1, 0.25)
    """
    if wage is None:
        return WageGap(State.UNKNOWN, reasons=(GapReason.NO_WAGE,))
    here = _for_place([item for item in benchmarks if item.country == country], area)
    if not here:
        return WageGap(State.UNKNOWN, reasons=(GapReason.NO_BENCHMARK,))
    usable, refused = _comparable(wage, here)
    if not usable:
        return WageGap(State.REFUSED, reasons=(refused,))
    chosen = _closest(wage.on, usable)
    paid = a_month(wage)
    needed = [a_month(item.pay) for item in chosen]
    reasons = []
    if PayKind.UNKNOWN in {wage.kind, *(item.pay.kind for item in chosen)}:
        reasons.append(GapReason.KIND_UNKNOWN)
    if len({item.area for item in chosen}) > 1:
        reasons.append(GapReason.MORE_AREAS)
    return WageGap(
        State.KNOWN,
        1 - paid[1] / min(low for low, _ in needed),
        1 - paid[0] / max(high for _, high in needed),
        tuple(reasons),
        chosen,
    )


def _for_place(here: Sequence[WageBenchmark], area: str | None) -> Sequence[WageBenchmark]:
    """Return those of the area where one names it, else those of the country and its areas."""
    named = [
        item
        for item in here
        if area is not None and item.area is not None and item.area.casefold() == area.casefold()
    ]
    return named or here


def _comparable(wage: Pay, here: Sequence[WageBenchmark]) -> tuple[list[WageBenchmark], GapReason]:
    """Return those that the wage can be laid beside, and the first reason why others cannot."""
    if not _has_month(wage):
        return [], GapReason.HOURS_UNKNOWN
    tests = (
        (GapReason.OTHER_CURRENCY, lambda item: item.pay.currency == wage.currency),
        (GapReason.HOURS_UNKNOWN, lambda item: _has_month(item.pay)),
        (GapReason.NET_BESIDE_GROSS, lambda item: {item.pay.kind, wage.kind} != {*_APART}),
        (
            GapReason.OTHER_TIME,
            lambda item: abs((item.pay.on - wage.on).days) <= CLOSEST_DAYS,
        ),
    )
    left = list(here)
    for reason, passes in tests:
        kept = [item for item in left if passes(item)]
        if not kept:
            return [], reason
        left = kept
    return left, GapReason.NO_BENCHMARK


_APART = (PayKind.NET, PayKind.GROSS)


def _has_month(pay: Pay) -> bool:
    needed = {PayPeriod.HOUR: pay.hours_a_week, PayPeriod.DAY: pay.days_a_week}
    return pay.per not in needed or needed[pay.per] is not None


def _closest(on: date, usable: Iterable[WageBenchmark]) -> tuple[WageBenchmark, ...]:
    """Return of each area and publisher those whose day lies closest to `on`."""
    groups: dict[tuple[str | None, str], list[WageBenchmark]] = {}
    for item in usable:
        groups.setdefault((item.area, item.publisher), []).append(item)
    chosen: list[WageBenchmark] = []
    for group in groups.values():
        nearest = min(abs((item.pay.on - on).days) for item in group)
        chosen += [item for item in group if abs((item.pay.on - on).days) == nearest]
    return tuple(chosen)
