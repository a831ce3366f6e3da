"""The curve of promises: a published example, and honesty about what nobody researched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.ledger.followup.items import items_of
from ketenkaart.core.ledger.followup.status import follow
from ketenkaart.core.ledger.followup.survival import (
    LEAST_FOLLOWED,
    LEAST_KEPT,
    kaplan_meier,
    survival_of,
)
from ketenkaart.core.ledger.followup.types import (
    Claim,
    ClaimValue,
    Followed,
    History,
    IndependentValue,
    IndependentVerdict,
)
from ketenkaart.sources.reference import load_ledger
from ketenkaart.sources.reference.followup import load_followup

RULES = load_followup().rules
START = date(2019, 11, 22)
AS_OF = date(2026, 11, 22)
# Weeks in remission on 6-mercaptopurine: Freireich et al. (1963), Blood 21(6), 699-716, the worked
# example of Kalbfleisch & Prentice (2002), table 1.1; a plus stands for a censored time.
WEEKS = (
    "6", "6", "6", "6+", "7", "9+", "10", "10+", "11+", "13", "16", "17+", "19+", "20+", "22",
    "23", "25+", "32+", "32+", "34+", "35+",
)  # fmt: skip
# The estimate and its log-log interval of 95 %, as published for this sample.
PUBLISHED = {
    6: (0.857, 0.620, 0.952),
    7: (0.807, 0.563, 0.923),
    10: (0.753, 0.503, 0.889),
    13: (0.690, 0.432, 0.849),
    16: (0.627, 0.368, 0.805),
    22: (0.538, 0.268, 0.747),
    23: (0.448, 0.188, 0.680),
}


def test_the_published_example_comes_out() -> None:
    points = kaplan_meier(
        [int(word.rstrip("+")) for word in WEEKS], [not word.endswith("+") for word in WEEKS]
    )
    found = {
        point.days: (
            round(point.open_share, 3),
            round(point.low or 0, 3),
            round(point.high or 0, 3),
        )
        for point in points
    }
    assert found == PUBLISHED
    assert [point.at_risk for point in points] == [21, 17, 15, 12, 11, 7, 6]


@given(st.lists(st.tuples(st.integers(1, 3000), st.booleans()), min_size=1, max_size=40))
def test_the_curve_falls_and_lies_in_its_interval(times: list[tuple[int, bool]]) -> None:
    points = kaplan_meier([days for days, _ in times], [kept for _, kept in times])
    shares = [point.open_share for point in points]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert len(points) == len({days for days, kept in times if kept})
    for point in points:
        if point.low is not None and point.high is not None:
            assert point.low <= point.open_share + 1e-9
            assert point.open_share <= point.high + 1e-9


def promises(history: dict[str, History]) -> list[Followed]:
    return [
        follow(item, history.get(item.code, History()), AS_OF, RULES)
        for item in items_of(load_ledger())
    ]


def judged(value: IndependentValue, days: int, kept: int | None = None) -> History:
    verdict = IndependentVerdict(
        day=START + timedelta(days=days),
        value=value,
        kept_on=START + timedelta(days=kept) if kept is not None else None,
        statement="x",
        by="bea",
    )
    return History(verdicts=(verdict,))


def test_what_nobody_researched_has_no_length() -> None:
    found = survival_of(promises({}), AS_OF)
    assert found.points is None, "three verdicts are no curve"
    assert (found.kept, found.open, found.done_before) == (3, 1, 1)
    assert found.not_researched == 38 - 5
    total = found.kept + found.open + found.not_researched + found.done_before + found.no_day
    assert total == len(found.spells) == 38


def test_a_claim_that_it_is_under_way_shows_that_it_was_open_then() -> None:
    claim = Claim(day=START + timedelta(days=100), value=ClaimValue.UNDER_WAY, text="x", by="anna")
    found = survival_of(promises({"K22": History(claims=(claim,))}), AS_OF)
    spell = next(spell for spell in found.spells if spell.key.endswith("K22"))
    assert (spell.fate, spell.days) == ("open", 100)


def test_a_claim_that_it_is_done_keeps_nothing() -> None:
    claim = Claim(day=START + timedelta(days=100), value=ClaimValue.DONE, text="x", by="anna")
    found = survival_of(promises({"K22": History(claims=(claim,))}), AS_OF)
    spell = next(spell for spell in found.spells if spell.key.endswith("K22"))
    assert spell.fate == "not_researched"


def test_a_promise_kept_on_a_day_nobody_noted_is_counted_apart() -> None:
    found = survival_of(promises({"K22": judged(IndependentValue.KEPT, 500)}), AS_OF)
    assert found.no_day == 1


@pytest.mark.parametrize("more", [0, 1])
def test_a_curve_takes_enough_verdicts(more: int) -> None:
    codes = [f"K{number:02d}" for number in (1, 3, 4, 8, 9, 10, 12, 13, 14, 15, 17, 18, 19)]
    kept = dict(
        zip(
            codes,
            [
                judged(IndependentValue.KEPT, 900, 100 + 10 * k)
                for k in range(LEAST_KEPT - 4 + more)
            ],
            strict=False,
        )
    )
    rest = [code for code in codes if code not in kept]
    still = {code: judged(IndependentValue.NOT_KEPT, 800) for code in rest}
    found = survival_of(promises({**kept, **still}), AS_OF)
    assert found.followed >= LEAST_FOLLOWED
    assert found.kept == LEAST_KEPT - 1 + more
    assert (found.points is None) == (more == 0)


def test_fewer_than_the_least_really_says_too_little() -> None:
    """Without censoring, the interval at one half is wider than half of the scale."""

    def width(count: int) -> float:
        return 2 * 1.96 * (0.25 / count) ** 0.5

    assert width(LEAST_FOLLOWED - 1) > 0.5
    assert width(LEAST_FOLLOWED) < 0.5
