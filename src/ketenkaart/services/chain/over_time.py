"""A footprint over all the years there are, and what changed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.change import CAUSES, Change, decompose
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.demands import final_demand, products_only
from ketenkaart.core.chain.footprint import footprints
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, home_region
from ketenkaart.services.chain.called import nodes_called, region_called
from ketenkaart.services.chain.coded_products import product_weights
from ketenkaart.services.chain.intervals import Chances, uncertainty_facts
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.chain.series_errors import (
    ENDS,
    YearErrors,
    change_ends,
    said_of_series,
    year_errors,
)
from ketenkaart.services.chain.series_tables import in_period, tables_of_series, years_missing
from ketenkaart.services.chain.uncertainty import Errors
from ketenkaart.services.exports import Cell
from ketenkaart.services.world_tables import TableEntry, open_world

SPREAD = tuple(f"{cause}_spread" for cause in CAUSES)
IN_ALL = "change_in_all"


def ask_series(
    question: Question,
    *,
    at: Sequence[str] = (),
    outside: str | None = None,
    extension: str = "value_added",
    since: int | None = None,
    until: int | None = None,
    errors: Errors | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return a footprint per year, and what each change since the year before is due to.

    The question is about final demand of a region; tables with the same regions and sectors as
    its `edition` are used. `at` names the places of which the change is explained and `outside` a
    region left out of them (default: everything abroad). `since` and `until` keep the years from
    one to the other. Each cause is the mean of two polar orders; its `spread` says how far they lie
    from that mean. The causes sum to the change. The facts hold `change_in_all` likewise, between
    the first and the last table alone. With `errors` both figures of a year and each change have
    first-order intervals. Raises `InputError` where tables or years are not clear, and
    `NotFoundError` where there is no table.
    """
    if question.sector is not None or question.purchases is not None:
        raise InputError(
            "A series is of final demand",
            where="--demand-sector" if question.sector else "--purchases",
            fix="Ask about the demand of a country, and narrow it to buyers or products.",
        )
    entries = in_period(tables_of_series(question.edition, data_folder), since, until)
    tables = [open_world(str(entry.folder), data_folder) for entry in entries]
    _check_counted(tables, extension)
    region = home_region(tables[0], question.demand)
    places = _places(tables[0], region, at, outside)
    weights, words = _products(question.products, tables[0])
    years: list[_Year] = []
    rows: list[tuple[Cell, ...]] = []
    for entry, table in zip(entries, tables, strict=True):
        y = final_demand(table, region, question.buyers)
        y = products_only(table, y, weights) if weights else y
        asked = Asked(table, solver_of(table, entry.manifest.id, data_folder), y, "")
        one = replace(question, edition=entry.manifest.id, demand=region)
        sure = year_errors(asked, one, extension, places.nodes, errors) if errors else None
        now = _Year(asked, sure)
        before = years[-1] if years else None
        figures = *_figures(now, extension, places), *_since(before, now, extension, places, errors)
        rows.append((table.year, table.edition, *figures))
        years = [*years[:1], now]
    whose = _whose(region, question.buyers, words)
    return ChainAnswer(
        edition=entries[-1].manifest.id,
        year=entries[-1].manifest.year,
        unit=extension_of(tables[-1], extension).unit,
        title=f"{extension} embodied in {whose}, year by year, and what changed it at the places "
        f"{places.words}{': an estimate' if errors else ''}",
        facts=_facts(entries, years, rows, extension, places, errors),
        columns=_columns(errors),
        rows=tuple(rows),
        notes=_notes(tables[-1], extension, len(rows), errors),
    )


def _check_counted(tables: Sequence[WorldTable], extension: str) -> None:
    """Raise `InputError` where some years count an extension and others do not."""
    counting, lacking = [], []
    for table in tables:
        try:
            extension_of(table, extension)
        except InputError:
            lacking.append(table)
        else:
            counting.append(str(table.year))
    if lacking and counting:
        raise InputError(
            f"{lacking[0].edition} does not count {extension[:40]}",
            where="--extension",
            fix=f"Choose years that do, with --since and --until ({', '.join(counting)}), or count "
            "something else.",
        )


@dataclass(frozen=True, slots=True)
class _Year:
    """One year as asked; `sure` says how sure its figures are, where that is asked for."""

    asked: Asked
    sure: YearErrors | None


@dataclass(frozen=True, slots=True)
class _Places:
    """The nodes of which the change is explained, and what to call them."""

    nodes: list[int]
    words: str


def _places(table: WorldTable, region: str, at: Sequence[str], outside: str | None) -> _Places:
    if not at and outside is None:
        outside = region
    nodes = {node for code in at for node in nodes_called(table, code, "--at")}
    kept = sorted(nodes) if at else range(table.n)
    words = ", ".join(at)
    if outside is not None:
        left_out = table.regions.index(region_called(table, outside, "--outside"))
        index = table.region_index()
        kept = [node for node in kept if index[node] != left_out]
        words = f"{words} outside {outside}".strip()
    return _Places(list(kept), words)


def _products(products: Sequence[str], table: WorldTable) -> tuple[Mapping[str, float], str]:
    return product_weights(products, table) if products else ({}, "")


def _whose(region: str, buyers: Sequence[str], products: str) -> str:
    whose = f"final demand of {region}"
    if buyers:
        whose += f" by {', '.join(buyers)}"
    return f"{whose} for products of {products}" if products else whose


