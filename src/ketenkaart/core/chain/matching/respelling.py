"""Which of many words may be a known word with one letter wrong: found without trying each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.numbering import Ints, letters_of

_BASE = np.uint64(0x9E3779B97F4A7C15)


class NearWords:
    """Known words by the numbers of what is left of them without one letter."""

    def __init__(self, known: Iterable[str], *, least: int) -> None:
        known = tuple(known)
        marks, _ = _shortened_marks(known, range(len(known)))
        self._marks = np.unique(marks)
        longest = max(map(len, known), default=0)
        self._lengths = range(least, longest + 2)

    def may_be(self, words: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return which words may be a known one with a letter wrong, missing or too many.

        All that are; a few others.
        """
        asked = [k for k, word in enumerate(words) if len(word) in self._lengths]
        marks, word = _shortened_marks([words[k] for k in asked], asked)
        found = np.zeros(len(words), dtype=np.bool_)
        if len(self._marks):
            at = np.minimum(np.searchsorted(self._marks, marks), len(self._marks) - 1)
            found[word[self._marks[at] == marks]] = True
        return found


def _shortened_marks(
    words: Sequence[str], names: Iterable[int]
) -> tuple[npt.NDArray[np.uint64], Ints]:
    """Return a number for each word, and for it without each letter; and whose each number is."""
    letters, starts, lengths = letters_of(words)
    values = letters.astype(np.uint64) + np.uint64(1)
    most = int(lengths.max(initial=0))
    powers = np.cumprod(np.concatenate([[np.uint64(1)], np.full(most, _BASE)]))
    owner = np.fromiter(names, dtype=np.int64, count=len(words))
    before = np.zeros((len(words), most + 1), dtype=np.uint64)
    for k in range(most):
        going = np.flatnonzero(lengths > k)
        before[:, k + 1] = before[:, k]
        before[going, k + 1] += values[starts[going] + k] * powers[k]
    marks, whose = [before[:, most]], [owner]
    for k in range(most):
        going = np.flatnonzero(lengths > k)
        # What stands behind the letter moves one place to the front.
        behind = (before[going, most] - before[going, k + 1]) * _INVERSE
        marks.append(before[going, k] + behind)
        whose.append(owner[going])
    return np.concatenate(marks), np.concatenate(whose)


_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
