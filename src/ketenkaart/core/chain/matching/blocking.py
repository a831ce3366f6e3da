"""Which pairs are worth comparing: those that share a key, each key a reason to look.

A key that too many share is made narrower with a word of the address, and left out where that does
not help. How many were left out is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.matching.flat import Flat, Ints, codes_of, mixed
from ketenkaart.core.chain.matching.prepared import Prepared

BLOCKS = (
    "name", "own word", "second own word", "number and place", "two places", "postcode",
    "near", "near, shifted",
)  # fmt: skip
"""What two facilities of one country must share to be compared; one is enough."""
NAME_BLOCKS = ("name", "own word", "second own word")
PLACE_BLOCKS = ("number and place", "two places")
WIDEST = 50
"""The most rows of the second list that a key may have before it is made narrower."""
GRID = 0.01
"""Degrees: a cell of the grid of coordinates, about a kilometre."""
EVERY_PAIR = 40_000
"""With no more pairs than this, all are compared and no key is needed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of blocking as numbers, rows x `BLOCKS`; 0 where a row has none.

    `left_out` counts keys that too many rows share. Where both lists are one, so are the arrays.
    """

    left: Ints
    right: Ints
    left_out: int

    @property
    def is_one(self) -> bool:
        """Whether a list is matched within itself."""
        return self.left is self.right


def block(left: Prepared, right: Prepared) -> Keys:
    """Return the keys of both lists; equal numbers in one column mean a pair to compare.

    Give the same list twice to match a list within itself.
    """
    lists = [left] if left is right else [left, right]
    own = _rarest([rows.own_words for rows in lists])
    place = _rarest([rows.place_words for rows in lists])
    found = [_keys(rows, *words) for rows, *words in zip(lists, own, place, strict=True)]
    narrow = [words[:, 0] for words in place]
    left_out = 0
    for column in range(len(BLOCKS)):
        left_out += _narrow(found, narrow, column)
    return Keys(found[0], found[-1], left_out)


def _rarest(lists: Sequence[Flat]) -> list[Ints]:
    """Return rows x 2 numbers of the rarest words of each row, rarest first; 0 for none.

    Rare over all lists together; a word that stands in one row cannot join two.
    """
    books = [codes_of(words.book) for words in lists]
    flat = [
        book[words.code] if len(book) else words.code
        for book, words in zip(books, lists, strict=True)
    ]
    known, counts = np.unique(np.concatenate(flat), return_counts=True)
    found = []
    for codes, words in zip(flat, lists, strict=True):
        count = counts[np.searchsorted(known, codes)]
        joins = count > 1
        row, code = words.row[joins], codes[joins]
        order = np.lexsort((code, count[joins], row))
        row, code = row[order], code[order]
        starts = np.searchsorted(row, np.arange(words.rows))
        place = np.arange(len(row)) - starts[row] if len(row) else row
        rarest = np.zeros((words.rows, 2), dtype=np.int64)
        for k in (0, 1):
            rarest[row[place == k], k] = code[place == k]
        found.append(rarest)
    return found


def _keys(rows: Prepared, own: Ints, place: Ints) -> Ints:
    """Return the keys of a list before any is made narrower."""
    country = rows.country_code
    inside = {
        "own word": own[:, 0],
        "second own word": own[:, 1],
        "number and place": mixed(rows.first_number_code, place[:, 0]),
        "two places": mixed(place.min(axis=1), place.max(axis=1)),
        "postcode": mixed(rows.postcode_code, rows.first_letter_code),
        "near": _cells(rows, 0.0),
        "near, shifted": _cells(rows, 0.5),
    }
    # A name in another country is worth a look: countries are mistyped too.
    columns = [
        rows.name_code if name == "name" else mixed(country, inside[name]) for name in BLOCKS
    ]
    return np.stack(columns, axis=1)


def _cells(rows: Prepared, shift: float) -> Ints:
    known = ~(np.isnan(rows.latitude) | np.isnan(rows.longitude))
    north = np.floor(np.nan_to_num(rows.latitude) / GRID + shift).astype(np.int64) + 1_000_000
    east = np.floor(np.nan_to_num(rows.longitude) / GRID + shift).astype(np.int64) + 1_000_000
    return np.where(known, north * 10_000_000 + east, 0)


def _narrow(found: list[Ints], narrow: Sequence[Ints], column: int) -> int:
    """Make wide keys of a column narrower, in place; return how many rows lost theirs."""
    known, counts = np.unique(found[-1][:, column], return_counts=True)
    finer = [mixed(keys[:, column], words) for keys, words in zip(found, narrow, strict=True)]
    wide = [_count(keys[:, column], known, counts) > WIDEST for keys in found]
    known, counts = np.unique(finer[-1][wide[-1]], return_counts=True)
    dropped = 0
    for keys, fine, is_wide in zip(found, finer, wide, strict=True):
        is_lost = is_wide & (keys[:, column] != 0)
        fits = (fine != 0) & (_count(fine, known, counts) <= WIDEST)
        dropped += int((is_lost & ~fits).sum())
        keys[is_lost, column] = np.where(fits, fine, 0)[is_lost]
    return dropped


def _count(keys: Ints, known: Ints, counts: Ints) -> Ints:
    """Return how many rows of the second list have each key."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, counts[place], 0)


class Finder:
    """Finds the pairs of some rows; the second list is put in order once."""

    def __init__(self, keys: Keys, blocks: Sequence[str] = BLOCKS) -> None:
        self._keys = keys
        self._columns = [BLOCKS.index(name) for name in blocks]
        self._orders = [
            np.argsort(keys.right[:, column], kind="stable") for column in self._columns
        ]
        self._ordered = [
            keys.right[order, column]
            for order, column in zip(self._orders, self._columns, strict=True)
        ]

    def pairs(self, rows: Ints | None = None) -> tuple[Ints, Ints]:
        """Return the pairs (left row, right row) that share a key, each once, ordered by row.

        `rows` takes only these rows of the left list. Where both lists are one, a pair stands
        once, with the later row on the left.
        """
        keys = self._keys
        chosen = np.arange(len(keys.left)) if rows is None else rows
        size = max(1, len(keys.right))
        found = [np.zeros(0, dtype=np.int64)]
        for column, order, ordered in zip(self._columns, self._orders, self._ordered, strict=True):
            wanted = keys.left[chosen, column]
            low = np.searchsorted(ordered, wanted, side="left")
            high = np.where(wanted == 0, low, np.searchsorted(ordered, wanted, side="right"))
            counts = high - low
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            right_rows = order[np.repeat(low, counts) + within]
            found.append(np.repeat(chosen, counts) * size + right_rows)
        left_rows, right_rows = np.divmod(np.unique(np.concatenate(found)), size)
        if keys.is_one:
            kept = left_rows > right_rows
            return left_rows[kept], right_rows[kept]
        return left_rows, right_rows


def every_pair(left: Prepared, right: Prepared) -> tuple[Ints, Ints]:
    """Return all pairs of two lists, or of a list with itself."""
    if left is right:
        first, second = np.tril_indices(len(left), k=-1)
        return first.astype(np.int64), second.astype(np.int64)
    grid = np.indices((len(left), len(right))).reshape(2, -1)
    return grid[0].astype(np.int64), grid[1].astype(np.int64)
