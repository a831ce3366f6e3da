"""Change facilities: merge, split, close, correct. Each is one event that can be undone.

The functions that end in `_held` are for callers that hold the transaction, have checked who
acts, and note it in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from pydantic import TypeAdapter, ValidationError

from ketenkaart.core.chain.facilities.checks import checked_draft
from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.types import Facility, FacilityDraft, FacilityStatus
from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, record_event
from ketenkaart.services.facilities.placing import belong, new_facilities, standing
from ketenkaart.services.facilities.rows import facilities_of, row_key, said_columns, said_of
from ketenkaart.sources.countries import country_keys

_DRAFT = TypeAdapter(FacilityDraft)


def split(
    *, facility: str, parts: Sequence[Sequence[str]], reason: str, actor: Actor, at: datetime
) -> tuple[Facility, ...]:
    """Make several facilities of one: each part is the keys of the rows that speak of it.

    The old id leads to all parts from now on. Raises `RefusedError` unless `actor` is moderator,
    `InputError` for fewer than two parts, an empty one, or rows that do not divide exactly.
    """
    actor.require(Role.MODERATOR)
    words = checked_text(reason, where="reason")
    with transaction.atomic():
        gone = living(facility)
        groups = _divided(gone, parts)
        event = _split_held(gone, groups, reason=words, by=actor.name, at=at)
        found = facilities_of(
            link.successor
            for link in gone.leads_to.select_related("successor").order_by("position")
        )
        note(
            "split_facility",
            f"facility {gone.pk}",
            actor=actor.name,
            at=at,
            after={"event": event.pk, "parts": [item.id for item in found]},
        )
    return found


def living(named: str) -> rows.Facility:
    """Return the facility that an id stands for, with nothing else in between.

    Raises as `standing` does, and `InputError` for an id that was merged: it would be unclear
    which of the two is meant.
    """
    found = standing(named)
    if found.pk.replace("-", "") != named.strip().upper().replace("-", ""):
        raise InputError(
            f"{named.strip().upper()} was merged into {found.pk}",
            where="id",
            fix=f"Name {found.pk}, or undo the merge: `ketenkaart facility history {found.pk}`.",
        )
    return found


def merge_held(
    gone: rows.Facility, into: rows.Facility, *, reason: str, by: str, at: datetime
) -> rows.FacilityEvent:
    """Let one living facility go up in another; its rows move, its id leads to the other."""
    if gone.pk == into.pk:
        raise InputError(
            f"{gone.pk} cannot be merged with itself", where="id", fix="Name two facilities."
        )
    if gone.country != into.country:
        raise InputError(
            f"{gone.pk} lies in {gone.country}, {into.pk} in {into.country}",
            where="id",
            fix="If one of the two is wrong, correct its country first.",
        )
    held = list(rows.FacilityRow.objects.filter(facility=gone))
    moved = [row.pk for row in held]
    was = gone.status
    _move(held, into.pk)
    _lead(gone, (into.pk,), FacilityStatus.MERGED)
    _count_change(gone, into)
    touches = [
        (gone.pk, {"into": into.pk, "rows": moved, "was": was}),
        (into.pk, {"gone": gone.pk, "rows": moved}),
    ]
    return record_event(EventKind.MERGED, touches, reason=reason, by=by, at=at)


def close_held(
    facility: rows.Facility, *, reason: str, by: str, at: datetime
) -> rows.FacilityEvent:
    """Say that a facility has ended; its id goes on standing for it."""
    if facility.status != FacilityStatus.ACTIVE.value:
        raise InputError(f"{facility.pk} is {facility.status} already", where="id")
    facility.status = FacilityStatus.CLOSED.value
    facility.save(update_fields=["status"])
    _count_change(facility)
    touches = [(facility.pk, {"was": FacilityStatus.ACTIVE.value})]
    return record_event(EventKind.CLOSED, touches, reason=reason, by=by, at=at)


def correct_held(
    facility: rows.Facility, changes: Mapping[str, Any], *, reason: str, by: str, at: datetime
) -> rows.FacilityEvent:
    """Change what the registry says of a facility; what lists say stays as they said it."""
    said = said_of(facility)
    now = corrected(said, changes)
    before = {name: asdict(said)[name] for name in changes}
    after = {name: asdict(now)[name] for name in changes}
    if before == after:
        raise InputError(
            f"That is what {facility.pk} says already", where="changes", fix="Change something."
        )
    write_said(facility, now)
    _count_change(facility)
    touches = [(facility.pk, {"before": before, "after": after})]
    return record_event(EventKind.CORRECTED, touches, reason=reason, by=by, at=at)


def corrected(said: FacilityDraft, changes: Mapping[str, Any]) -> FacilityDraft:
    """Return what is said after changes by name; raise `InputError` where that cannot be."""
    names = set(asdict(said))
    for name in changes:
        if name not in names:
            raise InputError(
                f"A facility has no {name[:40]!r}",
                where="changes",
                fix=f"Change one of {', '.join(sorted(names))}.",
            )
    if not changes:
        raise InputError("Nothing is changed", where="changes", fix="Name what should change.")
    return drafted(asdict(said) | dict(changes))


def drafted(said: Mapping[str, Any]) -> FacilityDraft:
    """Return plain data as what is said of a facility; raise `InputError` where it cannot be."""
    try:
        now = _DRAFT.validate_python(dict(said))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"{str(first['input'])[:60]!r} cannot be the {first['loc'][0]} of a facility",
            where="changes",
            fix=f"{first['msg']}.",
        ) from error
    if now.country not in country_keys().codes:
        raise InputError(
            f"{now.country[:20]!r} is the code of no country", where="country", fix="As BGD."
        )
    return checked_draft(now)


def write_said(facility: rows.Facility, said: FacilityDraft) -> None:
    """Write what the registry says of a facility from now on."""
    columns = said_columns(said)
    for name, value in columns.items():
        setattr(facility, name, value)
    facility.save(update_fields=list(columns))


def others_may_use(facility: rows.Facility) -> bool:
    """Return whether an id may be in use elsewhere: it went out, or several organisations gave it.

    Taking such an id out of use cannot be undone for whoever read it in between, so that a merge
    takes two people.
    """
    named = rows.FacilityRow.objects.filter(facility=facility).values("source__contributor")
    return facility.is_given_out or named.distinct().count() > 1


def which_goes(one: rows.Facility, other: rows.Facility) -> tuple[rows.Facility, rows.Facility]:
    """Return which of two goes and which stays: an id in use stays, else the older one."""
    order = sorted((one, other), key=lambda item: (not others_may_use(item), item.since, item.pk))
    return order[1], order[0]


def _divided(gone: rows.Facility, parts: Sequence[Sequence[str]]) -> list[list[rows.FacilityRow]]:
    held = {row_key(row.pk): row for row in rows.FacilityRow.objects.filter(facility=gone)}
    if len(parts) < 2 or not all(parts):
        raise InputError(
            "A split needs two parts or more, each with a row",
            where="parts",
            fix=f"Divide {', '.join(held)}.",
        )
    named = [key for part in parts for key in part]
    for key in named:
        if key not in held:
            raise InputError(
                f"{key[:40]} is no row of {gone.pk}", where="parts", fix=f"Use {', '.join(held)}."
            )
    left = [key for key in held if key not in set(named)]
    if left or len(set(named)) < len(named):
        wrong = f"{', '.join(left)} stands in no part" if left else "A row stands in two parts"
        raise InputError(wrong, where="parts", fix="Put every row in one part.")
    return [[held[key] for key in part] for part in parts]


def _split_held(
    gone: rows.Facility,
    groups: Sequence[Sequence[rows.FacilityRow]],
    *,
    reason: str,
    by: str,
    at: datetime,
) -> rows.FacilityEvent:
    was = gone.status
    made = new_facilities([group[0] for group in groups], day=dutch_day(at))
    for facility, group in zip(made, groups, strict=True):
        _move(group, facility.pk)
    _lead(gone, [facility.pk for facility in made], FacilityStatus.SPLIT)
    _count_change(gone)
    numbers = [[row.pk for row in group] for group in groups]
    touches: list[tuple[str, dict[str, Any]]] = [
        (gone.pk, {"parts": [item.pk for item in made], "rows": numbers, "was": was})
    ]
    for facility, moved in zip(made, numbers, strict=True):
        touches.append((facility.pk, {"from": gone.pk, "rows": moved}))
    return record_event(EventKind.SPLIT, touches, reason=reason, by=by, at=at)


def _move(held: Sequence[rows.FacilityRow], facility: str) -> None:
    for row in held:
        row.facility_id = facility
    belong(held)


def _lead(gone: rows.Facility, ends: Sequence[str], status: FacilityStatus) -> None:
    rows.FacilitySuccessor.objects.bulk_create(
        [
            rows.FacilitySuccessor(facility=gone, successor_id=key, position=place)
            for place, key in enumerate(ends)
        ]
    )
    gone.status = status.value
    gone.save(update_fields=["status"])


def _count_change(*changed: rows.Facility) -> None:
    keys = [item.pk for item in changed]
    rows.Facility.objects.filter(pk__in=keys).update(version=F("version") + 1)
