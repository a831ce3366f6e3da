"""Read a WIOD 2013 table: 41 regions x 35 sectors and five final-demand columns a region."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.chain.types import Demand, Extension, Floats, Table
from ketenkaart.core.errors import TableError
from ketenkaart.sources.tabular import require_file

SECTOR_CODES = tuple(f"c{k}" for k in range(1, 36))
FINAL_DEMAND = ("c37_households", "c38_npish", "c39_government", "c41_gfcf", "c42_inventories")
# WIOD's own codes where they differ from ISO 3166-1 alpha-3; ROW is everything else.
ISO_CODES = {"ROM": "ROU", "RoW": "ROW"}
BUYERS = ("households", "government", "fixed_capital")


def read_wiot(path: Path, year: int, home: str = "NLD") -> tuple[Table, Demand]:
    """Return the table, with value added as its extension, and final demand of `home`.

    Z[i, j] and value added (output minus column sum) in million USD of `year`; households include
    NPISH; changes in inventories stand apart. Raises `InputError` without the file and
    `TableError`, naming row and column, for a missing region, a value that is no number, or
    negative output. Source: Timmer et al. (2015).
    """
    frame = read_frame(path)
    labels = [str(label) for label in frame["row"]]
    regions = regions_of(labels, path)
    iso = tuple(ISO_CODES.get(region, region) for region in regions)
    Z = numbers_of(frame, labels, path)
    output = numbers_of(frame, ["output"], path)[:, 0]
    value_added = output - Z.sum(axis=0)
    table = Table(
        regions=iso,
        sectors=SECTOR_CODES,
        Z=Z,
        output=output,
        extensions={
            "value_added": Extension(
                "value_added", "MUSD", value_added, value_added, value_added, is_estimate=False
            )
        },
        year=year,
        home=home,
    )
    source_home = regions[iso.index(home)]
    columns = [f"{source_home}_{name}" for name in FINAL_DEMAND]
    bought = numbers_of(frame, columns, path)
    Y = np.stack([bought[:, 0] + bought[:, 1], bought[:, 2], bought[:, 3]])
    return table, Demand(country=home, buyers=BUYERS, Y=Y, inventory=bought[:, 4])


def read_frame(path: Path) -> pl.DataFrame:
    """Return the file as it stands; it must have its labels and its output."""
    try:
        frame = pl.read_parquet(require_file(path))
    except pl.exceptions.PolarsError as error:
        raise TableError(
            f"{path.name} is no Parquet file ({str(error).splitlines()[0]})",
            where=str(path),
            fix="Fetch the file again.",
        ) from error
    for name in ("row", "output"):
        if name not in frame.columns:
            raise TableError(
                f"{path.name} has no column {name!r}", where=str(path), fix="Fetch it again."
            )
    return frame


def regions_of(labels: Sequence[str], path: Path) -> tuple[str, ...]:
    """Return the regions in order; every region must have all 35 sectors, in order."""
    regions = tuple(dict.fromkeys(label.rpartition("_")[0] for label in labels))
    expected = [f"{region}_{code}" for region in regions for code in SECTOR_CODES]
    for k, (wanted, found) in enumerate(zip(expected, labels, strict=False), start=1):
        if wanted != found:
            raise TableError(
                f"{path.name} has row {found!r} where {wanted!r} belongs",
                where=f"row {k}, column row",
                fix="Give every region its 35 sectors, c1 to c35, in order.",
            )
    if len(expected) != len(labels):
        raise TableError(
            f"{path.name} has {len(labels)} rows where {len(expected)} belong",
            where=f"region {regions[-1]}",
            fix="Give every region its 35 sectors, c1 to c35, in order.",
        )
    return regions


def numbers_of(frame: pl.DataFrame, columns: Sequence[str], path: Path) -> Floats:
    """Return these columns as float64; every one must be there and finite."""
    for name in columns:
        if name not in frame.columns:
            raise TableError(
                f"{path.name} has no column {name!r}",
                where=str(path),
                fix="A region that is a row must be a column too, final demand included.",
            )
        if not frame[name].dtype.is_numeric():
            raise TableError(
                f"{path.name} holds text where numbers belong",
                where=f"column {name}",
                fix="Fetch the file again.",
            )
    chosen = frame.select(pl.col(name).cast(pl.Float64) for name in columns)
    values = chosen.fill_null(float("nan")).to_numpy()
    if not np.isfinite(values).all():
        i, j = (int(k) for k in np.argwhere(~np.isfinite(values))[0])
        raise TableError(
            f"{path.name} holds a value that is no number",
            where=f"row {frame['row'][i]}, column {columns[j]}",
            fix="Fill the cell or fetch the file again.",
        )
    if columns == ["output"] and (values < 0).any():
        i = int(np.argmin(values[:, 0]))
        raise TableError(
            f"{path.name} holds a negative output ({values[i, 0]:g} million USD)",
            where=f"row {frame['row'][i]}, column output",
            fix="Correct the output column.",
        )
    return np.asarray(values, dtype=np.float64)
