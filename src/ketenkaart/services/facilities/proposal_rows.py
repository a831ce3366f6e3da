"""From the tables of the moderation queue to its types, and records found by their keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ketenkaart.core.chain.facilities.ids import canonical_id
from ketenkaart.core.chain.facilities.proposals import (
    Decided,
    Proposal,
    ProposalKind,
    ProposalState,
)
from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.facilities.rows import ROW_KEY, row_key, row_number

RECORD_COLUMNS = ("country", "name", "address", "latitude", "longitude", "os_id")


def named_row(key: str) -> rows.Facility | rows.FacilityRow:
    """Return the facility or the row of a list that a key names.

    Raises `FacilityIdError` for what is no key, `NotFoundError` for one that nothing answers to.
    """
    found: rows.Facility | rows.FacilityRow | None
    if key.startswith(ROW_KEY):
        found = rows.FacilityRow.objects.filter(pk=row_number(key)).first()
    else:
        found = rows.Facility.objects.filter(pk=canonical_id(key)).first()
    if found is None:
        raise NotFoundError(f"There is no record {key[:40]}", where="key", fix="Check the key.")
    return found


def record_named(key: str) -> FacilityRecord:
    """Return what matching compares of the record with a key; raises as `named_row` does."""
    found = named_row(key)
    named = row_key(found.pk) if isinstance(found, rows.FacilityRow) else found.pk
    return FacilityRecord(named, *(getattr(found, name) for name in RECORD_COLUMNS))


def record_json(record: FacilityRecord) -> dict[str, Any]:
    """Return a record as it is kept with a decision."""
    return asdict(record)


def ordered_keys(one: str, other: str) -> tuple[str, str]:
    """Return two keys as they are stored, in one order whichever way round they are given.

    Raises `InputError` when they are the same.
    """
    found = sorted(record_named(key).key for key in (one, other))
    if found[0] == found[1]:
        raise InputError(f"{found[0]} cannot match itself", where="pairs", fix="Give two records.")
    return found[0], found[1]


def proposal_of(row: rows.FacilityProposal) -> Proposal:
    """Return the proposal that a row stands for, with its decisions."""
    return Proposal(
        id=row.pk,
        kind=ProposalKind(row.kind),
        state=ProposalState(row.state),
        left=record_named(row.left) if row.left else None,
        right=record_named(row.right) if row.right else None,
        probability=row.probability,
        content=dict(row.content),
        reason=row.reason,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        claimed_by=row.claimed_by,
        decisions=tuple(
            Decided(item.ruling, item.reason, item.by, item.at, item.event_id)
            for item in row.decisions.order_by("pk")
        ),
        version=row.version,
    )
