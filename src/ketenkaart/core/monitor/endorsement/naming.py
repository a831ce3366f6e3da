"""Where a report names the Guidelines, and where it names another instrument of the OECD."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ketenkaart.core.monitor.endorsement.cues import CueKind, EndorsementCues, Hit
from ketenkaart.core.monitor.endorsement.types import Form, OtherInstrument, Sentence

_REACH = 3
"""Sentences after a name in which "these guidelines" still means it."""
_DIVIDES = re.compile(r"[,;:]")
_NO_RULES = "national_contact_point"
"""An institution named with the Guidelines takes nothing away from them."""
_FULL_NAME = "guidelines_full"


@dataclass(frozen=True, slots=True)
class Naming:
    """A sentence (by its index) that names the Guidelines, at `start` up to `end` of its words."""

    index: int
    start: int
    end: int
    cue: str
    is_anaphora: bool = False


def find_namings(
    sentences: Sequence[Sentence], cues: EndorsementCues
) -> tuple[list[Naming], list[OtherInstrument]]:
    """Return where the Guidelines are named, one place per sentence, and the other instruments.

    A bare "OECD guidelines" in a sentence about tax, testing or privacy is that instrument; the
    full name never is, unless it is that of the transfer pricing guidelines.
    """
    namings: list[Naming] = []
    others: list[OtherInstrument] = []
    last = -_REACH - 1
    for index, sentence in enumerate(sentences):
        found, apart = _of_sentence(sentence, sentences, index, cues)
        others.extend(_other(sentence, instrument, hit) for instrument, hit in apart)
        if found is not None:
            namings.append(Naming(index, found.start, found.end, found.cue.id))
            last = index
        elif index - last <= _REACH and not apart:
            again = cues.hits(CueKind.ANAPHORA, sentence.text)
            if again:
                here = again[0]
                namings.append(Naming(index, here.start, here.end, here.cue.id, True))
    return namings, others


def _of_sentence(
    sentence: Sentence, sentences: Sequence[Sentence], index: int, cues: EndorsementCues
) -> tuple[Hit | None, list[tuple[str, Hit]]]:
    if not cues.names_something.search(sentence.text):
        return None, []
    named = cues.hits(CueKind.GUIDELINES, sentence.text)
    apart = [(hit.cue.value or hit.cue.id, hit) for hit in _apart(sentence.text, named, cues)]
    kept = [hit for hit in named if not any(_takes(other, hit) for _, other in apart)]
    bare = [hit for hit in kept if hit.cue.id != _FULL_NAME]
    if kept and len(bare) == len(kept):
        subject = _subject(sentence, kept[0], sentences, index, cues)
        if subject:
            apart.extend((subject, hit) for hit in kept)
            kept = []
    return (kept[0] if kept else None), apart


def _subject(
    sentence: Sentence,
    name: Hit,
    sentences: Sequence[Sentence],
    index: int,
    cues: EndorsementCues,
) -> str | None:
    """Return what a bare name is about where its words tell that it is another instrument."""
    if cues.hits(CueKind.DILIGENCE, sentence.text):
        return None
    hits = cues.hits(CueKind.CONTEXT, sentence.text) or _near(sentence.text, name, cues)
    before = sentences[index - 1] if index else None
    if not hits and before is not None and before.form is Form.HEADING:
        hits = cues.hits(CueKind.CONTEXT, before.text)
    if not hits or len(cues.hits(CueKind.STANDARD, sentence.text)) > 0:
        return None
    return hits[0].cue.value


def _near(text: str, name: Hit, cues: EndorsementCues) -> list[Hit]:
    """Return what the words right beside a name are about; past a comma they are something else."""
    return [
        hit
        for hit in cues.hits(CueKind.NEAR_CONTEXT, text)
        if not _DIVIDES.search(text[min(hit.end, name.end) : max(hit.start, name.start)])
    ]


def _apart(text: str, named: list[Hit], cues: EndorsementCues) -> list[Hit]:
    """Return one hit per instrument's name, the longest first.

    A stretch that begins with the full name of the Guidelines is no other instrument, however far
    it runs on.
    """
    kept: list[Hit] = []
    for hit in cues.hits(CueKind.INSTRUMENT, text):
        is_taken = any(hit.start < other.end and other.start < hit.end for other in kept)
        is_full = any(_is_whole(name) and name.start <= hit.start < name.end for name in named)
        if not is_taken and not is_full:
            kept.append(hit)
    return kept


def _is_whole(name: Hit) -> bool:
    return name.cue.id == _FULL_NAME


def _takes(other: Hit, hit: Hit) -> bool:
    """Say whether a name is only the tail of another instrument's name."""
    if other.cue.value == _NO_RULES:
        return False
    return other.start <= hit.start <= other.end + 1


def _other(sentence: Sentence, instrument: str, hit: Hit) -> OtherInstrument:
    return OtherInstrument(
        instrument,
        sentence.text[hit.start : hit.end],
        sentence.page,
        sentence.start,
        sentence.end,
    )
