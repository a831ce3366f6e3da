"""Read a table in the plain form: a folder or zip with `table.json` and CSV or Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from pydantic import Field, ValidationError

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, Satellites
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import FinalDemand
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.core.provenance import Frozen, Text
from ketenkaart.sources.bulk.bundle import Bundle, open_bundle
from ketenkaart.sources.bulk.pairs import Coder, Seen
from ketenkaart.sources.plain_table.files import NODE, PlainFile, find_file, need_file

LAYOUT = "table"
DESCRIPTION = "table.json"
SALES = {
    "seller_region": "seller",
    "seller_sector": "item",
    "buyer_region": "buyer",
    "buyer_sector": "use",
    "value": "value",
}
PURCHASES = {
    "region": "seller",
    "sector": "item",
    "buyer_region": "buyer",
    "category": "use",
    "value": "value",
}


class Description(Frozen):
    """The content of `table.json`: what the table is, and the unit of every satellite.

    `inventory` names the categories of final demand that are changes in inventories.
    """

    title: Text
    year: int = Field(ge=1900, le=2200)
    unit: str = Field(pattern=r"^[A-Za-z0-9 ./_-]{1,40}$")
    publisher: str = Field(min_length=1, max_length=200)
    licence: str = Field(min_length=1, max_length=200)
    inventory: tuple[str, ...] = ()
    satellites: dict[str, str] = Field(default_factory=dict)


class PlainTable:
    """A table in the plain form, whose description, nodes and columns have been read."""

    def __init__(self, path: Path, bundle: Bundle, year: int | None) -> None:
        self.files = tuple(
            [str(path)] if path.is_file() else [str(path / name) for name in bundle.names]
        )
        self.description = _description(bundle)
        if year is not None and year != self.description.year:
            raise InputError(
                f"The table is of {self.description.year}, not of {year}",
                where=DESCRIPTION,
                fix="Leave --year out, or correct table.json.",
            )
        self._sales = need_file(bundle, "transactions")
        self._demand = need_file(bundle, "final_demand")
        self._added = find_file(bundle, "value_added")
        self._counted = find_file(bundle, "satellites")
        labels, self._output = _nodes(need_file(bundle, "nodes"))
        regions = tuple(dict.fromkeys(region for region, _ in labels))
        sectors = tuple(dict.fromkeys(sector for _, sector in labels))
        _refuse_gaps(labels, regions, sectors)
        columns = _final_columns(self._demand, regions)
        categories = {column.category for column in columns}
        unknown = sorted(set(self.description.inventory) - categories)
        if unknown:
            raise TableError(
                f"{DESCRIPTION} calls {unknown[0]!r} a change in inventories, and final demand has "
                "no such category",
                where="inventory",
                fix=f"Use one of {', '.join(sorted(categories)[:20])}.",
            )
        self.heading = Heading(
            regions=regions,
            sectors=sectors,
            final_demand=columns,
            inventory=self.description.inventory,
            unit=self.description.unit,
            year=self.description.year,
            layout=LAYOUT,
        )
        self._number = {self.heading.label(k): k for k in range(self.heading.n)}

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions into `Z`; cells that a long file does not give are zero."""
        notes: list[Note] = []
        if self._sales.is_long():
            notes += self._fill_long(Z, progress)
        else:
            self._fill_wide(Z, progress)
        x = np.array([self._output[self.heading.label(k)] for k in range(len(Z))])
        added = self._rows(self._added, progress)
        counted = self._rows(self._counted, progress)
        units = self.description.satellites
        without = sorted(set(counted) ^ set(units))
        if without:
            raise TableError(
                f"The satellite {without[0]!r} has no unit in table.json, or no column",
                where="satellites",
                fix="Name every satellite with its unit in table.json.",
            )
        if not added:
            notes.append(
                Note("value_added_is_residual", "Value added is output minus what is bought.")
            )
        return Parts(
            Y=self._final_demand(progress),
            x=x,
            value_added=added or {"value_added": np.asarray(x - Z.sum(axis=0))},
            is_residual=not added,
            satellites=Satellites(
                tuple(counted),
                tuple(units[name] for name in counted),
                np.array(list(counted.values())).reshape(len(counted), len(Z)),
            ),
            notes=tuple(notes),
        )

    def _fill_wide(self, Z: Floats, progress: Progress) -> None:
        found = set(self._sales.values())
        if found != set(self._number):
            odd = sorted(found ^ set(self._number))[0]
            raise TableError(
                f"{odd[:80]!r} is a node or a column of transactions, and not both",
                where=f"{self._sales.parts[0]}, row 1",
                fix="Give a column REGION.sector for every node, and no others.",
            )
        self._sales.read_wide(self._number, {}, Z, progress)

    def _fill_long(self, Z: Floats, progress: Progress) -> list[Note]:
        self._sales.need(tuple(SALES))
        number = self._tabbed()
        coder = Coder(self._sales.stem, number, "node")
        seen = Seen(self._sales.stem, len(Z), len(Z))
        for first, frame in self._sales.read_long(SALES, progress):
            rows = coder.codes(frame, ["seller", "item"], first)
            columns = coder.codes(frame, ["buyer", "use"], first)
            seen.mark(rows, columns, first, self._cell)
            Z[rows, columns] = frame["value"].to_numpy()
        return [
            Note("cells_not_given", f"{seen.missing} transactions are not given: they are zero.")
        ] if seen.missing else []  # fmt: skip

    def _final_demand(self, progress: Progress) -> Floats:
        columns = self.heading.final_demand
        if not self._demand.is_long():
            finals = {f"{c.region}.{c.category}": k for k, c in enumerate(columns)}
            return self._demand.read_wide(self._number, finals, None, progress)
        Y = np.zeros((self.heading.n, len(columns)))
        nodes = Coder(self._demand.stem, self._tabbed(), "node")
        place = {f"{c.region}\t{c.category}": k for k, c in enumerate(columns)}
        buyers = Coder(self._demand.stem, place, "column of final demand")
        seen = Seen(self._demand.stem, *Y.shape)
        for first, frame in self._demand.read_long(PURCHASES, progress):
            rows = nodes.codes(frame, ["seller", "item"], first)
            finals_at = buyers.codes(frame, ["buyer", "use"], first)
            seen.mark(rows, finals_at, first, self._purchase)
            Y[rows, finals_at] = frame["value"].to_numpy()
        return Y

    def _rows(self, file: PlainFile | None, progress: Progress) -> dict[str, Floats]:
        if file is None:
            return {}
        names = file.values()
        finals = {name: k for k, name in enumerate(names)}
        # A satellite called like a node is no transaction: nodes lead nowhere here.
        read = file.read_wide(self._number, finals, None, progress)
        return {name: np.ascontiguousarray(read[:, k]) for name, k in finals.items()}

    def _tabbed(self) -> dict[str, int]:
        S = len(self.heading.sectors)
        return {
            f"{self.heading.regions[k // S]}\t{self.heading.sectors[k % S]}": k
            for k in range(self.heading.n)
        }

    def _cell(self, row: int, column: int) -> str:
        return f"{self.heading.label(row)} to {self.heading.label(column)}"

    def _purchase(self, row: int, column: int) -> str:
        bought = self.heading.final_demand[column]
        return f"{self.heading.label(row)} to {bought.region}.{bought.category}"


