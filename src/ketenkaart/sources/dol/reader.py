"""Read the list of goods (2022), our mapping of its goods, and the country profiles (2022)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import ReferenceDataError, TableError
from ketenkaart.core.provenance import Grade
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import check_between, check_countries, check_unique, read_csv

FLAGS = ("child_labor", "forced_labor", "forced_child_labor", "derived_labor_exploitation")
NOT_APPLICABLE = "not_applicable"
_CHILDREN = "Country_Statistics.Children_Work_Statistics."
_SHARES = {"agriculture": "Agriculture", "industry": "Industry", "services": "Services"}


@dataclass(frozen=True, slots=True)
class GoodsMapping:
    """The sectors that make a good of the list; none where no sector of the table does."""

    good: str
    sectors: tuple[str, ...]
    grade: Grade
    reason: str


def read_goods_list(path: Path) -> pl.DataFrame:
    """Return one row per good and country: row, good, country, and the four flags as Booleans.

    `is_derived` marks a good that is listed only because an input of it is; the list then says
    nothing about the work on the good itself. Raises `TableError` for a flag that is not Yes or
    No, an unknown country, or a good listed twice for a country.
    """
    frame = read_csv(path, ["good", "iso3", *FLAGS])
    check_countries(frame, "iso3", country_keys().codes, path)
    check_unique(frame, ["good", "iso3"], path)
    for flag in FLAGS:
        bad = frame.filter(~pl.col(flag).is_in(["Yes", "No"]) | pl.col(flag).is_null())
        if bad.height:
            first = bad.row(0, named=True)
            raise TableError(
                f"{path.name} holds {first[flag]!r} where Yes or No belongs",
                where=f"row {first['row']}, column {flag}",
                fix="Correct the cell.",
            )
    yes = {flag: pl.col(flag) == "Yes" for flag in FLAGS}
    return frame.select(
        "row",
        "good",
        pl.col("iso3").alias("country"),
        (yes["child_labor"] | yes["forced_child_labor"]).alias("is_child_labour"),
        (yes["forced_labor"] | yes["forced_child_labor"]).alias("is_forced_labour"),
        yes["derived_labor_exploitation"].alias("is_derived"),
    )


def read_goods_mapping(path: Path, sectors: Sequence[str]) -> dict[str, GoodsMapping]:
    """Return the mapping of goods to sectors, by good.

    Raises `ReferenceDataError`, naming file, line and column, for an unknown sector or grade, a
    good given twice, or `not_applicable` without a reason.
    """
    frame = read_csv(path, ["good", "sectors", "grade", "reason"])
    found: dict[str, GoodsMapping] = {}
    for row, good, names, grade, reason in frame.iter_rows():
        where = f"{path.name}, line {row}"
        chosen = tuple((names or "").split("|"))
        if good in found:
            raise ReferenceDataError(f"{good!r} is mapped twice", where=where, fix="Keep one line.")
        if unknown := [name for name in chosen if name not in (*sectors, NOT_APPLICABLE)]:
            raise ReferenceDataError(
                f"There is no sector {unknown[0]!r}",
                where=f"{where}, column sectors",
                fix="Use ids of reference/sectors.yml, parted by |, or not_applicable.",
            )
        if grade not in list(Grade):
            raise ReferenceDataError(
                f"There is no grade {grade!r}",
                where=f"{where}, column grade",
                fix=f"Use one of {', '.join(Grade)}.",
            )
        if not reason:
            raise ReferenceDataError(
                f"{good!r} is mapped without a reason",
                where=f"{where}, column reason",
                fix="Say why the good belongs there.",
            )
        kept = () if NOT_APPLICABLE in chosen else chosen
        found[good] = GoodsMapping(good, kept, Grade(grade), reason)
    return found


def read_working_children(path: Path) -> pl.DataFrame:
    """Return per country the percentage of children that work, and their shares by broad sector.

    Columns: country, percentage, agriculture, industry, services (shares, summing to about 1, or
    null). A percentage without an age range is left out: in this file such a cell holds another
    statistic (Montserrat: 97 %, its school attendance). Raises `TableError` for a value outside
    [0, 1].
    """
    total = f"{_CHILDREN}Total_Percentage_of_Working_Children"
    shares = {name: f"{_CHILDREN}{column}" for name, column in _SHARES.items()}
    frame = read_csv(path, ["iso3", f"{_CHILDREN}Age_Range"], [total, *shares.values()])
    check_countries(frame, "iso3", country_keys().codes, path)
    check_unique(frame, ["iso3"], path)
    for column in (total, *shares.values()):
        check_between(frame, column, 0, 1, path)
    kept = frame.filter(pl.col(total).is_not_null() & pl.col(f"{_CHILDREN}Age_Range").is_not_null())
    return kept.select(
        pl.col("iso3").alias("country"),
        (pl.col(total) * 100).round(6).alias("percentage"),
        *(pl.col(column).alias(name) for name, column in shares.items()),
    ).sort("country")
