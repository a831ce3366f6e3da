"""The audit trail of follow-up, and which day it is in the Netherlands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONGEST_TEXT = 4000


def dutch_day(at: datetime) -> date:
    """Return the day that it is in the Netherlands at a moment.

    Raises `InputError` when the moment has no time zone.

    >>> from datetime import UTC
    >>> dutch_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    return at.astimezone(AMSTERDAM).date()


def checked_day(day: date | None, at: datetime, *, where: str) -> date:
    """Return `day`, or today's where it is `None`; raise `InputError` for a day still to come."""
    today = dutch_day(at)
    if day is not None and day > today:
        raise InputError(
            f"{day} is still to come", where=where, fix=f"Give a day up to {today}, today."
        )
    return day or today


def checked_text(text: str, *, where: str, longest: int = LONGEST_TEXT) -> str:
    """Return `text` without spaces around it; raise `InputError` when it is empty or too long."""
    found = text.strip()
    if not found:
        raise InputError("Nothing is written here", where=where, fix="Say it in a few words.")
    if len(found) > longest:
        raise InputError(
            f"The text has {len(found)} characters", where=where, fix=f"Use at most {longest}."
        )
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in found):
        raise InputError("The text holds control characters", where=where, fix="Type it again.")
    return found


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def note(
    action: str,
    subject: str,
    *,
    actor: str,
    at: datetime,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the audit trail; the caller holds the transaction."""
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor,
        action=action,
        subject=subject[:200],
        before_sha256=digest(before) if before is not None else None,
        after_sha256=digest(after),
    )
