"""What is left of words when they are misspelt, for many words at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ketenkaart.core.chain.matching.numbering import letters_of

_SIZE = 128
_ALIKE = np.arange(_SIZE, dtype=np.uint32)
_ALIKE[[ord(letter) for letter in "zcqvpdj"]] = [ord(letter) for letter in "skkfbti"]
_IS_SOFT = np.zeros(_SIZE, dtype=np.bool_)
_IS_SOFT[[ord(letter) for letter in "aeiouyhw"]] = True


def skeletons(words: Sequence[str]) -> list[str]:
    """Return what is left of words when they are misspelt: consonants, similar ones alike.

    The first letter stays; a word with fewer than three consonants stays whole.

    >>> skeletons(["trapaing", "trapeang", "ferozpur", "ferozepoor"])
    ['trbng', 'trbng', 'frsbr', 'frsbr']
    >>> skeletons(["agra", "ute", "aarhus", ""])
    ['agr', 'ute', 'ars', '']
    """
    letters, starts, lengths = letters_of(words)
    word = np.repeat(np.arange(len(words)), lengths)
    inside = np.ones(len(letters), dtype=np.bool_)
    inside[starts[lengths > 0]] = False
    latin = np.minimum(letters, _SIZE - 1)
    is_latin = inside & (letters < _SIZE)
    hard = ~(is_latin & _IS_SOFT[latin])
    letters = np.where(is_latin, _ALIKE[latin], letters)[hard]
    word = word[hard]
    differs = np.ones(len(word), dtype=np.bool_)
    differs[1:] = (letters[1:] != letters[:-1]) | (word[1:] != word[:-1])
    left = np.bincount(word[differs], minlength=len(words))
    text = letters[differs].tobytes().decode("utf-32-le", "surrogatepass")
    cuts = pairwise([0, *np.cumsum(left).tolist()])
    return [text[a:b] if b - a > 2 else whole for whole, (a, b) in zip(words, cuts, strict=True)]
