"""Say what a waiting row of a list is: a facility that is there, or a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.ids import canonical_id, make_id, parse_id
from ketenkaart.core.chain.facilities.types import FacilityStatus
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.noting import (
    BATCH,
    checked_text,
    dutch_day,
    note,
    record_event,
    require_keeper,
)
from ketenkaart.services.facilities.rows import LIVING, in_chunks, row_key, row_number

PLACED_COLUMNS = (
    "country", "name", "address", "latitude", "longitude", "os_id", "said", "exact_key",
)  # fmt: skip


def register_rows(
    *, keys: Sequence[str], reason: str, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Make a new facility of each waiting row, and return the ids in the same order.

    `keys` are keys of rows, `row:12`. Raises `RefusedError` unless `actor` is editor or
    moderator, `NotFoundError` for a row that is not there, `ConflictError` for one placed before.
    Everything is done or nothing.
    """
    require_keeper(actor)
    words = checked_text(reason, where="reason")
    with transaction.atomic():
        ids = register_held(waiting(keys), reason=words, by=actor.name, at=at)
        note(
            "register_facilities",
            _subject(keys),
            actor=actor.name,
            at=at,
            after=dict(zip(keys, ids, strict=True)),
            counts={"facilities": len(ids)},
        )
    return ids


def join_rows(*, joins: Mapping[str, str], reason: str, actor: Actor, at: datetime) -> None:
    """Say of each waiting row which facility it speaks of: `{"row:12": id}`.

    An id that was merged counts as the facility that it leads to. Raises as `register_rows`
    does, `NotFoundError` for an id never given and `InputError` for one that was split or stands
    in another country. Everything is done or nothing.
    """
    require_keeper(actor)
    words = checked_text(reason, where="reason")
    with transaction.atomic():
        held = waiting(list(joins))
        join_held(
            [(row, joins[row_key(row.pk)]) for row in held], reason=words, by=actor.name, at=at
        )
        note(
            "join_facilities",
            _subject(list(joins)),
            actor=actor.name,
            at=at,
            after=dict(joins),
            counts={"rows": len(joins)},
        )


def waiting(keys: Sequence[str]) -> list[rows.FacilityRow]:
    """Return the rows with these keys, in order, none of which belongs to a facility yet."""
    numbers = [row_number(key) for key in keys]
    if len(set(numbers)) < len(numbers):
        raise InputError("A row is named twice", where="rows", fix="Name each once.")
    found: dict[int, rows.FacilityRow] = {}
    for part in in_chunks(numbers):
        found |= rows.FacilityRow.objects.in_bulk(list(part))
    for number in numbers:
        if number not in found:
            raise NotFoundError(f"There is no {row_key(number)}", where="rows")
        if found[number].facility_id is not None:
            raise ConflictError(
                f"{row_key(number)} belongs to {found[number].facility_id} already",
                where="rows",
                fix="Look again: somebody placed it in between.",
            )
    return [found[number] for number in numbers]


def register_held(
    held: Sequence[rows.FacilityRow], *, reason: str, by: str, at: datetime
) -> tuple[str, ...]:
    """Make a new facility of each row; the caller holds the transaction and has checked them."""
    if not held:
        return ()
    made = new_facilities(held, day=dutch_day(at))
    for row, facility in zip(held, made, strict=True):
        row.facility_id = facility.pk
    touches = [(row.facility_id or "", {"rows": [row.pk]}) for row in held]
    belong(held)
    record_event(EventKind.REGISTERED, touches, reason=reason, by=by, at=at)
    return tuple(item.pk for item in made)


def new_facilities(held: Sequence[rows.FacilityRow], *, day: date) -> list[rows.Facility]:
    """Make a facility that says what each row says; the rows are left as they are."""
    counted: dict[str, int] = {}
    made: list[rows.Facility] = []
    for row in held:
        if row.country not in counted:
            counted[row.country] = _highest(row.country, day)
        counted[row.country] += 1
        said = {name: getattr(row, name) for name in PLACED_COLUMNS}
        made.append(
            rows.Facility(
                id=make_id(row.country, day, counted[row.country]),
                status=FacilityStatus.ACTIVE.value,
                source_id=row.source_id,
                since=day,
                **said,
            )
        )
    return rows.Facility.objects.bulk_create(made, batch_size=BATCH)


def join_held(
    joins: Sequence[tuple[rows.FacilityRow, str]], *, reason: str, by: str, at: datetime
) -> rows.FacilityEvent | None:
    """Let each row belong to a facility; the caller holds the transaction and has checked rows."""
    if not joins:
        return None
    moved: dict[str, list[int]] = defaultdict(list)
    held: dict[str, rows.Facility] = {}
    for part in in_chunks([named for _, named in joins]):
        held |= {
            item.pk: item for item in rows.Facility.objects.filter(pk__in=part, status__in=LIVING)
        }
    for row, named in joins:
        target = held.get(named) or standing(named)
        if target.country != row.country:
            raise InputError(
                f"{row_key(row.pk)} lies in {row.country}, {target.pk} in {target.country}",
                where="rows",
                fix="Correct the country of one of them first.",
            )
        row.facility_id = target.pk
        moved[target.pk].append(row.pk)
    belong([row for row, _ in joins])
    for part in in_chunks(list(moved)):
        rows.Facility.objects.filter(pk__in=part).update(version=F("version") + 1)
    touches = [(key, {"rows": numbers}) for key, numbers in moved.items()]
    return record_event(EventKind.JOINED, touches, reason=reason, by=by, at=at)


def belong(held: Iterable[rows.FacilityRow]) -> None:
    """Write which facility each row belongs to; one statement for many rows is far slower."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE record_facilityrow SET facility_id = %s WHERE id = %s",
            [(row.facility_id, row.pk) for row in held],
        )


def standing(named: str) -> rows.Facility:
    """Return the one facility that an id stands for today.

    Raises `FacilityIdError` or `NotFoundError` for what is no id or was never given, `InputError`
    for the id of a facility that was split.
    """
    key = canonical_id(named)
    found = rows.Facility.objects.filter(pk=key).first()
    if found is None:
        raise NotFoundError(f"No facility was ever given the id {key}", where="id")
    while found.status == FacilityStatus.MERGED.value:
        link = rows.FacilitySuccessor.objects.select_related("successor").get(facility=found.pk)
        found = link.successor
    if found.status == FacilityStatus.SPLIT.value:
        parts = rows.FacilitySuccessor.objects.filter(facility=found.pk)
        raise InputError(
            f"{found.pk} was split",
            where="id",
            fix=f"Name one of its parts: {', '.join(link.successor_id for link in parts)}.",
        )
    return found


def _highest(country: str, day: date) -> int:
    """Return the highest number that was given for a country on a day; ids sort by number."""
    first = make_id(country, day, 1)[: len("BGD-2026326-")]
    found = rows.Facility.objects.filter(pk__gte=first, pk__lt=f"{first[:-1]}.")
    last = found.order_by("-pk").values_list("pk", flat=True).first()
    return parse_id(last).number if last else 0


def _subject(keys: Sequence[str]) -> str:
    return f"rows {', '.join(keys)}"
