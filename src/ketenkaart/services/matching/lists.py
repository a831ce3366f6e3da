"""Read lists of facilities, and pairs that people labelled, from files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer
from ketenkaart.core.chain.facilities.listing.headings import Headings
from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.errors import InputError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.facility_lists import list_rows, open_list
from ketenkaart.sources.reference.facilities import load_gazetteer
from ketenkaart.sources.reference.labels import load_countries

KEYS = frozenset({"key", "id", "facility id", "row", "number"})
"""Headings of a list's own ids, by their plain writing."""
ADDRESS = ("address", "street", "street_more", "city", "district", "state", "postcode")
"""The fields that an address is put together from, in this order."""
FIELDS = ("key", "country", "name", "latitude", "longitude", "os_id", *ADDRESS)


@dataclass(frozen=True, slots=True)
class ReadList:
    """The rows of a list that can be matched, and what was wrong with the others."""

    records: tuple[FacilityRecord, ...]
    rejected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two records, and whether people say that they are one facility."""

    left: FacilityRecord
    right: FacilityRecord
    is_match: bool


@cache
def _country_codes() -> dict[str, str]:
    """Return alpha-3 codes by code and by name, both without case."""
    found = {name.casefold(): code for name, code in country_keys().by_name.items()}
    countries = load_countries()
    for code, text in countries.names().items():
        found |= {text.nl.casefold(): code, text.en.casefold(): code}
    return found | {
        code.casefold(): alpha3 for code, alpha3 in countries.alpha3_by_any_code().items()
    }


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """Return the alpha-3 code of a country named by code or name; as given where it is unknown.

    Names in Dutch and English, and in the languages of the registry's lists.

    >>> country_code("china"), country_code("lk"), country_code("Atlantis"), country_code("")
    ('CHN', 'LKA', 'ATLANTIS', '')
    """
    plain = " ".join(text.split())
    known = _country_codes().get(plain.casefold()) or load_gazetteer().country(plain)
    return known or plain.upper()


def read_list(path: Path) -> ReadList:
    """Return the facilities in a CSV or XLSX file.

    Headings, separators and encodings are those that the registry reads (`facility import`), but
    a column of names is enough. Rows without a name and without an address come back as
    rejected, with their line. Keys are `row:` and the line, unless the list has ids. Raises
    `InputError` where the file cannot be read or has no column of names.
    """
    gazetteer = load_gazetteer()
    opened = open_list(path, gazetteer, needed=("name",))
    places = _places(opened.headings, gazetteer)
    records: list[FacilityRecord] = []
    rejected: list[str] = []
    seen: set[str] = set()
    for line, row in opened.rows():
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        try:
            record = _record(cells, places, line)
        except ValueError as error:
            rejected.append(f"row {line}: {error}")
            continue
        if record.key in seen:
            rejected.append(f"row {line}: the id {record.key[:40]} stands in an earlier row too")
            continue
        seen.add(record.key)
        records.append(record)
    return ReadList(tuple(records), tuple(rejected))


def _places(headings: Headings, gazetteer: Gazetteer) -> dict[str, list[int]]:
    """Return the columns of each field, the likeliest heading first; a list's own ids as `key`."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    for place, cell in enumerate(headings.cells):
        if " ".join(re.split(r"[^a-z0-9]+", cell.casefold())).strip() in KEYS:
            ranked.setdefault("key", []).append((0, place))
        elif (found := gazetteer.field(cell) if cell.strip() else None) is not None:
            ranked.setdefault(found[0], []).append((found[1], place))
    none: dict[str, list[int]] = {field: [] for field in FIELDS}
    return none | {field: [at for _, at in sorted(found)] for field, found in ranked.items()}


def _record(cells: Sequence[str], places: Mapping[str, Sequence[int]], line: int) -> FacilityRecord:
    name, address = _first(cells, places["name"]), _address(cells, places)
    if not name and not address:
        raise ValueError("it has neither a name nor an address")
    north = _degrees(_first(cells, places["latitude"]), 90.0)
    east = _degrees(_first(cells, places["longitude"]), 180.0)
    if north is None or east is None:
        north = east = None
    return FacilityRecord(
        _first(cells, places["key"]) or f"row:{line}",
        country_code(_first(cells, places["country"])),
        name,
        address,
        north,
        east,
        _first(cells, places["os_id"]) or None,
    )


