"""Read the cells of a workbook (ISO/IEC 29500, .xlsx) that may be an attack.

The archive is checked before anything is unpacked; XML with a document type is refused; rows are
read one at a time. Nothing is computed: a formula counts as the value that was saved with it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

from ketenkaart.core.errors import InputError
from ketenkaart.sources.documents.archive import Archive, open_archive
from ketenkaart.sources.documents.limits import MEBIBYTE, Limits
from ketenkaart.sources.documents.reasons import Reason, Refusal

LIMITS = Limits(max_bytes=50 * MEBIBYTE, max_unpacked_bytes=400 * MEBIBYTE, max_ratio=250)
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_WHY = {
    Reason.ENCRYPTED: "is locked with a password",
    Reason.BOMB: "unpacks to more than a list of this size should",
    Reason.ARCHIVE_UNSAFE: "is packed in a way that no spreadsheet program uses",
    Reason.HAS_DOCTYPE: "holds a document type, as no spreadsheet program writes",
}


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in their order.

    Raises `InputError` for a file that is no workbook, is locked, or is packed like an attack.
    """
    archive = _open(path)
    return tuple(_sheets(archive, path))


def sheet_rows(
    path: Path, sheet: str | None = None, limits: Limits = LIMITS
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that have cells: row number from 1, and a text per column.

    Without `sheet` the first one. Numbers come with a decimal point and as few digits as say them
    exactly, days as `2024-05-31`, days with a time as `2024-05-31T14:30:00`, truths as `TRUE` or
    `FALSE`; an empty cell is an empty text. `limits` say how much the file may take. Raises
    `InputError` as `sheet_names` does, and for a formula without a saved value, naming its cell.
    """
    archive = _open(path, limits)
    sheets = _sheets(archive, path)
    name = sheet if sheet is not None else next(iter(sheets), None)
    if name is None:
        raise _broken(path)
    if name not in sheets:
        raise InputError(
            f"{path.name} has no sheet {name[:40]!r}",
            where=str(path),
            fix=f"Use one of {', '.join(sheets)}.",
        )
    texts = _shared_texts(archive, path)
    days, is_1904 = _day_styles(archive, path), _is_1904(archive, path)
    for row in _elements(archive, sheets[name], "row", path):
        yield _row(row, texts, days, is_1904, path)


def _row(
    row: etree._Element, texts: list[str], days: frozenset[int], is_1904: bool, path: Path
) -> tuple[int, list[str]]:
    cells: list[str] = []
    number = int(row.get("r", "0")) if row.get("r", "").isdigit() else 0
    for cell in row.iterchildren(f"{_MAIN}c"):
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(found[1]) if found else len(cells)
        number = int(found[2]) if found else number
        if column >= MOST_COLUMNS or number > MOST_ROWS or column < len(cells):
            raise _broken(path)
        cells += [""] * (column - len(cells))
        cells.append(_text(cell, texts, days, is_1904, path))
    return number, cells


def _text(
    cell: etree._Element, texts: list[str], days: frozenset[int], is_1904: bool, path: Path
) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _joined(cell)
    value = cell.findtext(f"{_MAIN}v")
    if value is None or (kind == "n" and not value.strip()):
        if cell.find(f"{_MAIN}f") is not None:
            raise InputError(
                f"Cell {cell.get('r', '?')} of {path.name} is a formula without a saved value",
                where=str(path),
                fix="Open it in a spreadsheet program and save it, or save it as CSV.",
            )
        return ""
    try:
        if kind == "s":
            return texts[int(value)]
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind == "n":
            is_day = int(cell.get("s", "0")) in days
            return _day(float(value), is_1904) if is_day else _number(value)
    except (ValueError, IndexError, OverflowError) as error:
        raise _broken(path) from error
    return value


def _number(value: str) -> str:
    """Return a saved number in few digits.

    >>> _number("1.1000000000000001"), _number("52010000"), _number("1E-3")
    ('1.1', '52010000', '0.001')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _day(serial: float, is_1904: bool) -> str:
    """Return the day behind a serial number; day 60 of the 1900 system never was.

    >>> _day(45443.0, False), _day(45443.5, False), _day(1.0, False)
    ('2024-05-31', '2024-05-31T12:00:00', '1900-01-01')
    """
    origin = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no zone
    if not is_1904 and serial < 60:
        origin += timedelta(days=1)
    moment = origin + timedelta(seconds=round(serial * 86_400))
    return moment.date().isoformat() if serial.is_integer() else moment.isoformat()


def _column(letters: str) -> int:
    """Return a column's number from 0.

    >>> _column("A"), _column("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _open(path: Path, limits: Limits = LIMITS) -> Archive:
    try:
        if path.stat().st_size > limits.max_bytes:
            raise InputError(
                f"{path.name} is larger than {limits.max_bytes // MEBIBYTE} MB",
                where=str(path),
                fix="Split the list.",
            )
        return open_archive(path.read_bytes(), limits)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}",
            where=str(path),
            fix="Name a workbook (.xlsx).",
        ) from error
    except Refusal as error:
        raise _refused(error, path) from error


def _read(archive: Archive, name: str, path: Path) -> bytes:
    try:
        data = archive.read(name)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
            raise Refusal(Reason.HAS_DOCTYPE)
    except Refusal as error:
        raise _refused(error, path) from error
    return data


def _elements(archive: Archive, part: str, tag: str, path: Path) -> Iterator[etree._Element]:
    """Yield elements of a part as they are read, each let go after use."""
    stream = io.BytesIO(_read(archive, part, path))
    try:
        for _, element in etree.iterparse(
            stream,
            tag=f"{_MAIN}{tag}",
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise _broken(path) from error


def _sheets(archive: Archive, path: Path) -> dict[str, str]:
    """Return the part that holds each sheet, by its name."""
    if "xl/workbook.xml" not in archive:
        raise _broken(path)
    links = "xl/_rels/workbook.xml.rels"
    if links not in archive:
        raise _broken(path)
    parts: dict[str, str] = {}
    try:
        for link in etree.fromstring(_read(archive, links, path), _parser()):
            target = link.get("Target", "")
            parts[link.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    except etree.XMLSyntaxError as error:
        raise _broken(path) from error
    return {
        sheet.get("name", ""): parts[sheet.get(_LINK, "")]
        for sheet in _elements(archive, "xl/workbook.xml", "sheet", path)
        if parts.get(sheet.get(_LINK, ""), "") in archive
    }


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _is_1904(archive: Archive, path: Path) -> bool:
    return any(
        item.get("date1904", "0") in {"1", "true"}
        for item in _elements(archive, "xl/workbook.xml", "workbookPr", path)
    )


def _shared_texts(archive: Archive, path: Path) -> list[str]:
    part = "xl/sharedStrings.xml"
    if part not in archive:
        return []
    return [_joined(item) for item in _elements(archive, part, "si", path)]


def _joined(element: etree._Element) -> str:
    """Return the text of all runs; readings beside Japanese words (rPh) are no part of it."""
    readings = {run for item in element.iter(f"{_MAIN}rPh") for run in item}
    return "".join(run.text or "" for run in element.iter(f"{_MAIN}t") if run not in readings)


def _day_styles(archive: Archive, path: Path) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as a day."""
    part = "xl/styles.xml"
    if part not in archive:
        return frozenset()
    own = {
        item.get("numFmtId", "")
        for item in _elements(archive, part, "numFmt", path)
        if re.search("[dmyh]", _QUOTED.sub("", item.get("formatCode", "").split(";")[0]).lower())
    }
    own |= {str(k) for k in _DAY_FORMATS}
    for formats in _elements(archive, part, "cellXfs", path):
        return frozenset(
            k
            for k, item in enumerate(formats.iterchildren(f"{_MAIN}xf"))
            if item.get("numFmtId", "0") in own
        )
    return frozenset()


def _broken(path: Path) -> InputError:
    return InputError(
        f"{path.name} cannot be read as a workbook",
        where=str(path),
        fix="Open it in a spreadsheet program and save it as .xlsx or as CSV.",
    )


def _refused(error: Refusal, path: Path) -> InputError:
    why = _WHY.get(error.reason)
    if why is None:
        return _broken(path)
    return InputError(
        f"{path.name} {why}", where=str(path), fix="Save it anew without that, or as CSV."
    )
