"""Self-evaluations beside a frame, as rows and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ketenkaart.core.monitor.effect.reporters import Leaning
from ketenkaart.services.effect.self_reporting import SelfReportAnswer
from ketenkaart.services.exports import Cell
from ketenkaart.services.monitor.writing import write_rows

LEANING_COLUMNS = (
    "dimension", "category", "tenders", "reported", "share_reported", "share_others",
    "difference", "low", "high",
)  # fmt: skip


def leaning_row(item: Leaning) -> list[Cell]:
    """Return one category in the order of `LEANING_COLUMNS`."""
    return [getattr(item, name) for name in LEANING_COLUMNS]


def self_report_data(found: SelfReportAnswer) -> dict[str, Any]:
    """Return everything as plain data; rows are named, what organisations wrote is not."""
    return {
        "file": found.name,
        "frame": found.frame,
        "currency": found.currency,
        "is_sample": False,
        "rows": len(found.joined),
        "joined": found.ways(),
        "tenders": found.tenders,
        "reported": found.reported,
        "value_frame": found.value_frame,
        "value_reported": found.value_reported,
        "tenders_with_value": found.sized,
        "reported_with_value": found.sized_reported,
        "level": found.level,
        "leanings": [asdict(item) for item in found.leanings],
        "tests": [asdict(item) for item in found.tests],
        "bounds": [asdict(item) for item in found.bounds],
        "notes": [note.model_dump() for note in found.notes],
    }


def write_joined(found: SelfReportAnswer, path: Path, *, force: bool) -> None:
    """Write how each row of the file was joined to the frame."""
    write_rows(
        path, ("row", "tender", "how", "detail"),
        [(item.row, item.tender, item.how, item.detail) for item in found.joined], force=force,
    )  # fmt: skip
