"""What a machine proposes after reading a letter."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from ketenkaart.core.ledger.reading.source import Day, DocumentFacts
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass
from ketenkaart.core.provenance import Frozen

Offsets = tuple[int, int]
"""Start (included) and end (not included) in the normalised text, in Unicode code points."""


class OriginalPlace(Frozen):
    """Where a passage stands in the raw text: offsets, line, and page or element."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    line: int = Field(ge=1)
    page: int | None = None
    element: str | None = None


class DeadlineKind(StrEnum):
    """How firm a date is.

    `hard` binds ("no later than"); `expected` is foreseen; `slipped` replaces an earlier date;
    `conditional` hangs on something else; `none` means that no date was read.
    """

    HARD = "hard"
    EXPECTED = "expected"
    SLIPPED = "slipped"
    CONDITIONAL = "conditional"
    NONE = "none"


class ReadDeadline(Frozen):
    """The period in which a promise falls due, both days included, and the words it was read from.

    Both days are `None` when the words tie the promise to an event whose day the letter does not
    give ("before the budget debate"), and when there are no such words (`kind` is then `none`).
    """

    start: date | None = None
    end: date | None = None
    kind: DeadlineKind = DeadlineKind.NONE
    text: str | None = None
    span: Offsets | None = None


class ReferenceKind(StrEnum):
    """What a letter points to; `DATE_ONLY` when it gives a paper's day and no number."""

    KAMERSTUK = "kamerstuk"
    CASE = "zaak"
    MOTION = "motion"
    REPORT = "report"
    DATE_ONLY = "date_only"


class Passage(Frozen):
    """A sentence that a proposal rests on.

    `text` is the sentence and `span` its place in the normalised text; `quote` is the phrase that
    carries the matter and `quote_span` its place; `locator` is the sentence in the original.
    `cues` name the rules that fired. `confidence` in (0, 1] is the weight that the rules declare,
    not a probability.
    """

    id: str
    section: str | None = None
    text: str
    span: Offsets
    quote: str
    quote_span: Offsets
    locator: OriginalPlace
    cues: tuple[str, ...] = ()
    confidence: float = Field(gt=0, le=1)


class ReadRecommendation(Passage):
    """One recommended action, by whom, and how the letter answers it.

    `response_span` is the sentence of the answer, `None` where none was found; the position is
    then `none_given`.
    """

    adviser: str | None = None
    position: Position
    follow_up: FollowUp
    response_class: ResponseClass
    response_span: Offsets | None = None
    response_text: str | None = None
    commitments: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class ReadCommitment(Passage):
    """Something that government says it will do, plans, or has others do.

    `tense` tells a promise from an activity under way and from one that is done.
    """

    deadline: ReadDeadline = ReadDeadline()
    responsible: str | None = None
    tense: Literal["promised", "under_way", "done"] = "promised"
    recommendations: tuple[str, ...] = ()


class ReadReference(Frozen):
    """A paper that the letter points to; `is_own` marks the letter's own number.

    `dossier` is written without spaces, `suffix` is a budget chapter ("XVII"), `label` is what a
    person would call it, `date` the day that the letter gives it.
    """

    id: str
    kind: ReferenceKind
    dossier: str | None = None
    suffix: str | None = None
    number: str | None = None
    label: str
    date: Day | None = None
    text: str
    span: Offsets
    locator: OriginalPlace
    is_own: bool = False


class Reject(Frozen):
    """A sentence that looked like a recommendation or a promise and was not taken, and why."""

    kind: Literal["recommendation", "commitment", "reference"]
    text: str
    span: Offsets
    locator: OriginalPlace
    reason: str


class ReadSection(Frozen):
    """A headed part of the letter; `span` runs from its heading to the next one of its level."""

    id: str
    title: str
    level: int = Field(ge=1)
    span: Offsets


class ReadDocument(DocumentFacts):
    """What the letter is; facts that stand only in its text are read from there."""

    sha256: str
    media_type: str
    characters: int = Field(ge=0)
    is_partial: bool = False
    notes: tuple[str, ...] = ()
    extractor: str
    lexicon_sha256: str


class Reading(Frozen):
    """Everything proposed for one letter, in the order of the letter."""

    document: ReadDocument
    sections: tuple[ReadSection, ...] = ()
    recommendations: tuple[ReadRecommendation, ...] = ()
    commitments: tuple[ReadCommitment, ...] = ()
    references: tuple[ReadReference, ...] = ()
    rejects: tuple[Reject, ...] = ()
