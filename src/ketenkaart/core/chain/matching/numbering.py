"""Numbers that stand for texts: equal where the texts are, and computed for many at once.

The number of a text can be had from those of its parts (Karp & Rabin 1987), so a name needs not be
put together to be compared. It is a remainder by two primes, 62 bits in all: among ten million
texts two share a number by chance once in a hundred thousand lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_PRIMES = (2_147_483_647, 2_147_483_629)
_BASES = (1_372_383_749, 1_610_612_741)
_SLOTS_EACH, _MOST_BITS = 4, 20
_GROUP_BITS = 20
_LONG = 48
"""Letters of a text up to which all texts are read in step; the few longer ones one by one."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of texts as numbers: `value` by prime and part, `power` the shift of what precedes."""

    value: tuple[Ints, Ints]
    power: tuple[Ints, Ints]


def letters_of(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
    """Return the letters of all texts as numbers, where each text begins, and its length."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    raw = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(raw, dtype=np.uint32), np.cumsum(lengths) - lengths, lengths


@lru_cache(maxsize=8)
def parts_of(texts: tuple[str, ...]) -> Parts:
    """Return texts as parts of other texts."""
    letters, starts, lengths = letters_of(texts)
    values, powers = [], []
    for prime, base in zip(_PRIMES, _BASES, strict=True):
        value = np.zeros(len(texts), dtype=np.int64)
        power = np.ones(len(texts), dtype=np.int64)
        going = np.flatnonzero(lengths <= _LONG)
        for k in range(_LONG):
            going = going[lengths[going] > k]
            if not len(going):
                break
            value[going] = (value[going] * base + letters[starts[going] + k] + 1) % prime
            power[going] = power[going] * base % prime
        for at in np.flatnonzero(lengths > _LONG).tolist():
            total = 0
            for letter in letters[starts[at] : starts[at] + lengths[at]].tolist():
                total = (total * base + letter + 1) % prime
            value[at], power[at] = total, pow(base, int(lengths[at]), prime)
        values.append(value)
        powers.append(power)
    return Parts((values[0], values[1]), (powers[0], powers[1]))


class Whole:
    """The numbers of texts that are put together from parts, one text per row."""

    def __init__(self, rows: int) -> None:
        self._value = tuple(np.zeros(rows, dtype=np.int64) for _ in _PRIMES)
        self._is_filled = np.zeros(rows, dtype=np.bool_)

    def add(self, parts: Parts, code: Ints, starts: Ints) -> Whole:
        """Put parts behind the texts: those of row k are `code[starts[k]:starts[k + 1]]`."""
        count = np.diff(starts)
        going = np.flatnonzero(count)
        self._is_filled[going] = True
        k = 0
        while len(going):
            part = code[starts[going] + k]
            for prime, value, own, power in zip(
                _PRIMES, self._value, parts.value, parts.power, strict=True
            ):
                value[going] = (value[going] * power[part] + own[part]) % prime
            k += 1
            going = going[count[going] > k]
        return self

    def codes(self) -> Ints:
        """Return the number of each text, 0 for the empty text alone."""
        return _one_number(self._value[0], self._value[1], self._is_filled)


def _one_number(first: Ints, second: Ints, is_filled: npt.NDArray[np.bool_]) -> Ints:
    return np.where(is_filled, np.maximum(first << 31 | second, 1), 0)


def codes_of(texts: Sequence[str]) -> Ints:
    """Return a number for each text, the same everywhere; 0 for the empty text.

    >>> one, other, turned, none = codes_of(["ab", "ab", "ba", ""]).tolist()
    >>> one == other, one == turned, none
    (True, False, 0)
    """
    value = parts_of(tuple(texts)).value
    is_filled = np.fromiter(map(bool, texts), dtype=np.bool_, count=len(texts))
    return _one_number(value[0], value[1], is_filled)


def lots_of(texts: Iterable[str]) -> Ints:
    """Return a number for each text that has nothing to do with its letters."""
    raw = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return (np.frombuffer(raw, dtype="<u8") >> np.uint64(1)).astype(np.int64)


def mixed(*codes: Ints) -> Ints:
    """Return one number for several, 0 where any of them is 0."""
    missing = np.zeros(len(codes[0]), dtype=np.bool_)
    for code in codes:
        missing |= code == 0
    return np.where(missing, 0, blended(*codes))


def blended(*codes: Ints) -> Ints:
    """Return one number for several, never 0."""
    found = np.zeros(len(codes[0]), dtype=np.uint64)
    for code in codes:
        found ^= code.view(np.uint64)
        found *= np.uint64(0x9E3779B97F4A7C15)
        found ^= found >> np.uint64(29)
    return np.asarray((found >> np.uint64(1)).view(np.int64) | 1)


class Slots:
    """How often codes stand among others, counted roughly: never too few, seldom too many.

    Bloom's filter (1970) with one hash, and counts for bits. It leaves little to be sorted where
    one list is looked up in another.
    """

    def __init__(self, among: Ints) -> None:
        self._mask = (1 << min(max(len(among) * _SLOTS_EACH, 1).bit_length(), _MOST_BITS)) - 1
        given = among[among != 0]
        self._counts = np.bincount(self._slot(given), minlength=self._mask + 1)

    def have(self, codes: Ints, more_than: int = 0) -> npt.NDArray[np.bool_]:
        """Return which codes may stand among the others more than so often; 0 never does."""
        return np.asarray((self._counts > more_than)[self._slot(codes)] & (codes != 0))

    def _slot(self, codes: Ints) -> Ints:
        return (codes >> 1) & self._mask


def are_in(codes: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """Return which codes are among `known`; 0 never is."""
    found = Slots(known).have(codes)
    asked = np.flatnonzero(found)
    found[asked] = np.isin(codes[asked], known[Slots(codes[asked]).have(known)])
    return found


def grouped(codes: Ints) -> tuple[Ints, Ints]:
    """Return where each distinct code stands once, and which of these each code is.

    The place is put down in a slot that the code chooses, and looked up again: where few codes
    stand often, hardly any is left to be sorted.
    """
    slots = (codes >> 8) & ((1 << _GROUP_BITS) - 1)
    table = np.zeros(1 << _GROUP_BITS, dtype=np.int64)
    places = np.arange(len(codes))
    table[slots] = places
    chosen = table[slots]
    rest = np.flatnonzero(codes[chosen] != codes)
    if len(rest):
        _, first, back = np.unique(codes[rest], return_index=True, return_inverse=True)
        chosen[rest] = rest[first][back]
    distinct = np.flatnonzero(chosen == places)
    table = np.empty(len(codes), dtype=np.int64)
    table[distinct] = np.arange(len(distinct))
    return distinct, table[chosen]
