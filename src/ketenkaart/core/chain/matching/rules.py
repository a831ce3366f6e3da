"""What a person would see at once and a weight would not: unit 2 is not unit 3.

Rules never make a match. They keep pairs out of the automatic band (sister firms, neighbours,
moved factories) and bring pairs to people that the weight alone would pass over. Many pairs are
judged at once: words are numbers, so most questions need no text, and a text is compared once for
all pairs that ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, Indel, JaroWinkler

from ketenkaart.core.chain.matching.cautions import FAR_KM, NEAR_KM, Addresses, Caution, Names
from ketenkaart.core.chain.matching.comparing import KM_PER_DEGREE
from ketenkaart.core.chain.matching.flat import Flags
from ketenkaart.core.chain.matching.numbering import Ints
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.shared_words import Floats, Texts, Words, measured
from ketenkaart.core.chain.matching.signs import (
    MOST_BEGIN,
    Shared,
    may_be_indel,
    may_be_jaro_winkler,
    most_shared,
)

NAMES = tuple(Names)
ADDRESSES = tuple(Addresses)
APART = 0.85
"""How much of two names must be the same, where their words are not."""
STRICTER = 0.15
"""How much more two names must be alike by Jaro and Winkler's measure than by Indel's."""
SAME, NEAR, PART, ALIKE, OTHER, MISSING = range(len(NAMES))
A_SAME, A_AGREE, A_TOUCH, A_OTHER, A_MISSING = range(len(ADDRESSES))
ORDER = (
    Caution.OTHER_UNIT, Caution.UNIT_ON_ONE_SIDE, Caution.OTHER_ACTIVITY, Caution.OTHER_SITE_WORD,
    Caution.SISTER_NAME, Caution.NEIGHBOUR, Caution.COMMON_NAME, Caution.NO_ADDRESS,
    Caution.OTHER_NUMBERS, Caution.OTHER_ADDRESS, Caution.FAR_APART, Caution.VAGUE_ADDRESS,
    Caution.OTHER_SPELLING, Caution.OTHER_COUNTRY, Caution.COLUMNS_SWAPPED, Caution.UNREAD_SCRIPT,
    Caution.NAMED_COUNTRY,
)  # fmt: skip
"""The cautions of pairs, in the order in which they are said; the place is the bit."""


def cautions_of(bits: int) -> tuple[Caution, ...]:
    """Return the cautions whose bits are set.

    >>> [caution.value for caution in cautions_of(0b10001)]
    ['other_unit', 'sister_name']
    """
    return tuple(caution for at, caution in enumerate(ORDER) if bits >> at & 1)


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    """What the rules find of many pairs: places in `NAMES` and `ADDRESSES`, bits of `ORDER`."""

    names: npt.NDArray[np.int8]
    addresses: npt.NDArray[np.int8]
    cautions: Ints

    @property
    def is_ruled_out(self) -> Flags:
        """Whether no weight makes a match: other names, and not one and the same address."""
        return np.asarray((self.names == OTHER) & (self.addresses != A_SAME))

    @property
    def deserves_a_look(self) -> Flags:
        """Whether a person should see a pair, even when its weight is low."""
        same = self.addresses == A_SAME
        agree = same | (self.addresses == A_AGREE)
        is_part = (self.names == PART) | (self.names == ALIKE)
        here = (self.names <= NEAR) | np.where(is_part, agree | (self.addresses == A_MISSING), same)
        abroad = (self.cautions >> ORDER.index(Caution.OTHER_COUNTRY) & 1).astype(np.bool_)
        return np.asarray(np.where(abroad, (self.names == SAME) & agree, here))


class _Side:
    """One list as the rules over many pairs see it."""

    def __init__(self, rows: Prepared, texts: Texts) -> None:
        self.rows = rows
        self.words = texts.rows(rows.names.words)
        self.own = texts.rows(rows.names.own)
        self.places = texts.rows(rows.addresses.words)
        self.numbers = texts.rows(rows.addresses.numbers)
        self.initials = np.zeros(len(rows), dtype=np.int64)
        has_own = np.flatnonzero(self.own.count)
        self.initials[has_own] = texts.first[self.own.code[self.own.starts[has_own]]]
        self.place_letters = rows.addresses.words.union(texts.letters[self.places.code])


@dataclass(frozen=True, slots=True)
class _Lacking:
    """Words that the other name of a pair lacks: how many by pair, and each with its pair."""

    count: Ints
    pair: Ints
    word: Ints

    def texts(self, pairs: Ints, words: Sequence[str]) -> list[str]:
        """Return the words of some pairs, in one."""
        lows = np.searchsorted(self.pair, pairs).tolist()
        highs = np.searchsorted(self.pair, pairs + 1).tolist()
        return [
            "".join(words[k] for k in self.word[low:high].tolist())
            for low, high in zip(lows, highs, strict=True)
        ]


class PairRules:
    """Judges pairs of two lists, or of a list with itself; what can be is computed once."""

    def __init__(self, left: Prepared, right: Prepared) -> None:
        lists = [left] if left is right else [left, right]
        flats = [
            flat
            for rows in lists
            for flat in (rows.names.words, rows.names.own, rows.addresses.numbers)
        ]
        self._texts = Texts(flats, [rows.addresses.words for rows in lists])
        sides = [_Side(rows, self._texts) for rows in lists]
        self._left, self._right = sides[0], sides[-1]

    def judge(self, first: Ints, second: Ints) -> JudgedPairs:
        """Return what the rules find of each pair of rows."""
        km = self._km(first, second)
        names = self._names(first, second)
        a, b = self._left, self._right
        shared = _shared(a.numbers, b.numbers, first, second)
        sizes = a.numbers.count[first], b.numbers.count[second]
        other_numbers = (sizes[0] > 0) & (sizes[1] > 0) & (shared < sizes[0]) & (shared < sizes[1])
        codes = a.rows.postcode_code[first], b.rows.postcode_code[second]
        same_numbers = (shared > 0) | ((codes[0] != 0) & (codes[0] == codes[1]))
        addresses = self._addresses(first, second, km, same_numbers, other_numbers)
        found = {
            **self._name_cautions(first, second, names),
            **_address_cautions(addresses, km, other_numbers),
        }
        agree = (addresses == A_SAME) | (addresses == A_AGREE)
        is_thin = agree & ~same_numbers & ~(km <= NEAR_KM)
        vague = is_thin & (np.minimum(a.places.count[first], b.places.count[second]) < 2)
        found[Caution.VAGUE_ADDRESS] = vague
        found[Caution.OTHER_SPELLING] = is_thin & ~vague & (names == NEAR)
        found[Caution.UNREAD_SCRIPT] = self._unread(a, b, first, second)
        found[Caution.UNREAD_SCRIPT] |= self._unread(b, a, second, first)
        bits = np.zeros(len(first), dtype=np.int64)
        for at, caution in enumerate(ORDER):
            bits |= found[caution].astype(np.int64) << at
        return JudgedPairs(names, addresses, bits)

    def _km(self, first: Ints, second: Ints) -> Floats:
        a, b = self._left.rows, self._right.rows
        north = b.latitude[second] - a.latitude[first]
        east = (b.longitude[second] - a.longitude[first]) * np.cos(np.radians(a.latitude[first]))
        return np.asarray(KM_PER_DEGREE * np.hypot(north, east))

    def _names(self, first: Ints, second: Ints) -> npt.NDArray[np.int8]:
        a, b = self._left, self._right
        codes = a.rows.name_code[first], b.rows.name_code[second]
        found = np.full(len(first), OTHER, dtype=np.int8)
        same = codes[0] == codes[1]
        same |= a.rows.own_text_code[first] == b.rows.own_text_code[second]
        same |= a.rows.own_set_code[first] == b.rows.own_set_code[second]
        found[same] = SAME
        missing = (codes[0] == 0) | (codes[1] == 0)
        found[missing] = MISSING
        rest = np.flatnonzero(~same & ~missing)
        found[rest] = self._unlike_names(first[rest], second[rest])
        return found

    def _unlike_names(self, first: Ints, second: Ints) -> npt.NDArray[np.int8]:
        a, b = self._left, self._right
        lacks_a = self._unmatched(a, b, first, second)
        lacks_b = self._unmatched(b, a, second, first)
        rest_a, rest_b = lacks_a.count, lacks_b.count
        spelt = most_shared(a.rows.own_letters, b.rows.own_letters, first, second)
        found = np.full(len(first), OTHER, dtype=np.int8)
        part = (rest_a == 0) | (rest_b == 0)
        found[part] = PART
        near = (rest_a == 0) & (rest_b == 0)
        asked = np.flatnonzero(~near & _may_be_same(spelt))
        asked = asked[_same_texts(*self._owns(first[asked], second[asked]))]
        # In a long name a short word may be quite another: "lau aviation", "lxc aviation".
        words = self._texts.words
        near[asked] = _same_texts(lacks_a.texts(asked, words), lacks_b.texts(asked, words))
        found[near] = NEAR
        shares = (rest_a < a.own.count[first]) | (rest_b < b.own.count[second])
        rest = np.flatnonzero(~part & ~near)
        alike = self._are_alike(first[rest], second[rest], shares[rest], spelt.of(rest))
        found[rest[alike]] = ALIKE
        return found

    def _owns(self, first: Ints, second: Ints) -> tuple[list[str], list[str]]:
        a, b = self._left.rows.names.own, self._right.rows.names.own
        return a.texts(first), b.texts(second)

    def _are_alike(self, first: Ints, second: Ints, shares: Flags, spelt: Shared) -> Flags:
        """Return whether names have much in common, or all but where letters stand apart.

        `spelt` is what their own words share at most: where that is too little none is read.
        """
        least = np.where(shares, 0.5, 0.6)
        initials = self._left.initials[first], self._right.initials[second]
        begin = np.where(initials[0] == initials[1], MOST_BEGIN, 0)
        may_be = may_be_jaro_winkler(spelt, begin, least + STRICTER) | may_be_indel(spelt, least)
        asked = np.flatnonzero(may_be)
        one, other = self._owns(first[asked], second[asked])
        alike = np.maximum(
            measured(Indel.normalized_similarity, one, other),
            measured(JaroWinkler.normalized_similarity, one, other) - STRICTER,
        )
        found = np.zeros(len(first), dtype=np.bool_)
        found[asked] = alike >= least[asked]
        # Letters apart from each other, as some programs write them: "f ash i o n".
        a, b = self._left.rows, self._right.rows
        spelt = most_shared(a.name_letters, b.name_letters, first, second)
        asked = np.flatnonzero(~found & may_be_indel(spelt, APART))
        whole = measured(
            Indel.normalized_similarity, a.names_of(first[asked]), b.names_of(second[asked])
        )
        found[asked] = whole >= APART
        return np.asarray(found)

    def _unmatched(self, a: _Side, b: _Side, rows: Ints, others: Ints) -> _Lacking:
        """Return the own words that the other name lacks.

        A word of either address, beside others, may lack.
        """
        place, words = a.own.spread(rows)
        rest = ~b.words.have(others[place], words)
        asked = np.flatnonzero(rest)
        at, beside = b.words.spread(others[place[asked]])
        rest[asked[at[self._texts.same_word(words[asked][at], beside)]]] = False
        lacks = np.bincount(place[rest], minlength=len(rows))
        where, left = place[rest], words[rest]
        kept = ~(a.places.have(rows[where], left) | b.places.have(others[where], left))
        keeps = np.bincount(where[kept], minlength=len(rows))
        is_beside = (keeps < lacks) & (lacks < a.own.count[rows])
        stays = kept | ~is_beside[where]
        return _Lacking(np.where(is_beside, keeps, lacks), where[stays], left[stays])

    def _addresses(
        self, first: Ints, second: Ints, km: Floats, same_numbers: Flags, other_numbers: Flags
    ) -> npt.NDArray[np.int8]:
        a, b = self._left, self._right
        sizes = a.places.count[first], b.places.count[second]
        known = (sizes[0] > 0) & (sizes[1] > 0)
        share = np.zeros(len(first))
        for one, other, rows, others, part in (
            (a, b, first, second, known & (sizes[0] <= sizes[1])),
            (b, a, second, first, known & (sizes[0] > sizes[1])),
        ):
            share[part] = self._share(one, other, rows[part], others[part])
        near = km <= NEAR_KM
        held = (share >= 0.5) & (same_numbers | (share >= 0.66))
        found = np.where((share >= 0.34) | same_numbers, A_TOUCH, A_OTHER)
        found = np.where((held | near) & ~other_numbers, A_AGREE, found)
        found = np.where((share >= 0.75) & ~other_numbers, A_SAME, found)
        blank = np.where(np.isnan(km), A_MISSING, np.where(near, A_AGREE, A_OTHER))
        return np.where(known, found, blank).astype(np.int8)

    def _unread(self, a: _Side, b: _Side, rows: Ints, others: Ints) -> Flags:
        """Return whether an address has words in another script, which the other lacks."""
        found = np.zeros(len(rows), dtype=np.bool_)
        if self._texts.is_latin.all():
            return found
        place, words = a.places.spread(rows)
        unread = ~self._texts.is_latin[words]
        place, words = place[unread], words[unread]
        found[place[~b.places.have(others[place], words)]] = True
        return found

    def _share(self, few: _Side, many: _Side, rows: Ints, others: Ints) -> Floats:
        """Return the part of the words of one address that the other has."""
        place, words = few.places.spread(rows)
        rest = ~many.places.have(others[place], words)
        asked = np.flatnonzero(rest)
        at, beside = many.places.spread(others[place[asked]])
        rest[asked[at[self._texts.same_place(words[asked][at], beside)]]] = False
        # A word may also stand inside the other address, where its letters do.
        within = many.place_letters[others[place]]
        may_stand = self._texts.letters[words] & ~within == 0
        asked = np.flatnonzero(rest & may_stand & (self._texts.length[words] > 4))
        texts, book = many.rows.addresses.words.texts(others[place[asked]]), self._texts.words
        inside = [
            book[word] not in text for word, text in zip(words[asked].tolist(), texts, strict=True)
        ]
        rest[asked] = np.array(inside, dtype=np.bool_)
        lacks = np.bincount(place[rest], minlength=len(rows))
        return np.asarray(1 - lacks / few.places.count[rows])

    def _name_cautions(
        self, first: Ints, second: Ints, names: npt.NDArray[np.int8]
    ) -> dict[Caution, Flags]:
        a, b = self._left.rows, self._right.rows
        units = a.units_code[first], b.units_code[second]
        both = (units[0] != 0) & (units[1] != 0)
        made = a.names.activities[first], b.names.activities[second]
        country = a.country_code[first], b.country_code[second]
        return {
            Caution.OTHER_UNIT: (units[0] != units[1]) & both,
            Caution.UNIT_ON_ONE_SIDE: (units[0] != units[1]) & ~both,
            Caution.OTHER_ACTIVITY: (made[0] != 0) & (made[1] != 0) & (made[0] & made[1] == 0),
            Caution.OTHER_SITE_WORD: a.names.sites[first] != b.names.sites[second],
            Caution.SISTER_NAME: (names == PART) | (names == ALIKE) | (names == MISSING),
            Caution.NEIGHBOUR: names == OTHER,
            Caution.COMMON_NAME: a.names.is_common[first] & b.names.is_common[second],
            Caution.OTHER_COUNTRY: (country[0] != 0)
            & (country[1] != 0)
            & (country[0] != country[1]),
            Caution.NAMED_COUNTRY: name_other_countries(a, b, first, second),
            Caution.COLUMNS_SWAPPED: a.is_swapped[first] | b.is_swapped[second],
        }


def _address_cautions(
    addresses: npt.NDArray[np.int8], km: Floats, other_numbers: Flags
) -> dict[Caution, Flags]:
    apart = (addresses == A_TOUCH) | (addresses == A_OTHER)
    return {
        Caution.NO_ADDRESS: addresses == A_MISSING,
        Caution.OTHER_NUMBERS: apart & other_numbers,
        Caution.OTHER_ADDRESS: apart & ~other_numbers,
        Caution.FAR_APART: km > FAR_KM,
    }


def name_other_countries(a: Prepared, b: Prepared, first: Ints, second: Ints) -> Flags:
    """Return whether one name of a pair speaks of a country that neither is in, the other not."""
    at_home = a.country_bit[first] | b.country_bit[second]
    differ = a.names.countries[first] ^ b.names.countries[second]
    return np.asarray(differ & ~at_home != 0)


def _shared(a: Words, b: Words, first: Ints, second: Ints) -> Ints:
    """Return how many words two rows share, where none stands twice in a row."""
    place, words = a.spread(first)
    return np.bincount(place[b.have(second[place], words)], minlength=len(first))


def _may_be_same(spelt: Shared) -> Flags:
    """Return whether texts of these letters may be one, a typing error or two aside."""
    long, short = np.maximum(spelt.left, spelt.right), np.minimum(spelt.left, spelt.right)
    limit = np.where(short < 9, 1, 2)
    return np.asarray((short >= 5) & (long - spelt.letters <= limit))


def _same_texts(one: list[str], other: list[str]) -> Flags:
    """Return whether two texts are one, a typing error aside; they are no words of a list."""
    sizes = np.array([len(text) for text in one]), np.array([len(text) for text in other])
    short = np.minimum(*sizes)
    limit = np.where(short < 9, 1, 2)
    begin = np.array([x[:1] == y[:1] for x, y in zip(one, other, strict=True)], dtype=np.bool_)
    steps = measured(DamerauLevenshtein.distance, one, other)
    return np.asarray(begin & (short >= 5) & (steps <= limit))
