"""The rules of matching once more, pair by pair and in plain words.

The product judges many pairs at once, with arrays; the tests hold it to this reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import cos, hypot, isnan, radians

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, Indel, JaroWinkler

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.cautions import FAR_KM, NEAR_KM, Addresses, Caution, Names
from ketenkaart.core.chain.matching.comparing import KM_PER_DEGREE
from ketenkaart.core.chain.matching.prepared import Prepared, prepare
from ketenkaart.core.chain.matching.vocabulary import Vocabulary

_CONSONANTS = str.maketrans("zcqvpdj", "skkfbti", "aeiouyhw")


def skeleton(word: str) -> str:
    """Return what is left of a word when it is misspelt: its consonants, similar ones alike."""
    short = re.sub(r"(.)\1+", r"\1", word[0] + word[1:].translate(_CONSONANTS))
    return short if len(short) > 2 else word


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules find of a pair."""

    names: Names
    addresses: Addresses
    cautions: tuple[Caution, ...]

    @property
    def may_be_automatic(self) -> bool:
        """Whether no rule asks for a person."""
        return not self.cautions

    @property
    def is_ruled_out(self) -> bool:
        """Whether no weight makes this a match: other names, and not one and the same address."""
        return self.names is Names.OTHER and self.addresses is not Addresses.SAME

    @property
    def deserves_a_look(self) -> bool:
        """Whether a person should see the pair, even when its weight is low."""
        if Caution.OTHER_COUNTRY in self.cautions:
            return self.names is Names.SAME and self.addresses in (Addresses.SAME, Addresses.AGREE)
        if self.names in (Names.SAME, Names.NEAR):
            return True
        if self.names in (Names.PART, Names.ALIKE):
            # With other addresses the weight decides.
            return self.addresses in (Addresses.SAME, Addresses.AGREE, Addresses.MISSING)
        return self.addresses is Addresses.SAME


@dataclass(frozen=True, slots=True)
class Read:
    """A facility as the rules see it: words and numbers of its name and address.

    `whole` is the name without legal form and spaces; `own` are the words that tell which firm;
    `activities` and `sites` have a bit for each.
    """

    country: str
    whole: str
    words: tuple[str, ...]
    own: tuple[str, ...]
    units: tuple[str, ...]
    activities: int
    sites: int
    countries: int
    home: int
    is_common: bool
    places: tuple[str, ...]
    numbers: frozenset[str]
    postcode: str
    latitude: float
    longitude: float
    is_swapped: bool


class Reader:
    """Gives the rows of a prepared list to the rules, each read once."""

    def __init__(self, rows: Prepared) -> None:
        self._rows = rows
        names, addresses = rows.names, rows.addresses
        self._parts = [
            flat.rowwise()
            for flat in (
                names.words, names.own, names.units, addresses.words, addresses.numbers,
            )
        ]  # fmt: skip
        self._bits = [
            found.tolist()
            for found in (
                names.activities, names.sites, names.countries, rows.country_bit, names.is_common,
            )
        ]  # fmt: skip
        self._places = (rows.latitude.tolist(), rows.longitude.tolist())
        self._wholes = rows.names_of(np.arange(len(rows)))
        self._postcodes = addresses.postcodes.joined()
        self._swapped = rows.is_swapped.tolist()
        self._read: dict[int, Read] = {}

    def row(self, row: int) -> Read:
        """Return one row."""
        known = self._read.get(row)
        if known is None:
            known = self._read[row] = self._fresh(row)
        return known

    def _fresh(self, row: int) -> Read:
        rows = self._rows
        words, own, units, places, numbers = (part(row) for part in self._parts)
        activities, sites, countries, home, is_common = self._bits
        return Read(
            country=rows.country[row],
            whole=self._wholes[row],
            words=words,
            own=own,
            units=tuple(sorted(units)),
            activities=activities[row],
            sites=sites[row],
            countries=countries[row],
            home=home[row],
            is_common=is_common[row],
            places=places,
            numbers=frozenset(numbers),
            postcode=self._postcodes[row],
            latitude=self._places[0][row],
            longitude=self._places[1][row],
            is_swapped=self._swapped[row],
        )


