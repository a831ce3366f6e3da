"""Read all of a WIOD 2013 table: every region's final demand, codes as in the file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError
from ketenkaart.sources.wiod.reader import (
    FINAL_DEMAND,
    SECTOR_CODES,
    numbers_of,
    read_frame,
    regions_of,
)

LAYOUT = "wiod2013"
RESIDUAL = Note(
    "value_added_is_residual",
    "The source has no rows of value added: it is output minus what is bought, and so holds net "
    "product taxes and international transport margins too.",
)
_FILE = re.compile(r"wiot_?(\d{4})[^/]*\.parquet", re.IGNORECASE)


class Wiod2013:
    """A WIOD 2013 table (Timmer et al. 2015): 41 regions, 35 sectors, million USD."""

    def __init__(self, path: Path, year: int) -> None:
        self._path = path
        self.files = (str(path),)
        self._frame = read_frame(path)
        self._labels = [str(label) for label in self._frame["row"]]
        regions = regions_of(self._labels, path)
        self.heading = Heading(
            regions=regions,
            sectors=SECTOR_CODES,
            final_demand=tuple(FinalDemand(r, c) for r in regions for c in FINAL_DEMAND),
            inventory=(FINAL_DEMAND[-1],),
            unit="MUSD",
            year=year,
            layout=LAYOUT,
        )

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; value added is output minus the column sum."""
        columns = [f"{c.region}_{c.category}" for c in self.heading.final_demand]
        size = len(SECTOR_CODES)
        for k, region in enumerate(self.heading.regions):
            part = slice(k * size, (k + 1) * size)
            Z[:, part] = numbers_of(self._frame, self._labels[part], self._path)
            progress(region, (k + 1) / len(self.heading.regions))
        x = numbers_of(self._frame, ["output"], self._path)[:, 0]
        return Parts(
            Y=numbers_of(self._frame, columns, self._path),
            x=x,
            value_added={"value_added": np.asarray(x - Z.sum(axis=0))},
            is_residual=True,
            notes=(RESIDUAL,),
        )


def open_wiod2013(path: Path, year: int | None = None) -> Wiod2013:
    """Return a WIOD 2013 table from a file, or from a folder with a file per year.

    Raises `InputError`, naming the years there are, when it is not clear which one is meant;
    `TableError` for labels that are not those of the release.
    """
    found = {path: _FILE.fullmatch(path.name)} if path.is_file() else {
        file: _FILE.fullmatch(file.name) for file in sorted(path.glob("*.parquet"))
    }  # fmt: skip
    years = {int(match[1]): file for file, match in found.items() if match}
    if path.is_file() and not years and year is not None:
        years = {year: path}
    if year is None and len(years) == 1:
        year = next(iter(years))
    if year not in years:
        there = ", ".join(str(known) for known in sorted(years)) or "none"
        what = "It is not clear which year is meant" if year is None else f"There is no year {year}"
        raise InputError(
            f"{what}; years here: {there}",
            where=str(path),
            fix="Give --year with one of them; files are called wiot_YEAR.parquet.",
        )
    return Wiod2013(years[year], year)


def is_wiod2013(path: Path) -> bool:
    """Return whether a path holds the 2013 release, in Parquet."""
    if path.is_dir():
        return any(_FILE.fullmatch(file.name) for file in path.glob("*.parquet"))
    return path.suffix == ".parquet" and path.is_file() and "row" in pl.read_parquet_schema(path)
