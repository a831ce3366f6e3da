"""The independent lane: a verdict by somebody who has nothing to do with the item."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.status import owners_ever
from ketenkaart.core.ledger.followup.types import Followed, HandoverState, IndependentValue
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.noting import checked_day, checked_text, dutch_day, note
from ketenkaart.services.followup.reading import follow_one


def give_verdict(
    *,
    item: str,
    value: IndependentValue,
    statement: str,
    kept_on: date | None,
    day: date | None,
    actor: Actor,
    at: datetime,
) -> Followed:
    """Add an independent verdict on an item, found on `day` (today's when `None`).

    `kept_on` is the day on which it was done, where that is known. Lateness is measured by the
    first date the item had: a new date never makes a late promise timely.

    Raises `RefusedError` unless `actor` is a verifier, holds no owner's role and never owned the
    item, and `InputError` when the days contradict the verdict.
    """
    today = dutch_day(at)
    words = checked_text(statement, where="statement")
    with transaction.atomic():
        found = follow_one(item, today)
        _require_independent(found, actor)
        when = checked_day(day, at, where="day", first=found.item.letter_day)
        if found.item.is_refused:
            raise InputError(
                "A refused recommendation was never promised, so it cannot be kept",
                where="item",
                fix="Its reason stands in the register of decisions.",
            )
        _check_days(found, value, kept_on, when)
        if kept_on is not None:
            checked_day(kept_on, at, where="kept_on")
        content = {
            "item": item,
            "day": when,
            "value": value.value,
            "kept_on": kept_on,
            "statement": words,
            "by": actor.name,
        }
        rows.IndependentVerdict.objects.create(**content, recorded_at=at)
        note("verdict", item, actor=actor.name, at=at, after=content)
    return follow_one(item, today)


def _require_independent(found: Followed, actor: Actor) -> None:
    actor.require(Role.VERIFIER)
    if Role.OWNER in actor.roles:
        raise RefusedError(
            f"{actor.name} is owner as well as verifier",
            fix="A verdict comes from somebody who owns nothing here.",
        )
    takers = {
        handover.taker
        for handover in found.history.handovers
        if handover.state is HandoverState.PENDING
    }
    if actor.name in owners_ever(found.history) | takers:
        raise RefusedError(
            f"{actor.name} owns {found.item.key}, or owned it before",
            fix="Another verifier gives the verdict.",
        )


def _check_days(found: Followed, value: IndependentValue, kept_on: date | None, when: date) -> None:
    due = found.standing.due
    if kept_on is None:
        return
    if value not in {IndependentValue.KEPT, IndependentValue.KEPT_LATE}:
        raise InputError(
            "Only what was kept has a day on which it was",
            where="kept_on",
            fix="Leave the day out, or choose another verdict.",
        )
    if kept_on > when:
        raise InputError(
            f"{kept_on} comes after the verdict of {when}", where="kept_on", fix="Correct a day."
        )
    if due is None:
        return
    if value is IndependentValue.KEPT and kept_on > due:
        raise InputError(
            f"Kept on {kept_on}, after {due}, is kept late",
            where="value",
            fix="Choose kept late: the first date decides.",
        )
    if value is IndependentValue.KEPT_LATE and kept_on <= due:
        raise InputError(
            f"Kept on {kept_on}, by {due}, is not late", where="value", fix="Choose kept."
        )
