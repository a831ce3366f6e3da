"""Commitments that parliament itself keeps, as imported: each is an item that can be followed."""

from __future__ import annotations

from ketenkaart.core.ledger.papers import ParliamentCommitment
from ketenkaart.db.record import models as rows

LONGEST_SEARCH = 100
COLUMNS = tuple(ParliamentCommitment.model_fields)


def list_commitments(
    *, about: str = "", limit: int = 50
) -> tuple[tuple[ParliamentCommitment, ...], int]:
    """Return the commitments with these words, the soonest due first, and how many match in all.

    Those that parliament took back are left out.
    """
    sought = about.strip().casefold()[:LONGEST_SEARCH]
    found = [
        item
        for values in rows.ParliamentCommitment.objects.filter(is_removed=False).values(*COLUMNS)
        if sought in f"{(item := ParliamentCommitment(**values)).text} {item.number}".casefold()
    ]
    return tuple(found[:limit]), len(found)


def find_commitment(number: str) -> ParliamentCommitment | None:
    """Return one commitment by parliament's number for it, or `None`."""
    values = rows.ParliamentCommitment.objects.filter(number=number).values(*COLUMNS).first()
    return ParliamentCommitment(**values) if values else None
