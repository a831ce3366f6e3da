"""Read population, GDP and the broad shares of output and employment of 194 countries."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_countries, check_unique, read_csv

_SHARES = {"agriculture": "wdi_empagr", "industry": "wdi_empind", "services": "wdi_empser"}


def read_wdi(path: Path) -> pl.DataFrame:
    """Return country, population, gdp_usd, agriculture_musd and employment shares in [0, 1].

    Values around 2020; null where the World Bank has none (Taiwan, and in part 19 others). The
    shares of agriculture, industry and services sum to 1. Raises `TableError` for a bad cell.
    """
    shares = list(_SHARES.values())
    frame = read_csv(path, ["ccodealp"], ["wdi_pop", "wdi_gdpcapcur", "wdi_gdpagr", *shares])
    check_countries(frame, "ccodealp", country_keys().codes, path)
    check_unique(frame, ["ccodealp"], path)
    check_between(frame, "wdi_pop", 1, math.inf, path)
    check_between(frame, "wdi_gdpcapcur", 0, math.inf, path)
    for column in ("wdi_gdpagr", *shares):
        check_between(frame, column, 0, 100, path)
    gdp = pl.col("wdi_pop") * pl.col("wdi_gdpcapcur")
    whole = pl.sum_horizontal(shares, ignore_nulls=False)
    return frame.select(
        pl.col("ccodealp").alias("country"),
        pl.col("wdi_pop").alias("population"),
        gdp.alias("gdp_usd"),
        (gdp * pl.col("wdi_gdpagr") / 100 / 1e6).alias("agriculture_musd"),
        *((pl.col(column) / whole).alias(name) for name, column in _SHARES.items()),
    ).sort("country")
