"""What became of each file: the rows of a run, and what they add up to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.endorsement.types import Level

FIELDS = (
    "file", "sha256", "state", "language", "pages", "level", "level_name", "stance",
    "is_boilerplate", "is_partial", "passages", "steps", "other_instruments", "reason", "reader",
)  # fmt: skip
"""The keys of a document, in their order; stable."""
LISTS = ("passages", "steps", "other_instruments")


class FileState(StrEnum):
    """What became of a file; only one that was read has a level."""

    READ = "read"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One file of a run.

    `level` is `None` unless the file was read: what could not be read has no level, not level 0.
    `passages`, `steps` and `other_instruments` are plain data: page, start, end, text and what was
    read of them. `is_partial` says that pages are missing, so that the level is a lower bound.
    `reason` says why a file was not read, what of it is missing, or of which it is a copy;
    `reader` stands for the code and the cues that read it.
    """

    file: str
    sha256: str | None
    state: FileState
    language: str | None = None
    pages: int | None = None
    level: int | None = None
    stance: str | None = None
    is_boilerplate: bool | None = None
    is_partial: bool = False
    passages: tuple[dict[str, Any], ...] = ()
    steps: tuple[dict[str, Any], ...] = ()
    other_instruments: tuple[dict[str, Any], ...] = ()
    reason: str | None = None
    reader: str | None = None

    @property
    def level_name(self) -> str | None:
        """Return the level as a word."""
        return None if self.level is None else Level(self.level).word

    @property
    def deciding(self) -> tuple[dict[str, Any], ...]:
        """Return the passages that decided the level, the furthest first, as they stand."""
        found = [item for item in self.passages if item.get("is_deciding")]
        return tuple(
            sorted(
                found,
                key=lambda item: (-(item.get("level") or 0), item.get("stance") != self.stance),
            )
        )

    @property
    def told_steps(self) -> dict[str, dict[str, Any]]:
        """Return the first place where each step of due diligence is described."""
        first: dict[str, dict[str, Any]] = {}
        for item in self.steps:
            first.setdefault(str(item["step"]), item)
        return first

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data with the keys of `FIELDS`."""
        data = asdict(self) | {"level_name": self.level_name, "state": self.state.value}
        for name in LISTS:
            data[name] = list(data[name])
        return {name: data[name] for name in FIELDS}


def row_of(data: Any, where: str) -> DocumentRow:
    """Return a row from plain data; raises `InputError` that says what does not fit.

    >>> row_of({"file": "a.pdf", "state": "read", "sha256": "ab", "level": 2}, "line 1").level_name
    'reference_framework'
    """
    if not isinstance(data, dict):
        raise InputError("This is no row of a reading", where=where, fix=_FIX)
    try:
        row = DocumentRow(
            file=str(data["file"]),
            sha256=data.get("sha256"),
            state=FileState(data["state"]),
            language=data.get("language"),
            pages=data.get("pages"),
            level=None if data.get("level") is None else int(Level(int(data["level"]))),
            stance=data.get("stance"),
            is_boilerplate=data.get("is_boilerplate"),
            is_partial=bool(data.get("is_partial")),
            reason=data.get("reason"),
            reader=data.get("reader"),
            **{name: tuple(data.get(name) or ()) for name in LISTS},
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"A row of a reading does not fit: {error}", where=where, fix=_FIX
        ) from error
    if (row.state is FileState.READ) != (row.level is not None):
        raise InputError(
            "A file has a level when it was read, and only then", where=where, fix=_FIX
        )
    return row


_FIX = "Give a file that `ketenkaart endorsement read --output` wrote."


@dataclass(slots=True)
class RunSummary:
    """What a run adds up to: documents per level, and what is not a level apart from it.

    `files` are all that were given, `documents` those of different content; `levels` counts the
    documents that were read by the word of their level. `resumed` were read by an earlier run.
    """

    files: int
    documents: int
    read: int
    levels: dict[str, int]
    unreadable: int
    refused: int
    duplicates: int
    resumed: int = 0
    passed_over: int = 0
    reader: str = ""
    notes: list[str] = field(default_factory=list)


def summarise(rows: Iterable[DocumentRow]) -> RunSummary:
    """Return what rows add up to."""
    given = tuple(rows)
    count = {state: sum(row.state is state for row in given) for state in FileState}
    return RunSummary(
        files=len(given),
        documents=len(given) - count[FileState.DUPLICATE],
        read=count[FileState.READ],
        levels={level.word: sum(row.level == level for row in given) for level in Level},
        unreadable=count[FileState.UNREADABLE],
        refused=count[FileState.REFUSED],
        duplicates=count[FileState.DUPLICATE],
    )


def once(rows: Sequence[DocumentRow]) -> tuple[DocumentRow, ...]:
    """Return the rows without the copies of files that stand there already."""
    return tuple(row for row in rows if row.state is not FileState.DUPLICATE)


def file_name(path: Path) -> str:
    """Return a path as text that every output can hold, whatever its bytes are.

    >>> file_name(Path("reports/a.pdf"))
    'reports/a.pdf'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")
