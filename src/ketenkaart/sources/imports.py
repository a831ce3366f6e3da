"""Read a file of imports: code of goods, year, quantity, unit; every wrong row is named."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.goods import ImportedGoods

MOST_BYTES = 50_000_000
IN_KG = {"kg": 1.0, "t": 1000.0, "tonne": 1000.0, "ton": 1000.0, "g": 0.001}
HEADINGS = {
    "code": ("code", "cn_code", "cn", "goods_code", "taric"),
    "year": ("year",),
    "quantity": ("quantity", "quantity_kg", "kg"),
    "unit": ("unit",),
}
COLUMNS = "Give columns code, year, quantity and unit (kg, t or g), or quantity_kg for all rows."
YEAR = re.compile(r"(19[5-9][0-9]|20[0-9]{2})\Z")
NUMBER = re.compile(r"[0-9]+(?:[ _][0-9]{3})*(?:\.[0-9]+)?\Z")
CODE = re.compile(r"[0-9]{2,10}\Z")
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot be used: its line in the file, the column, and what is wrong with it."""

    line: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class ImportsFile:
    """The imports of a file, in kilograms, and the rows that cannot be used."""

    rows: tuple[ImportedGoods, ...]
    wrong: tuple[WrongRow, ...]


def read_imports(path: Path) -> ImportsFile:
    """Return the imports in the CSV file at `path`: comma or semicolon, with a header, in UTF-8.

    Raises `InputError` for a file that is no such table; rows that cannot be used come back.
    """
    table = _table(path)
    places = _places(table[0][1] if table else [], path.name)
    rows: list[ImportedGoods] = []
    wrong: list[WrongRow] = []
    for line, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(cells, places, line)
        if isinstance(row, WrongRow):
            wrong.append(row)
        else:
            rows.append(row)
    if not rows and not wrong:
        raise InputError("There are no imports in the file", where=path.name, fix=COLUMNS)
    return ImportsFile(tuple(rows), tuple(wrong))


def refuse(found: ImportsFile, name: str) -> None:
    """Raise `InputError` that names the rows which cannot be used, if there are any."""
    if not found.wrong:
        return
    first = "; ".join(
        f"line {row.line}, column {row.column}: {row.what}" for row in found.wrong[:MOST_NAMED]
    )
    more = len(found.wrong) - MOST_NAMED
    raise InputError(
        f"{len(found.wrong)} of {len(found.wrong) + len(found.rows)} rows cannot be used: {first}"
        + (f"; and {more} more" if more > 0 else ""),
        where=f"{name}:{found.wrong[0].line}",
        fix="Correct them, or leave them out with --keep-good.",
    )


def _table(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file with the line on which each ends."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise InputError("The file is larger than 50 MB", where=path.name, fix="Split it.")
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The file cannot be read ({error.strerror})", where=str(path), fix="Name a CSV file."
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            "The file is not UTF-8", where=path.name, fix="Save it as CSV in UTF-8."
        ) from None
    head = text.partition("\n")[0]
    mark = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise InputError(
            f"The file is no CSV ({error})", where=f"{path.name}:{reader.line_num}", fix=COLUMNS
        ) from None


def _places(heading: list[str], name: str) -> dict[str, int]:
    head = [cell.strip().casefold().replace(" ", "_") for cell in heading]
    found: dict[str, int] = {}
    for key, headings in HEADINGS.items():
        places = [k for k, cell in enumerate(head) if cell in headings]
        if len(places) > 1:
            raise InputError(f"Two columns give the {key}", where=f"{name}:1", fix=COLUMNS)
        if places:
            found[key] = places[0]
    has_unit = "unit" in found or ("quantity" in found and "kg" in head[found["quantity"]])
    for key in ("code", "year", "quantity"):
        if key not in found:
            raise InputError(f"The column {key} is missing", where=f"{name}:1", fix=COLUMNS)
    if not has_unit:
        raise InputError("The unit is missing", where=f"{name}:1 (column quantity)", fix=COLUMNS)
    return found


def _row(cells: list[str], places: dict[str, int], line: int) -> ImportedGoods | WrongRow:
    said = {key: cells[k].strip() if k < len(cells) else "" for key, k in places.items()}
    code = re.sub(r"[ .]", "", said["code"])
    if not CODE.match(code):
        return WrongRow(line, "code", f"{said['code'][:40]!r} is no goods code of 2 to 10 digits")
    if not YEAR.match(said["year"]):
        return WrongRow(line, "year", f"{said['year'][:40]!r} is no year")
    if not NUMBER.match(said["quantity"]):
        what = f"{said['quantity'][:40]!r} is no quantity of zero or more, such as 6000 or 12.5"
        return WrongRow(line, "quantity", what)
    unit = said.get("unit", "kg").casefold() or "missing"
    if unit not in IN_KG:
        return WrongRow(line, "unit", f"the unit is {unit[:40]}; write kg, t or g")
    quantity = float(re.sub(r"[ _]", "", said["quantity"])) * IN_KG[unit]
    if quantity > 1e15:
        return WrongRow(line, "quantity", "it is larger than 10^15 kg")
    return ImportedGoods(code, int(said["year"]), quantity)
