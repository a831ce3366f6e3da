"""Hold a text against the vocabulary of a day: names that are former, not yet, proposed, mixed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ketenkaart.core.terminology.types import (
    Ambiguity,
    Concept,
    Language,
    NameState,
    TermName,
    Vocabulary,
)

BEFORE = 40
_WORD = re.compile(r"[\w-]+")


class Remark(StrEnum):
    """What is to be said of a word in a text.

    `former`: the thing is no longer called so on that day; `not_yet`: not called so until later;
    `proposed`: asked for, not adopted; `mixed`: the text uses several names for one thing;
    `ambiguous`: the word means several things.
    """

    FORMER = "former"
    NOT_YET = "not_yet"
    PROPOSED = "proposed"
    MIXED = "mixed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Found:
    """A remark about one place in a text; lines and columns count from 1.

    `write` is the name to write on that day instead, `None` where none is known.
    """

    line: int
    column: int
    word: str
    remark: Remark
    concept: Concept | None
    name: TermName | None
    ambiguity: Ambiguity | None
    write: TermName | None


@dataclass(frozen=True, slots=True)
class _Use:
    start: int
    word: str
    concept: Concept
    names: tuple[TermName, ...]


_OF_STATE = {
    NameState.FORMER: Remark.FORMER,
    NameState.FUTURE: Remark.NOT_YET,
    NameState.PROPOSED: Remark.PROPOSED,
}


def check_text(
    text: str, vocabulary: Vocabulary, day: date, *, language: Language | None = None
) -> tuple[Found, ...]:
    """Return every remark about a text as of a day, in the order of the text.

    Only whole words count; of names inside one another the longest. Abbreviations must be written
    as they are; other names in capitals or not. A name that follows a word such as "formerly" is
    meant, and not remarked upon. With `language`, names of the other language are left out.
    """
    uses = list(_uses(text, vocabulary, language))
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    found = [*_dated(uses, day), *_mixed(uses, day), *_ambiguous(text, vocabulary, uses, language)]
    placed = [
        Found(
            bisect_right(starts, start),
            start - starts[bisect_right(starts, start) - 1] + 1,
            word, remark, concept, name, ambiguity, write,
        )
        for start, word, remark, concept, name, ambiguity, write in found
    ]  # fmt: skip
    return tuple(sorted(placed, key=lambda item: (item.line, item.column)))


_Raw = tuple[int, str, Remark, Concept | None, TermName | None, Ambiguity | None, TermName | None]


def _uses(text: str, vocabulary: Vocabulary, language: Language | None) -> Iterator[_Use]:
    owners: dict[str, list[tuple[Concept, TermName]]] = {}
    for concept in vocabulary.concepts:
        for name in concept.names:
            if language in (None, name.language):
                for form in name.spellings:
                    owners.setdefault(_key(form), []).append((concept, name))
    if not owners:
        return
    cue = re.compile(rf"\b({'|'.join(map(re.escape, vocabulary.as_then))})\b[^.!?;\n]*\Z", re.I)
    for match in _whole_words(text, owners):
        word = match.group()
        held = owners.get(_key(word), [])
        if not held or (
            vocabulary.as_then and cue.search(text[max(0, match.start() - BEFORE) : match.start()])
        ):
            continue
        concept = held[0][0]
        yield _Use(match.start(), word, concept, tuple(n for c, n in held if c is concept))


def _key(form: str) -> str:
    """Return how a form is compared: abbreviations as they are, other words without capitals."""
    plain = re.sub(r"\s+", " ", form)
    return plain if _is_short(plain) else plain.casefold()


def _is_short(form: str) -> bool:
    return " " not in form and sum(letter.isupper() for letter in form) > 1


def _whole_words(text: str, forms: Iterable[str]) -> Iterator[re.Match[str]]:
    """Yield where forms stand in a text as whole words: of forms inside one another the longest.

    Only where a word of the text is the first word of a form is the form itself tried.
    """
    by_first: dict[str, list[str]] = {}
    for form in forms:
        first = _WORD.search(form)
        if first is not None:
            by_first.setdefault(first.group().casefold(), []).append(form)
    patterns = {first: _pattern(found) for first, found in by_first.items()}
    end = 0
    for word in _WORD.finditer(text):
        pattern = patterns.get(word.group().casefold())
        if pattern is None or word.start() < end:
            continue
        match = pattern.match(text, word.start())
        if match is not None:
            end = match.end()
            yield match


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(forms, key=lambda form: (-len(form), form))
    parts = [
        re.escape(form).replace(r"\ ", r"\s+")
        if _is_short(form)
        else f"(?i:{re.escape(form)})".replace(r"\ ", r"\s+")
        for form in longest
    ]
    return re.compile(rf"(?:{'|'.join(parts)})(?![\w-])")


def _dated(uses: Sequence[_Use], day: date) -> Iterator[_Raw]:
    for use in uses:
        states = {name.on(day): name for name in use.names}
        if NameState.CURRENT in states or NameState.MAYBE in states:
            continue
        state = next(state for state in _OF_STATE if state in states)
        name = states[state]
        write = use.concept.preferred(day, name.language)
        yield use.start, use.word, _OF_STATE[state], use.concept, name, None, write


def _mixed(uses: Sequence[_Use], day: date) -> Iterator[_Raw]:
    """Remark on each synonym where the text uses the preferred name or another synonym too."""
    groups: dict[tuple[str, str], list[tuple[_Use, TermName]]] = {}
    for use in uses:
        for name in use.names:
            if not name.is_short and name.on(day) in (NameState.CURRENT, NameState.MAYBE):
                groups.setdefault((use.concept.id, name.language), []).append((use, name))
                break
    for group in groups.values():
        if len({name.text for _, name in group}) < 2:
            continue
        for use, name in group:
            write = use.concept.preferred(day, name.language)
            if write is not None and not name.is_preferred:
                yield use.start, use.word, Remark.MIXED, use.concept, name, None, write


def _ambiguous(
    text: str, vocabulary: Vocabulary, uses: Sequence[_Use], language: Language | None
) -> Iterator[_Raw]:
    starts = [use.start for use in uses]
    for item in vocabulary.ambiguous:
        if language not in (None, item.language):
            continue
        for match in _whole_words(text, [form.casefold() for form in item.forms]):
            before = text[max(0, match.start() - BEFORE) : match.start()].rstrip().casefold()
            after = text[match.end() : match.end() + BEFORE].lstrip().casefold()
            near = bisect_right(starts, match.start()) - 1
            if near >= 0 and match.start() < starts[near] + len(uses[near].word):
                continue
            if before.endswith(tuple(word.casefold() for word in item.not_after)):
                continue
            if after.startswith(tuple(word.casefold() for word in item.not_before)):
                continue
            yield match.start(), match.group(), Remark.AMBIGUOUS, None, None, item, None
