"""What a machine proposed, what people judged, and which judgements stand.

A judgement is never changed. It is in force until it is withdrawn, or until the same coder gives
a later one about any of the same passages; passages that only the earlier one named, as those of
a merge, are then to be judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.ledger.reading.types import (
    Offsets,
    OriginalPlace,
    ReadDeadline,
    ReferenceKind,
)
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass
from ketenkaart.core.provenance import Frozen


class CandidateKind(StrEnum):
    """What a passage is proposed to be."""

    RECOMMENDATION = "recommendation"
    COMMITMENT = "commitment"
    REFERENCE = "reference"


class Action(StrEnum):
    """What a judgement does with the passages that it names."""

    ACCEPT = "accept"
    CORRECT = "correct"
    SPLIT = "split"
    MERGE = "merge"
    REJECT = "reject"
    ADD = "add"
    WITHDRAW = "withdraw"
    RESOLVE = "resolve"


class JudgedPassage(Frozen):
    """Where an entry stands: `span` is its sentence, `quote_span` its phrase, in the read text.

    `place` is the phrase in the original. A summary is the coder's own words, `None` until there
    are any. Links name passages by their keys.
    """

    quote: str = Field(min_length=1, max_length=4_000)
    span: Offsets
    quote_span: Offsets
    place: OriginalPlace
    summary_nl: str | None = Field(default=None, min_length=1, max_length=1_000)
    summary_en: str | None = Field(default=None, min_length=1, max_length=1_000)


class JudgedRecommendation(JudgedPassage):
    """One recommended action and the answer it gets; `response` is the place of the answer."""

    kind: Literal[CandidateKind.RECOMMENDATION] = CandidateKind.RECOMMENDATION
    adviser: str | None = Field(default=None, max_length=200)
    position: Position
    follow_up: FollowUp
    response_class: ResponseClass
    response_span: Offsets | None = None
    response_place: OriginalPlace | None = None
    commitments: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class JudgedCommitment(JudgedPassage):
    """Something promised, planned, under way or done."""

    kind: Literal[CandidateKind.COMMITMENT] = CandidateKind.COMMITMENT
    deadline: ReadDeadline = ReadDeadline()
    responsible: str | None = Field(default=None, max_length=200)
    tense: Literal["promised", "under_way", "done"] = "promised"
    recommendations: tuple[str, ...] = ()


class JudgedReference(JudgedPassage):
    """A paper that the letter points to."""

    kind: Literal[CandidateKind.REFERENCE] = CandidateKind.REFERENCE
    reference_kind: ReferenceKind
    dossier: str | None = Field(default=None, max_length=40)
    suffix: str | None = Field(default=None, max_length=20)
    number: str | None = Field(default=None, max_length=40)
    label: str = Field(min_length=1, max_length=200)
    dated: date | None = None
    is_own: bool = False


Fields = Annotated[
    JudgedRecommendation | JudgedCommitment | JudgedReference, Field(discriminator="kind")
]
"""What an entry says, by kind."""


class Candidate(Frozen):
    """A passage that a machine proposes; `key` stays the same when the letter is read again."""

    key: str
    code: str
    fields: Fields
    cues: tuple[str, ...] = ()
    confidence: float | None = None

    @property
    def kind(self) -> CandidateKind:
        """Return what the passage is proposed to be."""
        return CandidateKind(self.fields.kind)


_COUNTS: Mapping[Action, tuple[int, int, int, int]] = {
    # action: fewest and most keys, fewest and most entries
    Action.ACCEPT: (1, 1, 1, 1),
    Action.CORRECT: (1, 1, 1, 1),
    Action.SPLIT: (1, 1, 2, 20),
    Action.MERGE: (2, 20, 1, 1),
    Action.REJECT: (1, 1, 0, 0),
    Action.ADD: (1, 1, 1, 1),
    Action.WITHDRAW: (0, 0, 0, 0),
    Action.RESOLVE: (1, 40, 0, 40),
}


class Judgement(Frozen):
    """What one person decided, when, about which passages.

    `fields` holds every entry that comes of it, in full, so that it stands when the letter is
    read again. `withdraws` is the number of the judgement that this one takes back. A resolution
    settles what coders disagree on; it is made by an editor or by consensus, with its reason.
    """

    id: int
    coder: str
    at: datetime
    action: Action
    keys: tuple[str, ...] = ()
    fields: tuple[Fields, ...] = ()
    note: str | None = Field(default=None, max_length=4_000)
    by_consensus: bool = False
    withdraws: int | None = None

    @model_validator(mode="after")
    def _shaped(self) -> Self:
        least_keys, most_keys, least, most = _COUNTS[self.action]
        if not least_keys <= len(self.keys) <= most_keys or len(set(self.keys)) != len(self.keys):
            raise ValueError(f"{self.action} does not name {len(self.keys)} passages")
        if not least <= len(self.fields) <= most:
            raise ValueError(f"{self.action} does not give {len(self.fields)} entries")
        if len({item.kind for item in self.fields}) > 1:
            raise ValueError("one judgement gives entries of one kind")
        if (self.action is Action.WITHDRAW) != (self.withdraws is not None):
            raise ValueError("a withdrawal, and nothing else, names what it withdraws")
        if self.action is Action.RESOLVE and not (self.note or "").strip():
            raise ValueError("a resolution gives its reason")
        return self


class Entry(Frozen):
    """What one judgement makes of one or more passages; `key` is stable, `origins` are theirs."""

    key: str
    origins: tuple[str, ...]
    fields: Fields
    judgement: int


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder's standing judgements: by passage, and the entries that come of them."""

    coder: str
    by_key: Mapping[str, Judgement]
    entries: tuple[Entry, ...]

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """Return the judgements in force, oldest first."""
        return tuple(sorted({j.id: j for j in self.by_key.values()}.values(), key=lambda j: j.id))


