"""Put an interval beside every figure of an answer, and say how it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ketenkaart.core.chain.draws import DrawnEnds, Simulated, ends
from ketenkaart.core.chain.first_order import FirstOrder, log_normal_ends
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.uncertainty import LEVEL, Errors, chosen_model, model_note
from ketenkaart.services.exports import Cell

Progress = Callable[[str, float], None]
DRAWS = 1000
FIRST_ORDER_CELLS = 30_000_000
ENDS = ("low", "high", "standard_error")
KEYS = ("country", "sector", "partner", "use", "code")
"""Columns that say what a row stands for; they come first."""


def silent(_label: str, _done: float) -> None:
    """Say nothing of how far it is."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How intervals are made: `draws` of all cells from a `seed`, by the declared error model.

    Without draws (zero) they are first-order, which takes no chance and one pass. `errors` says
    whether cells of one reporting country share an error.
    """

    draws: int = DRAWS
    seed: int = 1
    errors: Errors = "shared"
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class MeasuredRows:
    """Which figures are measured: `columns` of the answer by row key, one block per column."""

    keys: tuple[tuple[Cell, ...], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowEnds:
    """The ends and standard errors of all measured figures, block by block, in their units."""

    low: Floats
    high: Floats
    error: Floats


def fits_at_once(table: WorldTable, figures: int) -> bool:
    """Tell whether first-order intervals of so many figures fit in memory."""
    return figures * table.n <= FIRST_ORDER_CELLS


def ends_at_once(found: FirstOrder) -> Floats:
    """Return the low and high ends of first-order figures, to six digits; shape (2, *figures).

    Six digits, so that every way out gives the same and no last bits of a processor show.
    """
    pairs = zip(found.values.ravel().tolist(), found.errors.ravel().tolist(), strict=True)
    both = [log_normal_ends(value, error) for value, error in pairs]
    rounded = [[float(f"{end:.6g}") for end in pair] for pair in both]
    return np.array(rounded, dtype=np.float64).reshape(-1, 2).T.reshape(2, *found.values.shape)


def facts_at_once(found: FirstOrder) -> list[dict[str, Any]]:
    """Return the interval and standard error of each first-order figure, as facts."""
    low, high = ends_at_once(found)
    named = ("low", "high", "standard_error")
    columns = (low.ravel(), high.ravel(), found.errors.ravel())
    return [rounded_facts(dict(zip(named, row, strict=True))) for row in zip(*columns, strict=True)]


def uncertainty_facts(
    chances: Chances, totals: Sequence[dict[str, Any]], names: Sequence[str]
) -> dict[str, Any]:
    """Return what holds for all intervals of an answer, and what is known of its totals."""
    model = chosen_model(chances.errors)
    facts: dict[str, Any] = {
        "is_estimate": True,
        "interval_share": LEVEL,
        "error_model": model.id,
        "grade": model.grade.value,
        "errors": chances.errors,
        "method": "draws" if chances.draws else "first_order",
    }
    if chances.draws:
        facts |= {"draws": chances.draws, "seed": chances.seed}
    return facts | dict(zip(names, totals, strict=True))


def drawn_facts(values: Floats) -> dict[str, Any]:
    """Return the interval of one figure from its draws, and how far off its ends may be."""
    found = ends(Simulated(values[:, None], 0.0, 0.0), LEVEL)
    return rounded_facts({
        "low": found.low[0],
        "high": found.high[0],
        "standard_error": found.standard_error[0],
        "mean_of_draws": found.mean[0],
        "low_is_off_by": found.low_error[0],
        "high_is_off_by": found.high_error[0],
    })  # fmt: skip


def rounded_facts(facts: Mapping[str, float]) -> dict[str, Any]:
    """Return facts to six digits."""
    return {name: _rounded(float(value)) for name, value in facts.items()}


def with_draws(
    answer: ChainAnswer,
    rows: MeasuredRows,
    simulated: Simulated,
    facts: dict[str, Any],
    chances: Chances,
) -> ChainAnswer:
    """Return an answer with the intervals that draws of its figures give."""
    found = ends(simulated, LEVEL)
    facts["largest_off_by_share"] = _share_off(found)
    facts["negative_value_added_nodes"] = simulated.negative
    facts["held_nodes"] = simulated.held
    facts["redrawn"] = simulated.redrawn
    both = RowEnds(found.low, found.high, found.standard_error)
    return widened(answer, rows, both, facts, chances)


def _share_off(found: DrawnEnds) -> float:
    """Return the largest error of an end, as a share of the width of its interval."""
    width = found.high - found.low
    off = np.maximum(found.low_error, found.high_error)
    shares = np.divide(off, width, out=np.zeros_like(off), where=width > 0)
    return float(f"{np.nanmax(shares, initial=0.0):.3g}")


def widened(
    answer: ChainAnswer,
    rows: MeasuredRows,
    found: RowEnds,
    facts: Mapping[str, Any],
    chances: Chances,
) -> ChainAnswer:
    """Return an answer with three columns after each figure that has an interval."""
    index = {key: k for k, key in enumerate(rows.keys)}
    width = sum(name in KEYS for name in answer.columns)
    columns: list[str] = []
    for name in answer.columns:
        columns.append(name)
        if name in rows.columns:
            columns += [end if name == "value" else f"{name}_{end}" for end in ENDS]

    def cells(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        wider: list[Cell] = []
        place = index[row[:width]]
        for name, cell in zip(answer.columns, row, strict=True):
            wider.append(cell)
            if name in rows.columns:
                at = rows.columns.index(name) * len(rows.keys) + place
                wider += [_rounded(part[at]) for part in (found.low, found.high, found.error)]
        return tuple(wider)

    return replace(
        answer,
        title=f"{answer.title}: an estimate",
        facts={**answer.facts, "uncertainty": facts},
        columns=tuple(columns),
        rows=tuple(cells(row) for row in answer.rows),
        notes=(*answer.notes, model_note(chosen_model(chances.errors))),
    )


def _rounded(value: float) -> float | None:
    """Return an estimate to six digits, so that the last bits of a processor do not show."""
    return None if np.isnan(value) else float(f"{value:.6g}")
