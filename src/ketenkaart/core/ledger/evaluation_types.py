"""What measuring a reading against gold yields."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from ketenkaart.core.ledger.scores import PairScore, Share
from ketenkaart.core.ledger.types import ResponseClass
from ketenkaart.core.provenance import Frozen


class Measured(StrEnum):
    """What is matched one to one.

    `promises` are the commitments that are still to be done; `deadlines` the commitments with a
    date that falls due; `own_number` is the letter's own number, which `references` holds too.
    """

    RECOMMENDATIONS = "recommendations"
    COMMITMENTS = "commitments"
    PROMISES = "promises"
    DEADLINES = "deadlines"
    REFERENCES = "references"
    OWN_NUMBER = "own_number"


class Judged(StrEnum):
    """What is compared within pairs that match."""

    RESPONSE_CLASS = "response_class"
    RESPONSE_CLASS_STRICT = "response_class_strict"
    POSITION = "position"
    FOLLOW_UP = "follow_up"
    ANSWER_PLACE = "answer_place"
    SILENCE = "silence"
    TENSE = "tense"
    DEADLINE_KIND = "deadline_kind"


class Fault(StrEnum):
    """How a reading differs from gold at one place."""

    MISSED = "missed"
    FALSE_ALARM = "false_alarm"
    DIFFERENT = "different"


class Difference(Frozen):
    """One place where reading and gold differ: which record, its words, its line, and how.

    `id` is the gold's for what was missed or differs, the proposal's for a false alarm. `line`
    counts from 1 in the raw text.
    """

    fault: Fault
    of: Measured | Judged
    id: str
    text: str
    line: int = Field(ge=1)
    gold: str | None = None
    read: str | None = None
    note: str | None = None


class KindScore(Frozen):
    """The one-to-one score of one kind of record."""

    of: Measured
    score: PairScore


class Agreement(Frozen):
    """How often reading and gold say the same within matched pairs."""

    of: Judged
    share: Share


class Confusion(Frozen):
    """How many matched recommendations gold codes as one class and the reading as another.

    `gold` is `None` for a recommendation that the letter does not answer.
    """

    gold: ResponseClass | None
    read: ResponseClass
    count: int = Field(ge=1)


class Evaluation(Frozen):
    """How far the reading of one letter agrees with its gold: an estimate from one letter."""

    document: str
    kinds: tuple[KindScore, ...]
    agreements: tuple[Agreement, ...]
    confusion: tuple[Confusion, ...]
    differences: tuple[Difference, ...]

    def score(self, of: Measured) -> PairScore:
        """Return the score of one kind."""
        return next(item.score for item in self.kinds if item.of is of)

    def agreement(self, of: Judged) -> Share:
        """Return the share of one comparison."""
        return next(item.share for item in self.agreements if item.of is of)
