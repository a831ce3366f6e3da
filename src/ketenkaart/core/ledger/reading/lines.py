"""The printed lines of a document, and which of them belong to the page, not to the letter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"([^\n\r\f\v\u2028\u2029]*)(\r\n|[\n\r\f\v\u2028\u2029]|\Z)")
_DIGITS = re.compile(r"[0-9]+")
_BARE_NUMBER = re.compile(r"(?:[-\u2013] ?)?[0-9]{1,3}(?: ?[-\u2013])?\Z")

FURNITURE = re.compile(
    r"(?:(?:ah|h|kst|blg|stcrt|stb)-[0-9][0-9A-Za-z-]*"
    r"|ISSN\s[0-9]{4}\s?[-\u2013]\s?[0-9]{3}[0-9X]"
    r"|[\u2019'`]s[-\u2013]Gravenhage\s[0-9]{4}(?:\s(?:Tweede|Eerste)\sKamer,\s.*)?"
    r"|(?:Tweede|Eerste)\sKamer,\svergaderjaar\s[0-9]{4}[-\u2013/][0-9]{2,4},.{0,60}\s[0-9]{1,4}"
    r"|(?:[Pp]agina|[Bb]lad|[Pp]age)\s[0-9]{1,3}(?:\s(?:van|of|/)\s[0-9]{1,3})?)\Z"
)
"""Lines that the official publisher, or a ministry's letter template, prints on every page."""

_EDGE = 3
_LEAST_SHARE = 0.5
_RARE = 0.1


@dataclass(slots=True)
class Line:
    """A printed line: its words, where they start in the original, and what stands before it.

    `blank` says that an empty line precedes, `page` that a page begins, `removed` that page
    furniture or a footnote was taken away in between, `head` that the letter has not begun yet.
    """

    start: int
    text: str
    indent: int = 0
    blank: bool = False
    page: bool = False
    removed: bool = False
    head: bool = False

    @property
    def end(self) -> int:
        """Return where the line's last word ends in the original."""
        return self.start + len(self.text)


def split_lines(raw: str, pages: tuple[int, ...] = ()) -> list[Line]:
    """Return the lines that hold words; `pages` are the starts of pages, where known."""
    lines: list[Line] = []
    blank = page = False
    page_before = -1
    for found in _LINE.finditer(raw):
        whole = found.group(1)
        text = whole.strip()
        if text:
            indent = len(whole) - len(whole.lstrip())
            start = found.start() + indent
            page_now = bisect_right(pages, start)
            page = page or page_now != page_before
            lines.append(Line(start, text, indent, blank, page))
            page_before, blank, page = page_now, False, False
        else:
            blank = True
        page = page or found.group(2) == "\f"
    _mark_leading_spaces(lines)
    return lines


def _mark_leading_spaces(lines: list[Line]) -> None:
    """Take a rare leading space for the start of a page: pasted text keeps no other trace."""
    marked = [line for line in lines if line.indent == 1]
    if len(marked) <= max(1, _RARE * len(lines)) and all(line.indent <= 1 for line in lines):
        for line in marked:
            line.page = True


def without_furniture(lines: list[Line]) -> list[Line]:
    """Return the lines of the letter itself; what stood around a removed one is passed on."""
    page_lines = _repeated_at_edges(lines)
    kept: list[Line] = []
    page = removed = False
    for index, line in enumerate(lines):
        page = page or line.page
        if index in page_lines or FURNITURE.match(line.text):
            removed = True
            continue
        line.page = page
        line.removed = line.removed or removed
        page = removed = False
        kept.append(line)
    return kept


def _repeated_at_edges(lines: list[Line]) -> set[int]:
    """Return the lines that stand, digits aside, at the head or foot of most pages."""
    starts = [index for index, line in enumerate(lines) if line.page and index] if lines else []
    if not starts:
        return set()
    bounds = [0, *starts, len(lines)]
    edges: list[set[int]] = []
    for first, end in pairwise(bounds):
        head = range(first, min(first + _EDGE, end))
        foot = range(max(end - _EDGE, first), end)
        edges.append(set(head) | set(foot))
    counts = Counter(
        shape for page in edges for shape in {_shape(lines[index].text) for index in page}
    )
    least = max(2, _LEAST_SHARE * len(edges))
    return {
        index
        for page in edges
        for index in page
        if counts[_shape(lines[index].text)] >= least
        or (_BARE_NUMBER.match(lines[index].text) and _is_edge(lines, index))
    }


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text)


def _is_edge(lines: list[Line], index: int) -> bool:
    """Say whether a bare number is the first or the last line of its page."""
    return lines[index].page or index + 1 == len(lines) or lines[index + 1].page
