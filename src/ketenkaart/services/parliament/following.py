"""Note what came of a motion: who may say what, each with a source, nothing ever overwritten."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.execution import MotionNote, NoteKind
from ketenkaart.core.ledger.papers import PARLIAMENT_LEDGER
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.ledger import published_letters, read_ledger
from ketenkaart.services.parliament.motions import find_motion, note_of_row
from ketenkaart.services.register import list_sources


def link_motion(
    motion: str, item: str, *, statement: Text, citation: Citation, actor: Actor, at: datetime
) -> MotionNote:
    """Note that an item of a ledger carries a motion out; an editor does this.

    Raises `RefusedError` for another role, `NotFoundError` for a motion or an item that the
    record does not have, and `InputError` for a source that is not declared.
    """
    actor.require(Role.EDITOR)
    require_item(item)
    return _add(motion, NoteKind.LINK, statement, citation, actor, at, item=item)


def report_execution(
    motion: str,
    *,
    found_on: date | None,
    statement: Text,
    citation: Citation,
    actor: Actor,
    at: datetime,
    item: str | None = None,
) -> MotionNote:
    """Note that government says a motion was carried out; an editor does this."""
    actor.require(Role.EDITOR)
    if item is not None:
        require_item(item)
    return _add(
        motion, NoteKind.GOVERNMENT_REPORT, statement, citation, actor, at, item, found_on=found_on
    )


def judge_execution(
    motion: str,
    value: VerdictValue,
    *,
    found_on: date | None,
    statement: Text,
    citation: Citation,
    actor: Actor,
    at: datetime,
) -> MotionNote:
    """Note what somebody independent found about a motion; a verifier does this."""
    actor.require(Role.VERIFIER)
    return _add(
        motion,
        NoteKind.INDEPENDENT_VERDICT,
        statement,
        citation,
        actor,
        at,
        value=value,
        found_on=found_on,
    )


def withdraw_note(note: int, *, reason: Text, actor: Actor, at: datetime) -> None:
    """Take a note back with a reason; an editor does this, a verifier for a verdict.

    Raises `NotFoundError` when there is no such note and `InputError` when it was taken back.
    """
    with transaction.atomic():
        row = rows.MotionNote.objects.filter(pk=note).first()
        if row is None or row.kind == NoteKind.WITHDRAWAL.value:
            raise NotFoundError(f"There is no note {note}", where="note")
        is_verdict = row.kind == NoteKind.INDEPENDENT_VERDICT.value
        actor.require(Role.VERIFIER if is_verdict else Role.EDITOR)
        if rows.MotionNote.objects.filter(withdraws=row).exists():
            raise InputError(f"Note {note} was taken back already", where="note")
        _write(
            row.motion,
            NoteKind.WITHDRAWAL,
            reason,
            note_of_row(row).citation,
            actor,
            at,
            withdraws=row,
        )


def require_item(item: str) -> None:
    """Return when `item` names something in a published ledger or a commitment to parliament.

    Raises `NotFoundError` otherwise.
    """
    letter, _, code = item.partition("/")
    if letter in published_letters():
        ledger = read_ledger(letter)
        codes = {found.id for found in ledger.commitments}
        if code in codes | {found.id for found in ledger.recommendations}:
            return
    is_kept = rows.ParliamentCommitment.objects.filter(number=code).exists()
    if letter == PARLIAMENT_LEDGER and is_kept:
        return
    raise NotFoundError(
        f"The record has no item {item[:80]!r}",
        where="item",
        fix="Name it by its letter and code, as kst-26485-319/K31.",
    )


def _add(
    motion: str,
    kind: NoteKind,
    statement: Text,
    citation: Citation,
    actor: Actor,
    at: datetime,
    item: str | None = None,
    *,
    value: VerdictValue | None = None,
    found_on: date | None = None,
) -> MotionNote:
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    if found_on is not None and found_on > at.date():
        raise InputError(
            f"{found_on} is still to come", where="found_on", fix="Give the day it was found."
        )
    if citation.source not in {source.id for source in list_sources()}:
        raise InputError(
            f"{citation.source[:60]!r} is no declared source",
            where="source",
            fix="`sources.yml` and the page on sources name them all.",
        )
    with transaction.atomic():
        own = find_motion(motion, as_of=at.date()).id
        row = _write(
            own, kind, statement, citation, actor, at, item=item, value=value, found_on=found_on
        )
    return note_of_row(row)


def _write(
    motion: str,
    kind: NoteKind,
    statement: Text,
    citation: Citation,
    actor: Actor,
    at: datetime,
    *,
    item: str | None = None,
    value: VerdictValue | None = None,
    found_on: date | None = None,
    withdraws: rows.MotionNote | None = None,
) -> rows.MotionNote:
    row = rows.MotionNote.objects.create(
        motion=motion,
        kind=kind.value,
        item=item,
        value=value.value if value else None,
        found_on=found_on,
        statement_nl=statement.nl,
        statement_en=statement.en,
        citation_source=citation.source,
        citation_locator=citation.locator,
        citation_grade=citation.grade.value,
        citation_note_nl=citation.note.nl if citation.note else None,
        citation_note_en=citation.note.en if citation.note else None,
        by=actor.name,
        recorded_at=at,
        withdraws=withdraws,
    )
    content = f"{row.pk}:{kind}:{motion}:{item}:{value}:{statement.nl}:{citation.source}"
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor.name,
        action=f"motion_{kind.value}",
        subject=motion,
        before_sha256=None,
        after_sha256=hashlib.sha256(content.encode()).hexdigest(),
        counts={},
    )
    return row
