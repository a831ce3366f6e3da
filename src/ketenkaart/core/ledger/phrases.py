"""Find the words that somebody gives in the text of a letter, and cut a text at its marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketenkaart.core.ledger.reading.types import Offsets

LONGEST_PHRASE = 4_000
_WORD = re.compile(r"[^\W_]+")


def find_phrase(text: str, phrase: str, near: int = 0) -> Offsets | None:
    """Return where the words of `phrase` stand in `text`, nearest to `near`; `None` if nowhere.

    Case, white space and punctuation between the words do not count. Linear in the text.

    >>> find_phrase("Wij komen, vóór de zomer.", "vóór  De zomer")
    (11, 24)
    >>> find_phrase("Wij komen.", "wij gaan") is None
    True
    """
    wanted = [found[0].casefold() for found in _WORD.finditer(phrase[:LONGEST_PHRASE])]
    if not wanted:
        return None
    words = list(_WORD.finditer(text))
    folded = [found[0].casefold() for found in words]
    places = [(words[k].start(), words[k + len(wanted) - 1].end()) for k in _runs(folded, wanted)]
    return min(places, key=lambda span: (abs(span[0] - near), span), default=None)


def _runs(words: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where `wanted` begins in `words`, by the method of Knuth, Morris and Pratt."""
    back = [0] * len(wanted)
    length = 0
    for k in range(1, len(wanted)):
        while length and wanted[k] != wanted[length]:
            length = back[length - 1]
        length += wanted[k] == wanted[length]
        back[k] = length
    found = []
    length = 0
    for k, word in enumerate(words):
        while length and (length == len(wanted) or word != wanted[length]):
            length = back[length - 1]
        length += word == wanted[length]
        if length == len(wanted):
            found.append(k - len(wanted) + 1)
    return found


def sentence_around(sentences: Sequence[Offsets], span: Offsets) -> Offsets:
    """Return the stretch of whole sentences that holds `span`; `span` itself if none does.

    >>> sentence_around([(0, 10), (11, 20), (21, 30)], (12, 15))
    (11, 20)
    """
    first = bisect_right(sentences, span[0], key=lambda one: one[0]) - 1
    last = bisect_right(sentences, span[1] - 1, key=lambda one: one[0]) - 1
    if first < 0:
        return span
    start, end = sentences[first][0], sentences[last][1]
    return (min(start, span[0]), max(end, span[1]))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text between two cuts, and the names of the marks that cover it."""

    text: str
    marks: tuple[str, ...]
    begins: tuple[str, ...]


def cut(text: str, marks: Sequence[tuple[str, Offsets]], window: Offsets) -> tuple[Piece, ...]:
    """Return the text of `window` in pieces, cut wherever a mark begins or ends.

    The pieces joined are the text again; `begins` names the marks that begin with the piece.

    >>> [(p.text, p.marks) for p in cut("een twee", [("a", (0, 3))], (0, 8))]
    [('een', ('a',)), (' twee', ())]
    """
    start, end = max(0, window[0]), min(len(text), window[1])
    inside = [
        (name, (max(start, a), min(end, b))) for name, (a, b) in marks if a < end and b > start
    ]
    places = sorted({start, end, *(p for _, span in inside for p in span)})
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for name, (a, b) in inside:
        opening.setdefault(a, []).append(name)
        closing.setdefault(b, []).append(name)
    open_now: list[str] = []
    pieces = []
    for left, right in pairwise(places):
        open_now = [name for name in open_now if name not in closing.get(left, ())]
        open_now += opening.get(left, [])
        pieces.append(Piece(text[left:right], tuple(open_now), tuple(opening.get(left, ()))))
    return tuple(pieces)
