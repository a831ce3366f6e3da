"""What every statement about a facility shares: which one, who may, and how it is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ketenkaart.core.chain.facilities.types import Facility, FacilityStatus
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, require_keeper
from ketenkaart.services.facilities.registry import resolve

Statement = rows.FacilityProgramme | rows.FacilityWage | rows.WageBenchmarkFile
MOST_MERGED = 10_000


def stated_facility(text: str) -> Facility:
    """Return the one facility that an id stands for today.

    Raises `InputError` for an id that was split: it stands for several.
    """
    ends = resolve(text)
    if len(ends) != 1:
        raise InputError(
            f"{text[:40]} was split into {', '.join(end.id for end in ends)}",
            where="id",
            fix="Name one of these.",
        )
    return ends[0]


def ids_behind(facility: str) -> tuple[str, ...]:
    """Return the id of a facility and every id that was merged into it: what was said of those
    holds for it too.
    """
    found = [facility]
    wave: Sequence[str] = [facility]
    while wave and len(found) < MOST_MERGED:
        links = rows.FacilitySuccessor.objects.filter(
            successor__in=wave, facility__status=FacilityStatus.MERGED.value
        )
        wave = [
            str(key)
            for key in links.values_list("facility_id", flat=True).order_by("facility_id")
            if key not in found
        ]
        found += wave
    return tuple(found)


def withdraw_statement(
    row: Statement | None, *, noun: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Mark a statement as withdrawn; the caller holds the transaction.

    Raises `NotFoundError` where there is none, `ConflictError` for one withdrawn before, and
    `RefusedError` unless `actor` is editor or moderator.
    """
    require_keeper(actor)
    dutch_day(at)
    words = checked_text(reason, where="reason")
    if row is None:
        raise NotFoundError(
            f"There is no {noun} with that number", where="number", fix="Look at the facility."
        )
    if row.withdrawn_at is not None:
        raise ConflictError(
            f"{noun.capitalize()} {row.pk} was withdrawn by {row.withdrawn_by}",
            where="number",
            fix="Nothing is left to do.",
        )
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = actor.name, at, words
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    note(
        f"withdraw_{noun.replace(' ', '_')}",
        f"{noun} {row.pk}",
        actor=actor.name,
        at=at,
        after={"reason": words},
    )


def added(source: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return the columns that say who stated something, when, and by what source."""
    require_keeper(actor)
    dutch_day(at)
    return {
        "source": checked_text(source, where="source"),
        "added_by": actor.name,
        "added_at": at,
    }
