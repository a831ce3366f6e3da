"""Read an OECD ICIO table: CSV, or a zip of them, in million USD.

Layout of the 2021 edition, from its read-me: columns `AUS_D01T02` per economy and industry, then
`AUS_HFCE` and five more per economy, then a total; rows in the same order, then a row of taxes
less subsidies per economy (`AUS_TAXSUB`), `VALU` and `OUTPUT`. In later editions the last rows are
`TLS`, `VA` and `OUT`, and industries are called `A01`, `C17_18`. China and Mexico are split in
two (`CN1`, `CN2`, `MX1`, `MX2`) in production but not in final demand: the parts are added up.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, first_repeat
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.bulk.bundle import Bundle, open_bundle
from ketenkaart.sources.bulk.lines import header_cells
from ketenkaart.sources.bulk.matrix import MatrixForm, read_header, read_matrix

LAYOUT = "icio"
SPLIT = {
    **dict.fromkeys(("CN1", "CN2", "CN3", "CN4"), "CHN"),
    **dict.fromkeys(("MX1", "MX2", "MX3"), "MEX"),
}
CATEGORIES = (
    *("HFCE", "NPISH", "NPS", "GGFC", "GFCF", "INVNT", "INV"),
    *("DPABR", "DIRP", "NONRES", "P33", "FD", "DISC"),
)
INVENTORY = ("INVNT", "INV")
TOTALS = ("OUT", "TOTAL", "OUTPUT")
VALUE_ADDED = {"VALU": "VALU", "VA": "VA", "TLS": "TLS"}
TAXES = "TAXSUB"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


class Icio:
    """An ICIO table whose columns have been read."""

    def __init__(self, path: Path, bundle: Bundle, name: str, year: int) -> None:
        self.files = (str(path),)
        self._bundle = bundle
        self._columns = tuple(header_cells(read_header(bundle, name, 1)[0], name)[1:])
        self._refuse_repeats(name)
        nodes = [label for label in self._columns if _kind(label) == "node"]
        finals = [label for label in self._columns if _kind(label) == "final"]
        labels = [_parted(label) for label in nodes]
        regions = tuple(dict.fromkeys(SPLIT.get(region, region) for region, _ in labels))
        sectors = tuple(dict.fromkeys(sector for _, sector in labels))
        number = {
            (region, sector): k
            for k, (region, sector) in enumerate((r, s) for r in regions for s in sectors)
        }
        self._nodes = {
            name: number[SPLIT.get(region, region), sector]
            for name, (region, sector) in zip(nodes, labels, strict=True)
        }
        missing = set(number.values()) - set(self._nodes.values())
        if missing or not finals:
            shown = [f"{r}_{s}" for (r, s), k in number.items() if k in missing][:5]
            raise TableError(
                f"{name} has no column {', '.join(shown) or 'of final demand'}",
                where="row 1",
                fix="Every economy needs every industry: fetch the file again.",
            )
        pairs = [_parted(label) if "_" in label else ("ALL", label) for label in finals]
        buyers = [(SPLIT.get(region, region), category) for region, category in pairs]
        parts = tuple(dict.fromkeys(buyers))
        place = {buyer: k for k, buyer in enumerate(parts)}
        self._finals = {label: place[buyer] for label, buyer in zip(finals, buyers, strict=True)}
        self._name = name
        self.heading = Heading(
            regions=regions,
            sectors=sectors,
            final_demand=tuple(FinalDemand(region, category) for region, category in parts),
            inventory=tuple(c for c in INVENTORY if any(c == found for _, found in parts)),
            unit="MUSD",
            year=year,
            layout=LAYOUT,
        )

    def _refuse_repeats(self, name: str) -> None:
        twice = first_repeat(self._columns)
        if twice is not None:
            raise TableError(
                f"{name} has the column {twice[:80]!r} twice",
                where="row 1",
                fix="Give each column once.",
            )

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; China and Mexico are added up from their parts."""
        total = next((label for label in TOTALS if label in self._columns), None)
        form = MatrixForm(
            name=self._name,
            separator=b",",
            skipped=1,
            label_cells=1,
            columns=self._columns,
            nodes=self._nodes,
            finals=self._finals,
            row_label=lambda labels: labels[0].strip(),
            other_row=_extra,
            output_column=total,
            blank_is_zero=True,
        )
        read = read_matrix(self._bundle, form, Z, len(self.heading.final_demand), progress)
        output = read.extras.pop("output", None)
        x = output if output is not None else read.output
        if x is None:
            raise TableError(
                f"{self._name} has no row and no column of output",
                where=", ".join(TOTALS),
                fix="Fetch the whole table: coefficients alone are not enough.",
            )
        added = read.extras
        return Parts(
            Y=read.Y,
            x=x,
            value_added=added or {"value_added": np.asarray(x - Z.sum(axis=0))},
            is_residual=not added,
            notes=tuple(self._notes(read.blanks, added)),
        )

    def _notes(self, blanks: int, added: dict[str, Floats]) -> list[Note]:
        split = sorted({_parted(label)[0] for label in self._nodes} & set(SPLIT))
        notes = []
        if split:
            notes.append(
                Note(
                    "split_regions_added_up",
                    f"{', '.join(split)} are added up to "
                    f"{', '.join(sorted({SPLIT[code] for code in split}))}: what they trade with "
                    "each other is then trade of the country with itself.",
                )
            )
        if blanks:
            notes.append(
                Note("blank_is_zero", f"{blanks} empty cells or `na` are read as nothing traded.")
            )
        if not added:
            notes.append(
                Note("value_added_is_residual", "Value added is output minus what is bought.")
            )
        return notes


