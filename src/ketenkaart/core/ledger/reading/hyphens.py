"""What a hyphen at a line end stands for: a broken word, or a hyphen of the word itself."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cached_property

HYPHENS = "-\u2010\u2011"
_HYPHENS = frozenset(HYPHENS)

_INNER = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
_PLAIN = re.compile(r"[^\W\d_]{4,}")
_LAST = re.compile(r"([^\W_]+)[-\u2010\u2011]\Z")
_FIRST = re.compile(r"[^\W_]+")
_ELLIPSIS = re.compile(r"(?:en|of|and|or|tot|dan wel|als|noch|respectievelijk)\b(?![-\u2010])")
_ABBREVIATION = re.compile(r"[A-Z]{2,}|[0-9]|[A-Z]\Z|\A.\Z")
_WITH_HYPHEN = frozenset({"ex", "non", "niet", "oud", "vice", "adjunct", "kandidaat", "self", "co"})
_ENGLISH_TAILS = frozenset(
    ["owned", "based", "led", "related", "wide", "term", "making", "free", "specific", "level"]
)
_LINKS = re.compile(r"(?:https?://|www\.)\S*[-/._=&?]\Z")


class Joint(Enum):
    """How two printed lines become one: with a space, with nothing, or without the hyphen."""

    SPACE = auto()
    CLOSE = auto()
    MEND = auto()


class Vocabulary:
    """The words of one document that stand whole within a line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    @cached_property
    def hyphenated(self) -> frozenset[str]:
        """The words that hold a hyphen within a line, in lower case."""
        return frozenset(
            word.casefold()
            for line in self._lines
            if not _HYPHENS.isdisjoint(line)
            for word in _INNER.findall(line)
        )

    @cached_property
    def plain(self) -> frozenset[str]:
        """The words without a hyphen, in lower case."""
        return frozenset(word.casefold() for line in self._lines for word in _PLAIN.findall(line))

    def joint(self, left: str, right: str) -> Joint:
        """Return how the line `left` goes on in the line `right`.

        >>> empty = Vocabulary([])
        >>> empty.joint("de beleidsdoor-", "lichting van").name
        'MEND'
        >>> empty.joint("de MVO-", "kaders").name, empty.joint("wet-", "en regelgeving").name
        ('CLOSE', 'SPACE')
        """
        if left[-1] not in HYPHENS:
            return self._without_hyphen(left, right)
        last, first = _LAST.search(left), _FIRST.match(right)
        if _LINKS.search(left):
            return Joint.CLOSE
        if last is None or first is None:
            return Joint.SPACE
        before, after = last.group(1), first.group()
        joined, divided = f"{before}{after}".casefold(), f"{before}-{after}".casefold()
        if joined in self.plain and divided not in self.hyphenated:
            return Joint.MEND
        if _ELLIPSIS.match(right):
            return Joint.SPACE
        keeps = (
            after[0].isupper()
            or after[0].isdigit()
            or _ABBREVIATION.search(before)
            or before.casefold() in _WITH_HYPHEN
            or after in _ENGLISH_TAILS
            or (divided in self.hyphenated and joined not in self.plain)
        )
        return Joint.CLOSE if keeps else Joint.MEND

    @staticmethod
    def _without_hyphen(left: str, right: str) -> Joint:
        if left[-1] == "\u00ad":
            return Joint.CLOSE
        is_range = left[-1] == "\u2013" and left[-2:-1].isdigit() and right[0].isdigit()
        if is_range or (left[-1] in "/." and _LINKS.search(left) and right[0].islower()):
            return Joint.CLOSE
        if left[-1] == "/" and left[-2:-1].isalpha() and right[0].isalpha():
            return Joint.CLOSE
        return Joint.SPACE
