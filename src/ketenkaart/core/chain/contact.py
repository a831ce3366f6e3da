"""Asking the others at a facility to get in touch, through a moderator and without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContactState(StrEnum):
    """How far a request for contact is."""

    OPEN = "open"
    PASSED_ON = "passed_on"
    """A moderator asked the others, who answer or not; the one who asked sees only this."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contributor's request to meet the others at a facility.

    Whether it was passed on to anybody is not said: "passed on" is the answer also where nobody
    else is there, or the answer would tell.
    """

    number: int
    facility: str
    contributor: str
    words: str
    state: ContactState
    asked_at: datetime
    answer: str | None = None
