"""The audit trail of follow-up, and which day it is in the Netherlands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONGEST_TEXT = 4000
EARLIEST_DAY = date(1900, 1, 1)
"""No document about a government's promise is older; what is typed as older is a slip."""
LATEST_DAY = date(2200, 1, 1)
"""Plans look ahead years, not centuries: what is typed as later is a slip too."""
# Signs that a reader cannot see, and that turn the order of what stands around them.
_HIDDEN = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


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


def checked_day(day: date | None, at: datetime, *, where: str, first: date = EARLIEST_DAY) -> date:
    """Return `day`, or today's where it is `None`.

    Raises `InputError` for a day still to come, or one before `first`.
    """
    today = dutch_day(at)
    if day is not None and day < first:
        raise InputError(f"{day} is too long ago", where=where, fix=f"Give a day from {first} on.")
    if day is not None and day > today:
        raise InputError(
            f"{day} is still to come", where=where, fix=f"Give a day up to {today}, today."
        )
    return day or today


def checked_plan_day(day: date, *, where: str) -> date:
    """Return a day of a plan, past or to come; raise `InputError` for one no plan can have."""
    if day < EARLIEST_DAY:
        raise InputError(
            f"{day} is too long ago", where=where, fix=f"Give a day from {EARLIEST_DAY} on."
        )
    if day > LATEST_DAY:
        raise InputError(f"{day} is too far off", where=where, fix="Give another day.")
    return day


def checked_text(text: str, *, where: str, longest: int = LONGEST_TEXT) -> str:
    """Return `text` without spaces around it; raise `InputError` when it is empty or too long."""
    found = text.strip()
    if not found:
        raise InputError("Nothing is written here", where=where, fix="Say it in a few words.")
    if len(found) > longest:
        raise InputError(
            f"The text has {len(found)} characters", where=where, fix=f"Use at most {longest}."
        )
    if any(_is_control(sign) for sign in found):
        raise InputError("The text holds control characters", where=where, fix="Type it again.")
    return found


def _is_control(sign: str) -> bool:
    return sign in _HIDDEN or (category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t")


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
    counts: Mapping[str, int] | None = None,
) -> None:
    """Add a line to the audit trail; the caller holds the transaction."""
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor,
        action=action,
        subject=subject[:200],
        before_sha256=digest(before) if before is not None else None,
        after_sha256=digest(after),
        counts=dict(counts or {}),
    )
