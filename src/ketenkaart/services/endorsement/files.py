"""Find the files of a run: files, folders and patterns, each file once."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.services.endorsement.reading import REPORT_LIMITS

ENDINGS = frozenset({".pdf", ".html", ".htm", ".xhtml", ".docx", ".txt", ".md", ".xml"})
"""What is taken from a folder; a file that is named itself is tried whatever its ending."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, in order of name per target, and how many of a folder were left."""

    files: tuple[Path, ...]
    passed_over: int


def find_reports(targets: Sequence[str]) -> Found:
    """Return the files that the targets name: a file, a folder with all below it, or a pattern.

    Raises `InputError` for a target that names nothing.
    """
    files: dict[Path, None] = {}
    passed_over = 0
    for target in targets:
        found, others = _of(target)
        files |= dict.fromkeys(found)
        passed_over += others
    if not files:
        raise InputError(
            "There is nothing to read",
            where="FILE",
            fix=f"Name files, or a folder that holds {', '.join(sorted(ENDINGS))}.",
        )
    return Found(tuple(files), passed_over)


def _of(target: str) -> tuple[list[Path], int]:
    path = Path(target)
    if path.is_dir():
        return _in_folder(path)
    if os.path.lexists(path):
        return [path], 0
    matched = sorted(map(Path, glob.iglob(target, recursive=True)))
    if not matched:
        raise InputError(
            f"Nothing is called {target[:200]!r}", where="FILE", fix="Check the name or pattern."
        )
    files = [item for item in matched if not item.is_dir()]
    others = 0
    for folder in (item for item in matched if item.is_dir() and "**" not in target):
        more, left = _in_folder(folder)
        files += more
        others += left
    return files, others


def _in_folder(folder: Path) -> tuple[list[Path], int]:
    everything = [
        Path(where, name)
        for where, folders, names in os.walk(folder)
        for name in (folders.sort() or sorted(names))
        if not name.startswith(".")
    ]
    wanted = [path for path in everything if path.suffix.casefold() in ENDINGS]
    return wanted, len(everything) - len(wanted)


def content_hash(path: Path) -> str | None:
    """Return the SHA-256 of a file; `None` for what is no ordinary file, unreadable or too large.

    What cannot be hashed is still handed to the reader, which says why it refuses it.
    """
    try:
        # Without NONBLOCK the opening of a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > REPORT_LIMITS.max_bytes:
            return None
        digest = hashlib.sha256()
        try:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        except OSError:
            return None
    return digest.hexdigest()


def fingerprint(lines: Iterable[str]) -> str:
    """Return what stands for a list of words, 16 letters long."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16]
