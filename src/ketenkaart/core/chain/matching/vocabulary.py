"""The words that names and addresses of facilities are made of, and how text becomes such words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein

from ketenkaart.core.chain.matching.respelling import NearWords

_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "ł": "l", "æ": "ae", "œ": "oe",
        "þ": "th", "ħ": "h", "ŋ": "n", "ə": "a", "&": " ", "’": "", "'": "", "`": "", "ʻ": "",
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ie",
        "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj",
        "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c",
        "ђ": "dj", "у": "u", "ў": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "џ": "dz",
        "ш": "sh", "щ": "sht", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    }
)  # fmt: skip
"""Letters that have no accent to take off; Cyrillic as passports have it, roughly."""
LONG_WORD = 7
"""Letters from which a common word is still known when one letter is wrong."""


@dataclass(frozen=True)
class Vocabulary:
    """Words by what they tell, all folded; `activities` leads from a word to what is made or done.

    `countries` leads from a word to the alpha-3 code of the country that it names.
    `ends_only` are legal forms that inside a name are words. `han` are Chinese words of which the
    Latin form is certain, longest first.
    """

    legal: frozenset[str]
    ends_only: frozenset[str]
    leading: frozenset[str]
    filler: frozenset[str]
    activities: Mapping[str, str]
    unit_words: frozenset[str]
    site_words: frozenset[str]
    address_filler: frozenset[str]
    address_words: Mapping[str, str]
    address_cues: frozenset[str]
    countries: Mapping[str, str]
    country_filler: frozenset[str]
    han: tuple[tuple[str, str], ...] = ()

    @cached_property
    def han_letters(self) -> frozenset[str]:
        """The letters of the Chinese words."""
        return frozenset(letter for word, _ in self.han for letter in word)

    @cached_property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Long common words by what is left of them when a letter is taken out."""
        found: dict[str, list[str]] = {}
        for word in sorted(self.legal | self.filler | self.activities.keys()):
            if len(word) >= LONG_WORD and word.isascii():
                for short in _shortened(word):
                    found.setdefault(short, []).append(word)
        return {short: tuple(words) for short, words in found.items()}

    def respelt(self, word: str) -> str:
        """Return the long common word that a word is with one letter wrong, or the word itself."""
        if len(word) < LONG_WORD - 1 or word in self.legal or word in self.activities:
            return word
        known = self.spellings
        for short in _shortened(word):
            for other in known.get(short, ()):
                if DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1:
                    return other
        return word

    def all_respelt(self, words: Sequence[str]) -> list[str]:
        """Return each word, respelt where it is a long common word with one letter wrong."""
        found = list(words)
        for k in np.flatnonzero(self._near_words.may_be(words)).tolist():
            found[k] = self.respelt(found[k])
        return found

    @cached_property
    def _near_words(self) -> NearWords:
        known = {word for words in self.spellings.values() for word in words}
        return NearWords(sorted(known), least=LONG_WORD - 1)

    @cached_property
    def country_words(self) -> frozenset[str]:
        """The words of names of countries."""
        return frozenset(self.countries) | self.country_filler

    @cached_property
    def country_bits(self) -> dict[str, int]:
        """A bit per country that has a word, by its code; those beyond the sixtieth share one."""
        codes = sorted(set(self.countries.values()))
        return {code: 1 << min(k, 60) for k, code in enumerate(codes)}

    @cached_property
    def activity_bits(self) -> dict[str, int]:
        """A bit per thing that is made or done, by word."""
        order = {name: k for k, name in enumerate(sorted(set(self.activities.values())))}
        return {word: 1 << order[name] for word, name in self.activities.items()}

    @cached_property
    def site_bits(self) -> dict[str, int]:
        """A bit per word that sets a site apart; words beyond the sixtieth share one."""
        return {word: 1 << min(k, 60) for k, word in enumerate(sorted(self.site_words))}


def _shortened(word: str) -> list[str]:
    return [word, *(word[:k] + word[k + 1 :] for k in range(len(word)))]


def fold(text: str) -> str:
    """Return text in lower case without accents, in Latin letters where these are certain.

    Turkish, Vietnamese and Cyrillic letters have one Latin form. Each letter is folded by itself.

    >>> fold("Güneş İPLİK San. — Đồng Nai")
    'gunes iplik san. — dong nai'
    """
    if text.isascii():
        return text.lower().replace("&", " ").replace("'", "").replace("`", "")
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.translate(_LETTERS)


def similar_sets(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the group of each word; a word in two groups stays in the first.

    >>> similar_sets({"shoes": ["shoe", "boot"], "bags": ["bag", "boot"]})["boot"]
    'shoes'
    """
    found: dict[str, str] = {}
    for name, words in groups.items():
        for word in words:
            found.setdefault(word, name)
    return found
