"""Words of many rows in one flat array: each word a number, each row a stretch of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.numbering import (
    Ints,
    Whole,
    blended,
    codes_of,
    letters_of,
    parts_of,
)

Flags = npt.NDArray[np.bool_]
Letters = tuple[npt.NDArray[np.uint32], Ints, Ints]


@dataclass(frozen=True)
class Flat:
    """Words of `rows` rows: `code` numbers each in `book`, `row` says whose it is, in order."""

    book: tuple[str, ...]
    code: Ints
    row: Ints
    rows: int

    def __reduce__(self) -> tuple[Any, ...]:
        """Send less between processes."""
        counts = np.diff(self.starts()).astype(np.int32)
        return _unpacked, (self.book, self.code.astype(np.int32), counts, self.rows)

    def __len__(self) -> int:
        """Return the number of words of all rows together."""
        return len(self.code)

    def kept(self, keep: Flags) -> Flat:
        """Return only some of the words."""
        return Flat(self.book, self.code[keep], self.row[keep], self.rows)

    def starts(self) -> Ints:
        """Return where each row begins, and the end: rows + 1 places."""
        return self._starts

    @cached_property
    def _starts(self) -> Ints:
        found = np.zeros(self.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.row, minlength=self.rows), out=found[1:])
        return found

    def flag(self, words: Iterable[str] | Callable[[str], bool]) -> Flags:
        """Return for each word whether it is one of `words`, or fits."""
        known = np.zeros(len(self.book) + 1, dtype=np.bool_)
        if callable(words):
            known[:-1] = np.fromiter(map(words, self.book), dtype=np.bool_, count=len(self.book))
        else:
            places = _places(self.book)
            known[[places[word] for word in frozenset(words) if word in places]] = True
        return known[self.code]

    def valued(self, values: Mapping[str, int]) -> Ints:
        """Return for each word the number that `values` has for it, 0 where it has none."""
        places = _places(self.book)
        found = np.zeros(len(self.book) + 1, dtype=np.int64)
        for word, value in values.items():
            found[places.get(word, -1)] = value
        found[-1] = 0
        return found[self.code]

    def renamed(self, named: Callable[[str], str]) -> Flat:
        """Return the same with words replaced; a word that becomes "" is left out."""
        return self.replaced(lambda words: [named(word) for word in words])

    def replaced(self, named: Callable[[Sequence[str]], Sequence[str]]) -> Flat:
        """Return the same with all words that occur replaced at once; "" is left out."""
        used = np.flatnonzero(np.bincount(self.code, minlength=len(self.book)))
        book: dict[str, int] = {}
        codes = np.zeros(len(self.book), dtype=np.int64)
        codes[used] = [
            book.setdefault(word, len(book))
            for word in named([self.book[k] for k in used.tolist()])
        ]
        code = codes[self.code] if len(self.book) else self.code
        kept = code != book.get("", -1)
        return Flat(tuple(book), code[kept], self.row[kept], self.rows)

    def once(self) -> Flat:
        """Return each word of a row once, where it first stands."""
        both = self.row * max(1, len(self.book)) + self.code
        in_order = np.sort(both)
        twice = in_order[1:][in_order[1:] == in_order[:-1]]
        if not len(twice):
            return self
        # Few rows have a word twice, and looking for the first costs more than looking for any.
        doubtful = np.flatnonzero(np.isin(both, twice))
        first = doubtful[np.unique(both[doubtful], return_index=True)[1]]
        keep = np.ones(len(self), dtype=np.bool_)
        keep[doubtful] = False
        keep[first] = True
        return self.kept(keep)

    def in_order(self) -> Flat:
        """Return the words of each row in the order of the alphabet."""
        if not len(self.book):
            return self
        size = len(self.book)
        by_rank, rank = _ranks(self.book)
        row, ranks = np.divmod(np.sort(self.row * size + rank[self.code]), size)
        return Flat(self.book, by_rank[ranks], row, self.rows)

    def set_codes(self) -> Ints:
        """Return a number for the words of each row in whatever order; 0 for none."""
        starts = self.starts()
        found = np.zeros(self.rows, dtype=np.int64)
        filled = np.flatnonzero(np.diff(starts))
        if len(filled):
            words = blended(codes_of(self.book))[self.code]
            found[filled] = np.add.reduceat(words, starts[filled]) >> 1 | 1
        return found

    def texts(self, rows: Ints, between: str = "") -> list[str]:
        """Return the words of some rows in one; made once for a row that is asked again."""
        if between not in self._made:
            spelt = letters_of([word + between for word in self.book])
            self._made[between] = np.zeros(self.rows, dtype=np.bool_), [""] * self.rows, spelt
        is_made, made, spelt = self._made[between]
        missing = np.unique(rows[~is_made[rows]])
        if len(missing):
            texts = self._cut(missing, spelt, len(between))
            for row, text in zip(missing.tolist(), texts, strict=True):
                made[row] = text
            is_made[missing] = True
        return [made[row] for row in rows.tolist()]

    @cached_property
    def _made(self) -> dict[str, tuple[Flags, list[str], Letters]]:
        return {}

    def _cut(self, rows: Ints, spelt: Letters, surplus: int) -> list[str]:
        """Return the words of some rows in one, cut from one text of all their letters."""
        letters, begins, lengths = spelt
        starts = self.starts()[rows]
        words = self.code[stretches(starts, self.starts()[rows + 1] - starts)]
        sizes = lengths[words]
        raw = letters[stretches(begins[words], sizes)].tobytes()
        whole = raw.decode("utf-32-le", "surrogatepass")
        ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        counts = np.cumsum(self.starts()[rows + 1] - starts)
        stops = ends[counts]
        lows = np.concatenate([np.zeros(1, dtype=np.int64), stops[:-1]])
        highs = np.maximum(lows, stops - surplus)
        return [whole[a:b] for a, b in zip(lows.tolist(), highs.tolist(), strict=True)]

    def joined(self, between: str = "") -> list[str]:
        """Return a text per row."""
        return self.texts(np.arange(self.rows), between)

    def sorted_texts(self, rows: Ints, between: str = "") -> list[str]:
        """Return the words of some rows, in order of the alphabet, in one."""
        return self._in_order.texts(rows, between)

    @cached_property
    def _in_order(self) -> Flat:
        return self.in_order()

    def begins(self, count: int) -> Flat:
        """Return the first letters of the words of each row: at most `count` in all."""
        if not len(self):
            return self
        lengths = np.fromiter(map(len, self.book), dtype=np.int64, count=len(self.book))
        before = np.cumsum(lengths[self.code]) - lengths[self.code]
        left = count - before + before[self.starts()[self.row]]
        kept = np.flatnonzero(left > 0)
        most = np.minimum(left[kept], lengths[self.code[kept]])
        word, back = np.unique(self.code[kept] * (count + 1) + most, return_inverse=True)
        cuts = zip(*(part.tolist() for part in np.divmod(word, count + 1)), strict=True)
        book = tuple(self.book[k][:size] for k, size in cuts)
        return Flat(book, back.astype(np.int64), self.row[kept], self.rows)

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
        starts = self.starts()
        filled = np.flatnonzero(np.diff(starts))
        if len(filled):
            found[filled] = np.bitwise_or.reduceat(bits, starts[filled])
        return found


@lru_cache(maxsize=4)
def _places(book: tuple[str, ...]) -> dict[str, int]:
    return dict(zip(book, range(len(book)), strict=True))


@lru_cache(maxsize=4)
def _ranks(book: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Return the words in the order of the alphabet, and the place of each in it."""
    by_rank = np.array(sorted(range(len(book)), key=book.__getitem__), dtype=np.int64)
    rank = np.empty(len(book), dtype=np.int64)
    rank[by_rank] = np.arange(len(book))
    return by_rank, rank


