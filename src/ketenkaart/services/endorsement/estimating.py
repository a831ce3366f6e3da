"""Estimate which share of companies endorse the Guidelines, from reports that a machine read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.estimating import Survey
from ketenkaart.core.monitor.judged_share import (
    MISSING,
    NEVER,
    READ,
    UNREADABLE,
    EndorsementEstimate,
    estimate_endorsement,
)
from ketenkaart.core.monitor.machine_error import JudgedStratum, MachineError
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.services.endorsement.rows import DocumentRow, FileState
from ketenkaart.services.monitor.estimating import domains_of, prepare
from ketenkaart.sources.survey.design import read_design
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table

ANSWERED = "report_read"
"""The column added to the frame, 1 where a report was read: for `nonresponse` in a design."""
SIGNS = "_-. "


@dataclass(frozen=True, slots=True)
class EstimatedShare:
    """Shares by domain, with what must be said beside them."""

    found: EndorsementEstimate
    documents: int
    matched: int
    notes: tuple[str, ...]


def estimate_share(
    documents: Sequence[DocumentRow],
    frame: Path,
    *,
    company: str,
    line: int = Level.REFERENCE_FRAMEWORK,
    design: Path | None = None,
    links: Path | None = None,
    by: Sequence[str] = (),
    strata: Sequence[JudgedStratum] = (),
    confidence: float | None = None,
) -> EstimatedShare:
    """Return the share of companies at level `line` or above, whole and by columns of the frame.

    `frame` has a row per company that was drawn, known by its column `company`. Reports are theirs
    by `links`, a table with columns company and file, or else by the name of the file or of its
    folder. A company's level is the highest of its reports. Raises `InputError` for companies that
    stand twice, links to no company, and reports that are nobody's.
    """
    if line not in (1, 2, 3):
        raise InputError(f"{line} is no level to count", where="--level", fix="Use 1, 2 or 3.")
    table = read_table(frame)
    ids = _ids(table, company)
    owners = _linked(links, ids) if links else {}
    taken = _with_copies(documents)
    levels = np.full(table.rows, NEVER, dtype=np.int64)
    states = np.full(table.rows, MISSING, dtype=np.int64)
    strangers = several = 0
    for row, is_copy in taken:
        place = _owner(row, ids, owners, by_name=links is None)
        if place is None:
            strangers += 1
            continue
        several += states[place] != MISSING and not is_copy
        if row.state is FileState.READ and row.level is not None:
            levels[place] = max(levels[place], row.level)
            states[place] = READ
        elif states[place] == MISSING:
            states[place] = UNREADABLE
    if strangers == len(taken):
        raise InputError(
            "None of the reports belongs to a company of the frame",
            where=f"{table.name}, column {company}",
            fix="Name each file, or its folder, after the company's id, or give --links.",
        )
    survey, notes, default = _survey(table, design, states)
    found = estimate_endorsement(
        survey, levels, states, int(line), strata, domains_of(table, by),
        confidence=confidence or default,
    )  # fmt: skip
    notes += _notes(found, strangers, int(several), bool(by))
    return EstimatedShare(found, len(taken), len(taken) - strangers, tuple(notes))


def _with_copies(documents: Sequence[DocumentRow]) -> list[tuple[DocumentRow, bool]]:
    """Return every file with what was read of its content: one report may be of two companies."""
    first = {row.sha256: row for row in documents if row.state is not FileState.DUPLICATE}
    found = []
    for row in documents:
        is_copy = row.state is FileState.DUPLICATE
        same = first.get(row.sha256, row) if is_copy else row
        found.append((replace(same, file=row.file), is_copy))
    return found


def _ids(table: SurveyTable, column: str) -> dict[str, int]:
    """Return the row of each company; refuse empty cells and companies that stand twice."""
    name = table.require(column, "--company")
    found: dict[str, int] = {}
    for k, cell in enumerate(table.frame[name].cast(pl.String).fill_null("").to_list()):
        text = cell.strip()
        if not text:
            table.refuse(k, name, "The company has no id", "Give each company its own.")
        if text in found:
            table.refuse(
                k, name, f"Company {text[:60]!r} already stands in row {found[text] + FIRST_ROW}",
                "Keep one row per company.",
            )  # fmt: skip
        found[text] = k
    return found


def _linked(path: Path, ids: Mapping[str, int]) -> dict[str, str]:
    """Return the company of each file; refuse links to a company that is not in the frame."""
    table = read_table(path)
    columns = [table.require(name, "--links") for name in ("company", "file")]
    owners: dict[str, str] = {}
    for k, (owner, file) in enumerate(table.frame.select(columns).cast(pl.String).iter_rows()):
        owner_id = (owner or "").strip()
        if owner_id not in ids:
            table.refuse(
                k, "company", f"{owner_id[:60]!r} is no company of the frame", "Correct it."
            )
        if not (file or "").strip():
            table.refuse(k, "file", "No file is named", "Name the file, or remove the row.")
        owners[file.strip()] = owner_id
    return owners


def _owner(
    row: DocumentRow, ids: Mapping[str, int], owners: Mapping[str, str], *, by_name: bool
) -> int | None:
    """Return the row of the company that a report belongs to; `None` for nobody's."""
    path = PurePath(row.file)
    if not by_name:
        named = next((k for k in (row.file, path.name, row.sha256) if k in owners), None)
        return None if named is None else ids[owners[named]]
    for name in (path.stem, path.parent.name, *_beginnings(path.stem)):
        if name in ids:
            return ids[name]
    return None


