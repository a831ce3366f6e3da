"""Read a letter: from the text of a file to proposals for a person to judge."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Final

from ketenkaart.core.ledger.reading.document import document_facts, earliest_day, own_reference
from ketenkaart.core.ledger.reading.language import language_of
from ketenkaart.core.ledger.reading.lexicon import Lexicon
from ketenkaart.core.ledger.reading.mentions import Kinds
from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.passages import Cues, cut
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.promises import read_commitments, times_of
from ketenkaart.core.ledger.reading.recommendations import link, read_recommendations
from ketenkaart.core.ledger.reading.references import read_references
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import DocumentFacts, Extract, Heading, NormalText
from ketenkaart.core.ledger.reading.types import ReadDocument, Reading, ReadReference, ReadSection

EXTRACTOR: Final = "ketenkaart-reader-2"
"""The name of these rules of reading; a change that alters proposals gives it another number."""


def read_letter(
    extract: Extract, lexicon: Lexicon, *, date: datetime.date | None = None
) -> Reading:
    """Return what is proposed for one letter; `date` is its day where the caller knows it.

    The same extract and lexicon always give the same reading. A partial extract gives a reading of
    what there is, marked as partial.
    """
    text = normalise(extract)
    facts = document_facts(extract, day=date)
    language = facts.language or language_of(text.text) or "nl"
    cues = _cues(lexicon, "en" if language == "en" else "nl")
    sections = _sections(text)
    places = Places(extract, text)
    hits = cues.scanner.hits(text.text)
    spans = sentences(text)
    body = cut(text, spans, sections, cues, hits)
    advised = read_recommendations(text, body, places)
    kinds = Kinds(hits)
    references = read_references(text, kinds, spans, places, facts)
    times = times_of(
        text,
        kinds,
        letter_date=facts.date,
        not_before=earliest_day(facts),
        recesses=lexicon.recesses,
    )
    commitments, refused = read_commitments(
        text,
        kinds,
        spans,
        places,
        times,
        sender=facts.sender,
        references=references,
        advice=advised.sentences,
        sections=sections,
    )
    recommendations, promised = link(advised, commitments, references)
    return Reading(
        document=_document(extract, facts, lexicon, language, len(text.text)),
        sections=sections,
        recommendations=recommendations,
        commitments=promised,
        references=_with_own(extract, facts, places, references),
        rejects=tuple(sorted((*advised.rejects, *refused), key=lambda reject: reject.span)),
    )


@lru_cache(maxsize=4)
def _cues(lexicon: Lexicon, language: str) -> Cues:
    return Cues(lexicon, language)


def _sections(text: NormalText) -> tuple[ReadSection, ...]:
    """Return the headed parts; each runs to the next heading of its level or a higher one."""
    found: list[ReadSection] = []
    for index, heading in enumerate(text.headings):
        following = text.headings[index + 1 :]
        end = _next_of_level(following, heading.level, len(text.text))
        found.append(
            ReadSection(
                id=f"section-{index + 1}",
                title=text.text[heading.span.start : heading.span.end],
                level=heading.level,
                span=(heading.span.start, end),
            )
        )
    return tuple(found)


def _next_of_level(following: tuple[Heading, ...], level: int, end: int) -> int:
    return next((other.span.start for other in following if other.level <= level), end)


def _document(
    extract: Extract, facts: DocumentFacts, lexicon: Lexicon, language: str, length: int
) -> ReadDocument:
    known = facts.model_dump() | {"language": language}
    return ReadDocument(
        **known,
        sha256=extract.sha256,
        media_type=extract.media_type,
        characters=length,
        is_partial=extract.is_partial,
        notes=extract.notes,
        extractor=EXTRACTOR,
        lexicon_sha256=lexicon.sha256,
    )


def _with_own(
    extract: Extract,
    facts: DocumentFacts,
    places: Places,
    references: tuple[ReadReference, ...],
) -> tuple[ReadReference, ...]:
    own = own_reference(extract, facts, places)
    if own is None or any(reference.is_own for reference in references):
        return references
    return (own, *references)
