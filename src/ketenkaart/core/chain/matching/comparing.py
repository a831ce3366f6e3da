"""How alike two facilities are, field by field, as levels: 0 is least alike, -1 not known.

The levels are declared here once. The Splink engine says the same in SQL; a test holds both to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from ketenkaart.core.chain.matching.numbering import Ints
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.signs import (
    MOST_BEGIN,
    bits_in,
    equal_begin,
    may_be_jaro_winkler,
    most_shared,
)

Levels = npt.NDArray[np.int8]

UNKNOWN = -1
NAME_ALIKE, NAME_NEAR, OWN_ALIKE = 0.5, 0.94, 0.88
ADDRESS_STEPS = (0.4, 0.6, 0.85)
DISTANCE_STEPS_KM = (25.0, 3.0, 0.3)
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field that is compared: its levels in words, from least to most alike."""

    field: str
    levels: tuple[str, ...]


COMPARISONS = (
    Comparison(
        "name",
        ("different names", "names share parts", "own words alike", "same own words",
         "nearly the same name", "same name"),
    ),
    Comparison("units", ("other unit number", "unit number on one side", "same unit number")),
    Comparison(
        "address",
        ("different address", "addresses share words", "addresses alike", "nearly same address"),
    ),
    Comparison("numbers", ("no number shared", "a number shared")),
    Comparison("postcode", ("other postcode", "postcodes begin alike", "same postcode")),
    Comparison("place", ("over 25 km apart", "within 25 km", "within 3 km", "within 300 m")),
    Comparison("country", ("other country", "same country")),
)  # fmt: skip
FIELDS = tuple(comparison.field for comparison in COMPARISONS)
NAME_SAME, NAME_OWN_SAME = 5, 3


def compare(left: Prepared, right: Prepared, first: Ints, second: Ints) -> Levels:
    """Return the level of each pair in each field: pairs x `COMPARISONS`."""
    found = np.empty((len(first), len(COMPARISONS)), dtype=np.int8)
    found[:, 0] = _names(left, right, first, second)
    found[:, 1] = _units(left, right, first, second)
    shared, known = _overlap(
        (left.address_sign, left.address_bits), (right.address_sign, right.address_bits),
        first, second,
    )  # fmt: skip
    found[:, 2] = np.where(known, np.searchsorted(ADDRESS_STEPS, shared, side="right"), UNKNOWN)
    a, b = left.number_sign[first], right.number_sign[second]
    found[:, 3] = np.where((a == 0) | (b == 0), UNKNOWN, (a & b) != 0)
    found[:, 4] = _postcodes(left, right, first, second)
    found[:, 5] = _places(left, right, first, second)
    found[:, 6] = _equal(left.country_code, right.country_code, first, second)
    return found


def _equal(left: Ints, right: Ints, first: Ints, second: Ints) -> Levels:
    """Return 1 where codes are equal, 0 where not, -1 where one is not known."""
    a, b = left[first], right[second]
    return np.where((a == 0) | (b == 0), UNKNOWN, a == b).astype(np.int8)


def _names(left: Prepared, right: Prepared, first: Ints, second: Ints) -> Levels:
    same = _equal(left.name_code, right.name_code, first, second)
    own = _equal(left.own_code, right.own_code, first, second)
    shared, _ = _overlap(
        (left.name_sign, left.name_bits), (right.name_sign, right.name_bits), first, second
    )
    level = np.where(shared >= NAME_ALIKE, 1, 0).astype(np.int8)
    level[own == 1] = NAME_OWN_SAME
    level[same == 1] = NAME_SAME
    # The costly comparisons, only where the outcome is still open.
    doubt = np.flatnonzero((same == 0) & (shared > 0))
    for letters, texts, of in (
        ("sorted_letters", Prepared.sorted_names_of, NAME_NEAR),
        ("name_letters", Prepared.names_of, NAME_NEAR),
    ):
        asked = doubt[level[doubt] != 4]
        spelt = getattr(left, letters), getattr(right, letters)
        may_be = asked[_may_be_alike(*spelt, first[asked], second[asked], of)]
        level[may_be[_alike(texts, left, right, first[may_be], second[may_be], of)]] = 4
    doubt = doubt[level[doubt] < 2]
    doubt = doubt[
        _may_be_alike(left.own_letters, right.own_letters, first[doubt], second[doubt], OWN_ALIKE)
    ]
    near = _alike(Prepared.owns_of, left, right, first[doubt], second[doubt], OWN_ALIKE)
    level[doubt[near]] = 2
    level[same == UNKNOWN] = UNKNOWN
    return level


