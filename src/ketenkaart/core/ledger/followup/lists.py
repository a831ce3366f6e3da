"""Due and overdue lists, and counts per owner and theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ketenkaart.core.ledger.followup.status import NEVER_ASKED
from ketenkaart.core.ledger.followup.types import Followed, FollowUpState
from ketenkaart.core.provenance import Text

Show = Literal["all", "open", "due", "overdue", "awaiting", "undated", "slipped", "unowned"]
SHOWS: tuple[Show, ...] = (
    "all", "open", "due", "overdue", "awaiting", "undated", "slipped", "unowned",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items of one owner or theme there are, and how many ask for something."""

    name: str
    label: Text | str | None
    items: int
    open: int
    due_soon: int
    overdue: int
    undated: int


def is_open(found: Followed) -> bool:
    """Return whether an item still waits for something: no verdict, not refused, its own date."""
    return found.standing.state not in NEVER_ASKED | {FollowUpState.THROUGH_PROMISES}


def matches(found: Followed, show: Show) -> bool:
    """Return whether an item belongs on a list.

    `overdue` means that its first date has passed without a verdict, whatever was claimed since.
    """
    standing = found.standing
    tests: Mapping[Show, bool] = {
        "all": True,
        "open": is_open(found),
        "due": standing.state is FollowUpState.DUE_SOON,
        "overdue": standing.is_overdue,
        "awaiting": standing.state is FollowUpState.AWAITING_VERDICT,
        "undated": standing.state is FollowUpState.DEADLINE_ASKED,
        "slipped": standing.has_slipped and is_open(found),
        "unowned": standing.owner is None and is_open(found),
    }
    return tests[show]


def select(
    found: Iterable[Followed],
    *,
    show: Show = "all",
    owner: str | None = None,
    theme: int | None = None,
    letter: str | None = None,
) -> tuple[Followed, ...]:
    """Return the items of a list, the earliest expected date first and those without last."""
    chosen = [
        item
        for item in found
        if matches(item, show)
        and (owner is None or item.standing.owner == owner)
        and (theme is None or theme in item.item.themes)
        and (letter is None or item.item.letter == letter)
    ]
    return tuple(sorted(chosen, key=_when))


def _when(found: Followed) -> tuple[bool, int]:
    expected = found.standing.expected
    return expected is None, expected.toordinal() if expected else 0


def count_states(found: Iterable[Followed]) -> dict[FollowUpState, int]:
    """Return how many items stand in each state; a state without items counts zero."""
    counts = Counter(item.standing.state for item in found)
    return {state: counts[state] for state in FollowUpState}


def per_owner(found: Sequence[Followed]) -> tuple[Tally, ...]:
    """Return one tally per owner, and last the items that nobody owns."""
    owners = sorted({item.standing.owner for item in found if item.standing.owner})
    rows = [_tally(name, name, select(found, owner=name)) for name in owners]
    nobody = [item for item in found if item.standing.owner is None]
    return (*rows, _tally("", None, nobody)) if nobody else tuple(rows)


def per_theme(found: Sequence[Followed], names: Mapping[int, Text]) -> tuple[Tally, ...]:
    """Return one tally per theme, and last the items under no theme.

    A promise that answers recommendations of two themes counts under both.
    """
    rows = [
        _tally(str(number), name, select(found, theme=number))
        for number, name in sorted(names.items())
    ]
    none = [item for item in found if not item.item.themes]
    return (*rows, _tally("", None, none)) if none else tuple(rows)


def _tally(name: str, label: Text | str | None, found: Sequence[Followed]) -> Tally:
    return Tally(
        name=name,
        label=label,
        items=len(found),
        open=sum(map(is_open, found)),
        due_soon=sum(matches(item, "due") for item in found),
        overdue=sum(matches(item, "overdue") for item in found),
        undated=sum(matches(item, "undated") for item in found),
    )
