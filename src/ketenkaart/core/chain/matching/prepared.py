"""Lists of facilities made ready to be compared, column by column; every engine reads these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.flat import Flags, Flat, Ints, codes_of, merged_flat
from ketenkaart.core.chain.matching.parts import Addresses, Names, read_columns
from ketenkaart.core.chain.matching.vocabulary import Vocabulary, skeleton

Floats = npt.NDArray[np.float64]

SIGN_WORDS = 4
"""64-bit words in a signature of letters in threes: 256 bits."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A list of facilities as columns, all of one length.

    `name` is the name without legal form, country and spaces; `sorted_name` its words in order of
    the alphabet; `own` the words that tell which firm, without spaces. A column that ends in
    `_code` has a number for a text, 0 for none. `name_sign` and `address_sign` (rows x 4 words of
    64 bits) have a bit for each three letters, `number_sign` one for each number of the address;
    zeros are a missing value. Coordinates are NaN where they are not known. `own_words` and
    `place_words` are the skeletons that blocking chooses from.
    """

    keys: tuple[str, ...]
    country: tuple[str, ...]
    country_code: Ints
    name: list[str]
    sorted_name: list[str]
    own: list[str]
    name_code: Ints
    own_code: Ints
    units_code: Ints
    postcode_code: Ints
    postcode_begin_code: Ints
    address_code: Ints
    os_id_code: Ints
    first_letter_code: Ints
    first_number_code: Ints
    name_sign: Ints
    address_sign: Ints
    number_sign: Ints
    latitude: Floats
    longitude: Floats
    own_words: Flat
    place_words: Flat
    names: Names
    addresses: Addresses
    is_swapped: Flags

    def __len__(self) -> int:
        """Return the number of facilities."""
        return len(self.keys)


def prepare(records: Sequence[FacilityRecord], vocabulary: Vocabulary) -> Prepared:
    """Return a list of facilities as columns."""
    names, addresses, swapped = read_columns(
        [record.name for record in records],
        [record.address for record in records],
        vocabulary,
    )
    country = tuple(record.country.strip().upper() for record in records)
    units = names.units.in_order()
    in_words, in_units = names.words.joined(), names.units.joined()
    name = [a + b for a, b in zip(in_words, in_units, strict=True)]
    own = names.own.in_order().joined()
    return Prepared(
        keys=tuple(record.key for record in records),
        country=country,
        country_code=codes_of(country),
        name=name,
        sorted_name=names.words.in_order().joined(" "),
        own=own,
        name_code=codes_of(name),
        own_code=codes_of(own),
        units_code=codes_of(units.joined(" ")),
        postcode_code=codes_of(addresses.postcodes),
        postcode_begin_code=codes_of(code[:3] for code in addresses.postcodes),
        address_code=_address_codes(addresses),
        os_id_code=codes_of(record.os_id or "" for record in records),
        first_letter_code=codes_of(text[:1] for text in own),
        first_number_code=_first_codes(addresses.numbers),
        name_sign=_signs(names.words),
        address_sign=_signs(addresses.words),
        number_sign=addresses.numbers.union(_number_bits(addresses.numbers)),
        latitude=_degrees(record.latitude for record in records),
        longitude=_degrees(record.longitude for record in records),
        own_words=names.own.renamed(skeleton).once(),
        place_words=addresses.words.renamed(skeleton).once(),
        names=names,
        addresses=addresses,
        is_swapped=swapped,
    )


def merged(parts: Sequence[Prepared]) -> Prepared:
    """Return the rows of one or more lists, one after another, as one list."""
    if len(parts) == 1:
        return parts[0]
    return Prepared(**{
        field.name: _merged([getattr(part, field.name) for part in parts])
        for field in fields(Prepared)
    })  # fmt: skip


def _merged(columns: Sequence[Any]) -> Any:
    first = columns[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(columns)
    if isinstance(first, Flat):
        return merged_flat(columns)
    if isinstance(first, (Names, Addresses)):
        return type(first)(**{
            field.name: _merged([getattr(column, field.name) for column in columns])
            for field in fields(first)
        })  # fmt: skip
    return type(first)(chain.from_iterable(columns))


def _address_codes(addresses: Addresses) -> Ints:
    """Return a number for all that an address says, 0 where it has no words."""
    words = addresses.words.in_order().joined(" ")
    numbers = addresses.numbers.in_order().joined(" ")
    return codes_of(
        f"{a}|{b}|{c}" if a else ""
        for a, b, c in zip(words, numbers, addresses.postcodes, strict=True)
    )


def _first_codes(words: Flat) -> Ints:
    found = np.zeros(words.rows, dtype=np.int64)
    book = codes_of(words.book)
    first = words.first(np.ones(len(words), dtype=np.bool_))
    known = first < len(words)
    found[known] = book[words.code[first[known]]]
    return found


def _signs(words: Flat) -> Ints:
    """Return rows x 4 words of 64 bits: the union of the signatures of a row's words."""
    book = np.zeros((len(words.book), SIGN_WORDS), dtype=np.uint64)
    used = np.zeros(len(words.book), dtype=np.bool_)
    used[words.code] = True
    for k in np.flatnonzero(used).tolist():
        for bit in _bits(words.book[k]):
            book[k, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
    columns = [
        words.union(book[:, k].view(np.int64)[words.code])
        if len(words.book)
        else np.zeros(words.rows, dtype=np.int64)
        for k in range(SIGN_WORDS)
    ]
    return np.stack(columns, axis=1)


def _bits(word: str) -> set[int]:
    """Return a bit from 0 to 255 for each three letters in a row; a shorter word is one."""
    data = word.encode()
    return {crc32(data[k : k + 3]) & 255 for k in range(max(1, len(data) - 2))}


def _number_bits(numbers: Flat) -> Ints:
    """Return one of 64 bits for each number."""
    book = np.array(
        [1 << (crc32(word.encode()) & 63) for word in numbers.book], dtype=np.uint64
    ).view(np.int64)
    return book[numbers.code] if len(numbers.book) else numbers.code


def _degrees(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
