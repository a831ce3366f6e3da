"""Lists of facilities made ready to be compared, column by column; every engine reads these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.flat import Books, Flags, Flat, joined_codes
from ketenkaart.core.chain.matching.numbering import Ints, blended, codes_of, mixed
from ketenkaart.core.chain.matching.parts import Addresses, Names, read_columns
from ketenkaart.core.chain.matching.signs import Spelling, bits_in, signs
from ketenkaart.core.chain.matching.skeletons import skeletons
from ketenkaart.core.chain.matching.vocabulary import Vocabulary

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A list of facilities as columns, all of one length.

    `country_bit` is that of `names.countries`, 0 for a country that no word names.
    A column that ends in `_code` has a number for a text, 0 for none: `name` is the name without
    legal form, country and spaces, `own` its words that tell which firm, in order of the alphabet;
    `own_text` these in the order of the name, `own_set` in any. `name_sign` and `address_sign`
    (rows x 4 words of 64 bits) have a bit for each three letters, those that end in `_bits` say how
    many, `number_sign` one for each number
    of the address; zeros are a missing value. The columns that end in `_letters` say of which
    letters texts consist. Coordinates are NaN where they are not known. `own_words` and
    `place_words` are the skeletons that blocking chooses from; `words_in_order` and `own_in_order`
    the words of `names` in order of the alphabet.
    """

    keys: tuple[str, ...]
    country: tuple[str, ...]
    country_code: Ints
    country_bit: Ints
    name_code: Ints
    own_code: Ints
    own_text_code: Ints
    own_set_code: Ints
    units_code: Ints
    postcode_code: Ints
    postcode_begin_code: Ints
    address_code: Ints
    os_id_code: Ints
    first_letter_code: Ints
    first_number_code: Ints
    name_sign: Ints
    name_bits: Ints
    address_sign: Ints
    address_bits: Ints
    number_sign: Ints
    name_letters: Ints
    sorted_letters: Ints
    own_letters: Ints
    latitude: Floats
    longitude: Floats
    own_words: Flat
    place_words: Flat
    words_in_order: Flat
    own_in_order: Flat
    names: Names
    addresses: Addresses
    is_swapped: Flags

    def __len__(self) -> int:
        """Return the number of facilities."""
        return len(self.keys)

    def names_of(self, rows: Ints) -> list[str]:
        """Return the names of some rows, without legal form, country and spaces."""
        words, units = self.names.words.texts(rows), self.names.units.sorted_texts(rows)
        return [a + b for a, b in zip(words, units, strict=True)]

    def sorted_names_of(self, rows: Ints) -> list[str]:
        """Return the words of the names of some rows in order of the alphabet, with spaces."""
        return self.words_in_order.texts(rows, " ")

    def owns_of(self, rows: Ints) -> list[str]:
        """Return the words that tell which firm in order of the alphabet, without spaces."""
        return self.own_in_order.texts(rows)


def prepare(records: Sequence[FacilityRecord], vocabulary: Vocabulary) -> Prepared:
    """Return a list of facilities as columns."""
    names, addresses, swapped = read_columns(
        [record.name for record in records],
        [record.address for record in records],
        vocabulary,
    )
    given = [record.country for record in records]
    plain = {country: country.strip().upper() for country in dict.fromkeys(given)}
    country = tuple([plain[one] for one in given])
    bits = vocabulary.country_bits
    name_sign, address_sign = signs(names.words), signs(addresses.words)
    own, words = names.own.in_order(), names.words.in_order()
    spelt = Spelling(len(records)).add(names.words)
    sorted_letters = spelt.spaced(words)
    return Prepared(
        keys=tuple([record.key for record in records]),
        country=country,
        country_code=codes_of(country),
        country_bit=np.array([bits.get(one, 0) for one in country], dtype=np.int64),
        name_code=joined_codes([names.words, names.units.in_order()]),
        own_code=joined_codes([own]),
        own_text_code=joined_codes([names.own]),
        own_set_code=names.own.set_codes(),
        units_code=names.units.set_codes(),
        postcode_code=joined_codes([addresses.postcodes]),
        postcode_begin_code=joined_codes([addresses.postcodes.begins(3)]),
        address_code=_address_codes(addresses),
        os_id_code=codes_of([record.os_id or "" for record in records]),
        first_letter_code=joined_codes([own.begins(1)]),
        first_number_code=_first_codes(addresses.numbers),
        name_sign=name_sign,
        name_bits=bits_in(name_sign),
        address_sign=address_sign,
        address_bits=bits_in(address_sign),
        number_sign=addresses.numbers.union(_number_bits(addresses.numbers)),
        sorted_letters=sorted_letters,
        name_letters=spelt.add(names.units.in_order()).bits(),
        own_letters=Spelling(len(records)).add(own).bits(),
        # None becomes NaN.
        latitude=np.array([record.latitude for record in records], dtype=np.float64),
        longitude=np.array([record.longitude for record in records], dtype=np.float64),
        own_words=names.own.replaced(skeletons).once(),
        place_words=addresses.words.replaced(skeletons).once(),
        words_in_order=words,
        own_in_order=own,
        names=names,
        addresses=addresses,
        is_swapped=swapped,
    )


def merged(parts: Sequence[Prepared]) -> Prepared:
    """Return the rows of one or more lists, one after another, as one list."""
    if len(parts) == 1:
        return parts[0]
    books = Books()
    return Prepared(**{
        field.name: _merged([getattr(part, field.name) for part in parts], books)
        for field in fields(Prepared)
    })  # fmt: skip


def _merged(columns: Sequence[Any], books: Books) -> Any:
    first = columns[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(columns)
    if isinstance(first, Flat):
        return books.merged(columns)
    if isinstance(first, (Names, Addresses)):
        return type(first)(**{
            field.name: _merged([getattr(column, field.name) for column in columns], books)
            for field in fields(first)
        })  # fmt: skip
    return type(first)(chain.from_iterable(columns))


def _address_codes(addresses: Addresses) -> Ints:
    """Return a number for all that an address says, 0 where it has no words."""
    words = addresses.words.set_codes()
    rest = blended(addresses.numbers.set_codes(), joined_codes([addresses.postcodes]))
    return mixed(words, rest)


def _first_codes(words: Flat) -> Ints:
    found = np.zeros(words.rows, dtype=np.int64)
    book = codes_of(words.book)
    first = words.first(np.ones(len(words), dtype=np.bool_))
    known = first < len(words)
    found[known] = book[words.code[first[known]]]
    return found


def _number_bits(numbers: Flat) -> Ints:
    """Return one of 64 bits for each number."""
    book = np.array(
        [1 << (crc32(word.encode()) & 63) for word in numbers.book], dtype=np.uint64
    ).view(np.int64)
    return book[numbers.code] if len(numbers.book) else numbers.code
