"""Join rows to facilities that say the same: the first step of matching, and the surest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ketenkaart.core.chain.facilities.exact import plain
from ketenkaart.core.chain.facilities.proposals import ProposalKind, ProposalState
from ketenkaart.db.record import models as rows
from ketenkaart.services.facilities.placing import join_held, register_held
from ketenkaart.services.facilities.rows import LIVING, ROW_KEY, in_chunks, row_number

SAME = "same country, name and address"
PIECE = 5_000
"""Rows that are looked at together."""


def join_exact(source: int, *, by: str, at: datetime) -> int:
    """Join the waiting rows of a list to facilities that say the same; return how many.

    The same is: country, name and address in all but writing, in the registry or in any row that
    belongs to a facility; or the same id of Open Supply Hub with the same name. The caller holds
    the transaction.
    """
    return sum(_join(piece, by=by, at=at) for piece in _pieces(source))


def register_waiting(source: int, *, reason: str, by: str, at: datetime) -> int:
    """Make facilities of the waiting rows of a list; rows that say the same become one.

    Rows that an open proposal speaks of go on waiting. Returns how many facilities were made. The
    caller holds the transaction.
    """
    asked = asked_about()
    made = 0
    for piece in _pieces(source):
        _join(piece, by=by, at=at)
        firsts: dict[str, rows.FacilityRow] = {}
        for row in piece:
            if row.facility_id is None and row.pk not in asked:
                firsts.setdefault(row.exact_key, row)
        register_held(list(firsts.values()), reason=reason, by=by, at=at)
        made += len(firsts)
        _join([row for row in piece if row.exact_key in firsts], by=by, at=at)
    return made


def _join(piece: Sequence[rows.FacilityRow], *, by: str, at: datetime) -> int:
    held = [row for row in piece if row.facility_id is None]
    by_key = _facilities_by_key([row.exact_key for row in held])
    by_os_id = _facilities_by_os_id([row.os_id for row in held if row.os_id])
    joins = []
    for row in held:
        target = by_key.get(row.exact_key) or by_os_id.get(
            (row.os_id or "", row.country, plain(row.name))
        )
        if target is not None:
            joins.append((row, target))
    join_held(joins, reason=SAME, by=by, at=at)
    return len(joins)


def _pieces(source: int) -> Iterator[list[rows.FacilityRow]]:
    """Yield the rows of a list that nobody placed, so many at a time."""
    last = 0
    while True:
        found = rows.FacilityRow.objects.filter(source=source, facility__isnull=True, pk__gt=last)
        piece = list(found.order_by("pk")[:PIECE])
        if not piece:
            return
        last = piece[-1].pk
        yield piece


def asked_about() -> set[int]:
    """Return the numbers of rows that an open proposal speaks of."""
    found = rows.FacilityProposal.objects.filter(
        kind=ProposalKind.POSSIBLE_MATCH.value, state=ProposalState.OPEN.value
    )
    keys = {key for pair in found.values_list("left", "right") for key in pair if key}
    return {row_number(key) for key in keys if key.startswith(ROW_KEY)}


def _facilities_by_key(keys: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in in_chunks(list(dict.fromkeys(keys))):
        named = rows.FacilityRow.objects.filter(exact_key__in=part, facility__isnull=False)
        found |= {
            key: str(facility)
            for key, facility in named.order_by("-facility").values_list("exact_key", "facility")
        }
        held = rows.Facility.objects.filter(exact_key__in=part, status__in=LIVING)
        found |= dict(held.order_by("-pk").values_list("exact_key", "pk"))
    return found


def _facilities_by_os_id(ids: list[str]) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for part in in_chunks(list(dict.fromkeys(ids))):
        held = rows.Facility.objects.filter(os_id__in=part, status__in=LIVING)
        for row in held.order_by("-pk"):
            found[row.os_id or "", row.country, plain(row.name)] = row.pk
    return found
