"""The journal of a run: a line per file as it is done, so that a run that was killed goes on.

One JSON object per line. The first says what the journal is and which reader wrote it; every
further one is a document as in the output. A line is written whole with one call, so a kill loses
at most the files in hand; a last line without its end is left out.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from ketenkaart.core.errors import ConflictError, InputError, StoreError
from ketenkaart.services.endorsement.rows import DocumentRow, row_of

KIND = "ketenkaart endorsement journal"
FORM = 1
_SYNC_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What a journal holds: which reader wrote it, its rows, and the length of its whole lines."""

    reader: str
    rows: tuple[DocumentRow, ...]
    length: int


def read_journal(path: Path) -> Kept | None:
    """Return what a journal holds; `None` where there is none, or nothing whole in it.

    Raises `InputError` with the line for a file that is no journal or has been changed.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(
            f"The journal cannot be read: {error.strerror or error}", where=str(path),
            fix="Make it readable, or name another with --journal.",
        ) from error  # fmt: skip
    whole = content[: content.rfind(b"\n") + 1]
    lines = whole.splitlines()
    if not lines:
        return None
    head = _line(path, 1, lines[0])
    if not isinstance(head, dict) or head.get("journal") != KIND or head.get("form") != FORM:
        raise InputError(
            "This file is no journal of a run", where=f"{path}, line 1",
            fix="Name another with --journal; this one was left as it is.",
        )  # fmt: skip
    rows = tuple(
        row_of(_line(path, number, line), f"{path}, line {number}")
        for number, line in enumerate(lines[1:], start=2)
    )
    return Kept(str(head.get("reader", "")), rows, len(whole))


def _line(path: Path, number: int, line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise InputError(
            "A line of the journal is damaged", where=f"{path}, line {number}",
            fix="Remove that line to read its file again, or begin anew with --restart.",
        ) from error  # fmt: skip


class Journal:
    """A journal to which rows are added; used as a context."""

    def __init__(self, path: Path, reader: str, *, keep: int = 0) -> None:
        """Open the journal; `keep` bytes of it stand, with 0 it begins anew."""
        self.path = path
        self._synced = 0.0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._require_alone()
            os.ftruncate(self._descriptor, keep)
            os.lseek(self._descriptor, 0, os.SEEK_END)
        except OSError as error:
            raise self._unwritable(error) from error
        if not keep:
            self._write({"journal": KIND, "form": FORM, "reader": reader})

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def add(self, row: DocumentRow) -> None:
        """Write a row; raises `StoreError` when the disk is full."""
        self._write(row.as_data())

    def _require_alone(self) -> None:
        """Hold the file for this run; the lock goes with the process, however it ends."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise ConflictError(
                "Another run is writing this journal",
                where=str(self.path),
                fix="Wait for it to end, or name another file with --journal.",
            ) from error

    def _write(self, data: dict[str, Any]) -> None:
        line = (json.dumps(data, separators=(",", ":")) + "\n").encode()
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._descriptor)
                self._synced = time.monotonic()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"The journal cannot be written: {error.strerror or error}",
            where=str(self.path),
            fix="Make room, or name another file with --journal.",
        )


def renamed(row: DocumentRow, file: str) -> DocumentRow:
    """Return a row under the name by which the same content is given now."""
    return row if row.file == file else replace(row, file=file)
