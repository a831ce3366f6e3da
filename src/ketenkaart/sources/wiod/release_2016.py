"""Read a WIOD 2016 table in CSV: the sheet saved from Excel, or the data frame written from R.

Sheet: some lines of title, then lines with industry codes, descriptions, countries and numbers
(`c1` to `c61` per country), and below them a line per country and industry that begins with code,
description, country and number (`r1`). Data frame: one line of heading (`IndustryCode`,
`IndustryDescription`, `Country`, `RNr`, `Year`, `AUS1` to `AUS61`, ..., `TOT`). Industries are 1
to 56, final demand 57 to 61. Below the nodes come rows of country `TOT`: taxes, adjustments, value
added, transport margins, and output (`GO`). Million USD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, first_repeat
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.bulk.bundle import Bundle, open_bundle
from ketenkaart.sources.bulk.lines import cells
from ketenkaart.sources.bulk.matrix import MatrixForm, read_header, read_matrix

LAYOUT = "wiod2016"
SECTORS = tuple(
    code
    for line in (
        "A01 A02 A03 B C10-C12 C13-C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29",
        "C30 C31_C32 C33 D35 E36 E37-E39 F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59_J60 J61",
        "J62_J63 K64 K65 K66 L68 M69_M70 M71 M72 M73 M74_M75 N O84 P85 Q R_S T U",
    )
    for code in line.split(" ")
)
CATEGORIES = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN")
TOTAL = "TOT"
OUTPUT = "GO"
SUBTOTAL = "II_fob"
ADDED = ("TXSP", "EXP_adj", "PURR", "PURNR", "VA", "IntTTM")
HEADING_LINES = 12
_COLUMN = re.compile(r"([A-Z]{3})(\d{1,2})")
_NUMBER = re.compile(r"c(\d{1,2})")
_FILE = re.compile(r"WIOT(\d{4})[^/]*\.csv", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Form:
    skipped: int
    label_cells: int
    separator: bytes
    columns: tuple[tuple[str, int] | None, ...]


class Wiod2016:
    """A WIOD 2016 table whose columns have been read."""

    def __init__(self, path: Path, bundle: Bundle, name: str, year: int) -> None:
        self.files = (str(path),)
        self._bundle, self._name = bundle, name
        self._form = _form(bundle, name)
        known = [column for column in self._form.columns if column is not None]
        twice = first_repeat(known)
        regions = tuple(dict.fromkeys(region for region, _ in known))
        numbers = set(range(1, len(SECTORS) + len(CATEGORIES) + 1))
        for region in regions:
            missing = numbers - {number for code, number in known if code == region}
            if missing or twice is not None:
                place = f"{region}{min(missing)}" if missing else "".join(map(str, twice or ()))
                raise TableError(
                    f"{name} has no column {place}, or has it twice",
                    where="heading",
                    fix="Every country needs 56 industries and 5 columns of final demand.",
                )
        self.heading = Heading(
            regions=regions,
            sectors=SECTORS,
            final_demand=tuple(FinalDemand(r, c) for r in regions for c in CATEGORIES),
            inventory=(CATEGORIES[-1],),
            unit="MUSD",
            year=year,
            layout=LAYOUT,
        )

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; the rows below them are value added in a wide sense."""
        S, F = len(SECTORS), len(CATEGORIES)
        region = {code: k for k, code in enumerate(self.heading.regions)}
        labels: list[str] = []
        finals: dict[str, int] = {}
        for j, column in enumerate(self._form.columns):
            if column is None:
                labels.append(f"left out {j}")
                continue
            code, number = column
            if number <= S:
                labels.append(f"{code}\t{SECTORS[number - 1]}")
            else:
                labels.append(f"{code}\tfinal {number}")
                finals[labels[-1]] = region[code] * F + number - S - 1
        nodes = {
            f"{code}\t{sector}": r * S + s
            for code, r in region.items()
            for s, sector in enumerate(SECTORS)
        }
        form = MatrixForm(
            name=self._name,
            separator=self._form.separator,
            skipped=self._form.skipped,
            label_cells=self._form.label_cells,
            columns=tuple(labels),
            nodes=nodes,
            finals=finals,
            row_label=lambda found: f"{found[2].strip()}\t{found[0].strip()}",
            other_row=_other_row,
            blank_is_zero=True,
        )
        read = read_matrix(self._bundle, form, Z, len(self.heading.final_demand), progress)
        x = read.extras.pop(OUTPUT, None)
        if x is None:
            raise TableError(
                f"{self._name} has no row of output",
                where=f"row {TOTAL} {OUTPUT}",
                fix="The file is cut short: fetch it again.",
            )
        blanks = Note("blank_is_zero", f"{read.blanks} empty cells are read as nothing traded.")
        added: Mapping[str, Floats] = read.extras
        return Parts(
            Y=read.Y,
            x=x,
            value_added=added or {"value_added": np.asarray(x - Z.sum(axis=0))},
            is_residual=not added,
            notes=(blanks,) if read.blanks else (),
        )


