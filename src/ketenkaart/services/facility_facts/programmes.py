"""Say that a facility takes part in a programme, take it back, and read what is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.chain.facility_statements import ProgrammeLink
from ketenkaart.core.chain.programmes import Programme
from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.noting import note
from ketenkaart.services.facilities.rows import in_chunks
from ketenkaart.services.facility_facts.stating import (
    added,
    ids_behind,
    stated_facility,
    withdraw_statement,
)
from ketenkaart.services.followup.noting import checked_plan_day
from ketenkaart.sources.reference.programmes import load_programmes


def programmes_by_id() -> dict[str, Programme]:
    """Return every programme known here by its id."""
    return {programme.id: programme for programme in load_programmes()}


def link_programme(
    *,
    facility: str,
    programme: str,
    source: str,
    start: date | None = None,
    end: date | None = None,
    actor: Actor,
    at: datetime,
) -> ProgrammeLink:
    """Put on record that a facility takes part in a programme.

    Raises `InputError` for an unknown programme, one that takes in no sites, days out of order, a
    facility that was split or the same statement twice; `RefusedError` unless `actor` is editor or
    moderator.
    """
    columns = added(source, actor, at)
    known = programmes_by_id()
    sites = sorted(key for key, item in known.items() if item.takes_in_sites)
    if programme not in sites:
        raise InputError(
            f"{programme[:40]} takes in no sites"
            if programme in known
            else f"{programme[:40]} is no programme known here",
            where="programme",
            fix=f"Use one of {', '.join(sites)}.",
        )
    for where, day in (("start", start), ("end", end)):
        if day is not None:
            checked_plan_day(day, where=where)
    if start and end and start > end:
        raise InputError("It ends before it starts", where="end", fix="Look at the two days.")
    with transaction.atomic():
        found = stated_facility(facility)
        same = rows.FacilityProgramme.objects.filter(
            facility=found.id, programme=programme, start=start, end=end, withdrawn_at=None
        )
        if same.exists():
            raise InputError(
                f"{found.id} is on record as taking part in {programme} for these days",
                where="programme",
                fix="Nothing is left to do.",
            )
        row = rows.FacilityProgramme.objects.create(
            facility_id=found.id, programme=programme, start=start, end=end, **columns
        )
        note(
            "link_programme",
            f"facility {found.id}",
            actor=actor.name,
            at=at,
            after={"programme": programme, "start": start, "end": end, "source": row.source},
        )
    return _link(row)


def withdraw_programme(*, number: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take back that a facility takes part; it stays on record with the reason.

    Raises as `withdraw_statement` does.
    """
    with transaction.atomic():
        row = rows.FacilityProgramme.objects.select_for_update().filter(pk=number).first()
        withdraw_statement(row, noun="programme link", reason=reason, actor=actor, at=at)


def programme_links(facility: str) -> tuple[ProgrammeLink, ...]:
    """Return what stands of a facility, and of the ids merged into it, by programme and start."""
    found = rows.FacilityProgramme.objects.filter(
        facility__in=ids_behind(facility), withdrawn_at=None
    )
    return tuple(
        sorted(map(_link, found), key=lambda x: (x.programme, x.start or date.min, x.number))
    )


def links_of(facilities: Iterable[str]) -> dict[str, list[ProgrammeLink]]:
    """Return what stands of each facility by its own id; those with nothing are left out."""
    found: dict[str, list[ProgrammeLink]] = {}
    for part in in_chunks(sorted(set(facilities))):
        for row in rows.FacilityProgramme.objects.filter(facility__in=part, withdrawn_at=None):
            found.setdefault(row.facility_id, []).append(_link(row))
    return found


def _link(row: rows.FacilityProgramme) -> ProgrammeLink:
    return ProgrammeLink(row.pk, row.facility_id, row.programme, row.start, row.end, row.source)
