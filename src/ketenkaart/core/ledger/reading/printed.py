"""Blocks of a printed document, told apart by its lines alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ketenkaart.core.ledger.reading.hyphens import HYPHENS, Joint, Vocabulary
from ketenkaart.core.ledger.reading.lines import Line, split_lines, without_furniture
from ketenkaart.core.ledger.reading.marked import ITEM_MARK
from ketenkaart.core.ledger.reading.notes import Note, lift_notes
from ketenkaart.core.ledger.reading.weave import Block, BlockKind, Piece

_ENDS = re.compile(r"[.?!:;\u2026][\u00bb\u201d\u2019\"')\]]*[0-9]{0,2}\Z")
_NUMBERED = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){0,3})\.?\s+(?=[^\W\d_])")
_LABEL = re.compile(
    r"(?:Datum|Betreft|Onderwerp|Ons kenmerk|Onze referentie|Uw kenmerk|Uw referentie|Kenmerk"
    r"|Bijlagen?(?:\(n\))?|Contactpersoon|Date|Subject|Our reference|Your reference|Re"
    r"|Nr\.\s[0-9]+)(?![^\s:])|(?:Aan|Van|Cc|From|To|Sent|Verzonden)\s?:"
)
_LETTERED = re.compile(r"(?:[a-z]|[ivx]{1,4}|[A-Z])[.)]")
_GREETING = re.compile(r"(?:Geachte|Beste|Dear|Excellentie)\b.{0,70},\Z")
_FAREWELL = re.compile(r"(?:Hoogachtend|Met .{0,20}groet|Yours \w{4,12}|Kind regards)\b.{0,20}\Z")
_OFFICE = re.compile(
    r"(?:Mede namens .*|(?:Aan|To)\s(?:de|the)\s.*"
    r"|(?:De|The)\s(?:Minister|Staatssecretaris|State Secretary|Voorzitter)\b.*)"
)
_NAME = re.compile(r"(?:[A-Z]{1,2}\.\s?){1,6}(?:[^.,;:]{1,30}\s)?[A-Z][^\s.,;:]{1,30}")
_MONTH_DATE = re.compile(r".{0,30}\b[0-9]{1,2}\s[a-z]{3,9}\s[0-9]{4}\Z")

_GOES_ON = re.compile(
    r"\b(?:nrs?|no|artt?|blz|p|bijv|jl|lid|par|hfst|vgl|ca|mln|mld|c\.s|o\.a|d\.w\.z|m\.n|drs?|mr|mw"
    r"|dhr|prof|ir|ing|resp|m\.b\.t|i\.v\.m|t\.a\.v|t\.b\.v|[A-Z])\.\Z"
)

_FITS = 0.8
_LONGEST_PRINTED = 200
_HEADING_WORDS = 14
_HEADING_LENGTH = 110
_RUNNING_ON = 0.08
_INDENT = 2
_HEAD_LINES = 12


@dataclass(slots=True)
class _Shape:
    """How the document is set: its width in characters, and whether its lines are wrapped."""

    width: int
    is_wrapped: bool


def printed_blocks(raw: str, pages: tuple[int, ...] = ()) -> list[Block]:
    """Return headings, paragraphs and footnotes of `raw`; `pages` are the starts of its pages."""
    lines = without_furniture(split_lines(raw, pages))
    body, notes = lift_notes(lines)
    if not body:
        return []
    _mark_head(body)
    shape = _shape(body)
    vocabulary = Vocabulary([line.text for line in lines])
    calls = sorted((note.call, len(note.number)) for note in notes)
    groups = list(_groups(body, shape))
    blocks = [
        _block(group, groups[index + 1] if index + 1 < len(groups) else None)
        for index, group in enumerate(groups)
    ]
    _unmake_headings(groups, blocks)
    for block, group in zip(blocks, groups, strict=True):
        block.pieces = _pieces(group, vocabulary, calls)
    _set_levels(raw, blocks)
    blocks.extend(_note_block(note, vocabulary) for note in notes)
    return blocks


def _shape(lines: list[Line]) -> _Shape:
    lengths = sorted(len(line.text) for line in lines)
    width = lengths[min(len(lengths) - 1, int(0.95 * len(lengths)))]
    pairs = running = 0
    for before, line in pairwise(lines):
        if not line.blank:
            pairs += 1
            running += _runs_on(before, line)
    wrapped = width <= _LONGEST_PRINTED and running > max(0, _RUNNING_ON * pairs)
    return _Shape(width, wrapped)


def _runs_on(before: Line, line: Line) -> bool:
    """Say whether `line` must continue the sentence of `before`."""
    if before.text[-1] in HYPHENS and before.text[-2:-1].isalpha():
        return True
    if _GOES_ON.search(before.text):
        return not line.text[0].isupper()
    return not _ENDS.search(before.text) and line.text[0].islower() and not _mark(line)


def _mark(line: Line) -> str | None:
    found = ITEM_MARK.match(line.text)
    return found.group(1) if found else None


def _groups(lines: list[Line], shape: _Shape) -> Iterable[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and _starts_block(group, line, shape):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _starts_block(group: list[Line], line: Line, shape: _Shape) -> bool:
    before = group[-1]
    gap = line.blank or line.page or line.removed
    full = len(before.text) >= _FITS * shape.width
    if not shape.is_wrapped:
        return not (gap and full and _runs_on(before, line) and (line.page or line.removed))
    fits = len(before.text) + 1 + len(line.text.split(None, 1)[0]) < _FITS * shape.width
    if gap:
        return not _continues(group, line, full=full, fits=fits)
    if _mark(line) is not None and (_ended_before_mark(before) or fits or _mark(group[0])):
        return True
    if _is_frame(before) or _is_frame(line) or _is_signature(before, line):
        return True
    if line.indent >= before.indent + _INDENT and _ENDS.search(before.text):
        return True
    return fits and not line.text[0].islower() and _ended(before, shape)


def _is_signature(before: Line, line: Line) -> bool:
    office = _OFFICE.fullmatch(line.text)
    return office is not None and line.text[-1] == "," and bool(_ENDS.search(before.text))


def _ended_before_mark(before: Line) -> bool:
    """Say whether an item can follow: "nr." at a line end goes on in a number, not in a mark."""
    return bool(_ENDS.search(before.text)) and not _GOES_ON.search(before.text)


def _continues(group: list[Line], line: Line, *, full: bool, fits: bool) -> bool:
    """Say whether a paragraph goes on behind a gap: a page's end may cut it anywhere."""
    before = group[-1]
    if line.text[0].isdigit() and _GOES_ON.search(before.text):
        return True
    if _mark(line) is not None or _is_frame(line) or _is_frame(before):
        return False
    ended = _ENDS.search(before.text) and not _GOES_ON.search(before.text)
    if line.page or line.removed:
        # a title at the foot of a page has room for the word that follows it
        whole = len(group) > 1 or not fits
        return line.text[0].islower() or (whole and not ended)
    return full and not ended and _runs_on(before, line)


