"""Import parliament's open data: a file, a folder, or the pages of the service itself."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ketenkaart.core.errors import InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.parliament.storing import (
    Tally,
    store_commitments,
    store_dossiers,
    store_papers,
)
from ketenkaart.sources.parliament.batch import Batch, batch_of
from ketenkaart.sources.parliament.files import file_sha256, files_in, read_file
from ketenkaart.sources.parliament.live import Fetch, fetch_page, fetch_pages, is_service_address
from ketenkaart.sources.parliament.reader import Reject, read_page
from ketenkaart.warehouse.folder import chosen_data_folder, open_data_folder

PAGES_FOLDER = "parliament"
REJECT_COLUMNS = ("file", "record", "name", "field", "what")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of one file did; `is_kept` is false where its rejects kept all of it out.

    `unused` counts records that nothing here needs, by kind; `unknown` names properties that the
    publisher's schema did not have.
    """

    name: str
    is_kept: bool
    added: int
    changed: int
    unchanged: int
    papers: int
    motions: int
    commitments: int
    dossiers: int
    rejects: tuple[Reject, ...]
    unused: dict[str, int]
    unknown: tuple[str, ...]


def import_target(
    target: str,
    *,
    actor: str,
    at: datetime,
    keep_good: bool = False,
    report: Callable[[str], None] | None = None,
    fetch: Fetch = fetch_page,
) -> tuple[Imported, ...]:
    """Import a file, every file of a folder, or all pages from an address of the service on.

    Each file is one transaction, and so are all pages of an address together. A file with records
    that do not fit is left out whole, unless `keep_good`. The same file again changes nothing.
    `report` is told what is being done.

    Raises `InputError` when there is nothing to read or a file cannot be read; files before it
    stay imported.
    """
    tell = report or (lambda _: None)
    if is_service_address(target):
        return (_import_pages(target, actor=actor, at=at, keep=keep_good, tell=tell, fetch=fetch),)
    files = files_in(Path(target))
    results = []
    for number, file in enumerate(files, start=1):
        tell(f"[{number}/{len(files)}] {file.name}")
        results.append(
            store_batch(
                read_file(file),
                name=file.name,
                sha256=file_sha256(file),
                actor=actor,
                at=at,
                keep_good=keep_good,
            )
        )
    return tuple(results)


def _import_pages(
    address: str,
    *,
    actor: str,
    at: datetime,
    keep: bool,
    tell: Callable[[str], None],
    fetch: Fetch,
) -> Imported:
    digest = hashlib.sha256(address.encode()).hexdigest()
    data = chosen_data_folder()
    open_data_folder(data)
    folder = data / PAGES_FOLDER / digest[:16]
    files = fetch_pages(address, folder, fetch, lambda count: tell(f"page {count}"))
    batch = batch_of(read_page(file.read_bytes(), file.name) for file in files)
    content = hashlib.sha256("".join(file_sha256(file) for file in files).encode()).hexdigest()
    result = store_batch(
        batch, name=address[:200], sha256=content, actor=actor, at=at, keep_good=keep
    )
    if result.is_kept:
        shutil.rmtree(folder)
    return result


def store_batch(
    batch: Batch, *, name: str, sha256: str, actor: str, at: datetime, keep_good: bool = False
) -> Imported:
    """Put what one file holds in the record, in one transaction, and note it in the audit trail.

    Nothing is written when the batch has rejects, unless `keep_good`; nor is a note when nothing
    changed. Raises `InputError` when `at` has no time zone.
    """
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    tally = Tally()
    is_kept = keep_good or not batch.rejects
    if is_kept:
        with transaction.atomic():
            store_papers(batch.papers, batch.motions, tally)
            store_dossiers(batch.dossiers)
            store_commitments(batch.commitments, tally)
            if tally.added or tally.changed:
                _note(name, sha256, tally, actor, at)
    return Imported(
        name=name,
        is_kept=is_kept,
        added=tally.added,
        changed=tally.changed,
        unchanged=tally.unchanged,
        papers=len(batch.papers),
        motions=len(batch.motions),
        commitments=len(batch.commitments),
        dossiers=len(batch.dossiers),
        rejects=tuple(batch.rejects),
        unused=dict(batch.unused),
        unknown=tuple(sorted(batch.unknown)),
    )


def _note(name: str, sha256: str, tally: Tally, actor: str, at: datetime) -> None:
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor,
        action="import_parliament",
        subject=name[:200],
        before_sha256=None,
        after_sha256=sha256,
        counts={
            "added": tally.added,
            "changed": tally.changed,
            "unchanged": tally.unchanged,
        },
    )


def reject_rows(results: Iterable[Imported]) -> list[list[str | int]]:
    """Return the rejects of imports as rows of `REJECT_COLUMNS`."""
    return [
        [reject.file, reject.record, reject.name, reject.field, reject.what]
        for result in results
        for reject in result.rejects
    ]
