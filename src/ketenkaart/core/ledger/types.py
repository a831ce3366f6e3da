"""The nouns of the ledger: letters, recommendations, answers, promises and verdicts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Text

RecordId = str
MAX_LOCATOR_WORDS = 8

CODED_HERE = Citation(
    source="own", locator="position and follow-up coded here", grade=Grade.ASSUMED
)
"""Where a position and a follow-up come from unless a record says otherwise."""


class ResponseClass(StrEnum):
    """How a letter answers a recommendation, in one word."""

    ADOPTED = "adopted"
    ADOPTED_IN_PART = "adopted_in_part"
    STANDING_POLICY = "standing_policy"
    TO_BE_CONSIDERED = "to_be_considered"
    NOT_ADOPTED = "not_adopted"
    OUTSIDE_SCOPE = "outside_scope"


class Position(StrEnum):
    """Whether government agrees with a recommendation.

    Only words of agreement or refusal count: "standing policy" alone gives no position.
    """

    ADOPTED = "adopted"
    ADOPTED_IN_PART = "adopted_in_part"
    NOT_ADOPTED = "not_adopted"
    NONE_GIVEN = "none_given"


class FollowUp(StrEnum):
    """What government says it will do, whatever its position.

    `deferred` leaves the decision to a named study, evaluation or new policy, even one under way;
    `no_action` names no step at all.
    """

    NEW_ACTION = "new_action"
    REVISION_DONE = "revision_done"
    STANDING_POLICY = "standing_policy"
    DEFERRED = "deferred"
    NO_ACTION = "no_action"
    OUTSIDE_SCOPE = "outside_scope"


class VerdictValue(StrEnum):
    """What somebody independent found; without a verdict nothing is late."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"


class Locator(Frozen):
    """A place in a document: at most eight words of it, and where they stand.

    Offsets are Unicode code points in the document's text; `start` is included, `end` is not.
    """

    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    line: int = Field(ge=1)

    @model_validator(mode="after")
    def _short(self) -> Self:
        if self.start >= self.end:
            raise ValueError("a locator ends after it starts")
        if len(self.quote.split()) > MAX_LOCATOR_WORDS:
            raise ValueError(f"a locator has at most {MAX_LOCATOR_WORDS} words")
        return self


class Theme(Frozen):
    """One heading under which a letter answers: a theme, or a section of the letter itself."""

    number: int = Field(ge=1)
    id: Identifier
    name: Text
    description: Text
    citation: Citation


class Letter(Frozen):
    """The document that the ledger is read from.

    `dossier` and `number` are those of a parliamentary paper, `None` for any other letter.
    """

    id: Identifier
    title: Text
    dossier: str | None = None
    number: str | None = None
    date: date
    sender: str
    characters: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    citation: Citation


class Recommendation(Frozen):
    """One recommended action and the answer it got."""

    id: RecordId
    theme: int = Field(ge=1)
    locator: Locator
    summary: Text
    parts: tuple[Text, ...] = ()
    sentence_group: str
    response_block: str
    response_class: ResponseClass
    acceptable_classes: tuple[ResponseClass, ...]
    position: Position
    follow_up: FollowUp
    coding_note: Text | None = None
    coding_citation: Citation = CODED_HERE
    response_explicit: bool
    response_locator: Locator | None = None
    ambiguous: bool = False
    reason_if_refused: Text | None = None
    project: Text | None = None
    commitments: tuple[RecordId, ...] = ()
    references: tuple[RecordId, ...] = ()
    citation: Citation


class DateType(StrEnum):
    """What kind of date a promise carries; the kinds of the letter's coding are kept."""

    NONE = "none"
    DAY = "day"
    YEAR = "year"
    YEARS = "years"
    QUARTER_END = "quarter_end"
    SEASON = "season"
    PERIOD = "period"
    RELATIVE = "relative"
    DERIVED = "derived"
    ANNOUNCEMENT = "announcement"
    PAST = "past"
    ONGOING = "ongoing"
    RULE = "rule"
    WISH = "wish"


class Deadline(Frozen):
    """The last day by which a promise falls due, as read from its words, and how it was read."""

    due: date
    reading: Text
    citation: Citation


class Commitment(Frozen):
    """A promise, a plan, or a statement of what was done or is going on."""

    id: RecordId
    summary: Text
    date_text: Text | None
    date_type: DateType
    date_type_note: str | None = None
    deadline: Deadline | None = None
    responsible: Text
    status_in_letter: Text
    locator: Locator
    recommendations: tuple[RecordId, ...] = ()
    citation: Citation


class Reference(Frozen):
    """A document that the letter points to."""

    id: RecordId
    label: Text
    description: Text
    locator: Locator
    cited_by: tuple[RecordId, ...] = ()
    citation: Citation


class Verdict(Frozen):
    """What was found later about one promise, by a source outside the letter."""

    commitment: RecordId
    value: VerdictValue
    found_on: date | None
    statement: Text
    citation: Citation


class Finding(Frozen):
    """What happened later around some promises, as far as a source says; it judges nothing."""

    id: Identifier
    commitments: tuple[RecordId, ...] = Field(min_length=1)
    found_on: date | None
    statement: Text
    citation: Citation


class Ledger(Frozen):
    """Everything read from one letter, with what was found later."""

    letter: Letter
    themes: tuple[Theme, ...]
    recommendations: tuple[Recommendation, ...]
    commitments: tuple[Commitment, ...]
    references: tuple[Reference, ...]
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()


DeadlineState = Literal[
    "no_deadline", "not_due", "kept", "kept_late", "partly_kept", "not_kept", "not_researched"
]
