"""Open a list of facilities, whatever kind of file it is, and find its headings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer
from ketenkaart.core.chain.facilities.listing.headings import LOOKED_AT, Headings, find_headings
from ketenkaart.core.errors import InputError
from ketenkaart.sources.facility_lists.texts import TextRows, text_rows
from ketenkaart.sources.workbooks import sheet_names, sheet_rows

LARGEST_BYTES = 1 << 30
"""A gigabyte holds some ten million rows; what each row is compared with stays in memory."""
NEEDED = ("country", "name", "address")
"""The fields that a list for the registry cannot do without."""
_OLD = {b"\xd0\xcf\x11\xe0": "an old workbook (.xls)", b"%PDF": "a PDF"}


@dataclass(slots=True)
class OpenedList:
    """A list of facilities: its headings, its rows below them, and in words how it is read."""

    path: Path
    headings: Headings
    reading: str
    _rows: Iterable[tuple[int, list[str]]]

    @property
    def done(self) -> float:
        """How much was read, from 0 to 1; a workbook cannot say."""
        return self._rows.done if isinstance(self._rows, TextRows) else 0.0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows below the headings, with the line in the file that each begins on."""
        for line, cells in self._rows:
            if line > self.headings.line:
                yield line, cells


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of one sheet of a workbook, to be read as often as is asked."""

    path: Path
    name: str

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return sheet_rows(self.path, self.name)


def open_list(
    path: Path,
    gazetteer: Gazetteer,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    country: str | None = None,
    needed: Collection[str] = NEEDED,
) -> OpenedList:
    """Return a list with its headings found; nothing but the top is read yet.

    `country` is that of every row where no column names one; `needed` are the fields that the list
    cannot do without. Raises `InputError` for a file that
    is not there, too large, of another kind, or without the headings that a list needs.
    """
    rows, reading = _read(path, gazetteer, encoding, sheet)
    least = min(2, len(needed))
    headings = find_headings(list(islice(rows, LOOKED_AT)), gazetteer, least)
    if headings is None:
        raise InputError(
            f"{path.name} has no row of headings that names a facility",
            where=str(path),
            fix="Put headings above the columns: country, name, address.",
        )
    wanted = [name for name in headings.missing if name in needed]
    missing = [name for name in wanted if name != "country" or country is None]
    if missing:
        seen = ", ".join(repr(cell) for cell in headings.cells if cell.strip())
        hint = " or give --country" if missing == ["country"] else ""
        raise InputError(
            f"{path.name} has no column for {' and '.join(missing)} among {seen[:300]}",
            where=f"row {headings.line}",
            fix=f"Name the column so{hint}.",
        )
    return OpenedList(path, headings, reading, rows)


def list_rows(path: Path, gazetteer: Gazetteer) -> Iterable[tuple[int, list[str]]]:
    """Return the rows of a file from its first line, with the line that each begins on.

    Read as `open_list` reads them, but headings need not be those of a list of facilities.
    """
    return _read(path, gazetteer, None, None)[0]


def _read(
    path: Path, gazetteer: Gazetteer, encoding: str | None, sheet: str | None
) -> tuple[Iterable[tuple[int, list[str]]], str]:
    """Return the rows of a file, and in words how it is read."""
    if _start(path).startswith(b"PK"):
        return _workbook(path, gazetteer, sheet)
    if sheet is not None:
        raise InputError("A text has no sheets", where="--sheet", fix="Leave it out.")
    return text_rows(path, gazetteer, encoding)


def _start(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(f"There is no file {path.name}", where=str(path), fix="Check the name.")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise InputError(
            f"{path.name} has {size / (1 << 30):.1f} GB, more than a list of facilities can have",
            where=str(path),
            fix="Split it into files of less than 1 GB.",
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}", where=str(path)
        ) from error
    for mark, kind in _OLD.items():
        if start.startswith(mark):
            raise InputError(
                f"{path.name} is {kind}", where=str(path), fix="Save it as CSV in UTF-8 or .xlsx."
            )
    return start


def _workbook(path: Path, gazetteer: Gazetteer, sheet: str | None) -> tuple[_Sheet, str]:
    """Return the named sheet, or the first one whose headings name a facility."""
    names = sheet_names(path)
    if sheet is not None and sheet not in names:
        raise InputError(
            f"{path.name} has no sheet {sheet[:40]!r}",
            where="--sheet",
            fix=f"Use one of {', '.join(names)}.",
        )
    for name in names if sheet is None else (sheet,):
        rows = _Sheet(path, name)
        if find_headings(list(islice(rows, LOOKED_AT)), gazetteer) is not None:
            return rows, f"workbook, sheet {name!r}"
    return _Sheet(path, sheet or names[0]), f"workbook, sheet {(sheet or names[0])!r}"
