"""Texts parted into words: all texts of a list at once, letter by letter as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.flat import Flags, Flat, stretches
from ketenkaart.core.chain.matching.numbering import Ints, grouped
from ketenkaart.core.chain.matching.vocabulary import Vocabulary, fold

Letters = npt.NDArray[np.unsignedinteger[Any]]
_BREAK, _DOT = ord("\n"), ord(".")
_LETTER = re.compile(r"[^\W\d_]")
_OTHER, _IS_LETTER, _IS_DIGIT, _IS_JOINER = range(4)
"""Kinds of letters: what parts words, letters, digits, and the underscore, which does both."""
_FEW = 100_000
"""Letters below which putting them in order is quicker than counting each there is."""
_PIECE = 20_000
"""Texts read at once, so that long ones do not fill the memory: several numbers for each letter."""
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MASKS = {
    size: np.array([(1 << 8 * size * k) - 1 for k in range(8 // size + 1)], dtype=np.uint64)
    for size in (1, 2, 4)
}
"""What is kept of a number of eight bytes, by the bytes of a letter and how many letters a word
still has."""


def read_flat(texts: Sequence[str], vocabulary: Vocabulary) -> Flat:
    """Return the words of texts, folded and parted; digits and letters are parted too.

    Single letters with dots between are one word: s.r.l. is srl.
    """
    pieces = [
        _read_piece(texts[low : low + _PIECE], vocabulary)
        for low in range(0, max(1, len(texts)), _PIECE)
    ]
    book, places = _book([piece.words for piece in pieces])
    code = [place[piece.code] for piece, place in zip(pieces, places, strict=True)]
    row = [piece.row + k * _PIECE for k, piece in enumerate(pieces)]
    return Flat(book, np.concatenate(code), np.concatenate(row), len(texts))


@dataclass(frozen=True, slots=True)
class _Words:
    """Some words: their letters, one word after another, and how many each has."""

    letters: Letters
    lengths: Ints


@dataclass(frozen=True, slots=True)
class _Piece:
    """Texts that are read: the distinct words, and which word stands in which row."""

    words: _Words
    code: Ints
    row: Ints


def _read_piece(texts: Sequence[str], vocabulary: Vocabulary) -> _Piece:
    letters, kind = _undotted(_folded(_as_numbers(texts, vocabulary)))
    if not len(kind):
        none = np.zeros(0, dtype=np.int64)
        return _Piece(_Words(letters, none), none, none)
    is_word = (kind == _IS_LETTER) | (kind == _IS_DIGIT)
    differs = np.flatnonzero(kind[1:] != kind[:-1]) + 1
    bounds = np.concatenate([[0], differs, [len(kind)]])
    starts, ends = bounds[:-1], bounds[1:]
    held = is_word[starts]
    starts, ends = starts[held], ends[held]
    row = np.searchsorted(np.flatnonzero(letters == _BREAK), starts)
    first, code = grouped(_marks(letters, starts, ends - starts))
    words = _cut(letters, starts[first], (ends - starts)[first])
    return _Piece(words, code, row.astype(np.int64))


def _as_numbers(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[Letters, Ints]:
    """Return the letters of all texts as numbers, a line break between two texts; and which."""
    joined = "\n".join(texts)
    if joined.count("\n") != max(0, len(texts) - 1):
        # A text with a line break in it would become two rows.
        return _as_numbers([text.replace("\n", " ") for text in texts], vocabulary)
    found, present = _numbered(joined)
    han = [ord(letter) for letter in vocabulary.han_letters]
    if han and not joined.isascii() and np.isin(present, han).any():
        return _numbered("\n".join([_without_han(text, vocabulary) for text in texts]))
    return found, present


def _numbered(text: str) -> tuple[Letters, Ints]:
    found = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return found, _present(found)


def _without_han(text: str, vocabulary: Vocabulary) -> str:
    if text.isascii() or vocabulary.han_letters.isdisjoint(text):
        return text
    for word, latin in vocabulary.han:
        if word in text:
            text = text.replace(word, f" {latin} ")
    return text


def _present(found: Letters) -> Ints:
    """Return which letters there are."""
    if len(found) < _FEW:
        return np.unique(found).astype(np.int64)
    is_there = np.zeros(int(found.max()) + 1, dtype=np.bool_)
    is_there[found] = True
    return np.flatnonzero(is_there)


@lru_cache(maxsize=100_000)
def _read(letter: str) -> tuple[tuple[int, int], ...]:
    """Return what a letter becomes when it is folded, each with its kind."""
    return tuple((ord(one), _kind(one)) for one in fold(letter))


def _kind(letter: str) -> int:
    if _LETTER.match(letter):
        return _IS_LETTER
    if letter.isdecimal():
        return _IS_DIGIT
    return _IS_JOINER if letter == "_" else _OTHER


def _folded(read: tuple[Letters, Ints]) -> tuple[Letters, npt.NDArray[np.int8]]:
    """Return the letters folded, and the kind of each."""
    found, present = read
    size = int(present[-1]) + 1 if len(present) else 1
    plain = [_read(chr(letter)) for letter in present.tolist()]
    most = max(map(len, plain), default=1) or 1
    count = np.zeros(size, dtype=np.int64)
    count[present] = [len(letters) for letters in plain]
    folded = np.zeros((most, size), dtype=np.uint32)
    kind = np.zeros((most, size), dtype=np.int8)
    for letter, letters in zip(present.tolist(), plain, strict=True):
        for k, (one, of) in enumerate(letters):
            folded[k, letter], kind[k, letter] = one, of
    folded = _small(folded)
    if (count[present] == 1).all():
        return folded[0][found], kind[0][found]
    counts = count[found]
    source = np.repeat(found, counts)
    if most == 1:
        return folded[0][source], kind[0][source]
    within = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    return folded[within, source], kind[within, source]


def _undotted(
    read: tuple[Letters, npt.NDArray[np.int8]],
) -> tuple[Letters, npt.NDArray[np.int8]]:
    """Take out dots between single letters."""
    letters, kind = read
    dot = np.flatnonzero(letters == _DOT)
    dot = dot[(dot > 0) & (dot < len(letters) - 1)]
    if not len(dot):
        return read
    dot = dot[_is_single(kind, dot - 1) & _is_single(kind, dot + 1)]
    keep = np.ones(len(letters), dtype=np.bool_)
    keep[dot] = False
    return letters[keep], kind[keep]


def _is_single(kind: npt.NDArray[np.int8], at: Ints) -> Flags:
    """Return whether a letter stands at these places, alone."""
    last = len(kind) - 1
    before = (at > 0) & (kind[np.maximum(at - 1, 0)] != _OTHER)
    after = (at < last) & (kind[np.minimum(at + 1, last)] != _OTHER)
    return np.asarray((kind[at] == _IS_LETTER) & ~before & ~after)


def _marks(letters: Letters, starts: Ints, lengths: Ints) -> Ints:
    """Return a number of 64 bits for each word, from its letters and how many they are."""
    size = letters.itemsize
    width, mask = 8 // size, _MASKS[size]
    # Eight bytes from each letter on, read as one number wherever they begin.
    padded = np.concatenate([letters, np.zeros(width, dtype=letters.dtype)])
    window = np.ndarray((len(letters) + 1,), np.dtype("<u8"), padded.data, strides=(size,))
    mark = lengths.astype(np.uint64)
    going, k = np.arange(len(starts)), 0
    while len(going):
        several = window[starts[going] + k] & mask[np.minimum(lengths[going] - k, width)]
        step = (mark[going] ^ several) * _STEP
        mark[going] = step ^ (step >> np.uint64(29))
        k += width
        going = going[lengths[going] > k]
    return np.asarray(mark.view(np.int64))


def _small(letters: Letters) -> Letters:
    """Return letters in as few bytes as they fit in, so that more are read at once."""
    return letters.astype(np.min_scalar_type(int(letters.max(initial=0))), copy=False)


def _cut(letters: Letters, starts: Ints, lengths: Ints) -> _Words:
    """Return the words that stand at these places."""
    return _Words(letters[stretches(starts, lengths)], lengths)


def _book(pieces: Sequence[_Words]) -> tuple[tuple[str, ...], list[Ints]]:
    """Return the distinct words of all pieces, and where those of each are among them."""
    letters = _small(np.concatenate([piece.letters for piece in pieces]))
    lengths = np.concatenate([piece.lengths for piece in pieces])
    starts = np.cumsum(lengths) - lengths
    first, back = grouped(_marks(letters, starts, lengths))
    # One text of the words that are kept, cut where each ends.
    kept = _cut(letters, starts[first], lengths[first])
    text = kept.letters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    cuts = [0, *np.cumsum(kept.lengths).tolist()]
    bounds = np.cumsum([0, *(len(piece.lengths) for piece in pieces)]).tolist()
    return tuple([text[a:b] for a, b in pairwise(cuts)]), [back[a:b] for a, b in pairwise(bounds)]