def stretches(starts: Ints, counts: Ints) -> Ints:
    """Return the places of stretches, one stretch after another.

    >>> stretches(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    shift = np.repeat(starts - np.cumsum(counts) + counts, counts)
    return np.asarray(np.arange(len(shift)) + shift)


def _unpacked(book: tuple[str, ...], code: Any, counts: Any, rows: int) -> Flat:
    row = np.repeat(np.arange(rows), counts)
    return Flat(book, code.astype(np.int64), row, rows)


class Books:
    """Puts lists of words behind one another, with one book; lists that share books still do."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], tuple[tuple[str, ...], list[Ints]]] = {}

    def merged(self, parts: Sequence[Flat]) -> Flat:
        """Return the rows of several, one after another."""
        books = tuple(id(part.book) for part in parts)
        if books not in self._known:
            self._known[books] = numbered([part.book for part in parts])
        book, numbers = self._known[books]
        codes, rows, count = [], [], 0
        for part, own in zip(parts, numbers, strict=True):
            codes.append(own[part.code] if len(part.book) else part.code)
            rows.append(part.row + count)
            count += part.rows
        return Flat(book, np.concatenate(codes), np.concatenate(rows), count)


def numbered(books: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[Ints]]:
    """Return the distinct words of several books, and where those of each are among them."""
    whole = tuple(dict.fromkeys(chain.from_iterable(books)))
    place = dict(zip(whole, range(len(whole)), strict=True))
    found = [
        np.fromiter(map(place.__getitem__, book), dtype=np.int64, count=len(book)) for book in books
    ]
    return whole, found


def joined_codes(flats: Sequence[Flat]) -> Ints:
    """Return a number for the words of each row of several lists of rows, in one text; 0 for none.

    >>> rows = np.zeros(1, dtype=np.int64)
    >>> one, other = Flat(("sun",), rows, rows, 1), Flat(("shine",), rows, rows, 1)
    >>> (joined_codes([one, other]) == codes_of(["sunshine"])).all()
    np.True_
    """
    whole = Whole(flats[0].rows)
    for flat in flats:
        whole.add(parts_of(flat.book), flat.code, flat.starts())
    return whole.codes()
