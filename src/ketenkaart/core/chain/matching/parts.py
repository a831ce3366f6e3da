"""What a name and an address say, apart: who, what is made there, which unit, where, which number.

"Unit 2" differs from "Unit 3" although nearly all letters agree; "Ltd." differs from "Limited" in
nothing that matters. So parts are compared, not strings. All rows of a list are read at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.chain.matching.flat import Flags, Flat
from ketenkaart.core.chain.matching.numbering import Ints, are_in, blended, codes_of
from ketenkaart.core.chain.matching.tokens import read_flat
from ketenkaart.core.chain.matching.vocabulary import Vocabulary

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_AFTER_UNIT = {
    "i": "1", "v": "5", "x": "10", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
}  # fmt: skip
_ORDINALS = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a list in parts, folded.

    `words` is all but the legal form, the country and numbers; `own` the words that tell which
    firm (all words where none do); `units` the numbers. `activities`, `sites` and `countries` have
    a bit for each thing made, each word such as "branch" and each country that the name speaks of;
    `is_common` says that no word is its own.
    """

    words: Flat
    own: Flat
    units: Flat
    activities: Ints
    sites: Ints
    countries: Ints
    is_common: Flags


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a list: words that tell where, numbers (house, plot, road), postcodes.

    A postcode is one word, or two; a row without one has none.
    """

    words: Flat
    numbers: Flat
    postcodes: Flat


def read_names(found: Flat, vocabulary: Vocabulary) -> Names:
    """Return names in parts.

    A name made of common words alone keeps them as its own, so that it is never empty unless the
    text is.
    """
    found = found.replaced(vocabulary.all_respelt)
    named = {word: vocabulary.country_bits[code] for word, code in vocabulary.countries.items()}
    countries = found.union(found.valued(named))
    found = _without_form(found, vocabulary)
    digit = found.flag(str.isdigit)
    unit = _unit_flags(found, digit, vocabulary)
    ordinal = found.before(digit) & found.flag(_ORDINALS)
    word = ~unit & ~ordinal & ~found.flag(vocabulary.country_words)
    word |= ~found.has(word)[found.row] & ~digit
    units = found.kept(unit).renamed(_unit_text)
    words = found.kept(word)
    common = words.flag(vocabulary.filler | vocabulary.unit_words | vocabulary.site_words)
    own = ~common & ~words.flag(vocabulary.activities.keys())
    is_common = ~words.has(own)
    own |= is_common[words.row]
    return Names(
        words=words,
        own=words.kept(own),
        units=units,
        activities=words.union(words.valued(vocabulary.activity_bits)),
        sites=words.union(words.valued(vocabulary.site_bits)),
        countries=countries,
        is_common=is_common,
    )


def _without_form(found: Flat, vocabulary: Vocabulary) -> Flat:
    """Take off the legal form: long ones anywhere, short ones only at either end."""
    place = np.arange(len(found))
    starts = found.starts()[:-1]
    legal = found.flag(vocabulary.legal)
    ends = legal | found.flag(vocabulary.country_words)
    last = np.maximum(found.last(~ends), starts)[found.row]
    first = found.first(~found.flag(vocabulary.leading))[found.row]
    first = np.minimum(first, last)
    inside = (place >= first) & (place <= last)
    short = found.flag(lambda word: len(word) < 3) | found.flag(vocabulary.ends_only)
    may_stay = short & ((place == last) | ~found.after(legal))
    return found.kept(inside & (~legal | may_stay | (first == last)))


def _unit_flags(found: Flat, digit: Flags, vocabulary: Vocabulary) -> Flags:
    """Return which words of names are numbers of units."""
    after_unit = found.before(found.flag(vocabulary.unit_words))
    letter = found.flag(lambda word: len(word) == 1) | found.flag(_AFTER_UNIT)
    return digit | found.flag(_ROMAN) | (after_unit & letter)


def _unit_text(word: str) -> str:
    """Return a number of a unit in one way of writing.

    >>> [_unit_text(word) for word in ("02", "ii", "two", "b")]
    ['2', '2', '2', 'b']
    """
    if word.isdigit():
        return word.lstrip("0") or "0"
    return _ROMAN.get(word) or _AFTER_UNIT.get(word, word)


def read_addresses(found: Flat, vocabulary: Vocabulary) -> Addresses:
    """Return addresses in parts."""
    digit = found.flag(str.isdigit)
    code, before = _postcode_places(found, digit)
    rest = np.ones(len(found), dtype=np.bool_)
    rest[code[code >= 0]] = False
    rest[code[before] - 1] = False
    postcodes = found.kept(~rest)
    common = found.flag(vocabulary.address_filler | vocabulary.country_words)
    word = rest & ~digit & ~common & found.flag(_tells_where)
    same = vocabulary.address_words
    return Addresses(
        found.kept(word).renamed(lambda text: same.get(text, text)).once(),
        found.kept(rest & digit).renamed(lambda text: text.lstrip("0")).once(),
        postcodes,
    )


def _tells_where(word: str) -> bool:
    """Return whether a word of an address is long enough to tell a place.

    Two characters of Chinese are a name; two Latin letters are "rd" or "no".
    """
    return len(word) > (2 if word.isascii() else 1)


def _postcode_places(found: Flat, digit: Flags) -> tuple[Ints, Flags]:
    """Return the place of each row's postcode, -1 for none, and whether it begins a word before.

    Five or six digits are one, three and three (India), and four at the end (Bangladesh).
    """
    length = np.array([len(word) for word in found.book], dtype=np.int64)[found.code]
    long = found.last(digit & ((length == 5) | (length == 6)))
    three = digit & (length == 3)
    pair = found.last(three & found.before(three))
    starts = found.starts()
    final = found.last(digit)
    known = final >= 0
    is_end = np.zeros(found.rows, dtype=np.bool_)
    is_end[known] = (
        (length[final[known]] == 4)
        & (starts[1:][known] - final[known] <= 2)
        & (final[known] > starts[:-1][known])
    )
    split = (long < 0) & (pair >= 0)
    place = np.where(long >= 0, long, np.where(pair >= 0, pair, np.where(is_end, final, -1)))
    return place, split


def swapped_rows(names: Flat, addresses: Flat, vocabulary: Vocabulary) -> Flags:
    """Return in which rows name and address stand in each other's columns.

    So it is where the name has a word of addresses and a number, and the address begins or ends
    with a legal form and has no number.
    """
    cue = names.has(names.flag(vocabulary.address_cues)) & names.has(names.flag(str.isdigit))
    plain = ~addresses.has(addresses.flag(str.isdigit))
    legal = addresses.flag(vocabulary.legal)
    leading = addresses.flag(vocabulary.leading)
    starts = addresses.starts()
    filled = starts[1:] > starts[:-1]
    form = np.zeros(addresses.rows, dtype=np.bool_)
    form[filled] = legal[starts[1:][filled] - 1] | leading[starts[:-1][filled]]
    return cue & plain & form


def read_columns(
    names: Sequence[str], addresses: Sequence[str], vocabulary: Vocabulary
) -> tuple[Names, Addresses, Flags]:
    """Return names and addresses in parts, put right where a row has them swapped."""
    flat_names, flat_addresses = read_flat(names, vocabulary), read_flat(addresses, vocabulary)
    swapped = swapped_rows(flat_names, flat_addresses, vocabulary)
    if swapped.any():
        pairs = zip(names, addresses, swapped.tolist(), strict=True)
        turned = [(b, a) if is_swapped else (a, b) for a, b, is_swapped in pairs]
        flat_names = read_flat([a for a, _ in turned], vocabulary)
        flat_addresses = read_flat([b for _, b in turned], vocabulary)
    found = read_addresses(flat_addresses, vocabulary)
    return _without_places(read_names(flat_names, vocabulary), found), found, swapped


def _without_places(names: Names, addresses: Addresses) -> Names:
    """Take words of its own address out of the own words of a name, unless these are all.

    "Wenzhou Jietu Shoes" in Wenzhou is Jietu.
    """
    own = names.own
    if not len(own) or not len(addresses.words):
        return names
    inside, outside = codes_of(addresses.words.book), codes_of(own.book)
    is_place = are_in(outside, inside)[own.code]
    asked = np.flatnonzero(is_place)
    known = blended(addresses.words.row, inside[addresses.words.code])
    is_place[asked] = are_in(blended(own.row[asked], outside[own.code[asked]]), known)
    kept = ~is_place | ~own.has(~is_place)[own.row]
    return replace(names, own=own.kept(kept))
