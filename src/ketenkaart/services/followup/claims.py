"""The owner's lane: what the owner says was done, and by when it will be."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.status import owner_on
from ketenkaart.core.ledger.followup.types import ClaimValue, Followed
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.noting import checked_day, checked_text, dutch_day, note
from ketenkaart.services.followup.reading import follow_one

FURTHEST_YEARS = 30


def make_claim(
    *, item: str, value: ClaimValue, text: str, day: date | None, actor: Actor, at: datetime
) -> Followed:
    """Add what the owner says about an item on `day` (today's when `None`).

    Raises `RefusedError` unless `actor` owns the item, `InputError` for a day to come, one before
    the letter or an empty text, and `NotFoundError` for an unknown item.
    """
    words = checked_text(text, where="text")
    with transaction.atomic():
        first = require_owner(item, actor, at).item.letter_day
        when = checked_day(day, at, where="day", first=first)
        content = {"item": item, "day": when, "value": value.value, "text": words, "by": actor.name}
        rows.Claim.objects.create(**content, recorded_at=at)
        note("claim", item, actor=actor.name, at=at, after=content)
    return follow_one(item, dutch_day(at))


def propose_deadline(*, item: str, due: date, reason: str, actor: Actor, at: datetime) -> Followed:
    """Add a date for an item; the letter's own date stays and decides about lateness.

    Raises `RefusedError` unless `actor` owns the item or is an editor, and `InputError` for a date
    in the past, one more than thirty years off, or the date that stands already.
    """
    today = dutch_day(at)
    words = checked_text(reason, where="reason")
    if due < today:
        raise InputError(f"{due} has passed", where="due", fix=f"Give a day from {today} on.")
    if due.year > today.year + FURTHEST_YEARS:
        raise InputError(
            f"{due} is too far off", where="due", fix=f"Stay within {FURTHEST_YEARS} years."
        )
    with transaction.atomic():
        found = follow_one(item, today)
        if Role.EDITOR not in actor.roles:
            require_owner(item, actor, at)
        if found.item.is_refused:
            raise InputError(
                "A refused recommendation gets no date",
                where="item",
                fix="Its reason stands in the register of decisions.",
            )
        if found.standing.expected == due:
            raise InputError(f"{due} is the date already", where="due", fix="Give another day.")
        content = {"item": item, "day": today, "due": due, "reason": words, "by": actor.name}
        rows.DeadlineChange.objects.create(**content, recorded_at=at)
        note("propose_deadline", item, actor=actor.name, at=at, after=content)
    return follow_one(item, today)


def require_owner(item: str, actor: Actor, at: datetime) -> Followed:
    """Return the item when `actor` owns it now; raise `RefusedError` otherwise."""
    actor.require(Role.OWNER)
    today = dutch_day(at)
    found = follow_one(item, today)
    owner = owner_on(found.history, today)
    if owner != actor.name:
        raise RefusedError(
            f"{item} belongs to {owner}" if owner else f"Nobody owns {item} yet",
            fix="Its owner speaks for it; an editor assigns one.",
        )
    return found
