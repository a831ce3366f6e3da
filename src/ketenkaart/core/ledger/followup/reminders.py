"""Which reminders are due on a day: one digest per owner, each item and mark once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ketenkaart.core.ledger.followup.types import Followed, FollowUpState

NO_DATE = "no_deadline"


class ReminderResult(StrEnum):
    """What came of a reminder; where nothing is noted, nobody knows whether it arrived.

    `GIVEN_UP` ends that doubt: somebody chose to send it again.
    """

    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


_REMINDED = frozenset({FollowUpState.NOT_DUE, FollowUpState.DUE_SOON, FollowUpState.NOT_RESEARCHED})


@dataclass(frozen=True, slots=True)
class Mark:
    """A reminder about one item: for which date, and how many days before it (or after: minus)."""

    item: str
    due: date | None
    mark: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one owner is told in one message; `lines` and `marks` go together."""

    owner: str
    lines: tuple[Followed, ...]
    marks: tuple[Mark, ...]


def mark_of(found: Followed, reminder_days: Sequence[int]) -> Mark | None:
    """Return the reminder that an item calls for, or `None`.

    Items that were refused, judged, said to be done or passed on to promises call for none. An
    item without a date asks for one, once. Of several marks that have been reached, only the
    latest counts, so an old one is never sent afterwards.
    """
    standing = found.standing
    if standing.state is FollowUpState.DEADLINE_ASKED:
        return Mark(standing.key, None, NO_DATE)
    if standing.state not in _REMINDED or standing.days_left is None:
        return None
    reached = [days for days in reminder_days if standing.days_left <= days]
    return Mark(standing.key, standing.expected, str(min(reached))) if reached else None


def digests(
    found: Iterable[Followed], sent: frozenset[tuple[str, Mark]], reminder_days: Sequence[int]
) -> tuple[Digest, ...]:
    """Return one digest per owner with what was not `sent` to that owner before.

    An item that nobody owns reminds nobody.
    """
    per_owner: dict[str, list[tuple[Followed, Mark]]] = {}
    for item in found:
        owner = item.standing.owner
        mark = mark_of(item, reminder_days)
        if owner is None or mark is None or (owner, mark) in sent:
            continue
        per_owner.setdefault(owner, []).append((item, mark))
    return tuple(
        Digest(owner, tuple(item for item, _ in pairs), tuple(mark for _, mark in pairs))
        for owner, pairs in sorted(per_owner.items())
    )
