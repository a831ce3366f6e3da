"""Import a list of facilities: look at it row by row first, keep it whole only when asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from ketenkaart.core.chain.facilities.listing.check import RowChecker
from ketenkaart.core.chain.facilities.listing.findings import Finding, ListReport, Severity
from ketenkaart.core.chain.facilities.types import (
    Contributor,
    FacilityDraft,
    FacilityList,
    ListState,
)
from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.contributors import kept_contributor
from ketenkaart.services.facilities.exact_joining import join_exact, register_waiting
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note, require_keeper
from ketenkaart.services.facilities.registry import find_list
from ketenkaart.services.facilities.rows import said_columns
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.facility_lists import OpenedList, open_list
from ketenkaart.sources.reference.facilities import load_gazetteer

BATCH = 2_000
"""Rows that go into the record at once; one that is cut short goes on after the last batch."""
LONGEST_GIVEN = 1_000

Told = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file with a list, and what to know to read it; all but the path may be left out.

    `country` is the alpha-3 code of rows that name none. `mend_places` keeps the one other reading
    of coordinates that fits the country where those given do not.
    """

    path: Path
    encoding: str | None = None
    sheet: str | None = None
    country: str | None = None
    mend_places: bool = False

    def options(self) -> dict[str, Any]:
        """Return what decides how rows are read, to see whether an import can go on."""
        return {
            "encoding": self.encoding,
            "sheet": self.sheet,
            "country": self.country,
            "mend_places": self.mend_places,
        }


@dataclass(frozen=True, slots=True)
class ListImport:
    """What an import came to.

    `kept` is the list on the record, `None` where it was only looked at or refused. `joined` rows
    say the same as a facility that was there, `registered` ids are new, and the rest waits.
    """

    report: ListReport
    kept: FacilityList | None = None
    was_kept_before: bool = False
    joined: int = 0
    registered: int = 0


def look_at_list(file: ListFile, told: Told | None = None) -> ListReport:
    """Return what a list would come to, row by row; nothing is kept.

    Raises `InputError` for a file that cannot be read as a list.
    """
    opened = _open(file)
    report = _report(opened)
    for _ in _checked(opened, file, report, told, "looking at rows"):
        pass
    return report


def import_list(
    file: ListFile,
    *,
    contributor: Contributor,
    title: str,
    dated: date | None,
    licence: str | None,
    actor: Actor,
    at: datetime,
    keep_good: bool = False,
    register: bool = False,
    told: Told | None = None,
) -> ListImport:
    """Look at a list and keep it: all its rows, or with `keep_good` those that can be taken.

    Rows that say the same as a facility that is there are joined to it; the rest waits to be
    matched, or becomes new facilities with `register`. A list with refused rows is not kept
    unless `keep_good`. What was cut short goes on where it was when the same file comes again,
    and shows nowhere before it is whole; a file that was kept before is not kept twice. Raises
    `RefusedError` unless `actor` is editor or moderator, `InputError` for what cannot be read.
    """
    require_keeper(actor)
    today = dutch_day(at)
    if dated is not None and dated > today:
        raise InputError(f"{dated} is still to come", where="--dated", fix="Give the list's day.")
    report = look_at_list(file, told)
    if report.accepted == 0 or (report.refused and not keep_good):
        return ListImport(report)
    sha256 = _sha256(file.path)
    with transaction.atomic():
        made_by = kept_contributor(contributor, actor=actor, at=at)
        source, is_new = rows.FacilityList.objects.get_or_create(
            contributor=made_by,
            sha256=sha256,
            defaults={
                "title": checked_text(title, where="title", longest=300),
                "dated": dated,
                "licence": licence,
                "state": ListState.RECEIVING.value,
                "counts": {"options": file.options()},
                "added_by": actor.name,
                "added_at": at,
            },
        )
    if source.state == ListState.KEPT.value:
        return ListImport(report, find_list(str(source.pk)), was_kept_before=True)
    if not is_new:
        _go_on(source, file)
    _receive(source, file, report.rows, told)
    return _finish(source, report, register=register, actor=actor, at=at)


def register_rest(*, list_id: str, reason: str, actor: Actor, at: datetime) -> tuple[int, int]:
    """Make facilities of the rows of a list that wait; return how many joined, how many are new.

    Rows that say the same become one facility. Raises `RefusedError` unless `actor` is editor or
    moderator, `NotFoundError` for a list that is not there.
    """
    require_keeper(actor)
    words = checked_text(reason, where="reason")
    dutch_day(at)
    source = find_list(list_id)
    with transaction.atomic():
        joined = join_exact(int(source.id), by=actor.name, at=at)
        made = register_waiting(int(source.id), reason=words, by=actor.name, at=at)
        note(
            "register_list",
            f"list {source.id}",
            actor=actor.name,
            at=at,
            after={"list": source.id, "joined": joined, "registered": made},
            counts={"joined": joined, "registered": made},
        )
    return joined, made


