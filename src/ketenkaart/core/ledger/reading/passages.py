"""A letter cut into sentences, each with its section, its place in a list and its cues."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ketenkaart.core.ledger.reading.lexicon import Cue, Lexicon
from ketenkaart.core.ledger.reading.scan import Hit, Scanner
from ketenkaart.core.ledger.reading.source import NormalText, Paragraph, Span
from ketenkaart.core.ledger.reading.types import ReadSection

SPOKEN_KINDS = (
    "adviser_name", "adviser_role", "government", "other_party",
    "advice_verb", "advice_frame", "advice_noun", "advice_number", "advice_list",
    "advice_aim", "advice_contents",
    "deontic", "deontic_empty", "structure",
    "agreement", "negator", "false_negator", "degree", "refusal", "follow_up", "temporary",
    "anaphor", "reach", "ordinal",
)  # fmt: skip
"""Kinds that are looked for anywhere in the text."""

OPENING_KINDS = ("connective", "heading", "response_label", "imperative", "short_answer")
"""Kinds that count only where a sentence begins."""
_SPOKEN = frozenset(SPOKEN_KINDS)


class Cues:
    """All cues that a letter is read with; those of advice and answers in its language alone.

    Names of advisers count in every language.
    """

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        mine = {*SPOKEN_KINDS, *OPENING_KINDS}
        own = [
            cue
            for cue in lexicon.cues
            if cue.kind in mine and (cue.language == language or cue.kind == "adviser_name")
        ]
        others = [cue for cue in lexicon.cues if cue.kind not in mine]
        self.scanner = Scanner([*(cue for cue in own if cue.kind in SPOKEN_KINDS), *others])
        self.openings = [
            (cue, re.compile(cue.pattern, re.IGNORECASE))
            for cue in own
            if cue.kind in OPENING_KINDS
        ]
        self.short = [pair for pair in self.openings if pair[0].kind == "short_answer"]
        self._commands = [pattern for cue, pattern in self.openings if cue.kind == "imperative"]

    def commands(self, words: str) -> bool:
        """Say whether words open with a command ("Zorg voor ...")."""
        return any(pattern.match(words) for pattern in self._commands)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Sentence:
    """One sentence of the letter's body, with what was found in it.

    `paragraph` counts paragraphs and headings from 0; `mark` is the list mark of its paragraph;
    `is_first` says that it opens its paragraph. `openings` are the cues that its first words match.
    """

    index: int
    span: Span
    text: str
    paragraph: int
    section: str | None
    cues: Cues
    mark: str | None = None
    is_first: bool = False
    is_heading: bool = False
    is_strong: bool = False
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    openings: dict[str, list[Cue]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Hit]:
        """Return the hits of one kind, in order."""
        return self.hits.get(kind, [])

    def has(self, *kinds: str) -> bool:
        """Say whether a cue of one of these kinds was found."""
        return any(kind in self.hits or kind in self.openings for kind in kinds)

    def values(self, kind: str) -> set[str]:
        """Return what the hits of one kind stand for."""
        return {hit.cue.value for hit in self.of(kind) if hit.cue.value}

    def opens_with(self, kind: str, value: str | None = None) -> Cue | None:
        """Return the first cue of a kind (and value) that the sentence begins with."""
        for cue in self.openings.get(kind, ()):
            if value is None or cue.value == value:
                return cue
        return None

    def after(self, position: int) -> str:
        """Return the sentence's words from a position of the text on."""
        return self.text[position - self.span.start :]

    def before(self, position: int) -> str:
        """Return the sentence's words up to a position of the text."""
        return self.text[: position - self.span.start]


def cut(
    text: NormalText,
    spans: Sequence[Span],
    sections: Iterable[ReadSection],
    cues: Cues,
    hits: Iterable[Hit],
) -> list[Sentence]:
    """Return the sentences of the body with their cues; footnotes are left out."""
    found = _place(text, spans, sections, cues)
    _give_hits(found, [hit for hit in hits if hit.cue.kind in _SPOKEN])
    for sentence in found:
        _give_openings(sentence, cues)
    return found


def _place(
    text: NormalText, spans: Sequence[Span], sections: Iterable[ReadSection], cues: Cues
) -> list[Sentence]:
    blocks: list[tuple[Span, Paragraph | None]] = [(part.span, part) for part in text.paragraphs]
    blocks += [(heading.span, None) for heading in text.headings]
    blocks.sort(key=lambda block: block[0])
    starts = [block[0].start for block in blocks]
    ordered = sorted(sections, key=lambda section: section.span[0])
    heads = [section.span[0] for section in ordered]
    strong = [span.start for span in text.strong]
    found: list[Sentence] = []
    for span in spans:
        place = bisect_left(starts, span.start + 1) - 1
        if place < 0:
            continue
        paragraph = blocks[place][1]
        if paragraph is not None and paragraph.is_footnote:
            continue
        at = bisect_left(heads, span.start + 1) - 1
        found.append(
            Sentence(
                index=len(found),
                span=span,
                text=text.text[span.start : span.end],
                paragraph=place,
                section=ordered[at].id if at >= 0 else None,
                cues=cues,
                mark=paragraph.mark if paragraph else None,
                is_first=not found or found[-1].paragraph != place,
                is_heading=paragraph is None,
                is_strong=_is_strong(text, strong, span),
            )
        )
    return found


def _is_strong(text: NormalText, starts: list[int], span: Span) -> bool:
    """Say whether at least half of a sentence stands in bold."""
    at = max(0, bisect_left(starts, span.start + 1) - 1)
    bold = 0
    for strong in text.strong[at : at + 12]:
        bold += max(0, min(strong.end, span.end) - max(strong.start, span.start))
    return bold * 2 >= span.end - span.start > 0


def _give_hits(found: list[Sentence], hits: list[Hit]) -> None:
    starts = [sentence.span.start for sentence in found]
    for hit in hits:
        at = bisect_left(starts, hit.start + 1) - 1
        if at >= 0 and hit.end <= found[at].span.end:
            found[at].hits.setdefault(hit.cue.kind, []).append(hit)


def _give_openings(sentence: Sentence, cues: Cues) -> None:
    for cue, pattern in cues.openings:
        if pattern.match(sentence.text):
            sentence.openings.setdefault(cue.kind, []).append(cue)
