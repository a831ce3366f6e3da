"""The organisations that gave lists: keep one, change how it is shown, list them."""

from __future__ import annotations

import re
from datetime import datetime

from ketenkaart.core.chain.facilities.types import Contributor
from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.noting import checked_text, note
from ketenkaart.services.facilities.rows import contributor_of

CONTRIBUTOR_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


def kept_contributor(
    contributor: Contributor, *, actor: Actor, at: datetime
) -> rows.FacilityContributor:
    """Return the row of a contributor, made where it is new; the caller holds the transaction.

    Raises `InputError` for an id or name that will not do, `ConflictError` for an id that stands
    for another name, kind or way of being shown.
    """
    if CONTRIBUTOR_ID.fullmatch(contributor.id) is None:
        raise InputError(
            f"{contributor.id[:40]!r} cannot be the id of a contributor",
            where="contributor",
            fix="Use up to 80 of a-z, 0-9 and hyphens between them.",
        )
    name = checked_text(contributor.name, where="name", longest=300)
    found = rows.FacilityContributor.objects.filter(pk=contributor.id).first()
    if found is not None:
        if contributor_of(found) != contributor:
            raise ConflictError(
                f"{contributor.id} is on record as {found.name} ({found.kind.replace('_', ' ')})",
                where="contributor",
                fix="Use another id, or name it as it is on record.",
            )
        return found
    made = rows.FacilityContributor.objects.create(
        id=contributor.id,
        name=name,
        kind=contributor.kind.value,
        is_named=contributor.is_named,
        added_by=actor.name,
        added_at=at,
    )
    content = {"id": made.pk, "name": name, "kind": made.kind, "is_named": made.is_named}
    note("add_contributor", f"contributor {made.pk}", actor=actor.name, at=at, after=content)
    return made


def list_contributors() -> tuple[Contributor, ...]:
    """Return every organisation that gave a list, in the order of their ids."""
    return tuple(contributor_of(row) for row in rows.FacilityContributor.objects.all())
