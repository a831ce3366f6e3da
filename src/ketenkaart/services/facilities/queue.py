"""The moderation queue: what is asked of the registry, claimed, decided, and undone.

A merge that takes an id out of use that others may have read needs two moderators: the first who
accepts it leaves it waiting for a second. Everything else one moderator decides. What a decision
did is an event of the registry, and undoing the decision undoes that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ketenkaart.core.chain.facilities.proposals import (
    Proposal,
    ProposalKind,
    ProposalState,
    Ruling,
)
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note
from ketenkaart.services.facilities.proposal_rows import proposal_of, record_json, record_named
from ketenkaart.services.facilities.ruling import Outcome, carry_out, leave_apart
from ketenkaart.services.facilities.undoing import undo_held

CLAIM_HOLDS = timedelta(hours=24)
"""How long a claim keeps others from deciding; after that anybody may take it over."""
WAITING = (ProposalState.OPEN.value, ProposalState.SECOND_NEEDED.value)


def claim(*, proposal: int, actor: Actor, at: datetime) -> Proposal:
    """Take a proposal up, so that nobody else decides it for a day.

    Raises `RefusedError` unless `actor` is moderator, `ConflictError` when somebody else holds it
    or nothing is left to decide.
    """
    actor.require(Role.MODERATOR)
    dutch_day(at)
    with transaction.atomic():
        row = waiting_proposal(proposal)
        _refuse_claimed(row, actor, at)
        row.claimed_by, row.claimed_at = actor.name, at
        _write(row, "claimed_by", "claimed_at")
        note("claim_proposal", _subject(row), actor=actor.name, at=at, after={"by": actor.name})
    return proposal_of(row)


def release(*, proposal: int, actor: Actor, at: datetime) -> Proposal:
    """Give a claimed proposal back for others to decide.

    Raises `RefusedError` unless `actor` claimed it, `NotFoundError` where there is none.
    """
    actor.require(Role.MODERATOR)
    dutch_day(at)
    with transaction.atomic():
        row = find_row(proposal)
        if row.claimed_by != actor.name:
            raise RefusedError(
                f"{actor.name} did not claim proposal {proposal}", fix="Only who claimed releases."
            )
        row.claimed_by = row.claimed_at = None
        _write(row, "claimed_by", "claimed_at")
        note("release_proposal", _subject(row), actor=actor.name, at=at, after={"by": None})
    return proposal_of(row)


def decide(
    *,
    proposal: int,
    ruling: Ruling,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Proposal:
    """Accept or reject a proposal; what follows from it is done at once.

    Where accepting takes two people, the first leaves it waiting for the second. Two rows that
    are found to be different each become a facility, once no other pair waits for them.
    `version` is that of the proposal as it was looked at. Raises `RefusedError` unless `actor` is
    moderator and another one than accepted first, `ConflictError` when it was changed, claimed or
    decided in between, `InputError` for what cannot be done as asked.
    """
    actor.require(Role.MODERATOR)
    words = checked_text(reason, where="reason")
    dutch_day(at)
    with transaction.atomic():
        row = waiting_proposal(proposal)
        if version is not None and version != row.version:
            raise ConflictError(
                f"Proposal {proposal} was changed in between", where="version", fix="Look again."
            )
        _refuse_claimed(row, actor, at)
        before = row.state
        records = [record_json(record_named(key)) for key in (row.left, row.right) if key]
        outcome = _outcome(row, ruling, actor, at, words)
        row.state, row.claimed_by, row.claimed_at = outcome.state.value, None, None
        _write(row, "state", "claimed_by", "claimed_at")
        _append(row, ruling.value, words, records, outcome.event, actor, at)
        note(
            "decide_proposal",
            _subject(row),
            actor=actor.name,
            at=at,
            before={"state": before},
            after={"state": row.state, "ruling": ruling.value},
        )
    return proposal_of(row)


def _outcome(
    row: rows.FacilityProposal, ruling: Ruling, actor: Actor, at: datetime, words: str
) -> Outcome:
    if ruling is Ruling.REJECT:
        return leave_apart(row, reason=words, by=actor.name, at=at)
    first = first_acceptor(row)
    if first == actor.name:
        raise RefusedError(
            f"{actor.name} accepted proposal {row.pk} first; it takes a second person",
            fix="Ask another moderator.",
        )
    return carry_out(row, is_second=first is not None, reason=words, actor=actor, at=at)


def undo_decision(*, proposal: int, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Take back the newest decision on a proposal, with what it did; it waits again.

    A facility that was registered keeps its id: where rejecting a pair made one, accepting the
    pair after all merges it. Raises `RefusedError` unless `actor` is moderator, `InputError` when
    nothing was decided or what was done cannot be undone, `ConflictError` when something later
    rests on it.
    """
    actor.require(Role.MODERATOR)
    words = checked_text(reason, where="reason")
    dutch_day(at)
    with transaction.atomic():
        row = find_row(proposal)
        last = row.decisions.order_by("pk").last()
        if last is None or row.state == ProposalState.OPEN.value:
            raise InputError(
                f"Nothing was decided about proposal {proposal}", where="proposal", fix="Decide it."
            )
        if row.state == ProposalState.SUPERSEDED.value:
            raise InputError(
                f"Proposal {proposal} was superseded by another",
                where="proposal",
                fix="Undo the decision on that one.",
            )
        event = None
        if last.event is not None and last.ruling == Ruling.ACCEPT.value:
            event = undo_held(last.event, reason=words, by=actor.name, at=at)
        before, row.state = row.state, ProposalState.OPEN.value
        _write(row, "state")
        _append(row, "undo", words, [], event, actor, at)
        superseded = rows.FacilityProposal.objects.filter(
            state=ProposalState.SUPERSEDED.value, content__superseded_by=row.pk
        )
        superseded.update(state=ProposalState.OPEN.value)
        note(
            "undo_decision",
            _subject(row),
            actor=actor.name,
            at=at,
            before={"state": before},
            after={"state": row.state},
        )
    return proposal_of(row)


