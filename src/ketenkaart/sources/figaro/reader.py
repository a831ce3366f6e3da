"""Read a Eurostat FIGARO table in CSV: as a matrix, or flat with one line per cell.

Matrix: a column of row labels, then `AR_A01` per economy and industry (`AR_CPA_A01` in product
tables) and `AR_P3_S13` per economy and category of final use; below the nodes come the rows of
value added, `W2_D21X31` and five more. Flat: columns `refArea`, `rowIi` (or `rowPi`),
`counterpartArea`, `colIi` (or `colPi`) and `obsValue`. Million euro. There is no row of output: it
is what is sold, so that rows balance by definition, and columns are what is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, first_repeat
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.bulk.bundle import Bundle, open_bundle
from ketenkaart.sources.bulk.lines import header_cells
from ketenkaart.sources.bulk.matrix import MatrixForm, read_header, read_matrix
from ketenkaart.sources.bulk.pairs import Coder, Seen, read_pairs

LAYOUT = "figaro"
FINAL_USES = ("P3_S13", "P3_S14", "P3_S15", "P51G", "P5M", "P52", "P53")
INVENTORY = ("P5M", "P52", "P53")
DOMESTIC = "W2"
VALUE_ADDED = ("D21X31", "OP_RES", "OP_NRES", "D1", "D29X39", "B2A3G")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_OUTPUT = Note(
    "output_is_sales",
    "The source has no row of output: it is what is sold, so that rows balance by definition.",
)


class _Labels:
    """Nodes and columns of final use among pairs of economy and item."""

    def __init__(self, pairs: Iterable[tuple[str, str]], name: str) -> None:
        found = list(dict.fromkeys(pairs))
        nodes = [pair for pair in found if pair[1] not in FINAL_USES]
        self.finals = [pair for pair in found if pair[1] in FINAL_USES]
        self.regions = tuple(dict.fromkeys(region for region, _ in nodes))
        self.sectors = tuple(dict.fromkeys(sector for _, sector in nodes))
        self.number = {
            (region, sector): k
            for k, (region, sector) in enumerate((r, s) for r in self.regions for s in self.sectors)
        }
        missing = [pair for pair in self.number if pair not in set(nodes)]
        if missing or not self.finals or not nodes:
            shown = "_".join(missing[0]) if missing else "of final use"
            raise TableError(
                f"{name} has no column {shown}",
                where="columns",
                fix="Every economy needs every industry: fetch the file again.",
            )

    def heading(self, year: int) -> Heading:
        """Return the heading of the table."""
        return Heading(
            regions=self.regions,
            sectors=self.sectors,
            final_demand=tuple(FinalDemand(region, item) for region, item in self.finals),
            inventory=tuple(c for c in INVENTORY if any(c == item for _, item in self.finals)),
            unit="MEUR",
            year=year,
            layout=LAYOUT,
        )


def _parts(Z: Floats, Y: Floats, added: dict[str, Floats], notes: Sequence[Note]) -> Parts:
    x = Z.sum(axis=1) + Y.sum(axis=1)
    residual = Note("value_added_is_residual", "Value added is output minus what is bought.")
    return Parts(
        Y=Y,
        x=np.asarray(x),
        value_added=added or {"value_added": np.asarray(x - Z.sum(axis=0))},
        is_residual=not added,
        notes=(_OUTPUT, *notes, *(() if added else (residual,))),
    )


class FigaroMatrix:
    """A FIGARO table in matrix form, whose columns have been read."""

    def __init__(self, path: Path, bundle: Bundle, name: str, year: int) -> None:
        self.files = (str(path),)
        self._bundle, self._name = bundle, name
        self._columns = tuple(header_cells(read_header(bundle, name, 1)[0], name)[1:])
        twice = first_repeat(self._columns)
        if twice is not None:
            raise TableError(
                f"{name} has the column {twice[:80]!r} twice",
                where="row 1",
                fix="Give each column once.",
            )
        self._labels = _Labels((_parted(label, name) for label in self._columns), name)
        self.heading = self._labels.heading(year)

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; output is what is sold."""
        nodes = {"_".join(pair): k for pair, k in self._labels.number.items()}
        finals = {"_".join(pair): k for k, pair in enumerate(self._labels.finals)}
        form = MatrixForm(
            name=self._name,
            separator=b",",
            skipped=1,
            label_cells=1,
            columns=self._columns,
            nodes=nodes,
            finals=finals,
            row_label=lambda labels: labels[0].strip(),
            other_row=_extra,
        )
        read = read_matrix(self._bundle, form, Z, len(finals), progress)
        return _parts(Z, read.Y, read.extras, ())


