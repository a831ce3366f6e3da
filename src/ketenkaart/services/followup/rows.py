"""Follow-up for other programs: the same columns from the site and the command line."""

from __future__ import annotations

from typing import Any

from ketenkaart.core.ledger.followup.types import Followed
from ketenkaart.services.exports import Cell

LIST_COLUMNS = (
    "item", "kind", "state", "summary_nl", "summary_en", "themes", "owner", "due", "expected",
    "days_left", "has_slipped", "is_overdue", "evidence", "evidence_day", "asks", "as_of",
)  # fmt: skip


def list_json(found: Followed) -> dict[str, Any]:
    """Return where an item stands as plain data; what is not known is null."""
    item, standing = found.item, found.standing
    return {
        "item": item.key,
        "kind": item.kind.value,
        "state": standing.state.value,
        "summary_nl": item.summary.nl,
        "summary_en": item.summary.en,
        "themes": list(item.themes),
        "owner": standing.owner,
        "due": standing.due.isoformat() if standing.due else None,
        "expected": standing.expected.isoformat() if standing.expected else None,
        "days_left": standing.days_left,
        "has_slipped": standing.has_slipped,
        "is_overdue": standing.is_overdue,
        "evidence": standing.evidence.value,
        "evidence_day": standing.evidence_day.isoformat() if standing.evidence_day else None,
        "asks": [ask.value for ask in standing.asks],
        "as_of": standing.as_of.isoformat(),
    }


def list_row(found: Followed) -> list[Cell]:
    """Return where an item stands as a row; lists are written with spaces between."""
    data = list_json(found)
    return [
        " ".join(map(str, value)) if isinstance(value, list) else value
        for value in (data[name] for name in LIST_COLUMNS)
    ]
