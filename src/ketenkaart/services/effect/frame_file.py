"""Read a frame of tenders back from its file, with checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.services.effect.framing import SCHEMA
from ketenkaart.sources.survey.table import FIRST_ROW, read_table

SIZE = "size"


@dataclass(frozen=True, slots=True)
class FrameFile:
    """The rows of a frame, in the columns that `effect frame` writes."""

    name: str
    rows: pl.DataFrame
    currency: str


def read_frame(path: Path) -> FrameFile:
    """Return a frame from .parquet or .csv.

    Raises `InputError` for a file that is none, for tenders that stand there twice, sizes that are
    no number above zero, and sizes in more than one currency.
    """
    table = read_table(path)
    missing = [name for name in SCHEMA if name not in table.columns]
    if missing:
        raise InputError(
            f"{path.name} is no frame of tenders: it has no column {missing[0]!r}",
            where=f"{path.name}, row 1", fix="Make one with `ketenkaart effect frame`.",
        )  # fmt: skip
    try:
        rows = _typed(table.frame.select(list(SCHEMA)))
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{path.name} is no frame of tenders ({str(error).splitlines()[0][:120]})",
            where=path.name, fix="Make one with `ketenkaart effect frame`.",
        ) from None  # fmt: skip
    _refuse_wrong(rows, path)
    currencies = sorted(rows["size_currency"].drop_nulls().unique().to_list())
    if len(currencies) != 1:
        raise InputError(
            f"{path.name} sizes tenders in {len(currencies)} currencies", where=path.name,
            fix="Make it again in one.",
        )  # fmt: skip
    return FrameFile(path.name, rows, str(currencies[0]))


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    casts = []
    for name, kind in SCHEMA.items():
        column = pl.col(name)
        if rows.schema[name] == pl.String:
            column = pl.when(column.str.len_chars() == 0).then(None).otherwise(column)
            if kind == pl.Date:
                casts.append(column.str.to_date("%Y-%m-%d").alias(name))
                continue
        casts.append(column.cast(kind).alias(name))
    return rows.with_columns(casts)


def _refuse_wrong(rows: pl.DataFrame, path: Path) -> None:
    checks = (
        ("tender", rows["tender"].is_null() | rows["tender"].is_duplicated(),
         "The tender has no name, or stands there twice"),
        ("group", rows["group"].is_null(), "The tender has no product group"),
        ("period", rows["period"].is_null(), "The tender has no period"),
        (SIZE, (rows[SIZE].fill_null(1.0) <= 0) | ~rows[SIZE].fill_null(1.0).is_finite(),
         "The size is no number above zero"),
    )  # fmt: skip
    for column, bad, what in checks:
        if bad.any():
            row = int(bad.arg_true()[0])
            raise InputError(
                f"{what}; {int(bad.sum()) - 1} more such rows" if bad.sum() > 1 else what,
                where=f"{path.name}, row {row + FIRST_ROW}, column {column}",
                fix="Correct it, or make the frame again.",
            )
