"""Answers about the chain with an interval beside every figure, from draws of all cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ketenkaart.core.chain.compare import compare
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.draws import Drawn, Simulated, TableDraws, simulate
from ketenkaart.core.chain.first_order import UncertainDemand, first_order
from ketenkaart.core.chain.footprint import Footprint, Grouping, grouped, places
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.trade import bilateral, border
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, home_region, make_out
from ketenkaart.services.chain.compared_at_once import ERR_APART, ask_comparison_at_once
from ketenkaart.services.chain.footprints import ask_comparison, ask_footprint
from ketenkaart.services.chain.intervals import (
    Chances,
    MeasuredRows,
    RowEnds,
    drawn_facts,
    ends_at_once,
    facts_at_once,
    fits_at_once,
    uncertainty_facts,
    widened,
    with_draws,
)
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.scope import PlaceScope
from ketenkaart.services.chain.tables import chosen_table
from ketenkaart.services.chain.trading import KINDS, Side, ask_border, ask_partners_in_trade
from ketenkaart.services.chain.uncertainty import (
    certain_name,
    chosen_model,
    uncertain_demand,
)
from ketenkaart.services.exports import Cell


def ask_footprint_drawn(
    question: Question,
    *,
    extensions: Sequence[str],
    by: Grouping = "node",
    top: int | None = None,
    outside: str | None = None,
    chances: Chances | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return a footprint with a 95 % interval and standard error beside every figure.

    As `ask_footprint`, with columns `low`, `high` and `standard_error` after each figure, and
    under `uncertainty` the same for totals, the error model with its grade, the draws and how far
    off the ends are for want of more of them. Raises `InputError` for `risk:` extensions.
    """
    chances = chances or Chances()
    names = [certain_name(name) for name in dict.fromkeys(extensions)]
    answer = ask_footprint(
        question, extensions=names, by=by, top=top, outside=outside, data_folder=data_folder
    )
    asked = make_out(question, data_folder)
    table = asked.table
    counted = [extension_of(table, name) for name in names]
    demand = uncertain_demand(asked, question)
    headings = ("value",) if len(counted) == 1 else tuple(item.id for item in counted)
    scope = PlaceScope.of(table, by, outside)
    rows = MeasuredRows(scope.keys, headings)
    found = [_first_order(asked, chances, demand, item, scope) for item in counted]
    totals = [_total_facts(asked, chances, demand, item, scope) for item in counted]
    names = ["total"] if len(counted) == 1 else [item.id for item in counted]
    facts = uncertainty_facts(chances, totals, names)
    if chances.draws == 0:
        return widened(answer, rows, _joined(found), facts, chances)

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        X = one.system.output_for(demand.of(one.table.Y))
        made = intensities(one.table, one.extensions) * X
        return np.concatenate([scope.grouped(row) for row in made])

    sample = simulated([TableDraws(table, chosen_model(chances.errors), counted)], measure, chances)
    size = len(scope.keys)
    for k, total in enumerate(totals):
        drawn_sums = sample.values[:, k * size : (k + 1) * size].sum(axis=1)
        facts[names[k]] = drawn_facts(drawn_sums) | total
    return with_draws(answer, rows, sample, facts, chances)


