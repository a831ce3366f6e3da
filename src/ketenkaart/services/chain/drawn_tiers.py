"""Production layers with an interval beside every figure: from draws of all cells, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.codes import nodes_matching
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.draws import Drawn, TableDraws
from ketenkaart.core.chain.first_order import UncertainDemand, log_normal_ends
from ketenkaart.core.chain.footprint import Grouping, grouped, places
from ketenkaart.core.chain.layer_errors import first_order_layers
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, Question, make_out
from ketenkaart.services.chain.drawn import FIRST_ORDER_CELLS, groups_of, simulated
from ketenkaart.services.chain.footprints import ask_tiers
from ketenkaart.services.chain.intervals import (
    Chances,
    MeasuredRows,
    RowEnds,
    drawn_facts,
    rounded_facts,
    uncertainty_facts,
    widened,
    with_draws,
)
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
        data_folder=data_folder,
    )  # fmt: skip
    asked = make_out(question, data_folder)
    table, demand = asked.table, uncertain_demand(asked, question)
    counted = extension_of(table, name)
    columns = answer.columns[2:]
    rows = MeasuredRows(tuple((p.country, p.sector) for p in places(table, by)), columns)
    touched = sorted({node for code in touching for node in nodes_matching(table, code)})
    names = ("total", *(f"{column}_in_all" for column in columns[1:]))
    if chances.draws == 0:
        found = _first_order(asked, chances, demand, counted, by, layers)
        facts = uncertainty_facts(chances, _wholes(asked, chances, demand, counted, layers), names)
        return widened(answer, rows, found, facts, chances)
    _check_size(chances, len(rows.keys) * len(columns))

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        y = demand.of(one.table.Y)
        made = tiers(one.table, one.system, one.extensions[0], y, layers).values
        by_row = grouped(one.table, made, by)
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
    by: Grouping,
    layers: int,
) -> RowEnds:
    """Return first-order ends per row and column: the total first, then layers."""
    table = asked.table
    groups, size = groups_of(table, by)
    if size * (layers + 3) ** 2 * table.n > FIRST_ORDER_CELLS:
        raise InputError(
            f"First-order intervals of {size:,} rows by {layers + 3} columns take too much memory",
            where="--draws",
            fix="Ask by country or sector, for fewer layers, or use --draws.",
        )
    model = chosen_model(chances.errors)
    found = first_order_layers(table, asked.system, model, demand, counted, groups, layers)
    values, errors = (np.roll(part, 1, axis=1).T.ravel() for part in (found.values, found.errors))
    pairs = zip(values.tolist(), errors.tolist(), strict=True)
    both = np.array([log_normal_ends(value, error) for value, error in pairs])
    return RowEnds(both[:, 0], both[:, 1], errors)


def _wholes(
    asked: Asked, chances: Chances, demand: UncertainDemand, counted: Extension, layers: int
) -> list[dict[str, Any]]:
    """Return first-order intervals of the total and of every whole layer."""
    model, whole = chosen_model(chances.errors), np.zeros(asked.table.n, dtype=np.int64)
    found = first_order_layers(asked.table, asked.system, model, demand, counted, whole, layers)
    facts = []
    for value, error in zip(np.roll(found.values[0], 1), np.roll(found.errors[0], 1), strict=True):
        low, high = log_normal_ends(float(value), float(error))
        facts.append(rounded_facts({"low": low, "high": high, "standard_error": float(error)}))
    return facts


def _check_size(chances: Chances, figures: int) -> None:
    if chances.draws * figures > DRAWN_CELLS:
        raise InputError(
            f"{chances.draws:,} draws of {figures:,} figures take too much memory",
            where="--draws",
            fix="Ask by country or sector, for fewer layers, or for fewer draws.",
        )
