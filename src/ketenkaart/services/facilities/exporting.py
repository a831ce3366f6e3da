"""Facilities for other programs: plain data, rows of columns, and lists to give out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from ketenkaart.core.chain.facilities.oshub import (
    OS_HUB_COLUMNS,
    os_hub_row,
    written_words,
    written_workers,
)
from ketenkaart.core.chain.facilities.types import ContributorKind, Facility
from ketenkaart.db.record import models as rows
from ketenkaart.services.exports import FORMULA_STARTS, Cell
from ketenkaart.services.facilities.contributors import list_contributors
from ketenkaart.services.facilities.noting import dutch_day, note
from ketenkaart.services.facilities.registry import FacilityQuery, list_facilities
from ketenkaart.services.facilities.rows import in_chunks
from ketenkaart.sources.reference.labels import load_countries

PAGE = 500
REGISTRY_COLUMNS = (
    "id", "status", "country", "name", "address", "latitude", "longitude", "sectors", "isic4",
    "product_types", "facility_types", "processing_types", "workers", "parent_company",
    "native_name", "os_id", "contributors", "since", "successors",
)  # fmt: skip


class Shape(StrEnum):
    """In which columns a list goes out."""

    REGISTRY = "registry"
    """All that the registry holds, with its own ids."""
    OS_HUB = "os-hub"
    """As Open Supply Hub takes lists: living facilities without our ids."""


def shown_contributors() -> dict[str, str]:
    """Return how each contributor is shown: by name, else by kind.

    A trade union that is not named is left out: that workers somewhere have one can harm them.
    """
    return {
        item.id: item.name if item.is_named else f"({item.kind.value.replace('_', ' ')})"
        for item in list_contributors()
        if item.is_named or item.kind is not ContributorKind.UNION
    }


def facility_json(facility: Facility, shown: dict[str, str]) -> dict[str, Any]:
    """Return a facility as plain data; unknown is null, and an empty list where nothing is known.

    `shown` is from `shown_contributors`.
    """
    said = asdict(facility.said)
    return {
        "id": facility.id,
        "status": facility.status.value,
        **said,
        "contributors": _shown(facility, shown),
        "source": facility.source,
        "since": facility.since.isoformat(),
        "successors": list(facility.successors),
        "version": facility.version,
    }


def facility_row(facility: Facility, shown: dict[str, str]) -> list[Cell]:
    """Return a facility as a row of `REGISTRY_COLUMNS`; unknown is an empty cell."""
    said = facility.said
    return [
        facility.id, facility.status.value, said.country, said.name, said.address,
        said.latitude, said.longitude, written_words(said.sectors_given),
        "|".join(said.isic4), written_words(said.product_types),
        written_words(said.facility_types), written_words(said.processing_types),
        written_workers(said.workers), said.parent_company, said.native_name, said.os_id,
        "|".join(_shown(facility, shown)), facility.since.isoformat(),
        "|".join(facility.successors),
    ]  # fmt: skip


def export_columns(shape: Shape) -> tuple[str, ...]:
    """Return the columns of a shape."""
    return REGISTRY_COLUMNS if shape is Shape.REGISTRY else OS_HUB_COLUMNS


def export_rows(
    query: FacilityQuery, shape: Shape, *, actor: str, at: datetime
) -> Iterator[list[Cell]]:
    """Yield facilities as rows of `export_columns`, and note that their ids went out.

    From then on two people merge them away. `query.limit` does not count here.
    """
    dutch_day(at)
    shown = shown_contributors()
    alpha2 = {code: item.alpha2 for code, item in load_countries().by_alpha3().items()}
    given_out: list[str] = []
    for facility in _all(query):
        given_out.append(facility.id)
        if shape is Shape.REGISTRY:
            yield facility_row(facility, shown)
        else:
            yield [guarded(cell) for cell in os_hub_row(facility.said, alpha2)]
    if given_out:
        _note_given_out(given_out, shape, actor=actor, at=at)


def _all(query: FacilityQuery) -> Iterator[Facility]:
    asked = replace(query, limit=PAGE)
    while True:
        page = list_facilities(asked).facilities
        yield from page
        if len(page) < PAGE:
            return
        asked = replace(asked, after=page[-1].id)


def _note_given_out(ids: list[str], shape: Shape, *, actor: str, at: datetime) -> None:
    with transaction.atomic():
        new = 0
        for part in in_chunks(ids):
            held = rows.Facility.objects.filter(pk__in=part, is_given_out=False)
            new += held.update(is_given_out=True)
        note(
            "export_facilities",
            f"{len(ids)} facilities, {shape.value}",
            actor=actor,
            at=at,
            after={"facilities": ids},
            counts={"facilities": len(ids), "new": new},
        )


def _shown(facility: Facility, shown: dict[str, str]) -> list[str]:
    return [shown[key] for key in facility.contributors if key in shown]


def guarded(cell: str) -> str:
    """Return a cell that is read back as it was: what looks guarded is guarded once more."""
    bare = cell.lstrip("'")
    return f"'{cell}" if bare != cell and bare.startswith(FORMULA_STARTS) else cell
