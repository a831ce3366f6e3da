"""Find out in which encoding a text was written: by its mark, by being UTF-8, else by its words."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ketenkaart.core.errors import InputError

PIECE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HAN_RUN = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+")
_TURKISH = re.compile("türk|turk|sanayi|tekstil|istanbul|izmir", re.IGNORECASE)
_ICELANDIC = frozenset("ðýþÐÝÞ")


def find_encoding(path: Path) -> tuple[str, bool]:
    """Return the encoding of a text file, and whether it is sure.

    A byte-order mark says it; text that is UTF-8 from beginning to end is that. Anything else is
    a guess from the first megabyte: GB 18030 for runs of Chinese, Windows' Turkish for Turkish
    words, else Windows' Western. Raises `InputError` for a file that is no text.
    """
    with path.open("rb") as stream:
        start = stream.read(PIECE)
        for mark, name in _MARKS:
            if start.startswith(mark):
                return name, True
        if not start:
            raise InputError(f"{path.name} is empty", where=str(path), fix="Export it again.")
        if b"\0" in start:
            return _wide(start, path), False
        if _is_utf8(start, stream):
            return "utf-8", True
    return _guess(start, path), False


def _is_utf8(start: bytes, stream: object) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = start
    try:
        while piece:
            decoder.decode(piece)
            piece = stream.read(PIECE)  # type: ignore[attr-defined]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(start: bytes, path: Path) -> str:
    """Tell UTF-16 without a mark by where the zeros of Latin letters stand."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > len(start) * 0.2 and others < zeros / 10:
            return name
    raise InputError(
        f"{path.name} is no text: it holds zero bytes",
        where=str(path),
        fix="Save it as CSV in UTF-8, or as a workbook (.xlsx).",
    )


def _guess(start: bytes, path: Path) -> str:
    chinese = start.decode("gb18030", errors="replace")
    runs = _HAN_RUN.findall(chinese)
    if "\ufffd" not in chinese[:-4] and runs and sum(map(len, runs)) / len(runs) >= 2.5:
        return "gb18030"
    try:
        western = start.decode("cp1252")
    except UnicodeDecodeError as error:
        line = start.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path.name} is in an encoding that is not known here",
            where=f"row {line}",
            fix="Save it as UTF-8, or name it: --encoding cp1250.",
        ) from error
    if _ICELANDIC & set(western) and _TURKISH.search(western):
        return "cp1254"
    return "cp1252"
