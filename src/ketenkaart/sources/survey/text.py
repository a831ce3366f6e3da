"""Read a text file of answers as columns of text; what is no such file is told by its first bytes.

Rows are counted as a spreadsheet does: the headings are row 1.
"""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError

LONGEST_SHOWN = 60
PIECE = 1 << 20
SEPARATORS = (",", ";", "\t", "|")
SAVE = "Save it as CSV in UTF-8 with headings, as Parquet, or as a workbook (.xlsx)."
_OTHER_FILES = (
    (codecs.BOM_UTF16_LE, "is text in UTF-16", "Save it as CSV in UTF-8."),
    (codecs.BOM_UTF16_BE, "is text in UTF-16", "Save it as CSV in UTF-8."),
    (b"PK\x03\x04", "is a packed file, as a workbook is", "If it is one, end its name in .xlsx."),
    (b"\xd0\xcf\x11\xe0", "is a workbook of the old kind (.xls)", "Save it as .xlsx or as CSV."),
    (b"PAR1", "is a Parquet file", "End its name in .parquet."),
    (b"%PDF", "is a PDF", SAVE),
)


def read_text(path: Path) -> pl.DataFrame:
    """Return the columns of a text file, every cell as text, null where nothing stands.

    The separator is the most frequent of comma, semicolon, tab and bar in the headings. Empty rows
    at the end are no rows. Raises `InputError` for what is no text in UTF-8, for headings that are
    empty or twice there, and for rows that are empty, uneven or the headings again.
    """
    _require_text(path)
    separator, headings = _headings(path)
    try:
        frame = pl.read_csv(
            path, separator=separator, infer_schema=False, encoding="utf8", raise_if_empty=False
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        _refuse_uneven(path, separator, headings)
        raise unreadable(path, error) from None
    frame = frame.rename(dict(zip(frame.columns, headings, strict=False)))
    if frame.height and frame[frame.columns[-1]].null_count():
        _refuse_uneven(path, separator, headings)
        frame = without_empty_end(frame, path)
    _refuse_headings_again(frame, path)
    return frame


def without_empty_end(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Return the rows but for empty ones at the end; raises `InputError` for one in between.

    A table of one column keeps all: there an empty row is a value that nobody knows.
    """
    if frame.width < 2:
        return frame
    empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if not empty.any():
        return frame
    filled = (~empty).arg_true()
    height = int(filled[-1]) + 1 if len(filled) else 0
    between = empty.head(height).arg_true()
    if len(between):
        raise InputError(
            "An empty row stands between the others"
            + (f"; {len(between) - 1} more such rows" if len(between) > 1 else ""),
            where=f"{path.name}, row {int(between[0]) + 2}, column {frame.columns[0]}",
            fix="Remove it.",
        )
    return frame.head(height)


def check_headings(headings: list[str], path: Path) -> None:
    """Raise `InputError` where headings are absent, empty or twice there."""
    if not any(headings):
        raise InputError(
            f"{path.name} has no headings", where=f"{path.name}, row 1", fix="Name the columns."
        )
    for place, name in enumerate(headings):
        if not name:
            raise InputError(
                f"Column {place + 1} has no heading", where=f"{path.name}, row 1", fix="Name it."
            )
        if name in headings[:place]:
            raise InputError(
                f"Two columns are called {name[:LONGEST_SHOWN]!r}",
                where=f"{path.name}, row 1, column {place + 1}",
                fix="Give each its own name.",
            )


def unreadable(path: Path, error: Exception) -> InputError:
    """Return what to say of a file that cannot be read."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"The file cannot be read ({reason[:120]})", where=path.name, fix=SAVE)


def _require_text(path: Path) -> None:
    """Raise `InputError` for another kind of file, and for the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    row, ends, any_line = 1, b"", False
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                if not ends:
                    _refuse_other_kind(piece, path)
                    ends = b"\r" if b"\r" in piece and b"\n" not in piece else b"\n"
                any_line = any_line or b"\n" in piece
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError as error:
                    row += piece.count(b"\n", 0, error.start)
                    raise InputError(
                        f"A character is not in UTF-8 (byte {piece[error.start]:#x})"
                        if error.start < len(piece)
                        else "A character is not in UTF-8",
                        where=f"{path.name}, row {row}",
                        fix="Save the file as CSV in UTF-8.",
                    ) from None
                row += piece.count(b"\n")
    except OSError as error:
        raise unreadable(path, error) from None
    if ends == b"\r" and not any_line:
        raise InputError(
            "The rows end as on an old Mac (a carriage return without a line feed)",
            where=f"{path.name}, row 1", fix="Save the file as CSV in UTF-8.",
        )  # fmt: skip


def _refuse_other_kind(start: bytes, path: Path) -> None:
    for mark, what, fix in _OTHER_FILES:
        if start.startswith(mark):
            raise InputError(f"{path.name} {what}", where=path.name, fix=fix)
    if b"\0" in start:
        row = start.count(b"\n", 0, start.index(b"\0")) + 1
        raise InputError(
            "A zero byte stands in the text", where=f"{path.name}, row {row}", fix=SAVE
        )
    first = start.lstrip(codecs.BOM_UTF8).lstrip()[:1]
    if first in (b"{", b"[", b"<"):
        kind = "markup" if first == b"<" else "JSON"
        raise InputError(f"{path.name} is {kind}, no table", where=path.name, fix=SAVE)


def _headings(path: Path) -> tuple[str, list[str]]:
    """Return the separator and the headings of a text file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline()
        rest = stream.readline() if line.count('"') % 2 else ""
    separator = max(SEPARATORS, key=line.count)
    try:
        headings = next(csv.reader([line, rest], delimiter=separator), [])
    except csv.Error as error:
        raise unreadable(path, error) from None
    headings = [name.strip() for name in headings]
    check_headings(headings, path)
    return separator, headings


def _refuse_headings_again(frame: pl.DataFrame, path: Path) -> None:
    """Raise `InputError` where the headings stand among the rows, as when files were joined."""
    same = pl.all_horizontal(
        pl.col(name).str.strip_chars() == name for name in frame.columns
    ).fill_null(value=False)
    again = frame.select(same).to_series().arg_true() if frame.height else pl.Series([])
    if len(again):
        raise InputError(
            "The headings stand here once more"
            + (f"; {len(again) - 1} more such rows" if len(again) > 1 else ""),
            where=f"{path.name}, row {int(again[0]) + 2}, column {frame.columns[0]}",
            fix="Keep them in row 1 only, and see that no row stands twice.",
        )


def _refuse_uneven(path: Path, separator: str, headings: list[str]) -> None:
    """Raise `InputError` about the first row whose cells are not as many as the headings."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        try:
            for number, cells in enumerate(csv.reader(stream, delimiter=separator), start=1):
                if cells and len(cells) != len(headings):
                    raise InputError(
                        f"The row has {len(cells)} cells, and there are {len(headings)} headings",
                        where=f"{path.name}, row {number}, column {headings[-1]}",
                        fix="Check its separators, and put text that holds one between quotes.",
                    )
        except csv.Error as error:
            raise unreadable(path, error) from None
