"""Comparisons and joint definitions as rows and plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ketenkaart.core.monitor.exchange.types import Comparison, JointDocument
from ketenkaart.services.exports import Cell
from ketenkaart.services.series_exchange.sharing import SeenDefinition

COMPARISON_COLUMNS = (
    "indicator", "ours", "theirs", "our_definition", "our_frame", "their_definition",
    "their_frame", "comparability", "differs_in", "on", "state", "value", "low", "high",
    "joined_value", "joined_low", "joined_high", "bridge_area", "bridge_on", "shift", "shift_se",
)  # fmt: skip
DEFINITION_COLUMNS = (
    "indicator", "definition", "sha256", "holds", "scale", "unit_en", "text_nl", "text_en",
    "unit_of_analysis_nl", "unit_of_analysis_en",
)  # fmt: skip


def comparison_rows(item: Comparison) -> list[list[Cell]]:
    """Return a comparison by `COMPARISON_COLUMNS`: a row per measurement of theirs, at least one.

    The joined figures are empty where the series may not be joined.
    """
    start: list[Cell] = [
        item.ours.indicator, item.ours.area, item.theirs.area, item.ours.definition,
        item.ours.frame, item.theirs.definition, item.theirs.frame, item.comparability.value,
        "; ".join(one.aspect.value for one in item.differences),
    ]  # fmt: skip
    bridge: list[Cell] = [None] * 4
    if item.bridge is not None:
        one = item.bridge
        bridge = [one.area, one.on.isoformat(), one.shift, one.se]
    joined = {point.on: point for point in item.joined}
    rows: list[list[Cell]] = []
    for point in item.theirs.points:
        moved = joined.get(point.on)
        figures: list[Cell] = [None] * 3
        if moved is not None:
            figures = [moved.value, moved.low, moved.high]
        rows.append([
            *start, point.on.isoformat(), point.state.value, point.value, point.low, point.high,
            *figures, *bridge,
        ])  # fmt: skip
    return rows or [[*start, *[None] * 8, *bridge]]


def comparison_data(item: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data, with what each side says where they differ."""
    return {
        "indicator": item.ours.indicator,
        "ours": item.ours.model_dump(mode="json"),
        "theirs": item.theirs.model_dump(mode="json"),
        "comparability": item.comparability.value,
        "differences": [
            {"aspect": one.aspect.value, "ours": one.ours.model_dump(),
             "theirs": one.theirs.model_dump()}
            for one in item.differences
        ],
        "bridge": item.bridge and {
            "area": item.bridge.area, "on": item.bridge.on.isoformat(),
            "shift": item.bridge.shift, "se": item.bridge.se,
        },
        "joined": [
            {"on": point.on.isoformat(), "state": point.state.value, "value": point.value,
             "low": point.low, "high": point.high}
            for point in item.joined
        ],
    }  # fmt: skip


def definition_row(item: SeenDefinition) -> list[Cell]:
    """Return a joint definition by `DEFINITION_COLUMNS`."""
    series = item.series
    start: list[Cell] = [item.indicator, item.definition, item.sha256, item.holds]
    if series is None:
        return [*start, *[None] * 6]
    return [
        *start, series.scale.value, series.unit.en, series.definition_text.nl,
        series.definition_text.en, series.unit_of_analysis.nl, series.unit_of_analysis.en,
    ]  # fmt: skip


def joint_data(document: JointDocument, every: Iterable[SeenDefinition]) -> dict[str, Any]:
    """Return the joint definitions as one versioned document."""
    return {
        "version": document.version,
        "since": document.since.isoformat(),
        "definitions": [
            dict(zip(DEFINITION_COLUMNS, definition_row(item), strict=True)) for item in every
        ],
        "adopted": [item.model_dump(mode="json") for item in document.adopted],
    }
