"""Blocks of a file that marks its own headings, paragraphs, list items and footnotes."""

from __future__ import annotations

import re
from typing import NamedTuple

from ketenkaart.core.ledger.reading.source import Part, PartKind
from ketenkaart.core.ledger.reading.weave import Block, BlockKind, Piece

_INLINE = frozenset({PartKind.PAGE, PartKind.STRONG})
_NOTE_MARK = re.compile(r"\s*\[?([0-9]{1,3}|\*{1,3}|[a-z])[\].)]?\s")
ITEM_MARK = re.compile(
    r"\s*((?:[0-9]{1,3}|[a-z]|[ivx]{1,5})[.)]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?"
    r"|\([0-9a-z]{1,4}\)|[-\u2013\u2014\u2022\u00b7\u25aa\u25cf\u2023*]"
    r"|(?:[Aa]anbeveling|[Rr]ecommendation)\s[0-9]{1,3}[a-z]?\s?:)(?=\s)"
)
"""The mark of a list item: a number, a letter, a bullet, or "Aanbeveling 3:"."""
NO_MARK = "-"
"""Stands for the mark of an item that its file marks without a character of its own."""


class _Slice(NamedTuple):
    start: int
    end: int
    part: Part | None
    item: Part | None


def marked_blocks(raw: str, parts: tuple[Part, ...]) -> list[Block]:
    """Return the blocks of `raw` in its order; words outside every part are paragraphs.

    Each character belongs to the innermost part around it; a footnote inside a paragraph does not
    divide it.
    """
    blocks: list[Block] = []
    opened: dict[Part | None, Block] = {}
    latest: Part | None = None
    begun: set[Part] = set()
    for piece in _slices(raw, parts):
        if not raw[piece.start : piece.end].strip():
            continue
        is_note = piece.part is not None and piece.part.kind is PartKind.FOOTNOTE
        if piece.part in opened and (is_note or latest == piece.part):
            block = opened[piece.part]
            follows = block.pieces[-1].end == piece.start
            glued = follows or not raw[block.pieces[-1].end - 1].isspace()
            block.pieces.append(
                Piece(piece.start, piece.end, not glued or raw[piece.start].isspace())
            )
        else:
            block = _block(raw, piece, begun)
            opened[piece.part] = block
            blocks.append(block)
        if not is_note:
            latest = piece.part
    return blocks


def _block(raw: str, piece: _Slice, begun: set[Part]) -> Block:
    pieces = [Piece(piece.start, piece.end)]
    kind = piece.part.kind if piece.part is not None else PartKind.PARAGRAPH
    if kind is PartKind.HEADING:
        level = piece.part.level if piece.part is not None else None
        return Block(BlockKind.HEADING, pieces, level or 1)
    if kind is PartKind.FOOTNOTE:
        found = _NOTE_MARK.match(raw, piece.start, piece.end)
        return Block(BlockKind.FOOTNOTE, pieces, mark=found.group(1) if found else None)
    mark = ITEM_MARK.match(raw, piece.start, piece.end)
    found_mark = mark.group(1) if mark else None
    if found_mark is None and piece.item is not None and piece.item not in begun:
        found_mark = NO_MARK
    if piece.item is not None:
        begun.add(piece.item)
    return Block(BlockKind.PARAGRAPH, pieces, mark=found_mark)


def _slices(raw: str, parts: tuple[Part, ...]) -> list[_Slice]:
    """Cut `raw` so that every slice has one innermost part; parts nest or stand apart."""
    outer = sorted(
        (part for part in parts if part.kind not in _INLINE and part.start < part.end),
        key=lambda part: (part.start, -part.end),
    )
    slices: list[_Slice] = []
    stack: list[Part] = []
    place = 0

    def cut(end: int) -> None:
        nonlocal place
        if end > place:
            top = stack[-1] if stack else None
            item = next((part for part in stack if part.kind is PartKind.LIST_ITEM), None)
            slices.append(_Slice(place, end, top, item))
            place = end

    for part in outer:
        while stack and stack[-1].end <= part.start:
            cut(stack[-1].end)
            stack.pop()
        cut(part.start)
        stack.append(part)
    while stack:
        cut(min(stack[-1].end, len(raw)))
        stack.pop()
    cut(len(raw))
    return slices
