"""Read lists of facilities, and pairs that people labelled, from files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.errors import InputError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.reference.labels import load_countries
from ketenkaart.sources.workbooks import sheet_rows

MOST_BYTES = 2_000_000_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "id", "facility_id", "row", "nummer", "number"),
    "os_id": ("os_id", "oar_id", "oshub_id"),
    "country": ("country", "country_code", "country_name", "land", "landcode", "pays", "pais",
                "ulke"),
    "name": ("name", "facility_name", "facility", "factory_name", "factory", "supplier", "naam",
             "fabriek", "bedrijf", "nom", "nombre", "supplier_name", "production_unit_name"),
    "address": ("address", "adres", "adresse", "direccion", "endereco", "full_address",
                "facility_address", "factory_address", "address_1", "street", "straat",
                "address_2", "address_3", "city", "stad", "plaats", "town", "district",
                "state", "province", "provincie", "region", "postcode", "postal_code", "zip",
                "zip_code"),
    "latitude": ("latitude", "lat", "breedtegraad"),
    "longitude": ("longitude", "lng", "lon", "long", "lengtegraad"),
}  # fmt: skip
"""Headings by what they stand for; several of an address are put together in this order."""


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


def country_code(text: str) -> str:
    """Return the alpha-3 code of a country named by code or name; as given where it is unknown.

    >>> country_code("china"), country_code("lk"), country_code("Atlantis"), country_code("")
    ('CHN', 'LKA', 'ATLANTIS', '')
    """
    plain = " ".join(text.split())
    return _country_codes().get(plain.casefold(), plain.upper())


def read_list(path: Path) -> ReadList:
    """Return the facilities in a CSV or XLSX file.

    Headings may be in several languages; comma, semicolon or tab may part cells; UTF-8 or Windows
    Latin letters. Rows without a name and without an address come back as rejected, with their
    line. Keys are `row:` and the line, unless the list has ids. Raises `InputError` where the file
    cannot be read or has no column of names.
    """
    rows = _rows(path)
    header = next(rows, None)
    if header is None:
        raise InputError("The list is empty", where=path.name, fix="Give a list with a header row.")
    places = _places(header, path.name)
    records: list[FacilityRecord] = []
    rejected: list[str] = []
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            record = _record(row, places, line)
        except ValueError as error:
            rejected.append(f"row {line}: {error}")
            continue
        if record.key in seen:
            rejected.append(f"row {line}: the id {record.key[:40]} stands in an earlier row too")
            continue
        seen.add(record.key)
        records.append(record)
    return ReadList(tuple(records), tuple(rejected))


def _rows(path: Path) -> Iterator[list[str]]:
    if path.suffix.lower() == ".xlsx":
        return (row for _, row in sheet_rows(path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("The file is over 2 GB", where=path.name, fix="Split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}", where=str(path), fix="Check its name."
        ) from error
    text = _decoded(raw, path.name)
    head = text[: text.find("\n") if "\n" in text else None]
    between = max(",;\t", key=head.count)
    return _parsed(text, between, path.name)


def _parsed(text: str, between: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(
            f"The list is no CSV: {error}", where=f"{name}, line {reader.line_num}", fix="Mend it."
        ) from error


def _decoded(raw: bytes, name: str) -> str:
    if b"\x00" in raw[:1000]:
        raise InputError(
            "The file is no text", where=name, fix="Give a CSV or XLSX file with a header row."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _places(header: Sequence[str], name: str) -> dict[str, list[int]]:
    """Return the columns of each field; raises `InputError` where there is no name."""
    plain = [re.sub(r"[^a-z0-9]+", "_", cell.strip().casefold()).strip("_") for cell in header]
    found = {
        field: [plain.index(alias) for alias in aliases if alias in plain]
        for field, aliases in COLUMNS.items()
    }
    if not found["name"]:
        raise InputError(
            f"No column holds names; the header has {', '.join(header)[:120]}",
            where=f"{name}, row 1",
            fix="Call a column `name`; also read: country, address, latitude, longitude, id.",
        )
    return found


def _record(row: Sequence[str], places: Mapping[str, Sequence[int]], line: int) -> FacilityRecord:
    def cell(field: str) -> str:
        return next((row[k].strip() for k in places[field] if k < len(row) and row[k].strip()), "")

    name = cell("name")
    address = ", ".join(
        row[k].strip() for k in places["address"] if k < len(row) and row[k].strip()
    )
    if not name and not address:
        raise ValueError("it has neither a name nor an address")
    north, east = _degrees(cell("latitude"), 90.0), _degrees(cell("longitude"), 180.0)
    if north is None or east is None:
        north = east = None
    return FacilityRecord(
        cell("key") or f"row:{line}",
        country_code(cell("country")),
        name,
        address,
        north,
        east,
        cell("os_id") or None,
    )


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
    rows = _rows(path)
    header = [cell.strip().casefold() for cell in next(rows, [])]
    needed = ["name_1", "address_1", "country_1", "name_2", "address_2", "country_2", "is_match"]
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(
            f"Missing columns: {', '.join(missing)}", where=f"{path.name}, row 1", fix="Add them."
        )
    return tuple(
        _csv_pair(dict(zip(header, row, strict=False)), line, path.name)
        for line, row in enumerate(rows, start=2)
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
