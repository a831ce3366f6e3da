"""Read the conflict dimensions of the INFORM Risk Index 2021."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_countries, check_unique, read_csv

_COLUMNS = {
    "projected": "Projected Conflict Risk",
    "current": "Current Highly Violent Conflict Intensity",
    "human": "Human",
}


def read_inform(path: Path) -> pl.DataFrame:
    """Return country, projected conflict, current violent conflict and the human hazard, 0 to 10.

    10 is worst. `human` is INFORM's own combination of the two. Foot lines without a country code
    are passed over. Raises `TableError` for a value outside 0 to 10 or an unknown country.
    """
    frame = read_csv(path, ["ISO3"], list(_COLUMNS.values()))
    chosen = frame.filter(pl.col("ISO3").is_not_null())
    check_countries(chosen, "ISO3", country_keys().codes, path)
    check_unique(chosen, ["ISO3"], path)
    for column in _COLUMNS.values():
        check_between(chosen, column, 0, 10, path)
    return chosen.select(
        pl.col("ISO3").alias("country"),
        *(pl.col(column).alias(name) for name, column in _COLUMNS.items()),
    ).sort("country")
