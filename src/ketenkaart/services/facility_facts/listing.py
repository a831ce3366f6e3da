"""List the registry a page at a time, fast at a hundred thousand facilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from ketenkaart.core.chain.facilities.types import ContributorKind, FacilityStatus, ListState
from ketenkaart.db.record import models as rows
from ketenkaart.services.exports import Cell
from ketenkaart.services.facilities.registry import LIVING
from ketenkaart.services.facility_facts.nodes import Fingerprint, living_places, registry_state
from ketenkaart.sources.reference.labels import load_sectors

LISTED_COLUMNS = (
    "id", "name", "address", "country", "latitude", "longitude", "sectors", "isic4", "status",
    "os_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """Which facilities are asked for; all that is left empty does not choose.

    `about` are words that name or address hold; `sector` one of the sectors of `sectors.yml`;
    `kind` that of an organisation which agreed to be named and named them. Without `status` those
    that stand for themselves. `within` narrows to several countries, `country` to one. `after` is
    the id that the page begins after.
    """

    about: str = ""
    country: str | None = None
    sector: str | None = None
    kind: ContributorKind | None = None
    status: FacilityStatus | None = None
    after: str | None = None
    limit: int = 50
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedFacility:
    """A facility on one line; no more than anybody may know."""

    id: str
    name: str
    address: str
    country: str
    latitude: float | None
    longitude: float | None
    isic4: tuple[str, ...]
    sectors: tuple[str, ...]
    status: FacilityStatus
    os_id: str | None

    def cells(self) -> list[Cell]:
        """Return the line under `LISTED_COLUMNS`."""
        return [
            self.id, self.name, self.address, self.country, self.latitude, self.longitude,
            " ".join(self.sectors), " ".join(self.isic4), self.status.value, self.os_id,
        ]  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return dict(zip(LISTED_COLUMNS, self.cells(), strict=True)) | {
            "sectors": list(self.sectors),
            "isic4": list(self.isic4),
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """A page: its facilities, how many match in all, and where the pages beside it begin.

    `previous` is the empty text for the first page, and `None` on it.
    """

    facilities: tuple[ListedFacility, ...]
    matching: int
    previous: str | None
    next: str | None


def listing(query: ListingQuery) -> Listing:
    """Return a page of the registry in the order of ids."""
    found = _chosen(query)
    matching = found.count()
    page = found.filter(pk__gt=query.after) if query.after else found
    shown = list(map(_listed, page.order_by("pk")[: query.limit + 1]))
    has_more = len(shown) > query.limit
    shown = shown[: query.limit]
    return Listing(
        tuple(shown),
        matching,
        _previous(found, query) if query.after else None,
        shown[-1].id if has_more else None,
    )


def all_listed(query: ListingQuery) -> Iterator[ListedFacility]:
    """Yield every facility that matches, from the first on, up to `limit`."""
    found = _chosen(query).order_by("pk")[: query.limit]
    yield from map(_listed, found.iterator(chunk_size=2000))


def countries_with_facilities() -> tuple[str, ...]:
    """Return the alpha-3 codes of the countries in which facilities are known."""
    return _countries(registry_state())


@lru_cache(maxsize=2)
def _countries(state: Fingerprint) -> tuple[str, ...]:
    return tuple(sorted({place.country for place, _ in living_places(state)}))


def _chosen(query: ListingQuery) -> QuerySet[rows.Facility]:
    status = (query.status.value,) if query.status else LIVING
    found = rows.Facility.objects.filter(status__in=status)
    if query.country:
        found = found.filter(country=query.country)
    if query.within:
        found = found.filter(country__in=query.within)
    for word in query.about.split():
        found = found.filter(Q(name__icontains=word) | Q(address__icontains=word))
    if query.sector:
        divisions = next(item.isic4 for item in load_sectors() if item.id == query.sector)
        # Divisions are two digits in quotes, and stand in no other list of `said`.
        found = found.filter(
            reduce(or_, (Q(said__isic4__icontains=f'"{code}"') for code in divisions))
        )
    if query.kind:
        found = found.filter(
            pk__in=rows.FacilityRow.objects.filter(
                facility__isnull=False,
                source__state=ListState.KEPT.value,
                source__contributor__kind=query.kind.value,
                source__contributor__is_named=True,
            ).values("facility")
        )
    return found


def _previous(found: QuerySet[rows.Facility], query: ListingQuery) -> str:
    """Return the id that the page before this one begins after; empty for the first page."""
    before = found.filter(pk__lte=query.after).order_by("-pk").values_list("pk", flat=True)
    begins = list(before[query.limit : query.limit + 1])
    return str(begins[0]) if begins else ""


@lru_cache(maxsize=1)
def _sector_of() -> dict[str, str]:
    return {division: item.id for item in load_sectors() for division in item.isic4}


def _listed(row: rows.Facility) -> ListedFacility:
    divisions = tuple(row.said.get("isic4", ()))
    known = _sector_of()
    return ListedFacility(
        row.pk, row.name, row.address, row.country, row.latitude, row.longitude, divisions,
        tuple(dict.fromkeys(known[d] for d in divisions if d in known)),
        FacilityStatus(row.status), row.os_id,
    )  # fmt: skip


def known_places(most: int) -> tuple[tuple[float, float], ...]:
    """Return longitude and latitude of living facilities that have them, spread over all ids."""
    found = rows.Facility.objects.filter(
        status__in=LIVING, latitude__isnull=False, longitude__isnull=False
    )
    step = max(1, found.count() // most)
    places = found.order_by("pk").values_list("longitude", "latitude")
    spread = ((x, y) for x, y in places[::step] if x is not None and y is not None)
    return tuple((float(x), float(y)) for x, y in spread)[:most]
