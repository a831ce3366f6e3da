"""A table of answers from CSV, Parquet or a workbook; a wrong cell is named by row and column.

Rows are counted as a spreadsheet does: the headings are row 1, the first answer is row 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import (
    NOT_APPLICABLE,
    NOT_RESEARCHED,
    REFUSED,
    STATES,
    UNKNOWN,
    Codes,
    Floats,
)
from ketenkaart.sources.survey.text import LONGEST_SHOWN, check_headings, read_text, unreadable
from ketenkaart.sources.workbooks import sheet_rows

FIRST_ROW = 2
MOST_WHOLE = 2.0**53
LARGEST_BYTES = 4 << 30
LARGEST, SMALLEST = 1e60, 1e-60
"""Numbers beyond these overflow, or vanish, when squared and added up."""
_DUTCH = {
    UNKNOWN: ("onbekend",),
    NOT_RESEARCHED: ("niet_onderzocht", "niet onderzocht"),
    NOT_APPLICABLE: ("niet_van_toepassing", "niet van toepassing", "nvt", "n.v.t."),
    REFUSED: ("geweigerd",),
}
MISSING = {
    "": UNKNOWN,
    "NA": UNKNOWN,
    **{word: k for k, word in enumerate(STATES) if k},
    **{word.replace("_", " "): k for k, word in enumerate(STATES) if k},
    **{word: k for k, words in _DUTCH.items() for word in words},
}
"""Cells that say why no value is there, as files have them; stored, they are English words."""
DOT = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?"
COMMA = r"[-+]?[0-9]+,[0-9]+"
THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}\Z")


@dataclass(slots=True)
class SurveyTable:
    """Rows of answers as they stand, with the name by which messages call the file."""

    name: str
    frame: pl.DataFrame
    _numbers: dict[str, tuple[Floats, NDArray[np.int8]]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return the number of answers."""
        return self.frame.height

    @property
    def columns(self) -> list[str]:
        """Return the headings."""
        return self.frame.columns

    def require(self, column: str, where: str) -> str:
        """Return the column's name, or raise `InputError` saying which ones there are."""
        if column in self.frame.columns:
            return column
        near = get_close_matches(column, self.frame.columns, n=3)
        some = ", ".join(near or self.frame.columns[:12])
        raise InputError(
            f"{self.name} has no column {column[:LONGEST_SHOWN]!r}",
            where=where,
            fix=f"Use one of its columns, such as {some}.",
        )

    def place(self, index: int, column: str) -> str:
        """Return how a message calls a cell: file, row and column."""
        return f"{self.name}, row {index + FIRST_ROW}, column {column}"

    def refuse(self, index: int, column: str, what: str, fix: str, *, more: int = 0) -> NoReturn:
        """Raise `InputError` about one cell, and say how many others are so."""
        also = f"; {more} more such rows" if more else ""
        raise InputError(f"{what}{also}", where=self.place(index, column), fix=fix)

    def cell(self, index: int, column: str) -> str:
        """Return a cell as text, cut to what a message can show."""
        return str(self.frame[column][index])[:LONGEST_SHOWN]

    def repeated_units(self) -> tuple[int, int, str] | None:
        """Return a row, an earlier row equal to it in every column, and the column that tells.

        Only where a column otherwise names each row apart, so that equal answers of different
        units are none: a unit was entered twice.
        """
        if not self.frame.is_duplicated().any():
            return None
        again = ~self.frame.to_struct().is_first_distinct()
        once = self.frame.filter(~again)
        named = [
            name
            for name in self.frame.columns
            if not once[name].dtype.is_float() and once[name].n_unique() == once.height
        ]
        if not named:
            return None
        row = int(again.arg_true()[0])
        value = self.frame[named[0]][row]
        return row, int((self.frame[named[0]] == value).arg_true()[0]), named[0]

    def one_row_each(self, column: str) -> SurveyTable:
        """Return the first row of each value of a column."""
        return SurveyTable(self.name, self.frame.unique(subset=[column], keep="first"))

    def is_number(self, column: str) -> bool:
        """Return whether a column holds numbers, but for cells that say why none is there."""
        series = self.frame[column]
        if series.dtype.is_numeric():
            return True
        text = series.cast(pl.String).str.strip_chars().fill_null("")
        open_cell = text.is_in(list(MISSING))
        return bool((open_cell | text.str.contains(f"^(?:{DOT}|{COMMA})$")).all()) and not bool(
            open_cell.all()
        )

    def sizes(self, column: str) -> tuple[Floats, NDArray[np.int8]]:
        """Return a column as `numbers` does, where `inf` may stand for a size without end."""
        series = self.frame[column]
        if series.dtype.is_numeric():
            values = series.cast(pl.Float64).to_numpy(allow_copy=True).astype(np.float64)
            return values, np.where(np.isnan(values), UNKNOWN, 0).astype(np.int8)
        endless = series.cast(pl.String).str.strip_chars().str.to_lowercase() == "inf"
        if not endless.any():
            return self.numbers(column)
        ended = self.frame.with_columns(
            pl.when(endless).then(pl.lit("2")).otherwise(pl.col(column)).alias(column)
        )
        values, states = SurveyTable(self.name, ended).numbers(column)
        return np.where(endless.fill_null(value=False).to_numpy(), np.inf, values), states

    def numbers(self, column: str) -> tuple[Floats, NDArray[np.int8]]:
        """Return a column's values (NaN where there is none) and why each is absent (0: it is not).

        Raises `InputError` for text that is no number, decimal commas mixed with points, commas
        that may part thousands, and infinite values.
        """
        if column not in self._numbers:
            self._numbers[column] = self._read_numbers(column)
        return self._numbers[column]

    def _read_numbers(self, column: str) -> tuple[Floats, NDArray[np.int8]]:
        series = self.frame[column]
        if series.dtype.is_numeric() or series.dtype == pl.Boolean:
            values = series.cast(pl.Float64).to_numpy(allow_copy=True).astype(np.float64)
            self._refuse_sizes(values, column)
            return values, np.where(np.isnan(values), UNKNOWN, 0).astype(np.int8)
        text = series.cast(pl.String).str.strip_chars().fill_null("")
        states = text.replace_strict(MISSING, default=0, return_dtype=pl.Int8).to_numpy()
        states = states.astype(np.int8)
        dot = text.str.contains(f"^{DOT}$").to_numpy()
        comma = text.str.contains(f"^{COMMA}$").to_numpy()
        bad = (states == 0) & ~dot & ~comma
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            shown = self.cell(first, column)
            what = "is an error of the spreadsheet" if shown.startswith("#") else "is no number"
            self.refuse(
                first,
                column,
                f"{shown!r} {what}",
                "Give a number, leave the cell empty, or say unknown, not_researched, "
                "not_applicable or refused.",
                more=int(bad.sum()) - 1,
            )
        if comma.any():
            self._refuse_commas(text, dot, comma, column)
            text = text.str.replace(",", ".", literal=True)
        values = text.cast(pl.Float64, strict=False).to_numpy(allow_copy=True).astype(np.float64)
        self._refuse_sizes(values, column)
        values[states != 0] = np.nan
        return values, states

    def _refuse_commas(
        self, text: pl.Series, dot: NDArray[np.bool_], comma: NDArray[np.bool_], column: str
    ) -> None:
        points = dot & text.str.contains(".", literal=True).to_numpy()
        if points.any():
            first = int(np.flatnonzero(comma)[0])
            other = int(np.flatnonzero(points)[0])
            self.refuse(
                first,
                column,
                f"{self.cell(first, column)!r} has a decimal comma, and row {other + FIRST_ROW} "
                f"({self.cell(other, column)!r}) a decimal point",
                "Write all numbers of a column in one way.",
                more=int(comma.sum()) - 1,
            )
        kinds = [bool(THOUSANDS.match(str(text[int(k)]))) for k in np.flatnonzero(comma)]
        if all(kinds):
            first = int(np.flatnonzero(comma)[0])
            self.refuse(
                first,
                column,
                f"{self.cell(first, column)!r} may be a decimal or a number of thousands",
                "Write numbers without a sign between thousands, with a decimal point.",
                more=len(kinds) - 1,
            )

    def _refuse_sizes(self, values: Floats, column: str) -> None:
        fix = "Give a number, or leave the cell empty."
        self._refuse_first(np.isinf(values), column, "An infinite value", fix)
        self._refuse_first(
            np.abs(values) > LARGEST, column, "A value is too large to compute with", fix
        )

    def _refuse_first(self, bad: NDArray[np.bool_], column: str, what: str, fix: str) -> None:
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            self.refuse(first, column, what, fix, more=int(bad.sum()) - 1)

    def codes(self, column: str) -> tuple[Codes, tuple[str, ...]]:
        """Return a column as codes from 0 and what they stand for, sorted; '' where it is empty.

        Whole numbers are sorted as numbers and written without a point.
        """
        series = self.frame[column]
        if series.dtype.is_float():
            values = series.fill_nan(None)
            known = values.drop_nulls()
            whole = bool(((known == known.round()) & (known.abs() < MOST_WHOLE)).all())
            series = values.cast(pl.Int64) if whole else values
        if series.dtype.is_integer() and not series.null_count():
            found, inverse = np.unique(series.to_numpy(), return_inverse=True)
            return inverse.astype(np.int64), tuple(str(item) for item in found.tolist())
        text = series.cast(pl.String).str.strip_chars().fill_null("")
        names = sorted(text.unique().to_list(), key=_sort_key)
        return text.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64), tuple(names)

    def words(self, column: str) -> dict[str, tuple[int, int]]:
        """Return what stands in a column: how often, and in which row first (from 0)."""
        text = self.frame[column].cast(pl.String).str.strip_chars().fill_null("")
        found = (
            pl.DataFrame({"text": text})
            .with_row_index("row")
            .group_by("text")
            .agg(pl.len().alias("count"), pl.col("row").min())
        )
        return {text: (count, row) for text, count, row in found.iter_rows()}

    def crossed(self, columns: Iterable[str]) -> tuple[Codes, tuple[tuple[str, ...], ...]]:
        """Return codes of the combinations of columns that occur, and their parts."""
        codes: Codes | None = None
        parts: list[tuple[str, ...]] = [()]
        for column in columns:
            own, names = self.codes(column)
            codes = own if codes is None else codes * len(names) + own
            found, codes = np.unique(codes, return_inverse=True)
            codes = codes.astype(np.int64)
            parts = [(*parts[int(k) // len(names)], names[int(k) % len(names)]) for k in found]
        if codes is None:
            raise InputError("No column is named", fix="Name at least one.")
        return codes, tuple(parts)


def state_of(text: str) -> int:
    """Return why a cell holds no value, as a place in `STATES`; 0 where it holds one.

    >>> state_of("refused"), state_of("nvt"), state_of("0")
    (4, 3, 0)
    """
    return MISSING.get(text, 0)


def _sort_key(text: str) -> tuple[int, float, str]:
    return (0, float(text), text) if re.fullmatch(DOT, text) else (1, 0.0, text)


def read_table(path: Path, sheet: str | None = None) -> SurveyTable:
    """Return the table of a file (.csv, .tsv, .parquet, .xlsx), with nothing dropped.

    Raises `InputError` for a file that is absent, empty or unreadable, headings that are empty or
    twice there, and rows with more or fewer cells than headings.
    """
    if not path.is_file():
        raise InputError(
            f"There is no file {path.name}", where=str(path), fix="Name a CSV or Parquet file."
        )
    if path.stat().st_size > LARGEST_BYTES:
        raise InputError(f"{path.name} is larger than 4 GB", where=str(path), fix="Split it.")
    kind = path.suffix.casefold()
    if kind in (".parquet", ".pq"):
        frame = _read_parquet(path)
    elif kind == ".xlsx":
        frame = _read_workbook(path, sheet)
    else:
        frame = read_text(path)
    if frame.height == 0:
        raise InputError(f"{path.name} has no rows", where=str(path), fix="Give one row per unit.")
    return SurveyTable(path.name, frame)


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise unreadable(path, error) from None
    for name, kind in frame.schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            raise InputError(
                f"A cell holds no single value ({kind})",
                where=f"{path.name}, row {FIRST_ROW}, column {name}",
                fix="Leave the column out, or give each part a column of its own.",
            )
    return frame


def _read_workbook(path: Path, sheet: str | None) -> pl.DataFrame:
    rows = list(sheet_rows(path, sheet))
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise InputError(f"{path.name} is empty", where=str(path), fix="Give headings and rows.")
    number, heading = filled[0]
    if number != 1:
        raise InputError(
            f"The headings of {path.name} stand in row {number}", where=str(path),
            fix="Put them in row 1.",
        )  # fmt: skip
    headings = [cell.strip() for cell in heading]
    check_headings(headings, path)
    last = filled[-1][0]
    by_row = dict(filled)
    data: list[list[str]] = []
    for line in range(2, last + 1):
        cells = by_row.get(line, [])
        if not cells:
            raise InputError(
                "An empty row stands between the others", where=f"{path.name}, row {line}",
                fix="Remove it.",
            )  # fmt: skip
        _require_width(cells, headings, path, line)
        data.append([*cells, *[""] * (len(headings) - len(cells))][: len(headings)])
    columns = list(zip(*data, strict=True)) if data else [()] * len(headings)
    return pl.DataFrame(
        {
            name: pl.Series(values, dtype=pl.String)
            for name, values in zip(headings, columns, strict=True)
        }
    )


def _require_width(cells: list[str], headings: list[str], path: Path, line: int) -> None:
    if any(cell.strip() for cell in cells[len(headings) :]):
        raise InputError(
            f"A row has {len(cells)} cells, and there are {len(headings)} headings",
            where=f"{path.name}, row {line}", fix="Give each column a heading.",
        )  # fmt: skip
