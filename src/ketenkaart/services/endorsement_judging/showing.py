"""The newest results as everybody may see them: counts per level, and the machine's errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.machine_error import LevelError
from ketenkaart.db.record import models as rows
from ketenkaart.services.endorsement_judging.samples import open_sample
from ketenkaart.services.endorsement_judging.scoring import Score, score_sample
from ketenkaart.services.exports import Cell

SUMMARY_COLUMNS = (
    "level", "level_name", "documents", "share_of_read", "judged", "wrong", "error", "low", "high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelShown:
    """One level: how many documents the machine put there, and how often it was wrong."""

    level: Level
    documents: int
    share: float | None
    error: LevelError | None


@dataclass(frozen=True, slots=True)
class RunShown:
    """A kept run as a page shows it; `score` is that of its newest sample, `None` without one."""

    name: str
    reader: str
    kept_at: datetime
    summary: Mapping[str, Any]
    levels: tuple[LevelShown, ...]
    score: Score | None

    @property
    def not_read(self) -> int:
        """Return how many documents have no level."""
        return int(self.summary["unreadable"]) + int(self.summary["refused"])


def latest_run() -> RunShown | None:
    """Return the newest results that were kept; `None` where there are none."""
    run = rows.EndorsementRun.objects.order_by("-id").first()
    if run is None:
        return None
    sample = run.samples.order_by("-id").first()
    score = None if sample is None else score_sample(open_sample(sample.name))
    errors = {item.level: item for item in score.levels} if score else {}
    read = int(run.summary["read"])
    levels = tuple(
        LevelShown(
            level,
            (count := int(run.summary["levels"][level.word])),
            count / read if read else None,
            errors.get(int(level)),
        )
        for level in Level
    )
    return RunShown(run.name, run.reader, run.kept_at, run.summary, levels, score)


def summary_rows(shown: RunShown) -> list[list[Cell]]:
    """Return a row of cells per level, in the order of `SUMMARY_COLUMNS`."""
    found: list[list[Cell]] = []
    for item in shown.levels:
        error = item.error
        judged: list[Cell] = (
            [None] * 5
            if error is None
            else [error.judged, error.wrong, error.error, error.low, error.high]
        )
        found.append([int(item.level), item.level.word, item.documents, item.share, *judged])
    return found
