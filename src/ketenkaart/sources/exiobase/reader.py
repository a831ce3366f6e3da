"""Read an EXIOBASE 3 table: `IOT_2011_pxp.zip` and its like, or the folder unpacked from it.

In it stand `Z.txt` (or, in some versions, `A.txt` alone), `Y.txt`, `x.txt`, `unit.txt`, and
folders with an `F.txt` and a `unit.txt` each: `satellite` and `impacts`, in later versions one per
theme. Everything is separated by tabs; columns have a region and a sector or category.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, Satellites
from ketenkaart.core.chain.table_checks import row_blocks
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.bulk.bundle import Bundle, open_bundle
from ketenkaart.sources.bulk.matrix import MatrixForm, read_matrix
from ketenkaart.sources.exiobase.labels import TAB, text_heading, text_rows

LAYOUT = "exiobase3"
INVENTORY = ("Changes in inventories", "Changes in valuables")
UNITS = {"M.EUR": "MEUR", "MEUR": "MEUR", "M.USD": "MUSD"}
VALUE_ADDED = (
    "Taxes less subsidies",
    "Other net taxes on production",
    "Compensation of employees",
    "Operating surplus",
)
# Accounts published beside each other, which names alone would not keep apart.
MAIN = "satellite"
LARGEST_MISS = 0.01
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


class Exiobase:
    """An EXIOBASE 3 table whose labels and units have been read."""

    def __init__(self, path: Path, bundle: Bundle, folder: str, year: int) -> None:
        self.files = tuple(
            [str(path)] if path.is_file() else [str(path / name) for name in bundle.names]
        )
        self._bundle, self._folder = bundle, folder
        self._matrix = f"{folder}Z.txt" if f"{folder}Z.txt" in bundle.names else f"{folder}A.txt"
        for name in ("Y.txt", "x.txt", "unit.txt"):
            bundle.need(f"{folder}{name}")
        head = text_heading(bundle, self._matrix)
        regions = tuple(dict.fromkeys(region for region, _ in head.pairs))
        sectors = tuple(dict.fromkeys(sector for _, sector in head.pairs))
        self._head = head
        self._nodes = {
            f"{region}\t{sector}": k
            for k, (region, sector) in enumerate((r, s) for r in regions for s in sectors)
        }
        missing = sorted(set(self._nodes) - set(head.columns))
        if missing:
            raise TableError(
                f"{self._matrix} has no column {missing[0].replace(chr(9), '.')!r}",
                where="row 1",
                fix="Every region needs every sector: fetch the file again.",
            )
        self._y = text_heading(bundle, f"{folder}Y.txt")
        unit = self._unit()
        categories = {category for _, category in self._y.pairs}
        self.heading = Heading(
            regions=regions,
            sectors=sectors,
            final_demand=tuple(FinalDemand(r, c) for r, c in self._y.pairs),
            inventory=tuple(name for name in INVENTORY if name in categories),
            unit=unit,
            year=year,
            layout=LAYOUT,
        )

    def _unit(self) -> str:
        name = f"{self._folder}unit.txt"
        found = {row[-1].strip() for row in text_rows(self._bundle, name)}
        if len(found) != 1 or not found <= set(UNITS):
            raise TableError(
                f"{name} gives {', '.join(sorted(found)[:5]) or 'no unit'}, where one unit of "
                "money belongs",
                where="column unit",
                fix=f"Use a monetary table, in one of {', '.join(UNITS)}.",
            )
        return UNITS[found.pop()]

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; a table that gives A alone has Z = A x."""
        notes = []
        form = self._form(self._matrix, self._head.skipped, self._head.columns)
        read_matrix(self._bundle, form, Z, 0, progress)
        x = self._output()
        if self._matrix.endswith("A.txt"):
            for _, block in row_blocks(Z):
                np.multiply(block, x, out=block)
            notes.append(
                Note("transactions_from_coefficients", "Z is A times output: only A is given.")
            )
        finals = {label: k for k, label in enumerate(self._y.columns)}
        rows = self._form(f"{self._folder}Y.txt", self._y.skipped, self._y.columns, finals)
        Y = read_matrix(self._bundle, rows, None, len(finals), progress).Y
        satellites, left_out = self._satellites(len(Z), progress)
        added, satellites, doubts = self._value_added(satellites, Z, x)
        notes += [*left_out, *doubts]
        if not satellites.names and not added:
            notes.append(
                Note(
                    "no_satellites",
                    "No satellite accounts are given: value added is output minus what is bought, "
                    "and nothing else can be asked.",
                )
            )
        if not added:
            notes.append(
                Note("value_added_is_residual", "Value added is output minus what is bought.")
            )
        return Parts(
            Y=Y,
            x=x,
            value_added=added or {"value_added": np.asarray(x - Z.sum(axis=0))},
            is_residual=not added,
            satellites=satellites,
            notes=tuple(notes),
        )

    def _form(
        self,
        name: str,
        skipped: int,
        columns: tuple[str, ...],
        finals: Mapping[str, int] | None = None,
    ) -> MatrixForm:
        return MatrixForm(
            name=name,
            separator=TAB,
            skipped=skipped,
            label_cells=2,
            columns=columns,
            nodes=self._nodes,
            finals=finals or {},
            row_label=lambda labels: "\t".join(label.strip() for label in labels),
            other_row=_no_extra,
        )

    def _output(self) -> Floats:
        name = f"{self._folder}x.txt"
        x = np.full(len(self._nodes), np.nan)
        for row, found in enumerate(text_rows(self._bundle, name), start=2):
            label = "\t".join(cell.strip() for cell in found[:2])
            if label not in self._nodes or len(found) != 3 or np.isfinite(x[self._nodes[label]]):
                raise TableError(
                    f"{name}: {label.replace(chr(9), '.')[:80]!r} is unknown or there twice",
                    where=f"row {row}",
                    fix="Give one output per region and sector.",
                )
            try:
                x[self._nodes[label]] = float(found[2])
            except ValueError:
                raise TableError(
                    f"{name} holds {found[2][:30]!r} where a number belongs",
                    where=f"row {row}",
                    fix="Correct the cell or fetch the file again.",
                ) from None
        if not np.isfinite(x).all():
            k = int(np.flatnonzero(~np.isfinite(x))[0])
            raise TableError(
                f"{name} gives no output of {self.heading.label(k)}",
                where=name,
                fix="The file is cut short: fetch it again.",
            )
        return x

    def _accounts(self) -> tuple[list[str], list[str]]:
        """Return the folders with totals (F), and those with coefficients alone."""
        inside = [
            name[len(self._folder) :]
            for name in self._bundle.names
            if name.startswith(self._folder)
        ]
        folders = dict.fromkeys(name.split("/")[0] for name in inside if name.count("/") == 1)
        whole = [name for name in folders if f"{name}/F.txt" in inside]
        alone = [name for name in folders if name not in whole and f"{name}/S.txt" in inside]
        return sorted(whole, key=lambda name: (name != MAIN, name)), alone

    def _satellites(self, n: int, progress: Progress) -> tuple[Satellites, list[Note]]:
        whole, alone = self._accounts()
        names: list[str] = []
        units: list[str] = []
        rows: list[Floats] = []
        for account in whole:
            found = self._account(account, progress)
            unit = self._units_of(account)
            for name, values in found.items():
                if name not in unit:
                    raise TableError(
                        f"{account}/unit.txt gives no unit of {name[:80]!r}",
                        where=account,
                        fix="Fetch the file again.",
                    )
                names.append(name if account == MAIN else f"{account}: {name}")
                units.append(unit[name])
                rows.append(values)
        notes = [
            Note("account_left_out", f"{name} has no F.txt, only coefficients: it is left out.")
            for name in alone
        ]
        values = np.stack(rows) if rows else np.zeros((0, n))
        return Satellites(tuple(names), tuple(units), values), notes

    def _account(self, account: str, progress: Progress) -> dict[str, Floats]:
        name = f"{self._folder}{account}/F.txt"
        head = text_heading(self._bundle, name)
        unknown = [label for label in head.columns if label not in self._nodes]
        if unknown or len(head.columns) != len(self._nodes):
            raise TableError(
                f"{name} has other columns than the table, such as "
                f"{(unknown or list(self._nodes))[0].replace(chr(9), '.')[:80]!r}",
                where="row 1",
                fix="Fetch the archive again: its parts belong to different tables.",
            )
        form = MatrixForm(
            name=name,
            separator=TAB,
            skipped=head.skipped,
            label_cells=head.label_cells,
            columns=head.columns,
            nodes=self._nodes,
            finals={},
            row_label=lambda labels: " | ".join(label.strip() for label in labels),
            other_row=lambda label: label,
            rows_are_nodes=False,
        )
        return read_matrix(self._bundle, form, None, 0, progress).extras

    def _units_of(self, account: str) -> dict[str, str]:
        name = f"{self._folder}{account}/unit.txt"
        if name not in self._bundle.names:
            raise TableError(
                f"{account} has no unit.txt", where=account, fix="Fetch the archive again."
            )
        return {
            " | ".join(cell.strip() for cell in row[:-1]): row[-1].strip()
            for row in text_rows(self._bundle, name)
        }

    def _value_added(
        self, counted: Satellites, Z: Floats, x: Floats
    ) -> tuple[dict[str, Floats], Satellites, list[Note]]:
        """Take the rows of value added out of the satellites, when columns balance with them.

        Where they do not, a note says by how much: the archive contradicts itself.
        """
        chosen = [
            k
            for k, (name, unit) in enumerate(zip(counted.names, counted.units, strict=True))
            if UNITS.get(unit) == self.heading.unit and _is_value_added(name)
        ]
        if not chosen:
            return {}, counted, []
        missed = np.abs(Z.sum(axis=0) + counted.values[chosen].sum(axis=0) - x).sum()
        if missed > LARGEST_MISS * x.sum():
            share = 100 * missed / x.sum() if x.sum() > 0 else float("inf")
            doubt = Note(
                "value_added_does_not_balance",
                f"Purchases and the archive's own {len(chosen)} rows of value added miss output by "
                f"{share:.3g}% of the total: rows and columns of Z may be swapped, or units "
                "differ. Those rows are kept as satellites and not used.",
            )
            return {}, counted, [doubt]
        rest = [k for k in range(len(counted.names)) if k not in set(chosen)]
        return (
            {counted.names[k]: counted.values[k] for k in chosen},
            Satellites(
                tuple(counted.names[k] for k in rest),
                tuple(counted.units[k] for k in rest),
                counted.values[rest],
            ),
            [],
        )


