"""What follows from a decision on a proposal, by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ketenkaart.core.chain.facilities.proposals import ProposalKind, ProposalState
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind
from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.changing import (
    close_held,
    correct_held,
    drafted,
    living,
    merge_held,
    others_may_use,
    which_goes,
)
from ketenkaart.services.facilities.placing import join_held, register_held, standing
from ketenkaart.services.facilities.proposal_rows import named_row
from ketenkaart.services.facilities.registry import hold_by_hand
from ketenkaart.services.facilities.rows import ROW_KEY, row_key

OPEN = (ProposalState.OPEN.value, ProposalState.SECOND_NEEDED.value)
MATCH = ProposalKind.POSSIBLE_MATCH.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """In which state a decision leaves a proposal, and the event that it made, if any."""

    state: ProposalState
    event: rows.FacilityEvent | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decision on its way: on what, by whom, why, and whether somebody accepted before."""

    row: rows.FacilityProposal
    is_second: bool
    reason: str
    actor: Actor
    at: datetime


def carry_out(
    row: rows.FacilityProposal, *, is_second: bool, reason: str, actor: Actor, at: datetime
) -> Outcome:
    """Do what an accepted proposal asks; the caller holds the transaction."""
    return _ACTS[ProposalKind(row.kind)](Deciding(row, is_second, reason, actor, at))


def leave_apart(row: rows.FacilityProposal, *, reason: str, by: str, at: datetime) -> Outcome:
    """Reject; a waiting row that no other pair waits for becomes a facility of its own."""
    event = None
    if row.kind == MATCH:
        alone = [
            found
            for key in (row.left, row.right)
            if key is not None and key.startswith(ROW_KEY) and not _pairs_of(key, row)
            for found in rows.FacilityRow.objects.filter(
                pk=int(key.removeprefix(ROW_KEY)), facility__isnull=True
            )
        ]
        register_held(alone, reason=reason, by=by, at=at)
        if alone:
            event = rows.FacilityEvent.objects.order_by("pk").last()
    return Outcome(ProposalState.REJECTED, event)


def _match(deciding: Deciding) -> Outcome:
    left, right = (named_row(key) for key in (deciding.row.left, deciding.row.right) if key)
    one, other = _facility_of(left), _facility_of(right)
    if one is not None and other is not None:
        if one.pk == other.pk:
            return Outcome(ProposalState.ACCEPTED)
        return _merge(deciding, *which_goes(one, other))
    by, at, why = deciding.actor.name, deciding.at, deciding.reason
    if one is None and other is None and isinstance(left, rows.FacilityRow):
        register_held([left], reason=why, by=by, at=at)
        one = _facility_of(left)
    joining = right if other is None else left
    target = one or other
    if target is None or not isinstance(joining, rows.FacilityRow):
        raise InputError("Neither record can be placed", where="proposal", fix="Reject it.")
    event = join_held([(joining, target.pk)], reason=why, by=by, at=at)
    others = _pairs_of(row_key(joining.pk), deciding.row)
    for held in others:
        held.content = held.content | {"superseded_by": deciding.row.pk}
        held.state = ProposalState.SUPERSEDED.value
        held.version += 1
        held.save(update_fields=["content", "state", "version"])
    return Outcome(ProposalState.ACCEPTED, event)


def _merge_request(deciding: Deciding) -> Outcome:
    gone, into = living(deciding.row.left or ""), living(deciding.row.right or "")
    return _merge(deciding, gone, into)


def _merge(deciding: Deciding, gone: rows.Facility, into: rows.Facility) -> Outcome:
    if others_may_use(gone) and not deciding.is_second:
        return Outcome(ProposalState.SECOND_NEEDED)
    event = merge_held(gone, into, reason=deciding.reason, by=deciding.actor.name, at=deciding.at)
    return Outcome(ProposalState.ACCEPTED, event)


def _correction(deciding: Deciding) -> Outcome:
    event = correct_held(
        standing(deciding.row.left or ""),
        deciding.row.content["changes"],
        reason=deciding.reason,
        by=deciding.actor.name,
        at=deciding.at,
    )
    return Outcome(ProposalState.ACCEPTED, event)


def _closure(deciding: Deciding) -> Outcome:
    event = close_held(
        standing(deciding.row.left or ""),
        reason=deciding.reason,
        by=deciding.actor.name,
        at=deciding.at,
    )
    return Outcome(ProposalState.ACCEPTED, event)


def _new_facility(deciding: Deciding) -> Outcome:
    content = deciding.row.content
    named = content["contributor"]
    contributor = Contributor(
        named["id"], named["name"], ContributorKind(named["kind"]), named["is_named"]
    )
    held = hold_by_hand(
        [drafted(content["said"])],
        contributor,
        f"proposal {deciding.row.pk}",
        actor=deciding.actor,
        at=deciding.at,
    )
    (key,) = register_held(held, reason=deciding.reason, by=deciding.actor.name, at=deciding.at)
    deciding.row.content = content | {"facility": key}
    deciding.row.save(update_fields=["content"])
    return Outcome(ProposalState.ACCEPTED, rows.FacilityEvent.objects.order_by("pk").last())


_ACTS: dict[ProposalKind, Callable[[Deciding], Outcome]] = {
    ProposalKind.POSSIBLE_MATCH: _match,
    ProposalKind.MERGE_REQUEST: _merge_request,
    ProposalKind.CORRECTION: _correction,
    ProposalKind.CLOSURE: _closure,
    ProposalKind.NEW_FACILITY: _new_facility,
}


def _facility_of(found: rows.Facility | rows.FacilityRow) -> rows.Facility | None:
    """Return the living facility that a record belongs to today, `None` for a waiting row."""
    if isinstance(found, rows.Facility):
        return standing(found.pk)
    return standing(found.facility_id) if found.facility_id else None


def _pairs_of(key: str, but: rows.FacilityProposal) -> list[rows.FacilityProposal]:
    found = rows.FacilityProposal.objects.filter(kind=MATCH, state__in=OPEN).exclude(pk=but.pk)
    return list(found.filter(left=key) | found.filter(right=key))
