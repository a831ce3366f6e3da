"""Read gross value added by seven activities, and turn it into shares of a country's total."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_unique, read_csv

_NAMES = {
    "Agriculture, hunting, forestry, fishing (ISIC A-B)": "agriculture",
    "Mining, Manufacturing, Utilities (ISIC C-E)": "industry",
    "Manufacturing (ISIC D)": "manufacturing",
    "Construction (ISIC F)": "construction",
    "Wholesale, retail trade, restaurants and hotels (ISIC G-H)": "trade_hospitality",
    "Transport, storage and communication (ISIC I)": "transport_communication",
    "Other Activities (ISIC J-P)": "other_services",
}
ACTIVITIES = (
    "agriculture",
    "mining_utilities",
    "manufacturing",
    "construction",
    "trade_hospitality",
    "transport_communication",
    "other_services",
)


def read_activity_shares(path: Path, year: int) -> pl.DataFrame:
    """Return per country the share of each of seven activities in value added of `year`.

    Mining and utilities are C-E less manufacturing. Countries are matched by M49 number, mainland
    Tanzania and Zanzibar together; numbers without a country of today are passed over, countries
    with a missing activity too. Raises `TableError` where a share would be below zero.
    """
    frame = read_csv(path, ["IndicatorName"], ["CountryID", str(year)]).rename({str(year): "value"})
    names = country_keys().by_m49
    coded = frame.filter(
        pl.col("IndicatorName").is_in(list(_NAMES))
        & pl.col("CountryID").is_in([float(number) for number in names])
        & pl.col("value").is_not_null()
    ).with_columns(
        pl.col("CountryID")
        .cast(pl.Int64)
        .replace_strict(names, return_dtype=pl.String)
        .alias("country"),
        pl.col("IndicatorName").replace_strict(_NAMES).alias("activity"),
    )
    check_unique(coded, ["CountryID", "activity"], path)
    wide = (
        coded.group_by("country", "activity")
        .agg(pl.col("value").sum())
        .pivot(on="activity", index="country", values="value")
        .drop_nulls()
        .with_columns((pl.col("industry") - pl.col("manufacturing")).alias("mining_utilities"))
        .sort("country")
    )
    total = pl.sum_horizontal(ACTIVITIES)
    shares = wide.select("country", *((pl.col(name) / total).alias(name) for name in ACTIVITIES))
    for name in ACTIVITIES:
        below = shares.filter(pl.col(name) < 0)
        if below.height:
            raise TableError(
                f"{path.name} gives {below['country'][0]} a value added below zero in {name}",
                where=f"column {year}",
                fix="Use another year, or correct the cell.",
            )
    return check_between(shares.with_row_index("row"), ACTIVITIES[0], 0, 1, path).drop("row")


_SPENT = {
    "Household consumption expenditure (including Non-profit institutions serving households)": (
        "households"
    ),
    "General government final consumption expenditure": "government",
    "Gross capital formation": "capital",
    "Exports of goods and services": "exports",
    "Imports of goods and services": "imports",
}
ACCOUNTS = (*ACTIVITIES, *_SPENT.values())


def read_accounts(path: Path, year: int) -> pl.DataFrame:
    """Return per country its currency and, in units of it, value added by activity and spending.

    Columns `country`, `currency` and those of `ACCOUNTS`; null where the source has none. Mining
    and utilities are C-E less manufacturing, and null where that is below zero. Raises
    `InputError` for a year that the file lacks.
    """
    if not 1970 <= year <= 2020:
        raise InputError(
            f"{path.name} has no accounts for {year}",
            where=str(path),
            fix="Use a table of a year from 1970 to 2020.",
        )
    names = _NAMES | _SPENT
    frame = read_csv(path, ["IndicatorName", "Currency"], ["CountryID", str(year)])
    coded = frame.rename({str(year): "value", "Currency": "currency"}).filter(
        pl.col("IndicatorName").is_in(list(names))
        & pl.col("CountryID").is_in([float(number) for number in country_keys().by_m49])
        & pl.col("value").is_not_null()
    )
    check_unique(coded, ["CountryID", "IndicatorName"], path)
    coded = coded.with_columns(
        pl.col("CountryID")
        .cast(pl.Int64)
        .replace_strict(country_keys().by_m49, return_dtype=pl.String)
        .alias("country"),
        pl.col("IndicatorName").replace_strict(names).alias("account"),
    )
    currencies = coded.group_by("country").agg(pl.col("currency").sort().first())
    wide = (
        coded.group_by("country", "account")
        .agg(pl.col("value").sum())
        .pivot(on="account", index="country", values="value")
        .with_columns((pl.col("industry") - pl.col("manufacturing")).alias("mining_utilities"))
        .with_columns(
            pl.when(pl.col("mining_utilities") >= 0)
            .then("mining_utilities")
            .alias("mining_utilities")
        )
    )
    return (
        currencies.join(wide, on="country").select("country", "currency", *ACCOUNTS).sort("country")
    )
