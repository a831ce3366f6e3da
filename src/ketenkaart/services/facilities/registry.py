"""Read the registry: facilities, the lists they were named in, and what matching compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from ketenkaart.core.chain.facilities.checks import checked_draft
from ketenkaart.core.chain.facilities.ids import canonical_id
from ketenkaart.core.chain.facilities.succession import lead_on
from ketenkaart.core.chain.facilities.types import (
    Contribution,
    Contributor,
    Facility,
    FacilityDraft,
    FacilityList,
    FacilityRecord,
    FacilityStatus,
    ListState,
)
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.contributors import kept_contributor
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, require_keeper
from ketenkaart.services.facilities.placing import register_held
from ketenkaart.services.facilities.rows import (
    LIVING,
    contribution_of,
    contributor_of,
    facilities_of,
    in_chunks,
    said_columns,
)

__all__ = [
    "LIVING",
    "FacilityQuery",
    "FoundFacilities",
    "add_facilities",
    "contributions_of",
    "find_facility",
    "find_list",
    "hold_by_hand",
    "kept_lists",
    "list_facilities",
    "registry_records",
    "resolve",
    "waiting_rows",
]


@dataclass(frozen=True, slots=True)
class FacilityQuery:
    """Which facilities are asked for; all that is left empty does not choose.

    `about` are words that name or address hold, `isic4` a division such as "14", `contributor`
    the id of an organisation. `after` is the id to go on after; `limit` how many at most.
    """

    about: str = ""
    country: str | None = None
    status: FacilityStatus | None = None
    contributor: str | None = None
    isic4: str | None = None
    has_place: bool | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FoundFacilities:
    """The facilities of a page, and how many there are in all."""

    facilities: tuple[Facility, ...]
    matching: int


def find_facility(text: str) -> Facility:
    """Return the facility with an id, as it stands: also one that was merged or split.

    Raises `FacilityIdError` for a text that is no id, `NotFoundError` for an id never given.
    """
    key = canonical_id(text)
    found = rows.Facility.objects.filter(pk=key).first()
    if found is None:
        raise NotFoundError(
            f"No facility was ever given the id {key}",
            where="id",
            fix="Find it by name: `ketenkaart facility list --about WORDS`.",
        )
    return facilities_of([found])[0]


def resolve(text: str) -> tuple[Facility, ...]:
    """Return what an id stands for today: one facility, or the parts of one that was split.

    An id never dies: merges and splits are followed to facilities that stand for themselves.
    Raises as `find_facility` does.
    """
    start = find_facility(text)
    if not start.successors:
        return (start,)
    ends = lead_on(start.id, _successors)
    found = {item.id: item for item in facilities_of(rows.Facility.objects.filter(pk__in=ends))}
    return tuple(found[key] for key in ends)


def _successors(key: str) -> tuple[str, ...]:
    links = rows.FacilitySuccessor.objects.filter(facility=key).order_by("position")
    return tuple(links.values_list("successor_id", flat=True))


def list_facilities(query: FacilityQuery = FacilityQuery()) -> FoundFacilities:
    """Return a page of facilities in the order of their ids; without `status`, living ones.

    Raises `InputError` for what is no division of ISIC.
    """
    found = _chosen(query)
    matching = found.count()
    if query.after is not None:
        found = found.filter(pk__gt=canonical_id(query.after))
    return FoundFacilities(facilities_of(found.order_by("pk")[: query.limit]), matching)


def _chosen(query: FacilityQuery) -> QuerySet[rows.Facility]:
    found = rows.Facility.objects.all()
    status = (query.status.value,) if query.status else LIVING
    found = found.filter(status__in=status)
    if query.country:
        found = found.filter(country=query.country)
    for word in query.about.split():
        found = found.filter(Q(name__icontains=word) | Q(address__icontains=word))
    if query.contributor:
        found = found.filter(
            pk__in=rows.FacilityRow.objects.filter(
                source__contributor=query.contributor, facility__isnull=False
            ).values("facility")
        )
    if query.isic4:
        if not (query.isic4.isdecimal() and len(query.isic4) == 2):
            raise InputError(
                f"{query.isic4[:40]!r} is no division of ISIC Rev. 4",
                where="--isic",
                fix="Write its two digits, such as 14 for clothing.",
            )
        # Divisions are two digits in quotes, and stand in no other list of `said`.
        found = found.filter(said__isic4__icontains=f'"{query.isic4}"')
    if query.has_place is not None:
        found = found.filter(latitude__isnull=not query.has_place)
    return found


def registry_records(country: str | None = None) -> Iterator[FacilityRecord]:
    """Yield what matching compares of every living facility, of one country or of all.

    The oldest come first, so that what was read of them before is found again when others are new.
    """
    found = rows.Facility.objects.filter(status__in=LIVING).order_by("since", "pk")
    if country is not None:
        found = found.filter(country=country)
    columns = ("pk", "country", "name", "address", "latitude", "longitude", "os_id")
    for values in found.values_list(*columns).iterator(chunk_size=5000):
        yield FacilityRecord(*values)


def contributions_of(text: str) -> tuple[Contribution, ...]:
    """Return the rows of lists that speak of a facility; raises as `find_facility` does."""
    key = find_facility(text).id
    found = rows.FacilityRow.objects.filter(facility=key).order_by("pk")
    return tuple(contribution_of(row) for row in found)


def waiting_rows(list_id: str | None = None) -> Iterator[Contribution]:
    """Yield the rows that no facility was found or made for yet, of one kept list or of all.

    Raises `NotFoundError` for a list that is not there.
    """
    found = rows.FacilityRow.objects.filter(
        facility__isnull=True, source__state=ListState.KEPT.value
    )
    if list_id is not None:
        found = found.filter(source=int(find_list(list_id).id))
    for row in found.order_by("pk").iterator(chunk_size=2000):
        yield contribution_of(row)


def kept_lists() -> tuple[FacilityList, ...]:
    """Return every list on the record, with those still coming in, the oldest first."""
    found = (
        rows.FacilityList.objects.select_related("contributor")
        .annotate(waiting=Count("rows", filter=Q(rows__facility__isnull=True)))
        .order_by("pk")
    )
    return tuple(_list_of(row, row.waiting) for row in found)


def find_list(list_id: str) -> FacilityList:
    """Return one list; raise `NotFoundError` where there is none with that number."""
    number = list_id.removeprefix("list:")
    row = None
    if number.isascii() and number.isdigit() and len(number) < 15:
        row = rows.FacilityList.objects.filter(pk=int(number)).first()
    if row is None:
        raise NotFoundError(
            f"There is no list {list_id[:40]!r}",
            where="list",
            fix="See `ketenkaart facility lists`.",
        )
    return _list_of(row, row.rows.filter(facility__isnull=True).count())


def _list_of(row: rows.FacilityList, waiting: int) -> FacilityList:
    return FacilityList(
        id=str(row.pk),
        title=row.title,
        contributor=contributor_of(row.contributor),
        dated=row.dated,
        licence=row.licence,
        sha256=row.sha256,
        state=ListState(row.state),
        rows=row.received,
        waiting=waiting,
    )


def add_facilities(
    *,
    drafts: Sequence[FacilityDraft],
    contributor: Contributor,
    title: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[Facility, ...]:
    """Register each draft as a new facility, named by `contributor` in a list called `title`.

    For places that a person is sure are new; whatever comes from a file is imported and matched.
    Raises `RefusedError` unless `actor` is editor or moderator, `InputError` without drafts.
    """
    require_keeper(actor)
    dutch_day(at)
    if not drafts:
        raise InputError("There is no facility to add", where="drafts", fix="Give at least one.")
    with transaction.atomic():
        held = hold_by_hand(drafts, contributor, title, actor=actor, at=at)
        ids = register_held(held, reason=reason, by=actor.name, at=at)
        note(
            "add_facilities",
            f"list {held[0].source_id}",
            actor=actor.name,
            at=at,
            after={"list": held[0].source_id, "facilities": ids},
            counts={"facilities": len(ids)},
        )
        return _in_order(ids)


def hold_by_hand(
    drafts: Sequence[FacilityDraft],
    contributor: Contributor,
    title: str,
    *,
    actor: Actor,
    at: datetime,
) -> list[rows.FacilityRow]:
    """Keep a list that no file gave, and return its rows; the caller holds the transaction."""
    source = rows.FacilityList.objects.create(
        contributor=kept_contributor(contributor, actor=actor, at=at),
        title=checked_text(title, where="title", longest=300),
        state=ListState.KEPT.value,
        received=len(drafts),
        counts={"accepted": len(drafts)},
        added_by=actor.name,
        added_at=at,
    )
    return rows.FacilityRow.objects.bulk_create(
        [
            rows.FacilityRow(source=source, line=line, **said_columns(checked_draft(said)))
            for line, said in enumerate(drafts, start=1)
        ],
        batch_size=200,
    )


def _in_order(ids: Sequence[str]) -> tuple[Facility, ...]:
    found: dict[str, Facility] = {}
    for part in in_chunks(ids):
        held = facilities_of(rows.Facility.objects.filter(pk__in=part))
        found |= {item.id: item for item in held}
    return tuple(found[key] for key in ids)
