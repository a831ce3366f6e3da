"""Read one indicator and year of the Worldwide Governance Indicators."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_countries, check_unique, read_csv


def read_wgi(path: Path, indicator: str, year: int) -> pl.DataFrame:
    """Return country, estimate and standard error, in standard deviations (0 is the world mean).

    A higher estimate is better governance. `indicator` is VA, PV, GE, RQ, RL or CC. Raises
    `InputError` when the file has no such indicator and year, `TableError` for a bad cell.
    """
    frame = read_csv(path, ["iso3", "indicator"], ["year", "estimate", "stderr"])
    chosen = frame.filter((pl.col("indicator") == indicator) & (pl.col("year") == year))
    if chosen.is_empty():
        raise InputError(
            f"{path.name} has no indicator {indicator} for {year}",
            where=str(path),
            fix="Use VA, PV, GE, RQ, RL or CC, and a year from 1996 to 2019.",
        )
    check_countries(chosen, "iso3", country_keys().codes, path)
    check_unique(chosen, ["iso3"], path)
    check_between(chosen, "estimate", -4, 4, path)
    check_between(chosen, "stderr", 0, math.inf, path)
    return (
        chosen.filter(pl.col("estimate").is_not_null() & pl.col("stderr").is_not_null())
        .select(pl.col("iso3").alias("country"), "estimate", "stderr")
        .sort("country")
    )