def first_acceptor(row: rows.FacilityProposal) -> str | None:
    """Return who accepted a proposal that waits for a second person."""
    if row.state != ProposalState.SECOND_NEEDED.value:
        return None
    last = row.decisions.order_by("pk").last()
    return last.by if last else None


def find_proposal(proposal: int) -> Proposal:
    """Return a proposal with its decisions; raise `NotFoundError` where there is none."""
    return proposal_of(find_row(proposal))


def list_proposals(
    *,
    states: Sequence[ProposalState] = (ProposalState.OPEN, ProposalState.SECOND_NEEDED),
    kind: ProposalKind | None = None,
    about: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[tuple[Proposal, ...], int]:
    """Return a page of proposals, the surest matches first, and how many there are in all.

    `about` is the key of a record that they speak of; `after` skips so many.
    """
    found = rows.FacilityProposal.objects.filter(state__in=[state.value for state in states])
    if kind is not None:
        found = found.filter(kind=kind.value)
    if about is not None:
        found = found.filter(left=about) | found.filter(right=about)
    page = found.order_by("-probability", "pk")[after : after + limit]
    return tuple(proposal_of(row) for row in page), found.count()


def find_row(proposal: int) -> rows.FacilityProposal:
    """Return the row of a proposal; raise `NotFoundError` where there is none."""
    row = rows.FacilityProposal.objects.filter(pk=proposal).first()
    if row is None:
        raise NotFoundError(
            f"There is no proposal {proposal}",
            where="proposal",
            fix="See `ketenkaart facility queue`.",
        )
    return row


def waiting_proposal(proposal: int) -> rows.FacilityProposal:
    """Return the row of a proposal that is still to be decided."""
    row = find_row(proposal)
    if row.state not in WAITING:
        raise ConflictError(
            f"Proposal {proposal} is {row.state} already",
            where="proposal",
            fix="Undo that first, or leave it.",
        )
    return row


def _refuse_claimed(row: rows.FacilityProposal, actor: Actor, at: datetime) -> None:
    if row.claimed_by in (None, actor.name) or row.claimed_at is None:
        return
    if at - row.claimed_at < CLAIM_HOLDS:
        raise ConflictError(
            f"{row.claimed_by} is looking at proposal {row.pk}",
            where="proposal",
            fix="Take another, or wait until it is released.",
        )


def _write(row: rows.FacilityProposal, *columns: str) -> None:
    row.version += 1
    row.save(update_fields=[*columns, "version"])


def _append(
    row: rows.FacilityProposal,
    ruling: str,
    reason: str,
    records: Sequence[Mapping[str, Any]],
    event: rows.FacilityEvent | None,
    actor: Actor,
    at: datetime,
) -> None:
    rows.FacilityDecision.objects.create(
        proposal=row,
        ruling=ruling,
        reason=reason,
        records=list(records),
        event=event,
        by=actor.name,
        at=at,
    )


def _subject(row: rows.FacilityProposal) -> str:
    return f"facility proposal {row.pk}"