def _kind(label: str) -> str:
    region, mark, rest = label.partition("_")
    if label in TOTALS:
        return "total"
    if label == "DISC" or (mark and rest in CATEGORIES):
        return "final"
    if not mark or not region or not rest:
        raise TableError(
            f"The column {label[:80]!r} is no economy with an industry",
            where="row 1",
            fix="Columns are called like AUS_D01T02 or AUS_HFCE; fetch the file again.",
        )
    return "node"


def _parted(label: str) -> tuple[str, str]:
    """Return economy and industry; industries may hold an underscore.

    >>> _parted("AGO_C17_18")
    ('AGO', 'C17_18')
    """
    region, _, rest = label.partition("_")
    return region, rest


def _extra(label: str) -> str | None:
    if label in TOTALS:
        return "output"
    if label in VALUE_ADDED:
        return VALUE_ADDED[label]
    if label.endswith(f"_{TAXES}"):
        return TAXES
    raise KeyError(label)


def open_icio(path: Path, year: int | None = None) -> Icio:
    """Return an ICIO table from a CSV file, a zip, or a folder with a file per year.

    Raises `InputError`, naming the years there are, when it is not clear which one is meant;
    `TableError` for columns that are none of the layout.
    """
    bundle = open_bundle(path)
    years: dict[int, str] = {}
    for name in bundle.names:
        if name.lower().endswith(".csv"):
            # The edition comes first in `ICIO2021_2018.csv`, the year last.
            found = _YEAR.findall(name.rpartition("/")[2])
            if found:
                years.setdefault(int(found[-1]), name)
    csvs = [name for name in bundle.names if name.lower().endswith(".csv")]
    if len(csvs) == 1 and year is not None and (path.is_file() or not years):
        # What the caller says of a single file goes before what its name may mean.
        years = {year: csvs[0]}
    if year is None and len(years) == 1:
        year = next(iter(years))
    if year is None or year not in years:
        what = "It is not clear which year is meant" if year is None else f"There is no year {year}"
        raise InputError(
            f"{what}; years here: {', '.join(str(known) for known in sorted(years)) or 'none'}",
            where=str(path),
            fix="Give --year; files are called like ICIO2021_2018.csv or 2018_SML.csv.",
        )
    return Icio(path, bundle, years[year], year)
