"""Proposals of a reading as candidates, under keys that survive the next reading."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ketenkaart.core.ledger.judgement import (
    Candidate,
    CandidateKind,
    Fields,
    JudgedCommitment,
    JudgedRecommendation,
    JudgedReference,
    coded,
)
from ketenkaart.core.ledger.reading.source import NormalText, Part, Span
from ketenkaart.core.ledger.reading.types import (
    Offsets,
    OriginalPlace,
    ReadCommitment,
    Reading,
    ReadRecommendation,
    ReadReference,
)

MARKS: Mapping[CandidateKind, str] = {
    CandidateKind.RECOMMENDATION: "R",
    CandidateKind.COMMITMENT: "K",
    CandidateKind.REFERENCE: "D",
}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Places:
    """The way from a span of the read text to its place in the original."""

    text: NormalText
    raw: str
    parts: tuple[Part, ...] = ()

    @cached_property
    def _line_ends(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.raw)]

    def place(self, span: Offsets) -> OriginalPlace:
        """Return where `span` stands in the original: offsets, line, and page or element."""
        start, end = self.text.original(Span(*span))
        around = [part for part in self.parts if part.start <= start < part.end]
        return OriginalPlace(
            start=start,
            end=end,
            line=bisect_right(self._line_ends, start - 1) + 1,
            page=next((part.page for part in around if part.page), None),
            element=next((part.element for part in reversed(around) if part.element), None),
        )


def words_of(text: str) -> str:
    """Return the words of a text in small letters, one space between them.

    >>> words_of("Vóór  de zomer – in 2020!")
    'vóór de zomer in 2020'
    """
    return " ".join(_WORD.findall(text.casefold()))


def fingerprint(kind: CandidateKind, quote: str, sentence: str) -> str:
    """Return a short name for a passage that depends on nothing but its words and its kind.

    >>> one = fingerprint(CandidateKind.COMMITMENT, "voor de zomer", "Wij komen voor de zomer.")
    >>> one == fingerprint(CandidateKind.COMMITMENT, "voor  de zomer", "Wij komen voor de zomer .")
    True
    """
    words = f"{words_of(quote)}|{words_of(sentence)}"
    return f"{kind.value[:3]}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def candidates_of(
    reading: Reading, places: Places, before: Sequence[Candidate] = ()
) -> tuple[Candidate, ...]:
    """Return the proposals of `reading` in the order of the text.

    A proposal that was there `before` keeps its key: first by the same words, then by the same
    phrase, then by the same sentence. Words that come twice are numbered. Codes are R1, R2, ... for
    recommendations, K1, ... for commitments and D1, ... for papers, anew for each reading. A
    letter's own number in the furniture of a page is no passage to judge.
    """
    found = sorted(_all(reading, places), key=lambda item: (item[1].quote_span, item[0]))
    own: Counter[str] = Counter()
    fresh: list[str] = []
    for _, fields, _, _ in found:
        name = _fingerprint(fields, places.text.text)
        own[name] += 1
        fresh.append(name if own[name] == 1 else f"{name}-{own[name]}")
    kept = _carried(fresh, [fields for _, fields, _, _ in found], before)
    keys = {item[0]: key for item, key in zip(found, kept, strict=True)}
    return tuple(
        Candidate(key=key, code=code, fields=_linked(fields, keys), cues=cues, confidence=weight)
        for code, (_, fields, cues, weight), key in zip(_codes(found), found, kept, strict=True)
    )


Proposal = tuple[str, Fields, tuple[str, ...], float | None]


def _all(reading: Reading, places: Places) -> list[Proposal]:
    return [
        *(_recommendation(item, places) for item in reading.recommendations),
        *(_commitment(item, places) for item in reading.commitments),
        *(_reference(item, places) for item in reading.references if item.span[0] < item.span[1]),
    ]


def _codes(found: Sequence[Proposal]) -> list[str]:
    """Return a short code for each proposal, numbered per kind in the order of the text."""
    count: Counter[CandidateKind] = Counter()
    codes = []
    for _, fields, _, _ in found:
        kind = CandidateKind(fields.kind)
        count[kind] += 1
        codes.append(f"{MARKS[kind]}{count[kind]}")
    return codes


def _recommendation(item: ReadRecommendation, places: Places) -> Proposal:
    fields = JudgedRecommendation(
        quote=item.quote,
        span=item.span,
        quote_span=item.quote_span,
        place=places.place(item.quote_span),
        adviser=item.adviser,
        position=item.position,
        follow_up=item.follow_up,
        response_class=item.response_class,
        response_span=item.response_span,
        response_place=places.place(item.response_span) if item.response_span else None,
        commitments=item.commitments,
        references=item.references,
    )
    return item.id, fields, item.cues, item.confidence


def _commitment(item: ReadCommitment, places: Places) -> Proposal:
    fields = JudgedCommitment(
        quote=item.quote,
        span=item.span,
        quote_span=item.quote_span,
        place=places.place(item.quote_span),
        deadline=item.deadline,
        responsible=item.responsible,
        tense=item.tense,
        recommendations=item.recommendations,
    )
    return item.id, fields, item.cues, item.confidence


def _reference(item: ReadReference, places: Places) -> Proposal:
    fields = JudgedReference(
        quote=item.text,
        span=item.span,
        quote_span=item.span,
        place=places.place(item.span),
        reference_kind=item.kind,
        dossier=item.dossier,
        suffix=item.suffix,
        number=item.number,
        label=item.label,
        dated=item.date,
        is_own=item.is_own,
    )
    return item.id, fields, (), None


def _linked(fields: Fields, keys: Mapping[str, str]) -> Fields:
    """Return `fields` with links that name keys instead of the codes of one reading."""

    def named(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(keys[code] for code in codes if code in keys)

    if isinstance(fields, JudgedRecommendation):
        links = {"commitments": named(fields.commitments), "references": named(fields.references)}
        return fields.model_copy(update=links)
    if isinstance(fields, JudgedCommitment):
        return fields.model_copy(update={"recommendations": named(fields.recommendations)})
    return fields


def _fingerprint(fields: Fields, text: str) -> str:
    start, end = fields.span
    return fingerprint(CandidateKind(fields.kind), fields.quote, text[start:end])


def _carried(
    fresh: Sequence[str], found: Sequence[Fields], before: Sequence[Candidate]
) -> list[str]:
    """Return a key for each proposal: that of the earlier proposal it continues, else its own."""
    keys: list[str | None] = [None] * len(fresh)
    left = {item.key: item for item in before}
    for index, name in enumerate(fresh):
        if name in left:
            keys[index] = left.pop(name).key
    for signature in (_phrase, _sentence):
        _match(keys, found, left, signature)
    taken = {key for key in keys if key is not None} | {item.key for item in before}
    result = []
    for name, key in zip(fresh, keys, strict=True):
        chosen = key or _free(name, taken)
        taken.add(chosen)
        result.append(chosen)
    return result


def _free(name: str, taken: set[str]) -> str:
    number = 2
    chosen = name
    while chosen in taken:
        chosen = f"{name}-{number}"
        number += 1
    return chosen


def _phrase(fields: Fields) -> tuple[str, str]:
    return fields.kind, words_of(fields.quote)


def _sentence(fields: Fields) -> tuple[str, int]:
    return fields.kind, fields.place.start - (fields.quote_span[0] - fields.span[0])


def _match(
    keys: list[str | None],
    found: Sequence[Fields],
    left: dict[str, Candidate],
    signature: Callable[[Fields], tuple[str, object]],
) -> None:
    waiting: dict[tuple[str, object], list[str]] = {}
    for key, item in left.items():
        waiting.setdefault(signature(item.fields), []).append(key)
    for index, fields in enumerate(found):
        names = waiting.get(signature(fields))
        if keys[index] is None and names:
            keys[index] = left.pop(names.pop(0)).key


class ChangeKind(StrEnum):
    """What a new reading does with a proposal."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two readings; `variables` names what is read otherwise."""

    kind: ChangeKind
    before: Candidate | None
    after: Candidate | None
    variables: tuple[str, ...] = ()

    @property
    def candidate(self) -> Candidate:
        """Return the proposal as it is now, or as it was when it is gone."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has a proposal before or after it")
        return found


def changes(before: Sequence[Candidate], after: Sequence[Candidate]) -> tuple[Change, ...]:
    """Return what a new reading changes, and nothing that stayed as it was.

    A passage that merely moved in the text has not changed.
    """
    old = {item.key: item for item in before}
    new = {item.key: item for item in after}
    found = [Change(ChangeKind.NEW, None, item) for item in after if item.key not in old]
    found += [Change(ChangeKind.GONE, item, None) for item in before if item.key not in new]
    for item in after:
        if item.key in old:
            variables = read_otherwise(old[item.key].fields, item.fields)
            if variables:
                found.append(Change(ChangeKind.CHANGED, old[item.key], item, variables))
    return tuple(sorted(found, key=lambda one: one.candidate.fields.quote_span))


def read_otherwise(one: Fields, other: Fields) -> tuple[str, ...]:
    """Return the variables, the phrase included, that differ between two sets of fields."""
    first, second = coded(one), coded(other)
    names = [name for name in first | second if first.get(name) != second.get(name)]
    if words_of(one.quote) != words_of(other.quote):
        names.append("quote")
    return tuple(names)
