"""What does not add up in a stored table, by region, sector or node."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import EditionError
from ketenkaart.warehouse.table_arrays import NODES

Row = tuple[str, float, float, float, float, float]


def read_residuals(folder: Path, by: Sequence[str]) -> list[Row]:
    """Return (name, output, rows, columns, |rows|, |columns|) per group, largest |rows| first.

    Sums over the nodes of the group, in the unit of the table; the name is what `by` names, joined
    by a dot. Raises `EditionError` when the table's file cannot be read.
    """
    try:
        nodes = pl.read_parquet(folder / NODES)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise EditionError(
            f"{NODES} cannot be read ({str(error).splitlines()[0]})",
            where=str(folder),
            fix="Add the table again with `ketenkaart edition add`.",
        ) from error
    rows, columns = pl.col("row_residual"), pl.col("column_residual")
    found = (
        nodes.group_by(list(by), maintain_order=True)
        .agg(
            pl.col("output").sum(),
            rows.sum().alias("rows"),
            columns.sum().alias("columns"),
            rows.abs().sum().alias("rows_absolute"),
            columns.abs().sum().alias("columns_absolute"),
        )
        .sort("rows_absolute", descending=True, maintain_order=True)
        .select(
            pl.concat_str(list(by), separator="."),
            "output",
            "rows",
            "columns",
            "rows_absolute",
            "columns_absolute",
        )
    )
    return found.rows()