def _first(cells: Sequence[str], places: Sequence[int]) -> str:
    """Return the first cell in these columns that is not empty, or an empty text."""
    for place in places:
        if place < len(cells) and cells[place]:
            return cells[place]
    return ""


def _address(cells: Sequence[str], places: Mapping[str, Sequence[int]]) -> str:
    """Return the whole address, and the parts that stand in columns of their own."""
    whole = _first(cells, places["address"])
    parts = [cells[k] for field in ADDRESS[1:] for k in places[field] if k < len(cells)]
    return ", ".join(part for part in (whole, *parts) if part)


def _degrees(text: str, most: float) -> float | None:
    """Return degrees, None where there are none; raises `ValueError` for what cannot be."""
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"{text[:30]!r} are no degrees") from None
    if not abs(value) <= most:
        raise ValueError(f"{value} is beyond {most:g} degrees")
    return value


def read_pairs(path: Path) -> tuple[LabelledPair, ...]:
    """Return labelled pairs from a CSV or JSON file.

    CSV: columns `name_1`, `address_1`, `country_1`, the same with 2, and `is_match`. JSON: lists
    `match` and `distinct` of pairs of records with name, address and country, also as the dedupe
    library writes them. Raises `InputError` naming the row that is wrong.
    """
    if path.suffix.lower() == ".json":
        return tuple(_json_pairs(path))
    rows = iter(list_rows(path, load_gazetteer()))
    _, titles = next(rows, (1, []))
    header = [cell.strip().casefold() for cell in titles]
    needed = ["name_1", "address_1", "country_1", "name_2", "address_2", "country_2", "is_match"]
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(
            f"Missing columns: {', '.join(missing)}", where=f"{path.name}, row 1", fix="Add them."
        )
    return tuple(
        _csv_pair(dict(zip(header, row, strict=False)), line, path.name)
        for line, row in rows
        if any(cell.strip() for cell in row)
    )


def _csv_pair(row: Mapping[str, str], line: int, name: str) -> LabelledPair:
    said = row.get("is_match", "").strip().casefold()
    truth = {"true": True, "1": True, "yes": True, "ja": True, "match": True,
             "false": False, "0": False, "no": False, "nee": False, "distinct": False}  # fmt: skip
    if said not in truth:
        raise InputError(
            f"{said[:20]!r} is neither true nor false",
            where=f"{name}, row {line}, is_match",
            fix="Write true or false.",
        )
    sides = []
    for k in ("1", "2"):
        try:
            north, east = (
                _degrees(row.get(f"{field}_{k}", "").strip(), most)
                for field, most in (("latitude", 90.0), ("longitude", 180.0))
            )
        except ValueError as error:
            raise InputError(str(error), where=f"{name}, row {line}", fix="Mend it.") from error
        sides.append(
            FacilityRecord(
                f"pair:{line}:{k}",
                country_code(row.get(f"country_{k}", "")),
                row.get(f"name_{k}", "").strip(),
                row.get(f"address_{k}", "").strip(),
                *((None, None) if north is None or east is None else (north, east)),
            )
        )
    return LabelledPair(sides[0], sides[1], truth[said])


def _json_pairs(path: Path) -> Iterator[LabelledPair]:
    try:
        found = _plain(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}", where=str(path), fix="Check its name."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"No JSON: {error}", where=path.name, fix="Mend it.") from error
    if not isinstance(found, dict) or not {"match", "distinct"} & found.keys():
        raise InputError(
            "The file has neither `match` nor `distinct`", where=path.name, fix="Add one of them."
        )
    for label, is_match in (("match", True), ("distinct", False)):
        for k, pair in enumerate(found.get(label, [])):
            where = f"{path.name}, {label}, pair {k + 1}"
            yield _json_pair(pair, is_match, f"{label}:{k + 1}", where)


def _json_pair(pair: Any, is_match: bool, key: str, where: str) -> LabelledPair:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(r, dict) for r in pair):
        raise InputError("Not two records", where=where, fix="Give a list of two objects.")
    sides = [
        FacilityRecord(
            f"{key}:{k + 1}",
            country_code(str(record.get("country") or "")),
            str(record.get("name") or ""),
            str(record.get("address") or ""),
        )
        for k, record in enumerate(pair)
    ]
    return LabelledPair(sides[0], sides[1], is_match)


def _plain(value: Any) -> Any:
    """Return JSON without the dedupe library's wrapping of tuples and sets."""
    if isinstance(value, dict) and "__value__" in value:
        return _plain(value["__value__"])
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
