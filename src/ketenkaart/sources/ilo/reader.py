"""Read total employment of one year."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_unique, read_csv


def read_employment(path: Path, year: int) -> pl.DataFrame:
    """Return country and persons employed in `year`, both sexes together.

    Areas that are no country of our list (the Channel Islands) are passed over. Raises
    `InputError` when the file has nothing for the year, `TableError` for a bad cell.
    """
    frame = read_csv(path, ["ref_area", "sex"], ["time", "Workforce (1000)"])
    chosen = frame.filter(
        (pl.col("sex") == "SEX_T")
        & (pl.col("time") == year)
        & pl.col("ref_area").is_in(country_keys().codes)
        & pl.col("Workforce (1000)").is_not_null()
    )
    if chosen.is_empty():
        raise InputError(
            f"{path.name} has no employment for {year}",
            where=str(path),
            fix="Use a year from 1991 to 2023.",
        )
    check_unique(chosen, ["ref_area"], path)
    check_between(chosen, "Workforce (1000)", 0, math.inf, path)
    return chosen.select(
        pl.col("ref_area").alias("country"),
        (pl.col("Workforce (1000)") * 1000).alias("persons"),
    ).sort("country")


def read_parts_of_the_world(path: Path) -> dict[str, str]:
    """Return the broad subregion of the ILO that each country lies in."""
    frame = read_csv(path, ["ISO3 Code", "ILO Subregion - Broad"])
    check_unique(frame, ["ISO3 Code"], path)
    return {
        row["ISO3 Code"]: row["ILO Subregion - Broad"]
        for row in frame.to_dicts()
        if row["ILO Subregion - Broad"]
    }