def _figures(now: _Year, extension: str, places: _Places) -> tuple[Cell, ...]:
    """Return the whole footprint of a year and what arises at the places, each with its ends."""
    asked = now.asked
    counted = extension_of(asked.table, extension)
    values = footprints(asked.table, asked.system, [counted], asked.y)[0].values
    sums = float(values.sum()), float(values[places.nodes].sum())
    if now.sure is None:
        return sums
    return (sums[0], *now.sure.cells(0), sums[1], *now.sure.cells(1))


def _since(
    before: _Year | None, now: _Year, extension: str, places: _Places, errors: Errors | None
) -> tuple[Cell, ...]:
    """Return what changed since the table before, and why: the cells of a row."""
    if before is None:
        return (None,) * len(_change_columns(errors))
    found = _explained(before, now, extension, places)
    return tuple(found[name] for name in _change_columns(errors))


def _explained(before: _Year, now: _Year, extension: str, places: _Places) -> dict[str, Any]:
    """Return the change between two years at the places, with its causes and their spread."""
    change = _decomposed(before.asked, now.asked, extension)
    moved = float((change.after - change.before)[places.nodes].sum())
    effects = change.effects[places.nodes].sum(axis=0).tolist()
    spread = np.abs(change.spread[places.nodes].sum(axis=0)).tolist()
    found = {"change": moved, **dict(zip((*CAUSES, *SPREAD), (*effects, *spread), strict=True))}
    if before.sure is not None and now.sure is not None:
        ends = change_ends(moved, before.sure, now.sure)
        found |= {f"change_{name}": value for name, value in ends.items()}
    return found


def _decomposed(before: Asked, now: Asked, extension: str) -> Change:
    return decompose(
        (before.table, now.table), (before.system, now.system), extension, (before.y, now.y)
    )


def _facts(
    entries: Sequence[TableEntry],
    years: Sequence[_Year],
    rows: Sequence[tuple[Cell, ...]],
    extension: str,
    places: _Places,
    errors: Errors | None,
) -> dict[str, Any]:
    """Return what holds for all years: the places, years without a table, the change in all."""
    facts: dict[str, Any] = {"places": places.words}
    missing = years_missing([entry.manifest.year for entry in entries])
    if missing:
        facts["missing_years"] = missing
    if len(rows) < 2:
        return facts | _uncertain(errors, None)
    found = (
        dict(zip(_columns(errors), rows[-1], strict=True))
        if len(rows) == 2
        else _explained(years[0], years[-1], extension, places)
    )
    ends = {name: found.pop(f"change_{name}") for name in ENDS} if errors else None
    kept = {name: found[name] for name in ("change", *CAUSES, *SPREAD)}
    facts[IN_ALL] = {
        "first_year": entries[0].manifest.year,
        "last_year": entries[-1].manifest.year,
        **kept,
    }
    return facts | _uncertain(errors, ends)


def _uncertain(errors: Errors | None, ends: dict[str, Any] | None) -> dict[str, Any]:
    if errors is None:
        return {}
    named = ([ends], [IN_ALL]) if ends is not None else ([], [])
    return {"uncertainty": uncertainty_facts(Chances(draws=0, errors=errors), *named)}


def _columns(errors: Errors | None) -> tuple[str, ...]:
    figures = tuple(_with_ends(("total", "at_places"), errors))
    return ("year", "edition", *figures, *_change_columns(errors))


def _change_columns(errors: Errors | None) -> tuple[str, ...]:
    return (*_with_ends(("change",), errors), *CAUSES, *SPREAD)


def _with_ends(names: Iterable[str], errors: Errors | None) -> Iterable[str]:
    for name in names:
        yield name
        if errors:
            yield from (f"{name}_{end}" for end in ENDS)


def _notes(
    table: WorldTable, extension: str, years: int, errors: Errors | None
) -> tuple[Text, ...]:
    is_money = extension_of(table, extension).unit == table.unit
    notes = [PRICES if is_money else PRICES_OF_DEMAND, ORDERS]
    if years > 2:
        notes.append(IN_ALL_APART)
    return (*notes, *(said_of_series(errors) if errors else ()))


PRICES = Text(
    nl="In lopende prijzen: elke oorzaak is prijs en volume door elkaar, het niveau van de vraag "
    "het meest.",
    en="In current prices: every cause mixes price with volume, the level of demand most of all.",
)
PRICES_OF_DEMAND = Text(
    nl="Wat hier wordt geteld is geen geld, maar de vraag staat in lopende prijzen: stijgende "
    "prijzen lijken op meer vraag en op minder per eenheid productie.",
    en="What is counted here is no money, but demand is in current prices: rising prices look like "
    "more demand, and like less per unit of output.",
)
ORDERS = Text(
    nl="Elke oorzaak is het gemiddelde van twee uiterste volgordes; de spreiding zegt hoe ver die "
    "uiteen liggen.",
    en="Each cause is the mean of two polar orders; its spread says how far these lie from it.",
)
IN_ALL_APART = Text(
    nl="De verandering over de hele periode is verdeeld tussen de eerste en de laatste tabel "
    "alleen; de oorzaken van de stappen ertussen tellen op tot dezelfde verandering, niet tot "
    "dezelfde oorzaken.",
    en="The change over the whole period is parted between the first and the last table alone; the "
    "causes of the steps between sum to the same change, not to the same causes.",
)
