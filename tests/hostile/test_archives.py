"""Archives: what an honest program writes is opened, every known trick is refused, at once."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hostile_papers import ZipByHand, zipped
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.sources.documents.archive import open_archive
from ketenkaart.sources.documents.limits import DEFAULT, MEBIBYTE, Limits
from ketenkaart.sources.documents.reasons import Reason, Refusal

R = Reason


def _by_hand(name: bytes = b"a.txt", **lies: int) -> bytes:
    archive = ZipByHand()
    archive.file(name, b"words", **lies)
    return archive.finish()


def _same_bytes_twice() -> bytes:
    archive = ZipByHand()
    start = archive.header(b"a", b"\3\0", 0, 0)
    archive.entry(b"a", start, 2, 0, 0)
    archive.entry(b"a", start, 2, 0, 0)
    return archive.finish()


def _quoted_headers() -> bytes:
    """Each file's packed bytes run over the headers of the next: 16 kernels of a larger bomb."""
    archive = ZipByHand()
    kernel = zlib.compress(b"\0" * 60_000, 9)[2:-4]
    starts = [archive.header(b"%02d" % n, kernel, 60_000, 0) for n in range(16)]
    end = len(archive.data)
    for number, start in enumerate(starts):
        archive.entry(b"%02d" % number, start, end - start - 32, 60_000, 0)
    return archive.finish()


def _hidden_in_extra() -> bytes:
    """A second header inside the first one's extra field."""
    archive = ZipByHand()
    inner = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, 2, 0, 1, 0) + b"b\3\0"
    start = archive.header(b"a", b"\3\0", 0, 0, extra=inner)
    archive.entry(b"a", start, 2, 0, 0)
    archive.entry(b"b", start + 31, 2, 0, 0)
    return archive.finish()


def _two_names() -> bytes:
    archive = ZipByHand()
    start = archive.header(b"harmless.txt", b"\3\0", 0, 0)
    archive.entry(b"innocent.txt", start, 2, 0, 0)
    return archive.finish()


def _body_in_the_list() -> bytes:
    archive = ZipByHand()
    start = archive.header(b"a", b"", 0, 0)
    archive.entry(b"a", start, 500, 500, 0)
    archive.entry(b"b" * 450, start, 0, 0, 0)
    return archive.finish()


def _thousands(number: int) -> bytes:
    archive = ZipByHand()
    for at in range(number):
        archive.file(b"%d" % at)
    return archive.finish()


