"""Take back an event of the registry: it stays in the history, and a new event says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.types import FacilityStatus
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.facilities.changing import corrected, write_said
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, record_event
from ketenkaart.services.facilities.placing import belong
from ketenkaart.services.facilities.rows import LIVING, in_chunks, said_of

Details = dict[str, dict[str, Any]]
Touches = list[tuple[str, dict[str, Any]]]


def undo(*, event: int, reason: str, actor: Actor, at: datetime) -> int:
    """Take back a merge, split, closure, correction or joining; return the number of the undoing.

    Ids stay what they are: after a split is undone, the ids of its parts lead to the whole.
    Raises `RefusedError` unless `actor` is moderator, `NotFoundError` for an event that is not
    there, `InputError` for one that cannot be undone, `ConflictError` when it was undone before
    or something later rests on it.
    """
    actor.require(Role.MODERATOR)
    words = checked_text(reason, where="reason")
    dutch_day(at)
    with transaction.atomic():
        found = rows.FacilityEvent.objects.filter(pk=event).first()
        if found is None:
            raise NotFoundError(
                f"There is no event {event}",
                where="event",
                fix="See `ketenkaart facility history ID`.",
            )
        undone = undo_held(found, reason=words, by=actor.name, at=at)
        note(
            "undo_facility_event",
            f"facility event {event}",
            actor=actor.name,
            at=at,
            before={"event": event, "kind": found.kind},
            after={"event": undone.pk},
        )
    return undone.pk


def undo_held(
    found: rows.FacilityEvent, *, reason: str, by: str, at: datetime
) -> rows.FacilityEvent:
    """Take back an event; the caller holds the transaction and has checked who acts."""
    if rows.FacilityEvent.objects.filter(undoes=found).exists():
        raise ConflictError(f"Event {found.pk} was undone before", where="event")
    turn = _TURNS.get(EventKind(found.kind))
    if turn is None:
        raise InputError(
            f"Event {found.pk} is a {found.kind} and cannot be undone",
            where="event",
            fix=_INSTEAD[EventKind(found.kind)],
        )
    details: Details = {
        touch.facility_id: touch.detail
        for touch in rows.FacilityTouch.objects.filter(event=found).order_by("pk")
    }
    touches = turn(details)
    for part in in_chunks([key for key, _ in touches]):
        rows.Facility.objects.filter(pk__in=part).update(version=F("version") + 1)
    return record_event(EventKind.UNDONE, touches, reason=reason, by=by, at=at, undoes=found)


_INSTEAD = {
    EventKind.REGISTERED: "The id of a facility never dies: merge it into another, or close it.",
    EventKind.UNDONE: "Do again what was undone.",
}


def _turn_merge(details: Details) -> Touches:
    gone, kept = details
    detail = details[gone]
    into = _still(kept)
    link = rows.FacilitySuccessor.objects.filter(facility=gone, successor=into.pk)
    if not link.exists():
        raise _later(gone)
    link.delete()
    moved = _give_back(detail["rows"], into.pk, gone)
    rows.Facility.objects.filter(pk=gone).update(status=detail["was"])
    return [(gone, {"rows": moved, "now": detail["was"]}), (into.pk, {"rows": moved})]


def _turn_split(details: Details) -> Touches:
    whole, *parts = details
    detail = details[whole]
    for key in parts:
        _still(key)
    rows.FacilitySuccessor.objects.filter(facility=whole).delete()
    touches: Touches = [(whole, {"now": detail["was"]})]
    for key in parts:
        held = list(rows.FacilityRow.objects.filter(facility=key))
        for row in held:
            row.facility_id = whole
        belong(held)
        rows.FacilitySuccessor.objects.create(facility_id=key, successor_id=whole, position=0)
        touches.append((key, {"into": whole, "rows": [row.pk for row in held]}))
    rows.Facility.objects.filter(pk__in=parts).update(status=FacilityStatus.MERGED.value)
    rows.Facility.objects.filter(pk=whole).update(status=detail["was"])
    return touches


def _turn_closure(details: Details) -> Touches:
    (key,) = details
    changed = rows.Facility.objects.filter(pk=key, status=FacilityStatus.CLOSED.value)
    if not changed.update(status=FacilityStatus.ACTIVE.value):
        raise _later(key)
    return [(key, {"now": FacilityStatus.ACTIVE.value})]


def _turn_correction(details: Details) -> Touches:
    ((key, detail),) = details.items()
    facility = _still(key)
    said = said_of(facility)
    if corrected(said, detail["after"]) != said:
        raise _later(key)
    write_said(facility, corrected(said, detail["before"]))
    return [(key, {"before": detail["after"], "after": detail["before"]})]


def _turn_joining(details: Details) -> Touches:
    touches: Touches = []
    for key, detail in details.items():
        held = list(rows.FacilityRow.objects.filter(pk__in=detail["rows"], facility=key))
        if len(held) < len(detail["rows"]):
            raise _later(key)
        for row in held:
            row.facility_id = None
        belong(held)
        touches.append((key, {"rows": detail["rows"]}))
    return touches


_TURNS: dict[EventKind, Callable[[Details], Touches]] = {
    EventKind.MERGED: _turn_merge,
    EventKind.SPLIT: _turn_split,
    EventKind.CLOSED: _turn_closure,
    EventKind.CORRECTED: _turn_correction,
    EventKind.JOINED: _turn_joining,
}


def _give_back(numbers: list[int], now: str, before: str) -> list[int]:
    """Return the rows that went back: those that are still where the merge brought them."""
    moved: list[int] = []
    for part in in_chunks(numbers):
        held = list(rows.FacilityRow.objects.filter(pk__in=part, facility=now))
        for row in held:
            row.facility_id = before
        belong(held)
        moved += [row.pk for row in held]
    return moved


def _still(key: str) -> rows.Facility:
    found = rows.Facility.objects.get(pk=key)
    if found.status not in LIVING:
        raise _later(key)
    return found


def _later(key: str) -> ConflictError:
    return ConflictError(
        f"{key} was changed later on",
        where="event",
        fix=f"Undo that first: `ketenkaart facility history {key}`.",
    )
