"""One owner per item: assign one, offer an item to another, answer the offer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.ledger.followup.types import Followed, Handover, HandoverState
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import actor_named
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.claims import require_owner
from ketenkaart.services.followup.noting import checked_text, dutch_day, note
from ketenkaart.services.followup.reading import follow_one, handover_of


def assign(*, item: str, owner: str, actor: Actor, at: datetime) -> Followed:
    """Make the account `owner` the owner of an item from today on.

    Raises `RefusedError` unless `actor` is an editor, `InputError` when the account is no owner,
    judged the item, owns it already or is being offered it, `NotFoundError` for an unknown item or
    account.
    """
    actor.require(Role.EDITOR)
    today = dutch_day(at)
    with transaction.atomic():
        found = follow_one(item, today)
        _check_taker(found, owner, "owner")
        if found.standing.owner == owner:
            raise InputError(f"{owner} owns {item} already", where="owner", fix="Name another.")
        _refuse_pending(found)
        _assign(item, owner, actor, at)
    return follow_one(item, today)


def offer_handover(
    *, item: str, taker: str, note_text: str, actor: Actor, at: datetime
) -> Handover:
    """Offer an item to another owner; it changes hands when that one accepts.

    Raises `RefusedError` unless `actor` owns the item or is an editor, and `InputError` when
    nobody owns it, the taker cannot own it, or another offer waits.
    """
    today = dutch_day(at)
    words = checked_text(note_text, where="note")
    with transaction.atomic():
        found = follow_one(item, today)
        giver = found.standing.owner
        if giver is None:
            raise InputError(f"Nobody owns {item} yet", where="item", fix="Assign an owner first.")
        if Role.EDITOR not in actor.roles:
            require_owner(item, actor, at)
        _check_taker(found, taker, "taker")
        if giver == taker:
            raise InputError(f"{taker} owns {item} already", where="taker", fix="Name another.")
        _refuse_pending(found)
        content = {
            "item": item,
            "day": today,
            "by": actor.name,
            "giver": giver,
            "taker": taker,
            "note": words,
            "state": HandoverState.PENDING.value,
        }
        row = rows.Handover.objects.create(**content, recorded_at=at)
        note("offer_handover", item, actor=actor.name, at=at, after=content)
    return handover_of(row)


def answer_handover(
    *, handover: int, accept: bool, version: int, actor: Actor, at: datetime
) -> Handover:
    """Accept or decline an item that was offered; accepting makes the taker its owner.

    Raises `RefusedError` unless `actor` is the one it was offered to, `ConflictError` when it was
    answered in between, `NotFoundError` for an unknown offer.
    """
    today = dutch_day(at)
    with transaction.atomic():
        row = rows.Handover.objects.filter(pk=handover).first()
        if row is None:
            raise NotFoundError(f"There is no handover {handover}", where="handover")
        if row.taker != actor.name:
            raise RefusedError(
                f"This item was offered to {row.taker}", fix=f"Only {row.taker} can answer."
            )
        actor.require(Role.OWNER)
        state = HandoverState.ACCEPTED if accept else HandoverState.DECLINED
        changed = rows.Handover.objects.filter(
            pk=handover, version=version, state=HandoverState.PENDING.value
        ).update(state=state.value, answered_on=today, version=version + 1)
        if not changed:
            raise ConflictError(
                "This offer was answered in between", where="version", fix="Look again."
            )
        note(
            "answer_handover",
            row.item,
            actor=actor.name,
            at=at,
            before={"handover": handover, "state": row.state},
            after={"handover": handover, "state": state.value},
        )
        if accept:
            _check_taker(follow_one(row.item, today), row.taker, "taker")
            _assign(row.item, row.taker, actor, at)
        row.refresh_from_db()
    return handover_of(row)


def _assign(item: str, owner: str, actor: Actor, at: datetime) -> None:
    content = {"item": item, "owner": owner, "day": dutch_day(at), "by": actor.name}
    rows.Assignment.objects.create(**content, recorded_at=at)
    note("assign", item, actor=actor.name, at=at, after=content)


def _check_taker(found: Followed, name: str, where: str) -> None:
    """Return when an account may own an item: it holds the role, and it did not judge the item."""
    try:
        roles = actor_named(name).roles
    except (NotFoundError, RefusedError) as error:
        raise type(error)(error.what, where=where, fix="Name another.") from error
    if Role.OWNER not in roles:
        raise InputError(
            f"{name} does not hold the role 'owner'",
            where=where,
            fix="An administrator gives it: `ketenkaart account roles`.",
        )
    if any(verdict.by == name for verdict in found.history.verdicts):
        raise InputError(
            f"{name} gave a verdict on {found.item.key}", where=where, fix="Name another owner."
        )


def _refuse_pending(found: Followed) -> None:
    for handover in found.history.handovers:
        if handover.state is HandoverState.PENDING:
            raise InputError(
                f"{found.item.key} is being offered to {handover.taker}",
                where="item",
                fix="Wait for the answer.",
            )
