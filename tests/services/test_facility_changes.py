"""Merges, splits, corrections and their undoing: whatever is done, no id ever dies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.proposals import PossibleMatch, ProposalState, Ruling
from ketenkaart.core.chain.facilities.types import (
    Contributor,
    ContributorKind,
    Facility,
    FacilityDraft,
    FacilityStatus,
)
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities import asking, queue
from ketenkaart.services.facilities.changing import split
from ketenkaart.services.facilities.history import history_of
from ketenkaart.services.facilities.pairs import decided_pairs
from ketenkaart.services.facilities.placing import join_rows, register_rows
from ketenkaart.services.facilities.registry import (
    add_facilities,
    contributions_of,
    find_facility,
    hold_by_hand,
    list_facilities,
    resolve,
    waiting_rows,
)
from ketenkaart.services.facilities.rows import row_key
from ketenkaart.services.facilities.undoing import undo

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
ANNA = Actor("anna", frozenset({Role.MODERATOR}))
BILAL = Actor("bilal", frozenset({Role.MODERATOR}))
BRANDS = [Contributor(name, name.title(), ContributorKind.BRAND) for name in ("merk", "zaak")]
LIVING = {FacilityStatus.ACTIVE, FacilityStatus.CLOSED}

pytestmark = pytest.mark.django_db


def draft(number: int, country: str = "BGD") -> FacilityDraft:
    return FacilityDraft(country, f"Anna Knit {number} Ltd.", f"{number} Station Road, Savar")


def add(*drafts: FacilityDraft, brand: int = 0) -> tuple[Facility, ...]:
    return add_facilities(
        drafts=drafts, contributor=BRANDS[brand], title="hand", reason="seen", actor=EDITOR, at=AT
    )


def wait(*drafts: FacilityDraft, brand: int = 0) -> list[str]:
    """Keep rows that wait to be placed; return their keys."""
    held = hold_by_hand(drafts, BRANDS[brand], "hand", actor=EDITOR, at=AT)
    return [row_key(row.pk) for row in held]


def merge(gone: Facility, into: Facility, actor: Actor = ANNA):
    asked = asking.propose_merge(gone=gone.id, into=into.id, reason="same", actor=actor, at=AT)
    return asking.do_at_once(asked, reason="same gate", actor=actor, at=AT)


def event_of(facility: Facility, kind: EventKind) -> int:
    return [event.id for event in history_of(facility.id) if event.kind is kind][-1]


def test_a_merge_moves_rows_and_leaves_an_alias_and_undoing_brings_back_all() -> None:
    one, other = add(draft(1), draft(2))
    assert merge(other, one).state is ProposalState.ACCEPTED
    assert [item.id for item in resolve(other.id)] == [one.id]
    assert find_facility(other.id).status is FacilityStatus.MERGED
    assert len(contributions_of(one.id)) == 2
    assert list_facilities().matching == 1
    undo(event=event_of(other, EventKind.MERGED), reason="two gates", actor=ANNA, at=AT)
    for before in (one, other):
        after = find_facility(before.id)
        assert (after.said, after.status, after.successors) == (before.said, before.status, ())
        assert len(contributions_of(before.id)) == 1
    kinds = [event.kind for event in history_of(other.id)]
    assert kinds == [EventKind.REGISTERED, EventKind.MERGED, EventKind.UNDONE]
    assert history_of(other.id)[1].undone_by == history_of(other.id)[2].id


def test_a_split_leads_to_its_parts_and_undoing_leads_the_parts_to_the_whole() -> None:
    one, other = add(draft(1), draft(2))
    merge(other, one)
    keys = [row.key for row in contributions_of(one.id)]
    parts = split(facility=one.id, parts=[[keys[0]], [keys[1]]], reason="2", actor=ANNA, at=AT)
    assert [item.id for item in resolve(other.id)] == [item.id for item in parts]
    assert {item.name for item in parts} == {one.name, other.name}
    with pytest.raises(ConflictError, match="changed later on"):
        undo(event=event_of(other, EventKind.MERGED), reason="x", actor=ANNA, at=AT)
    undo(event=event_of(one, EventKind.SPLIT), reason="one gate", actor=ANNA, at=AT)
    for part in parts:
        assert [item.id for item in resolve(part.id)] == [one.id]
    assert len(contributions_of(one.id)) == 2
    undo(event=event_of(other, EventKind.MERGED), reason="x", actor=ANNA, at=AT)
    assert [item.id for item in resolve(other.id)] == [other.id]


def test_rows_must_divide_exactly() -> None:
    one, other = add(draft(1), draft(2))
    merge(other, one)
    first, second = (row.key for row in contributions_of(one.id))
    wrong = ([first], []), ([first],), ([first], [first]), ([first, second],)
    for parts in (*wrong, ([first], [second, second]), ([first], ["x"]), ([first], ["row:9999"])):
        with pytest.raises(InputError):
            split(facility=one.id, parts=parts, reason="x", actor=ANNA, at=AT)
    with pytest.raises(InputError, match="was merged into"):
        split(facility=other.id, parts=[[first], [second]], reason="x", actor=ANNA, at=AT)
    with pytest.raises(RefusedError):
        split(facility=one.id, parts=[[first], [second]], reason="x", actor=EDITOR, at=AT)
    assert find_facility(one.id).status is FacilityStatus.ACTIVE


def test_an_id_that_others_may_use_takes_two_people_to_merge() -> None:
    one, other = add(draft(1), draft(2))
    (row,) = wait(draft(2), brand=1)
    join_rows(joins={row: other.id}, reason="same", actor=EDITOR, at=AT)
    waiting = merge(other, one)
    assert waiting.state is ProposalState.SECOND_NEEDED
    assert find_facility(other.id).status is FacilityStatus.ACTIVE
    with pytest.raises(RefusedError, match="second person"):
        queue.decide(proposal=waiting.id, ruling=Ruling.ACCEPT, reason="x", actor=ANNA, at=AT)
    done = queue.decide(
        proposal=waiting.id, ruling=Ruling.ACCEPT, reason="agreed", actor=BILAL, at=AT
    )
    assert [item.by for item in done.decisions] == ["anna", "bilal"]
    assert [item.id for item in resolve(other.id)] == [one.id]
    again = queue.undo_decision(proposal=waiting.id, reason="no", actor=ANNA, at=AT)
    assert again.state is ProposalState.OPEN
    assert find_facility(other.id).status is FacilityStatus.ACTIVE
    assert [item.ruling for item in again.decisions] == ["accept", "accept", "undo"]


def test_corrections_and_closures_are_asked_done_and_undone() -> None:
    (one,) = add(draft(1))
    changes = {"address": "14 Station Road, Savar", "latitude": "23.85", "longitude": 90.26}
    asked = asking.propose_correction(
        facility=one.id, changes=changes, reason="moved", actor=EDITOR, at=AT
    )
    with pytest.raises(RefusedError):
        asking.do_at_once(asked, reason="x", actor=EDITOR, at=AT)
    asking.do_at_once(asked, reason="checked", actor=ANNA, at=AT)
    now = find_facility(one.id)
    assert (now.address, now.said.latitude) == ("14 Station Road, Savar", 23.85)
    assert contributions_of(one.id)[0].said == one.said
    closing = asking.propose_closure(facility=one.id, reason="shut", actor=EDITOR, at=AT)
    asking.do_at_once(closing, reason="seen", actor=ANNA, at=AT)
    assert find_facility(one.id).status is FacilityStatus.CLOSED
    with pytest.raises(InputError, match="is closed already"):
        asking.propose_closure(facility=one.id, reason="shut", actor=EDITOR, at=AT)
    undo(event=event_of(one, EventKind.CLOSED), reason="open", actor=ANNA, at=AT)
    undo(event=event_of(one, EventKind.CORRECTED), reason="back", actor=ANNA, at=AT)
    assert find_facility(one.id).said == one.said
    assert find_facility(one.id).status is FacilityStatus.ACTIVE
    for event in (EventKind.CLOSED, EventKind.REGISTERED, EventKind.UNDONE):
        with pytest.raises(InputError):
            undo(event=event_of(one, event), reason="x", actor=ANNA, at=AT)


@pytest.mark.parametrize(
    "changes",
    [{}, {"colour": "red"}, {"name": " . "}, {"latitude": 3.0}, {"country": "XYZ"},
     {"latitude": 91, "longitude": 0}, {"latitude": "north", "longitude": 0},
     {"workers": {"low": 9, "high": 2}}, {"os_id": "BD123"}, {"isic4": ["A"]},
     {"latitude": "nan", "longitude": 0}, {"name": "x" * 501}, {"name": "a\x00b"}],
)  # fmt: skip
def test_a_correction_that_cannot_be_is_refused_before_it_waits(changes: dict) -> None:
    (one,) = add(draft(1))
    with pytest.raises(InputError):
        asking.propose_correction(facility=one.id, changes=changes, reason="x", actor=EDITOR, at=AT)
    assert queue.list_proposals() == ((), 0)


def match(left: str, right: str, probability: float = 0.8) -> int:
    (number,) = asking.propose_matches(
        pairs=[PossibleMatch(left, right, probability, (("name", 4.5),))],
        reason="model 1", actor=EDITOR, at=AT,
    )  # fmt: skip
    return number


def rule(number: int, ruling: Ruling, actor: Actor = ANNA):
    return queue.decide(proposal=number, ruling=ruling, reason="looked", actor=actor, at=AT)


def test_a_row_found_to_be_a_facility_joins_it_and_its_other_pairs_are_superseded() -> None:
    one, other = add(draft(1), draft(2))
    (row,) = wait(draft(1), brand=1)
    right, wrong = match(row, one.id), match(other.id, row, 0.6)
    listed, count = queue.list_proposals()
    assert ([item.id for item in listed], count) == ([right, wrong], 2)
    rule(right, Ruling.ACCEPT)
    assert find_facility(one.id).contributors == ("merk", "zaak")
    assert queue.find_proposal(wrong).state is ProposalState.SUPERSEDED
    assert [(pair.is_match, pair.decided_by) for pair in decided_pairs()] == [(True, "anna")]
    queue.undo_decision(proposal=right, reason="oops", actor=BILAL, at=AT)
    assert [row.facility for row in waiting_rows()] == [None]
    assert queue.find_proposal(wrong).state is ProposalState.OPEN
    assert list(decided_pairs()) == []


def test_a_row_rejected_everywhere_becomes_a_facility_and_accepting_after_all_merges() -> None:
    (one,) = add(draft(1))
    left, right = wait(draft(2), draft(3))
    pairs = [match(left, one.id), match(left, right)]
    rule(pairs[0], Ruling.REJECT)
    assert list_facilities().matching == 1
    rule(pairs[1], Ruling.REJECT)
    assert list_facilities().matching == 3
    assert not list(waiting_rows())
    assert [pair.is_match for pair in decided_pairs()] == [False, False]
    queue.undo_decision(proposal=pairs[0], reason="after all", actor=ANNA, at=AT)
    rule(pairs[0], Ruling.ACCEPT)
    assert list_facilities().matching == 2
    assert len(contributions_of(one.id)) == 2


def test_two_waiting_rows_found_equal_become_one_facility() -> None:
    left, right = wait(draft(2), draft(2))
    rule(match(left, right), Ruling.ACCEPT)
    (one,) = list_facilities().facilities
    assert len(contributions_of(one.id)) == 2


def test_a_pair_is_put_once_and_what_was_decided_stays() -> None:
    one, other = add(draft(1), draft(2))
    first = match(one.id, other.id)
    assert match(other.id, one.id, 0.2) == first
    rule(first, Ruling.REJECT)
    assert match(one.id, other.id) == first
    assert queue.find_proposal(first).state is ProposalState.REJECTED
    with pytest.raises(ConflictError, match="is rejected already"):
        rule(first, Ruling.ACCEPT)
    assert rows.AuditEntry.objects.filter(action="propose_matches").count() == 1


def test_a_claim_keeps_others_out_for_a_day() -> None:
    one, other = add(draft(1), draft(2))
    number = match(one.id, other.id)
    queue.claim(proposal=number, actor=ANNA, at=AT)
    with pytest.raises(ConflictError, match="anna is looking"):
        rule(number, Ruling.REJECT, BILAL)
    with pytest.raises(ConflictError, match="anna is looking"):
        queue.claim(proposal=number, actor=BILAL, at=AT)
    with pytest.raises(RefusedError):
        queue.release(proposal=number, actor=BILAL, at=AT)
    assert queue.claim(proposal=number, actor=BILAL, at=LATER).claimed_by == "bilal"
    assert queue.release(proposal=number, actor=BILAL, at=LATER).claimed_by is None
    found = queue.find_proposal(number)
    with pytest.raises(ConflictError, match="changed in between"):
        queue.decide(
            proposal=number, ruling=Ruling.REJECT, reason="x", actor=ANNA, at=AT,
            version=found.version - 1,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "probability"),
    [("row:1", "row:1", 0.5), ("row:99999", None, 0.5), ("nonsense", None, 0.5),
     (None, None, 0.5), (None, "row:1", 1.5), (None, "row:1", float("nan"))],
)  # fmt: skip
def test_pairs_that_cannot_be_are_refused_whole(left, right, probability) -> None:
    (one,) = add(draft(1))
    good = PossibleMatch(one.id, wait(draft(2))[0], 0.9)
    bad = PossibleMatch(left or one.id, right or one.id, probability)
    with pytest.raises(InputError):
        asking.propose_matches(pairs=[good, bad], reason="m", actor=EDITOR, at=AT)
    assert queue.list_proposals()[1] == 0


def test_rows_are_placed_once() -> None:
    (one,) = add(draft(1))
    (row,) = wait(draft(2))
    for joins, problem in (
        ({row: "BGD-2026326-00001-PP"}, InputError),
        ({"row:99999": one.id}, NotFoundError),
    ):
        with pytest.raises(problem):
            join_rows(joins=joins, reason="x", actor=EDITOR, at=AT)
    register_rows(keys=[row], reason="new", actor=EDITOR, at=AT)
    with pytest.raises(ConflictError, match="belongs to"):
        join_rows(joins={row: one.id}, reason="x", actor=EDITOR, at=AT)
    (abroad,) = wait(draft(3, "TUR"))
    with pytest.raises(InputError, match="lies in TUR"):
        join_rows(joins={abroad: one.id}, reason="x", actor=EDITOR, at=AT)


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Told:
    """Where ids should lead and rows should stand, kept beside the registry and apart from it."""

    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: dict[int, str | None] = field(default_factory=dict)
    done: dict[int, tuple[str, str, tuple[str, ...], tuple[int, ...]]] = field(default_factory=dict)

    def ends(self, key: str) -> list[str]:
        """Return where an id should lead, links followed to their ends, each end once."""
        further = self.links.get(key)
        if not further:
            return [key]
        return list(dict.fromkeys(end for link in further for end in self.ends(link)))

    def at(self, key: str) -> tuple[int, ...]:
        return tuple(row for row, place in self.rows.items() if place == key)

    def new_rows(self, place: str | None) -> tuple[int, ...]:
        """Take up the rows that came in, all for one facility."""
        now = set(rows.FacilityRow.objects.values_list("pk", flat=True)) - set(self.rows)
        self.rows |= dict.fromkeys(now, place)
        return tuple(now)

    def move(self, held: Iterable[int], place: str | None) -> None:
        self.rows |= dict.fromkeys(held, place)

    def note(self, kind: str, one: str, others: tuple[str, ...], held: tuple[int, ...]) -> None:
        newest = rows.FacilityEvent.objects.latest("pk").pk
        self.done[newest] = (kind, one, others, held)

    def take_back(self, event: int) -> None:
        kind, one, others, held = self.done.pop(event)
        if kind == "merge":
            del self.links[one]
            self.move([row for row in held if self.rows[row] == others[0]], one)
        elif kind == "split":
            del self.links[one]
            for part in others:
                self.move(self.at(part), one)
                self.links[part] = (one,)
        else:
            self.move(held, None)


STEPS = st.lists(
    st.tuples(st.sampled_from("aammmssuuj"), st.integers(0, 99), st.integers(0, 99)),
    min_size=4,
    max_size=24,
)
ROUNDS = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


@settings(max_examples=12, **ROUNDS)  # type: ignore[arg-type]
@given(STEPS)
def test_whatever_is_done_every_id_leads_where_it_should(steps) -> None:
    with taken_back():
        told = Told()
        for number in range(4):
            (first,) = add(draft(number))
            told.new_rows(first.id)
        for step in steps:
            _take(step, told)
        _hold_against(told)


@pytest.mark.long
@settings(max_examples=25, **ROUNDS)  # type: ignore[arg-type]
@given(STEPS)
def test_so_it_is_after_every_step(steps) -> None:
    with taken_back():
        told = Told()
        for step in [("a", number, 0) for number in range(4)] + steps:
            _take(step, told)
            _hold_against(told)


def _hold_against(told: Told) -> None:
    """Hold the registry against what was told: where every id leads, and every row stands."""
    for key in rows.Facility.objects.values_list("pk", flat=True):
        ends = resolve(key)
        assert [end.id for end in ends] == told.ends(key), key
        assert all(end.status in LIVING for end in ends), key
    placed = {
        row.key: item.id
        for item in list_facilities().facilities
        for row in contributions_of(item.id)
    }
    placed |= dict.fromkeys((row.key for row in waiting_rows()), None)
    assert placed == {row_key(row): place for row, place in told.rows.items()}


def _take(step: tuple[str, int, int], told: Told) -> None:
    what, one, other = step
    held = list_facilities().facilities
    if what == "a" or not held:
        _add(one, told)
        return
    first, second = held[one % len(held)], held[other % len(held)]
    if what == "j":
        (row,) = wait(draft(one))
        came = told.new_rows(first.id)
        join_rows(joins={row: first.id}, reason="x", actor=EDITOR, at=AT)
        told.note("join", first.id, (), came)
    elif what == "m" and first.id != second.id:
        if merge(first, second).state is ProposalState.ACCEPTED:
            moved = told.at(first.id)
            told.move(moved, second.id)
            told.links[first.id] = (second.id,)
            told.note("merge", first.id, (second.id,), moved)
    elif what == "s":
        _split(first.id, other, told)
    elif what == "u":
        _undo(one, told)


def _add(number: int, told: Told) -> None:
    (found,) = add(draft(number + 10))
    came = told.new_rows(found.id)
    if rows.FacilityEvent.objects.latest("pk").kind == EventKind.JOINED.value:
        told.note("join", found.id, (), came)


def _split(whole: str, number: int, told: Told) -> None:
    keys = [row.key for row in contributions_of(whole)]
    if len(keys) < 2:
        return
    cut = 1 + number % (len(keys) - 1)
    parts = [keys[:cut], keys[cut:]]
    made = split(facility=whole, parts=parts, reason="x", actor=ANNA, at=AT)
    for facility, part in zip(made, parts, strict=True):
        told.move([row for row in told.at(whole) if row_key(row) in part], facility.id)
    told.links[whole] = tuple(item.id for item in made)
    told.note("split", whole, told.links[whole], ())


def _undo(number: int, told: Told) -> None:
    events = list(rows.FacilityEvent.objects.values_list("pk", flat=True))
    # Most often one of the newest: what lies far back seldom can be undone.
    event = events[-1 - number % (min(3, len(events)) if number < 70 else len(events))]
    try:
        undo(event=event, reason="x", actor=ANNA, at=AT)
    except InputError:
        return
    told.take_back(event)
