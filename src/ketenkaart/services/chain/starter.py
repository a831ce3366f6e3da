"""The starter edition as a world table, so that a chain can be asked before any table is added."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.system import Solver, system_of
from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.services.installed import edition_folder
from ketenkaart.warehouse.editions import STARTER, read_manifest
from ketenkaart.warehouse.stored import INVENTORY, StoredEdition

UNIT = "MUSD"


def is_starter(edition: str) -> bool:
    """Tell whether a name means the starter edition: `starter`, or its whole id."""
    return edition == STARTER or edition == starter_id()


def starter_id() -> str:
    """Return the id of the starter edition in use; raises `EditionError` where there is none."""
    folder = edition_folder()
    return _id(folder, (folder / "edition.yml").stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _id(folder: Path, _stamp: int) -> str:
    return read_manifest(folder).id


def starter_world() -> WorldTable:
    """Return the starter edition's table in the form of every world table; read once per process.

    Its final demand is that of the home country alone: ask it where a purchase comes from, not
    where a country's products go. Person-years are a satellite, and an estimate.
    """
    folder = edition_folder()
    stamp = (folder / "edition.yml").stat().st_mtime_ns
    return _read(folder, stamp)


def starter_solver() -> Solver:
    """Return the solver of the starter edition's table, whose factors are kept."""
    folder = edition_folder()
    return _solver(folder, (folder / "edition.yml").stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _solver(folder: Path, stamp: int) -> Solver:
    return system_of(_read(folder, stamp))


@lru_cache(maxsize=2)
def _read(folder: Path, _stamp: int) -> WorldTable:
    stored = StoredEdition.open(folder)
    table, demand = stored.table(), stored.demand()
    columns = (*demand.buyers, INVENTORY)
    made = dict(table.extensions)
    return WorldTable(
        regions=table.regions,
        sectors=table.sectors,
        A=coefficients(table.Z, table.output),
        Y=np.ascontiguousarray(np.stack([*demand.Y, demand.inventory], axis=1)),
        x=table.output,
        V={"value_added": made.pop("value_added").values},
        satellites=made,
        final_demand=tuple(FinalDemand(demand.country, name) for name in columns),
        inventory=(INVENTORY,),
        unit=UNIT,
        year=table.year,
        edition=stored.manifest.id,
    )


def starter_members() -> Mapping[str, str]:
    """Return, by ISO 3166-1 alpha-3, the region of several countries that a country is part of."""
    folder = edition_folder()
    return _members(folder, (folder / "edition.yml").stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _members(folder: Path, _stamp: int) -> Mapping[str, str]:
    stored = StoredEdition(folder, read_manifest(folder))
    return {country: item.region for item in stored.composites() for country in item.members}