def read_record(record: FacilityRecord, vocabulary: Vocabulary) -> Read:
    """Return one record as the rules see it."""
    return Reader(prepare([record], vocabulary)).row(0)


def judge(left: Read, right: Read) -> Judged:
    """Return how names and addresses stand to each other, and what asks for a person."""
    km = _km(left, right)
    names = _names(left, right)
    addresses = _addresses(left, right, km)
    found = [
        *_name_cautions(left, right, names),
        *_address_cautions(left, right, addresses, km),
        *_thin_cautions(left, right, names, addresses, km),
    ]
    if left.country and right.country and left.country != right.country:
        found.append(Caution.OTHER_COUNTRY)
    if left.is_swapped or right.is_swapped:
        found.append(Caution.COLUMNS_SWAPPED)
    if _is_unread(left, right) or _is_unread(right, left):
        found.append(Caution.UNREAD_SCRIPT)
    if (left.countries ^ right.countries) & ~(left.home | right.home):
        found.append(Caution.NAMED_COUNTRY)
    return Judged(names, addresses, tuple(found))


def _is_unread(a: Read, b: Read) -> bool:
    """Return whether an address has words in another script, which the other lacks."""
    return any(not word.isascii() and word not in b.places for word in a.places)


def _km(left: Read, right: Read) -> float | None:
    """Return the distance, or None where a coordinate is not known."""
    north = right.latitude - left.latitude
    east = (right.longitude - left.longitude) * cos(radians(left.latitude))
    km = KM_PER_DEGREE * hypot(north, east)
    return None if isnan(km) else km


def _names(a: Read, b: Read) -> Names:
    if not a.whole or not b.whole:
        return Names.MISSING
    joined_a, joined_b = "".join(a.own), "".join(b.own)
    is_same = a.whole == b.whole or joined_a == joined_b or sorted(a.own) == sorted(b.own)
    return Names.SAME if is_same else _unlike_names(a, b, joined_a, joined_b)


def _unlike_names(a: Read, b: Read, joined_a: str, joined_b: str) -> Names:
    places = {*a.places, *b.places}
    rest_a = _unmatched(a.own, b.words, places)
    rest_b = _unmatched(b.own, a.words, places)
    is_one = _same_word(joined_a, joined_b) and _same_word("".join(rest_a), "".join(rest_b))
    if (not rest_a and not rest_b) or is_one:
        return Names.NEAR
    if not rest_a or not rest_b:
        return Names.PART
    shares = len(rest_a) < len(a.own) or len(rest_b) < len(b.own)
    alike = max(
        Indel.normalized_similarity(joined_a, joined_b),
        JaroWinkler.normalized_similarity(joined_a, joined_b) - 0.15,
    )
    # Letters apart from each other, as some programs write them: "f ash i o n".
    is_alike = alike >= 0.6 or Indel.normalized_similarity(a.whole, b.whole) >= 0.85
    return Names.ALIKE if is_alike or (shares and alike >= 0.5) else Names.OTHER


def _unmatched(words: tuple[str, ...], others: tuple[str, ...], places: set[str]) -> list[str]:
    """Return the words that the other name lacks; a word of an address beside others may lack."""
    rest = [
        word
        for word in words
        if word not in others and not any(_same_word(word, other) for other in others)
    ]
    kept = [word for word in rest if word not in places]
    return kept if len(kept) < len(rest) and len(rest) < len(words) else rest


def _same_word(a: str, b: str) -> bool:
    """Return whether two words are one, a typing error aside.

    >>> _same_word("leisureline", "leisurline"), _same_word("ready", "reedy")
    (True, True)
    >>> _same_word("pg", "pj")
    False
    """
    if a == b:
        return True
    if a[:1] != b[:1]:
        return False
    short = min(len(a), len(b))
    if short < 5:
        return False
    return DamerauLevenshtein.distance(a, b, score_cutoff=2) <= (1 if short < 9 else 2)


