"""What changed between two days, and conditions as clauses: nothing lost, nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.rules.changing import days_of_change
from ketenkaart.core.governance.rules.clauses import Clause, clause_of
from ketenkaart.core.governance.rules.types import Condition
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.services.laws import check_facts, law_book, law_changes

BOOK = law_book()
LETTER, NOW = date(2019, 11, 22), date(2026, 11, 22)


def told(law: str, since: date, until: date) -> list[tuple[str, str, str | None, str | None]]:
    found = law_changes(since, until, laws=[law]).changes
    return [(item.on.isoformat(), item.kind, item.before, item.after) for item in found]


def test_the_due_diligence_directive_by_hand() -> None:
    assert told("csddd", LETTER, date(2029, 12, 31)) == [
        ("2024-07-25", "status", "not_yet", "adopted_not_applicable_yet"),
        ("2025-04-17", "version", "original_2024", "stop_the_clock_2025"),
        ("2026-03-18", "version", "stop_the_clock_2025", "omnibus_2026"),
        ("2029-07-26", "status", "adopted_not_applicable_yet", "in_force"),
        ("2029-07-26", "application", None, "all"),
    ]
    (omnibus,) = law_changes(date(2026, 3, 17), date(2026, 3, 18), laws=["csddd"]).changes
    rows = {row.key for row in omnibus.differences}
    assert {"scope", "climate plan", "liability", "applies from"} <= rows
    assert "status" not in rows


def test_goods_and_membership_are_changes_too() -> None:
    minerals = told("eu_2017_821", LETTER, NOW)
    assert ("2020-11-19", "goods", "28419085: open", "28419085: 30 kg") in minerals
    assert sum(kind == "goods" for _, kind, _, _ in minerals) == 5
    assert ("2021-01-01", "membership", "GBR in EU", None) in told("nfrd", LETTER, NOW)
    assert not told("nfrd", date(2020, 1, 30), date(2020, 12, 31)), "the transition changes nothing"


@pytest.mark.parametrize("cut", [date(2020, 11, 18), date(2020, 11, 19), date(2024, 1, 1)])
def test_two_periods_that_meet_hold_what_the_whole_holds(cut: date) -> None:
    whole = law_changes(LETTER, NOW).changes
    assert law_changes(LETTER, cut).changes + law_changes(cut, NOW).changes == whole
    assert list(whole) == sorted(whole, key=lambda item: item.on)
    assert all(LETTER < item.on <= NOW for item in whole)


def test_no_answer_changes_on_a_day_without_a_change() -> None:
    """For a firm of which nothing is known, the status and version of every law stay the same."""
    for law in BOOK.laws:
        days = [day for day in days_of_change(law, BOOK) if LETTER < day <= NOW]
        stays = [LETTER, *days, NOW]
        for first, last in pairwise(stays):
            if first == last:
                continue
            before, after = (
                check_facts(Facts(), as_of=day, laws=[law.id]).results[0]
                for day in (first, last - timedelta(days=1))
            )
            assert (before.status, before.version) == (after.status, after.version), (law.id, last)


def test_wrong_periods_and_laws_are_refused() -> None:
    with pytest.raises(InputError, match="goes back"):
        law_changes(NOW, LETTER)
    with pytest.raises(NotFoundError):
        law_changes(LETTER, NOW, laws=["nope"])
    assert law_changes(NOW, NOW).changes == ()


def comparisons(condition: Condition, rules: dict[str, Condition]) -> list[str]:
    """Read a condition by itself: every comparison, rules written out."""
    if condition.rule is not None:
        return comparisons(rules[condition.rule], rules)
    if condition.any_line is not None:
        return [condition.any_line.fact]
    if condition.fact is not None:
        return [condition.fact]
    return [name for part in condition.parts() for name in comparisons(part, rules)]


def facts_of(clause: Clause) -> list[str]:
    own = [clause.fact.id] if clause.fact is not None else []
    return own + [name for part in clause.parts for name in facts_of(part)]


def test_clauses_hold_every_comparison_of_every_law_in_its_order() -> None:
    seen = set()
    for law in BOOK.laws:
        for version in law.versions:
            if version.scope is None:
                continue
            clause = clause_of(version.scope, version.rules, BOOK)
            assert facts_of(clause) == comparisons(version.scope, version.rules), version.id
            waiting = [clause]
            while waiting:
                one = waiting.pop()
                seen.add(one.kind)
                waiting.extend(one.parts)
                assert (one.kind in ("test", "lines")) == (one.fact is not None)
                assert bool(one.parts) != (one.kind in ("test", "lines"))
    assert {"test", "lines", "all", "any", "none", "count", "sustained"} <= seen
