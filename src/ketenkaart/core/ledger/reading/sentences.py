"""Where sentences begin and end, in Dutch and English government prose."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.source import NormalText, Span

CLOSERS = "\u00bb\u201d\u2019\"')\\]"
_STOP = re.compile(rf"\n|([.?!\u2026]+)[{CLOSERS}]*(?: +)(?=\S)")
_OPENERS = "(\u00ab\u201c\u201e\u2018\"'["
_QUOTES = {"\u00ab": "\u00bb", "\u201c": "\u201d", "\u201e": "\u201d"}
_LONGEST_TITLE = 400
_LONGEST_MARK = 4
_LONGEST_WORD = 60

_BEFORE_NAME = re.compile(
    r"(?:drs?|a\.i|mrs?|ms|ir|ing|prof|jhr|jkvr|mevr|mw|dhr|hr|st|jr|sr|lt|col|gen"
    r"|bijv|bv|vgl|zgn|resp|red|eds|vs|vb|cf|kst|kamerst|nrs?|artt?|blz|pp?|hfst|ca|fig|max"
    r"|min|incl|excl|evt|approx|stb|stcrt|trb|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec"
    r"|d\.w\.z|e\.g|h\.tk|i\.e|i\.h\.k\.v|i\.p\.v|i\.v\.m|m\.a\.w|m\.b\.t|m\.n|n\.a\.v|o\.a"
    r"|o\.l\.v|o\.m|s\.v\.p|t\.a\.v|t\.b\.v|t\.g\.v|t\.o\.v|t\.w\.v|v\.w\.b|z\.g\.n|z\.s\.m)\Z"
)
"""Abbreviations that more words always follow: a stop behind them ends nothing."""

_BEFORE_NUMBER = re.compile(r"(?:no|lid|par|vol|dl|afd|tel|gem|std|circa)\Z")
"""Abbreviations that are words too: a stop behind them ends nothing before a number."""

_MAY_END = re.compile(
    r"(?:etc|enz|enzv|e\.d|e\.a|jl|a\.s|d\.d|i\.o|i\.c|q\.q|n\.v\.t|c\.q|c\.s|l\.l|al|e\.v|ltd"
    r"|inc|co|corp|n\.v|b\.v|a\.u\.b|dzgn)\Z"
)
"""Abbreviations that may close a sentence: they do so before a capital."""

_LETTERED = re.compile(
    r"(?:bijlage|optie|scenario|categorie|variant|deel|type|klasse|annex|option|part|groep)\Z"
)


def sentences(text: NormalText) -> tuple[Span, ...]:
    """Return the sentences of headings, paragraphs and footnotes, in the order of the text.

    A heading is a sentence of its own, and so is each item of a list; its mark is no part of it.
    Every other character but the spaces between sentences lies in exactly one sentence.

    >>> from ketenkaart.core.ledger.reading.source import NormalText, Paragraph, Run
    >>> words = "Zie Kamerstuk 26 485, nr. 308. Daarna bezien wij dit."
    >>> whole = NormalText(words, (Run(0, 0),), (), (Paragraph(Span(0, len(words))),))
    >>> [words[start:end] for start, end in sentences(whole)]
    ['Zie Kamerstuk 26 485, nr. 308.', 'Daarna bezien wij dit.']
    """
    words = text.text
    marks = {part.span.start: part.mark for part in text.paragraphs if part.mark}
    spans: list[Span] = []
    start = _after_mark(words, 0, marks)
    for found in _STOP.finditer(words):
        place = found.start()
        if words[place] == "\n":
            if place > start:
                spans.append(Span(start, place))
            start = _after_mark(words, place + 1, marks)
        elif place >= start and _is_end(words, start, place, found.end()):
            end = found.end()
            spans.append(Span(start, start + len(words[start:end].rstrip())))
            start = end
    if start < len(words):
        spans.append(Span(start, len(words)))
    return tuple(spans)


def _after_mark(words: str, start: int, marks: dict[int, str]) -> int:
    mark = marks.get(start)
    if mark is None or not words.startswith(mark, start):
        return start
    end = start + len(mark)
    while end < len(words) and words[end] == " ":
        end += 1
    # an item that holds its mark alone keeps it: no words may vanish
    return end if end < len(words) and words[end] != "\n" else start


def _is_end(words: str, start: int, stop: int, following: int) -> bool:
    """Say whether the stop at `stop` ends the sentence from `start`."""
    first = words[following]
    if first in _OPENERS:
        inner = following
        while inner < len(words) and words[inner] in _OPENERS:
            inner += 1
        first = words[inner] if inner < len(words) else first
    if first.islower() or first in ",;:":
        return False
    if words[stop] == "." and not _ends_after_dot(words, start, stop, first):
        return False
    return not _inside_title(words, start, stop)


def _ends_after_dot(words: str, start: int, stop: int, first: str) -> bool:
    begin = max(words.rfind(" ", max(start, stop - _LONGEST_WORD), stop) + 1, start)
    token = words[begin:stop].lstrip(_OPENERS).casefold()
    if begin == start and len(token) <= _LONGEST_MARK and not token.isalpha():
        return False
    if _MAY_END.match(token):
        return first.isupper()
    if _BEFORE_NAME.match(token) or (_BEFORE_NUMBER.match(token) and first.isdigit()):
        return False
    if len(token) == 1 and token.isalpha():
        near = max(begin - _LONGEST_WORD, start)
        before = words[near : max(begin - 1, near)].rsplit(" ", 1)[-1].casefold()
        return _LETTERED.match(before) is not None
    return not _is_initials(token)


def _is_initials(token: str) -> bool:
    letters = token.split(".")
    return len(letters) > 1 and all(len(letter) <= 2 and letter.isalpha() for letter in letters)


def _inside_title(words: str, start: int, stop: int) -> bool:
    """Say whether the stop is inside a quoted title after which the sentence goes on."""
    for opening, closing in _QUOTES.items():
        opened = words.rfind(opening, max(start, stop - _LONGEST_TITLE), stop)
        if opened < 0 or words.find(closing, opened, stop) >= 0:
            continue
        closed = words.find(closing, stop, stop + _LONGEST_TITLE)
        line_end = words.find("\n", stop, stop + _LONGEST_TITLE)
        if closed < 0 or (0 <= line_end < closed):
            continue
        after = words[closed + 1 : closed + 3].lstrip()
        if words[closed - 1] not in ".?!" or after[:1].islower() or after[:1] in ("(", ","):
            return True
    return False
