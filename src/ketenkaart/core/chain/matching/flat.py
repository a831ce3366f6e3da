"""Words of many rows in one flat array: each word a number, each row a stretch of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.vocabulary import Vocabulary, fold, undot

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n")


@dataclass(frozen=True, slots=True)
class Flat:
    """Words of `rows` rows: `code` numbers each in `book`, `row` says whose it is, in order."""

    book: tuple[str, ...]
    code: Ints
    row: Ints
    rows: int

    def __len__(self) -> int:
        """Return the number of words of all rows together."""
        return len(self.code)

    def kept(self, keep: Flags) -> Flat:
        """Return only some of the words."""
        return Flat(self.book, self.code[keep], self.row[keep], self.rows)

    def starts(self) -> Ints:
        """Return where each row begins, and the end: rows + 1 places."""
        return np.searchsorted(self.row, np.arange(self.rows + 1)).astype(np.int64)

    def flag(self, words: Iterable[str] | Callable[[str], bool]) -> Flags:
        """Return for each word whether it is one of `words`, or fits."""
        if callable(words):
            known = np.array([words(word) for word in self.book], dtype=np.bool_)
        else:
            wanted = frozenset(words)
            known = np.array([word in wanted for word in self.book], dtype=np.bool_)
        return known[self.code] if len(self.book) else np.zeros(len(self), dtype=np.bool_)

    def renamed(self, named: Callable[[str], str]) -> Flat:
        """Return the same with words replaced; a word that becomes "" is left out."""
        book: dict[str, int] = {}
        codes = np.array(
            [book.setdefault(named(word), len(book)) for word in self.book], dtype=np.int64
        )
        code = codes[self.code] if len(self.book) else self.code
        kept = code != book.get("", -1)
        return Flat(tuple(book), code[kept], self.row[kept], self.rows)

    def once(self) -> Flat:
        """Return each word of a row once, where it first stands."""
        both = self.row * max(1, len(self.book)) + self.code
        first = np.sort(np.unique(both, return_index=True)[1])
        return Flat(self.book, self.code[first], self.row[first], self.rows)

    def in_order(self) -> Flat:
        """Return the words of each row in the order of the alphabet."""
        rank = np.argsort(np.argsort(np.array(self.book, dtype=object), kind="stable"))
        if not len(self.book):
            return self
        order = np.lexsort((rank[self.code], self.row))
        return Flat(self.book, self.code[order], self.row[order], self.rows)

    def joined(self, between: str = "") -> list[str]:
        """Return a text per row."""
        words = [self.book[k] for k in self.code.tolist()]
        starts = self.starts().tolist()
        return [between.join(words[a:b]) for a, b in pairwise(starts)]

    def rowwise(self) -> Callable[[int], tuple[str, ...]]:
        """Return what gives the words of a row: quick, once it was made."""
        book, code, starts = self.book, self.code.tolist(), self.starts().tolist()

        def words(row: int) -> tuple[str, ...]:
            return tuple([book[k] for k in code[starts[row] : starts[row + 1]]])

        return words

    def has(self, flags: Flags) -> Flags:
        """Return for each row whether any of its words is flagged."""
        found = np.zeros(self.rows, dtype=np.bool_)
        found[self.row[flags]] = True
        return found

    def last(self, flags: Flags) -> Ints:
        """Return for each row the place of its last flagged word, -1 for none."""
        found = np.full(self.rows, -1, dtype=np.int64)
        places = np.flatnonzero(flags)
        found[self.row[places]] = places
        return found

    def first(self, flags: Flags) -> Ints:
        """Return for each row the place of its first flagged word, the number of words for none."""
        found = np.full(self.rows, len(self), dtype=np.int64)
        places = np.flatnonzero(flags)[::-1]
        found[self.row[places]] = places
        return found

    def before(self, values: Flags) -> Flags:
        """Return the flag of the word before each in its row; false for the first."""
        found = np.zeros(len(self), dtype=np.bool_)
        found[1:] = values[:-1] & (self.row[1:] == self.row[:-1])
        return found

    def after(self, values: Flags) -> Flags:
        """Return the flag of the word after each in its row; false for the last."""
        found = np.zeros(len(self), dtype=np.bool_)
        found[:-1] = values[1:] & (self.row[1:] == self.row[:-1])
        return found

    def union(self, bits: Ints) -> Ints:
        """Return for each row all bits of its words; `bits` has those of each word."""
        found = np.zeros(self.rows, dtype=np.int64)
        np.bitwise_or.at(found, self.row, bits)
        return found


def merged_flat(parts: Sequence[Flat]) -> Flat:
    """Return the rows of several, one after another, with one book."""
    book: dict[str, int] = {}
    codes, rows, count = [], [], 0
    for part in parts:
        numbers = np.array([book.setdefault(word, len(book)) for word in part.book], dtype=np.int64)
        codes.append(numbers[part.code] if len(part.book) else part.code)
        rows.append(part.row + count)
        count += part.rows
    return Flat(tuple(book), np.concatenate(codes), np.concatenate(rows), count)


def read_flat(texts: Sequence[str], vocabulary: Vocabulary) -> Flat:
    """Return the words of texts, folded and parted; digits and letters are parted too."""
    folded = "\n".join(fold(text, vocabulary) for text in texts)
    if folded.count("\n") != max(0, len(texts) - 1):
        # A text with a line break in it would become two rows.
        folded = "\n".join(fold(text, vocabulary).replace("\n", " ") for text in texts)
    found = _TOKEN.findall(undot(folded))
    book: dict[str, int] = {"\n": 0}
    for word in found:
        if word not in book:
            book[word] = len(book)
    code = np.fromiter(map(book.__getitem__, found), dtype=np.int64, count=len(found))
    is_break = code == 0
    row = np.cumsum(is_break)[~is_break]
    return Flat(tuple(book), code[~is_break], row.astype(np.int64), len(texts))


def code_of(text: str) -> int:
    """Return a number for a text, the same everywhere; 0 for the empty text.

    >>> code_of(""), code_of("ab") == code_of("ab"), code_of("ab") == code_of("ba")
    (0, True, False)
    """
    if not text:
        return 0
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") >> 1 | 1


def codes_of(texts: Iterable[str]) -> Ints:
    """Return the number of each text, each text's computed once."""
    known: dict[str, int] = {"": 0}
    found: list[int] = []
    for text in texts:
        code = known.get(text)
        if code is None:
            code = known[text] = code_of(text)
        found.append(code)
    return np.array(found, dtype=np.int64)


def mixed(*codes: Ints) -> Ints:
    """Return one number for several, 0 where any of them is 0."""
    found = np.zeros(len(codes[0]), dtype=np.uint64)
    missing = np.zeros(len(codes[0]), dtype=np.bool_)
    for code in codes:
        missing |= code == 0
        found = (found ^ code.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        found ^= found >> np.uint64(29)
    return np.where(missing, 0, (found >> np.uint64(1)).view(np.int64) | 1)
