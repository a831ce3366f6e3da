"""Read the rows of a purchase list, in CSV or a workbook, under the columns that we know."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.sources.documents.limits import MEBIBYTE, Limits

EXTRA = "cells without a heading"
CODED = ("sector", "hs", "nace", "sbi", "isic4", "cpv")
HEADINGS = {
    "sector": ("sector", "table sector", "tabelsector", "industry", "bedrijfstak"),
    "code": ("code", "product code", "productcode", "classification", "classificatie"),
    "scheme": ("scheme", "classification scheme", "schema", "code list", "codelijst"),
    "cpv": ("cpv", "cpv code", "cpv-code", "cpvcode"),
    "hs": ("hs", "hs code", "hs-code", "cn", "cn code", "cn-code", "gn", "gn-code", "gn code"),
    "nace": ("nace", "nace code", "nace-code"),
    "sbi": ("sbi", "sbi code", "sbi-code", "sbicode"),
    "isic4": ("isic", "isic4", "isic code", "isic rev. 4"),
    "region": (
        "region",
        "country",
        "land",
        "supplier country",
        "land leverancier",
        "regio",
        "country of origin",
        "land van herkomst",
        "herkomst",
        "land van productie",
    ),
    "value": ("value", "waarde"),
    "amount": (
        "amount",
        "bedrag",
        "amount excl vat",
        "bedrag excl btw",
        "spend",
        "amount in euro",
        "amount eur",
        "bedrag in euro",
        "bedrag in euro's",
        "bedrag eur",
        "bedrag €",
        "factuurbedrag",
        "factuurbedrag excl btw",
        "totaalbedrag",
        "uitgaven",
    ),
    "currency": ("currency", "valuta", "munt"),
    "year": ("year", "jaar", "boekjaar"),
    "rate": ("rate", "koers", "exchange rate", "wisselkoers"),
    "rate_source": ("rate source", "koersbron", "bron koers"),
    "description": ("description", "omschrijving", "title", "titel"),
}
"""What a column may be called, in English and Dutch.

