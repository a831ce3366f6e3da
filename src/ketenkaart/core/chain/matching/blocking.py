"""Which pairs are worth comparing: those that share a key, each key a reason to look.

A key that too many share is made narrower with a word of the address, and left out where that does
not help. How many were left out is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.matching.flat import Flags, Flat, numbered, stretches
from ketenkaart.core.chain.matching.numbering import (
    Ints,
    Slots,
    lots_of,
    mixed,
)
from ketenkaart.core.chain.matching.prepared import Prepared

BLOCKS = (
    "name", "own word", "second own word", "number and place", "rare number", "two places",
    "postcode", "near", "near, shifted",
)  # fmt: skip
"""What two facilities of one country must share to be compared; one is enough."""
NAME_BLOCKS = ("name", "own word", "second own word")
PLACE_BLOCKS = ("number and place", "two places")
WIDEST = 50
"""The most rows of the second list that a key may have before it is made narrower."""
RARE = 3
"""The most rows of the second list that a house number by itself may join."""
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
    for column, name in enumerate(BLOCKS):
        if name == "rare number":
            _drop(found, column)
        else:
            left_out += _narrow(found, narrow, column)
    return Keys(found[0], found[-1], left_out)


def _rarest(lists: Sequence[Flat]) -> list[Ints]:
    """Return rows x 2 numbers of the rarest words of each row, rarest first; 0 for none.

    Rare over all lists together; a word that stands in one row cannot join two.
    """
    book, shared = numbered([words.book for words in lists])
    counts = np.zeros(len(book), dtype=np.int64)
    for own, words in zip(shared, lists, strict=True):
        counts[own] += np.bincount(words.code, minlength=len(own))
    # Of words as rare, the same ones in every row, whatever other words there are.
    joining = np.flatnonzero(counts > 1)
    lots = lots_of(book[k] for k in joining.tolist())
    none = len(joining) + 1
    rank = np.full(len(book), none, dtype=np.int64)
    rank[joining[np.lexsort((lots, counts[joining]))]] = np.arange(1, none)
    return [
        _two_lowest(rank[own][words.code] if len(words) else words.code, words, none)
        for own, words in zip(shared, lists, strict=True)
    ]


def _two_lowest(ranks: Ints, words: Flat, none: int) -> Ints:
    """Return the lowest and the next rank of each row, 0 where there is none."""
    found = np.full((words.rows, 2), none, dtype=np.int64)
    starts = words.starts()
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        found[filled, 0] = np.minimum.reduceat(ranks, starts[filled])
        others = np.where(ranks == found[words.row, 0], none, ranks)
        found[filled, 1] = np.minimum.reduceat(others, starts[filled])
    return np.where(found == none, 0, found)


def _keys(rows: Prepared, own: Ints, place: Ints) -> Ints:
    """Return the keys of a list before any is made narrower."""
    country = rows.country_code
    inside = {
        "own word": own[:, 0],
        "second own word": own[:, 1],
        "number and place": mixed(rows.first_number_code, place[:, 0]),
        "rare number": rows.first_number_code,
        "two places": mixed(place.min(axis=1), place.max(axis=1)),
        "postcode": mixed(rows.postcode_code, rows.first_letter_code),
        "near": _cells(rows, 0.0),
        "near, shifted": _cells(rows, 0.5),
    }
    # A name in another country is worth a look: countries are mistyped too.
    columns = [
        rows.name_code if name == "name" else mixed(country, inside[name]) for name in BLOCKS
    ]
    return np.array(columns).T


def _cells(rows: Prepared, shift: float) -> Ints:
    known = ~(np.isnan(rows.latitude) | np.isnan(rows.longitude))
    north = np.floor(np.nan_to_num(rows.latitude) / GRID + shift).astype(np.int64) + 1_000_000
    east = np.floor(np.nan_to_num(rows.longitude) / GRID + shift).astype(np.int64) + 1_000_000
    return np.where(known, north * 10_000_000 + east, 0)


def _narrow(found: list[Ints], narrow: Sequence[Ints], column: int) -> int:
    """Make wide keys of a column narrower, in place; return how many rows lost theirs."""
    wide = _are_wide([keys[:, column] for keys in found], WIDEST)
    at = [np.flatnonzero(is_wide) for is_wide in wide]
    finer = [
        mixed(keys[rows, column], words[rows])
        for keys, rows, words in zip(found, at, narrow, strict=True)
    ]
    dropped = 0
    for keys, rows, fine, is_wide in zip(found, at, finer, _are_wide(finer, WIDEST), strict=True):
        fits = (fine != 0) & ~is_wide
        dropped += int((~fits).sum())
        keys[rows, column] = np.where(fits, fine, 0)
    return dropped


def _drop(found: list[Ints], column: int) -> None:
    """Leave out, in place, what is not rare: other keys join those rows."""
    for keys, is_wide in zip(
        found, _are_wide([keys[:, column] for keys in found], RARE), strict=True
    ):
        keys[is_wide, column] = 0


def _are_wide(lists: Sequence[Ints], most: int) -> list[Flags]:
    """Return which keys more than `most` rows of the last list have; 0 is no key."""
    found = []
    right = lists[-1]
    slots = Slots(right)
    doubtful = right[slots.have(right, most)]
    known, counts = np.unique(doubtful, return_counts=True)
    for keys in lists:
        is_wide = slots.have(keys, most)
        rows = np.flatnonzero(is_wide)
        is_wide[rows] = _count(keys[rows], known, counts) > most
        found.append(is_wide)
    return found


def _count(keys: Ints, known: Ints, counts: Ints) -> Ints:
    """Return how many rows of the second list have each key."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, counts[place], 0)


class Finder:
    """Finds the pairs of some rows; the second list is put in order once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._found = {name: self._ordered(column) for column, name in enumerate(BLOCKS)}

    def _ordered(self, column: int) -> tuple[Ints, Ints]:
        """Return rows of the second list in order of their keys, and the keys, where any fits."""
        left, right = self._keys.left[:, column], self._keys.right[:, column]
        rows = np.flatnonzero(Slots(left).have(right))
        rows = rows[np.argsort(right[rows])]
        return rows, right[rows]

    def pairs(self, rows: Ints | None = None, blocks: Sequence[str] = BLOCKS) -> tuple[Ints, Ints]:
        """Return the pairs (left row, right row) that share a key, each once, ordered by row.

        `rows` takes only these rows of the left list, `blocks` only these kinds of keys. Where both
        lists are one, a pair stands once, with the later row on the left.
        """
        keys = self._keys
        chosen = np.arange(len(keys.left)) if rows is None else rows
        size = max(1, len(keys.right))
        found = [np.zeros(0, dtype=np.int64)]
        for column, name in enumerate(BLOCKS):
            if name in blocks:
                right_rows, ordered = self._found[name]
                # Looking up in order is several times quicker.
                asked = keys.left[chosen, column]
                order = np.argsort(asked)
                asked = asked[order]
                low = np.searchsorted(ordered, asked, side="left")
                counts = np.searchsorted(ordered, asked, side="right") - low
                counts[asked == 0] = 0
                place = stretches(low, counts)
                found.append(np.repeat(chosen[order] * size, counts) + right_rows[place])
        both = np.sort(np.concatenate(found))
        is_new = np.ones(len(both), dtype=np.bool_)
        is_new[1:] = both[1:] != both[:-1]
        left_rows, right_rows = np.divmod(both[is_new], size)
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
