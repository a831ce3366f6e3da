"""The living-wage gap: a number only where two figures can be laid side by side."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.chain.wages import (
    GapReason,
    Pay,
    PayKind,
    PayPeriod,
    WageBenchmark,
    a_month,
    wage_gap,
)
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import State

DAY = date(2020, 6, 1)
AMOUNTS = st.floats(min_value=1, max_value=1e6)


def pay(low: float, high: float | None = None, **other: object) -> Pay:
    given_ = {"currency": "USD", "per": PayPeriod.MONTH, "on": DAY, "kind": PayKind.NET} | other
    return Pay.model_validate({"low": low, "high": high or low, **given_})


def living(low: float, high: float | None = None, **other: object) -> WageBenchmark:
    area = other.pop("area", None)
    publisher = other.pop("publisher", "Example")
    return WageBenchmark.model_validate({
        "country": "BGD", "area": area, "pay": pay(low, high, **other), "title": "Example",
        "publisher": publisher,
    })  # fmt: skip


@given(paid=st.tuples(AMOUNTS, AMOUNTS).map(sorted), needed=st.tuples(AMOUNTS, AMOUNTS).map(sorted))
def test_the_interval_holds_every_pair_of_figures(paid: list[float], needed: list[float]) -> None:
    gap = wage_gap(pay(*paid), [living(*needed)], country="BGD")
    assert gap.state is State.KNOWN
    assert gap.low is not None
    assert gap.high is not None
    for wage in (*paid, sum(paid) / 2):
        for benchmark in (*needed, sum(needed) / 2):
            assert gap.low - 1e-9 <= 1 - wage / benchmark <= gap.high + 1e-9
    assert not gap.reasons


def test_no_wage_and_no_benchmark_are_unknown_and_not_zero() -> None:
    assert wage_gap(None, [living(100)], country="BGD").reasons == (GapReason.NO_WAGE,)
    other = wage_gap(pay(80), [living(100)], country="KHM")
    assert (other.state, other.low, other.reasons) == (
        State.UNKNOWN,
        None,
        (GapReason.NO_BENCHMARK,),
    )


@pytest.mark.parametrize(
    ("wage", "benchmark", "reason"),
    [
        (pay(80, currency="BDT"), living(100), GapReason.OTHER_CURRENCY),
        (pay(80, on=date(2023, 1, 1)), living(100), GapReason.OTHER_TIME),
        (pay(80, kind="gross"), living(100), GapReason.NET_BESIDE_GROSS),
        (pay(1, per="hour"), living(100), GapReason.HOURS_UNKNOWN),
        (pay(80), living(1, per="day"), GapReason.HOURS_UNKNOWN),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(
    wage: Pay, benchmark: WageBenchmark, reason: GapReason
) -> None:
    gap = wage_gap(wage, [benchmark], country="BGD")
    assert (gap.state, gap.low, gap.high, gap.reasons) == (State.REFUSED, None, None, (reason,))


def test_a_usable_benchmark_beside_unusable_ones_is_used() -> None:
    gap = wage_gap(pay(80), [living(9000, currency="BDT"), living(100)], country="BGD")
    assert gap.low == pytest.approx(0.2)
    assert len(gap.benchmarks) == 1


def test_several_areas_widen_the_interval_and_a_named_area_narrows_it() -> None:
    both = [living(100, area="Dhaka"), living(80, area="rural")]
    wide = wage_gap(pay(80), both, country="BGD")
    assert (wide.low, wide.high) == (pytest.approx(0.0), pytest.approx(0.2))
    assert GapReason.MORE_AREAS in wide.reasons
    narrow = wage_gap(pay(80), both, country="BGD", area="dhaka")
    assert (narrow.low, narrow.high) == (pytest.approx(0.2), pytest.approx(0.2))


def test_of_one_publisher_the_closest_year_counts() -> None:
    gap = wage_gap(
        pay(80), [living(100, on=date(2020, 1, 1)), living(200, on=date(2019, 7, 1))], country="BGD"
    )
    assert gap.low == pytest.approx(0.2)


def test_a_kind_that_is_not_known_is_said() -> None:
    gap = wage_gap(pay(80, kind="unknown"), [living(100)], country="BGD")
    assert (gap.state, gap.reasons) == (State.KNOWN, (GapReason.KIND_UNKNOWN,))


def test_months_by_hand() -> None:
    # 1.00 an hour, 48 hours a week, 365.25 / 84 weeks a month.
    assert a_month(pay(1, per="hour", hours_a_week=48))[0] == pytest.approx(208.714, abs=1e-3)
    assert a_month(pay(7, per="week"))[0] == pytest.approx(30.4375)
    with pytest.raises(InputError, match="standard week"):
        a_month(pay(1, per="day"))


@pytest.mark.parametrize(
    "wrong",
    [{"low": 0}, {"low": -1}, {"low": float("nan")}, {"low": 2, "high": 1}, {"currency": "usd"}],
)
def test_impossible_pay_is_refused(wrong: dict[str, object]) -> None:
    right = {"low": 1.0, "high": 1.0, "currency": "USD", "per": "month", "on": DAY}
    with pytest.raises(ValidationError):
        Pay.model_validate(right | wrong)
