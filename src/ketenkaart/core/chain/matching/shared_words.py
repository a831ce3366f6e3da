"""Words as numbers that two lists share, so that rows are asked for words without their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, Indel
from rapidfuzz.process import cpdist

from ketenkaart.core.chain.matching.flat import Flags, Flat, numbered
from ketenkaart.core.chain.matching.numbering import Ints, codes_of, letters_of
from ketenkaart.core.chain.matching.signs import letters_in
from ketenkaart.core.chain.matching.skeletons import skeletons

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of each row as numbers that both lists share."""

    code: Ints
    starts: Ints
    count: Ints

    def spread(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return, for each word of each of `rows`, the place in `rows` and the word."""
        counts = self.count[rows]
        place = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        return place, self.code[self.starts[rows][place] + within]

    def have(self, rows: Ints, words: Ints) -> Flags:
        """Return whether each row has the word beside it."""
        found = np.zeros(len(rows), dtype=np.bool_)
        starts, counts = self.starts[rows], self.count[rows]
        going, k = np.flatnonzero(counts), 0
        while len(going):
            found[going] |= self.code[starts[going] + k] == words[going]
            k += 1
            going = going[(counts[going] > k) & ~found[going]]
        return found


class Texts:
    """All words of both lists, each with a number, its length, its first letter, its skeleton."""

    def __init__(self, flats: Sequence[Flat], places: Sequence[Flat]) -> None:
        books = {id(flat.book): flat.book for flat in (*flats, *places)}
        self.words, codes = numbered(list(books.values()))
        self._codes = dict(zip(books, codes, strict=True))
        letters, starts, self.length = letters_of(self.words)
        filled = np.flatnonzero(self.length)
        self.first = np.zeros(len(self.words), dtype=np.int64)
        self.first[filled] = letters[starts[filled]]
        self.letters = letters_in(self.words)
        self.is_latin = np.fromiter(
            map(str.isascii, self.words), dtype=np.bool_, count=len(self.words)
        )
        # Only words of addresses are asked for theirs.
        self.bones = np.zeros(len(self.words), dtype=np.int64)
        for flat in places:
            self.bones[self._codes[id(flat.book)]] = codes_of(skeletons(flat.book))

    def coded(self, flat: Flat) -> Ints:
        """Return the number of each word of a list."""
        return self._codes[id(flat.book)][flat.code] if len(flat) else flat.code

    def rows(self, flat: Flat) -> Words:
        """Return the words of a list by row."""
        starts = flat.starts()
        return Words(self.coded(flat), starts, np.diff(starts))

    def same_word(self, a: Ints, b: Ints) -> Flags:
        """Return whether two words are one, a typing error aside: leisureline, leisurline."""
        short = np.minimum(self.length[a], self.length[b])
        apart = np.abs(self.length[a] - self.length[b])
        limit = np.where(short < 9, 1, 2)
        found = a == b
        asked = np.flatnonzero(
            ~found & (short >= 5) & (apart <= limit) & (self.first[a] == self.first[b])
        )
        pairs, back = np.unique(a[asked] * len(self.words) + b[asked], return_inverse=True)
        one, other = np.divmod(pairs, max(1, len(self.words)))
        steps = measured(DamerauLevenshtein.distance, self._of(one), self._of(other))
        found[asked] = steps[back] <= limit[asked]
        return np.asarray(found)

    def same_place(self, a: Ints, b: Ints) -> Flags:
        """Return whether two words of addresses are one; places are spelt in many ways."""
        found = self.same_word(a, b)
        long, short = self.length[a], np.minimum(self.length[a], self.length[b])
        found |= (short >= 4) & (self.bones[a] == self.bones[b])
        # Indel's measure is at most 2 x shorter / both: others need no look.
        may_be = 2 * short >= 0.79 * (long + self.length[b])
        asked = np.flatnonzero(~found & (short >= 4) & (long > 6) & may_be)
        pairs, back = np.unique(a[asked] * len(self.words) + b[asked], return_inverse=True)
        one, other = np.divmod(pairs, max(1, len(self.words)))
        alike = measured(Indel.normalized_similarity, self._of(one), self._of(other))
        found[asked] = alike[back] >= 0.8
        return found

    def _of(self, codes: Ints) -> list[str]:
        return [self.words[k] for k in codes.tolist()]


def measured(scorer: Any, one: list[str], other: list[str]) -> Floats:
    """Return a measure of RapidFuzz for each pair of texts."""
    return np.asarray(cpdist(one, other, scorer=scorer, dtype=np.float64))
