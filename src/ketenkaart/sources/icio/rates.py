"""Read the exchange rates that the OECD used for its tables, from the read-me of the edition."""

from __future__ import annotations

from pathlib import Path

from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.workbooks import sheet_rows

SHEET = "NCU-USD"


def read_exchange_rates(path: Path, year: int) -> dict[str, float]:
    """Return units of national currency per US dollar, mean of `year`, by ISO 3166-1 code.

    Sheet NCU-USD of the read-me (ICIO 2021: 65 countries, 1995-2018). A year that the sheet lacks
    gives no rates. Raises `InputError` without the file, `TableError` for a sheet without header.
    """
    if not path.is_file():
        raise InputError(
            f"There is no file {path.name}",
            where=str(path),
            fix="Give the folder that holds the source data.",
        )
    column: int | None = None
    rates: dict[str, float] = {}
    for number, cells in sheet_rows(path, SHEET):
        if column is None:
            if "1995" not in cells:
                raise TableError(
                    f"{path.name} does not begin with years",
                    where=f"sheet {SHEET}, row {number}",
                    fix="Use the read-me of ICIO 2021.",
                )
            column = cells.index(str(year)) if str(year) in cells else -1
        elif column > 0 and len(cells) > column and len(cells[1]) == 3 and cells[column]:
            rates[cells[1]] = _rate(cells[column], path, number)
    return {code: rate for code, rate in rates.items() if code != "ROW"}


def _rate(cell: str, path: Path, number: int) -> float:
    try:
        rate = float(cell)
    except ValueError:
        rate = 0.0
    if not rate > 0:
        raise TableError(
            f"{path.name} gives {cell[:40]!r} as an exchange rate",
            where=f"sheet {SHEET}, row {number}",
            fix="Use the read-me of ICIO 2021.",
        )
    return rate
