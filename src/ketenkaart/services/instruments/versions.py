"""Change the facts about instruments: a draft, a second person who publishes, never an overwrite.

A published version becomes a file in the data folder, of the same shape as the package's files and
read by the same rules. Undoing is a further version with an older text.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from django.db import transaction

from ketenkaart.core.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    ReferenceDataError,
    StoreError,
)
from ketenkaart.core.governance.types import Instrument
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.noting import checked_text, dutch_day
from ketenkaart.services.instruments.in_use import published_folder
from ketenkaart.services.instruments.reading import MAX_BYTES, shipped_text, text_in_use
from ketenkaart.sources.reference.governance import read_instrument

Outcome = Literal["published", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the facts about an instrument; without an outcome it waits for a decision."""

    instrument: str
    number: int
    text: str
    sha256: str
    base_sha256: str
    reason: str
    by: str
    at: datetime
    outcome: Outcome | None
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str | None


def hash_of(text: str) -> str:
    """Return the hash by which a text of facts is known."""
    return sha256(text.encode()).hexdigest()


def versions(instrument_id: str) -> tuple[Version, ...]:
    """Return every version of an instrument made here, the newest first."""
    found = rows.InstrumentVersion.objects.filter(instrument=instrument_id).select_related(
        "decision"
    )
    return tuple(_version(row) for row in found.order_by("-number"))


def waiting() -> tuple[Version, ...]:
    """Return every version that waits for a second person, the oldest first."""
    found = rows.InstrumentVersion.objects.filter(decision__isnull=True).order_by("at", "id")
    return tuple(_version(row) for row in found)


def version(instrument_id: str, number: int) -> Version:
    """Return one version; raises `NotFoundError` where there is none of that number."""
    return _version(_row(instrument_id, number))