def _addresses(a: Read, b: Read, km: float | None) -> Addresses:
    share = _shared_words(a, b)
    if share is None:
        if km is None:
            return Addresses.MISSING
        return Addresses.AGREE if km <= NEAR_KM else Addresses.OTHER
    same_numbers = bool(a.numbers & b.numbers) or bool(a.postcode and a.postcode == b.postcode)
    other_numbers = _other_numbers(a, b)
    if share >= 0.75 and not other_numbers:
        return Addresses.SAME
    if share >= 0.5 and not other_numbers and (same_numbers or share >= 0.66):
        return Addresses.AGREE
    if km is not None and km <= NEAR_KM and not other_numbers:
        return Addresses.AGREE
    return Addresses.TOUCH if share >= 0.34 or same_numbers else Addresses.OTHER


def _shared_words(a: Read, b: Read) -> float | None:
    """Return the part of the shorter address's words that the longer has, or None."""
    if not a.places or not b.places:
        return None
    few, many = sorted((a.places, b.places), key=len)
    rest = [word for word in few if word not in many]
    text = "".join(many)
    hits = sum(
        (len(word) > 4 and word in text) or any(_same_place(word, other) for other in many)
        for word in rest
    )
    return 1 - (len(rest) - hits) / len(few)


def _same_place(a: str, b: str) -> bool:
    """Return whether two words of addresses are one; places are spelt in many ways.

    >>> _same_place("trapaing", "trapeang"), _same_place("ferozpur", "ferozepur")
    (True, True)
    """
    if _same_word(a, b):
        return True
    if min(len(a), len(b)) < 4:
        return False
    return skeleton(a) == skeleton(b) or (len(a) > 6 and Indel.normalized_similarity(a, b) >= 0.8)


def _other_numbers(a: Read, b: Read) -> bool:
    """Return whether both addresses give numbers, and the shorter has one that the other lacks."""
    if not a.numbers or not b.numbers:
        return False
    return not (a.numbers <= b.numbers or b.numbers <= a.numbers)


def _name_cautions(a: Read, b: Read, names: Names) -> list[Caution]:
    found: list[Caution] = []
    if a.units != b.units:
        is_both = bool(a.units) and bool(b.units)
        found.append(Caution.OTHER_UNIT if is_both else Caution.UNIT_ON_ONE_SIDE)
    if a.activities and b.activities and not a.activities & b.activities:
        found.append(Caution.OTHER_ACTIVITY)
    if a.sites != b.sites:
        found.append(Caution.OTHER_SITE_WORD)
    if names in (Names.PART, Names.ALIKE, Names.MISSING):
        found.append(Caution.SISTER_NAME)
    if names is Names.OTHER:
        found.append(Caution.NEIGHBOUR)
    if a.is_common and b.is_common:
        found.append(Caution.COMMON_NAME)
    return found


def _address_cautions(a: Read, b: Read, addresses: Addresses, km: float | None) -> list[Caution]:
    found: list[Caution] = []
    if addresses is Addresses.MISSING:
        found.append(Caution.NO_ADDRESS)
    elif addresses in (Addresses.TOUCH, Addresses.OTHER):
        found.append(Caution.OTHER_NUMBERS if _other_numbers(a, b) else Caution.OTHER_ADDRESS)
    if km is not None and km > FAR_KM:
        found.append(Caution.FAR_APART)
    return found


def _thin_cautions(
    a: Read, b: Read, names: Names, addresses: Addresses, km: float | None
) -> list[Caution]:
    """Return what is missing where names and addresses agree in words alone."""
    if addresses not in (Addresses.SAME, Addresses.AGREE):
        return []
    is_held = bool(a.numbers & b.numbers) or bool(a.postcode and a.postcode == b.postcode)
    is_held |= km is not None and km <= NEAR_KM
    if is_held:
        return []
    if min(len(a.places), len(b.places)) < 2:
        return [Caution.VAGUE_ADDRESS]
    return [Caution.OTHER_SPELLING] if names is Names.NEAR else []
