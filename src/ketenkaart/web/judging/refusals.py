"""Why a letter was not read, or not wholly, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.reading_places import RETRY_SECONDS, BusyError
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.wording import note_of
from ketenkaart.web.text import say


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was wrong and what to do, in words of the page's language."""

    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class NoteWords:
    """A reader's note; `language` is that of its words."""

    words: str
    language: str


def refusal(error: KetenkaartError, language: str) -> Refusal | None:
    """Return the words for an error of reading a letter; `None` for any other error."""
    # What speaks with other machines is slow to load; only its own errors ask for it.
    from ketenkaart.sources.publications.fetch import (  # noqa: PLC0415
        PublicationUnavailableError,
    )
    from ketenkaart.sources.publications.network import (  # noqa: PLC0415
        HOSTS,
        AddressRefusedError,
    )

    if isinstance(error, RefusedDocumentError):
        return _words(error.reason.value, language, name=error.name)
    if isinstance(error, BusyError):
        return _words("busy", language, seconds=RETRY_SECONDS)
    if isinstance(error, AddressRefusedError):
        return _words("address_refused", language, sites=", ".join(sorted(HOSTS)))
    if isinstance(error, PublicationUnavailableError):
        reason = "publication_absent" if error.is_absent else "publication_unavailable"
        return _words(reason, language, name=error.name)
    return None


def no_publication(error: InputError, language: str) -> Refusal:
    """Return the words for what somebody typed that names no publication."""
    return refusal(error, language) or _words("no_publication", language)


def notes_in(notes: Iterable[str], language: str) -> list[NoteWords]:
    """Return a reader's notes in `language`; one that it never wrote stays in English."""
    found = []
    for text in notes:
        known = note_of(text)
        if known is None:
            found.append(NoteWords(text, "en"))
        else:
            note, numbers = known
            words = say(f"upload.note_{note.value}", language)
            found.append(NoteWords(words.format(numbers=numbers), language))
    return found


def _words(reason: str, language: str, **fields: object) -> Refusal:
    return Refusal(
        what=say(f"upload.what_{reason}", language).format(**fields),
        fix=say(f"upload.fix_{reason}", language).format(**fields),
    )
