"""What texts consist of, in bits: how alike two can be at most is seen without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.flat import Flags, Flat
from ketenkaart.core.chain.matching.numbering import Ints, letters_of

SIGN_WORDS = 4
"""64-bit words in a signature of letters in threes: 256 bits."""
LETTER_WORDS = 4
"""64-bit words in a spelling: two of letters, one of the length and the rest, one of how it
begins."""
_CLASSES, _STEPS = 32, 4
MOST_BEGIN = 4
"""The most equal letters at the beginning that count."""
Counts = npt.NDArray[np.uint8]
_ROUNDING = 1e-9
_CRC = np.uint32(0xEDB88320)


def _crc_table() -> npt.NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, _CRC ^ (table >> 1), table >> 1).astype(np.uint32)
    return table


_TABLE = _crc_table()


def signs(words: Flat) -> Ints:
    """Return rows x 4 words of 64 bits: a bit for each three letters in a row of each word.

    A word of fewer letters is one. Letters of other scripts are several, as in UTF-8; which bit is
    that of three letters is their CRC-32.
    """
    book = _book_signs(words.book)
    columns = [words.union(book[:, k][words.code]) for k in range(SIGN_WORDS)]
    return np.stack(columns, axis=1)


def _book_signs(book: Sequence[str]) -> Ints:
    found = np.zeros((len(book), SIGN_WORDS), dtype=np.int64)
    if not len(book):
        return found
    raw = [word.encode() for word in book]
    lengths = np.fromiter(map(len, raw), dtype=np.int64, count=len(raw))
    data = np.frombuffer(b"".join(raw) + b"\0\0", dtype=np.uint8)
    starts = np.cumsum(lengths) - lengths
    counts = np.maximum(lengths - 2, 1)
    word = np.repeat(np.arange(len(book)), counts)
    at = np.arange(len(word)) + np.repeat(starts - np.cumsum(counts) + counts, counts)
    crc = np.full(len(at), 0xFFFFFFFF, dtype=np.uint32)
    for k in range(3):
        going = k < lengths[word]
        stepped = _TABLE[(crc ^ data[at + k]) & 255] ^ (crc >> np.uint32(8))
        crc = np.where(going, stepped, crc)
    bit = (~crc & 255).astype(np.int64)
    mask = np.left_shift(np.uint64(1), (bit & 63).astype(np.uint64)).view(np.int64)
    np.bitwise_or.at(found, (word, bit >> 6), mask)
    return found


def bits_in(signs: Ints) -> Ints:
    """Return the number of bits of each row of words."""
    found = np.zeros(len(signs), dtype=np.int64)
    for k in range(signs.shape[1]):
        found += np.bitwise_count(signs[:, k].view(np.uint64))
    return found


def letters_in(book: Sequence[str]) -> Ints:
    """Return a bit for each of 62 kinds of letters that stand in each word."""
    letters, _, lengths = letters_of(book)
    found = np.zeros(len(book), dtype=np.int64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        bits = np.int64(1) << (letters % 62).astype(np.int64)
        found[filled] = np.bitwise_or.reduceat(bits, (np.cumsum(lengths) - lengths)[filled])
    return found


class Spelling:
    """Of which letters the texts of rows consist, counted word by word."""

    def __init__(self, rows: int) -> None:
        self._counts = np.zeros((rows, _CLASSES), dtype=np.uint8)
        self._lengths = np.zeros(rows, dtype=np.int64)
        self._begins = np.zeros(rows, dtype=np.int64)

    def add(self, flat: Flat) -> Spelling:
        """Count the words of some rows too, behind those that were counted."""
        counts, lengths, begins = _book_letters(flat.book)
        starts = flat.starts()
        sizes = np.diff(starts)
        going, k = np.flatnonzero(sizes), 0
        fresh = going[self._lengths[going] == 0]
        self._begins[fresh] = begins[flat.code[starts[fresh]]]
        while len(going):
            word = flat.code[starts[going] + k]
            added = self._counts.take(going, axis=0) + counts.take(word, axis=0)
            self._counts[going] = np.minimum(added, _STEPS)
            self._lengths[going] += lengths[word]
            k += 1
            going = going[sizes[going] > k]
        return self

    def spaced(self, flat: Flat) -> Ints:
        """Return the spelling with the words in this order, and spaces between."""
        spaces = np.maximum(np.diff(flat.starts()) - 1, 0)
        counts = self._counts.copy()
        counts[:, 0] = np.minimum(counts[:, 0] + spaces, _STEPS)
        begins = self._begins.copy()
        filled = np.flatnonzero(self._lengths)
        begins[filled] = _book_letters(flat.book)[2][flat.code[flat.starts()[filled]]]
        return _packed(counts, self._lengths + spaces, begins)

    def bits(self) -> Ints:
        """Return rows x 4 words of 64 bits: of which letters the text of each row consists.

        In the first two, a bit for the first, second, third and fourth of each of 32 kinds of
        letters; in the third the length of the text, and in its upper half the number of letters
        that have no bit; in the fourth the first four letters of the first word, 16 bits each.
        """
        return _packed(self._counts, self._lengths, self._begins)


def _packed(counts: Counts, lengths: Ints, begins: Ints) -> Ints:
    rows = len(lengths)
    steps = np.empty((rows, _STEPS, _CLASSES), dtype=np.bool_)
    for k in range(_STEPS):
        np.greater(counts, k, out=steps[:, k])
    found = np.empty((rows, LETTER_WORDS), dtype=np.int64)
    found[:, :2] = np.packbits(steps.reshape(rows, _STEPS * _CLASSES), axis=1).view(np.int64)
    found[:, 2] = (lengths - bits_in(found[:, :2])) << 32 | lengths
    found[:, 3] = begins
    return found


def _book_letters(book: Sequence[str]) -> tuple[Counts, Ints, Ints]:
    """Return how often each kind of letter stands in each word, its length, how it begins."""
    letters, starts, lengths = letters_of(book)
    word = np.repeat(np.arange(len(book)), lengths)
    counts = np.bincount(word * _CLASSES + letters % _CLASSES, minlength=len(book) * _CLASSES)
    begins = np.zeros(len(book), dtype=np.int64)
    for k in range(MOST_BEGIN):
        long = np.flatnonzero(lengths > k)
        begins[long] |= (letters[starts[long] + k] & 0xFFFF).astype(np.int64) << (16 * k)
    few = np.minimum(counts, _STEPS).astype(np.uint8).reshape(-1, _CLASSES)
    return few, lengths, begins


@dataclass(frozen=True, slots=True)
class Shared:
    """What pairs of texts may have in common: letters at most, and both lengths."""

    letters: Ints
    left: Ints
    right: Ints

    def of(self, pairs: Ints) -> Shared:
        """Return that of some of the pairs."""
        return Shared(self.letters[pairs], self.left[pairs], self.right[pairs])


def may_be_indel(shared: Shared, least: Any) -> Flags:
    """Return which pairs may reach `least` by Indel's measure: 2m / (a + b) at most.

    With m letters shared by texts of a and b letters.
    """
    return np.asarray(2 * shared.letters >= (least - _ROUNDING) * (shared.left + shared.right))


def may_be_jaro_winkler(shared: Shared, begin: Any, least: Any) -> Flags:
    """Return which pairs may reach `least` by Jaro and Winkler's measure.

    Jaro's measure is at most (m/a + m/b + 1) / 3; each of `begin` equal letters at the beginning
    takes Winkler's a tenth of the way to 1.
    """
    taken = 0.1 * begin
    needed = 3 * (least - taken) / (1 - taken) - 1 - _ROUNDING
    both = shared.letters * (shared.left + shared.right)
    return np.asarray(both >= needed * (shared.left * shared.right))


def most_shared(left: Ints, right: Ints, first: Ints, second: Ints) -> Shared:
    """Return what pairs of texts have in common at most, from their spellings."""
    a, b = left.take(first, axis=0), right.take(second, axis=0)
    both = a[:, 2], b[:, 2]
    letters = bits_in(a[:, :2] & b[:, :2]) + np.minimum(both[0] >> 32, both[1] >> 32)
    low = 0xFFFFFFFF
    return Shared(letters, both[0] & low, both[1] & low)


def equal_begin(left: Ints, right: Ints, first: Ints, second: Ints) -> Ints:
    """Return with how many equal letters pairs of texts begin, four at most; see `most_shared`."""
    a, b = left[first, 3], right[second, 3]
    begin = np.zeros(len(first), dtype=np.int64)
    is_equal = np.ones(len(first), dtype=np.bool_)
    for k in range(MOST_BEGIN):
        one, other = (a >> 16 * k) & 0xFFFF, (b >> 16 * k) & 0xFFFF
        is_equal &= (one == other) | (one == 0) | (other == 0)
        begin += is_equal
    return begin
