"""Tell what a file is from its bytes: only kinds that are safe to keep and hand out again."""

from __future__ import annotations

_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKED = (
    (b"word/document.xml", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/presentation.xml", f"{_OFFICE}presentationml.presentation"),
)
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."
_MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml")


def sniff(data: bytes) -> str | None:
    """Return the media type of a file that may be kept, or `None`.

    Kept are PDF, PNG, JPEG, plain text, and Office documents without macros. A page with markup is
    not: it would run in a browser.

    >>> sniff(b"%PDF-1.7 ..."), sniff(b"a,b"), sniff(b"<html><script>"), sniff(b"MZ\\x90\\x00")
    ('application/pdf', 'text/plain', None, None)
    """
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return "text/plain" if _is_text(data) else None


def _packed(data: bytes) -> str | None:
    if any(name in data for name in _MACROS):
        return None
    if data[30 : 30 + len(_ODF)] == _ODF:
        kind = data[30 + len(_ODF) : 30 + len(_ODF) + 12]
        for name in (b"text", b"spreadsheet", b"presentation"):
            if kind.startswith(name):
                return f"application/vnd.oasis.opendocument.{name.decode()}"
        return None
    return next((kind for name, kind in _PACKED if name in data), None)


def _is_text(data: bytes) -> bool:
    if b"\x00" in data or any(sign in data[:2000].lower() for sign in _MARKUP):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
