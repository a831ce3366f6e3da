"""Take back what was recorded in error: it stays visible, with the reason, and no longer counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.evidence import drop_file
from ketenkaart.services.followup.noting import checked_text, dutch_day, note

Row = rows.Claim | rows.Evidence | rows.IndependentVerdict


def _find(table: str, record: int) -> Row:
    found: Row | None
    if table == "claim":
        found = rows.Claim.objects.filter(pk=record).first()
    elif table == "evidence":
        found = rows.Evidence.objects.filter(pk=record).first()
    elif table == "verdict":
        found = rows.IndependentVerdict.objects.filter(pk=record).first()
    else:
        raise InputError(
            f"{table[:20]!r} cannot be withdrawn",
            where="table",
            fix="Use claim, evidence or verdict.",
        )
    if found is None:
        raise NotFoundError(f"There is no {table} {record}", where="record")
    return found


def withdraw(*, table: str, record: int, reason: str, actor: Actor, at: datetime) -> str:
    """Say that a claim, a piece of evidence or a verdict no longer counts; return its item.

    The record stays visible with the reason; a file that no other evidence names is removed.
    Whoever gave it may do so; an editor may withdraw claims and evidence, but a verdict only its
    own verifier. Raises `ConflictError` when it was withdrawn before.
    """
    words = checked_text(reason, where="reason")
    dutch_day(at)
    with transaction.atomic():
        row = _find(table, record)
        if row.by != actor.name and (table == "verdict" or Role.EDITOR not in actor.roles):
            raise RefusedError(
                f"{actor.name} did not give this {table}",
                fix=f"Ask {row.by} to withdraw it.",
            )
        if rows.Withdrawal.objects.filter(table=table, record=record).exists():
            raise ConflictError(f"This {table} was withdrawn before", where="record")
        content = {"table": table, "record": record, "reason": words, "by": actor.name}
        rows.Withdrawal.objects.create(**content, recorded_at=at)
        note(f"withdraw_{table}", row.item, actor=actor.name, at=at, after=content)
    if isinstance(row, rows.Evidence) and row.sha256 is not None:
        drop_file(row.sha256)
    return row.item