def in_force(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return the judgements of one coder that stand, oldest first.

    Withdrawals are done first; then the latest judgement about a passage stands, and with it
    falls every earlier one that names any of its passages.
    """
    given = sorted(judgements, key=lambda item: item.id)
    withdrawn = {item.withdraws for item in given if item.withdraws is not None}
    standing: list[Judgement] = []
    taken: set[str] = set()
    for item in reversed(given):
        if item.action is Action.WITHDRAW or item.id in withdrawn:
            continue
        if taken.isdisjoint(item.keys):
            standing.append(item)
        taken.update(item.keys)
    return tuple(reversed(standing))


def entries_of(judgement: Judgement) -> tuple[Entry, ...]:
    """Return the entries that one judgement makes: none, one, or the parts of a split.

    The first passage lends its key; parts of a split or resolution are numbered from 1.
    """
    if not judgement.fields:
        return ()
    first = judgement.keys[0]
    many = len(judgement.fields) > 1
    return tuple(
        Entry(
            key=f"{first}.{number}" if many else first,
            origins=judgement.keys,
            fields=fields,
            judgement=judgement.id,
        )
        for number, fields in enumerate(judgement.fields, start=1)
    )


def coding_of(coder: str, judgements: Iterable[Judgement]) -> Coding:
    """Return what `coder` made of the letter; resolutions are left out."""
    own = (j for j in judgements if j.coder == coder and j.action is not Action.RESOLVE)
    return _coding(coder, own)


def codings(judgements: Iterable[Judgement]) -> tuple[Coding, ...]:
    """Return the coding of every coder who has a judgement in force, by name."""
    given = tuple(judgements)
    found = (coding_of(name, given) for name in sorted({j.coder for j in given}))
    return tuple(coding for coding in found if coding.by_key)


def resolutions(judgements: Iterable[Judgement]) -> Coding:
    """Return the resolutions in force, whoever made them.

    A withdrawal counts here only when it takes back a resolution.
    """
    given = tuple(judgements)
    resolved = {j.id for j in given if j.action is Action.RESOLVE}
    return _coding("", (j for j in given if j.id in resolved or j.withdraws in resolved))


def _coding(coder: str, judgements: Iterable[Judgement]) -> Coding:
    standing = in_force(judgements)
    return Coding(
        coder=coder,
        by_key={key: item for item in standing for key in item.keys},
        entries=tuple(entry for item in standing for entry in entries_of(item)),
    )


def coded(fields: Fields) -> dict[str, str]:
    """Return the variables that coders are compared on, each as one word.

    Wording of summaries and the exact bounds of a phrase are not among them.
    """
    if isinstance(fields, JudgedRecommendation):
        return {
            "response_class": fields.response_class.value,
            "position": fields.position.value,
            "follow_up": fields.follow_up.value,
        }
    if isinstance(fields, JudgedCommitment):
        return {
            "deadline": deadline_word(fields.deadline),
            "tense": fields.tense,
            "responsible": (fields.responsible or "").casefold().strip(),
        }
    return {
        "reference_kind": fields.reference_kind.value,
        "paper": "-".join(p for p in (fields.dossier, fields.suffix, fields.number) if p),
        "dated": str(fields.dated or ""),
    }


def deadline_word(deadline: ReadDeadline) -> str:
    """Return a deadline as one category: its kind and its two days.

    >>> deadline_word(ReadDeadline())
    'none'
    """
    days = f" {deadline.start or ''}/{deadline.end or ''}" if deadline.start or deadline.end else ""
    return f"{deadline.kind.value}{days}"
