"""Put something before the moderators: a pair, a new facility, a correction, a closure, a merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from ketenkaart.core.chain.facilities.proposals import (
    PossibleMatch,
    Proposal,
    ProposalKind,
    ProposalState,
    Ruling,
)
from ketenkaart.core.chain.facilities.types import Contributor, FacilityDraft, FacilityStatus
from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities.changing import corrected, drafted, living
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, require_keeper
from ketenkaart.services.facilities.proposal_rows import ordered_keys, proposal_of
from ketenkaart.services.facilities.queue import decide
from ketenkaart.services.facilities.rows import said_of


def propose_matches(
    *, pairs: Sequence[PossibleMatch], reason: str, actor: Actor, at: datetime
) -> tuple[int, ...]:
    """Put pairs that may be one facility before people; return the numbers of the proposals.

    A pair that was put before keeps its number and whatever was decided about it: nobody is asked
    the same thing twice. `reason` says which model with which bounds found them. Raises
    `RefusedError` unless `actor` is editor or moderator, `InputError` for a pair of a record with
    itself or a probability that is none, `NotFoundError` for a record that is not there.
    Everything is put or nothing.
    """
    require_keeper(actor)
    words = checked_text(reason, where="reason")
    dutch_day(at)
    numbers = []
    made = 0
    with transaction.atomic():
        for pair in pairs:
            left, right = ordered_keys(pair.left, pair.right)
            if not 0.0 <= pair.probability <= 1.0:
                raise InputError(
                    f"{pair.probability} is no probability", where="pairs", fix="Use 0 to 1."
                )
            row, is_new = rows.FacilityProposal.objects.get_or_create(
                kind=ProposalKind.POSSIBLE_MATCH.value,
                left=left,
                right=right,
                defaults={
                    "state": ProposalState.OPEN.value,
                    "content": {
                        "reasons": [list(item) for item in pair.reasons],
                        "cautions": [caution.value for caution in pair.cautions],
                    },
                    "probability": pair.probability,
                    "reason": words,
                    "asked_by": actor.name,
                    "asked_at": at,
                },
            )
            made += is_new
            numbers.append(row.pk)
        if made:
            note(
                "propose_matches",
                "facility proposals",
                actor=actor.name,
                at=at,
                after={"proposals": numbers},
                counts={"new": made, "known": len(numbers) - made},
            )
    return tuple(numbers)


def propose_new(
    *, said: FacilityDraft, contributor: Contributor, reason: str, actor: Actor, at: datetime
) -> Proposal:
    """Ask to register a facility that no list names; raises `InputError` for what cannot be."""
    checked = drafted(asdict(said))
    content = {"said": asdict(checked), "contributor": asdict(contributor)}
    return _ask(ProposalKind.NEW_FACILITY, None, None, content, reason, actor, at)


def propose_correction(
    *, facility: str, changes: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> Proposal:
    """Ask to change what the registry says of a facility: `{"name": "...", ...}`.

    Raises `InputError` for a field that a facility has not, or a value that it cannot have.
    """
    found = living(facility)
    corrected(said_of(found), changes)
    content = {"changes": dict(changes)}
    return _ask(ProposalKind.CORRECTION, found.pk, None, content, reason, actor, at)


def propose_closure(*, facility: str, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Ask to note that a facility has ended; raises `InputError` for one that is closed."""
    found = living(facility)
    if found.status != FacilityStatus.ACTIVE.value:
        raise InputError(f"{found.pk} is {found.status} already", where="id")
    return _ask(ProposalKind.CLOSURE, found.pk, None, {}, reason, actor, at)


def propose_merge(*, gone: str, into: str, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Ask to let one facility go up in another, whose id stays.

    Raises `InputError` for the same facility twice, or two in different countries.
    """
    goes, stays = living(gone), living(into)
    if goes.pk == stays.pk:
        raise InputError(f"{goes.pk} cannot be merged with itself", where="id", fix="Name two.")
    if goes.country != stays.country:
        raise InputError(
            f"{goes.pk} lies in {goes.country}, {stays.pk} in {stays.country}",
            where="id",
            fix="If one of the two is wrong, correct its country first.",
        )
    return _ask(ProposalKind.MERGE_REQUEST, goes.pk, stays.pk, {}, reason, actor, at)


def do_at_once(asked: Proposal, *, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Accept what one has just asked oneself; a merge that takes two people then waits for one.

    Raises `RefusedError` unless `actor` is moderator.
    """
    return decide(proposal=asked.id, ruling=Ruling.ACCEPT, reason=reason, actor=actor, at=at)


def _ask(
    kind: ProposalKind,
    left: str | None,
    right: str | None,
    content: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Proposal:
    if not actor.roles - {Role.ADMINISTRATOR}:
        raise RefusedError(
            f"{actor.name} holds no role that works on the record",
            fix="Ask an administrator: `ketenkaart account roles NAME --role editor`.",
        )
    words = checked_text(reason, where="reason")
    dutch_day(at)
    with transaction.atomic():
        row = rows.FacilityProposal.objects.create(
            kind=kind.value,
            state=ProposalState.OPEN.value,
            left=left,
            right=right,
            content=dict(content),
            reason=words,
            asked_by=actor.name,
            asked_at=at,
        )
        note(
            "propose",
            f"facility proposal {row.pk}",
            actor=actor.name,
            at=at,
            after={"kind": kind.value, "left": left, "right": right, **content},
        )
    return proposal_of(row)
