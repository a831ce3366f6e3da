"""Split the region of a world table that holds many countries, and keep the table it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts, Progress, Satellites
from ketenkaart.core.chain.split.cut import put
from ketenkaart.core.chain.split.types import Prior
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.split_preparing import (
    METHOD,
    Prepared,
    needed_bytes,
    output_bounds,
    prepare,
    unknown_countries,
)
from ketenkaart.services.world_tables import Origin, TableEntry, keep_table, show_table
from ketenkaart.sources.reference.split_errors import load_split_errors
from ketenkaart.warehouse.folder import chosen_data_folder
from ketenkaart.warehouse.table_manifest import Estimate, TableManifest

DEFAULT_PRIOR = Prior.FACTORIES
"""The prior that did best in the part of the back-test that it was chosen on."""
LOW, HIGH = "output_low", "output_high"
MOST_MISSED = 1e-6


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A country in the region: what it is taken to make, and what that stands on.

    Output and value added in the table's unit a year, `low` and `high` those of output, `share`
    of the region's value added. `country` is empty for the remainder. `largest` are the sectors
    with most value added. `is_known` is false where accounts are missing: such a country is part
    of the remainder, and its own figures are `None`.
    """

    country: str
    is_known: bool
    share: float | None
    output: float | None
    low: float | None
    high: float | None
    value_added: float | None
    largest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """What a split would do, before it is done."""

    edition: str
    region: str
    unit: str
    year: int
    prior: Prior
    nodes: int
    bytes: int
    rows: tuple[SplitRow, ...]
    without_rate: tuple[str, ...]


def plan_split(
    edition: str,
    source: Path,
    countries: Sequence[str] | None,
    *,
    prior: Prior = DEFAULT_PRIOR,
    rates: Path | None = None,
    data_folder: Path | None = None,
) -> SplitPlan:
    """Return what splitting a table's region would give, without doing it.

    `countries` are ISO 3166-1 codes, `None` all that have accounts; `source` holds the publishers'
    files, `rates` a user's own exchange rates (see `read_evidence`). Raises `InputError` for a
    table that cannot be split, a country outside the region or without accounts, or a missing
    file; `StoreError` when it would not fit in memory.
    """
    prepared = prepare(edition, source, countries, prior, rates, data_folder)
    attempt, shares, table = prepared.attempt, prepared.shares, prepared.subject.table
    low, high = output_bounds(attempt, shares, load_split_errors())
    rows = [
        _row(prepared, k, code, low[k], high[k])
        for k, code in enumerate((*attempt.parts.evidence.countries[:-1], ""))
    ]
    rows += [
        SplitRow(code, False, None, None, None, None, None, ())
        for code in unknown_countries(prepared.subject)
    ]
    return SplitPlan(
        edition=table.edition,
        region=prepared.subject.region,
        unit=table.unit,
        year=table.year,
        prior=prior,
        nodes=len(attempt.places.regions) * len(table.sectors),
        bytes=needed_bytes(attempt, table),
        rows=tuple(rows),
        without_rate=prepared.read.without_rate,
    )


def split_table(
    edition: str,
    source: Path,
    countries: Sequence[str] | None,
    *,
    prior: Prior = DEFAULT_PRIOR,
    rates: Path | None = None,
    name: str | None = None,
    data_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
) -> TableEntry:
    """Split the region of a table and keep the result as a new table, an estimate; or nothing.

    The new table holds satellites `output_low` and `output_high`: the interval of each node's
    output (equal to output outside the region). `name` is its id, by default the old one with
    `-split`. Raises as `plan_split` does, and `StoreError` where there is no room.
    """
    progress("reading sources", 0.0)
    prepared = prepare(edition, source, countries, prior, rates, data_folder)
    parent = show_table(edition, data_folder).manifest
    incoming = _Split(prepared, parent)
    chosen = name or f"{parent.id}-split"
    if chosen == parent.id:
        raise InputError(
            "The split would replace the table it is made from",
            where="--id",
            fix="Give it another id.",
        )
    return keep_table(
        incoming,
        name=chosen,
        estimate=Estimate(method=METHOD, prior=parent.id, note=incoming.text),
        data_folder=data_folder or chosen_data_folder(),
        progress=progress,
    )


def _row(prepared: Prepared, k: int, code: str, low: Floats, high: Floats) -> SplitRow:
    region, shares = prepared.attempt.region, prepared.shares.sectors[k]
    added = shares * region.value_added
    order = np.argsort(-added)[:3]
    names = prepared.subject.table.sectors
    errors = load_split_errors().country_output
    output = float((shares * region.output).sum())
    return SplitRow(
        country=code,
        is_known=True,
        share=float(added.sum() / region.value_added.sum()),
        output=output,
        low=max(float(low.sum()), output * errors.low),
        high=min(float(high.sum()), output * errors.high),
        value_added=float(added.sum()),
        largest=tuple(names[s] for s in order),
    )


class _Split:
    """A split as a table on its way in."""

    def __init__(self, prepared: Prepared, parent: TableManifest) -> None:
        self._prepared = prepared
        self._parent = parent
        table, attempt = prepared.subject.table, prepared.attempt
        self.files = tuple(str(path) for path in prepared.read.files.values())
        self.heading = Heading(
            regions=attempt.places.regions,
            sectors=table.sectors,
            final_demand=attempt.places.final_demand,
            inventory=table.inventory,
            unit=table.unit,
            year=table.year,
            layout=parent.layout,
        )
        count = len(attempt.parts.members) - 1
        region = prepared.subject.region
        self.text = Text(
            nl=f"Regio {region} van {parent.id} gesplitst in {count} landen en een rest, met prior "
            f"{prepared.prior.value}. Elke cel van {parent.id} blijft behouden; wat binnen de "
            "regio staat, is een raming.",
            en=f"Region {region} of {parent.id} split into {count} countries and a remainder, with "
            f"prior {prepared.prior.value}. Every cell of {parent.id} is kept; what stands inside "
            "the region is an estimate.",
        )
        self.origin = Origin(
            title=Text(
                nl=f"{parent.title.nl}, {region} gesplitst (raming)",
                en=f"{parent.title.en}, {region} split (estimate)",
            ),
            publisher=f"{parent.publisher}; split here",
            licence=parent.licence,
            citation=parent.citation,
            is_tried=parent.is_tried,
        )

    def fill(self, Z: Floats, progress: Progress) -> Parts:
        """Write the transactions of the split table into `Z`."""
        prepared, table = self._prepared, self._prepared.subject.table
        attempt, shares = prepared.attempt, prepared.shares
        balanced = attempt.split(prepared.prior, shares, _step(progress, "balancing"))
        if balanced.miss > MOST_MISSED:
            raise TableError(
                f"The split does not come to balance: after {balanced.cycles} cycles rows and "
                f"columns still miss {balanced.miss:.1g} of themselves",
                where=prepared.subject.table.edition,
                fix="Take --prior accounts, which asks less, or fewer countries.",
            )
        progress("placing", 0.0)
        Y, x, V, counted = put(table, attempt.places, shares, balanced.flows, Z)
        low, high = output_bounds(attempt, shares, load_split_errors())
        ends = np.stack([x, x])
        inner = attempt.places.new_inner
        ends[0][inner], ends[1][inner] = low, high
        names = tuple(table.satellites)
        return Parts(
            Y=Y,
            x=x,
            value_added=V,
            is_residual=self._parent.is_value_added_residual,
            satellites=Satellites(
                (*names, LOW, HIGH),
                (*(table.satellites[name].unit for name in names), table.unit, table.unit),
                np.vstack([counted, ends]),
            ),
            notes=self._notes(balanced.cycles, balanced.miss),
        )

    def _notes(self, cycles: int, miss: float) -> tuple[Note, ...]:
        missing = self._prepared.read.without_rate
        left = unknown_countries(self._prepared.subject)
        notes = [
            Note("is_estimate", self.text.en),
            Note(
                "split_balance",
                f"Rows and columns of new countries miss their totals by at most {miss:.1g} of "
                f"themselves, after {cycles} cycles.",
            ),
            Note(
                "same_technology",
                "New countries buy per unit of output what the region as a whole buys, and add as "
                "much value; where it comes from differs.",
            ),
        ]
        if left:
            notes.append(
                Note(
                    "countries_unknown",
                    f"Without accounts or exchange rate, and part of the remainder: "
                    f"{', '.join(left)}.",
                )
            )
        if missing:
            notes.append(
                Note("no_exchange_rate", f"Accounts without exchange rate: {', '.join(missing)}.")
            )
        return tuple(notes)


def _step(progress: Progress, name: str) -> Callable[[float], None]:
    return lambda done: progress(name, done)
