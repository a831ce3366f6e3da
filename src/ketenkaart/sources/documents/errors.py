"""The one error of this door: a document that is refused, and why."""

from __future__ import annotations

from ketenkaart.core.errors import KetenkaartError
from ketenkaart.sources.documents.limits import MEBIBYTE, Limits
from ketenkaart.sources.documents.reasons import Reason

_WORDS: dict[Reason, tuple[str, str]] = {
    Reason.EMPTY: ("{name} is empty", "Check the file and give it again."),
    Reason.TOO_LARGE: (
        "{name} is larger than may be read: {megabytes} MB, {characters} characters, {pages} pages",
        "Give the letter itself, without its annexes.",
    ),
    Reason.WRONG_TYPE: (
        "{name} does not hold what its name says",
        "Download it again, or give it the ending that fits.",
    ),
    Reason.UNSUPPORTED: (
        "{name} is of a kind that is not read",
        "Give plain text, PDF, official publication XML, HTML or DOCX.",
    ),
    Reason.ENCRYPTED: (
        "{name} is locked with a password",
        "Save it without a password and give it again.",
    ),
    Reason.BROKEN: ("{name} is damaged and cannot be read", "Download or save it again."),
    Reason.NO_TEXT: (
        "{name} holds no text, as a scan does",
        "Run text recognition on it, or give the official XML or HTML.",
    ),
    Reason.BOMB: (
        "{name} unpacks to far more than it seems",
        "Do not open it; ask the sender for another copy.",
    ),
    Reason.HAS_DOCTYPE: (
        "{name} declares a document type of its own, which can hide an attack",
        "Remove the DOCTYPE line, or give the HTML or PDF.",
    ),
    Reason.TOO_DEEP: (
        "{name} is nested deeper or wider than any letter",
        "Give another form of the same document.",
    ),
    Reason.UNKNOWN_ENCODING: (
        "{name} is not text in UTF-8, UTF-16 or Windows-1252",
        "Save it as UTF-8 and give it again.",
    ),
    Reason.ARCHIVE_UNSAFE: (
        "{name} is packed in a way that an honest program does not use",
        "Open it in a word processor and save it again.",
    ),
    Reason.TIMEOUT: (
        "{name} took longer to read than is permitted",
        "Give another form of the same document, or a shorter part.",
    ),
    Reason.MEMORY: (
        "{name} took more memory to read than is permitted ({memory} MB)",
        "Give another form of the same document, or a shorter part.",
    ),
    Reason.CRASHED: (
        "{name} made its reader stop without an answer",
        "Give another form of the same document, and report this file name.",
    ),
    Reason.UNCONFINED: (
        "{name} was not read: this system cannot lock in the process that reads documents",
        "Run on Linux.",
    ),
    Reason.UNREADABLE: (
        "{name} cannot be opened as an ordinary file",
        "Check the path and the permissions.",
    ),
    Reason.OTHER_LANGUAGE: (
        "{name} is written in another language than Dutch or English",
        "Give the Dutch or the English letter.",
    ),
}


class RefusedDocumentError(KetenkaartError):
    """A document that is not read; `reason` says why, and never what stands in it."""

    code = "document_refused"
    http_status = 422
    exit_code = 2

    def __init__(self, reason: Reason, name: str, limits: Limits) -> None:
        self.reason = reason
        self.name = name
        if reason is Reason.TOO_LARGE:
            # 413 is what a server answers before it has read a body that is too large.
            self.http_status = 413  # type: ignore[misc]
        what, fix = _WORDS[reason]
        figures = {
            "name": name,
            "megabytes": limits.max_bytes // MEBIBYTE,
            "characters": limits.max_characters,
            "pages": limits.max_pages,
            "memory": limits.memory_bytes // 1_000_000,
        }
        super().__init__(what.format(**figures), fix=fix)


def shown_name(name: str) -> str:
    """Return a file's name fit for a message: its last part, one line, at most 80 characters.

    >>> shown_name("../in\\nbox/letter.pdf")
    'letter.pdf'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter if letter.isprintable() else "?" for letter in last).strip()
    return (plain if len(plain) <= 80 else plain[:60] + "…" + plain[-15:]) or "The document"
