"""What a split table says of the countries in it: value added behind a demand, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.demands import final_demand
from ketenkaart.core.chain.split.errors import bounds
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import EditionError, InputError
from ketenkaart.services.chain.asking import codes_of, home_region
from ketenkaart.services.chain.split_preparing import HOME, METHOD
from ketenkaart.services.chain.splitting import HIGH, LOW
from ketenkaart.services.world_tables import open_world, show_table, world_tables
from ketenkaart.sources.reference.split_errors import load_split_errors
from ketenkaart.warehouse.table_manifest import TableManifest

GROUPINGS = ("country", "node")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Value added behind a demand in one country, or one sector of it, with its interval.

    `is_split` is false for the remainder, which has no interval of its own from the back-test:
    its ends are those of a country.
    """

    country: str
    sector: str | None
    value: float
    low: float
    high: float
    is_split: bool


@dataclass(frozen=True, slots=True)
class SplitReport:
    """The rows of a split region, largest first, in the table's unit a year; all estimates.

    `total` is all value added behind the demand, `total_of_region` what arises in the region.
    """

    edition: str
    demand: str
    by: str
    unit: str
    year: int
    region: str
    prior: str
    total: float
    total_of_region: float
    rows: tuple[ReportRow, ...]


def report_split(
    edition: str,
    *,
    demand: str | None = None,
    by: str = "country",
    countries: Sequence[str] | None = None,
    data_folder: Path | None = None,
) -> SplitReport:
    """Return the value added embodied in a region's final demand, per new country or node.

    The interval is the back-test's by size class; for a node widened by the interval of its
    output. It never passes what the region as a whole has. Raises `InputError` for a table that
    was not split, another grouping, or a country that was not split off.
    """
    if by not in GROUPINGS:
        raise InputError(
            f"A split cannot be reported by {by[:40]!r}",
            where="--by",
            fix=f"Use one of {', '.join(GROUPINGS)}.",
        )
    manifest = show_table(edition, data_folder).manifest
    if manifest.estimate is None or manifest.estimate.method != METHOD:
        raise InputError(
            f"{manifest.id} was not split",
            where="edition",
            fix="Split it first: ketenkaart edition split.",
        )
    table = open_world(edition, data_folder)
    new = new_countries(table)
    asked = new if countries is None else codes_of("country", countries, new, "--countries")
    home = home_region(table, demand)
    values = embodied(table, final_demand(table, home))
    inside = np.concatenate([_nodes(table, code) for code in new])
    region = float(values[inside].sum())
    sectors = values[inside].reshape(len(new), -1).sum(axis=0)
    rows = [
        row
        for code in asked
        for row in (
            _by_node(table, values, code, sectors)
            if by == "node"
            else [_by_country(values[_nodes(table, code)], code, new, region)]
        )
    ]
    return SplitReport(
        edition=table.edition,
        demand=home,
        by=by,
        unit=table.unit,
        year=table.year,
        region=new[-1],
        prior=manifest.estimate.prior,
        total=float(values.sum()),
        total_of_region=region,
        rows=tuple(sorted(rows, key=lambda row: -row.value)),
    )


def second_opinions(country: str, data_folder: Path | None = None) -> tuple[SplitReport, ...]:
    """Return what every split table there is says of one country, behind Dutch final demand.

    `country` is a code of ISO 3166-1 or a name in Dutch or English. Empty without a split table
    that has it apart; a table that cannot be read is passed over, as `edition list` names it.
    """
    from ketenkaart.sources.reference.labels import load_countries  # noqa: PLC0415 - YAML

    places = load_countries()
    named = {
        name.casefold(): code
        for code, text in places.names().items()
        for name in (code, text.nl, text.en)
    }
    code = named.get(country.casefold())
    try:
        tables = world_tables(data_folder)
    except EditionError:
        return ()
    return tuple(
        report_split(entry.manifest.id, countries=(code,), data_folder=data_folder)
        for entry in tables
        if code is not None and _has_apart(entry.manifest, code)
    )


def _has_apart(manifest: TableManifest, code: str) -> bool:
    made = manifest.estimate is not None and manifest.estimate.method == METHOD
    return made and code in manifest.regions and HOME in manifest.regions


def new_countries(table: WorldTable) -> tuple[str, ...]:
    """Return the countries that a split made, the remainder last: where output has an interval."""
    low, high = (np.asarray(table.satellites[name].values) for name in (LOW, HIGH))
    S = len(table.sectors)
    wide = np.flatnonzero(high > low) // S
    return tuple(table.regions[k] for k in np.unique(wide))


def embodied(table: WorldTable, y: Floats) -> Floats:
    """Return the value added at every node behind a demand; shape (n,), in the table's unit."""
    X = system_of(table).output_for(y)
    x = np.asarray(table.x)
    added = np.sum([np.asarray(row) for row in table.V.values()], axis=0)
    return np.asarray(np.divide(added, x, out=np.zeros_like(x), where=x > 0) * X)


def _nodes(table: WorldTable, code: str) -> NDArray[np.int64]:
    S, at = len(table.sectors), table.regions.index(code)
    return np.arange(at * S, (at + 1) * S, dtype=np.int64)


def _by_node(table: WorldTable, values: Floats, code: str, sectors: Floats) -> list[ReportRow]:
    nodes = _nodes(table, code)
    found = values[nodes]
    classes = [item.made() for item in load_split_errors().footprint]
    low, high = bounds(found, found / max(float(sectors.sum()), 1e-300), classes)
    x = np.asarray(table.x)[nodes]
    for name in (LOW, HIGH):
        end = np.asarray(table.satellites[name].values)[nodes]
        other = np.divide(end, x, out=np.ones_like(x), where=x > 0) * found
        low, high = np.minimum(low, other), np.maximum(high, other)
    high = np.maximum(np.minimum(high, sectors), found)
    is_split = code != new_countries(table)[-1]
    return [
        ReportRow(code, sector, float(v), float(a), float(b), is_split)
        for sector, v, a, b in zip(table.sectors, found, low, high, strict=True)
    ]


def _by_country(values: Floats, code: str, new: Sequence[str], region: float) -> ReportRow:
    ends = load_split_errors().country_footprint
    whole = float(values.sum())
    high = max(min(whole * ends.high, region), whole)
    return ReportRow(code, None, whole, whole * ends.low, high, code != new[-1])
