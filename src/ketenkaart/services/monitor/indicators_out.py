"""Indicators and baselines as rows and plain data, for files and pipes."""

from __future__ import annotations

from math import isinf
from typing import Any

from ketenkaart.core.monitor.computed import ComputedFigure
from ketenkaart.services.monitor.indicators import (
    MODEL,
    BaselineRow,
    IndicatorAnswer,
    SeenWave,
    TargetAnswer,
)

WAVE_COLUMNS = (
    "on", "state", "value", "low", "high", "n", "definition", "frame", "is_comparable", "grade",
    "coded",
)  # fmt: skip
BASELINE_COLUMNS = (
    "of", "kind", "name_en", "name_nl", "state", "value", "on", "method", "note", "grade",
)  # fmt: skip
Cells = list[str | float | int | None]


def wave_row(wave: SeenWave) -> Cells:
    """Return a wave by `WAVE_COLUMNS`."""
    return [
        wave.on.isoformat(), wave.state.value, wave.value, wave.low, wave.high, wave.n,
        wave.definition, wave.frame, wave.is_comparable, wave.grade.value,
        wave.coded,
    ]  # fmt: skip


def baseline_row(row: BaselineRow) -> Cells:
    """Return a baseline by `BASELINE_COLUMNS`."""
    return [
        row.of, row.kind, row.name.en, row.name.nl, row.state.value, row.value,
        None if row.on is None else row.on.isoformat(),
        None if row.method is None else row.method.en,
        None if row.note is None else row.note.en,
        row.grade.value,
    ]  # fmt: skip


def computed_data(figure: ComputedFigure | None) -> dict[str, Any] | None:
    """Return a computed figure as plain data, with what was counted."""
    if figure is None:
        return None
    return {
        "on": figure.on.isoformat(),
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "how": figure.how.model_dump(),
        "trace": figure.trace,
        "parts": [
            {"id": part.id, "name": part.name.model_dump(), "counted": part.counted.value,
             "why": part.why.model_dump()}
            for part in figure.parts
        ],
    }  # fmt: skip


def answer_data(
    answer: IndicatorAnswer, as_of: str | None, figure: ComputedFigure | None = None
) -> dict[str, Any]:
    """Return an indicator as plain data, `figure` being what was computed of it."""
    indicator = answer.indicator
    return {
        "indicator": indicator.id,
        "code": indicator.code,
        "formula": indicator.formula and indicator.formula.model_dump(),
        "caveat": indicator.caveat and indicator.caveat.model_dump(),
        "computed": computed_data(figure),
        "as_of": as_of,
        "name": indicator.name.model_dump(),
        "unit": indicator.unit.model_dump(),
        "scale": indicator.scale.value,
        "baseline": indicator.baseline.model_dump(mode="json"),
        "waves": [
            {
                **dict(zip(WAVE_COLUMNS, wave_row(wave), strict=True)),
                "coding": wave.coding and wave.coding.model_dump(mode="json"),
            }
            for wave in answer.waves
        ],
        "bridges": [
            {"on": item.on.isoformat(), "old": item.old, "new": item.new, "shift": item.shift,
             "se": item.se}
            for item in answer.series.bridges
        ],
        "targets": [_target(item) for item in answer.targets],
        "model": MODEL.model_dump(),
    }  # fmt: skip


def _target(item: TargetAnswer) -> dict[str, Any]:
    ahead = item.projection
    return {
        "value": item.target.value,
        "on": item.target.on.isoformat(),
        "standing": item.standing.value,
        "cannot_forecast": item.cannot and item.cannot.value,
        "forecast": ahead and {
            "value": ahead.value, "low": ahead.low, "high": ahead.high,
            "probability": ahead.probability, "df": None if isinf(ahead.df) else ahead.df,
        },
        "back_tests": [
            {"on": test.on.isoformat(), "forecast": test.value, "low": test.low,
             "high": test.high, "actual": test.actual, "is_inside": test.is_inside}
            for test in item.back_tests
        ],
    }  # fmt: skip
