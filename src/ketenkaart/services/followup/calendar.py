"""Deadlines as an iCalendar feed (RFC 5545): one all-day event per item that still waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from ketenkaart.core.ledger.followup.lists import is_open
from ketenkaart.core.ledger.followup.types import Followed
from ketenkaart.services.followup.noting import dutch_day
from ketenkaart.services.followup.wording import calendar_phrases

PRODUCT = "-//Ketenkaart//Follow-up//EN"
HOST = "ketenkaart"


def deadlines_calendar(
    found: Iterable[Followed],
    *,
    language: str,
    at: datetime,
    base_address: str = "",
) -> bytes:
    """Return the deadlines of items that wait for something, as a calendar.

    A date keeps its identity when it moves: the same item always has the same UID, and SEQUENCE
    counts how often its date changed. `base_address` is the address of the follow-up page, for
    links. Days are days in the Netherlands and carry no time.
    """
    dutch_day(at)
    said = {name: text.in_language(language) for name, text in calendar_phrases().items()}
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", said["name"])
    calendar.add("x-wr-timezone", "Europe/Amsterdam")
    for item in found:
        if is_open(item) and item.standing.expected is not None:
            calendar.add_component(_event(item, language, at, said, base_address))
    return bytes(calendar.to_ical())


def uid_of(key: str) -> str:
    """Return the UID of an item's deadline, the same for ever.

    >>> uid_of("kst-26485-319/K22")
    'kst-26485-319.K22@ketenkaart'
    """
    return f"{key.replace('/', '.')}@{HOST}"


def _event(
    found: Followed, language: str, at: datetime, said: dict[str, str], base_address: str
) -> Event:
    item, standing = found.item, found.standing
    day = standing.expected
    if day is None:
        raise ValueError(f"{item.key} has no date")
    event = Event()
    event.add("uid", uid_of(item.key))
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("sequence", max(len(found.history.deadlines) - 1, 0))
    event.add("summary", f"{item.code} {item.summary.in_language(language)}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    lines = [item.key, f"{said['owner']}: {standing.owner or said['nobody']}"]
    if standing.has_slipped and standing.due is not None:
        lines.append(said["slipped"].format(day=standing.due.isoformat()))
    if standing.is_overdue:
        lines.append(said["overdue"])
    event.add("description", "\n".join(lines))
    if base_address:
        event.add("url", f"{base_address.rstrip('/')}/{item.key}/")
    return event
