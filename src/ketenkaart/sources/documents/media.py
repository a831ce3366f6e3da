"""What a file is, by its first bytes; its name is only held against it."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from ketenkaart.sources.documents.reasons import Reason, Refusal


class Form(StrEnum):
    """A kind of document that can be read; the value names its reader."""

    TEXT = "text"
    PDF = "pdf"
    XML = "xml"
    HTML = "html"
    DOCX = "docx"


MEDIA_TYPES = {
    Form.TEXT: "text/plain",
    Form.PDF: "application/pdf",
    Form.XML: "application/xml",
    Form.HTML: "text/html",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

_ENDINGS = {
    ".txt": Form.TEXT,
    ".text": Form.TEXT,
    ".pdf": Form.PDF,
    ".xml": Form.XML,
    ".htm": Form.HTML,
    ".html": Form.HTML,
    ".xhtml": Form.HTML,
    ".docx": Form.DOCX,
}
_MARKED_UP = {Form.TEXT, Form.XML, Form.HTML}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")
_OTHERS: tuple[bytes, ...] = (
    b"{\\rtf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
)
_OTHERS += (b"%!PS", b"PAR1", b"SQLite format 3\0")
_PROLOG = re.compile(
    r"\s*(?:<\?.{0,500}?\?>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,500}>|\s)*", re.S | re.I
)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*(?::[\w.-]+)?)")
_HTML_ROOTS = {"html", "head", "body", "title", "meta", "div", "p", "h1", "article", "main", "span"}
_HEAD = 8192


def form_of(data: bytes, name: str) -> tuple[Form, bool]:
    """Return what `data` is, and whether `name` says otherwise.

    Raises `Refusal`: `EMPTY`, `ENCRYPTED` for a protected Office file, `NO_TEXT` for a picture,
    `UNSUPPORTED` for other kinds, `WRONG_TYPE` where name and content are not even alike.

    >>> form_of(b"%PDF-1.7 ...", "letter.pdf")
    (<Form.PDF: 'pdf'>, False)
    """
    found = _by_content(data)
    claimed = _ENDINGS.get(PurePath(name).suffix.lower())
    if claimed is None or claimed is found:
        return found, False
    if claimed in _MARKED_UP and found in _MARKED_UP:
        return found, True
    raise Refusal(Reason.WRONG_TYPE)


def _by_content(data: bytes) -> Form:
    head = data[:_HEAD]
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare:
        raise Refusal(Reason.EMPTY)
    if bare.startswith(b"%PDF-"):
        return Form.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Form.DOCX
    if head.startswith(_OLE):
        # An Office file with a password is wrapped; the name of the wrapping stands in UTF-16.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Refusal(Reason.ENCRYPTED if locked else Reason.UNSUPPORTED)
    if head.startswith(_PICTURES):
        raise Refusal(Reason.NO_TEXT)
    # Two letters begin many a text as well; a program or a bitmap has a NUL byte soon after them.
    if head.startswith(_OTHERS) or (head.startswith((b"MZ", b"BM")) and b"\0" in head[:64]):
        raise Refusal(Reason.UNSUPPORTED)
    return _by_markup(head)


def _by_markup(head: bytes) -> Form:
    text = _roughly(head)
    prolog = _PROLOG.match(text)
    rest = text[prolog.end() if prolog else 0 :]
    is_xml = text.lstrip().startswith("<?xml")
    root = _ROOT.match(rest)
    if root is None:
        # A document type with declarations of its own hides its root from this first look.
        return Form.XML if is_xml or rest[:9].upper() == "<!DOCTYPE" else Form.TEXT
    if root[1].lower() in _HTML_ROOTS:
        return Form.HTML
    return Form.XML


def _roughly(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"<\0")):
        return head.decode("utf-16-le", "replace").lstrip("\ufeff")
    if head.startswith((b"\xfe\xff", b"\0<")):
        return head.decode("utf-16-be", "replace").lstrip("\ufeff")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
