"""Estimates of effects as rows and as plain data, the same from every face."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ketenkaart.core.monitor.effect.change import Difference
from ketenkaart.core.monitor.effect.effects import EffectRow
from ketenkaart.services.effect.estimating import EffectAnswer
from ketenkaart.services.exports import Cell

EFFECT_COLUMNS = (
    "figure", "unit", "group", "period", "method", "status", "estimate", "se", "low", "high",
    "freedom", "tenders", "drawn", "answered", "not_applicable", "without_data", "groups",
)  # fmt: skip


def effect_table(found: EffectAnswer) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """Return headings and rows; a row over all groups has the word all for its group.

    A difference has the status `difference` and both periods in `period`.
    """
    rows = [_row(found, item) for item in (*found.rows, *found.shares)]
    rows.extend(_difference(found, item) for item in found.differences)
    return EFFECT_COLUMNS, rows


def _row(found: EffectAnswer, item: EffectRow) -> list[Cell]:
    cells: list[Cell] = [item.figure, _unit(found, item.figure), item.group or "all", item.period]
    cells += [item.method, item.status.value, item.estimate, item.se, item.low, item.high]
    cells += [item.freedom, item.tenders, item.drawn, item.answered, item.not_applicable]
    return [*cells, item.without_data, item.groups]


def _difference(found: EffectAnswer, item: Difference) -> list[Cell]:
    cells: list[Cell] = [item.figure, _unit(found, item.figure), item.group or "all"]
    cells += [f"{item.after} less {item.before}", item.method, "difference"]
    return [*cells, item.estimate, item.se, item.low, item.high, *([None] * 7)]


def _unit(found: EffectAnswer, figure: str) -> str:
    return found.units.get(figure, "share")


def effect_data(found: EffectAnswer) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "period": found.record.period,
        "currency": found.record.currency,
        "per": found.plan.per,
        "without_data": found.plan.without_data,
        "level": found.plan.level,
        "units": found.units,
        "rows": [asdict(item) for item in found.rows],
        "shares": [asdict(item) for item in found.shares],
        "differences": [asdict(item) for item in found.differences],
        "not_sampled": [item.group for item in found.record.groups if not item.drawn],
        "notes": [note.model_dump() for note in found.notes],
        "drawn": {
            "frame": found.record.frame,
            "frame_sha256": found.record.frame_sha256,
            "seed": found.record.seed,
            "method": found.record.method,
        },
    }
