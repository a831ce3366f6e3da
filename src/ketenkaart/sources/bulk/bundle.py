"""A folder, a file or a zip archive of any size, read as one thing; an archive may be an attack.

The end record is read first and its list is checked before anything is unpacked. What the
standard library's reader accepts and no honest program writes is refused: entries that overlap
(CVE-2024-0450), links, encryption, paths that lead out, double names.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ketenkaart.core.errors import InputError, TableError

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_LOCAL = struct.Struct("<4s5H3L2H")
_TAIL = 0xFFFF + 22
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UNIX, _KIND, _ORDINARY = 3, 0o170000, (0, 0o100000, 0o040000)


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """What an archive of tables may come to, in files, bytes unpacked, and ratio of a file."""

    files: int = 2_000
    bytes: int = 64 << 30
    ratio: int = 250


class Bundle:
    """Files by name, whatever holds them; `open` gives a stream that is never read whole."""

    def __init__(self, path: Path, names: Mapping[str, Path | zipfile.ZipInfo]) -> None:
        self.path = path
        self._entries = dict(names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, with their folders, in order."""
        return tuple(sorted(self._entries))

    def find(self, ending: str) -> str | None:
        """Return the one name whose last steps are `ending`; the shortest where there are more."""
        found = [name for name in self.names if f"/{name}".endswith(f"/{ending}")]
        return min(found, key=lambda name: (name.count("/"), name)) if found else None

    def need(self, ending: str) -> str:
        """Return the name that ends so; raise `InputError` without it."""
        found = self.find(ending)
        if found is None:
            raise self._missing(ending)
        return found

    def _missing(self, name: str) -> InputError:
        return InputError(
            f"There is no {name} here",
            where=str(self.path),
            fix=f"Fetch the file again; here: {', '.join(self.names[:20]) or 'nothing'}.",
        )

    def _entry(self, name: str) -> Path | zipfile.ZipInfo:
        entry = self._entries.get(name)
        if entry is None:
            raise self._missing(name)
        return entry

    def size(self, name: str) -> int:
        """Return how many bytes a file has, unpacked; raise `InputError` where it is not there."""
        entry = self._entry(name)
        return entry.stat().st_size if isinstance(entry, Path) else entry.file_size

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading; a broken archive raises `TableError`, also while being read."""
        entry = self._entry(name)
        if isinstance(entry, Path):
            with entry.open("rb") as stream:
                yield stream
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(entry) as packed:
                yield packed  # type: ignore[misc]
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise TableError(
                f"{name} cannot be unpacked ({error})",
                where=str(self.path),
                fix="The archive is cut short or altered: fetch it again.",
            ) from error


def open_bundle(path: Path, limits: BundleLimits = BundleLimits()) -> Bundle:
    """Return the files of a folder, an archive, or one file.

    Raises `InputError` for a path that is not there or an archive that is not safe, `TableError`
    for one that is cut short.
    """
    if path.is_dir():
        files = [item for item in sorted(path.rglob("*")) if item.is_file()][: limits.files]
        return Bundle(path, {item.relative_to(path).as_posix(): item for item in files})
    if not path.is_file():
        raise InputError("There is nothing here to read", where=str(path), fix="Give a file.")
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start.startswith(b"PK"):
        return Bundle(path, {path.name: path})
    return Bundle(path, _entries(path, limits))


def _entries(path: Path, limits: BundleLimits) -> dict[str, Path | zipfile.ZipInfo]:
    _refuse_long_list(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
            _refuse_unsafe(path, listed, limits)
            _refuse_overlaps(path, listed, archive.start_dir)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise _cut_short(path, str(error)) from error
    return {entry.filename: entry for entry in listed if not entry.is_dir()}


def _refuse_long_list(path: Path, limits: BundleLimits) -> None:
    """Look at the number of files first: merely opening a list of 200,000 takes seconds."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _TAIL))
        tail = stream.read(_TAIL)
        place = tail.rfind(_END)
        if place < 0 or place + 22 > len(tail):
            raise _cut_short(path, "it has no end record")
        count: int = struct.unpack_from("<H", tail, place + 10)[0]
        locator = tail.rfind(_END_64, 0, place)
        if count == 0xFFFF and locator >= 0:
            (start,) = struct.unpack_from("<Q", tail, locator + 8)
            stream.seek(min(start, size))
            record = stream.read(56)
            count = struct.unpack_from("<Q", record, 32)[0] if len(record) == 56 else 0
    if count > limits.files:
        raise _unsafe(path, f"it lists {count} files, where {limits.files} are taken")


def _refuse_unsafe(path: Path, listed: list[zipfile.ZipInfo], limits: BundleLimits) -> None:
    seen: set[str] = set()
    total = 0
    for entry in listed:
        name = entry.filename
        steps = name.removesuffix("/").split("/")
        odd = not name.isprintable() or "\\" in name or ":" in name or len(name) > 500
        if odd or any(step in ("", ".", "..") for step in steps):
            raise _unsafe(path, "it holds a name that leads out of it")
        if name.casefold() in seen:
            raise _unsafe(path, f"it holds {name[:80]!r} twice")
        seen.add(name.casefold())
        if entry.flag_bits & _ENCRYPTED:
            raise _unsafe(path, "it is encrypted")
        kind = (entry.external_attr >> 16) & _KIND if entry.create_system == _UNIX else 0
        if kind not in _ORDINARY or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise _unsafe(path, f"{name[:80]!r} is no ordinary file")
        total += entry.file_size
        if entry.file_size > limits.ratio * max(entry.compress_size, 4096):
            raise _unsafe(path, f"{name[:80]!r} unpacks to more than {limits.ratio} times its size")
        if total > limits.bytes:
            raise _unsafe(path, f"it unpacks to more than {limits.bytes >> 30} GB")


def _refuse_overlaps(path: Path, listed: list[zipfile.ZipInfo], limit: int) -> None:
    reach = 0
    with path.open("rb") as stream:
        for entry in sorted(listed, key=lambda entry: entry.header_offset):
            stream.seek(entry.header_offset)
            header = stream.read(_LOCAL.size)
            if len(header) < _LOCAL.size:
                raise _cut_short(path, "a file in it ends too soon")
            fields = _LOCAL.unpack(header)
            if entry.header_offset < reach:
                raise _unsafe(path, "files in it overlap")
            body = entry.header_offset + _LOCAL.size + fields[9] + fields[10]
            reach = body + entry.compress_size
            if reach > limit:
                raise _cut_short(path, "a file in it ends too soon")


def _unsafe(path: Path, why: str) -> InputError:
    return InputError(
        f"The archive is not opened: {why}",
        where=str(path),
        fix="Fetch it again from its publisher, or unpack it yourself and give the folder.",
    )


def _cut_short(path: Path, why: str) -> TableError:
    return TableError(
        f"The archive is cut short or is none ({why})", where=str(path), fix="Fetch it again."
    )