Capitals, points and parentheses do not count.
"""
_MARKS = re.compile(r"[.()]")
_BY_HEADING = {_MARKS.sub("", name): column for column, names in HEADINGS.items() for name in names}
_WESTERN = frozenset("€£‘’“”–—°§\N{NO-BREAK SPACE}«»²³")
_BLANKS = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class ListLimits:
    """How much a list may hold: bytes, rows, and what a workbook may take.

    None is any number of rows, and what any workbook may take.
    """

    most_bytes: int = 50 * MEBIBYTE
    most_rows: int | None = None
    workbook: Limits | None = None


WIDE = ListLimits()
"""What a list on one's own machine may hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: its number in the file, and its cells by the columns that we know."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a list, how they write decimals, what each column is called in the file.

    `path` names the file, which need not be there any more; `unused` are headings that nothing is
    done with.
    """

    path: Path
    rows: tuple[Row, ...]
    is_decimal_comma: bool
    headings: dict[str, str]
    unused: tuple[str, ...]


def read_list(path: Path, limits: ListLimits = WIDE) -> Listed:
    """Return the rows of a CSV (commas, semicolons or tabs) or of the first sheet of a workbook.

    With semicolons or tabs a comma is the decimal sign. Empty rows are passed over. Raises
    `InputError` for a file that cannot be read, is too large, or lacks a column of codes or of
    amounts, or has one twice.
    """
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return _workbook(path, limits)
    text = _text(path, limits)
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _listed(path, _numbered(path, reader), delimiter != ",", limits)


def _numbered(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for cells in reader:
            number = reader.line_num  # type: ignore[attr-defined]
            yield number, cells
    except csv.Error as error:
        raise InputError(
            f"{path.name} is no CSV ({error})",
            where=f"{path}, row {number + 1}",
            fix="Save it as CSV UTF-8.",
        ) from error


def _workbook(path: Path, limits: ListLimits) -> Listed:
    from ketenkaart.sources.workbooks import (  # noqa: PLC0415 - loads an XML library
        LIMITS,
        sheet_rows,
    )

    rows = sheet_rows(path, limits=limits.workbook or LIMITS)
    return _listed(path, rows, is_decimal_comma=False, limits=limits)


def _listed(
    path: Path,
    rows: Iterator[tuple[int, list[str]]],
    is_decimal_comma: bool,
    limits: ListLimits,
) -> Listed:
    first, names = next(((n, cells) for n, cells in rows if any(map(str.strip, cells))), (1, []))
    columns = [_BY_HEADING.get(_plain(name)) for name in names]
    _check_headings(path, first, names, columns)
    found = []
    for number, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        known = {
            column: cell.strip()
            for column, cell in zip(columns, cells, strict=False)
            if column is not None
        }
        extra = "".join(cells[len(columns) :]).strip()
        found.append(Row(number, known | ({EXTRA: extra} if extra else {})))
        if limits.most_rows is not None and len(found) > limits.most_rows:
            raise InputError(
                f"{path.name} has more than {limits.most_rows:,} rows",
                where=str(path),
                fix="Add up the purchases by code and country first.",
            )
    return Listed(
        path,
        tuple(found),
        is_decimal_comma,
        {column: name for column, name in zip(columns, names, strict=True) if column},
        tuple(name for column, name in zip(columns, names, strict=True) if column is None and name),
    )


def _check_headings(path: Path, number: int, names: list[str], columns: list[str | None]) -> None:
    where = f"{path}, row {number}"
    known = [column for column in columns if column]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        both = [name for name, column in zip(names, columns, strict=True) if column == twice]
        raise InputError(
            f"{path.name} has two columns for {twice}: {' and '.join(both)}",
            where=where,
            fix="Keep one of them.",
        )
    if not any(column in known for column in (*CODED, "code")):
        raise InputError(
            f"{path.name} has no column 'sector', nor one of codes, in: {_shown(names)}",
            where=where,
            fix="Name the columns sector (or cpv, hs, nace, sbi, isic, or code and scheme), and "
            "value or amount.",
        )
    if "value" not in known and "amount" not in known:
        raise InputError(
            f"{path.name} has no column 'value' or 'amount', in: {_shown(names)}",
            where=where,
            fix="Name the column value (in the table's unit) or amount (in a currency).",
        )
    if "value" in known and "amount" in known:
        raise InputError(
            f"{path.name} has both a column 'value' and a column 'amount'",
            where=where,
            fix="Keep one: value is in the table's unit, amount in a currency.",
        )


def _shown(names: list[str]) -> str:
    """Return the first headings of a file, each cut short."""
    return ", ".join(name.strip()[:30] for name in names[:12] if name.strip()) or "nothing"


def _western(data: bytes, path: Path, error: UnicodeDecodeError) -> str:
    """Return a text that spreadsheets in western Europe saved: Windows-1252, when it is in words.

    What only it can hold are accents in words; anything else is refused.
    """
    text = data.decode("cp1252", errors="replace")
    odd = {letter for letter in text if ord(letter) > 127}
    if all(letter.isalpha() or letter in _WESTERN for letter in odd):
        return text
    raise InputError(
        f"{path.name} is not in UTF-8", where=str(path), fix="Save it as CSV UTF-8."
    ) from error


def _plain(name: str) -> str:
    return _BLANKS.sub(" ", _MARKS.sub("", name.strip().strip("\ufeff").casefold())).strip()


def _text(path: Path, limits: ListLimits) -> str:
    try:
        if path.stat().st_size > limits.most_bytes:
            raise InputError(
                f"{path.name} is larger than {limits.most_bytes // MEBIBYTE} MB",
                where=str(path),
                fix="Add up the purchases by code and country first.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}",
            where=str(path),
            fix="Name a CSV file or a workbook (.xlsx).",
        ) from error
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        text = _western(data, path, error)
    if "\0" in text:
        raise InputError(
            f"{path.name} is no text", where=str(path), fix="Save it as CSV UTF-8 or as .xlsx."
        )
    return text
