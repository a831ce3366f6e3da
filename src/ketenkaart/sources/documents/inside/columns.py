"""Put the printed pieces of a page in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_LEAST_LINES = 8
_STEPS = 24
_DEEPEST = 3
# Lines further apart than this many times the usual distance have a blank line between them.
_BLANK = 1.25


class Piece(NamedTuple):
    """Words on one line without a wide gap, and their box, in points from the lower left.

    `base` is the height of the line that the letters stand on.
    """

    left: float
    bottom: float
    right: float
    top: float
    text: str
    base: float


def page_text(pieces: Sequence[Piece]) -> str:
    """Return the lines of a page, column by column, with a blank line where the page has one.

    >>> page_text([Piece(9, 70, 90, 80, "Second", 72), Piece(9, 82, 80, 92, "First", 84)])
    'First\\nSecond\\n'
    """
    head, body, foot = _furniture(list(pieces))
    groups = [head, *_columns(body, _DEEPEST), foot]
    return "".join(_lines(group) for group in groups)


def _furniture(pieces: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Divide off the lines at the top and the bottom that stand apart from all else.

    A running head or foot would otherwise come between the two columns of a page.
    """
    rows = _rows(pieces)
    if len(rows) < _LEAST_LINES:
        return [], pieces, []
    gaps = [
        min(p.bottom for p in above) - max(p.top for p in below) for above, below in pairwise(rows)
    ]
    apart = 2 * max(median(gaps), 0.0) + median(p.top - p.bottom for p in pieces)
    first = next((at + 1 for at in range(2, -1, -1) if gaps[at] > apart), 0)
    last = len(rows) - next((at for at in range(3, 0, -1) if gaps[-at] > apart), 0)
    flat = [
        [piece for row in part for piece in row]
        for part in (rows[:first], rows[first:last], rows[last:])
    ]
    return flat[0], flat[1], flat[2]


def _columns(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    """Return groups of pieces to be read one after the other, each of a single column."""
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        return [pieces]
    columns: list[list[Piece]] = []
    left: list[Piece] = []
    right: list[Piece] = []
    across: list[Piece] = []

    def close() -> None:
        for side in (left, right):
            if side:
                columns.extend(_columns(side.copy(), depth - 1))
                side.clear()

    for piece in sorted(pieces, key=lambda piece: -piece.top):
        if piece.left < gutter < piece.right:
            close()
            across.append(piece)
            continue
        if across:
            columns.append(across)
            across = []
        (left if piece.right <= gutter else right).append(piece)
    close()
    if across:
        columns.append(across)
    return columns


def _gutter(pieces: list[Piece]) -> float | None:
    """Return where an empty strip divides the lines into two columns of running text, if it does.

    Labels in a margin and columns of figures are no columns of text: both sides must hold lines
    that are wide, many, and beside each other.
    """
    if len(pieces) < 2 * _LEAST_LINES:
        return None
    first, last = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    width = last - first
    places = [first + width * (0.25 + 0.5 * step / _STEPS) for step in range(_STEPS + 1)]
    crossing = [sum(piece.left < place < piece.right for piece in pieces) for place in places]
    fewest = min(crossing)
    if fewest * 4 > len(pieces):
        return None
    empty = [place for place, count in zip(places, crossing, strict=True) if count == fewest]
    place = median(empty)
    if place not in empty:
        place = min(empty, key=lambda candidate: abs(candidate - place))
    left = [piece for piece in pieces if piece.right <= place]
    right = [piece for piece in pieces if piece.left >= place]
    if min(len(left), len(right)) < _LEAST_LINES:
        return None
    if min(_usual_width(left), _usual_width(right)) < 0.2 * width:
        return None
    return place if _beside(left, right) >= 0.6 * min(len(left), len(right)) else None


def _usual_width(pieces: list[Piece]) -> float:
    return median(piece.right - piece.left for piece in pieces)


def _beside(left: list[Piece], right: list[Piece]) -> int:
    """Return how many lines of the shorter side stand within the height of the other side."""
    shorter, longer = sorted((left, right), key=len)
    top, bottom = max(piece.top for piece in longer), min(piece.bottom for piece in longer)
    return sum(bottom <= (piece.top + piece.bottom) / 2 <= top for piece in shorter)


def _lines(pieces: list[Piece]) -> str:
    rows = _rows(pieces)
    if not rows:
        return ""
    gaps = [above[0].base - below[0].base for above, below in pairwise(rows)]
    usual = median(gaps) if gaps else 0.0
    text = []
    for number, row in enumerate(rows):
        if number and usual > 0 and gaps[number - 1] > _BLANK * usual:
            text.append("\n")
        text.append("  ".join(piece.text for piece in sorted(row)) + "\n")
    return "".join(text)


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Return pieces that share a line of print together, from the top down."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.top, piece.left)):
        middle = (piece.top + piece.bottom) / 2
        if rows and rows[-1][0].bottom < middle < rows[-1][0].top:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows
