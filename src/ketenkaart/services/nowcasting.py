"""Bring a world table to a later year, keep it as an estimate, and say how far it moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress
from ketenkaart.core.chain.moves import Missed, Moved, missed, moved
from ketenkaart.core.chain.nowcast import (
    Targets,
    added_of,
    nowcast,
    sales,
    sold_before,
    targets_of,
)
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.provenance import Text
from ketenkaart.services.world_tables import (
    Origin,
    TableEntry,
    keep_table,
    open_world,
    show_table,
)
from ketenkaart.sources.macro_totals import TotalsFile, read_totals, write_template
from ketenkaart.warehouse.table_manifest import Estimate

METHOD = "gras"
FURTHEST = 50
"""Years that a table may be brought: a few say little already, more are a typing error."""


@dataclass(frozen=True, slots=True)
class Nowcasted:
    """A table that was brought to a later year: kept, with how far its cells moved.

    `missed` compares it with a real table, where one was named; `notes` say which totals were not
    given and what they follow.
    """

    entry: TableEntry
    moved: Moved
    missed: Missed | None
    notes: tuple[Note, ...]


def nowcast_table(
    prior: str,
    *,
    year: int,
    totals: Path,
    name: str | None = None,
    against: str | None = None,
    data_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
) -> Nowcasted:
    """Bring a world table to totals of another year, and keep it whole or not at all.

    `prior` is the table to start from, `totals` a CSV (`read_totals`); `name` the id to keep it
    under, by default the prior's with the year. `against` names a real table of the same regions
    and sectors to compare with. Raises `InputError` naming a line that cannot be used, and
    `TableError` naming the node or buyer whose totals no such table has.
    """
    table = open_world(prior, data_folder)
    chosen = name or f"{table.edition}-to-{year}"
    _refuse_in_the_way(table, chosen, year, data_folder)
    real = None if against is None else _comparable(table, open_world(against, data_folder))
    read = read_totals(totals)
    targets = targets_of(table, read.totals)
    progress("balancing", 0.0)
    found = nowcast(table, targets, progress=lambda done: progress("balancing", done))
    before = sold_before(table, targets)
    after = found.balanced.applied(before)
    brought = _Brought(table, prior, year, totals, read, targets, after, data_folder)
    estimate = Estimate(method=METHOD, prior=table.edition, note=brought.note)
    entry = keep_table(
        brought,
        name=chosen,
        estimate=estimate,
        data_folder=data_folder,
        progress=progress,
    )
    before = sales(table)
    return Nowcasted(
        entry,
        moved(table, before, after),
        None if real is None else missed(table.n, before, after, sales(real)),
        brought.notes,
    )


def totals_template(prior: str, data_folder: Path | None = None) -> str:
    """Return a CSV with a line per total of a table, filled in with the year that it is of.

    Inventories are left out: they swing, and follow value added of their region when not given.
    """
    table = open_world(prior, data_folder)
    added = added_of(table)
    bought = np.asarray(table.Y.sum(axis=0))

    def lines() -> Iterator[tuple[str, str, str, float]]:
        width = len(table.sectors)
        for kind, values in (("value_added", added), ("output", np.asarray(table.x))):
            for k in range(table.n):
                region, sector = table.regions[k // width], table.sectors[k % width]
                yield kind, region, sector, float(values[k])
        for k, column in enumerate(table.final_demand):
            if column.category not in table.inventory:
                yield "final_demand", column.region, column.category, float(bought[k])

    return write_template(lines())


@dataclass(frozen=True, slots=True)
class _Brought:
    """A table that was brought to a later year, in the form in which tables come in."""

    table: WorldTable
    prior: str
    year: int
    path: Path
    read: TotalsFile
    targets: Targets
    after: Floats
    data_folder: Path | None

    @property
    def heading(self) -> Heading:
        table = self.table
        layout = show_table(self.prior, self.data_folder).manifest.layout
        return Heading(
            table.regions, table.sectors, table.final_demand, table.inventory, table.unit,
            self.year, layout,
        )  # fmt: skip

    @property
    def files(self) -> tuple[str, ...]:
        return (str(self.path),)

    @property
    def origin(self) -> Origin:
        known = show_table(self.prior, self.data_folder).manifest
        return Origin(
            title=Text(
                nl=f"{known.title.nl}, gebracht naar {self.year} (schatting)",
                en=f"{known.title.en}, brought to {self.year} (an estimate)",
            ),
            publisher=known.publisher,
            licence=known.licence,
            citation=known.citation,
            is_tried=known.is_tried,
        )

    @property
    def note(self) -> Text:
        named = "; ".join(self.read.sources)
        source_nl = f"bron: {named}" if named else "zonder bronvermelding"
        source_en = f"source: {named}" if named else "no source named"
        count, file = len(self.read.totals), self.path.name
        years = f"{self.table.edition} ({self.table.year})"
        return Text(
            nl=f"Gebracht van {years} naar {self.year} met GRAS en {count} totalen uit {file} "
            f"({source_nl}).",
            en=f"Brought from {years} to {self.year} by GRAS with {count} totals from {file} "
            f"({source_en}).",
        )

    @property
    def notes(self) -> tuple[Note, ...]:
        found = [Note("estimate", self.note.en)]
        followed = ", ".join(
            f"{count} of {kind}" for kind, count in self.targets.followed.items() if count
        )
        if followed:
            found.append(
                Note(
                    "totals_that_follow",
                    f"Totals that were not given follow the growth of others: {followed}.",
                )
            )
        if abs(self.targets.scaled - 1) > 1e-9:
            found.append(
                Note(
                    "final_demand_scaled",
                    f"Final demand was multiplied by {self.targets.scaled:.6f}, so that the world "
                    "uses what value is added to.",
                )
            )
        if len(self.table.satellites):
            found.append(
                Note(
                    "satellites_left_out",
                    f"{len(self.table.satellites)} satellites of {self.table.year} were left out: "
                    "they are of another year.",
                )
            )
        return tuple(found)

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the new transactions into `Z`, and return the rest."""
        n = self.table.n
        Z[:] = self.after[:, :n]
        progress("writing", 0.0)
        return Parts(
            Y=np.ascontiguousarray(self.after[:, n:]),
            x=self.targets.output,
            value_added=_added_rows(self.table, self.targets),
            is_residual=False,
            notes=self.notes,
        )


def _added_rows(table: WorldTable, targets: Targets) -> dict[str, Floats]:
    """Return the rows of value added: per node in the proportions they had."""
    old = added_of(table)
    times = np.divide(targets.added, old, out=np.zeros(table.n), where=old != 0)
    rows = {name: np.asarray(row) * times for name, row in table.V.items()}
    first = next(iter(rows))
    rows[first] = rows[first] + np.where(old == 0, targets.added, 0.0)
    return rows


def _refuse_in_the_way(table: WorldTable, name: str, year: int, data_folder: Path | None) -> None:
    """Raise `InputError` for an id under which a published table stands, or a year far away."""
    if not 0 < abs(year - table.year) <= FURTHEST:
        raise InputError(
            f"{table.edition} is of {table.year} and cannot be brought to {year}",
            where="--year",
            fix=f"Give another year, at most {FURTHEST} away.",
        )
    try:
        known = show_table(name, data_folder).manifest
    except NotFoundError:
        return
    if known.estimate is None:
        raise InputError(
            f"{name} is a published table, and an estimate must not take its place",
            where="--id",
            fix="Choose another id.",
        )


def _comparable(table: WorldTable, real: WorldTable) -> WorldTable:
    if (table.regions, table.sectors, table.final_demand) != (
        real.regions, real.sectors, real.final_demand,
    ):  # fmt: skip
        raise InputError(
            f"{real.edition} has other regions, sectors or buyers than {table.edition}",
            where="--against",
            fix="Compare with a table of the same publisher and edition.",
        )
    return real
