"""What happened to a facility, in order: nothing of it is ever changed or taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """One kind of change of the registry."""

    REGISTERED = "registered"
    JOINED = "joined"
    """A row of a list was found to speak of it."""
    CORRECTED = "corrected"
    CLOSED = "closed"
    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class FacilityEvent:
    """One change: what, by whom, when and why, and what it did to the facility asked about.

    `others` are the ids that it touched beside that one; `undoes` is the event that it took back,
    `undone_by` the one that took it back.
    """

    id: int
    kind: EventKind
    by: str
    at: datetime
    reason: str
    detail: dict[str, Any]
    others: tuple[str, ...]
    undoes: int | None = None
    undone_by: int | None = None