class FigaroFlat:
    """A FIGARO table in flat form, whose labels have been read in a first pass."""

    def __init__(
        self, path: Path, bundle: Bundle, name: str, columns: dict[str, str], year: int
    ) -> None:
        self.files = (str(path),)
        self._bundle, self._name, self._columns = bundle, name, columns
        pairs: dict[tuple[str, str], None] = {}
        for _, frame in read_pairs(bundle, name, columns, lambda _label, _done: None):
            pairs |= dict.fromkeys(frame.select("buyer", "use").unique(maintain_order=True).rows())
        self._labels = _Labels(pairs, name)
        self.heading = self._labels.heading(year)

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; output is what is sold."""
        n, finals = len(Z), self._labels.finals
        places = {"\t".join(pair): k for pair, k in self._labels.number.items()}
        added = {f"{DOMESTIC}\t{item}": n + k for k, item in enumerate(VALUE_ADDED)}
        sellers = Coder(self._name, places | added, "row")
        buyers = Coder(
            self._name, places | {"\t".join(p): n + k for k, p in enumerate(finals)}, "column"
        )
        seen = Seen(self._name, n + len(added), n + len(finals))
        Y, V = np.zeros((n, len(finals))), np.zeros((len(added), n))
        for first, frame in read_pairs(self._bundle, self._name, self._columns, progress):
            rows = sellers.codes(frame, ["seller", "item"], first)
            columns = buyers.codes(frame, ["buyer", "use"], first)
            seen.mark(rows, columns, first, self._cell)
            value = frame["value"].to_numpy()
            inner = (rows < n) & (columns < n)
            Z[rows[inner], columns[inner]] = value[inner]
            final = (rows < n) & (columns >= n)
            Y[rows[final], columns[final] - n] = value[final]
            extra = (rows >= n) & (columns < n)
            V[rows[extra] - n, columns[extra]] = value[extra]
        notes = []
        if seen.missing:
            notes.append(
                Note(
                    "cells_not_given",
                    f"{seen.missing} cells are not in the file and are read as nothing traded.",
                )
            )
        kept = {item: V[k] for k, item in enumerate(VALUE_ADDED) if V[k].any()}
        return _parts(Z, Y, kept, notes)

    def _cell(self, row: int, column: int) -> str:
        n = self.heading.n
        rows = self.heading.label(row) if row < n else VALUE_ADDED[row - n]
        final = self._labels.finals[column - n] if column >= n else ("", "")
        columns = self.heading.label(column) if column < n else ".".join(final)
        return f"{rows} to {columns}"


def _parted(label: str, name: str) -> tuple[str, str]:
    region, mark, item = label.partition("_")
    if not mark or not region or not item:
        raise TableError(
            f"{name}: the column {label[:80]!r} is no economy with an industry",
            where="row 1",
            fix="Columns are called like AR_A01 or AR_P3_S13; fetch the file again.",
        )
    return region, item


def _extra(label: str) -> str | None:
    region, _, item = label.partition("_")
    if region != DOMESTIC or item not in VALUE_ADDED:
        raise KeyError(label)
    return item


def open_figaro(path: Path, year: int | None = None) -> FigaroMatrix | FigaroFlat:
    """Return a FIGARO table from a CSV file, a zip, or a folder with a file per year.

    Raises `InputError`, naming the files there are, when it is not clear which one is meant;
    `TableError` for columns that are none of the layout.
    """
    bundle = open_bundle(path)
    name, found = _choose(path, bundle, year)
    columns = _flat_columns(header_cells(read_header(bundle, name, 1)[0], name))
    if columns is None:
        return FigaroMatrix(path, bundle, name, found)
    return FigaroFlat(path, bundle, name, columns, found)


def _choose(path: Path, bundle: Bundle, year: int | None) -> tuple[str, int]:
    csvs = [name for name in bundle.names if name.lower().endswith(".csv")]
    dated = [(name, _YEAR.findall(name.rpartition("/")[2])) for name in csvs]
    fitting = [
        (name, int(found[-1]))
        for name, found in dated
        if found and (year is None or int(found[-1]) == year)
    ]
    if not fitting and len(csvs) == 1 and year is not None:
        fitting = [(csvs[0], year)]
    if len(fitting) != 1:
        raise InputError(
            "It is not clear which file is meant" if fitting else "There is no table of that year",
            where=str(path),
            fix=f"Give the file, and --year when its name has none; CSV files here: "
            f"{', '.join(csvs[:20]) or 'none'}.",
        )
    return fitting[0]


def _flat_columns(header: Sequence[str]) -> dict[str, str] | None:
    """Return what a flat file calls its columns, or `None` for a matrix."""
    lower = {name.lower(): name for name in header}
    wanted = {
        "seller": ("refarea",),
        "item": ("rowii", "rowpi"),
        "buyer": ("counterpartarea",),
        "use": ("colii", "colpi"),
        "value": ("obsvalue",),
    }
    found = {lower[name]: new for new, names in wanted.items() for name in names if name in lower}
    return found if len(found) == len(wanted) else None
