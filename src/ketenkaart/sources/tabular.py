"""Read another publisher's CSV and say which row and column is wrong, if one is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError, TableError

MISSING = ("", "x", "X", "N/A", "NA", "Unavailable", "..")


def require_file(path: Path) -> Path:
    """Return `path` when it is a readable file, else raise `InputError` naming it."""
    if not path.is_file():
        raise InputError(
            f"There is no file {path.name}",
            where=str(path),
            fix="Give the folder that holds the source data.",
        )
    return path


def read_csv(
    path: Path, texts: Sequence[str], numbers: Sequence[str] = (), missing: Sequence[str] = MISSING
) -> pl.DataFrame:
    """Return the named columns: texts as they stand, numbers as float64 (missing ones null).

    Column `row` is the line in the file (the header is line 1). Raises `InputError` without the
    file, `TableError` for a missing column or a cell that should be a number and is none.
    """
    try:
        raw = pl.read_csv(require_file(path), infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError as error:
        raise TableError(
            f"{path.name} cannot be read as CSV ({str(error).splitlines()[0]})",
            where=str(path),
            fix="Fetch the file again.",
        ) from error
    raw = raw.rename({name: name.strip('\ufeff"') for name in raw.columns})
    for name in (*texts, *numbers):
        if name not in raw.columns:
            raise TableError(
                f"{path.name} has no column {name!r}",
                where=f"{path}, row 1",
                fix="Use the edition of the file that SOURCE.txt describes.",
            )
    frame = raw.select(*texts, *numbers).with_row_index("row", offset=2)
    for name in numbers:
        frame = _to_number(frame, name, path, missing)
    return frame


def _to_number(frame: pl.DataFrame, name: str, path: Path, missing: Sequence[str]) -> pl.DataFrame:
    text = pl.col(name).str.strip_chars()
    cleaned = frame.with_columns(
        pl.when(text.is_in(list(missing))).then(None).otherwise(text).alias(name)
    )
    cast = cleaned.with_columns(pl.col(name).cast(pl.Float64, strict=False).alias("_number"))
    bad = cast.filter(
        pl.col(name).is_not_null() & (pl.col("_number").is_null() | ~pl.col("_number").is_finite())
    )
    if bad.height:
        first = bad.row(0, named=True)
        raise TableError(
            f"{path.name} holds {first[name]!r} where a number belongs",
            where=f"row {first['row']}, column {name}",
            fix="Correct the cell or leave it empty.",
        )
    return cast.drop(name).rename({"_number": name})


def check_between(
    frame: pl.DataFrame, name: str, low: float, high: float, path: Path
) -> pl.DataFrame:
    """Return the frame when every known value of a column lies in [low, high], else raise."""
    bad = frame.filter((pl.col(name) < low) | (pl.col(name) > high))
    if bad.height:
        first = bad.row(0, named=True)
        bound = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
        raise TableError(
            f"{path.name} holds {first[name]:g} where a value {bound} belongs",
            where=f"row {first['row']}, column {name}",
            fix="Check the unit of the column.",
        )
    return frame


def check_countries(
    frame: pl.DataFrame, name: str, known: Iterable[str], path: Path
) -> pl.DataFrame:
    """Return the frame when every code in a column is an ISO 3166-1 alpha-3 code we know."""
    bad = frame.filter(~pl.col(name).is_in(sorted(known)))
    if bad.height:
        first = bad.row(0, named=True)
        raise TableError(
            f"{path.name} names a country code {first[name]!r} that we do not know",
            where=f"row {first['row']}, column {name}",
            fix="Add it to reference/country_keys.csv, or correct the cell.",
        )
    return frame


def check_unique(frame: pl.DataFrame, names: Sequence[str], path: Path) -> pl.DataFrame:
    """Return the frame when no combination of these columns occurs twice, else raise."""
    twice = frame.filter(pl.struct(list(names)).is_duplicated())
    if twice.height:
        first = twice.row(0, named=True)
        key = ", ".join(f"{name} {first[name]}" for name in names)
        raise TableError(
            f"{path.name} gives {key} more than once",
            where=f"row {twice.row(1, named=True)['row']}",
            fix="Keep one of the rows.",
        )
    return frame
