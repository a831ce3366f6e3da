"""Where an item stands on a day: computed from three lanes, the dates and the day; never typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from ketenkaart.core.ledger.followup.types import (
    Ask,
    Claim,
    ClaimValue,
    DeadlineChange,
    Evidence,
    EvidenceState,
    Followed,
    FollowUpRules,
    FollowUpState,
    History,
    IndependentVerdict,
    Item,
    Standing,
    Withdrawn,
)

FINISHED = frozenset(
    {
        FollowUpState.KEPT,
        FollowUpState.KEPT_LATE,
        FollowUpState.PARTLY_KEPT,
        FollowUpState.NOT_KEPT,
        FollowUpState.CANNOT_BE_JUDGED,
    }
)
"""States that a verdict gave: nothing is asked any more."""

NEVER_ASKED = FINISHED | {FollowUpState.REFUSED, FollowUpState.OUTSIDE_SCOPE}
"""States in which an item asks for nothing, is never overdue and gets no reminder."""


class _Dated(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def withdrawn(self) -> Withdrawn | None: ...


Record = TypeVar("Record", bound=_Dated)


def whole_history(item: Item, recorded: History) -> History:
    """Return what the letter and later sources say, followed by what was recorded, by day."""
    return History(
        claims=_by_day((*item.said.claims, *recorded.claims)),
        evidence=tuple(
            sorted(
                (*item.said.evidence, *recorded.evidence),
                key=lambda found: found.day or date.min,
            )
        ),
        verdicts=_by_day((*item.said.verdicts, *recorded.verdicts)),
        deadlines=(*item.said.deadlines, *recorded.deadlines),
        assignments=recorded.assignments,
        handovers=recorded.handovers,
    )


def _by_day(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: record.day))


def follow(item: Item, recorded: History, as_of: date, rules: FollowUpRules) -> Followed:
    """Return `item` with its whole history and where it stands on `as_of`."""
    history = whole_history(item, recorded)
    return Followed(item=item, history=history, standing=_standing(item, history, as_of, rules))


def _standing(item: Item, history: History, as_of: date, rules: FollowUpRules) -> Standing:
    given = [change for change in history.deadlines if change.day <= as_of]
    due, expected = _dates(given)
    claim = _last(history.claims, as_of)
    verdict = _last(history.verdicts, as_of)
    state = _state(item, claim, verdict, (due, expected), as_of, rules)
    freshness, evidence_day = _freshness(history.evidence, as_of, rules.stale_after_days)
    owner = owner_on(history, as_of)
    return Standing(
        key=item.key,
        as_of=as_of,
        state=state,
        due=due,
        expected=expected,
        days_left=(expected - as_of).days if expected else None,
        has_slipped=due is not None and expected is not None and expected > due,
        is_overdue=due is not None
        and due < as_of
        and state not in NEVER_ASKED | {FollowUpState.THROUGH_PROMISES},
        owner=owner,
        claim=claim,
        verdict=verdict,
        evidence=freshness,
        evidence_day=evidence_day,
        asks=_asks(state, owner, freshness),
    )


def _dates(given: Sequence[DeadlineChange]) -> tuple[date | None, date | None]:
    """Return the first date, which decides about lateness, and the latest one.

    Dates are in the order in which they were given: the letter's own comes first.
    """
    return (given[0].due, given[-1].due) if given else (None, None)


def _state(
    item: Item,
    claim: Claim | None,
    verdict: IndependentVerdict | None,
    dates: tuple[date | None, date | None],
    as_of: date,
    rules: FollowUpRules,
) -> FollowUpState:
    if item.is_refused:
        return FollowUpState.REFUSED
    if item.is_outside_scope:
        return FollowUpState.OUTSIDE_SCOPE
    if verdict is not None:
        return FollowUpState(verdict.value.value)
    if claim is not None and claim.value is ClaimValue.DONE:
        return FollowUpState.AWAITING_VERDICT
    if dates == (None, None):
        return FollowUpState.THROUGH_PROMISES if item.promises else FollowUpState.DEADLINE_ASKED
    return _state_by_date(dates, as_of, rules)


def _state_by_date(
    dates: tuple[date | None, date | None], as_of: date, rules: FollowUpRules
) -> FollowUpState:
    due, expected = dates
    if due is not None and due < as_of:
        return FollowUpState.NOT_RESEARCHED
    if expected is not None and (expected - as_of).days <= rules.due_soon_days:
        return FollowUpState.DUE_SOON
    return FollowUpState.NOT_DUE


def _last(records: Iterable[Record], as_of: date) -> Record | None:
    """Return the newest record that counts on `as_of`; of two on one day, the one added last."""
    found: Record | None = None
    for record in records:
        if record.withdrawn is None and record.day <= as_of:
            found = record
    return found


def _freshness(
    evidence: Iterable[Evidence], as_of: date, stale_after_days: int
) -> tuple[EvidenceState, date | None]:
    counted = [found for found in evidence if found.withdrawn is None]
    days = [found.day for found in counted if found.day is not None and found.day <= as_of]
    if days:
        newest = max(days)
        is_fresh = (as_of - newest).days <= stale_after_days
        return (EvidenceState.FRESH if is_fresh else EvidenceState.STALE), newest
    if any(found.day is None for found in counted):
        return EvidenceState.UNDATED, None
    return EvidenceState.NONE, None


def owner_on(history: History, as_of: date) -> str | None:
    """Return who owns the item on `as_of`; `None` where nobody does yet."""
    owner = None
    for assignment in history.assignments:
        if assignment.day <= as_of:
            owner = assignment.owner
    return owner


def owners_ever(history: History) -> frozenset[str]:
    """Return everybody who has ever owned the item: none of them may judge it."""
    return frozenset(assignment.owner for assignment in history.assignments)


def _asks(state: FollowUpState, owner: str | None, evidence: EvidenceState) -> tuple[Ask, ...]:
    if state in NEVER_ASKED or state is FollowUpState.THROUGH_PROMISES:
        return ()
    asks = []
    if owner is None:
        asks.append(Ask.OWNER)
    if state is FollowUpState.DEADLINE_ASKED:
        asks.append(Ask.DEADLINE)
    if evidence is not EvidenceState.FRESH:
        asks.append(Ask.EVIDENCE)
    if state in {FollowUpState.AWAITING_VERDICT, FollowUpState.NOT_RESEARCHED}:
        asks.append(Ask.VERDICT)
    return tuple(asks)
