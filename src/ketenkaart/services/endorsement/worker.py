"""A process that reads reports: paths come in on standard input, rows go out, a line of JSON each.

Started as `python -m ketenkaart.services.endorsement.worker`. It ends when its input does, so no
worker outlives the run that started it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import sys
from dataclasses import asdict
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from ketenkaart.core.monitor import endorsement as pure
from ketenkaart.services.endorsement import reading as service
from ketenkaart.services.endorsement.reading import REPORT_LIMITS, read_report
from ketenkaart.services.endorsement.rows import DocumentRow, FileState, file_name
from ketenkaart.sources.reference.endorsement import load_endorsement_cues


@cache
def reader_hash() -> str:
    """Return what stands for the reader: its code and its cues; readings of one are comparable."""
    parts = [*sorted(Path(pure.__file__).parent.glob("*.py")), Path(service.__file__)]
    digest = hashlib.sha256(load_endorsement_cues().sha256.encode())
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def read_row(path: Path) -> DocumentRow:
    """Return what became of one file."""
    name = file_name(path)
    if (odd := _odd(path)) is not None:
        return DocumentRow(name, None, FileState.REFUSED, reason=odd)
    found = read_report(path, name=path.name)
    if found.reading is None:
        return DocumentRow(name, found.sha256, FileState(found.state.value), reason=found.reason)
    read = found.reading
    return DocumentRow(
        file=name,
        sha256=found.sha256,
        state=FileState.READ,
        language=found.language,
        pages=found.pages,
        level=int(read.level),
        stance=read.stance.value,
        is_boilerplate=read.is_boilerplate,
        is_partial=found.is_partial,
        passages=tuple(map(_data, read.passages)),
        steps=tuple(map(_data, read.steps)),
        other_instruments=tuple(map(_data, read.others)),
        reason=" ".join(found.notes) or None if found.is_partial else None,
        reader=reader_hash(),
    )


def _odd(path: Path) -> str | None:
    """Return why a path is not handed to the reader: what is no file would be waited for."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        return f"The file cannot be opened: {said}. Check the path and the permissions."
    if not stat.S_ISREG(status.st_mode):
        return "This is no ordinary file. Give the report itself."
    if status.st_size > REPORT_LIMITS.max_bytes:
        most = REPORT_LIMITS.max_bytes >> 20
        return (
            f"The file is larger than the {most} MiB that a report may have. Give the text alone."
        )
    return None


def _data(item: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(item).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _serve() -> None:
    """Answer each path with its row until there are no more."""
    # Ctrl-C reaches every process of a terminal: the run itself decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    out.write(json.dumps({"reader": reader_hash()}).encode() + b"\n")
    out.flush()
    for line in sys.stdin.buffer:
        row = read_row(Path(json.loads(line)))
        out.write(json.dumps(row.as_data()).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    _serve()
