"""Plain text: find its encoding, refuse what is no text, keep every line end."""

from __future__ import annotations

import codecs
import re

from ketenkaart.sources.documents.inside.output import Output, Row
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-8 that was read as Windows-1252 and written again: "Ã«" for "ë", "â€™" for an apostrophe.
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™˜œ\u009d“”¦¢]")
_CONTROL = re.compile("[\u0001-\u0008\u000b\u000e-\u001f\u007f-\u009f]")
_LETTER = re.compile(r"[^\W\d_]")


def read(data: bytes, output: Output) -> None:
    """Send the text; a form feed ends a page."""
    # No character takes more than four bytes.
    if len(data) > 4 * output.limits.max_characters:
        raise Refusal(Reason.TOO_LARGE)
    text = decode(data, output)
    if not text.strip():
        raise Refusal(Reason.EMPTY)
    if not _LETTER.search(text):
        raise Refusal(Reason.NO_TEXT)
    output.whole("lines", text, _pages(text))
    output.end()


def decode(data: bytes, output: Output, declared: str | None = None) -> str:
    """Return the text of `data`, and note what had to be guessed; UTF-8 is tried first.

    Raises `Refusal` for bytes that are no text in any of the encodings that letters come in.
    """
    text = _marked(data)
    if text is None:
        text = _unmarked(data, output, declared)
    if "\0" in text:
        raise Refusal(Reason.UNKNOWN_ENCODING)
    _note_oddities(text, output)
    return text


def _marked(data: bytes) -> str | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name)
    return None


def _unmarked(data: bytes, output: Output, declared: str | None) -> str:
    sample = data[:4096]
    if b"\0" in sample:
        return _strictly(data, _sixteen_bits(sample))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = _strictly(data, declared or "cp1252")
    foreign = sum(1 for letter in text[:100_000] if letter > "\u007f")
    if foreign * 4 > len(text[:100_000]):
        raise Refusal(Reason.UNKNOWN_ENCODING)
    if declared is None:
        output.note(Note.ENCODING_GUESSED)
    return text


def _sixteen_bits(sample: bytes) -> str:
    """Return the UTF-16 that Latin letters with a NUL beside each of them stand for."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd * 3 > len(sample) and even * 20 < odd:
        return "utf-16-le"
    if even * 3 > len(sample) and odd * 20 < even:
        return "utf-16-be"
    raise Refusal(Reason.UNKNOWN_ENCODING)


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Refusal(Reason.UNKNOWN_ENCODING) from None


def _note_oddities(text: str, output: Output) -> None:
    twice = len(_TWICE.findall(text))
    if twice > 2:
        output.note(Note.ENCODED_TWICE, [twice])
    if missing := text.count("\ufffd"):
        output.note(Note.REPLACEMENT_CHARACTERS, [missing])
    controls = len(_CONTROL.findall(text))
    if controls * 50 > len(text):
        raise Refusal(Reason.UNKNOWN_ENCODING)
    if controls:
        output.note(Note.CONTROL_CHARACTERS, [controls])


def _pages(text: str) -> list[Row]:
    if "\f" not in text:
        return []
    rows: list[Row] = []
    start = 0
    for number, piece in enumerate(text.split("\f"), start=1):
        end = min(start + len(piece) + 1, len(text))
        if end > start:
            rows.append(("page", start, end, number, None, None))
        start = end
    return rows
