"""Read a file of parliament's data, whatever its form: its name tells which reader it needs."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.motions import motion_of
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.parliament.batch import Batch, batch_of
from ketenkaart.sources.parliament.lists import read_motion_lines, read_register
from ketenkaart.sources.parliament.reader import MAX_BYTES, read_page

BLOCK = 1 << 20


def files_in(target: Path) -> tuple[Path, ...]:
    """Return `target` itself, or the files of parliament's data in that folder, by name.

    Raises `InputError` when there is no such file or folder, or nothing to read in it.
    """
    if target.is_file():
        return (target,)
    if not target.is_dir():
        raise InputError(
            f"There is no file or folder {target.name!r}",
            where=str(target),
            fix="Give a file, a folder, or an address of the service.",
        )
    found = tuple(file for file in sorted(target.iterdir()) if file.is_file() and _reader(file))
    if not found:
        raise InputError(
            f"The folder {target.name!r} holds no file of parliament's data",
            where=str(target),
            fix=f"It reads files that end in {', '.join(READERS)}.",
        )
    return found


def read_file(file: Path) -> Batch:
    """Return what one file holds.

    Raises `InputError` for a file of another form, `RefusedDocumentError` for an official
    publication that cannot be read safely.
    """
    reader = _reader(file)
    if reader is None:
        raise InputError(
            f"{file.name} is no file of parliament's data",
            where=str(file),
            fix=f"It reads files that end in {', '.join(READERS)}.",
        )
    return reader(file)


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read_records(file: Path) -> Batch:
    with file.open("rb") as plain:
        stream = gzip.GzipFile(fileobj=plain) if file.suffix == ".gz" else plain
        try:
            data = stream.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(
                f"The file cannot be unpacked ({error})", where=file.name, fix="Fetch it again."
            ) from error
    return batch_of([read_page(data, file.name)])


def _read_publication(file: Path) -> Batch:
    """Return the motion that an official publication holds; another paper holds nothing here."""
    motion = motion_of(read_document(file, name=file.name))
    batch = Batch()
    if motion is None:
        batch.unused["publication without a motion"] += 1
    else:
        batch.motions.append(motion)
    return batch


READERS: Mapping[str, Callable[[Path], Batch]] = {
    ".json": _read_records,
    ".json.gz": _read_records,
    ".jsonl": read_motion_lines,
    ".jsonl.gz": read_motion_lines,
    ".csv": read_register,
    ".csv.gz": read_register,
    ".xml": _read_publication,
}
"""Which reader a file needs, by the end of its name."""


def _reader(file: Path) -> Callable[[Path], Batch] | None:
    ends = [end for end in READERS if file.name.casefold().endswith(end)]
    return READERS[max(ends, key=len)] if ends else None
