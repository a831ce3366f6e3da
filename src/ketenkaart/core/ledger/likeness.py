"""How much two sentences are about the same thing: shared words, the rare ones counting most."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDINGS = ("heden", "ingen", "ende", "enden", "eren", "ing", "en", "er", "es", "s", "e", "t", "d")
_LEAST = 4
COMPOUND_LEAST = 5
BEGINNING = 7
"""Letters at the beginning that make two words kin: "rapportage" and "rapporteren"."""
COMPOUND_WORTH = 0.7
"""What sharing a part of a compound counts, against 1 for sharing the word."""


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return a word without accents, common endings and doubled letters at its end.

    Dutch and English alike, and no more than it takes to let inflected forms meet; two words may
    meet that have nothing in common, which is why a single shared word pairs nothing.

    >>> stem("inspecties") == stem("inspectie"), stem("gemeten"), stem("bedrijven")
    (True, 'gemet', 'bedrijv')
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", word.casefold()) if sign.isalpha()
    )
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _LEAST:
            plain = plain[: -len(ending)]
            break
    while len(plain) > _LEAST and plain[-1] == plain[-2]:
        plain = plain[:-1]
    return plain


@dataclass(frozen=True)
class Vocabulary:
    """Which words are silent, and which count as one."""

    silent_words: frozenset[str]
    rows: Mapping[str, str]

    @classmethod
    def of(cls, silent: Iterable[str], synonyms: Iterable[Iterable[str]]) -> Vocabulary:
        """Return the vocabulary of these words."""
        rows: dict[str, str] = {}
        for number, row in enumerate(synonyms):
            for word in row:
                rows.setdefault(word.casefold(), f"={number}")
        return cls(frozenset(word.casefold() for word in silent), rows)

    def terms(self, text: str) -> Counter[str]:
        """Return what a sentence is about: stems, and rows of synonyms as one each.

        >>> sorted(Vocabulary.of(["de"], [["stuurt", "zendt"]]).terms("Zendt de plannen"))
        ['=0', 'plan']
        """
        found: Counter[str] = Counter()
        for word in _WORD.findall(text):
            for part in word.casefold().split("-"):
                if part in self.silent_words or len(part) < 2:
                    continue
                found[self.rows.get(part) or stem(part)] = 1
        return found


class Likeness:
    """Compares sentences of two letters by words weighed with their rarity in both.

    A word's weight is log(1 + sentences / sentences that hold it); a row of synonyms, which names
    a deed and not its subject, counts half.
    """

    def __init__(self, vocabulary: Vocabulary, texts: Iterable[str]) -> None:
        self.vocabulary = vocabulary
        self._terms = {text: vocabulary.terms(text) for text in texts}

    @cached_property
    def _document_counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for terms in self._terms.values():
            counts.update(terms.keys())
        return counts

    def weight(self, term: str) -> float:
        """Return what sharing a term counts."""
        rarity = log(1 + len(self._terms) / max(1, self._document_counts[term]))
        return rarity / 2 if term.startswith("=") else rarity

    def compare(self, old: str, new: str) -> tuple[float, tuple[str, ...]]:
        """Return the likeness of two sentences in [0, 1], and the shared words, rarest first.

        It is the mean of what is shared over both together and over the shorter of the two, so
        that a promise within a longer sentence is still found.
        """
        left, right = self._known(old), self._known(new)
        shared: dict[str, float] = {term: self.weight(term) for term in left.keys() & right.keys()}
        only_left = sorted(left.keys() - right.keys())
        only_right = set(right.keys() - left.keys())
        for term in only_left:
            partner = next((t for t in sorted(only_right) if _share_a_part(term, t)), None)
            if partner is not None:
                only_right.discard(partner)
                least = min(self.weight(term), self.weight(partner))
                shared[min(term, partner, key=len)] = COMPOUND_WORTH * least
        total, of_left, of_right = (
            sum(shared.values()), sum(map(self.weight, left)), sum(map(self.weight, right))
        )  # fmt: skip
        if not total:
            return 0.0, ()
        value = (2 * total / (of_left + of_right) + total / min(of_left, of_right)) / 2
        words = sorted((t for t in shared if not t.startswith("=")), key=lambda t: (-shared[t], t))
        return min(1.0, value), tuple(words)

    def added(self, old: str, new: str) -> tuple[str, ...]:
        """Return the words that the newer sentence adds where it keeps all of the older one's.

        Nothing where a word of the older one is gone: then words were replaced, not added. Rows
        of synonyms count neither way.
        """
        left = {term for term in self._known(old) if not term.startswith("=")}
        right = {term for term in self._known(new) if not term.startswith("=")}
        gone, come = left - right, right - left
        for term in sorted(gone):
            partner = next((t for t in sorted(come) if _share_a_part(term, t)), None)
            if partner is None:
                return ()
            come.discard(partner)
        return tuple(sorted(come))

    def _known(self, text: str) -> Counter[str]:
        if text not in self._terms:
            self._terms[text] = self.vocabulary.terms(text)
        return self._terms[text]


def _share_a_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < COMPOUND_LEAST or short.startswith("="):
        return False
    return long.startswith((short, short[:BEGINNING])) or long.endswith(short)
