"""Who speaks in a sentence: an adviser, government, or somebody else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from weakref import WeakKeyDictionary

from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit


class Speaker(Enum):
    """The side that a grammatical subject is on."""

    ADVISER = auto()
    GOVERNMENT = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Party:
    """A mention of somebody: which side, the name to give, and where it stands."""

    side: Speaker
    name: str
    start: int
    end: int
    is_vague: bool = False


_KNOWN: WeakKeyDictionary[Sentence, list[Party]] = WeakKeyDictionary()
"""Mentions found before: one sentence is asked several times."""
_ARTICLE = re.compile(r"^(?:de|het|the|een)\s+", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:zij|hij|ze|deze|die|men|they|it|zijn oordeel|haar oordeel)\b", re.I)
_VAGUE = frozenset({
    "raad", "afdeling", "college", "commissie", "inspectie", "adviesraad", "adviescollege",
    "adviescommissie", "council", "committee", "panel", "court", "rekenkamer", "bureau",
    "werkgroep", "inspecties", "adviesraden",
})  # fmt: skip
_TRAIL = re.compile(r"\s+(?:zelf|ook|in|over|dat|die|op|van|met|bij|voor|aan|te)$", re.IGNORECASE)
_SURNAME = re.compile(r"(?: [A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?)+")
_SOME = re.compile(r"\b(?:een|enkele|sommige|diverse|andere|some|a) $", re.IGNORECASE)
_PRONOUN_NEXT = re.compile(r" (?:zij|hij|ze|they|it)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:\b(?:de|het|the)\s+)?((?:[A-ZÀ-Ý][\wÀ-ÿ-]*)"
    r"(?:\s+(?:[A-ZÀ-Ý][\wÀ-ÿ-]*|van|voor|der|de|en|of|the|for)){0,6})"
)


def parties(sentence: Sentence) -> list[Party]:
    """Return every mention of a party in a sentence, in order, the longest where some overlap."""
    known = _KNOWN.get(sentence)
    if known is None:
        known = _KNOWN[sentence] = _parties(sentence)
    return known


def _parties(sentence: Sentence) -> list[Party]:
    found: list[Party] = []
    for kind, side in (
        ("adviser_name", Speaker.ADVISER),
        ("adviser_role", Speaker.ADVISER),
        ("government", Speaker.GOVERNMENT),
        ("other_party", Speaker.OTHER),
    ):
        found += [
            _party(hit, side, sentence) for hit in sentence.of(kind) if _counts(hit, kind, sentence)
        ]
    found.sort(key=lambda party: (party.start, -(party.end - party.start)))
    kept: list[Party] = []
    for party in found:
        if not kept or party.start >= kept[-1].end:
            kept.append(party)
    return kept


def _counts(hit: Hit, kind: str, sentence: Sentence) -> bool:
    words = _ARTICLE.sub("", hit.match.group())
    if kind == "adviser_name" and not any(letter.isupper() for letter in words):
        return False
    following = sentence.after(hit.end)[:2]
    return not (following[:1] == "-" and following[1:2].isalpha())


def _party(hit: Hit, side: Speaker, sentence: Sentence) -> Party:
    words = hit.match.group().strip()
    if hit.cue.id == "addressed_adviser":
        at = hit.start if words[0] in "uU" else hit.end - 1
        return Party(side, hit.cue.value or words, at, at + 1, True)
    name = hit.cue.value or _TRAIL.sub("", _ARTICLE.sub("", words))
    if hit.cue.id == "committee" and (more := _SURNAME.match(sentence.after(hit.end))):
        name += more.group()
    is_vague = (
        side is Speaker.ADVISER
        and hit.cue.value is None
        and (
            _ARTICLE.sub("", words).casefold() in _VAGUE or hit.cue.id in ("report", "researchers")
        )
    )
    return Party(side, name, hit.start, hit.end, is_vague)


class Memory:
    """Remembers which advisers a letter names, to give "the council" its name."""

    def __init__(self, sentences: Iterable[Sentence] = ()) -> None:
        counts = Counter(
            party.name
            for sentence in sentences
            for party in parties(sentence)
            if party.side is Speaker.ADVISER and not party.is_vague
        )
        self.named = [name for name, _ in counts.most_common()]
        self.known = set(self.named)
        self.last: str | None = None

    @property
    def presumed(self) -> str | None:
        """Return the adviser that unnamed advice is taken to be of: the last, else the main one."""
        return self.last or (self.named[0] if self.named else None)

    def name(self, party: Party) -> str:
        """Return the full name of an adviser and remember it."""
        chosen = (self._full(party.name) or party.name) if party.is_vague else party.name
        self.known.add(chosen)
        self.last = chosen
        return chosen

    def _full(self, vague: str) -> str | None:
        word = vague.casefold().removesuffix("s")
        if word == "addressee":
            return self.named[0] if self.named else None
        if word == "afdeling":
            return "Raad van State"
        for name in self.named:
            if word in name.casefold():
                return name
        if word in ("raad", "council", "adviesraad"):
            return next((name for name in self.named if name in _COUNCILS), None)
        return None


_COUNCILS = frozenset({"AIV", "SER", "WRR", "Rli", "Onderwijsraad", "Raad van State"})


def subject(
    sentence: Sentence, found: list[Party], verb: Hit, memory: Memory
) -> tuple[Speaker | None, str | None]:
    """Return who is the subject of a verb of advice, and under which name.

    Dutch puts the subject right before the finite verb, or right behind it when something else
    comes first. A noun phrase with a capital that nobody knows counts as an adviser.
    """
    text = sentence.text
    word = verb.start - sentence.span.start + len(verb.match.group().split()[0])
    if _PRONOUN_NEXT.match(text, word):
        return (Speaker.ADVISER, memory.last) if memory.last else (None, None)
    at = verb.start - sentence.span.start
    begin = max(text.rfind(", ", 0, at), text.rfind("; ", 0, at), text.rfind(": ", 0, at))
    begin = 0 if begin < 0 else begin + 2
    low, high = sentence.span.start + begin, verb.start
    before = [party for party in found if low <= party.start and party.end <= high]
    after_end = sentence.span.start + _clause_end(text, at + len(verb.match.group().split()[0]))
    after = [party for party in found if verb.start < party.start and party.end <= after_end]
    adviser = _right_behind(after, verb, text, sentence.span.start)
    if adviser is None and before:
        adviser = before[-1] if not _is_object(before, sentence) else None
    if adviser is None and after:
        adviser = after[0]
    if adviser is not None:
        if adviser.side is not Speaker.ADVISER:
            return adviser.side, adviser.name
        if _SOME.search(sentence.before(adviser.start)):
            return Speaker.OTHER, adviser.name
        return Speaker.ADVISER, memory.name(adviser)
    return _unnamed(text[begin:at], text[at:], memory)


def _clause_end(text: str, at: int) -> int:
    found = re.compile(r",|:|;|\b(?:om|dat|that|to)\b").search(text, at)
    return found.start() if found else len(text)


def _right_behind(after: list[Party], verb: Hit, text: str, shift: int) -> Party | None:
    """Return the party that stands directly behind the verb, as in "beveelt de raad aan"."""
    word_end = verb.start + len(verb.match.group().split()[0])
    for party in after[:1]:
        gap = text[word_end - shift : party.start - shift].strip()
        speaks = party.side is Speaker.ADVISER or party.name.casefold() in ("ik", "wij", "we")
        if gap in ("", "ook", "de", "het", "the") and speaks:
            return party
    return None


def _is_object(found: list[Party], sentence: Sentence) -> bool:
    """Say whether the last party before the verb is inside a phrase with a preposition."""
    last = found[-1]
    lead = sentence.before(last.start).rstrip()
    tail = sentence.text[last.end - sentence.span.start :]
    if re.search(r"\b(?:aan|van|voor|met|door|in|over|op|namens|to|of)(?: de| het)?$", lead, re.I):
        # "De evaluatie van de minister beveelt aan": the head of the phrase speaks
        return len(found) == 1 and last.side is not Speaker.ADVISER and not tail.startswith(",")
    return False


def _unnamed(before: str, after: str, memory: Memory) -> tuple[Speaker | None, str | None]:
    if _PRONOUN.search(before) or re.match(r"\w+ (?:zij|hij|ze|they|it)\b", after):
        return (Speaker.ADVISER, memory.last) if memory.last else (None, None)
    named = _NAMED.search(before.strip())
    if named and re.search(r"[A-ZÀ-Ý]\w", named.group(1)) and not _only_opening(named):
        return Speaker.ADVISER, named.group(1)
    behind = re.match(
        r"\w+\s+(?:(?:de|het|the)\s+)?([A-ZÀ-Ý][\wÀ-ÿ-]+(?: [A-ZÀ-Ý][\wÀ-ÿ-]+)*)", after
    )
    if behind:
        return Speaker.ADVISER, behind.group(1)
    return None, None


def _only_opening(named: re.Match[str]) -> bool:
    """Say whether the capital is only that of a sentence's first word, as in "Daarom"."""
    words = named.group(1).split()
    return named.start(1) == 0 and len(words) == 1 and not words[0].isupper()
