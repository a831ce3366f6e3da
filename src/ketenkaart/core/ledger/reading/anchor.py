"""Which literals a pattern's match must hold, and how far from its start they stand."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from itertools import pairwise, product
from math import exp2
from typing import Any, NamedTuple

# Python's own parser of patterns: what a pattern means may not be guessed a second time here.
_parser: Any = import_module("re._parser")
_op: Any = import_module("re._constants")

_EDGE = "\0"
"""Stands for a word boundary among the characters of a literal."""

# the view has a space at both ends of the text, as a boundary has one outside a word
_EDGES = (_op.AT_BOUNDARY, _op.AT_BEGINNING, _op.AT_BEGINNING_STRING, _op.AT_END, _op.AT_END_STRING)
_SHORTEST = 2
_MOST_LITERALS = 160
_MOST_SIGNS = 12

# how rare a character is in Dutch and English prose, in bits; no literal is rarer than a word
_BITS = dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789_", 7.0) | {
    " ": 2.6, "e": 2.6, "n": 3.5, "a": 3.9, "t": 3.9, "i": 4.0, "r": 4.1, "o": 4.2, "d": 4.2,
    "s": 4.6, "l": 4.9, "g": 5.1, "h": 5.2, "v": 5.2, "k": 5.4, "m": 5.5, "u": 5.5, "b": 5.9,
}  # fmt: skip
_ACCENTED = 8.0
_RAREST = 15.0
_OF_ALL_PROSE = """
    de het een en van in te dat op is voor met die aan zijn er niet om ook als bij worden wordt dit
    deze door naar over of uit zal zullen heeft hebben kan kunnen moet moeten ik wij we u tot meer
    daar hier wat al nog maar ze hun onder wel the of and to in that is for on with be as by it are
    will this has have from at an or our
"""
_OF_LETTERS = """
    kabinet minister aanbeveling aanbevelingen advies rapport evaluatie beleid kamer brief regering
    nederland jaar onderzoek zou zouden werd waar geen worden mogelijk gaat laten ga gaan maken
    komt volgens belangrijk bedrijven government recommendation recommendations report cabinet
