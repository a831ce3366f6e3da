"""What a demand embodies: where, how far up the chain, and against another demand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.compare import Compared, compare
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import Footprint, Grouping, footprints
from ketenkaart.core.chain.tiers import Tiers, tiers, touched
from ketenkaart.core.chain.types import Extension
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer, largest
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.called import nodes_called
from ketenkaart.services.chain.counting import counted_with_notes, is_risk, known_nodes
from ketenkaart.services.chain.demand_notes import demand_notes
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.scope import PlaceScope
from ketenkaart.services.exports import Cell

PLACE = ("country", "sector")


def ask_footprint(
    question: Question,
    *,
    extensions: Sequence[str],
    by: Grouping = "node",
    top: int | None = None,
    outside: str | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return what a demand embodies per place, the largest first.

    With `outside` only what is made outside that region counts; the region has no row.

    With one extension a row holds its `value`, and the facts its `total`; with more, a row holds
    a column per extension and is ordered by the first, `unit` is the first one's, and the facts
    hold `extensions`, each with its unit and total. `risk:ISSUE` brings four columns: what is
    known, the two ends, and the value added of which nothing is known; a cell of the first is
    empty where nothing is. Raises `InputError` for an unknown code.
    """
    asked = make_out(question, data_folder)
    table = asked.table
    counted = [item for name in dict.fromkeys(extensions) for item in _counted(table, name)]
    if not counted:
        raise InputError("Nothing is to be counted", where="--extension", fix="Name an extension.")
    scope = PlaceScope.of(table, by, outside)
    found = footprints(table, asked.system, counted, asked.y)
    values = [_grouped(scope, item) for item in found]
    totals = [float(np.nansum(item.values[scope.counts])) for item in found]
    rows = [(*key, *(column[k] for column in values)) for k, key in enumerate(scope.keys)]
    kept, rest = largest(rows, [value or 0.0 for value in values[0]], top)
    facts: dict[str, Any] = (
        {"total": totals[0]}
        if len(found) == 1
        else {
            "extensions": [
                {"extension": item.extension.id, "unit": item.extension.unit, "total": total}
                for item, total in zip(found, totals, strict=True)
            ]
        }
    )
    if rest is not None:
        facts["rest"] = rest
    facts |= _left_out(scope) | purchase_facts(asked)
    headings = ("value",) if len(found) == 1 else tuple(item.extension.id for item in found)
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=found[0].extension.unit,
        title=f"{_listed(found)} embodied in {asked.label}{scope.words}, {table.year}",
        facts=facts,
        columns=(*PLACE, *headings),
        rows=kept,
        notes=estimate_notes(found) + demand_notes(asked),
    )


