"""Lay blocks of an original one after another as one clean text, and keep the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from ketenkaart.core.ledger.reading.source import Heading, NormalText, Paragraph, Run, Span

UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters without a shape of their own: soft hyphens, joiners and byte order marks."""

_UNEVEN = re.compile(rf"\s\s|[^\S ]|[{UNSEEN}]")
_WORD = re.compile(rf"[^\s{UNSEEN}]+")
_GAP = re.compile(r"\s")


class BlockKind(Enum):
    """What a block becomes in the normalised text."""

    HEADING = auto()
    PARAGRAPH = auto()
    FOOTNOTE = auto()


class Piece(NamedTuple):
    """Characters of the original, and whether a space parts them from the piece before."""

    start: int
    end: int
    is_apart: bool = True


@dataclass(slots=True)
class Block:
    """A heading, a paragraph or a footnote, as pieces of the original in their order."""

    kind: BlockKind
    pieces: list[Piece] = field(default_factory=list)
    level: int = 1
    mark: str | None = None


class _Loom:
    """Grows the text and its runs together."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.parts: list[str] = []
        self.runs: list[Run] = []
        self.length = 0
        self.shift: int | None = None

    def add(self, text: str, origin: int) -> None:
        """Append `text`, whose characters stand in the original from `origin` on."""
        if origin - self.length != self.shift:
            self.shift = origin - self.length
            self.runs.append(Run(self.length, origin))
        self.parts.append(text)
        self.length += len(text)

    def piece(self, piece: Piece, before: int | None) -> int | None:
        """Append a piece; return where the original's last word so far ends."""
        start, end = piece.start, piece.end
        text = self.raw[start:end]
        lead = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return before
        apart = piece.is_apart or lead > 0
        if not _UNEVEN.search(text):
            self.word(text, start + lead, before if apart else None)
            return start + lead + len(text)
        for word in _WORD.finditer(self.raw, start, end):
            self.word(word.group(), word.start(), before if apart else None)
            before = word.end()
            # an unseen character inside a word parts nothing
            apart = _GAP.search(self.raw, before, _next_word(self.raw, before, end)) is not None
        return before

    def word(self, text: str, start: int, before: int | None) -> None:
        """Append words from `start`, a space before them when something stands `before`."""
        if before is not None:
            gap = _GAP.search(self.raw, before, start)
            self.add(" ", gap.start() if gap else before)
        self.add(text, start)


def _next_word(raw: str, start: int, end: int) -> int:
    found = _WORD.search(raw, start, end)
    return found.start() if found else end


def weave(raw: str, blocks: list[Block], strong: tuple[Span, ...] = ()) -> NormalText:
    """Return the blocks as one text, footnotes last; `strong` are spans of `raw`."""
    loom = _Loom(raw)
    headings: list[Heading] = []
    paragraphs: list[Paragraph] = []
    body = [block for block in blocks if block.kind is not BlockKind.FOOTNOTE]
    notes = [block for block in blocks if block.kind is BlockKind.FOOTNOTE]
    last_end: int | None = None
    body_runs = 0
    for index, block in enumerate((*body, *notes)):
        if index == len(body):
            body_runs = len(loom.runs)
        if not any(_WORD.search(raw, piece.start, piece.end) for piece in block.pieces):
            continue
        if last_end is not None:
            loom.add("\n", last_end)
        start, before = loom.length, None
        for piece in block.pieces:
            before = loom.piece(piece, before)
        last_end = before
        span = Span(start, loom.length)
        if block.kind is BlockKind.HEADING:
            headings.append(Heading(span, block.level))
        else:
            paragraphs.append(Paragraph(span, block.mark, block.kind is BlockKind.FOOTNOTE))
    runs = tuple(loom.runs)
    inner = runs if not notes else runs[: body_runs or len(runs)]
    woven = tuple(
        place for part in strong if (place := _woven(part, inner, loom.length)) is not None
    )
    return NormalText("".join(loom.parts), runs, tuple(headings), tuple(paragraphs), woven)


def _woven(part: Span, runs: tuple[Run, ...], length: int) -> Span | None:
    """Return where a span of the original's body stands in the normalised text."""
    if not runs:
        return None
    start, end = _place(part.start, runs, length), _place(part.end, runs, length)
    return Span(start, end) if start < end else None


def _place(origin: int, runs: tuple[Run, ...], length: int) -> int:
    """Return the first normalised position that comes from `origin` or from later."""
    index = bisect_right(runs, origin, key=lambda run: run.origin) - 1
    if index < 0:
        return 0
    here = runs[index]
    following = runs[index + 1].start if index + 1 < len(runs) else length
    return min(here.start + origin - here.origin, following)
