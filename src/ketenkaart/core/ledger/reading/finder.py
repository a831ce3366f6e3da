"""Find many literals in a text at once, in a view of it that has one byte per character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_FOLDED = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k", 0x212B: "\u00e5"}
"""Signs outside Latin-1 that `re` takes for a Latin letter when case does not count."""


def _shown(code: int) -> int:
    sign = chr(code)
    if not re.match(r"\w", sign):
        return ord(" ")
    lower = sign.lower()
    return ord(lower) if len(lower) == 1 and ord(lower) < 256 else code


_VIEW = bytes(_shown(code) for code in range(256))


def view(text: str) -> bytes:
    """Return `text` with a space on both sides, in one byte per character.

    Letters of Latin-1 are lower case. A space stands for whatever can bound a word.

    >>> view("Één (CO2)!")
    b' \xe9\xe9n  co2   '
    """
    for sign in _FOLDED:
        if chr(sign) in text:
            text = text.translate(_FOLDED)
    return b" " + text.encode("latin-1", "replace").translate(_VIEW) + b" "


@dataclass(slots=True)
class _Branch:
    """The literals that go on with one more character; `is_end` when one ends here."""

    below: dict[int, _Branch] = field(default_factory=dict)
    is_end: bool = False

    def pattern(self) -> bytes:
        """Return a pattern for the longest literal at a place, character by character."""
        options = [
            re.escape(bytes([code])) + branch.pattern()
            for code, branch in sorted(self.below.items())
        ]
        if not options:
            return b""
        body = options[0] if len(options) == 1 else b"(?:" + b"|".join(options) + b")"
        return b"(?:" + body + b")?" if self.is_end else body


class Finder:
    """Finds all places of all its literals in a view, overlapping ones too."""

    def __init__(self, literals: Iterable[bytes]) -> None:
        known = frozenset(literals)
        self.literals = tuple(sorted(known))
        # most literals begin where a word does: all of those are looked up at once
        words = [literal for literal in self.literals if literal[:1] == b" "]
        self._beginning = {
            literal[1:]: tuple(
                literal[:end] for end in range(1, len(literal) + 1) if literal[:end] in known
            )
            for literal in words
        }
        tree = _tree(literal[1:] for literal in words)
        self._words = re.compile(b" (?=(" + tree.pattern() + b"))") if words else None
        self._others = [literal for literal in self.literals if literal[:1] != b" "]

    def find(self, seen: bytes) -> list[tuple[int, bytes]]:
        """Return the place and the literal of every occurrence."""
        found: list[tuple[int, bytes]] = []
        if self._words is not None:
            found += [
                (match.start(), literal)
                for match in self._words.finditer(seen)
                for literal in self._beginning[match[1]]
            ]
        for literal in self._others:
            place = seen.find(literal)
            while place >= 0:
                found.append((place, literal))
                place = seen.find(literal, place + 1)
        return found


def _tree(words: Iterable[bytes]) -> _Branch:
    root = _Branch()
    for word in words:
        branch = root
        for code in word:
            branch = branch.below.setdefault(code, _Branch())
        branch.is_end = True
    return root