def ask_comparison_drawn(
    first: Question,
    second: Question,
    *,
    extension: str,
    by: Grouping = "country",
    top: int | None = None,
    chances: Chances | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return two footprints side by side with intervals, of their difference too.

    Two demands on one table are asked of the same draws, so that errors they share fall away from
    the difference; tables of two years or publishers are drawn apart. Without draws the same holds
    of first-order intervals. Otherwise as `ask_comparison` and `ask_footprint_drawn`.
    """
    chances = chances or Chances()
    if chances.draws == 0:
        return ask_comparison_at_once(
            first, second, extension=extension, by=by, top=top, errors=chances.errors,
            data_folder=data_folder,
        )  # fmt: skip
    name = certain_name(extension)
    answer = ask_comparison(first, second, extension=name, by=by, top=top, data_folder=data_folder)
    questions = (first, second)
    asked = [make_out(question, data_folder) for question in questions]
    tables = (asked[0].table, asked[1].table)
    counted = [extension_of(table, name) for table in tables]
    demands = [uncertain_demand(one, q) for one, q in zip(asked, questions, strict=True)]
    model = chosen_model(chances.errors)
    is_one = tables[0].edition == tables[1].edition
    sources = [TableDraws(tables[0], model, counted[:1])]
    if not is_one:
        sources.append(TableDraws(tables[1], model, counted[1:]))
    kept: list[tuple[Cell, ...]] = []

    def measure(drawn: Sequence[Drawn]) -> Floats:
        parts = []
        for k, demand in enumerate(demands):
            one = drawn[0 if is_one else k]
            X = one.system.output_for(demand.of(one.table.Y))
            made = intensities(one.table, one.extensions)[0] * X
            parts.append(Footprint(one.extensions[0], made))
        rows = compare(tables, (parts[0], parts[1]), by)
        kept[:] = [(row.place.country, row.place.sector) for row in rows]
        cells = [(row.first, row.second, row.difference) for row in rows]
        return np.array(cells, dtype=np.float64).T.ravel()

    sample = simulated(sources, measure, chances)
    rows = MeasuredRows(tuple(kept), ("first", "second", "difference"))
    size = len(kept)
    sums = [np.nansum(sample.values[:, k * size : (k + 1) * size], axis=1) for k in (0, 1)]
    titles = ("first", "second", "difference")
    facts = uncertainty_facts(chances, [{}, {}, {}], titles)
    for title, drawn in zip(titles, (*sums, sums[1] - sums[0]), strict=True):
        facts[title] = drawn_facts(drawn)
    finished = with_draws(answer, rows, sample, facts, chances)
    return finished if is_one else replace(finished, notes=(*finished.notes, ERR_APART))


def ask_trade_drawn(
    *,
    view: Literal["border", "partners"],
    edition: str | None = None,
    region: str | None = None,
    extension: str = "value_added",
    by: Side = "use",
    top: int | None = None,
    chances: Chances | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return a country's trade, at the border or by partner, with intervals.

    Otherwise as `ask_border` and `ask_partners_in_trade`; there is no first-order interval.
    """
    chances = _must_draw(chances)
    name = certain_name(extension)
    table = chosen_table(edition, data_folder)
    home = home_region(table, region)
    counted = extension_of(table, name)
    if view == "partners":
        answer = ask_partners_in_trade(
            edition=edition, region=region, extension=name, top=top, data_folder=data_folder
        )
        rows, measure = _partners(table, home)
    else:
        answer = ask_border(
            edition=edition, region=region, extension=name, by=by, top=top, data_folder=data_folder
        )
        rows, measure = _border(table, home, counted, by)
    sources = [TableDraws(table, chosen_model(chances.errors), [counted])]
    sample = simulated(sources, measure, chances)
    size = len(rows.keys)
    facts = uncertainty_facts(chances, [{} for _ in rows.columns], rows.columns)
    for k, column in enumerate(rows.columns):
        facts[column] = drawn_facts(sample.values[:, k * size : (k + 1) * size].sum(axis=1))
    return with_draws(answer, rows, sample, facts, chances)


def _partners(
    table: WorldTable, home: str
) -> tuple[MeasuredRows, Callable[[Sequence[Drawn]], Floats]]:
    h = table.regions.index(home)
    others = [r for r in range(len(table.regions)) if r != h]
    columns = ("gross_exports", "gross_imports", "embodied_exports", "embodied_imports")

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        found = bilateral(one.table, one.system, one.extensions[0])
        flows = (found.gross[h], found.gross[:, h], found.embodied[h], found.embodied[:, h])
        return np.concatenate([flow[others] for flow in flows])

    return MeasuredRows(tuple((table.regions[r],) for r in others), columns), measure


def _border(
    table: WorldTable, home: str, counted: Extension, by: Side
) -> tuple[MeasuredRows, Callable[[Sequence[Drawn]], Floats]]:
    if by == "use":
        uses = border(table, system_of(table), counted, home).uses

        def by_use(drawn: Sequence[Drawn]) -> Floats:
            one = drawn[0]
            found = border(one.table, one.system, one.extensions[0], home)
            return np.concatenate([found.gross, found.embodied.sum(axis=0)])

        return MeasuredRows(
            tuple((use.kind, use.code) for use in uses), ("gross", "embodied")
        ), by_use

    def by_place(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        found = border(one.table, one.system, one.extensions[0], home)
        kinds = np.array([use.kind for use in found.uses])
        made = [grouped(table, found.embodied[:, kinds == kind].sum(axis=1), by) for kind in KINDS]
        return np.concatenate([np.sum(made, axis=0), *made])

    keys = tuple((place.country, place.sector) for place in places(table, by))
    return MeasuredRows(keys, ("embodied", *KINDS)), by_place


def _must_draw(chances: Chances | None) -> Chances:
    chosen = chances or Chances()
    if chosen.draws == 0:
        raise InputError(
            "Trade has no intervals without draws",
            where="--draws",
            fix="Use --draws 1000.",
        )
    return chosen


def simulated(
    sources: Sequence[TableDraws], measure: Callable[[Sequence[Drawn]], Floats], chances: Chances
) -> Simulated:
    """Return what `measure` makes of every draw that is asked for."""
    return simulate(
        sources, measure, draws=chances.draws, seed=chances.seed, progress=chances.progress
    )


def _first_order(
    asked: Asked, chances: Chances, demand: UncertainDemand, counted: Extension, scope: PlaceScope
) -> RowEnds:
    """Return first-order ends per row; empty where draws will say it."""
    table = asked.table
    if chances.draws:
        return RowEnds(*(np.zeros(0) for _ in range(3)))
    size = len(scope.rows)
    if not fits_at_once(table, size):
        raise InputError(
            f"First-order intervals of {size:,} rows need a matrix of that many by {table.n:,}",
            where="--by",
            fix="Ask by country or sector, or use --draws.",
        )
    model = chosen_model(chances.errors)
    found = first_order(table, asked.system, model, demand, counted, scope.groups)
    low, high = ends_at_once(found)
    return RowEnds(low, high, found.errors)


def has_ends_at_once(question: Question, by: Grouping, data_folder: Path | None = None) -> bool:
    """Tell whether a footprint has few enough rows for first-order intervals of all of them."""
    table = chosen_table(question.edition, data_folder)
    return fits_at_once(table, len(places(table, by)))


def _joined(parts: Sequence[RowEnds]) -> RowEnds:
    return RowEnds(*(
        np.concatenate([getattr(part, name) for part in parts]) for name in ("low", "high", "error")
    ))  # fmt: skip


def _total_facts(
    asked: Asked, chances: Chances, demand: UncertainDemand, counted: Extension, scope: PlaceScope
) -> dict[str, Any]:
    model = chosen_model(chances.errors)
    found = first_order(asked.table, asked.system, model, demand, counted, scope.whole)
    (found_ends,) = facts_at_once(found)
    return {"first_order": found_ends} if chances.draws else found_ends
