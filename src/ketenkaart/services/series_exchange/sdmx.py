"""Shared series as SDMX-CSV, of both information models."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from ketenkaart.core.monitor.exchange.comparing import definition_sha256
from ketenkaart.core.monitor.exchange.status import status_code
from ketenkaart.core.monitor.exchange.types import SharedSeries
from ketenkaart.core.monitor.indicators import Scale
from ketenkaart.core.provenance import State
from ketenkaart.services.exports import safe

FLOW = "KETENKAART:RBC_INDICATORS(1.0)"
EXACT = 2**53
UNITS = {Scale.SHARE: "SHARE", Scale.COUNT: "NUMBER", Scale.AMOUNT: "UNIT"}
SERIES_COLUMNS = (
    "FREQ", "REF_AREA", "INDICATOR", "DEFINITION", "FRAME", "TIME_PERIOD", "OBS_VALUE",
    "OBS_STATUS", "UNIT_MEASURE", "LOWER_BOUND", "UPPER_BOUND", "N", "COVERAGE", "STATE", "GRADE",
    "SOURCE", "SENDER", "SCALE", "RISES", "NAME_NL", "NAME_EN", "UNIT_NL", "UNIT_EN",
    "DEFINITION_START", "DEFINITION_NL", "DEFINITION_EN", "UNIT_OF_ANALYSIS_NL",
    "UNIT_OF_ANALYSIS_EN", "FRAME_NL", "FRAME_EN", "FRAME_SIZE", "FRAME_SIZE_STATE",
    "DEFINITION_HASH",
)  # fmt: skip


class SdmxVersion(StrEnum):
    """Which information model the file is of: 2.1 starts with DATAFLOW, 3.0 with STRUCTURE."""

    V21 = "2.1"
    V30 = "3.0"


def write_sdmx(series: Iterable[SharedSeries], version: SdmxVersion = SdmxVersion.V21) -> str:
    """Return series as SDMX-CSV text, one line per measurement.

    An area and indicator without a measurement has one line with status O and no period: that
    nothing was measured is told too. Columns beyond those of SDMX carry what it has no place for.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    first = ("DATAFLOW",) if version is SdmxVersion.V21 else ("STRUCTURE", "STRUCTURE_ID", "ACTION")
    begin = (FLOW,) if version is SdmxVersion.V21 else ("dataflow", FLOW, "I")
    writer.writerow((*first, *SERIES_COLUMNS))
    for item in series:
        for cells in _rows(item):
            writer.writerow([*begin, *(safe(cells[name]) for name in SERIES_COLUMNS)])
    return text.getvalue()


def _rows(item: SharedSeries) -> Iterator[dict[str, Any]]:
    whole: dict[str, Any] = {
        "FREQ": "A", "REF_AREA": item.area, "INDICATOR": item.indicator,
        "DEFINITION": item.definition, "FRAME": item.frame, "UNIT_MEASURE": UNITS[item.scale],
        "SENDER": item.sender, "SCALE": item.scale.value, "RISES": str(item.rises).lower(),
        "NAME_NL": item.name.nl, "NAME_EN": item.name.en, "UNIT_NL": item.unit.nl,
        "UNIT_EN": item.unit.en, "DEFINITION_START": item.definition_start.isoformat(),
        "DEFINITION_NL": item.definition_text.nl, "DEFINITION_EN": item.definition_text.en,
        "UNIT_OF_ANALYSIS_NL": item.unit_of_analysis.nl,
        "UNIT_OF_ANALYSIS_EN": item.unit_of_analysis.en, "FRAME_NL": item.frame_text.nl,
        "FRAME_EN": item.frame_text.en, "FRAME_SIZE": item.frame_size,
        "FRAME_SIZE_STATE": item.frame_size_state.value,
        "DEFINITION_HASH": definition_sha256(item),
    }  # fmt: skip
    for point in item.points:
        yield whole | {
            "TIME_PERIOD": _period(point.on), "OBS_VALUE": _figure(point.value),
            "OBS_STATUS": status_code(point.state, point.coverage),
            "LOWER_BOUND": _figure(point.low), "UPPER_BOUND": _figure(point.high), "N": point.n,
            "COVERAGE": point.coverage.value, "STATE": point.state.value,
            "GRADE": point.grade.value, "SOURCE": point.source,
        }  # fmt: skip
    if not item.points:
        empty = dict.fromkeys(SERIES_COLUMNS, None)
        yield empty | whole | {"OBS_STATUS": "O", "STATE": State.NOT_RESEARCHED.value}


def _figure(value: float | None) -> str | None:
    if value is None:
        return None
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def _period(day: date) -> str:
    return str(day.year) if (day.month, day.day) == (12, 31) else day.isoformat()
