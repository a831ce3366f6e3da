"""The evidence lane: addresses and files, each with a day; files are kept under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError, StoreError
from ketenkaart.core.ledger.followup.filetype import sniff
from ketenkaart.core.ledger.followup.types import EvidenceKind, Followed
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup.claims import require_owner
from ketenkaart.services.followup.noting import checked_day, checked_text, dutch_day, note
from ketenkaart.services.followup.reading import follow_one
from ketenkaart.services.stores import chosen_data_folder

FOLDER = "evidence"
LARGEST_BYTES = 20_000_000
LONGEST_ADDRESS = 2000
_HASH = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of evidence as it was handed in: its bytes, name and sniffed type."""

    data: bytes
    name: str
    media_type: str


def file_link(
    *, item: str, url: str, title: str, day: date | None, actor: Actor, at: datetime
) -> Followed:
    """Add an address as evidence; `day` is the day of the document, if known.

    Raises `RefusedError` unless `actor` owns the item, edits or verifies, and `InputError` for an
    address that is none.
    """
    address = url.strip()
    parts = urlsplit(address) if len(address) <= LONGEST_ADDRESS and address.isprintable() else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(
            "This is no address of a web page",
            where="url",
            fix="Begin with https:// and name the site.",
        )
    if parts.username or parts.password:
        raise InputError("The address holds a password", where="url", fix="Leave it out.")
    return _add(item, EvidenceKind.LINK, title, day, actor, at, {"url": address})


def file_document(
    *,
    item: str,
    data: bytes,
    name: str,
    title: str,
    day: date | None,
    actor: Actor,
    at: datetime,
) -> Followed:
    """Keep a file as evidence, under the SHA-256 of its bytes in the data folder.

    Its type is told from the bytes, whatever the name says. Raises `InputError` for an empty or
    too large file and a type that is not kept, `StoreError` when it cannot be written.
    """
    if not data:
        raise InputError("The file is empty", where="file", fix="Choose another file.")
    if len(data) > LARGEST_BYTES:
        raise InputError(
            f"The file is larger than {LARGEST_BYTES // 1_000_000} MB",
            where="file",
            fix="Give the address of the document instead.",
        )
    media_type = sniff(data)
    if media_type is None:
        raise InputError(
            "This kind of file is not kept",
            where="file",
            fix="Use PDF, PNG, JPEG, plain text, or an Office document without macros.",
        )
    sha256 = hashlib.sha256(data).hexdigest()
    facts: dict[str, str | int] = {
        "sha256": sha256,
        "file_name": safe_name(name),
        "media_type": media_type,
        "size_bytes": len(data),
    }
    # Whoever may not add evidence must not fill the disk either, nor what is refused for its words.
    _require_filer(item, actor, at)
    _checked(title, day, at)
    _keep(sha256, data)
    return _add(item, EvidenceKind.FILE, title, day, actor, at, facts)


def kept_file(sha256: str) -> KeptFile:
    """Return a file of evidence; it is checked against its hash.

    Raises `NotFoundError` for a file that no evidence names any more, and `StoreError` when its
    bytes are gone or damaged.
    """
    row = None
    if _HASH.fullmatch(sha256):
        withdrawn = rows.Withdrawal.objects.filter(table="evidence").values("record")
        row = rows.Evidence.objects.filter(sha256=sha256).exclude(pk__in=withdrawn).first()
    if row is None or row.file_name is None or row.media_type is None:
        raise NotFoundError("No evidence names this file", where="file")
    place = _place(sha256)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise StoreError(
            "A file of evidence cannot be read", where=sha256[:12], fix="Restore it from a backup."
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(
            "A file of evidence was altered", where=sha256[:12], fix="Restore it from a backup."
        )
    return KeptFile(data, row.file_name, row.media_type)


def drop_file(sha256: str) -> None:
    """Remove a kept file once every piece of evidence that named it was withdrawn."""
    withdrawn = rows.Withdrawal.objects.filter(table="evidence").values("record")
    if rows.Evidence.objects.filter(sha256=sha256).exclude(pk__in=withdrawn).exists():
        return
    try:
        _place(sha256).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            "A withdrawn file cannot be removed",
            where=sha256[:12],
            fix=f"Remove it by hand from the folder {FOLDER}.",
        ) from error


def safe_name(name: str) -> str:
    """Return a file name that is safe in a header and in a folder.

    >>> safe_name("../Jaar verslag (definitief).pdf")
    'Jaar_verslag_definitief_.pdf'
    """
    plain = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip("._")
    return plain[-120:] or "document"


def _add(
    item: str,
    kind: EvidenceKind,
    title: str,
    day: date | None,
    actor: Actor,
    at: datetime,
    facts: dict[str, str | int],
) -> Followed:
    words, document_day = _checked(title, day, at)
    today = dutch_day(at)
    with transaction.atomic():
        _require_filer(item, actor, at)
        content = {
            "item": item,
            "day": today,
            "by": actor.name,
            "kind": kind.value,
            "title": words,
            "document_day": document_day,
            **facts,
        }
        rows.Evidence.objects.create(**content, recorded_at=at)
        note("evidence", item, actor=actor.name, at=at, after=content)
    return follow_one(item, today)


def _checked(title: str, day: date | None, at: datetime) -> tuple[str, date | None]:
    words = checked_text(title, where="title", longest=500)
    return words, None if day is None else checked_day(day, at, where="day")


def _require_filer(item: str, actor: Actor, at: datetime) -> None:
    if actor.roles & {Role.EDITOR, Role.VERIFIER}:
        follow_one(item, dutch_day(at))
        return
    if Role.OWNER not in actor.roles:
        raise RefusedError(
            f"{actor.name} may not add evidence", fix="The owner, an editor or a verifier does."
        )
    require_owner(item, actor, at)


def _place(sha256: str) -> Path:
    return chosen_data_folder() / FOLDER / sha256[:2] / sha256


def _keep(sha256: str, data: bytes) -> None:
    """Write the bytes whole or not at all; the same bytes again change nothing."""
    place = _place(sha256)
    if place.is_file() and place.stat().st_size == len(data):
        return
    part = place.with_name(f"{sha256}.part-{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            f"The file cannot be kept: {error.strerror or error}",
            where=FOLDER,
            fix="Make the data folder writable and free some space.",
        ) from error