def _beginnings(stem: str) -> list[str]:
    """Return what stands before each sign in a name, the longest first.

    >>> _beginnings("acme-nv_2023")
    ['acme-nv', 'acme']
    """
    return [stem[:k] for k in range(len(stem) - 1, 0, -1) if stem[k] in SIGNS]


def _survey(
    table: SurveyTable, design: Path | None, states: np.typing.NDArray[np.int64]
) -> tuple[Survey, list[str], float]:
    if design is None:
        rows = np.arange(table.rows)
        laid = lay_out(None, [], [rows], [], names=(), lonely="fail")
        note = (
            "No design was given: companies are taken as drawn alike, each counting once, from a "
            "large population."
        )
        return Survey(laid), [note], 0.95
    document = read_design(design)
    read = pl.Series(ANSWERED, (states == READ).astype(np.int8))
    survey, notes = prepare(SurveyTable(table.name, table.frame.with_columns(read)), document)
    return survey, notes, document.content.level


def _notes(found: EndorsementEstimate, strangers: int, several: int, is_split: bool) -> list[str]:
    notes = []
    if found.not_corrected:
        notes.append(
            f"Not corrected for the machine's errors: {found.not_corrected}. The shares are what "
            "the machine read."
        )
    elif is_split:
        notes.append("The machine is taken to err alike in every group; judge more to test that.")
    if strangers:
        notes.append(f"{strangers} reports belong to no company of the frame and were left out.")
    if several:
        notes.append(
            f"{several} reports are a company's second or further one; its highest level counts, "
            "while the machine's errors were measured per report."
        )
    total = sum(row.unreadable + row.missing for row in found.rows)
    if total:
        notes.append(
            "Companies without a report, or with one that cannot be read, have no level: they are "
            "non-response, not level 0."
        )
    return notes


def error_data(error: MachineError | None) -> dict[str, Any] | None:
    """Return the machine's errors as plain data, with the ends of their intervals."""
    if error is None:
        return None
    found: dict[str, Any] = {"judged": error.judged_above + error.judged_below}
    for name in ("sensitivity", "specificity"):
        low, high = error.ends(name)
        found[name] = {"estimate": getattr(error, name), "low": low, "high": high}
    return found
