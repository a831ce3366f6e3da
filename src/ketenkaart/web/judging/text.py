"""The original text with its proposals marked, and the list of proposals that a filter asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ketenkaart.core.ledger.folding import Group, GroupState
from ketenkaart.core.ledger.judgement import Candidate, CandidateKind, Coding, Fields
from ketenkaart.core.ledger.phrases import cut
from ketenkaart.core.ledger.reading.types import Offsets
from ketenkaart.services.judging.readings import OpenLetter

BEFORE, AFTER = 700, 4_000
"""So many characters of the letter stand before and after the passage that is judged."""
CHUNK = 40_000
"""So many characters of the letter stand on one page of its text."""
LOW_CONFIDENCE = 0.6
PAGE_SIZE = 40
SHOWS = ("all", "unjudged", "disagreed", "low", "gone", *CandidateKind)
SENTENCE, ANSWER = "sentence", "answer"


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A stretch of the letter: which proposal covers it, and what it is to the one at hand."""

    text: str
    code: str
    key: str
    is_current: bool
    role: str
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph or heading of the letter in marked pieces."""

    pieces: tuple[MarkedPiece, ...]
    is_heading: bool


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A part of the letter; `before` and `after` say where the parts around it begin, if any."""

    paragraphs: tuple[MarkedParagraph, ...]
    before: int | None
    after: int | None


def text_around(letter: OpenLetter, current: Candidate) -> MarkedText:
    """Return the letter around a proposal, with every proposal marked and this one apart."""
    place = current.fields.quote_span[0]
    return _marked(letter, place - BEFORE, place + AFTER, current)


def text_from(letter: OpenLetter, start: int) -> MarkedText:
    """Return a page of the letter from `start` on, with every proposal marked."""
    return _marked(letter, start, start + CHUNK, None)


def sentence_around(letter: OpenLetter, fields: Fields) -> tuple[str, str, str]:
    """Return the sentence in three parts: before the key phrase, the phrase, after it."""
    start, end = fields.span
    first, last = fields.quote_span
    return letter.text[start:first], letter.text[first:last], letter.text[last:end]


def _marked(letter: OpenLetter, first: int, last: int, current: Candidate | None) -> MarkedText:
    marks = [(item.key, item.fields.quote_span) for item in letter.candidates]
    start = letter.text.rfind("\n", 0, max(0, min(first, len(letter.text)))) + 1
    end = letter.text.find("\n", last)
    end = len(letter.text) if end < 0 else end
    roles: dict[str, Offsets] = {}
    if current is not None:
        roles[SENTENCE] = current.fields.span
        answer = getattr(current.fields, "response_span", None)
        if answer:
            roles[ANSWER] = answer
    heads = {section.span[0] for section in letter.reading.sections}
    paragraphs = []
    position = start
    for line in letter.text[start:end].split("\n"):
        span = (position, position + len(line))
        if line.strip():
            pieces = cut(letter.text, [*roles.items(), *marks], span)
            paragraphs.append(
                MarkedParagraph(
                    tuple(_piece(letter, p.text, p.marks, p.begins, current) for p in pieces),
                    span[0] in heads,
                )
            )
        position += len(line) + 1
    return MarkedText(
        tuple(paragraphs),
        max(0, start - CHUNK) if start else None,
        end + 1 if end < len(letter.text) else None,
    )


def _piece(
    letter: OpenLetter,
    text: str,
    marks: tuple[str, ...],
    begins: tuple[str, ...],
    current: Candidate | None,
) -> MarkedPiece:
    own = current is not None and current.key in marks
    keys = [mark for mark in marks if mark in letter.by_key]
    key = current.key if own and current else (keys[-1] if keys else "")
    role = ANSWER if ANSWER in marks else SENTENCE if SENTENCE in marks else ""
    return MarkedPiece(
        text=text,
        code=letter.by_key[key].code if key else "",
        key=key,
        is_current=own,
        role=role,
        begins=tuple(letter.by_key[name].code for name in begins if name in letter.by_key),
    )


@dataclass(frozen=True, slots=True)
class ListedPassage:
    """One passage in the list: what it is, what you made of it, and how far the letter is."""

    key: str
    code: str
    kind: str
    quote: str
    mine: str
    state: str
    confidence: float | None
    is_low: bool


def listed(letter: OpenLetter, coding: Coding, show: str) -> list[ListedPassage]:
    """Return the passages that `show` asks for, in the order of the letter."""
    groups = {key: group for group in letter.folded.groups for key in group.keys}
    found = [
        _listed(key, groups[key], letter.by_key.get(key), coding)
        for group in letter.folded.groups
        for key in group.keys
    ]
    tests: dict[str, Callable[[ListedPassage], bool]] = {
        "all": lambda _: True,
        "unjudged": lambda item: not item.mine and bool(item.code),
        "disagreed": lambda item: item.state == GroupState.DISAGREED.value,
        "low": lambda item: item.is_low,
        "gone": lambda item: not item.code,
    }
    if show in tests:
        return [item for item in found if tests[show](item)]
    return [item for item in found if item.kind == show]


def _listed(key: str, group: Group, item: Candidate | None, coding: Coding) -> ListedPassage:
    own = coding.by_key.get(key)
    quote = item.fields.quote if item else _quote(group, key)
    confidence = item.confidence if item else None
    return ListedPassage(
        key=key,
        code=item.code if item else "",
        kind=group.kind.value,
        quote=quote,
        mine=own.action.value if own else "",
        state=group.state.value,
        confidence=confidence,
        is_low=confidence is not None and confidence < LOW_CONFIDENCE,
    )


def _quote(group: Group, key: str) -> str:
    """Return the words of a passage that no reading proposes: somebody added or kept it."""
    made = [e for entries in group.by_coder.values() for e in entries or ()]
    made += group.entries
    return next((e.fields.quote for e in made if key in e.origins), key)


def next_unjudged(letter: OpenLetter, coding: Coding, after: str | None = None) -> Candidate | None:
    """Return the first proposal after `after` that the coder has not judged, from the top again."""
    keys = [item.key for item in letter.candidates]
    start = keys.index(after) + 1 if after in keys else 0
    for key in (*keys[start:], *keys[:start]):
        if key not in coding.by_key:
            return letter.by_key[key]
    return None


def progress(letter: OpenLetter, coding: Coding) -> tuple[int, int]:
    """Return how many proposals a coder judged, and how many there are."""
    return len(letter.by_key.keys() & coding.by_key.keys()), len(letter.by_key)


def seen_number(letter: OpenLetter, coder: str, keys: tuple[str, ...]) -> int:
    """Return the number of the coder's last judgement about these passages, 0 for none."""
    own = [j.id for j in letter.judgements if j.coder == coder and set(keys) & set(j.keys)]
    own += [j.id for j in letter.judgements if j.coder == coder and j.withdraws in own]
    return max(own, default=0)
