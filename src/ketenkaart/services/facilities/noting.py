"""What every change of the registry shares: who may, on which day, with what reason, on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.noting import checked_text, dutch_day, note

__all__ = ["checked_text", "dutch_day", "note", "record_event", "require_keeper"]

BATCH = 200


def require_keeper(actor: Actor) -> None:
    """Return when the actor may bring in lists and proposals: an editor or a moderator."""
    if not {Role.EDITOR, Role.MODERATOR} & actor.roles:
        raise RefusedError(
            f"{actor.name} is neither editor nor moderator",
            fix="Ask an administrator: `ketenkaart account roles NAME --role moderator`.",
        )


def record_event(
    kind: EventKind,
    touches: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    reason: str,
    by: str,
    at: datetime,
    undoes: rows.FacilityEvent | None = None,
) -> rows.FacilityEvent:
    """Append an event and what it did to each facility; the caller holds the transaction."""
    event = rows.FacilityEvent.objects.create(
        kind=kind.value, by=by, at=at, reason=reason, undoes=undoes
    )
    rows.FacilityTouch.objects.bulk_create(
        [
            rows.FacilityTouch(event=event, facility_id=key, detail=dict(detail))
            for key, detail in touches
        ],
        batch_size=BATCH,
    )
    return event
