"""Read human rights scores, deforestation in trade and conflict deaths by country and year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import TableError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_unique, read_csv

_RIGHTS = "Human rights protection"
_CLEARED = "embodied_deforestation"
_DEATHS = "Violent deaths in conflicts and one-sided violence (UCDP 2019)"


def read_human_rights(path: Path, year: int) -> pl.DataFrame:
    """Return country and score for physical-integrity rights in `year`; higher is better.

    Source: Fariss, Kenwick & Reuning (2020), a latent variable with mean about 0.
    """
    return _by_country(path, _RIGHTS, [year]).select("country", pl.col(_RIGHTS).alias("score"))


def read_deforestation(path: Path, years: Sequence[int]) -> pl.DataFrame:
    """Return country and hectares of forest a year lost to crops, pasture and plantations.

    The mean over `years`, for home use and export together. Countries where the file has zero in
    every year are left out: it writes zero also where the model was not run (China, Canada), so
    a zero there is no finding. Source: Pendrill et al. (2019).
    """
    frame = _by_country(path, _CLEARED, years)
    check_between(frame, _CLEARED, 0, math.inf, path)
    return (
        frame.group_by("country")
        .agg(pl.col(_CLEARED).mean().alias("hectares"))
        .filter(pl.col("hectares") > 0)
        .sort("country")
    )


def read_conflict_deaths(path: Path, years: Sequence[int]) -> pl.DataFrame:
    """Return country and deaths in armed conflict and one-sided violence, summed over `years`.

    Only countries with deaths are in the file; Syria is not. Source: UCDP GED 19.1.
    """
    frame = _by_country(path, _DEATHS, years)
    check_between(frame, _DEATHS, 0, math.inf, path)
    return frame.group_by("country").agg(pl.col(_DEATHS).sum().alias("deaths")).sort("country")


def _by_country(path: Path, column: str, years: Sequence[int]) -> pl.DataFrame:
    frame = read_csv(path, ["Entity"], ["Year", column])
    chosen = frame.filter(
        pl.col("Year").is_in([float(year) for year in years]) & pl.col(column).is_not_null()
    )
    names = country_keys().by_name
    unknown = chosen.filter(~pl.col("Entity").is_in(list(names)))
    if unknown.height:
        first = unknown.row(0, named=True)
        raise TableError(
            f"{path.name} names {first['Entity']!r}, which we cannot place",
            where=f"row {first['row']}, column Entity",
            fix="Add the name to reference/country_keys.csv.",
        )
    coded = chosen.with_columns(pl.col("Entity").replace_strict(names).alias("country"))
    return check_unique(coded, ["country", "Year"], path)


def read_mine_output(path: Path, year: int, usd_per_unit: Mapping[str, float]) -> dict[str, float]:
    """Return what the metal mined in `year` was worth, by country, in million USD.

    `usd_per_unit` prices the columns to read. Only countries with some output; World and other
    names that are no country are passed over. Source: Clio-Infra and USGS, or BGS (2016).
    """
    names = country_keys().by_name
    frame = read_csv(path, ["Entity"], ["Year", *usd_per_unit])
    chosen = frame.filter((pl.col("Year") == year) & pl.col("Entity").is_in(list(names)))
    found: dict[str, float] = {}
    for row in chosen.to_dicts():
        worth = sum(price * (row[column] or 0.0) for column, price in usd_per_unit.items()) / 1e6
        if worth > 0:
            country = names[row["Entity"]]
            found[country] = found.get(country, 0.0) + worth
    return found