"""
_WORD_BITS = {
    **dict.fromkeys(_OF_ALL_PROSE.split(), 8.5),
    **dict.fromkeys(_OF_LETTERS.split(), 10.5),
}
_NEXT_WORD_BITS = 2.5
_PER_PLACE = 10
_LONGEST = 1000


class Literal(NamedTuple):
    """Characters that stand in a match, `least` to `most` characters after its start.

    They are lower case, and a space stands for any character that is no part of a word. A word
    boundary before them is a space too, so that `least` may be -1.
    """

    text: bytes
    least: int
    most: int


Anchor = tuple[Literal, ...]
"""Literals of which every match of a pattern holds one."""


def find_anchor(nodes: list[Any]) -> Anchor | None:
    """Return the literals that leave the least work for a parsed pattern; `None` without any."""
    low, high = _parser.SubPattern(_parser.State(), nodes).getwidth()
    # what a try costs grows with the gaps that it has to look through
    each = _PER_PLACE + min(int(high), _LONGEST) - min(int(low), _LONGEST)
    return min(_Search().run(nodes), key=lambda anchor: _work(anchor, each), default=None)


def _work(anchor: Anchor, each: int) -> float:
    """Return roughly how much work an anchor leaves per character of text."""
    return sum(
        float(each + literal.most - literal.least) * exp2(-_bits(literal.text))
        for literal in anchor
    )


def _bits(text: bytes) -> float:
    shown = text.decode("latin-1")
    words = shown.split()
    if words and all(word in _WORD_BITS for word in words):
        return max(_WORD_BITS[word] for word in words) + _NEXT_WORD_BITS * (len(words) - 1)
    return min(_RAREST, sum(_BITS.get(sign, _ACCENTED) for sign in shown))


class _Search:
    """Collects the sets of literals, one of which every match of a sequence holds."""

    def __init__(self) -> None:
        self.found: list[Anchor] = []
        self.run_nodes: list[Any] = []
        self.words: list[str] = []
        self.place = (0, 0)

    def run(self, nodes: list[Any]) -> list[Anchor]:
        """Return every anchor of the sequence `nodes`."""
        at = (0, 0)
        for index, node in enumerate(nodes):
            language = _language(node)
            if language is None:
                self._branch(node, nodes[index + 1 : index + 2], at)
                self._flush()
            else:
                if self.words and len(self.words) * len(language) > _MOST_LITERALS:
                    self._flush()
                if not self.words:
                    apart = index > 0 and _ends_apart(nodes[:index])
                    self.words, self.place = [_EDGE if apart else ""], at
                self.words = [a + b for a, b in product(self.words, language)]
                self.run_nodes.append(node)
            low, high = width(node)
            at = (at[0] + low, at[1] + high)
        self._flush()
        return self.found

    def _flush(self) -> None:
        """Keep the literals of the run so far, unless one of them is too short to look for."""
        literals: set[Literal] = set()
        for word in self.words:
            shown = _shown(word)
            if shown is None:
                continue
            if len(shown) < _SHORTEST:
                literals.clear()
                break
            lead = 1 if word[0] == _EDGE and shown[0] == " " and word[1] != " " else 0
            literals.add(
                Literal(shown.encode("latin-1"), self.place[0] - lead, self.place[1] - lead)
            )
        if literals:
            self.found.append(_shortest(literals))
        self.words, self.run_nodes = [], []

    def _branch(self, node: Any, following: list[Any], at: tuple[int, int]) -> None:
        """Look inside a node that is no plain choice of words, with the words before it."""
        start = self.place if self.run_nodes else at
        after = [other for other in following if _language(other) is not None]
        best: list[Anchor] = []
        for inner, goes_on in _alternatives(node):
            nodes = [*self.run_nodes, *inner, *(after if goes_on else [])]
            anchor = find_anchor(nodes)
            if anchor is None:
                return
            best.append(anchor)
        if best:
            self.found.append(
                tuple(
                    Literal(literal.text, literal.least + start[0], literal.most + start[1])
                    for anchor in best
                    for literal in anchor
                )
            )


def begins_text(nodes: list[Any]) -> bool:
    """Say whether every match begins where the text does."""
    if not nodes:
        return False
    (op, value), rest = nodes[0], nodes[1:]
    if op is _op.SUBPATTERN:
        return begins_text([*value[3], *rest])
    if op is _op.BRANCH:
        return all(begins_text([*part, *rest]) for part in value[1])
    return op is _op.AT and value in (_op.AT_BEGINNING, _op.AT_BEGINNING_STRING)


def begins_word(nodes: list[Any]) -> bool:
    """Say whether every match begins where a word does, with a letter that the view shows."""
    if not nodes:
        return False
    (op, value), rest = nodes[0], nodes[1:]
    if op is _op.AT and value is _op.AT_BOUNDARY:
        return _begins_with_letter(rest)
    if op is _op.SUBPATTERN:
        return begins_word([*value[3], *rest])
    if op is _op.BRANCH:
        return all(begins_word([*part, *rest]) for part in value[1])
    return False


def _begins_with_letter(nodes: list[Any]) -> bool:
    if not nodes:
        return False
    (op, value), rest = nodes[0], nodes[1:]
    if op is _op.SUBPATTERN:
        return _begins_with_letter([*value[3], *rest])
    if op is _op.BRANCH:
        return all(_begins_with_letter([*part, *rest]) for part in value[1])
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        inner = _begins_with_letter(list(value[2]))
        return inner and (value[0] > 0 or _begins_with_letter(rest))
    signs = _signs(value if op is _op.IN else [(op, value)])
    return signs is not None and " " not in signs


def _shortest(literals: set[Literal]) -> Anchor:
    """Return the literals of which none begins with another one at the same place."""
    kept: dict[tuple[bytes, int, int], Literal] = {}
    for literal in sorted(literals, key=lambda literal: len(literal.text)):
        beginnings = (literal.text[:end] for end in range(1, len(literal.text)))
        if not any((text, literal.least, literal.most) in kept for text in beginnings):
            kept[literal] = literal
    return tuple(sorted(kept.values()))


def _ends_apart(nodes: Iterable[Any]) -> bool:
    """Say whether a word that follows a sequence surely begins there."""
    for op, value in reversed(list(nodes)):
        skips = False
        if op is _op.SUBPATTERN:
            apart = _ends_apart(value[3])
        elif op is _op.BRANCH:
            apart = all(_ends_apart(part) for part in value[1])
        elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
            apart, skips = _ends_apart(value[2]), value[0] == 0
        elif op is _op.AT:
            apart = value in _EDGES
        else:
            apart = _signs(value if op is _op.IN else [(op, value)]) == [" "]
        if not (apart and skips):
            return apart
    return False


def _alternatives(node: Any) -> list[tuple[list[Any], bool]]:
    """Return the sequences of which a node is one, and whether what follows it follows them."""
    op, value = node
    if op is _op.SUBPATTERN:
        inner = list(value[3])
        if len(inner) == 1:
            return _alternatives(inner[0]) or [(inner, True)]
        return [(inner, True)]
    if op is _op.BRANCH:
        return [(list(part), True) for part in value[1]]
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[0] >= 1:
        return [(list(value[2]), bool(value[1] == 1))]
    return []


def _shown(word: str) -> str | None:
    """Return the literal as the view shows it; `None` when no text can hold it."""
    parts = word.strip(_EDGE).split(_EDGE)
    for left, right in pairwise(parts):
        if left and right and (left[-1] == " ") == (right[0] == " "):
            return None
    shown = "".join(parts)
    if not shown:
        return ""
    if word[0] == _EDGE and shown[0] != " ":
        shown = " " + shown
    if word[-1] == _EDGE and shown[-1] != " ":
        shown += " "
    return shown


def _language(node: Any) -> list[str] | None:
    """Return every text that a node can match, when these are few; `None` otherwise."""
    op, value = node
    words: list[str] | None = None
    if op is _op.LITERAL:
        words = _signs([node])
    elif op is _op.AT:
        words = [_EDGE] if value in _EDGES else None
    elif op is _op.IN:
        words = _signs(value)
    elif op is _op.SUBPATTERN:
        words = _sequence(value[3])
    elif op is _op.BRANCH:
        words = _union(_sequence(part) for part in value[1])
    elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[1] <= 2:
        words = _repeated(value)
    return words


def _repeated(value: tuple[int, int, Any]) -> list[str] | None:
    inner = _sequence(value[2])
    if inner is None or len(inner) ** value[1] > _MOST_LITERALS:
        return None
    return _union(
        ["".join(words) for words in product(inner, repeat=count)]
        for count in range(value[0], value[1] + 1)
    )


def _sequence(nodes: Iterable[Any]) -> list[str] | None:
    words = [""]
    for node in nodes:
        language = _language(node)
        if language is None or len(words) * len(language) > _MOST_LITERALS:
            return None
        words = [a + b for a, b in product(words, language)]
    return words


def _union(parts: Iterable[list[str] | None]) -> list[str] | None:
    words: dict[str, None] = {}
    for part in parts:
        if part is None:
            return None
        words.update(dict.fromkeys(part))
    return list(words) if len(words) <= _MOST_LITERALS else None


def _signs(items: Iterable[Any]) -> list[str] | None:
    signs: dict[str, None] = {}
    for kind, item in items:
        if kind is _op.LITERAL:
            codes = range(item, item + 1)
        elif kind is _op.RANGE and item[1] - item[0] < _MOST_SIGNS:
            codes = range(item[0], item[1] + 1)
        else:
            return None
        for code in codes:
            sign = letter(code)
            if sign is None:
                return None
            signs[sign] = None
    return list(signs) if len(signs) <= _MOST_SIGNS else None


def letter(code: int) -> str | None:
    """Return a character as the view shows it; `None` for one that has relatives outside Latin-1.

    Letters are lower case, and all that is no part of a word is a space.
    """
    sign = chr(code).lower()
    if code <= 0x7F:
        return sign if sign.isalnum() or sign == "_" else " "
    plain = 0xC0 <= code <= 0xFE and code not in (0xD7, 0xF7, 0xDF)
    return sign if plain else None


def width(node: Any) -> tuple[int, int]:
    """Return the fewest and the most characters that a parsed node can match."""
    low, high = _parser.SubPattern(_parser.State(), [node]).getwidth()
    return int(low), int(high)
