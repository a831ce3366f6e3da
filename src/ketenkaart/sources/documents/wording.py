"""The words of a reader's notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ketenkaart.sources.documents.reasons import Note

_WORDS = {
    Note.ENCODING_GUESSED: "The file does not say how it is encoded; read as Windows-1252.",
    Note.ENCODED_TWICE: "Some characters seem to have been encoded twice ({numbers} places).",
    Note.REPLACEMENT_CHARACTERS: "Characters were lost before the file came here ({numbers}).",
    Note.CONTROL_CHARACTERS: "The text holds control characters ({numbers}).",
    Note.CUT_OFF: "The file ends before its own end mark; pages may be missing.",
    Note.PAGES_UNREAD: "Not read: page {numbers} and what follows.",
    Note.PAGES_WITHOUT_TEXT: "Pages that hold a picture and no text: {numbers}.",
    Note.PAGES_BROKEN: "Pages that could not be read: {numbers}.",
    Note.MACROS: "The file holds macros, which were not read.",
    Note.OUTSIDE_LINKS: "The file points to outside files, which were not fetched ({numbers}).",
    Note.DELETIONS: "Text that was marked as deleted was left out ({numbers} places).",
    Note.HIDDEN_TEXT: "Text that a reader does not see was left out ({numbers} places).",
    Note.MORE_DOSSIERS: "The document belongs to {numbers} dossiers; the first is given.",
    Note.NAMED_OTHERWISE: "The file's name says another kind than its content; the content counts.",
}


def note_text(note: Note, numbers: Sequence[int]) -> str:
    """Return a note as one English sentence.

    >>> note_text(Note.PAGES_BROKEN, [3, 4])
    'Pages that could not be read: 3, 4.'
    """
    return _WORDS[note].format(numbers=", ".join(str(number) for number in numbers))


def note_of(text: str) -> tuple[Note, str] | None:
    """Return which note a sentence of `note_text` is, with its numbers; `None` for another one.

    >>> note_of("Pages that could not be read: 3, 4.")
    (<Note.PAGES_BROKEN: 'pages_broken'>, '3, 4')
    """
    for note, words in _WORDS.items():
        before, mark, after = words.partition("{numbers}")
        if not mark:
            if text == words:
                return note, ""
        elif text.startswith(before) and text.endswith(after):
            numbers = text[len(before) : len(text) - len(after)]
            if re.fullmatch(r"[0-9, ]*", numbers):
                return note, numbers
    return None