def _is_frame(line: Line) -> bool:
    """Say whether a line belongs to the frame of a letter: labels, greetings, signatures."""
    text = line.text
    if line.head and _LABEL.match(text):
        return True
    return bool(_GREETING.match(text) or _FAREWELL.match(text) or _NAME.fullmatch(text))


def _mark_head(lines: list[Line]) -> None:
    """Mark the lines in which labels stand: those before the greeting, or else the first few."""
    greeting = next(
        (index for index, line in enumerate(lines) if _GREETING.match(line.text)), _HEAD_LINES
    )
    for line in lines[:greeting]:
        line.head = True


def _ended(before: Line, shape: _Shape) -> bool:
    if _ENDS.search(before.text):
        return True
    # a short line without a stop that the next word would have fitted: a heading or an address
    return len(before.text) < 0.7 * shape.width and not before.text.endswith(",")


def _block(group: list[Line], following: list[Line] | None) -> Block:
    mark = _mark(group[0])
    if _is_heading(group, following):
        return Block(BlockKind.HEADING)
    return Block(BlockKind.PARAGRAPH, mark=mark)


def _is_heading(group: list[Line], following: list[Line] | None) -> bool:
    text = " ".join(line.text for line in group)
    if following is None or len(group) > 2 or len(text) > _HEADING_LENGTH:
        return False
    if text[-1] in ".,;?!" or len(text.split()) > _HEADING_WORDS or _is_frame(group[0]):
        return False
    if _OFFICE.fullmatch(text) or _MONTH_DATE.fullmatch(text):
        return False
    numbered = _NUMBERED.match(text)
    mark = _mark(group[0])
    if mark is not None and not numbered:
        return bool(_LETTERED.fullmatch(mark)) and _is_lettered_heading(text, mark, following)
    if text[-1] == ":" and (_mark(following[0]) is not None or not text.isupper()):
        return False
    return bool(numbered) or text[0].isupper() or text[0] in "\u00ab\u2018\u201c\"'"


