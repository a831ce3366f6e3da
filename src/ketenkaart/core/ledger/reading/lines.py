"""The printed lines of a document, and which of them belong to the page, not to the letter."""

from __future__ import annotations

import re
from bisect import bisect_right
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
_ENOUGH_PAGES = 3
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
    """Return the lines that stand at the head, or at the foot, of most pages.

    A number in them may count the pages. Footnotes that differ in other numbers are no such lines,
    and two pages are too few to tell a running title from a title used twice.
    """
    starts = [index for index, line in enumerate(lines) if line.page and index]
    bounds = [0, *starts, len(lines)]
    if not starts:
        return set()
    found: set[int] = set()
    places: dict[tuple[bool, str], list[tuple[int, int]]] = {}
    for page, (first, end) in enumerate(pairwise(bounds)):
        for is_head, edge in (
            (True, range(first, min(first + _EDGE, end))),
            (False, range(max(end - _EDGE, first), end)),
        ):
            for index in edge:
                key = (is_head, _DIGITS.sub("0", lines[index].text))
                places.setdefault(key, []).append((page, index))
                if _BARE_NUMBER.match(lines[index].text) and _is_edge(lines, index):
                    found.add(index)
    for on_pages in places.values():
        if _is_running(lines, on_pages, len(bounds) - 1):
            found.update(index for _, index in on_pages)
    return found


def _is_running(lines: list[Line], on_pages: list[tuple[int, int]], pages: int) -> bool:
    """Say whether lines of one shape are one line printed on most pages."""
    if len({page for page, _ in on_pages}) < max(2, _LEAST_SHARE * pages):
        return False
    counts = False
    for (page, index), (next_page, next_index) in pairwise(on_pages):
        numbers = [
            int(after) - int(before)
            for before, after in zip(
                _DIGITS.findall(lines[index].text),
                _DIGITS.findall(lines[next_index].text),
                strict=True,
            )
        ]
        if any(step not in (0, next_page - page) for step in numbers):
            return False
        counts = counts or any(numbers)
    return counts or pages >= _ENOUGH_PAGES


def _is_edge(lines: list[Line], index: int) -> bool:
    """Say whether a bare number is the first or the last line of its page."""
    return lines[index].page or index + 1 == len(lines) or lines[index + 1].page
