"""A footprint over all the years there are, and what changed it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ketenkaart.core.chain.change import CAUSES, Change, decompose
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.demands import final_demand, products_only
from ketenkaart.core.chain.footprint import footprints
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import home_region
from ketenkaart.services.chain.called import nodes_called
from ketenkaart.services.chain.coded_products import product_weights
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.chain.starter import is_starter
from ketenkaart.services.exports import Cell
from ketenkaart.services.world_tables import TableEntry, open_world, world_tables

SPREAD = tuple(f"{cause}_spread" for cause in CAUSES)


def ask_series(
    *,
    edition: str | None = None,
    demand: str | None = None,
    buyers: Sequence[str] = (),
    products: Sequence[str] = (),
    at: Sequence[str] = (),
    extension: str = "value_added",
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return a footprint per year, and what each change since the year before is due to.

    `products` narrows demand to products of these sectors, or of the sectors behind a code. `at`
    names the places of which the change is explained (default: everything abroad). Each cause is
    the mean of two polar orders; its `spread` says how far they lie from that mean. The causes sum
    to the change. Tables with the same regions and sectors as `edition` are used.
    Raises `InputError` where these are not clear, and `NotFoundError` where there is none.
    """
    entries = _one_release(edition, data_folder)
    tables = [open_world(str(entry.folder), data_folder) for entry in entries]
    region = home_region(tables[0], demand)
    places = _places(tables[0], region, at)
    weights, words = product_weights(products, tables[0]) if products else ({}, "")
    before: _Year | None = None
    rows: list[tuple[Cell, ...]] = []
    for entry, table in zip(entries, tables, strict=True):
        y = final_demand(table, region, buyers)
        y = products_only(table, y, weights) if weights else y
        now = _Year(table, solver_of(table, entry.manifest.id, data_folder), y)
        counted = extension_of(table, extension)
        values = footprints(table, now.system, [counted], now.y)[0].values
        change = None if before is None else _since(before, now, extension)
        sums = float(values.sum()), float(values[places].sum())
        rows.append((table.year, table.edition, *sums, *_causes(change, places)))
        before = now
    whose = f"final demand of {region}"
    if buyers:
        whose += f" by {', '.join(buyers)}"
    if words:
        whose += f" for products of {words}"
    facts: dict[str, Any] = {"places": ", ".join(at) or f"outside {region}"}
    return ChainAnswer(
        edition=entries[-1].manifest.id,
        year=entries[-1].manifest.year,
        unit=extension_of(tables[-1], extension).unit,
        title=f"{extension} embodied in {whose}, year by year, and what changed it at the places "
        f"{facts['places']}",
        facts=facts,
        columns=("year", "edition", "total", "at_places", "change", *CAUSES, *SPREAD),
        rows=tuple(rows),
        notes=(PRICES, ORDERS),
    )


class _Year(NamedTuple):
    table: WorldTable
    system: Solver
    y: Floats


def _since(before: _Year, now: _Year, extension: str) -> Change:
    return decompose(
        (before.table, now.table), (before.system, now.system), extension, (before.y, now.y)
    )


def _causes(change: Change | None, places: list[int]) -> tuple[Cell, ...]:
    if change is None:
        return (None,) * (1 + 2 * len(CAUSES))
    moved = float((change.after - change.before)[places].sum())
    effects = change.effects[places].sum(axis=0).tolist()
    spread = np.abs(change.spread[places].sum(axis=0)).tolist()
    return (moved, *effects, *spread)


def _places(table: WorldTable, region: str, at: Sequence[str]) -> list[int]:
    if at:
        return sorted({node for code in at for node in nodes_called(table, code, "--at")})
    home = table.regions.index(region)
    return np.flatnonzero(table.region_index() != home).tolist()


def _one_release(edition: str | None, data_folder: Path | None) -> list[TableEntry]:
    """Return the tables of one publisher's release by year, one a year.

    An estimate gives way to a table that was published of its year, unless it is asked for by name.
    """
    entries = world_tables(data_folder)
    if not entries:
        raise NotFoundError(
            "There is no world table to ask",
            fix="Add one first, such as: ketenkaart edition add wiod PATH --year 2011.",
        )
    known = ", ".join(entry.manifest.id for entry in entries)
    if edition is not None and is_starter(edition):
        raise InputError(
            "The starter edition is of one year",
            where="--edition",
            fix=f"Name one table of a series: {known}.",
        )
    if edition is not None:
        chosen = [entry for entry in entries if entry.manifest.id == edition]
        if not chosen:
            raise NotFoundError(
                f"There is no world table {edition[:80]!r}", fix=f"Known tables: {known}."
            )
        nodes = _nodes(chosen[0])
    else:
        nodes = _nodes(entries[0])
    alike = [entry for entry in entries if _nodes(entry) == nodes]
    if edition is None and len(alike) < len(entries):
        raise InputError(
            "The world tables there are do not have the same regions, sectors and unit",
            where="--edition",
            fix=f"Name one of the series that is meant: {known}.",
        )
    published = {e.manifest.year for e in alike if e.manifest.estimate is None}
    alike = [
        entry
        for entry in alike
        if entry.manifest.id == edition
        or entry.manifest.estimate is None
        or entry.manifest.year not in published
    ]
    alike.sort(key=lambda entry: entry.manifest.year)
    for first, second in pairwise(alike):
        if first.manifest.year == second.manifest.year:
            raise InputError(
                f"{first.manifest.id} and {second.manifest.id} are both of {first.manifest.year}",
                where="--edition",
                fix="Compare them with `ketenkaart chain compare`, or remove one.",
            )
    return alike


def _nodes(entry: TableEntry) -> tuple[object, ...]:
    manifest = entry.manifest
    return manifest.regions, manifest.sectors, manifest.unit


PRICES = Text(
    nl="In lopende prijzen: elke oorzaak is prijs en volume door elkaar, het niveau van de vraag "
    "het meest.",
    en="In current prices: every cause mixes price with volume, the level of demand most of all.",
)
ORDERS = Text(
    nl="Elke oorzaak is het gemiddelde van twee uiterste volgordes; de spreiding zegt hoe ver die "
    "uiteen liggen.",
    en="Each cause is the mean of two polar orders; its spread says how far these lie from it.",
)
