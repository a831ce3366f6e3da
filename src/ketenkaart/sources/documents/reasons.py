"""Why a document is refused, and what a reader may note about one that is not."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a document was not read; stored, logged and translated by this word."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    NO_TEXT = "no_text"
    BOMB = "bomb"
    HAS_DOCTYPE = "has_doctype"
    TOO_DEEP = "too_deep"
    UNKNOWN_ENCODING = "unknown_encoding"
    ARCHIVE_UNSAFE = "archive_unsafe"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    UNCONFINED = "unconfined"
    UNREADABLE = "unreadable"
    OTHER_LANGUAGE = "other_language"


class Note(StrEnum):
    """What a reader noted; the words are the parent's, so that no content leaks through them."""

    ENCODING_GUESSED = "encoding_guessed"
    ENCODED_TWICE = "encoded_twice"
    REPLACEMENT_CHARACTERS = "replacement_characters"
    CONTROL_CHARACTERS = "control_characters"
    CUT_OFF = "cut_off"
    PAGES_UNREAD = "pages_unread"
    PAGES_WITHOUT_TEXT = "pages_without_text"
    PAGES_BROKEN = "pages_broken"
    MACROS = "macros"
    OUTSIDE_LINKS = "outside_links"
    DELETIONS = "deletions"
    HIDDEN_TEXT = "hidden_text"
    MORE_DOSSIERS = "more_dossiers"
    NAMED_OTHERWISE = "named_otherwise"


PARTIAL = frozenset({Note.CUT_OFF, Note.PAGES_UNREAD, Note.PAGES_WITHOUT_TEXT, Note.PAGES_BROKEN})
"""The notes that say that text is missing."""


class Refusal(Exception):  # noqa: N818 - an answer of the confined reader, not an error of ours
    """Raised inside the confined process; only its reason crosses the pipe."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)