def _is_lettered_heading(text: str, mark: str, following: list[Line]) -> bool:
    title = text.removeprefix(mark).strip()
    return title[:1].isupper() and title[-1] != ":" and _mark(following[0]) is None


def _unmake_headings(groups: list[list[Line]], blocks: list[Block]) -> None:
    """Take address lines before the greeting, and numbered lines in a row, for no headings."""
    greeting = next(
        (index for index, group in enumerate(groups) if _GREETING.match(group[0].text)), 0
    )
    numbers = [_NUMBERED.match(group[0].text) for group in groups]
    for index, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADING:
            continue
        beside = (index - 1, index + 1)
        in_list = any(_are_neighbours(numbers, index, other) for other in beside)
        if index < greeting or in_list:
            block.kind = BlockKind.PARAGRAPH
            block.mark = _mark(groups[index][0])


def _are_neighbours(numbers: list[re.Match[str] | None], index: int, other: int) -> bool:
    """Say whether two groups beside each other are numbered in a row, as "2." and "3." are."""
    if not 0 <= other < len(numbers):
        return False
    here, there = numbers[index], numbers[other]
    if here is None or there is None or "." in here.group(1) + there.group(1):
        return False
    return int(there.group(1)) - int(here.group(1)) == other - index


def _set_levels(raw: str, blocks: list[Block]) -> None:
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    texts = [raw[block.pieces[0].start : block.pieces[-1].end] for block in headings]
    numbered = [_NUMBERED.match(text) for text in texts]
    capitals = [text.isupper() for text in texts]
    outer = any(capitals) and not all(capitals)
    deepest = 0
    for block, number, is_capital in zip(headings, numbered, capitals, strict=True):
        if number:
            deepest = number.group(1).count(".") + 1
            block.level = deepest
        elif is_capital or not outer:
            block.level = deepest + 1 if deepest else 1
        else:
            block.level = max(deepest, 1) + 1


def _pieces(group: list[Line], vocabulary: Vocabulary, calls: list[tuple[int, int]]) -> list[Piece]:
    """Return the lines of a block as pieces, without the footnote numbers at sorted `calls`."""
    pieces: list[Piece] = []
    apart = True
    for line, after in zip(group, [*group[1:], None], strict=True):
        start, end = line.start, line.end
        joint = Joint.SPACE if after is None else vocabulary.joint(line.text, after.text)
        first, last = bisect_left(calls, (start, 0)), bisect_left(calls, (end, 0))
        for call, length in calls[first:last]:
            pieces.append(Piece(start, call, apart))
            start, apart = call + length, False
        pieces.append(Piece(start, end - (joint is Joint.MEND), apart))
        apart = joint is Joint.SPACE
    return pieces


def _note_block(note: Note, vocabulary: Vocabulary) -> Block:
    return Block(BlockKind.FOOTNOTE, _pieces(note.lines, vocabulary, []), mark=note.number)