def draft(
    *, instrument_id: str, text: str, base_sha256: str, reason: str, actor: Actor, at: datetime
) -> Version:
    """Keep a changed text of an instrument as a version that waits for a second person.

    `base_sha256` is the hash of the text that it was edited from. Raises `InputError`, with line
    and key, for a text that breaks the rules of the files or changes nothing; `ConflictError` when
    the facts changed meanwhile or another version waits; `RefusedError` for a non-editor.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    words = checked_text(reason, where="reason")
    clean = _clean(text)
    _read(instrument_id, clean)
    with transaction.atomic():
        current = text_in_use(instrument_id)
        if hash_of(current) != base_sha256:
            raise ConflictError(
                "The facts changed while you were editing",
                where="text",
                fix="Open the editor again and put your change into the text of now.",
            )
        if clean == current:
            raise InputError("Nothing was changed", where="text", fix="Change something first.")
        _require_none_waiting(instrument_id)
        row = rows.InstrumentVersion.objects.create(
            instrument=instrument_id,
            number=rows.InstrumentVersion.objects.filter(instrument=instrument_id).count() + 1,
            text=clean,
            sha256=hash_of(clean),
            base_sha256=base_sha256,
            reason=words,
            by=actor.name,
            at=at,
        )
        _note("draft_instrument", row, actor, at, before=base_sha256)
    return _version(row)


def undo(*, instrument_id: str, number: int, reason: str, actor: Actor, at: datetime) -> Version:
    """Draft a further version with the text of an earlier one; 0 is the package's own text.

    Raises as `draft` does, and `NotFoundError` for a number that does not exist.
    """
    text = shipped_text(instrument_id) if number == 0 else version(instrument_id, number).text
    return draft(
        instrument_id=instrument_id,
        text=text,
        base_sha256=hash_of(text_in_use(instrument_id)),
        reason=reason,
        actor=actor,
        at=at,
    )


def publish(*, instrument_id: str, number: int, reason: str, actor: Actor, at: datetime) -> Version:
    """Put a waiting version in use: its text becomes the file of the data folder.

    Raises `RefusedError` for a non-editor or the author, `ConflictError` when it was decided on
    already or the facts changed since it was made, `InputError` when the rules changed and it no
    longer fits, `StoreError` when the file cannot be written; then nothing is published.
    """
    with transaction.atomic():
        row = _decidable(instrument_id, number, actor, at)
        if row.by == actor.name:
            raise RefusedError(
                f"{actor.name} wrote this version", fix="Let a second editor publish it."
            )
        current = text_in_use(instrument_id)
        if hash_of(current) != row.base_sha256:
            raise ConflictError(
                "The facts changed since this version was made",
                where="number",
                fix="Reject it, and make the change again from the text of now.",
            )
        _read(instrument_id, row.text)
        _decide(row, "published", reason, actor, at)
        write_published(instrument_id, row.text)
    return version(instrument_id, number)


def reject(*, instrument_id: str, number: int, reason: str, actor: Actor, at: datetime) -> Version:
    """Turn a waiting version down, with the reason; its text stays on the record.

    Raises `RefusedError` for a non-editor or the author, `ConflictError` when it was decided on.
    """
    with transaction.atomic():
        row = _decidable(instrument_id, number, actor, at)
        if row.by == actor.name:
            raise RefusedError(f"{actor.name} wrote this version", fix="Withdraw it instead.")
        _decide(row, "rejected", reason, actor, at)
    return version(instrument_id, number)


def withdraw(
    *, instrument_id: str, number: int, reason: str, actor: Actor, at: datetime
) -> Version:
    """Take one's own waiting version back; its text stays on the record.

    Raises `RefusedError` for anybody but its author, `ConflictError` when it was decided on.
    """
    with transaction.atomic():
        row = _decidable(instrument_id, number, actor, at)
        if row.by != actor.name:
            raise RefusedError(f"{row.by} wrote this version", fix="Reject it instead.")
        _decide(row, "withdrawn", reason, actor, at)
    return version(instrument_id, number)


DECIDE: dict[str, Callable[..., Version]] = {
    "publish": publish,
    "reject": reject,
    "withdraw": withdraw,
}
"""What can be done with a waiting version, by the name that faces use."""


def lay_published(folder: Path) -> int:
    """Make the files of a data folder what its record says is published; return how many changed.

    A crash between the two is healed so; a file that the record does not know is left alone.
    """
    newest: dict[str, str] = {}
    found = rows.InstrumentVersion.objects.filter(decision__outcome="published")
    for row in found.order_by("decision__id"):
        newest[row.instrument] = row.text
    changed = 0
    for instrument, text in newest.items():
        file = published_folder(folder) / f"{instrument}.yml"
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            write_published(instrument, text, folder)
            changed += 1
    return changed


def write_published(instrument_id: str, text: str, data_folder: Path | None = None) -> None:
    """Write the file of a published version, whole or not at all."""
    folder = published_folder(data_folder)
    part = folder / f".{instrument_id}.part-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(folder / f"{instrument_id}.yml")
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            f"The published facts cannot be written: {error.strerror or error}",
            where=str(folder),
            fix="Make the data folder writable and free some space.",
        ) from error


def _clean(text: str) -> str:
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "\n".join(line.rstrip() for line in clean.split("\n")).strip("\n") + "\n"
    if len(clean.encode()) > MAX_BYTES:
        raise InputError(
            f"The text is larger than {MAX_BYTES // 1_000_000} MB",
            where="text",
            fix="One instrument never takes that much.",
        )
    return clean


def _read(instrument_id: str, text: str) -> Instrument:
    try:
        found = read_instrument(text, "text")
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
    if found.id != instrument_id:
        raise InputError(
            f"The id is {found.id}, not {instrument_id}",
            where="text (key 'id')",
            fix="An id never changes: what was written before refers to it.",
        )
    return found


def _row(instrument_id: str, number: int) -> rows.InstrumentVersion:
    row = (
        rows.InstrumentVersion.objects.filter(instrument=instrument_id, number=number)
        .select_related("decision")
        .first()
    )
    if row is None:
        raise NotFoundError(
            f"There is no version {number} of {instrument_id[:40]}",
            where="number",
            fix="Look at the list of its versions.",
        )
    return row


def _decidable(
    instrument_id: str, number: int, actor: Actor, at: datetime
) -> rows.InstrumentVersion:
    actor.require(Role.EDITOR)
    dutch_day(at)
    row = _row(instrument_id, number)
    decision = rows.InstrumentDecision.objects.filter(version=row).first()
    if decision is not None:
        raise ConflictError(
            f"Version {number} was {decision.outcome} by {decision.by}",
            where="number",
            fix="Nothing is left to do; make a further version.",
        )
    return row


def _require_none_waiting(instrument_id: str) -> None:
    other = rows.InstrumentVersion.objects.filter(
        instrument=instrument_id, decision__isnull=True
    ).first()
    if other is not None:
        raise ConflictError(
            f"Version {other.number} by {other.by} waits for a decision",
            where="text",
            fix="Have it published, rejected or withdrawn first.",
        )


def _decide(
    row: rows.InstrumentVersion, outcome: Outcome, reason: str, actor: Actor, at: datetime
) -> None:
    words = checked_text(reason, where="reason")
    rows.InstrumentDecision.objects.create(
        version=row, outcome=outcome, reason=words, by=actor.name, at=at
    )
    verb = {"published": "publish", "rejected": "reject", "withdrawn": "withdraw"}[outcome]
    _note(f"{verb}_instrument", row, actor, at, before=row.base_sha256)


def _note(
    action: str, row: rows.InstrumentVersion, actor: Actor, at: datetime, *, before: str
) -> None:
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor.name,
        action=action,
        subject=f"instrument {row.instrument} version {row.number}",
        before_sha256=before,
        after_sha256=row.sha256,
        counts={"lines": row.text.count("\n")},
    )


def _version(row: rows.InstrumentVersion) -> Version:
    decision = getattr(row, "decision", None)
    return Version(
        instrument=row.instrument,
        number=row.number,
        text=row.text,
        sha256=row.sha256,
        base_sha256=row.base_sha256,
        reason=row.reason,
        by=row.by,
        at=row.at,
        outcome=decision.outcome if decision else None,
        decided_by=decision.by if decision else None,
        decided_at=decision.at if decision else None,
        decided_reason=decision.reason if decision else None,
    )
