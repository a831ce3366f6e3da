"""What government says that it will do, is doing or has done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from ketenkaart.core.ledger.reading.dates import read_times
from ketenkaart.core.ledger.reading.document import office_of
from ketenkaart.core.ledger.reading.falling_due import LetterTimes
from ketenkaart.core.ledger.reading.lexicon import Recess
from ketenkaart.core.ledger.reading.mentions import Kinds, Taken
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.source import NormalText, Span
from ketenkaart.core.ledger.reading.statements import Statements
from ketenkaart.core.ledger.reading.types import (
    ReadCommitment,
    ReadReference,
    ReadSection,
    Reject,
)


def times_of(
    text: NormalText,
    kinds: Kinds,
    *,
    letter_date: date | None,
    not_before: date | None = None,
    recesses: Sequence[Recess] = (),
) -> LetterTimes:
    """Return a letter's expressions of time; `not_before` serves when its day is unknown."""
    found = read_times(text.text, kinds.of("time", "bound"), letter_date, recesses)
    return LetterTimes(found, letter_date, not_before)


def read_commitments(
    text: NormalText,
    kinds: Kinds,
    sentences: Sequence[Span],
    places: Places,
    times: LetterTimes,
    *,
    sender: str | None = None,
    references: Sequence[ReadReference] = (),
    advice: Collection[Span] = (),
    sections: Sequence[ReadSection] = (),
) -> tuple[tuple[ReadCommitment, ...], tuple[Reject, ...]]:
    """Return promises, plans and statements of work under way or done, and what was not taken.

    Each sentence gives one at most. `advice` are sentences that hold recommendations: what an
    adviser asks is no promise. `sender` is who "I" is: an office, with or without a name. Links to
    recommendations are left to the reader of answers.
    """
    reader = Statements(text.text, kinds, times, references, office_of(sender))
    headings = {heading.span for heading in text.headings}
    advised = Taken(len(text.text), (Span(*span) for span in advice))
    commitments: list[ReadCommitment] = []
    rejects: list[Reject] = []
    neighbours = zip(sentences, (None, *sentences), (*sentences[1:], None), strict=False)
    for span, before, after in neighbours:
        if span in headings:
            continue
        found = reader.judge(span, is_advice=advised.meets(span))
        if isinstance(found, str):
            rejects.append(
                Reject(
                    kind="commitment",
                    text=text.text[span.start : span.end],
                    span=span,
                    locator=places.of(span),
                    reason=found,
                )
            )
        elif found is not None:
            quote = reader.quote(span, found.core)
            commitments.append(
                ReadCommitment(
                    id=f"commitment-{len(commitments) + 1}",
                    section=_section_of(sections, span),
                    text=text.text[span.start : span.end],
                    span=span,
                    quote=text.text[quote.start : quote.end],
                    quote_span=quote,
                    locator=places.of(span),
                    cues=found.cues,
                    confidence=found.weight,
                    deadline=reader.due(span, found.tense, before, after),
                    responsible=reader.responsible(span, found.core),
                    tense=found.tense,
                )
            )
    return tuple(commitments), tuple(rejects)


def _section_of(sections: Sequence[ReadSection], span: Span) -> str | None:
    inside = [s for s in sections if s.span[0] <= span.start < s.span[1]]
    return max(inside, key=lambda section: section.level).id if inside else None
