"""A judged sample from a file that `ketenkaart endorsement judge export` printed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.judged import JudgedLevel
from ketenkaart.core.monitor.machine_error import JudgedStratum
from ketenkaart.sources.survey.table import SurveyTable, read_table

NEEDED = ("number", "machine_level", "population", "truth")


def read_judged(path: Path) -> tuple[JudgedStratum, ...]:
    """Return the strata of a judged sample; a document with several coders has several rows.

    Raises `InputError` with row and column for what does not fit, and for rows of one document
    that say different things.
    """
    table = read_table(path)
    for name in NEEDED:
        table.require(name, "--judgements")
    seen: dict[str, tuple[str, ...]] = {}
    populations: dict[int, int] = {}
    truths: dict[int, dict[int, int]] = {}
    text = table.frame.select(pl.col(NEEDED).cast(pl.String).fill_null("").str.strip_chars())
    for k, row in enumerate(text.iter_rows()):
        number = row[0]
        if seen.setdefault(number, row) != row:
            table.refuse(
                k, "truth", f"Document {number} is given otherwise before", "Export it again."
            )
        level = _whole(table, k, "machine_level", row[1], most=3)
        population = _whole(table, k, "population", row[2])
        if populations.setdefault(level, population) != population:
            table.refuse(
                k, "population", f"Level {level} has another population before", "Export it again."
            )
        truths.setdefault(level, {})
        if seen[number] is row:
            _count(table, k, row[3], truths[level])
    return tuple(JudgedStratum(k, populations[k], truths[k]) for k in sorted(populations))


def _count(table: SurveyTable, k: int, word: str, counts: dict[int, int]) -> None:
    if word in ("", JudgedLevel.CANNOT_TELL.value):
        return
    if word not in set(JudgedLevel):
        table.refuse(k, "truth", f"There is no level {word[:30]!r}", "Use the exported words.")
    level = int(Level[word.upper()])
    counts[level] = counts.get(level, 0) + 1


def _whole(table: SurveyTable, k: int, column: str, text: str, most: int | None = None) -> int:
    is_whole = text.isascii() and text.isdigit() and len(text) < 10
    if not is_whole or (most is not None and int(text) > most):
        table.refuse(k, column, f"{text[:30]!r} is not what stands there", "Export it again.")
    return int(text)
