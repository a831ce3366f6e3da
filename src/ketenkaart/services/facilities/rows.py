"""From the tables of the registry to its types, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from ketenkaart.core.chain.facilities.exact import exact_key
from ketenkaart.core.chain.facilities.types import (
    Contribution,
    Contributor,
    ContributorKind,
    Facility,
    FacilityDraft,
    FacilityStatus,
    Workers,
)
from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows

CHUNK = 500
"""How many keys are looked up at once: a query of SQLite holds a bounded number of values."""
ROW_KEY = "row:"
LIVING = (FacilityStatus.ACTIVE.value, FacilityStatus.CLOSED.value)
"""The states in which a facility stands for itself."""

Item = TypeVar("Item")


def in_chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """Yield the items, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def row_key(number: int) -> str:
    """Return the key of a row of the record."""
    return f"{ROW_KEY}{number}"


def row_number(key: str) -> int:
    """Return the number in the key of a row; raise `InputError` for what is no such key."""
    number = key.removeprefix(ROW_KEY)
    if not (key.startswith(ROW_KEY) and number.isascii() and number.isdigit() and len(number) < 15):
        raise InputError(
            f"{key[:40]!r} is no key of a row", where="rows", fix="Write it as row:12."
        )
    return int(number)


def said_columns(said: FacilityDraft) -> dict[str, Any]:
    """Return what is said of a place as the columns of `Placed`."""
    return {
        "country": said.country,
        "name": said.name,
        "address": said.address,
        "latitude": said.latitude,
        "longitude": said.longitude,
        "os_id": said.os_id,
        "said": {
            "sectors_given": list(said.sectors_given),
            "isic4": list(said.isic4),
            "product_types": list(said.product_types),
            "facility_types": list(said.facility_types),
            "processing_types": list(said.processing_types),
            "workers": [said.workers.low, said.workers.high] if said.workers else None,
            "parent_company": said.parent_company,
            "native_name": said.native_name,
        },
        "exact_key": exact_key(said.country, said.name, said.address),
    }


def said_of(row: rows.Facility | rows.FacilityRow) -> FacilityDraft:
    """Return what a row of the record says of a place."""
    said: dict[str, Any] = row.said
    workers = said.get("workers")
    return FacilityDraft(
        country=row.country,
        name=row.name,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        sectors_given=tuple(said.get("sectors_given", ())),
        isic4=tuple(said.get("isic4", ())),
        product_types=tuple(said.get("product_types", ())),
        facility_types=tuple(said.get("facility_types", ())),
        processing_types=tuple(said.get("processing_types", ())),
        workers=Workers(workers[0], workers[1]) if workers else None,
        parent_company=said.get("parent_company"),
        native_name=said.get("native_name"),
        os_id=row.os_id,
    )


def contributor_of(row: rows.FacilityContributor) -> Contributor:
    """Return the organisation that a row stands for."""
    return Contributor(row.id, row.name, ContributorKind(row.kind), row.is_named)


def contribution_of(row: rows.FacilityRow) -> Contribution:
    """Return the row of a list that a row of the record stands for."""
    return Contribution(
        key=row_key(row.pk),
        list_id=str(row.source_id),
        line=row.line,
        said=said_of(row),
        facility=row.facility_id,
        warnings=tuple(row.warnings),
    )


def facilities_of(found: Iterable[rows.Facility]) -> tuple[Facility, ...]:
    """Return facilities with their contributors and successors, in the order given."""
    held = list(found)
    contributors: dict[str, set[str]] = defaultdict(set)
    successors: dict[str, list[str]] = defaultdict(list)
    for part in in_chunks([row.pk for row in held]):
        named = rows.FacilityRow.objects.filter(facility__in=part)
        for facility, contributor in named.values_list("facility", "source__contributor"):
            contributors[str(facility)].add(contributor)
        for link in rows.FacilitySuccessor.objects.filter(facility__in=part).order_by("position"):
            successors[link.facility_id].append(link.successor_id)
    return tuple(
        Facility(
            id=row.pk,
            said=said_of(row),
            status=FacilityStatus(row.status),
            contributors=tuple(sorted(contributors[row.pk])),
            source=str(row.source_id),
            since=row.since,
            successors=tuple(successors[row.pk]),
            version=row.version,
        )
        for row in held
    )