def _is_value_added(name: str) -> bool:
    """Return whether a satellite is a row of value added, in whatever account it stands.

    >>> _is_value_added("factor_inputs: Operating surplus: Remaining net operating surplus")
    True
    """
    account, mark, rest = name.partition(": ")
    inner = rest if mark and "impacts" not in account else ""
    return name.startswith(VALUE_ADDED) or inner.startswith(VALUE_ADDED)


def _no_extra(label: str) -> str | None:
    raise KeyError(label)


def open_exiobase(path: Path, year: int | None = None) -> Exiobase:
    """Return an EXIOBASE 3 table from a zip, or from a folder that holds one or more.

    Raises `InputError`, naming the years there are, when it is not clear which one is meant;
    `TableError` for labels or units that are not those of a table.
    """
    bundle = open_bundle(path)
    folders = sorted(
        {
            name.removesuffix(last)
            for name in bundle.names
            for last in ("Z.txt", "A.txt")
            if f"/{name}".endswith(f"/{last}")
        },
        key=lambda name: (name.count("/"), name),
    )
    dated = {folder: _year_of(f"{path.name}/{folder}") for folder in folders}
    fitting = [folder for folder in folders if year is None or dated[folder] in (year, None)]
    if len(fitting) != 1 or (year is None and dated[fitting[0]] is None):
        years = sorted({str(found) for found in dated.values() if found})
        raise InputError(
            "It is not clear which table is meant"
            if folders
            else "There is no Z.txt or A.txt here",
            where=str(path),
            fix=f"Give --year, or the zip of one year; years here: {', '.join(years) or 'none'}.",
        )
    chosen = year or dated[fitting[0]]
    return Exiobase(path, bundle, fitting[0], int(chosen or 0))


def _year_of(text: str) -> int | None:
    found = _YEAR.findall(text)
    return int(found[-1]) if found else None
