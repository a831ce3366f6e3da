"""What can be asked of the chain: tables, demands, buyers, products, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.counted import VALUE_ADDED, extension_names
from ketenkaart.core.chain.demands import buyers_of
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.counting import RISK
from ketenkaart.services.chain.naming import Names, buyer_name, names_of
from ketenkaart.services.chain.starter import is_starter, starter_id
from ketenkaart.services.chain.tables import STARTER, chosen_table
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.world_tables import TableEntry, show_table, world_tables
from ketenkaart.sources.reference import load_issues, load_sectors
from ketenkaart.warehouse.editions import read_manifest
from ketenkaart.warehouse.manifest import MANIFEST
from ketenkaart.warehouse.stored import StoredEdition


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table that can be asked: its id, what it is called, and its year."""

    id: str
    title: Text
    year: int


@dataclass(frozen=True, slots=True)
class ChainChoices:
    """What one table can answer; labels by the table's own codes.

    `demands` are the regions whose final demand it holds, `buyers` their categories (those of the
    first region: a table gives all alike), `extensions` the unit by name, `issues` those whose
    risk can be laid over it. `has_all_demand` is false for a table that knows one country's final
    demand alone: trade between countries cannot be asked of it.
    """

    table: KnownTable
    source: str
    licence: str
    unit: str
    names: Names
    demands: tuple[str, ...]
    buyers: Mapping[str, Text]
    extensions: Mapping[str, str]
    estimates: frozenset[str]
    issues: Mapping[str, Text]
    has_all_demand: bool


def known_tables(data_folder: Path | None = None) -> tuple[KnownTable, ...]:
    """Return the tables that can be asked, the starter edition first."""
    folder = edition_folder()
    first = _starter(folder, (folder / MANIFEST).stat().st_mtime_ns)
    return (first, *(_known(entry) for entry in world_tables(data_folder)))


@lru_cache(maxsize=4)
def _starter(folder: Path, _stamp: int) -> KnownTable:
    """Return the starter edition; its manifest is read again only when it has changed."""
    manifest = read_manifest(folder)
    return KnownTable(manifest.id, manifest.title, manifest.table_year)


def table_stamp(edition: str, data_folder: Path | None = None) -> str:
    """Return what changes when a table is replaced: an answer holds as long as this is the same.

    Raises `NotFoundError` for a table there is not.
    """
    if is_starter(edition):
        file = edition_folder() / "edition.yml"
        return f"{starter_id()}:{file.stat().st_mtime_ns}"
    folder = show_table(edition, data_folder).folder
    return f"{edition}:{(folder / 'table.json').stat().st_mtime_ns}"


def all_tables_stamp(data_folder: Path | None = None) -> str:
    """Return what changes when any world table is added, replaced or removed."""
    entries = world_tables(data_folder)
    return " ".join(
        f"{entry.manifest.id}:{(entry.folder / 'table.json').stat().st_mtime_ns}"
        for entry in entries
    )


def chain_choices(edition: str = STARTER, data_folder: Path | None = None) -> ChainChoices:
    """Return what a table can answer; raises `NotFoundError`, listing those there are."""
    name = starter_id() if is_starter(edition) else edition
    return _choices(name, data_folder, table_stamp(name, data_folder))


@lru_cache(maxsize=16)
def _choices(edition: str, data_folder: Path | None, _stamp: str) -> ChainChoices:
    table = chosen_table(edition, data_folder)
    if is_starter(edition):
        manifest = read_manifest(edition_folder())
        known = KnownTable(manifest.id, manifest.title, manifest.table_year)
        origin = StoredEdition(edition_folder(), manifest).sidecars()["transactions"]
        source, licence = origin.derived_from[0].source, origin.licence
    else:
        entry = show_table(edition, data_folder)
        known = _known(entry)
        source, licence = entry.manifest.citation, entry.manifest.licence
    asked_of = {item.region for item in table.final_demand}
    demands = tuple(region for region in table.regions if region in asked_of)
    return ChainChoices(
        table=known,
        source=source,
        licence=licence,
        unit=table.unit,
        names=names_of(table, data_folder),
        demands=demands,
        buyers={code: buyer_name(code) for code in buyers_of(table, demands[0])},
        extensions=_extensions(table),
        estimates=frozenset(name for name, item in table.satellites.items() if item.is_estimate),
        issues=_issues(table),
        has_all_demand=asked_of >= set(table.regions),
    )


def _extensions(table: WorldTable) -> dict[str, str]:
    """Return units by name, without the parts of value added where there is a sum of them."""
    names = extension_names(table)
    return {
        name: table.satellites[name].unit if name in table.satellites else table.unit
        for name in names
        if name == VALUE_ADDED or name not in table.V
    }


def _issues(table: WorldTable) -> dict[str, Text]:
    """Return the issues whose likelihood can be laid over a table, none where sectors differ."""
    placed = {code for item in load_sectors() for code in (item.id, *item.wiod2013)}
    if not set(table.sectors) <= placed:
        return {}
    stored = StoredEdition(edition_folder(), read_manifest(edition_folder()))
    names = {item.id: item.name for item in load_issues()}
    return {f"{RISK}{issue}": names[issue] for issue in stored.intensity().issues}


def _known(entry: TableEntry) -> KnownTable:
    return KnownTable(entry.manifest.id, entry.manifest.title, entry.manifest.year)
