"""Texts parted into words: all texts of a list at once, letter by letter as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.flat import Books, Flags, Flat
from ketenkaart.core.chain.matching.numbering import Ints, grouped
from ketenkaart.core.chain.matching.vocabulary import Vocabulary, fold

Letters = npt.NDArray[np.uint32]
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
    width: np.array([(1 << 64 // width * k) - 1 for k in range(width + 1)], dtype=np.uint64)
    for width in (2, 4)
}
"""What is kept of a number of some letters, by how many of them a word still has."""


def read_flat(texts: Sequence[str], vocabulary: Vocabulary) -> Flat:
    """Return the words of texts, folded and parted; digits and letters are parted too.

    Single letters with dots between are one word: s.r.l. is srl.
    """
    pieces = [
        _read_piece(texts[low : low + _PIECE], vocabulary)
        for low in range(0, max(1, len(texts)), _PIECE)
    ]
    return pieces[0] if len(pieces) == 1 else Books().merged(pieces)


def _read_piece(texts: Sequence[str], vocabulary: Vocabulary) -> Flat:
    letters, kind = _undotted(_folded(_as_numbers(texts, vocabulary)))
    if not len(kind):
        none = np.zeros(0, dtype=np.int64)
        return Flat((), none, none, len(texts))
    is_word = (kind == _IS_LETTER) | (kind == _IS_DIGIT)
    differs = np.flatnonzero(kind[1:] != kind[:-1]) + 1
    bounds = np.concatenate([[0], differs, [len(kind)]])
    starts, ends = bounds[:-1], bounds[1:]
    held = is_word[starts]
    starts, ends = starts[held], ends[held]
    row = np.searchsorted(np.flatnonzero(letters == _BREAK), starts)
    book, code = _book(letters, starts, ends - starts)
    return Flat(book, code, row.astype(np.int64), len(texts))


def _as_numbers(texts: Sequence[str], vocabulary: Vocabulary) -> Letters:
    """Return the letters of all texts as numbers, with a line break between two texts."""
    joined = "\n".join(texts)
    if joined.count("\n") != max(0, len(texts) - 1):
        # A text with a line break in it would become two rows.
        return _as_numbers([text.replace("\n", " ") for text in texts], vocabulary)
    found = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if vocabulary.han and not joined.isascii() and _has_any(found, vocabulary.han_letters):
        plain = [_without_han(text, vocabulary) for text in texts]
        joined = "\n".join(plain)
        found = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return found


def _has_any(found: Letters, wanted: frozenset[str]) -> bool:
    return bool(np.isin(_present(found), [ord(letter) for letter in wanted]).any())


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


def _folded(found: Letters) -> tuple[Letters, npt.NDArray[np.int8]]:
    """Return the letters folded, and the kind of each."""
    present = _present(found)
    size = int(present[-1]) + 1 if len(present) else 1
    read = [_read(chr(letter)) for letter in present.tolist()]
    most = max(map(len, read), default=1) or 1
    count = np.zeros(size, dtype=np.int64)
    count[present] = [len(letters) for letters in read]
    folded = np.zeros((most, size), dtype=np.uint32)
    kind = np.zeros((most, size), dtype=np.int8)
    for letter, letters in zip(present.tolist(), read, strict=True):
        for k, (one, of) in enumerate(letters):
            folded[k, letter], kind[k, letter] = one, of
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


def _several(letters: Letters, at: Ints, left: Ints, width: int) -> npt.NDArray[np.uint64]:
    """Return the next letters of words as one number: `width`, or what is left of the word."""
    found = letters[at].astype(np.uint64)
    last = len(letters) - 1
    for k in range(1, width):
        found |= letters[np.minimum(at + k, last)].astype(np.uint64) << np.uint64(64 // width * k)
    return np.asarray(found & _MASKS[width][np.minimum(left, width)])


def _book(letters: Letters, starts: Ints, lengths: Ints) -> tuple[tuple[str, ...], Ints]:
    """Return the distinct words, and which each is."""
    mark = lengths.astype(np.uint64)
    width = 4 if int(letters.max(initial=0)) < 1 << 16 else 2
    going, k = np.arange(len(starts)), 0
    while len(going):
        several = _several(letters, starts[going] + k, lengths[going] - k, width)
        step = (mark[going] ^ several) * _STEP
        mark[going] = step ^ (step >> np.uint64(29))
        k += width
        going = going[lengths[going] > k]
    first, code = grouped(mark.view(np.int64))
    # One text of the words that are kept, cut where each ends.
    counts = lengths[first]
    ends = np.cumsum(counts)
    places = np.arange(counts.sum()) + np.repeat(starts[first] - ends + counts, counts)
    text = letters[places].tobytes().decode("utf-32-le", "surrogatepass")
    cuts = [0, *ends.tolist()]
    return tuple(text[a:b] for a, b in pairwise(cuts)), code
