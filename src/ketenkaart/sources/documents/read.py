"""The door: take a file in, have it read by a confined process, hand over a checked extract."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ketenkaart.core.ledger.reading.language import language_of
from ketenkaart.core.ledger.reading.source import (
    DocumentFacts,
    Extract,
    Layout,
    Part,
    PartKind,
)
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.documents.errors import RefusedDocumentError, shown_name
from ketenkaart.sources.documents.limits import DEFAULT, Limits
from ketenkaart.sources.documents.media import MEDIA_TYPES, Form, form_of
from ketenkaart.sources.documents.process import Outcome, run
from ketenkaart.sources.documents.reasons import PARTIAL, Note, Reason, Refusal
from ketenkaart.sources.documents.wording import note_text

_SHORT = Annotated[str, Field(max_length=2_000)]
_Row = tuple[
    PartKind, int, int, int | None, Annotated[str, Field(max_length=200)] | None, int | None
]
Run = Callable[[Form, bytes, Limits], Outcome]
_GAVE_UP = {-getattr(signal, name, 0) for name in ("SIGABRT", "SIGTRAP", "SIGILL")} - {0}
# What the process is sent when its processor time is up; not every system has these.
_TIME_IS_UP = {-getattr(signal, name, 0) for name in ("SIGPROF", "SIGXCPU")} - {0}


class _Whole(Frozen):
    layout: Layout
    raw: str
    parts: tuple[_Row, ...] = ()


class _Facts(Frozen):
    id: _SHORT | None = None
    dossier: _SHORT | None = None
    suffix: _SHORT | None = None
    number: _SHORT | None = None
    date: _SHORT | None = None
    sender: _SHORT | None = None
    session_year: _SHORT | None = None
    title: _SHORT | None = None
    language: _SHORT | None = None


class _End(Frozen):
    facts: _Facts = _Facts()
    notes: tuple[tuple[Note, tuple[int, ...]], ...] = ()


class _Line(Frozen):
    """One line of the confined process, of which exactly one field is filled."""

    ready: tuple[Literal["files", "filter", "network", "hook"], ...] | None = None
    page: str | None = None
    whole: _Whole | None = None
    end: _End | None = None
    refused: Reason | None = None


_LINE = TypeAdapter(_Line)


def read_document(
    data: bytes | Path, *, name: str, limits: Limits = DEFAULT, run: Run = run
) -> Extract:
    """Return the text, the parts and the facts of a document, read by a confined process.

    `data` is the content, or the path of a file; `name` is what the user calls it, and is only
    held against what the content turns out to be. Raises `RefusedDocumentError`, whose `reason`
    says why; its message names the file and never quotes it. An extract that misses something is
    marked partial and says what. `run` starts the confined process.
    """
    shown = shown_name(name)
    try:
        if os.name != "posix":
            raise Refusal(Reason.UNCONFINED)
        content = _content(data, limits)
        form, is_named_otherwise = form_of(content, name)
        outcome = run(form, content, limits)
        extract = _extract(outcome, form, content, limits)
    except Refusal as refusal:
        raise RefusedDocumentError(refusal.reason, shown, limits) from None
    if is_named_otherwise:
        notes = (*extract.notes, note_text(Note.NAMED_OTHERWISE, ()))
        return extract.model_copy(update={"notes": notes})
    return extract


def _content(data: bytes | Path, limits: Limits) -> bytes:
    """Return the bytes; a file that is too large is refused by its size, unread."""
    content = data if isinstance(data, bytes) else _file_content(data, limits)
    if len(content) > limits.max_bytes:
        raise Refusal(Reason.TOO_LARGE)
    if not content:
        raise Refusal(Reason.EMPTY)
    return content


def _file_content(path: Path, limits: Limits) -> bytes:
    try:
        # Without NONBLOCK the opening of a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Refusal(Reason.UNREADABLE) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Refusal(Reason.UNREADABLE)
    with os.fdopen(descriptor, "rb") as stream:
        if status.st_size > limits.max_bytes:
            raise Refusal(Reason.TOO_LARGE)
        # A file may grow while it is read; one byte more than permitted shows that.
        return stream.read(limits.max_bytes + 1)


def _extract(outcome: Outcome, form: Form, content: bytes, limits: Limits) -> Extract:
    """Return what the process said as an extract; raise `Refusal` where it comes to nothing."""
    lines = _checked_lines(outcome)
    refused = next((line.refused for line in lines if line.refused), None)
    pages = [line.page for line in lines if line.page is not None]
    whole = next((line.whole for line in lines if line.whole), None)
    end = next((line.end for line in lines if line.end), None)
    if end is None:
        reason = refused or _why_it_ended(outcome, limits)
        if not any(page.strip() for page in pages):
            raise Refusal(reason)
        # What was read before the fault stands; what is missing is said.
        end = _End(notes=((Note.PAGES_UNREAD, (len(pages) + 1,)),))
    if whole is None:
        whole = _from_pages(pages)
    if not whole.raw.strip():
        raise Refusal(Reason.NO_TEXT)
    return Extract(
        media_type=MEDIA_TYPES[form],
        sha256=hashlib.sha256(content).hexdigest(),
        raw=whole.raw,
        layout=whole.layout,
        parts=_checked_parts(whole),
        facts=_facts(end.facts, whole.raw),
        is_partial=any(note in PARTIAL for note, _ in end.notes),
        notes=tuple(note_text(note, numbers) for note, numbers in end.notes),
    )


def _checked_lines(outcome: Outcome) -> list[_Line]:
    """Return the lines as data; a process that talks nonsense is one that was taken over."""
    try:
        lines = [_LINE.validate_json(line) for line in outcome.lines]
    except ValidationError:
        raise Refusal(Reason.CRASHED) from None
    walls = lines[0].ready if lines else None
    if walls is not None and not {"filter", "network"} & set(walls):
        raise Refusal(Reason.UNCONFINED)
    return lines


def _why_it_ended(outcome: Outcome, limits: Limits) -> Reason:
    if outcome.is_flood:
        return Reason.TOO_LARGE
    if outcome.is_late or outcome.exit_code in _TIME_IS_UP:
        return Reason.TIMEOUT
    # Libraries that get no memory end themselves, and what they used can no longer be asked then.
    is_large = outcome.peak_bytes * 2 > limits.memory_bytes
    return Reason.MEMORY if is_large or outcome.exit_code in _GAVE_UP else Reason.CRASHED


def _from_pages(pages: list[str]) -> _Whole:
    rows: list[_Row] = []
    start = 0
    for number, page in enumerate(pages, start=1):
        end = start + len(page)
        if end > start:
            rows.append((PartKind.PAGE, start, end, number, None, None))
        start = end
    return _Whole(layout=Layout.LINES, raw="".join(pages), parts=tuple(rows))


def _checked_parts(whole: _Whole) -> tuple[Part, ...]:
    """Return the parts; each lies in the text, in order, and strong ones inside their paragraph."""
    parts: list[Part] = []
    block_end = last = 0
    for kind, start, end, page, element, level in whole.parts:
        is_inside = kind is PartKind.STRONG
        if not last <= start < end <= (block_end if is_inside else len(whole.raw)):
            raise Refusal(Reason.CRASHED)
        last = start
        if not is_inside:
            if start < block_end:
                raise Refusal(Reason.CRASHED)
            block_end = end
        try:
            parts.append(
                Part(kind=kind, start=start, end=end, page=page, element=element, level=level)
            )
        except ValidationError:
            raise Refusal(Reason.CRASHED) from None
    return tuple(parts)


def _facts(facts: _Facts, raw: str) -> DocumentFacts:
    values = facts.model_dump(exclude={"date", "language"})
    said = (facts.language or "")[:2].lower()
    language = said if said.isascii() and said.isalpha() else language_of(raw)
    return DocumentFacts(**values, date=_day(facts.date), language=language)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
