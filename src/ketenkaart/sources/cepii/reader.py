"""Read imports of goods by country of origin."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_countries, check_unique, read_csv

# Codes that ISO 3166-1 has withdrawn since, as the source still writes them.
ISO_CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "YUG": "SRB"}


def read_imports(path: Path) -> pl.DataFrame:
    """Return country and imports in million USD of 2006.

    162 origins; a country that is not there is not known to sell nothing. Raises `TableError` for
    an unknown code or a value below zero.
    """
    frame = read_csv(path, ["origin_iso3"], ["flow_musd_2006"]).with_columns(
        pl.col("origin_iso3").replace(ISO_CODES)
    )
    check_countries(frame, "origin_iso3", country_keys().codes, path)
    check_unique(frame, ["origin_iso3"], path)
    check_between(frame, "flow_musd_2006", 0, math.inf, path)
    return frame.select(
        pl.col("origin_iso3").alias("country"), pl.col("flow_musd_2006").alias("imports_musd")
    ).sort("country")