def _description(bundle: Bundle) -> Description:
    name = bundle.need(DESCRIPTION)
    with bundle.open(name) as stream:
        raw = stream.read(1 << 20)
    try:
        return Description.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise TableError(
            f"{name} is not what a table needs: {first['msg']}",
            where=f"{name}, {key}",
            fix="See docs/methods/tables.md for an example.",
        ) from error


def _nodes(file: PlainFile) -> tuple[list[tuple[str, str]], Mapping[str, float]]:
    """Return region and sector of every node, in order, and output by `REGION.sector`."""
    file.need((*NODE, "output"))
    columns = {"region": "region", "sector": "sector", "output": "value"}
    labels: list[tuple[str, str]] = []
    output: dict[str, float] = {}
    for first, frame in file.read_long(columns, lambda _label, _done: None):
        for k, (region, sector, value) in enumerate(frame.iter_rows()):
            label = f"{region}.{sector}"
            if not region or not sector or label in output:
                raise TableError(
                    f"The node {label!r} is there twice, or lacks its region or sector",
                    where=f"{file.parts[0]}, row {first + k}",
                    fix="Give every node once.",
                )
            labels.append((region, sector))
            output[label] = value
    return labels, output


def _refuse_gaps(
    labels: Iterable[tuple[str, str]], regions: tuple[str, ...], sectors: tuple[str, ...]
) -> None:
    known = set(labels)
    gaps = [f"{r}.{s}" for r in regions for s in sectors if (r, s) not in known]
    if gaps:
        raise TableError(
            f"{len(gaps)} nodes are missing: {', '.join(gaps[:5])}",
            where="nodes",
            fix="Give every region every sector, with output 0 where nothing is made.",
        )


def _final_columns(file: PlainFile, regions: tuple[str, ...]) -> tuple[FinalDemand, ...]:
    if file.is_long():
        file.need(tuple(PURCHASES))
        pairs: dict[tuple[str, str], None] = {}
        for _, frame in file.read_long(PURCHASES, lambda _label, _done: None):
            pairs |= dict.fromkeys(frame.select("buyer", "use").unique(maintain_order=True).rows())
        found = [(region or "", category or "") for region, category in pairs]
    else:
        found = [_parted(label, regions, file) for label in file.values()]
    for region, category in found:
        if region not in regions or not category:
            raise TableError(
                f"Final demand has a buyer {region[:40]!r} that no node has as its region",
                where=file.parts[0],
                fix=f"Use one of {', '.join(regions[:40])}.",
            )
    return tuple(FinalDemand(region, category) for region, category in found)


def _parted(label: str, regions: tuple[str, ...], file: PlainFile) -> tuple[str, str]:
    fitting = [region for region in regions if label.startswith(f"{region}.")]
    if not fitting:
        raise TableError(
            f"The column {label[:80]!r} is no region with a category",
            where=f"{file.parts[0]}, row 1",
            fix="Columns are called REGION.category, with a region of the nodes.",
        )
    region = max(fitting, key=len)
    return region, label[len(region) + 1 :]


def open_plain(path: Path, year: int | None = None) -> PlainTable:
    """Return a table in the plain form, from a folder or zip.

    Raises `InputError` for a file that is missing, `TableError` naming file and row for one that
    is not as docs/methods/tables.md describes.
    """
    return PlainTable(path, open_bundle(path), year)
