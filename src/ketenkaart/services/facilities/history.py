"""What happened to a facility, in the order in which it happened."""

from __future__ import annotations

from collections import defaultdict

from ketenkaart.core.chain.facilities.history import EventKind, FacilityEvent
from ketenkaart.db.record import models as rows
from ketenkaart.services.facilities.registry import find_facility

MOST_OTHERS = 20
"""An import touches thousands of facilities; a history names so many beside the one asked."""


def history_of(text: str) -> tuple[FacilityEvent, ...]:
    """Return every event that touched a facility, the oldest first.

    Where an event touched many others, the first twenty are named. Raises `FacilityIdError` for a
    text that is no id, `NotFoundError` for an id never given.
    """
    key = find_facility(text).id
    touches = list(
        rows.FacilityTouch.objects.filter(facility=key)
        .select_related("event__undone_by")
        .order_by("event")
    )
    others: dict[int, list[str]] = defaultdict(list)
    for touch in touches:
        beside = rows.FacilityTouch.objects.filter(event=touch.event_id).exclude(facility=key)
        others[touch.event_id] = list(
            beside.order_by("pk").values_list("facility_id", flat=True)[:MOST_OTHERS]
        )
    return tuple(
        FacilityEvent(
            id=touch.event.pk,
            kind=EventKind(touch.event.kind),
            by=touch.event.by,
            at=touch.event.at,
            reason=touch.event.reason,
            detail=dict(touch.detail),
            others=tuple(others[touch.event_id]),
            undoes=touch.event.undoes_id,
            undone_by=touch.event.undone_by.pk if hasattr(touch.event, "undone_by") else None,
        )
        for touch in touches
    )
