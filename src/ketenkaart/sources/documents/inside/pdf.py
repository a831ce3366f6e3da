"""PDF: the text of each page, line by line, in reading order; a page is sent when it is done."""

from __future__ import annotations

import ctypes
import re
from itertools import pairwise

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ketenkaart.sources.documents.inside.columns import Piece, page_text
from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

_LETTER = re.compile(r"[^\W\d_]")
# The library says U+FFFE (or U+0002) for a hyphen that breaks a word, and drops the line end.
_BREAK = re.compile("\r\n|[\ufffe\u0002]|\r|\n")
_HYPHENS = "\ufffe\u0002"
_PASSWORD, _SECURITY = 4, 5
_TAIL = 2048
# A space of this many line heights divides a line: a column, a cell or a label in the margin.
_WIDE = 1.5


def read(data: bytes, output: Output) -> None:
    """Send the pages in order; those without text and those that fail are noted."""
    document, count = _opened(data, output.limits.max_pages)
    broken: list[int] = []
    silent: list[int] = []
    letters = 0
    for number in range(1, count + 1):
        text, has_picture = _page(document, number - 1, output)
        if text is None:
            broken.append(number)
        elif _LETTER.search(text):
            letters += 1
        elif has_picture:
            silent.append(number)
        if not output.page(text or ""):
            output.note(Note.PAGES_UNREAD, [number])
            break
    if not letters:
        raise Refusal(Reason.NO_TEXT if silent or (count and not broken) else Reason.BROKEN)
    if broken:
        output.note(Note.PAGES_BROKEN, broken)
    if silent:
        output.note(Note.PAGES_WITHOUT_TEXT, silent)
    if b"%%EOF" not in data[-_TAIL:]:
        output.note(Note.CUT_OFF)
    output.end()


def _opened(data: bytes, max_pages: int) -> tuple[object, int]:
    """Return the document and how many pages it says it has."""
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (_PASSWORD, _SECURITY)
        raise Refusal(Reason.ENCRYPTED if locked else Reason.BROKEN)
    count = pdfium.FPDF_GetPageCount(document)
    if count > max_pages:
        raise Refusal(Reason.TOO_LARGE)
    return document, count


def _page(document: object, index: int, output: Output) -> tuple[str | None, bool]:
    """Return a page's text, `None` where it cannot be read, and whether it holds anything else."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return None, False
    try:
        words = pdfium.FPDFText_LoadPage(page)
        if not words:
            return None, False
        try:
            text = _text(page, words, output)
        finally:
            pdfium.FPDFText_ClosePage(words)
        return text, pdfium.FPDFPage_CountObjects(page) > 0
    finally:
        pdfium.FPDF_ClosePage(page)


def _text(page: object, words: object, output: Output) -> str:
    count = pdfium.FPDFText_CountChars(words)
    if count <= 0:
        return ""
    if count > output.limits.max_characters:
        raise Refusal(Reason.TOO_LARGE)
    # Two units of two bytes are the most that a character takes; one more ends the text.
    buffer = (ctypes.c_ushort * (2 * count + 1))()
    units = pdfium.FPDFText_GetText(words, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(units - 1, 0)].decode("utf-16-le", "replace")
    plain = _BREAK.sub("\n", text)
    # A turned page would be put in the wrong order; beyond the basic plane positions do not fit.
    if pdfium.FPDFPage_GetRotation(page) or len(text) != units - 1:
        return plain.rstrip("\n") + "\n"
    pieces = _pieces(words, text)
    return page_text(pieces) if pieces else ""


def _pieces(words: object, text: str) -> list[Piece]:
    pieces: list[Piece] = []
    marks = [match.span() for match in _BREAK.finditer(text)]
    for (_, start), (end, _) in pairwise([(0, 0), *marks, (len(text), len(text))]):
        line = text[start:end]
        if not line.strip():
            continue
        if text[end : end + 1] and text[end] in _HYPHENS:
            line += "-"
        first = pdfium.FPDFText_GetCharIndexFromTextIndex(words, start)
        last = pdfium.FPDFText_GetCharIndexFromTextIndex(words, end - 1)
        pieces.extend(_line(words, line, first, last))
    return pieces


def _line(words: object, line: str, first: int, last: int) -> list[Piece]:
    """Return a line of the library's text as one piece, or as several where it has wide gaps."""
    boxes = _boxes(words, first, last - first + 1) if 0 <= first <= last else []
    if not boxes:
        return []
    whole = _around(boxes, line, _base(words, first))
    across = sorted(boxes)
    reach = across[0][2]
    for box in across[1:]:
        if box[0] - reach > _WIDE * (whole.top - whole.bottom):
            return _split(words, line, first, whole)
        reach = max(reach, box[2])
    return [whole]


def _split(words: object, line: str, first: int, whole: Piece) -> list[Piece]:
    """Divide a line where a character stands far from the one before it."""
    pieces: list[Piece] = []
    wide = _WIDE * (whole.top - whole.bottom)
    start, reach = 0, None
    for place, letter in enumerate(line):
        box = _box(words, first + place) if not letter.isspace() else None
        if box is None:
            continue
        if reach is not None and abs(box[0] - reach) > wide and line[start:place].strip():
            pieces.append(_part(words, line, first, start, place))
            start = place
        reach = box[2]
    pieces.append(_part(words, line, first, start, len(line)))
    return pieces


def _part(words: object, line: str, first: int, start: int, end: int) -> Piece:
    boxes = [
        box
        for place in range(start, end)
        if not line[place].isspace() and (box := _box(words, first + place)) is not None
    ]
    return _around(boxes or [(0.0, 0.0, 0.0, 0.0)], line[start:end].strip(), _base(words, first))


def _around(boxes: list[tuple[float, float, float, float]], line: str, base: float) -> Piece:
    return Piece(
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
        line.replace("\u00ad", "-").strip(),
        base,
    )


def _base(words: object, index: int) -> float:
    """Return the height of the line that a character stands on."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(words, index, x, y)
    return y.value


def _boxes(words: object, first: int, count: int) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, right and top of the runs of text from a character on."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    return [
        (left.value, bottom.value, right.value, top.value)
        for index in range(pdfium.FPDFText_CountRects(words, first, count))
        if pdfium.FPDFText_GetRect(words, index, left, top, right, bottom)
    ]


def _box(words: object, index: int) -> tuple[float, float, float, float] | None:
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(words, index, left, right, bottom, top):
        return None
    return left.value, bottom.value, right.value, top.value
