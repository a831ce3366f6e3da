"""How two names and two addresses stand to each other, and why a person is asked."""

from __future__ import annotations

from enum import StrEnum


class Names(StrEnum):
    """How two names stand to each other."""

    SAME = "same"
    NEAR = "near"
    """The same words, some written otherwise."""
    PART = "part"
    """One has own words more."""
    ALIKE = "alike"
    """Some own words in common, or much alike; each has others too."""
    OTHER = "other"
    MISSING = "missing"


class Addresses(StrEnum):
    """How two addresses stand to each other."""

    SAME = "same"
    """Nearly all words of the shorter, and no other number."""
    AGREE = "agree"
    """Half of the words of the shorter, and no other number; or half a kilometre at most."""
    TOUCH = "touch"
    OTHER = "other"
    MISSING = "missing"


class Caution(StrEnum):
    """Why a pair is not matched without a person, however much alike."""

    OTHER_UNIT = "other_unit"
    UNIT_ON_ONE_SIDE = "unit_on_one_side"
    OTHER_ACTIVITY = "other_activity"
    SISTER_NAME = "sister_name"
    NEIGHBOUR = "neighbour"
    OTHER_SITE_WORD = "other_site_word"
    OTHER_NUMBERS = "other_numbers"
    OTHER_ADDRESS = "other_address"
    NO_ADDRESS = "no_address"
    VAGUE_ADDRESS = "vague_address"
    OTHER_SPELLING = "other_spelling"
    FAR_APART = "far_apart"
    OTHER_COUNTRY = "other_country"
    COLUMNS_SWAPPED = "columns_swapped"
    COMMON_NAME = "common_name"
    NAMED_COUNTRY = "named_country"
    UNREAD_SCRIPT = "unread_script"
    SEVERAL_FIT = "several_fit"


CAUTIONS = {
    Caution.OTHER_UNIT: "the names give other unit numbers",
    Caution.UNIT_ON_ONE_SIDE: "only one name gives a unit number",
    Caution.OTHER_ACTIVITY: "the names say that other things are made",
    Caution.SISTER_NAME: "one name has words more: perhaps a sister firm",
    Caution.NEIGHBOUR: "same address, other name: perhaps a neighbour",
    Caution.OTHER_SITE_WORD: "only one is called a branch, an office or a warehouse",
    Caution.OTHER_NUMBERS: "the addresses give other numbers",
    Caution.OTHER_ADDRESS: "the addresses do not agree: perhaps moved, or another site",
    Caution.NO_ADDRESS: "no address to compare",
    Caution.VAGUE_ADDRESS: "an address gives one word and no number that both have",
    Caution.OTHER_SPELLING: "names spelt otherwise, and no number, postcode or place agrees",
    Caution.FAR_APART: "the coordinates are far apart",
    Caution.OTHER_COUNTRY: "another country",
    Caution.COLUMNS_SWAPPED: "name and address seem to stand in each other's columns",
    Caution.COMMON_NAME: "the name has no word of its own",
    Caution.NAMED_COUNTRY: "only one name speaks of a country where neither is",
    Caution.UNREAD_SCRIPT: "an address has words in a script that is not read",
    Caution.SEVERAL_FIT: "several facilities fit",
}
"""What each caution says to a person."""
FAR_KM, NEAR_KM = 10.0, 0.5