TRICKS: list[tuple[str, Callable[[], bytes], Reason]] = [
    ("200,000 files", lambda: _thousands(200_000), R.BOMB),
    ("more files than announced", lambda: _thousands(9)[:-22] + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, 47 * 9, len(_thousands(9)) - 22 - 47 * 9, 0),
     R.ARCHIVE_UNSAFE),
    ("fewer files than announced", lambda: _thousands(3).replace(
        b"PK\5\6\0\0\0\0\3\0\3\0", b"PK\5\6\0\0\0\0\11\0\11\0"), R.BROKEN),
    ("the same bytes twice", _same_bytes_twice, R.ARCHIVE_UNSAFE),
    ("quoted headers", _quoted_headers, R.ARCHIVE_UNSAFE),
    ("a header in an extra field", _hidden_in_extra, R.ARCHIVE_UNSAFE),
    ("two names for one file", _two_names, R.ARCHIVE_UNSAFE),
    ("packed bytes that run into the list", _body_in_the_list, R.ARCHIVE_UNSAFE),
    ("a path that leads out", lambda: _by_hand(b"../a.txt"), R.ARCHIVE_UNSAFE),
    ("a path that leads out later", lambda: _by_hand(b"a/../../b"), R.ARCHIVE_UNSAFE),
    ("an absolute path", lambda: _by_hand(b"/etc/passwd"), R.ARCHIVE_UNSAFE),
    ("a Windows path", lambda: _by_hand(b"..\\a.txt"), R.ARCHIVE_UNSAFE),
    ("a drive", lambda: _by_hand(b"c:a.txt"), R.ARCHIVE_UNSAFE),
    ("a name with a line end", lambda: _by_hand(b"a\nb"), R.ARCHIVE_UNSAFE),
    ("an empty name", lambda: _by_hand(b""), R.ARCHIVE_UNSAFE),
    ("two spellings", lambda: zipped({"a.txt": b"1", "A.TXT": b"2"}), R.ARCHIVE_UNSAFE),
    ("a link", lambda: _by_hand(outer=0o120777 << 16), R.ARCHIVE_UNSAFE),
    ("a device", lambda: _by_hand(outer=0o060777 << 16), R.ARCHIVE_UNSAFE),
    ("a password", lambda: _by_hand(flags=1), R.ENCRYPTED),
    ("a strong password", lambda: _by_hand(flags=0x41), R.ENCRYPTED),
    ("a hidden list", lambda: _by_hand(flags=0x2000), R.ENCRYPTED),
    ("another packing", lambda: _by_hand(method=12), R.ARCHIVE_UNSAFE),
    ("another disk", lambda: _by_hand(disk=1), R.ARCHIVE_UNSAFE),
    ("bytes after the end", lambda: _by_hand() + b"x", R.ARCHIVE_UNSAFE),
    ("a high ratio", lambda: zipped({"a": b"\0" * (30 * MEBIBYTE)}), R.BOMB),
    ("a large sum", lambda: zipped({str(n): bytes([n]) * 900_000 for n in range(90)}), R.BOMB),
    ("64-bit records", lambda: _by_hand()[:-10] + b"\xff" * 8 + b"\0\0", R.ARCHIVE_UNSAFE),
    ("no archive", lambda: b"PK\3\4" + b"x" * 500, R.BROKEN),
    ("cut off", lambda: zipped({"a": b"words" * 99})[:-30], R.BROKEN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "reason"), [trick[1:] for trick in TRICKS], ids=[trick[0] for trick in TRICKS]
)
def test_a_trick_is_refused_at_once(make: Callable[[], bytes], reason: Reason) -> None:
    data = make()
    start = time.process_time()
    with pytest.raises(Refusal) as refused:
        open_archive(data)
    assert refused.value.reason is reason
    assert time.process_time() - start < 0.5


def test_a_list_that_lies_about_sizes_is_found_out_when_read() -> None:
    content = b"\0" * 500_000
    packed = zlib.compress(content, 9)[2:-4]
    archive = ZipByHand()
    start = archive.header(b"a", packed, 10, zlib.crc32(content))
    archive.entry(b"a", start, len(packed), 10, zlib.crc32(content))
    opened = open_archive(archive.finish())
    with pytest.raises(Refusal) as refused:
        opened.read("a")
    assert refused.value.reason is Reason.BOMB


def test_a_changed_byte_is_found_out_when_read() -> None:
    data = bytearray(zipped({"a": b"words"}))
    data[data.index(b"PK\1\2") - 3] ^= 0x40
    opened = open_archive(bytes(data))
    with pytest.raises(Refusal) as refused:
        opened.read("a")
    assert refused.value.reason is Reason.BROKEN
    with pytest.raises(Refusal):
        opened.read("b")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.xml", fullmatch=True),
        st.binary(max_size=300),
        max_size=8,
    )
)
def test_what_an_honest_program_packs_comes_out_the_same(files: dict[str, bytes]) -> None:
    opened = open_archive(zipped(files))
    assert {name: opened.read(name) for name in opened.entries} == files


@given(st.data())
def test_a_damaged_archive_is_read_right_or_refused(data: st.DataObject) -> None:
    files = {"[Content_Types].xml": b"<Types/>" * 9, "word/document.xml": b"<w>" * 40}
    packed = bytearray(zipped(files))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        opened = open_archive(bytes(packed))
        for name in opened.entries:
            content = opened.read(name)
            assert content in files.values()
    except Refusal:
        pass


def test_the_limits_are_the_callers() -> None:
    data = zipped({"a": b"1", "b": b"2"})
    assert len(open_archive(data, DEFAULT).entries) == 2
    with pytest.raises(Refusal):
        open_archive(data, Limits(max_entries=1))
