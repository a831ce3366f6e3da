"""Aid at a place: shares add up, nothing is counted where it is not, unknown is not zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.aid import AidActivity, AidPart, AidPayment, aid_at
from ketenkaart.core.chain.programmes import Running

DAY = date(2020, 1, 1)
SECTORS = {"31": ("farm",), "32163": ("cloth", "leather"), "16070": ("*",)}


def activity(countries, purposes, payments=(), **given) -> AidActivity:
    days = {"start": date(2018, 1, 1), "end": date(2021, 1, 1), "is_going_on": None} | given
    return AidActivity("a", "Donor", "title", tuple(countries), tuple(purposes), payments=payments,
                       **days)  # fmt: skip


def paid(*amounts: float) -> tuple[AidPayment, ...]:
    return tuple(AidPayment(date(2019, 1, 1), amount, "EUR") for amount in amounts)


def at(activities, country="BD", sector="cloth", day=DAY):
    return aid_at(activities, country=country, wanted=frozenset({sector}), sectors=SECTORS, day=day)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=5), st.floats(-1e6, 1e6))
def test_what_countries_have_of_an_activity_is_all_of_it(weights, amount) -> None:
    total = sum(weights)
    countries = [AidPart(f"C{k}", weight / total) for k, weight in enumerate(weights)]
    one = activity(countries, [AidPart("31120", 1.0)], paid(amount))
    found = [at([one], country=part.code, sector="farm").spent["EUR"] for part in countries]
    assert sum(found) == pytest.approx(amount, abs=1e-6)


def test_what_is_for_every_sector_is_there_for_each() -> None:
    one = activity([AidPart("BD", 0.5)], [AidPart("16070", 1.0)], paid(100))
    assert at([one]).spent == at([one], sector="mining").spent == {"EUR": 50.0}
    assert at([one], country="IN").activities == 0


def test_money_that_cannot_be_parted_is_not_nothing() -> None:
    one = activity([AidPart("BD", None), AidPart("IN", None)], [AidPart("32163", 1.0)], paid(100))
    found = at([one])
    assert (found.activities, found.spent, found.unshared) == (1, {}, 1)


def test_only_what_was_paid_by_the_day_counts() -> None:
    later = AidPayment(date(2020, 6, 1), 7.0, "EUR")
    one = activity([AidPart("BD", 1.0)], [AidPart("32163", 0.5)], (*paid(10), later))
    assert at([one]).spent == {"EUR": 5.0}
    assert at([one], day=date(2020, 12, 1)).spent == {"EUR": 8.5}


@pytest.mark.parametrize(
    ("given", "running"),
    [
        ({}, Running.RUNNING),
        ({"start": None}, Running.UNKNOWN),
        ({"start": date(2020, 1, 2)}, Running.NOT_RUNNING),
        ({"end": date(2019, 12, 31)}, Running.NOT_RUNNING),
        ({"end": None}, Running.UNKNOWN),
        ({"end": None, "is_going_on": True}, Running.RUNNING),
        ({"start": None, "end": date(2019, 1, 1)}, Running.NOT_RUNNING),
    ],
)
def test_whether_it_runs(given: dict, running: Running) -> None:
    one = activity([AidPart("BD", 1.0)], [AidPart("32163", 1.0)], **given)
    assert one.running_on(DAY) is running
    assert at([one]).running == (running is Running.RUNNING)
