"""Read thousands of reports: several processes, a journal, each content once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.services.endorsement.crew import read_all
from ketenkaart.services.endorsement.files import Found, content_hash, fingerprint
from ketenkaart.services.endorsement.journal import Journal, Kept, read_journal, renamed
from ketenkaart.services.endorsement.rows import (
    DocumentRow,
    FileState,
    RunSummary,
    file_name,
    summarise,
)
from ketenkaart.services.endorsement.spark import read_on_spark, require_spark
from ketenkaart.services.endorsement.worker import reader_hash
from ketenkaart.warehouse.folder import chosen_data_folder

MOST_PROCESSES = 64
WORK = "endorsement"
"""Folder in the data folder where journals of unfinished runs are kept."""

Told = Callable[[int, int], None]


class ReadingEngine(StrEnum):
    """Where reports are read: in processes here, or on a Spark session."""

    OWN = "own"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run: a row per file in the order given, and what they add up to."""

    rows: tuple[DocumentRow, ...]
    summary: RunSummary


@dataclass(slots=True)
class _State:
    """A run under way: rows by the number of the file, and where each content was seen first."""

    paths: Sequence[Path]
    known: dict[str, DocumentRow]
    rows: dict[int, DocumentRow] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)
    resumed: int = 0

    def wanted(self, told: Callable[[], None]) -> Iterator[tuple[int, Path]]:
        """Yield what is to be read; what is known or a copy is settled without reading."""
        for number, path in enumerate(self.paths):
            key = content_hash(path)
            if key is None:
                yield number, path
            elif key in self.first:
                self.copies[number] = self.first[key]
                told()
            else:
                self.first[key] = number
                if key in self.known:
                    self.rows[number] = renamed(self.known[key], file_name(path))
                    self.resumed += 1
                    told()
                else:
                    yield number, path

    def in_order(self) -> tuple[DocumentRow, ...]:
        """Return the rows in the order of the files, copies as such."""
        for number, of in self.copies.items():
            same = self.rows[of]
            self.rows[number] = DocumentRow(
                file_name(self.paths[number]), same.sha256, FileState.DUPLICATE,
                reason=f"The content is that of {same.file}, which is counted.",
            )  # fmt: skip
        return tuple(self.rows[number] for number in range(len(self.paths)))


def read_reports(
    found: Found,
    *,
    processes: int | None = None,
    engine: ReadingEngine = ReadingEngine.OWN,
    journal: Path | None = None,
    resume: bool = False,
    restart: bool = False,
    told: Told | None = None,
) -> Run:
    """Return what became of every file.

    With a `journal` each row is kept as soon as it is done; `resume` goes on from it: content that
    the same reader read before is not read again. `told` is called with how many files are settled
    and how many there are. Raises `InputError` for a number of processes that cannot be, and
    `ConflictError` where the journal holds an unfinished run and neither `resume` nor `restart`
    was asked.
    """
    at_once = _processes(processes)
    if engine is ReadingEngine.SPARK:
        require_spark()
    kept = None if journal is None or restart else read_journal(journal)
    if kept is not None and not resume and kept.rows:
        raise ConflictError(
            f"An unfinished run is there: {len(kept.rows)} files were read",
            where=str(journal),
            fix="Go on with --resume, or begin anew with --restart.",
        )
    notes = _resume_notes(kept, journal, resume=resume)
    is_same = kept is not None and kept.reader == reader_hash()
    state = _State(found.files, _known(kept) if is_same else {})
    pen = (
        None
        if journal is None
        else Journal(journal, reader_hash(), keep=kept.length if kept and is_same else 0)
    )
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if told is not None:
            told(count, len(found.files))

    try:
        with closing(_results(state.wanted(tick), engine, at_once)) as results:
            for number, row in results:
                state.rows[number] = _as_seen(state, number, row)
                if pen is not None and row.sha256 is not None:
                    pen.add(row)
                tick()
    finally:
        if pen is not None:
            pen.__exit__(None, None, None)
    rows = state.in_order()
    summary = replace(
        summarise(rows), resumed=state.resumed, passed_over=found.passed_over,
        reader=reader_hash(), notes=notes,
    )  # fmt: skip
    return Run(rows, summary)


def _as_seen(state: _State, number: int, row: DocumentRow) -> DocumentRow:
    """Return a row with the hash that its file had when the run came to it, if it lost its own."""
    if row.sha256 is not None:
        return row
    key = next((key for key, first in state.first.items() if first == number), None)
    return replace(row, sha256=key)


def _results(
    jobs: Iterable[tuple[int, Path]], engine: ReadingEngine, processes: int
) -> Generator[tuple[int, DocumentRow], None, None]:
    if engine is ReadingEngine.SPARK:
        yield from read_on_spark(jobs)
    else:
        yield from read_all(jobs, processes)


def _known(kept: Kept | None) -> dict[str, DocumentRow]:
    rows = () if kept is None else kept.rows
    return {row.sha256: row for row in rows if row.sha256 is not None}


def _resume_notes(kept: Kept | None, journal: Path | None, *, resume: bool) -> list[str]:
    if not resume:
        return []
    if kept is None:
        return [f"There was no unfinished run at {journal}: every file was read."]
    if kept.reader != reader_hash():
        return ["The unfinished run was read by another reader: every file was read anew."]
    return []


def _processes(asked: int | None) -> int:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if asked is None:
        return there
    if not 1 <= asked <= MOST_PROCESSES:
        raise InputError(
            f"{asked} is no number of processes",
            where="--processes",
            fix=f"Give 1 to {MOST_PROCESSES}; this machine has {there} processors.",
        )
    return asked


def journal_of(targets: Sequence[str], output: Path | None) -> Path:
    """Return where the journal of a run is kept: beside its output, or in the data folder."""
    if output is not None:
        return output.with_name(f"{output.name}.journal")
    name = fingerprint([os.path.abspath(target) for target in targets])
    return chosen_data_folder() / WORK / f"{name}.journal"