def ask_tiers(
    question: Question,
    *,
    extension: str,
    layers: int = 6,
    touching: Sequence[str] = (),
    by: Grouping = "node",
    top: int | None = None,
    outside: str | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return what a demand embodies per place and production layer, and in all deeper layers.

    A row of which nothing is known is empty, which is not the same as zero. With `outside` only
    what is made outside that region counts; the region has no row. `touching` names what a
    criterion speaks of (a country, a sector, or `REGION.sector`): the facts then say at which
    stages of the chain it bites, as shares of the whole. Raises `InputError` for an unknown code
    or an impossible number of layers.
    """
    asked = make_out(question, data_folder)
    table = asked.table
    counted, said = counted_with_notes(table, extension)
    scope = PlaceScope.of(table, by, outside)
    everywhere = tiers(table, asked.system, counted, asked.y, layers)
    found = Tiers(counted, scope.kept(everywhere.values))
    values = scope.grouped(found.values)
    totals = values.sum(axis=1).tolist()
    is_known = scope.grouped(known_nodes(table, extension).astype(np.float64)) > 0
    rows: list[tuple[Cell, ...]] = [
        (*key, totals[k], *values[k].tolist()) if is_known[k] else (*key, *[None] * (layers + 3))
        for k, key in enumerate(scope.keys)
    ]
    kept, rest = largest(rows, totals, top)
    names = [f"layer_{name}" if name.isdigit() else "deeper" for name in found.names]
    facts: dict[str, Any] = {
        "total": found.total,
        "layers": dict(zip(names, found.values.sum(axis=0).tolist(), strict=True)),
    }
    if touching:
        nodes = [node for code in touching for node in nodes_called(table, code, "--touching")]
        counting = [node for node in nodes if scope.counts[node]]
        stage = touched(table, asked.system, found, asked.y, counting)
        facts["touched"] = {
            "share": stage.total,
            "layer_shares": dict(zip(names, stage.shares, strict=True)),
            "mean_layer": stage.mean_layer,
        }
    if rest is not None:
        facts["rest"] = rest
    facts |= _left_out(scope) | purchase_facts(asked)
    one = (Footprint(counted, found.values.sum(axis=1)),)
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"{counted.id} embodied in {asked.label}{scope.words} by production layer, "
        f"{table.year}",
        facts=facts,
        columns=(*PLACE, "total", *names),
        rows=kept,
        notes=(LAYER_NOTE, *(said or estimate_notes(one)), *demand_notes(asked)),
    )


def ask_comparison(
    first: Question,
    second: Question,
    *,
    extension: str,
    by: Grouping = "country",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return two footprints side by side: other demands, years or editions.

    Rows are ordered by the size of the difference; a place that one of the tables lacks has no
    value there (null, not zero) and no difference, and comes last. Raises `InputError` where the
    units differ or nothing is in both.
    """
    asked = [make_out(question, data_folder) for question in (first, second)]
    tables = (asked[0].table, asked[1].table)
    found = [
        footprints(item.table, item.system, [extension_of(item.table, extension)], item.y)[0]
        for item in asked
    ]
    rows = compare(tables, (found[0], found[1]), by)
    kept, _ = largest(
        [_compared(row, found) for row in rows],
        [-1.0 if row.difference is None else abs(row.difference) for row in rows],
        top,
    )
    differences = [row.difference for row in rows if row.difference is not None]
    shown = [row[4] for row in kept if isinstance(row[4], float)]
    facts: dict[str, Any] = {
        "second_edition": tables[1].edition,
        "first_total": found[0].total,
        "second_total": found[1].total,
    }
    if top is not None:
        facts["rest"] = sum(differences) - sum(shown)
    facts |= purchase_facts(asked[0])
    return ChainAnswer(
        edition=tables[0].edition,
        year=tables[0].year,
        unit=found[0].extension.unit,
        title=f"{found[0].extension.id} embodied in {asked[0].label}, {tables[0].year}, "
        f"against {asked[1].label}, {tables[1].year}",
        facts=facts,
        columns=(*PLACE, "first", "second", "difference", "first_share", "second_share"),
        rows=kept,
        notes=(
            *((CURRENT_PRICES,) if tables[0].year != tables[1].year else ()),
            *dict.fromkeys(note for one in asked for note in demand_notes(one)),
        ),
        shares=frozenset({"first_share", "second_share"}),
    )


def _compared(row: Compared, found: Sequence[Footprint]) -> tuple[Cell, ...]:
    shares = [
        value / item.total if value is not None and item.total else None
        for value, item in zip((row.first, row.second), found, strict=True)
    ]
    return (row.place.country, row.place.sector, row.first, row.second, row.difference, *shares)


LAYER_NOTE = Text(
    nl="Een productielaag is een stap in de tabel, geen schakel van leveranciers van een bedrijf.",
    en="A production layer is a step in the table, not a firm's tier of suppliers.",
)
CURRENT_PRICES = Text(
    nl="In lopende prijzen: een verschil tussen jaren is prijs en volume door elkaar.",
    en="In current prices: a difference between years mixes price with volume.",
)


def estimate_notes(found: Sequence[Footprint]) -> tuple[Text, ...]:
    """Return a note that names the extensions which are estimates, if any are."""
    names = ", ".join(item.extension.id for item in found if item.extension.is_estimate)
    if not names:
        return ()
    return (Text(nl=f"Schatting: {names}.", en=f"Estimate: {names}."),)


def purchase_facts(asked: Asked) -> dict[str, Any]:
    """Return what is known of a purchase list as a whole: the share that was placed, and more."""
    return {} if asked.purchases is None else {"purchases": asked.purchases.facts()}


def _counted(table: WorldTable, name: str) -> tuple[Extension, ...]:
    if not is_risk(name):
        return (extension_of(table, name),)
    from ketenkaart.services.chain.risks import risk_extensions  # noqa: PLC0415 - opens an edition

    return risk_extensions(table, name.strip().casefold())


def _left_out(scope: PlaceScope) -> dict[str, Any]:
    """Return which region is left out, where one is."""
    return {} if scope.outside is None else {"outside": scope.outside}


def _grouped(scope: PlaceScope, found: Footprint) -> list[float | None]:
    """Return values by place; None where nothing is known (NaN) of any node there."""
    is_known = scope.grouped((~np.isnan(found.extension.values)).astype(np.float64)) > 0
    sums = scope.grouped(np.nan_to_num(found.values))
    return [
        value if known else None
        for value, known in zip(sums.tolist(), is_known.tolist(), strict=True)
    ]


def _listed(found: Sequence[Footprint]) -> str:
    return ", ".join(item.extension.id for item in found)