def _may_be_alike(
    left: Ints, right: Ints, first: Ints, second: Ints, least: float
) -> npt.NDArray[np.bool_]:
    """Return whether texts of these letters may be alike to a degree, by Jaro and Winkler."""
    shared = most_shared(left, right, first, second)
    # How they begin is looked at only where that can decide.
    may_be = np.flatnonzero(may_be_jaro_winkler(shared, MOST_BEGIN, least))
    begin = equal_begin(left, right, first[may_be], second[may_be])
    found = np.zeros(len(first), dtype=np.bool_)
    found[may_be] = may_be_jaro_winkler(shared.of(may_be), begin, least)
    return found


def _alike(
    texts: Callable[[Prepared, Ints], list[str]],
    left: Prepared,
    right: Prepared,
    first: Ints,
    second: Ints,
    least: float,
) -> npt.NDArray[np.bool_]:
    """Return whether texts are alike by Jaro and Winkler's measure (Winkler 1990)."""
    found = cpdist(
        texts(left, first),
        texts(right, second),
        scorer=JaroWinkler.normalized_similarity,
        score_cutoff=least,
        dtype=np.float64,
    )
    return np.asarray(found >= least)


def _units(left: Prepared, right: Prepared, first: Ints, second: Ints) -> Levels:
    a, b = left.units_code[first], right.units_code[second]
    level = np.where(a == b, 2, np.where((a == 0) | (b == 0), 1, 0))
    return np.where((a == 0) & (b == 0), UNKNOWN, level).astype(np.int8)


def _overlap(
    left: tuple[Ints, Ints], right: tuple[Ints, Ints], first: Ints, second: Ints
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the bits that two signatures share as a part of the smaller, and whether both have.

    A list has its signatures, and how many bits each has.
    """
    shared = bits_in(left[0].take(first, axis=0) & right[0].take(second, axis=0))
    least = np.minimum(left[1][first], right[1][second])
    return shared / np.maximum(least, 1), least > 0


def _postcodes(left: Prepared, right: Prepared, first: Ints, second: Ints) -> Levels:
    same = _equal(left.postcode_code, right.postcode_code, first, second)
    begin = _equal(left.postcode_begin_code, right.postcode_begin_code, first, second)
    return np.where(same == 1, 2, begin).astype(np.int8)


def _places(left: Prepared, right: Prepared, first: Ints, second: Ints) -> Levels:
    km = distance_km(
        left.latitude[first], left.longitude[first], right.latitude[second], right.longitude[second]
    )
    level = np.zeros(len(first), dtype=np.int8)
    for step in DISTANCE_STEPS_KM:
        level += (km <= step).astype(np.int8)
    return np.where(np.isnan(km), UNKNOWN, level).astype(np.int8)


def distance_km(
    north_a: npt.ArrayLike, east_a: npt.ArrayLike, north_b: npt.ArrayLike, east_b: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return distances in km, on a plane through both places: good to 1 % up to 500 km.

    NaN where a coordinate is.

    >>> round(float(distance_km(52.37, 4.90, 52.09, 5.12)))
    35
    """
    north = np.asarray(north_b, dtype=np.float64) - np.asarray(north_a, dtype=np.float64)
    middle = np.radians((np.asarray(north_b) + np.asarray(north_a, dtype=np.float64)) / 2)
    east = (np.asarray(east_b, dtype=np.float64) - np.asarray(east_a, dtype=np.float64)) * np.cos(
        middle
    )
    return np.asarray(KM_PER_DEGREE * np.sqrt(north**2 + east**2))
