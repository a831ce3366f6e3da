"""Read one report: open it, make its text fit for reading, say what it says of the Guidelines."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import Extract, Layout, NormalText, PartKind, Span
from ketenkaart.core.monitor.endorsement.cues import EndorsementCues
from ketenkaart.core.monitor.endorsement.read import read_endorsement
from ketenkaart.core.monitor.endorsement.types import EndorsementReading, Form, Sentence
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.limits import MEBIBYTE, Limits
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason
from ketenkaart.sources.reference.endorsement import load_endorsement_cues

REPORT_LIMITS = Limits(
    max_bytes=256 * MEBIBYTE,
    memory_bytes=1_000_000_000,
    processor_seconds=5.0,
    seconds_per_page=0.1,
    max_seconds=60.0,
    max_output_bytes=64 * MEBIBYTE,
    max_characters=12_000_000,
    max_pages=3_000,
    max_parts=400_000,
    max_nodes=4_000_000,
    max_unpacked_bytes=512 * MEBIBYTE,
)
"""Annual reports are longer than letters: what one may take before it is refused."""

_LONGEST_JOINED = 1_500
_UNFINISHED = re.compile(
    r"(?:\b(?:the|of|for|and|or|to|in|with|on|by|our|a|an|de|het|een|van|voor|en|of|om|te|in|met|op"
    r"|door|onze|ons|aan|die|dat|overeenkomstig|conform)|,)\Z"
)


class ReportState(StrEnum):
    """Whether a report was read. What was not read has no level; that is not level 0."""

    READ = "read"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReportReading:
    """One report, by name and SHA-256 of its bytes, with what was read in it.

    `reading` is `None` unless `state` is `READ`; `reason` says why then. `is_partial` says that
    part of it could not be read (`notes` tells which): a level then is a lower bound.
    """

    name: str
    sha256: str | None
    state: ReportState
    reason: str | None
    language: str | None
    pages: int | None
    is_partial: bool
    notes: tuple[str, ...]
    reading: EndorsementReading | None


def read_report(
    data: Path | bytes,
    *,
    name: str,
    cues: EndorsementCues | None = None,
    limits: Limits = REPORT_LIMITS,
) -> ReportReading:
    """Return what a report says of the Guidelines; a file that cannot be read is an answer too."""
    try:
        extract = read_document(data, name=name, limits=limits)
    except RefusedDocumentError as refused:
        is_scan = refused.reason is Reason.NO_TEXT
        state = ReportState.UNREADABLE if is_scan else ReportState.REFUSED
        return ReportReading(name, _sha256(data), state, str(refused), None, None, False, (), None)
    pages = max((part.page or 0 for part in extract.parts), default=0) or None
    reading = read_endorsement(sentences_of(extract), cues or load_endorsement_cues())
    return ReportReading(
        name,
        extract.sha256,
        ReportState.READ,
        None,
        extract.facts.language,
        pages,
        extract.is_partial,
        extract.notes,
        reading,
    )


def read_passage(text: str, *, cues: EndorsementCues | None = None) -> EndorsementReading:
    """Return what a piece of text says of the Guidelines, as if it were a report.

    >>> read_passage("Wij onderschrijven de OESO-richtlijnen.").level.word
    'reference_framework'
    """
    extract = Extract(
        media_type="text/plain",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        raw=text,
        layout=Layout.LINES,
    )
    return read_endorsement(sentences_of(extract), cues or load_endorsement_cues())


def sentences_of(extract: Extract) -> tuple[Sentence, ...]:
    """Return the sentences of an extract, each with its paragraph, page and place."""
    text = normalise(extract)
    pages = [(part.start, part.page) for part in extract.parts if part.page is not None]
    starts = [start for start, _ in pages]
    forms = _forms(text, extract)
    form_starts = [start for start, _ in forms]
    found: list[Sentence] = []
    for span in sentences(text):
        words = text.text[span.start : span.end].strip()
        if not words:
            continue
        place = text.original(span)
        paragraph = bisect_right(form_starts, span.start) - 1
        at = bisect_right(starts, place.start) - 1
        found.append(
            Sentence(
                text=words,
                paragraph=max(paragraph, 0),
                page=pages[at][1] if at >= 0 else None,
                start=place.start,
                end=place.end,
                form=forms[paragraph][1] if paragraph >= 0 else Form.PARAGRAPH,
            )
        )
    return tuple(_whole(found))


def _whole(sentences: list[Sentence]) -> list[Sentence]:
    """Return the sentences with those made whole that a converter broke over its lines."""
    whole: list[Sentence] = []
    for sentence in sentences:
        if whole and _goes_on(whole[-1], sentence):
            first = whole[-1]
            is_broken = first.text.endswith("-") and sentence.text[:1].islower()
            words = first.text[:-1] if is_broken else f"{first.text} "
            whole[-1] = replace(first, text=words + sentence.text, end=sentence.end)
        else:
            whole.append(sentence)
    return whole


def _goes_on(first: Sentence, second: Sentence) -> bool:
    if first.form is not Form.PARAGRAPH or second.form is not Form.PARAGRAPH:
        return False
    if first.paragraph == second.paragraph or len(first.text) > _LONGEST_JOINED:
        return False
    return second.text[:1].islower() or _UNFINISHED.search(first.text) is not None


def _forms(text: NormalText, extract: Extract) -> list[tuple[int, Form]]:
    """Return where each heading and paragraph begins in the normal text, and what it is."""
    cells = sorted(
        Span(part.start, part.end) for part in extract.parts if part.kind is PartKind.TABLE_CELL
    )
    forms = [(heading.span.start, Form.HEADING) for heading in text.headings]
    for paragraph in text.paragraphs:
        form = Form.ITEM if paragraph.mark else Form.PARAGRAPH
        if paragraph.is_footnote:
            form = Form.FOOTNOTE
        elif cells and paragraph.span.end > paragraph.span.start:
            origin = text.origin(paragraph.span.start)
            at = bisect_right(cells, origin, key=lambda cell: cell.start) - 1
            form = Form.CELL if at >= 0 and origin < cells[at].end else form
        forms.append((paragraph.span.start, form))
    return sorted(forms, key=lambda one: one[0])


def _sha256(data: Path | bytes) -> str | None:
    """Return the hash of a file that was not read; `None` where there is nothing to hash."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    if not data.is_file():
        return None
    try:
        with data.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
