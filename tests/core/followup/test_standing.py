"""Where an item stands: never late without a verdict, never worse for evidence, never nagged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.items import items_of, split_key
from ketenkaart.core.ledger.followup.lists import (
    SHOWS,
    count_states,
    is_open,
    matches,
    per_owner,
    per_theme,
    select,
)
from ketenkaart.core.ledger.followup.reminders import NO_DATE, digests, mark_of
from ketenkaart.core.ledger.followup.status import FINISHED, NEVER_ASKED, follow
from ketenkaart.core.ledger.followup.types import (
    Assignment,
    Claim,
    ClaimValue,
    DeadlineChange,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Followed,
    FollowUpState,
    History,
    IndependentValue,
    IndependentVerdict,
    Item,
    ItemKind,
    Withdrawn,
)
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.sources.reference import load_ledger
from ketenkaart.sources.reference.followup import load_followup

RULES = load_followup().rules
CITED = Citation(source="s01", grade=Grade.SURE)
LETTER_DAY = date(2019, 11, 22)
DAYS = st.dates(date(2019, 11, 22), date(2027, 1, 1))
LATE = {FollowUpState.KEPT_LATE, FollowUpState.PARTLY_KEPT, FollowUpState.NOT_KEPT}
FRESHNESS = list(EvidenceState)


def item(is_refused: bool = False, promises: tuple[str, ...] = ()) -> Item:
    return Item(
        key="kst-1/K1",
        letter="kst-1",
        code="K1",
        kind=ItemKind.COMMITMENT,
        summary=Text(nl="iets", en="something"),
        themes=(1,),
        responsible=None,
        letter_day=LETTER_DAY,
        is_refused=is_refused,
        promises=promises,
        citation=CITED,
    )


claims = st.builds(
    Claim, day=DAYS, value=st.sampled_from(ClaimValue), text=st.just("x"), by=st.just("anna")
)
evidence = st.builds(
    Evidence,
    kind=st.just(EvidenceKind.LINK),
    title=st.just("x"),
    day=st.none() | DAYS,
    by=st.just("anna"),
    url=st.just("https://example.org"),
)
verdicts = st.builds(
    IndependentVerdict,
    day=DAYS,
    value=st.sampled_from(IndependentValue),
    kept_on=st.none(),
    statement=st.just("x"),
    by=st.just("bea"),
)
deadlines = st.builds(DeadlineChange, due=DAYS, day=DAYS, by=st.just("anna"), reason=st.just("x"))
assignments = st.builds(
    Assignment, owner=st.sampled_from(["anna", "carl"]), day=DAYS, by=st.just("ed")
)
histories = st.builds(
    History,
    claims=st.lists(claims, max_size=3).map(tuple),
    evidence=st.lists(evidence, max_size=3).map(tuple),
    verdicts=st.lists(verdicts, max_size=2).map(tuple),
    deadlines=st.lists(deadlines, max_size=3).map(tuple),
    assignments=st.lists(assignments, max_size=2).map(tuple),
)
items = st.builds(item, is_refused=st.booleans(), promises=st.sampled_from([(), ("kst-1/K2",)]))


@given(items, histories, DAYS)
def test_nothing_is_late_or_broken_without_a_verdict(
    found: Item, history: History, day: date
) -> None:
    without = history.model_copy(update={"verdicts": ()})
    state = follow(found, without, day, RULES).standing.state
    assert state not in FINISHED
    assert state not in LATE


@given(items, histories, evidence, DAYS)
def test_evidence_changes_no_state_and_never_makes_it_less_fresh(
    found: Item, history: History, more: Evidence, day: date
) -> None:
    before = follow(found, history, day, RULES).standing
    richer = history.model_copy(update={"evidence": (*history.evidence, more)})
    after = follow(found, richer, day, RULES).standing
    assert (after.state, after.is_overdue) == (before.state, before.is_overdue)
    assert FRESHNESS.index(after.evidence) >= FRESHNESS.index(before.evidence)
    assert set(after.asks) <= set(before.asks)


@given(histories, DAYS)
def test_a_refused_item_is_never_asked_and_never_reminded(history: History, day: date) -> None:
    found = follow(item(is_refused=True), history, day, RULES)
    assert found.standing.state is FollowUpState.REFUSED
    assert found.standing.asks == ()
    assert not found.standing.is_overdue
    assert mark_of(found, RULES.reminder_days) is None


@given(items, histories, DAYS)
def test_what_is_finished_asks_for_nothing(found: Item, history: History, day: date) -> None:
    followed = follow(found, history, day, RULES)
    if followed.standing.state in NEVER_ASKED:
        assert followed.standing.asks == ()
        assert not followed.standing.is_overdue
        assert mark_of(followed, RULES.reminder_days) is None
    assert is_open(followed) or not matches(followed, "overdue")


@given(items, histories, DAYS, DAYS)
def test_a_new_date_never_moves_the_first_one(
    found: Item, history: History, due: date, day: date
) -> None:
    before = follow(found, history, day, RULES).standing
    change = DeadlineChange(due=due, day=day, by="anna", reason="x")
    later = history.model_copy(update={"deadlines": (*history.deadlines, change)})
    after = follow(found, later, day, RULES).standing
    assert after.due == (before.due or due)
    assert after.expected == due
    assert after.has_slipped == (due > after.due)
    if before.is_overdue:
        assert after.is_overdue


@given(histories, DAYS)
def test_what_was_withdrawn_counts_as_never_given(history: History, day: date) -> None:
    gone = Withdrawn(by="anna", at="2020-01-01T00:00:00Z", reason="x")  # type: ignore[arg-type]
    withdrawn = History(
        claims=tuple(c.model_copy(update={"withdrawn": gone}) for c in history.claims),
        evidence=tuple(e.model_copy(update={"withdrawn": gone}) for e in history.evidence),
        verdicts=tuple(v.model_copy(update={"withdrawn": gone}) for v in history.verdicts),
        deadlines=history.deadlines,
    )
    empty = History(deadlines=history.deadlines)
    one, other = (follow(item(), h, day, RULES).standing for h in (withdrawn, empty))
    assert one == other


@given(histories, DAYS)
def test_what_comes_later_is_not_known_yet(history: History, day: date) -> None:
    known = History(
        claims=tuple(c for c in history.claims if c.day <= day),
        evidence=tuple(e for e in history.evidence if e.day is None or e.day <= day),
        verdicts=tuple(v for v in history.verdicts if v.day <= day),
        deadlines=tuple(d for d in history.deadlines if d.day <= day),
        assignments=tuple(a for a in history.assignments if a.day <= day),
    )
    one, other = (follow(item(), h, day, RULES).standing for h in (history, known))
    assert one == other


@given(st.lists(histories, max_size=4), DAYS)
def test_lists_and_counts_hold_every_item_once(parts: list[History], day: date) -> None:
    found = [follow(item(), history, day, RULES) for history in parts]
    assert sum(count_states(found).values()) == len(found)
    assert sum(row.items for row in per_owner(found)) == len(found)
    assert len(select(found)) == len(found)
    for show in SHOWS:
        chosen = select(found, show=show)
        assert all(matches(entry, show) for entry in chosen)
        dates = [entry.standing.expected for entry in chosen if entry.standing.expected]
        assert dates == sorted(dates)


DUE = date(2020, 3, 31)
WITH_DATE = History(
    deadlines=(DeadlineChange(due=DUE, day=LETTER_DAY, by="de brief", reason="x"),),
    assignments=(Assignment(owner="anna", day=LETTER_DAY, by="ed"),),
)


def on(day: date, history: History = WITH_DATE) -> Followed:
    return follow(item(), history, day, RULES)


@pytest.mark.parametrize(
    ("days", "state", "is_overdue"),
    [
        (-31, FollowUpState.NOT_DUE, False),
        (-30, FollowUpState.DUE_SOON, False),
        (0, FollowUpState.DUE_SOON, False),
        (1, FollowUpState.NOT_RESEARCHED, True),
    ],
)
def test_the_state_around_a_deadline(days: int, state: FollowUpState, is_overdue: bool) -> None:
    standing = on(DUE + timedelta(days=days)).standing
    assert (standing.state, standing.is_overdue) == (state, is_overdue)
    assert standing.days_left == -days


def test_reminders_come_once_per_mark_and_owner() -> None:
    sent: set[tuple[str, object]] = set()
    marks = []
    for days in range(-60, 60):
        found = [on(DUE + timedelta(days=days))]
        for digest in digests(found, frozenset(sent), RULES.reminder_days):  # type: ignore[arg-type]
            marks += [(days, mark.mark) for mark in digest.marks]
            sent |= {(digest.owner, mark) for mark in digest.marks}
    assert marks == [(-30, "30"), (-7, "7"), (0, "0"), (14, "-14")]


def test_a_mark_that_was_missed_is_not_made_up_for() -> None:
    mark = mark_of(on(DUE - timedelta(days=3)), RULES.reminder_days)
    assert mark is not None
    assert mark.mark == "7"


def test_an_item_without_a_date_asks_its_owner_once() -> None:
    history = History(assignments=WITH_DATE.assignments)
    (digest,) = digests([on(DUE, history)], frozenset(), RULES.reminder_days)
    assert [mark.mark for mark in digest.marks] == [NO_DATE]
    again = frozenset((digest.owner, mark) for mark in digest.marks)
    assert digests([on(DUE, history)], again, RULES.reminder_days) == ()


def test_an_item_that_nobody_owns_reminds_nobody() -> None:
    history = History(deadlines=WITH_DATE.deadlines)
    assert digests([on(DUE, history)], frozenset(), RULES.reminder_days) == ()


def test_the_first_letter_starts_with_what_it_says_itself() -> None:
    ledger = load_ledger()
    found = {i.code: follow(i, History(), date(2020, 10, 1), RULES) for i in items_of(ledger)}
    assert len(found) == len(ledger.recommendations) + len(ledger.commitments)
    states = {code: entry.standing.state for code, entry in found.items()}
    assert states["R8"] is FollowUpState.REFUSED
    assert states["R1"] is FollowUpState.AWAITING_VERDICT
    assert states["K24"] is FollowUpState.KEPT
    assert states["K22"] is FollowUpState.NOT_RESEARCHED
    assert states["K31"] is FollowUpState.AWAITING_VERDICT, "the letter says that it is done"
    assert states["K11"] is FollowUpState.DEADLINE_ASKED
    assert states["R11"] is FollowUpState.THROUGH_PROMISES
    assert found["K22"].history.evidence[0].day is None
    assert found["K22"].standing.evidence is EvidenceState.UNDATED
    refused = [entry for entry in found.values() if entry.item.is_refused]
    assert {entry.item.code for entry in refused} == {"R8", "R36", "R37", "R55"}
    assert all(entry.item.reason for entry in refused)


def test_themes_add_up_with_promises_under_each_of_theirs() -> None:
    ledger = load_ledger()
    found = [follow(i, History(), DUE, RULES) for i in items_of(ledger)]
    rows = per_theme(found, {theme.number: theme.name for theme in ledger.themes})
    assert sum(row.items for row in rows) >= len(found)
    assert len(rows) == len(ledger.themes) + 1, "some promises stand under no theme"


@pytest.mark.parametrize("key", ["K22", "/K22", "kst-1/", "a/b/c", ""])
def test_a_key_names_letter_and_code(key: str) -> None:
    with pytest.raises(InputError):
        split_key(key)