def _other_row(label: str) -> str | None:
    country, _, code = label.partition("\t")
    if country != TOTAL or code not in (OUTPUT, SUBTOTAL, *ADDED):
        raise KeyError(label)
    return None if code == SUBTOTAL else code


def _form(bundle: Bundle, name: str) -> _Form:
    """Return how a file is laid out; raise `TableError` when it is neither of the two forms."""
    raw = read_header(bundle, name, HEADING_LINES)
    for separator in (b",", b";"):
        lines = [cells(line, separator, name, k + 1) for k, line in enumerate(raw)]
        if lines[0][:4] == ["IndustryCode", "IndustryDescription", "Country", "RNr"]:
            return _Form(1, 5, separator, tuple(_frame_column(text) for text in lines[0][5:]))
        for k, line in enumerate(lines):
            if k and len(line) > 5 and line[4].strip() == "c1":
                countries = lines[k - 1][4:]
                columns = zip(countries, line[4:], strict=False)
                return _Form(k + 1, 4, separator, tuple(_sheet_column(*pair) for pair in columns))
    raise TableError(
        f"{name} is no table of the 2016 release",
        where="heading",
        fix="Save the sheet of one year as CSV, or write the data frame with write.csv in R.",
    )


def _frame_column(text: str) -> tuple[str, int] | None:
    found = _COLUMN.fullmatch(text.strip())
    return (found[1], int(found[2])) if found and found[1] != TOTAL else None


def _sheet_column(country: str, number: str) -> tuple[str, int] | None:
    found = _NUMBER.fullmatch(number.strip())
    return (country.strip(), int(found[1])) if found and country.strip() != TOTAL else None


def open_wiod2016(path: Path, year: int | None = None) -> Wiod2016:
    """Return a WIOD 2016 table from a CSV file, or from a folder or zip with a file per year.

    Raises `InputError` for a workbook or an R file, which are to be saved as CSV first, and when
    it is not clear which year is meant; `TableError` for columns that are none of the layout.
    """
    bundle = open_bundle(path)
    found = {name: _FILE.fullmatch(name.rpartition("/")[2]) for name in bundle.names}
    years = {int(match[1]): name for name, match in found.items() if match}
    csvs = [name for name in bundle.names if name.lower().endswith(".csv")]
    if len(csvs) == 1 and year is not None and (path.is_file() or not years):
        years = {year: csvs[0]}
    if year is None and len(years) == 1:
        year = next(iter(years))
    if year is None or year not in years:
        raise InputError(_why(bundle.names, year, sorted(years)), where=str(path), fix=_ADVICE)
    return Wiod2016(path, bundle, years[year], year)


_ADVICE = (
    "Give --year and a file called like WIOT2014_Nov16_ROW.csv; save a workbook's sheet as CSV in "
    "Excel or LibreOffice, or write the data frame with write.csv(wiot, row.names = FALSE) in R."
)


def _why(names: Sequence[str], year: int | None, years: Sequence[int]) -> str:
    if any(name.lower().endswith((".xlsb", ".xlsx", ".rdata", ".dta")) for name in names):
        return "Workbooks and files of R or Stata are not read"
    there = ", ".join(map(str, years)) or "none"
    if year is None:
        return f"It is not clear which year is meant; years here: {there}"
    return f"There is no year {year}; years here: {there}"
