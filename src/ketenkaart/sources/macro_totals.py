"""Read totals of a later year for a world table, and write the form to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.chain.nowcast import KINDS, Kind, MacroTotal
from ketenkaart.core.errors import InputError

COLUMNS = ("total", "region", "code", "value", "source")
MOST_BYTES = 50 << 20
MOST_SOURCES = 3


@dataclass(frozen=True, slots=True)
class TotalsFile:
    """The totals of a file, in its order, and the sources that it names, each once."""

    totals: tuple[MacroTotal, ...]
    sources: tuple[str, ...]


def read_totals(path: Path) -> TotalsFile:
    """Return the totals in a CSV with columns total, region, code, value and, if given, source.

    Parted by commas or, then with a decimal comma, by semicolons. A line with an empty value is
    not given, and passed over. Raises `InputError` naming file, line and column.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    is_decimal_comma = first.count(";") > first.count(",")
    reader = csv.reader(io.StringIO(text), delimiter=";" if is_decimal_comma else ",", strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(
            f"This is no CSV ({error})", where=f"{path.name}:{reader.line_num}", fix="Save it anew."
        ) from error
    heading = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    missing = [name for name in COLUMNS[:4] if name not in heading]
    if missing or len(set(heading)) < len(heading):
        raise InputError(
            f"There is no column {missing[0]!r}" if missing else "A column stands there twice",
            where=f"{path.name}:1",
            fix=f"Use the columns {', '.join(COLUMNS)}; `--template` writes them.",
        )
    totals, sources = [], dict[str, None]()
    for line, row in rows[1:]:
        if len(row) > len(heading):
            raise InputError(
                f"The line has {len(row)} cells, the heading {len(heading)}",
                where=f"{path.name}:{line}",
                fix="Put quotes around a cell that holds the separator.",
            )
        cells = dict(zip(heading, (cell.strip() for cell in row), strict=False))
        if not cells.get("value"):
            continue
        totals.append(_total(cells, f"{path.name}:{line}", is_decimal_comma=is_decimal_comma))
        if cells.get("source"):
            sources[cells["source"][:200]] = None
    if not totals:
        raise InputError("No total is given", where=path.name, fix="Fill in the column value.")
    return TotalsFile(tuple(totals), tuple(sources)[:MOST_SOURCES])


def write_template(lines: Iterable[Sequence[str | float]]) -> str:
    """Return the form to fill in as CSV: heading and lines of total, region, code and value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([*line, ""])
    return out.getvalue()


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(
                f"The file is larger than {MOST_BYTES >> 20} MB",
                where=str(path),
                fix="Totals take a few lines per region and sector.",
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The file cannot be read as text in UTF-8",
            where=str(path),
            fix="Give a CSV file; save it in UTF-8.",
        ) from error


def _total(cells: dict[str, str], where: str, *, is_decimal_comma: bool) -> MacroTotal:
    kind: Kind | None = next((name for name in KINDS if name == cells["total"].casefold()), None)
    if kind is None:
        raise InputError(
            f"{cells['total'][:40]!r} is no kind of total",
            where=f"{where}, column total",
            fix=f"Use one of {', '.join(KINDS)}.",
        )
    text = cells["value"].replace(".", "").replace(",", ".") if is_decimal_comma else cells["value"]
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(
            f"{cells['value'][:40]!r} is no number",
            where=f"{where}, column value",
            fix="Write an amount in the table's unit, without signs for thousands.",
        ) from error
    return MacroTotal(kind, cells["region"], cells["code"] or None, value, where)
