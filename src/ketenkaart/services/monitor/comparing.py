"""Compare a sample with that of an earlier wave, which may share units with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.change import Wave, changes, overlap
from ketenkaart.core.monitor.estimating import estimate
from ketenkaart.core.monitor.types import (
    Codes,
    EstimateRow,
    EstimateTable,
    IntervalMethod,
    Statistic,
)
from ketenkaart.services.monitor.asking import missing_notes
from ketenkaart.services.monitor.designing import listed, stratum_codes
from ketenkaart.services.monitor.estimating import ask, domains_of, empty_notes, prepare
from ketenkaart.sources.survey.design import DesignDocument, read_design
from ketenkaart.sources.survey.table import SurveyTable, read_table

BEFORE, CHANGE = "before:", "change:"
FIX = "Name the unit: a column under `clusters`, or as `id`."


def compare_files(
    data: Path,
    design: Path,
    before: Path,
    *,
    before_design: Path | None = None,
    statistics: Sequence[str],
    by: Sequence[str] = (),
    missing: str | None = None,
    interval: IntervalMethod | None = None,
    level: float | None = None,
) -> EstimateTable:
    """Return estimates before and after, labelled, and their change with what the waves share.

    Units are told by the first column of `clusters`, else by `id`. Raises `InputError` as
    `estimate_file` does, and for replicates and quantiles, which have no linearised change.
    """
    documents = (read_design(before_design or design), read_design(design))
    tables = (read_table(before), read_table(data))
    ends = level or documents[1].content.level
    shape = interval or documents[1].content.interval
    waves: list[Wave] = []
    asked: list[list[Statistic]] = []
    rows: list[list[EstimateRow]] = []
    found = EstimateTable()
    units = _together([_unit_names(t, d) for t, d in zip(tables, documents, strict=True)])
    strata = _together([_stratum_names(t, d) for t, d in zip(tables, documents, strict=True)])
    for k, (table, document) in enumerate(zip(tables, documents, strict=True)):
        survey, notes = prepare(table, document)
        if survey.replication is not None:
            raise InputError(
                "A change is estimated by linearisation, not by replicates",
                where=document.where("replicates"), fix="Leave the key out.",
            )  # fmt: skip
        statistic, counts = ask(table, document, statistics, missing)
        domains = domains_of(table, by)
        primary = survey.design.primary_of_rows()
        _, first = np.unique(primary, return_index=True)
        stage = survey.design.stages[0]
        _, member = np.unique(stage.stratum, return_index=True)
        waves.append(Wave(survey, domains, units[k][first], strata[k][first][member]))
        asked.append(statistic)
        rows.append(estimate(survey, statistic, domains, level=ends, interval=shape).rows)
        prefix = f"{table.name}: "
        found.missing |= {prefix + column: why for column, why in counts.items()}
        found.notes += [prefix + note for note in [*notes, *missing_notes(counts, table.rows)]]
    _require_same(asked, tables)
    width = [len(wave.domains.labels) if wave.domains else 1 for wave in waves]
    for k, pair in enumerate(zip(*asked, strict=True)):
        own = [rows[w][k * width[w] : (k + 1) * width[w]] for w in (0, 1)]
        found.rows += [_labelled(row, BEFORE) for row in own[0]] + own[1]
        moved = changes(waves[0], waves[1], (pair[0], pair[1]), (own[0], own[1]), level=ends)
        found.rows += [_labelled(row, CHANGE) for row in moved]
    shared = overlap(waves[0], waves[1])
    found.notes.append(
        f"The waves share {len(shared.first)} units of the first stage, of {len(waves[0].units)} "
        f"before and {len(waves[1].units)} after."
    )
    found.notes += empty_notes(found)
    return found


def _labelled(row: EstimateRow, mark: str) -> EstimateRow:
    return replace(row, statistic=f"{mark}{row.statistic}")


def _unit_names(table: SurveyTable, document: DesignDocument) -> tuple[Codes, Sequence[str]]:
    """Return who the primary unit of each row is."""
    content = document.content
    columns = listed(content.clusters)[:1] or listed(content.id)
    if not columns:
        raise InputError(
            "Nothing tells which units are in both waves", where=str(document.path.name), fix=FIX
        )
    codes, names = table.codes(table.require(columns[0], document.where("clusters")))
    if not content.nest or not content.strata:
        return codes, names
    strata, labels = _stratum_names(table, document)
    crossed = [f"{label}\0{name}" for label in labels for name in names]
    return strata * len(names) + codes, crossed


def _stratum_names(table: SurveyTable, document: DesignDocument) -> tuple[Codes, Sequence[str]]:
    wanted = listed(document.content.strata)
    if not wanted:
        return np.zeros(table.rows, dtype=np.int64), ("",)
    return stratum_codes(table, wanted[0], document)


def _together(waves: Sequence[tuple[Codes, Sequence[str]]]) -> list[Codes]:
    """Return codes in which equal names have equal numbers."""
    numbers: dict[str, int] = {}
    return [
        np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)[codes]
        for codes, names in waves
    ]


def _require_same(asked: list[list[Statistic]], tables: tuple[SurveyTable, SurveyTable]) -> None:
    labels = [[item.label for item in statistics] for statistics in asked]
    if any(item.kind == "quantile" for item in asked[1]):
        raise InputError(
            "The change of a quantile is not estimated", where="--statistic",
            fix="Ask the quantile of each wave by itself.",
        )  # fmt: skip
    if labels[0] != labels[1]:
        other = sorted(set(labels[0]) ^ set(labels[1]))[0]
        raise InputError(
            f"{other} is in one wave only", where=f"{tables[0].name}, {tables[1].name}",
            fix="Ask about a value that both waves have, as in proportion:VAR=VALUE.",
        )  # fmt: skip
