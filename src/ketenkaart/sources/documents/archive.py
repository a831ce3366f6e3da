"""Open a zip archive that may be an attack: its end record first, and nothing before its checks.

The standard library's reader accepts entries that overlap, so that 159 kB become 128 GB
(CVE-2024-0450); this one refuses them, and everything else that an honest program does not write.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from ketenkaart.sources.documents.limits import DEFAULT, Limits
from ketenkaart.sources.documents.reasons import Reason, Refusal

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _ENTRY_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED, _STREAMED, _STRONG, _MASKED = 0x1, 0x8, 0x40, 0x2000
_STORED, _DEFLATED = 0, 8
_UNIX, _KIND, _LINK, _FILE, _FOLDER = 3, 0o170000, 0o120000, 0o100000, 0o040000
# Under this size a high ratio is no bomb: an empty style sheet packs a hundred to one.
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in an archive: where its header and packed bytes start, and what they come to."""

    name: str
    header: int
    start: int
    packed: int
    size: int
    method: int
    checksum: int


class Archive:
    """The files of a checked archive, by name."""

    def __init__(self, data: bytes, entries: Mapping[str, Entry]) -> None:
        self._data = data
        self.entries = entries

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises `Refusal` when it is not what the list says of it."""
        entry = self.entries.get(name)
        if entry is None:
            raise Refusal(Reason.BROKEN)
        packed = self._data[entry.start : entry.start + entry.packed]
        if entry.method == _STORED:
            content = packed
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                # One byte more than announced is enough to know that the list lies.
                content = inflater.decompress(packed, entry.size + 1)
            except zlib.error:
                raise Refusal(Reason.BROKEN) from None
        if len(content) > entry.size:
            raise Refusal(Reason.BOMB)
        if len(content) != entry.size or zlib.crc32(content) != entry.checksum:
            raise Refusal(Reason.BROKEN)
        return content


def open_archive(data: bytes, limits: Limits = DEFAULT) -> Archive:
    """Return the files of a zip archive; nothing is unpacked yet.

    Raises `Refusal`: `ENCRYPTED`; `BOMB` for too many files, too large a sum or too high a ratio;
    `ARCHIVE_UNSAFE` for overlaps, links, paths that lead out, double names, several disks and
    64-bit records; `BROKEN` for what is no archive at all.
    """
    count, place, size, end = _end_record(data)
    if count > limits.max_entries:
        raise Refusal(Reason.BOMB)
    entries: dict[str, Entry] = {}
    names: set[str] = set()
    total = 0
    stop = place + size
    for _ in range(count):
        entry, place = _entry(data, place, stop)
        total += entry.size
        if entry.size > _SMALL and entry.size > limits.max_ratio * max(entry.packed, 1):
            raise Refusal(Reason.BOMB)
        if total > limits.max_unpacked_bytes:
            raise Refusal(Reason.BOMB)
        # Some systems take two spellings for one file; an honest archive has no such pair.
        if entry.name.casefold() in names:
            raise Refusal(Reason.ARCHIVE_UNSAFE)
        names.add(entry.name.casefold())
        entries[entry.name] = entry
    if place != stop or stop != end:
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    _refuse_overlaps(list(entries.values()), stop - size)
    return Archive(data, {name: e for name, e in entries.items() if not name.endswith("/")})


def _end_record(data: bytes) -> tuple[int, int, int, int]:
    """Return the number of files, where their list stands, its size, and where it must end."""
    place = data.rfind(_END_MARK, max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if place < 0 or place + _END.size > len(data):
        raise Refusal(Reason.BROKEN)
    _, disk, list_disk, here, count, size, start, comment = _END.unpack_from(data, place)
    if place + _END.size + comment != len(data):
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    if disk or list_disk or here != count:
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    if count == 0xFFFF or size == 0xFFFFFFFF or start == 0xFFFFFFFF:
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    if start + size > place:
        raise Refusal(Reason.BROKEN)
    return count, start, size, place


def _entry(data: bytes, place: int, stop: int) -> tuple[Entry, int]:
    """Return one line of the list, checked against the file's own header, and where it ends."""
    if place + _ENTRY.size > stop:
        raise Refusal(Reason.BROKEN)
    (
        mark, made_by, _, flags, method, _, _, checksum, packed, size, name_length, extra, comment,
        disk, _, outer, start,
    ) = _ENTRY.unpack_from(data, place)  # fmt: skip
    after = place + _ENTRY.size + name_length + extra + comment
    if mark != _ENTRY_MARK or after > stop:
        raise Refusal(Reason.BROKEN)
    if flags & (_ENCRYPTED | _STRONG | _MASKED):
        raise Refusal(Reason.ENCRYPTED)
    if disk or 0xFFFFFFFF in (packed, size, start) or method not in (_STORED, _DEFLATED):
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    kind = (outer >> 16) & _KIND if made_by >> 8 == _UNIX else 0
    if kind not in (0, _FILE, _FOLDER):
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    raw_name = data[place + _ENTRY.size : place + _ENTRY.size + name_length]
    name = _name(raw_name)
    body = _body(data, start, raw_name, method, flags)
    if method == _STORED and packed != size:
        raise Refusal(Reason.BROKEN)
    return Entry(name, start, body, packed, size, method, checksum), after


def _name(raw: bytes) -> str:
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("latin-1")
    steps = name.removesuffix("/").split("/")
    is_odd = not name.isprintable() or "\\" in name or ":" in name or len(name) > 500
    if is_odd or any(step in ("", ".", "..") for step in steps):
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    return name


def _body(data: bytes, start: int, name: bytes, method: int, flags: int) -> int:
    """Return where a file's packed bytes start; its own header must agree with the list."""
    if start + _LOCAL.size > len(data):
        raise Refusal(Reason.BROKEN)
    mark, _, own_flags, own_method, _, _, _, _, _, length, extra = _LOCAL.unpack_from(data, start)
    if mark != _LOCAL_MARK:
        raise Refusal(Reason.BROKEN)
    own_name = data[start + _LOCAL.size : start + _LOCAL.size + length]
    if own_name != name or own_method != method or (own_flags ^ flags) & ~_STREAMED & 0x1:
        raise Refusal(Reason.ARCHIVE_UNSAFE)
    return start + _LOCAL.size + int(length) + int(extra)


def _refuse_overlaps(entries: list[Entry], limit: int) -> None:
    reach = 0
    for entry in sorted(entries, key=lambda entry: entry.header):
        if entry.header < reach:
            raise Refusal(Reason.ARCHIVE_UNSAFE)
        reach = entry.start + entry.packed
        if reach > limit:
            raise Refusal(Reason.ARCHIVE_UNSAFE)
