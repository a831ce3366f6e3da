"""What a person found in a letter: the standard that a reading is measured by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass

Tense = Literal["promised", "under_way", "done"]
_BONELESS = frozenset("-\u00ad\u2010\u2011")


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A key phrase and where it stands in the raw text."""

    text: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class GoldDeadline:
    """What counts as the right reading of a promise's date.

    The last day must lie from `due_first` to `due_last`, mostly one day; the first day may be
    open, or no later than `start_by`. Where `may_be_open`, both days may be unknown as long as
    words of time were read; where `due_last` is `None` they must be. `kind` is `None` where the
    gold does not say how firm the date is.
    """

    due_first: date | None
    due_last: date | None
    start_by: date | None
    may_be_open: bool
    kind: DeadlineKind | None

    def is_right(self, read: ReadDeadline) -> bool:
        """Return whether a deadline as read is the right one."""
        if read.text is None:
            return False
        if read.end is None:
            return self.may_be_open and read.start is None
        if self.due_first is None or self.due_last is None:
            return False
        if not self.due_first <= read.end <= self.due_last:
            return False
        return read.start is None or self.start_by is None or read.start <= self.start_by

    def __str__(self) -> str:
        if self.due_last is None:
            return "a day that the letter does not give"
        return (
            f"{self.due_last}"
            if self.due_first == self.due_last
            else (f"{self.due_first} to {self.due_last}")
        )


@dataclass(frozen=True, slots=True)
class GoldRecommendation:
    """One recommended action and its answer; `response_class` is `None` where there is none.

    `position` and `follow_up` are `None` where the gold does not code them.
    """

    id: str
    quote: GoldQuote
    response_class: ResponseClass | None
    acceptable_classes: frozenset[ResponseClass]
    position: Position | None = None
    follow_up: FollowUp | None = None
    answer: GoldQuote | None = None


@dataclass(frozen=True, slots=True)
class GoldCommitment:
    """One thing that government does, did or will do; no `tenses` where none can be told.

    `excuses_deadline` marks dates that hang on another promise: reading none is right, and
    reading one is no false alarm.
    """

    id: str
    quote: GoldQuote
    tenses: frozenset[Tense]
    deadline: GoldDeadline | None = None
    excuses_deadline: bool = False


@dataclass(frozen=True, slots=True)
class GoldReference:
    """A paper that the letter points to; `number` is its id where it has one, as "26485-308"."""

    id: str
    quote: GoldQuote
    number: str | None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class GoldRemark:
    """A phrase that may be proposed without fault, or that should not be, and why."""

    quote: GoldQuote
    why: str


@dataclass(frozen=True, slots=True)
class Gold:
    """Everything that a person found in one letter."""

    document: str
    date: date | None
    recommendations: tuple[GoldRecommendation, ...]
    commitments: tuple[GoldCommitment, ...]
    references: tuple[GoldReference, ...]
    optional_recommendations: tuple[GoldRemark, ...] = ()
    optional_commitments: tuple[GoldRemark, ...] = ()
    negatives: tuple[GoldRemark, ...] = ()


def placed(gold: Gold, raw: str) -> Gold:
    """Return the gold with the places of its phrases in `raw`.

    Places that hold are kept. Where the letter came in another form (PDF instead of text) a
    phrase is looked up by its letters, white space and hyphens apart, and the occurrence nearest
    to its old place is taken.

    Raises `InputError` when a phrase is not in the text: gold and letter do not belong together.
    """
    finder = _Finder(raw)

    def put(quote: GoldQuote) -> GoldQuote:
        return finder.put(quote)

    return replace(
        gold,
        recommendations=tuple(
            replace(item, quote=put(item.quote), answer=item.answer and put(item.answer))
            for item in gold.recommendations
        ),
        commitments=tuple(replace(item, quote=put(item.quote)) for item in gold.commitments),
        references=tuple(replace(item, quote=put(item.quote)) for item in gold.references),
        optional_recommendations=_put_all(gold.optional_recommendations, finder),
        optional_commitments=_put_all(gold.optional_commitments, finder),
        negatives=_put_all(gold.negatives, finder),
    )


def _put_all(remarks: tuple[GoldRemark, ...], finder: _Finder) -> tuple[GoldRemark, ...]:
    return tuple(replace(item, quote=finder.put(item.quote)) for item in remarks)


class _Finder:
    """Finds phrases in a text by their letters."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.places = [k for k, sign in enumerate(raw) if not _is_boneless(sign)]
        self.bones = "".join(raw[k] for k in self.places)

    def put(self, quote: GoldQuote) -> GoldQuote:
        wanted = "".join(sign for sign in quote.text if not _is_boneless(sign))
        here = self.raw[quote.span.start : quote.span.end]
        if "".join(sign for sign in here if not _is_boneless(sign)) == wanted:
            return quote
        starts = self._starts(wanted)
        if not wanted or not starts:
            raise InputError(
                f"The letter does not hold the gold's phrase {quote.text[:60]!r}",
                where=f"line {quote.line} of the gold's text",
                fix="Give the letter that this gold was made for.",
            )
        start = min(starts, key=lambda k: abs(self.places[k] - quote.span.start))
        span = Span(self.places[start], self.places[start + len(wanted) - 1] + 1)
        return GoldQuote(quote.text, span, self.raw.count("\n", 0, span.start) + 1)

    def _starts(self, wanted: str) -> list[int]:
        found, start = [], self.bones.find(wanted)
        while start >= 0 and wanted:
            found.append(start)
            start = self.bones.find(wanted, start + 1)
        return found


def _is_boneless(sign: str) -> bool:
    return sign.isspace() or sign in _BONELESS
