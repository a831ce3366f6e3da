"""Production layers with an interval beside every figure: from draws of all cells, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.draws import Drawn, TableDraws
from ketenkaart.core.chain.first_order import FirstOrder, UncertainDemand
from ketenkaart.core.chain.footprint import Grouping
from ketenkaart.core.chain.layer_errors import first_order_layers_in_all
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.called import nodes_called
from ketenkaart.services.chain.drawn import simulated
from ketenkaart.services.chain.footprints import ask_tiers
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
from ketenkaart.services.chain.uncertainty import certain_name, chosen_model, uncertain_demand

DRAWN_CELLS = 100_000_000


def ask_tiers_drawn(
    question: Question,
    *,
    extension: str,
    layers: int = 6,
    touching: Sequence[str] = (),
    by: Grouping = "node",
    top: int | None = None,
    outside: str | None = None,
    chances: Chances | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return production layers with a 95 % interval and standard error beside every figure.

    As `ask_tiers`, with columns `low`, `high` and `standard_error` after each layer and the total;
    under `uncertainty` the same for whole layers, and for the share that a criterion touches.
    Raises `InputError` for `risk:` extensions, and for more figures than memory holds.
    """
    chances = chances or Chances()
    name = certain_name(extension)
    answer = ask_tiers(
        question, extension=name, layers=layers, touching=touching, by=by, top=top,
        outside=outside, data_folder=data_folder,
    )  # fmt: skip
    asked = make_out(question, data_folder)
    table, demand = asked.table, uncertain_demand(asked, question)
    counted = extension_of(table, name)
    columns = answer.columns[2:]
    scope = PlaceScope.of(table, by, outside)
    rows = MeasuredRows(scope.keys, columns)
    touched = sorted({node for code in touching for node in nodes_called(table, code)})
    names = ("total", *(f"{column}_in_all" for column in columns[1:]))
    if chances.draws == 0:
        found, wholes = _first_order(asked, chances, demand, counted, scope, layers)
        facts = uncertainty_facts(chances, wholes, names)
        return widened(answer, rows, found, facts, chances)
    _check_size(chances, len(rows.keys) * len(columns))

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        y = demand.of(one.table.Y)
        made = scope.kept(tiers(one.table, one.system, one.extensions[0], y, layers).values)
        by_row = scope.grouped(made)
        shares = made[touched].sum(axis=0) / made.sum()
        return np.concatenate([by_row.sum(axis=1), by_row.T.ravel(), shares])

    model = chosen_model(chances.errors)
    sample = simulated([TableDraws(table, model, [counted])], measure, chances)
    size = len(rows.keys)
    drawn = sample.values[:, : size * len(columns)].reshape(-1, len(columns), size).sum(axis=2)
    facts = uncertainty_facts(chances, [drawn_facts(column) for column in drawn.T], names)
    if touched:
        facts["touched_share"] = drawn_facts(sample.values[:, size * len(columns) :].sum(axis=1))
    return with_draws(answer, rows, sample, facts, chances)


def _first_order(
    asked: Asked,
    chances: Chances,
    demand: UncertainDemand,
    counted: Extension,
    scope: PlaceScope,
    layers: int,
) -> tuple[RowEnds, list[dict[str, Any]]]:
    """Return first-order ends per row and column, the total first, and of all rows together."""
    size = len(scope.rows)
    if not fits_at_once(asked.table, size * (layers + 3) ** 2):
        raise InputError(
            f"First-order intervals of {size:,} rows by {layers + 3} columns take too much memory",
            where="--draws",
            fix="Ask by country or sector, for fewer layers, or use --draws.",
        )
    found = first_order_layers_in_all(
        asked.table, asked.system, chosen_model(chances.errors), demand, counted, scope.groups,
        layers,
    )  # fmt: skip
    by_row, in_all = _total_first(found.by_group), _total_first(found.in_all)
    columns = FirstOrder(by_row.values.T.ravel(), by_row.errors.T.ravel())
    low, high = ends_at_once(columns)
    return RowEnds(low, high, columns.errors), facts_at_once(in_all)


def _total_first(found: FirstOrder) -> FirstOrder:
    """Return layers with the whole before them, as an answer has its columns."""
    return FirstOrder(np.roll(found.values, 1, axis=-1), np.roll(found.errors, 1, axis=-1))


def _check_size(chances: Chances, figures: int) -> None:
    if chances.draws * figures > DRAWN_CELLS:
        raise InputError(
            f"{chances.draws:,} draws of {figures:,} figures take too much memory",
            where="--draws",
            fix="Ask by country or sector, for fewer layers, or for fewer draws.",
        )