def drop_unfinished(*, list_id: str, actor: Actor, at: datetime) -> None:
    """Forget a list that was cut short while it came in; one that is kept stays.

    Raises `InputError` for a kept list, `NotFoundError` for one that is not there.
    """
    require_keeper(actor)
    source = find_list(list_id)
    if source.state is ListState.KEPT:
        raise InputError(
            f"List {source.id} is kept and stays", where="list", fix="Split or close facilities."
        )
    with transaction.atomic():
        rows.FacilityRow.objects.filter(source=int(source.id)).delete()
        rows.FacilityList.objects.filter(pk=int(source.id)).delete()
        note("drop_list", f"list {source.id}", actor=actor.name, at=at, after={"list": None})


def _open(file: ListFile) -> OpenedList:
    if file.country is not None and file.country not in country_keys().codes:
        raise InputError(
            f"{file.country[:20]!r} is the code of no country", where="--country", fix="As BGD."
        )
    return open_list(
        file.path,
        load_gazetteer(),
        encoding=file.encoding,
        sheet=file.sheet,
        country=file.country,
    )


def _report(opened: OpenedList) -> ListReport:
    headings = opened.headings
    report = ListReport(
        columns={headings.cells[place]: name for name, place in headings.columns.items()},
        unused=headings.unused,
        reading=opened.reading,
    )
    if "a guess" in opened.reading:
        report.add([_guessed(opened.reading)])
    return report


def _checked(
    opened: OpenedList, file: ListFile, report: ListReport, told: Told | None, doing: str
) -> Iterator[tuple[int, list[str], FacilityDraft | None, list[Finding]]]:
    """Yield the rows that say anything, checked and counted in the report."""
    checker = RowChecker(
        opened.headings, load_gazetteer(), file.country, mend_places=file.mend_places
    )
    for number, (line, cells) in enumerate(opened.rows()):
        if told is not None and number % 500 == 0:
            told(doing, opened.done)
        if not any(cell.strip() for cell in cells):
            report.blank += 1
            continue
        said, findings = checker.check(line, cells)
        report.count(findings, is_accepted=said is not None)
        yield line, cells, said, findings


def _receive(source: rows.FacilityList, file: ListFile, total: int, told: Told | None) -> None:
    """Put rows into the record batch by batch, from the first line that is not there yet."""
    opened = _open(file)
    last = rows.FacilityRow.objects.filter(source=source).order_by("-line").first()
    start = last.line if last else 0
    batch: list[rows.FacilityRow] = []
    report = _report(opened)
    for line, cells, said, findings in _checked(opened, file, report, None, ""):
        if said is None or line <= start:
            continue
        given = {
            heading or f"column {place}": cell[:LONGEST_GIVEN]
            for place, (heading, cell) in enumerate(
                zip(opened.headings.cells, cells, strict=False), start=1
            )
            if cell
        }
        warnings = [finding.code for finding in findings]
        batch.append(
            rows.FacilityRow(
                source=source, line=line, given=given, warnings=warnings, **said_columns(said)
            )
        )
        if len(batch) >= BATCH:
            _put(source, batch)
            if told is not None:
                told("keeping rows", min(1.0, report.rows / max(1, total)))
    _put(source, batch)


def _put(source: rows.FacilityList, batch: list[rows.FacilityRow]) -> None:
    try:
        with transaction.atomic():
            rows.FacilityRow.objects.bulk_create(batch, batch_size=200)
            source.received += len(batch)
            source.save(update_fields=["received"])
    except IntegrityError as error:
        raise ConflictError(
            f"List {source.pk} is coming in from elsewhere at this moment",
            where="list",
            fix="Wait for that, and look at `ketenkaart facility lists`.",
        ) from error
    batch.clear()


def _go_on(source: rows.FacilityList, file: ListFile) -> None:
    """Keep the rows that came in before where they were read alike; else begin again."""
    if source.counts.get("options") == file.options():
        return
    with transaction.atomic():
        rows.FacilityRow.objects.filter(source=source).delete()
        source.received, source.counts = 0, {"options": file.options()}
        source.save(update_fields=["received", "counts"])


def _finish(
    source: rows.FacilityList, report: ListReport, *, register: bool, actor: Actor, at: datetime
) -> ListImport:
    counts = {
        "accepted": report.accepted,
        "warned": report.warned,
        "refused": report.refused,
    }
    with transaction.atomic():
        source.state = ListState.KEPT.value
        source.received = rows.FacilityRow.objects.filter(source=source).count()
        source.counts = source.counts | counts | {"codes": dict(report.codes)}
        source.save(update_fields=["state", "received", "counts"])
        joined = join_exact(source.pk, by=actor.name, at=at)
        made = 0
        if register:
            made = register_waiting(
                source.pk, reason=f"new in list {source.pk}", by=actor.name, at=at
            )
        note(
            "import_list",
            f"list {source.pk}",
            actor=actor.name,
            at=at,
            after={"list": source.pk, "sha256": source.sha256, **counts},
            counts=counts | {"joined": joined, "registered": made},
        )
    return ListImport(report, find_list(str(source.pk)), joined=joined, registered=made)


def _guessed(reading: str) -> Finding:
    return Finding(
        0, "", Severity.NOTED, "guessed_encoding", f"Read as {reading}",
        "If letters look wrong, name the encoding: --encoding.", fields={"reading": reading},
    )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
