"""Read a letter from a file, an upload or the official publications: text in, proposals out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.reading.language import language_of
from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.source import Extract, NormalText
from ketenkaart.core.ledger.reading.types import Reading
from ketenkaart.sources.documents.errors import RefusedDocumentError, shown_name
from ketenkaart.sources.documents.limits import DEFAULT
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason
from ketenkaart.sources.reference.lexicon import load_lexicon
from ketenkaart.warehouse.folder import chosen_data_folder, open_data_folder

LANGUAGES = frozenset({"nl", "en"})
CACHE_FOLDER = "publications"


@dataclass(frozen=True, slots=True)
class LetterRead:
    """What was proposed for a letter, with the text that the proposals point into.

    `text` is the normalised text of the offsets in `reading`; `extract` is the original.
    """

    reading: Reading
    text: NormalText
    extract: Extract


def read_target(target: str, *, on: date | None = None) -> LetterRead:
    """Return the reading of a file, an address or an id such as "kst-26485-319".

    `on` is the letter's date where it does not give one itself. A file of that name comes first.

    Raises `NotFoundError` when there is no such file and the name is no publication's,
    `RefusedDocumentError` when the document cannot be read safely, `AddressRefusedError` for an
    address that is not a listed official site, and `PublicationUnavailableError` when it cannot
    be had.
    """
    file = Path(target)
    if file.exists():
        return read_file(file, on=on)
    if "://" in target or _names_publication(target):
        return read_publication(target, on=on)
    raise NotFoundError(
        f"There is no file {target[:200]!r}, and it names no official publication",
        where="LETTER",
        fix="Give a file, an address, or an id such as kst-26485-319.",
    )


def read_file(file: Path, *, on: date | None = None) -> LetterRead:
    """Return the reading of one file; raises `RefusedDocumentError` when it cannot be read."""
    return _read(read_document(file, name=file.name), file.name, on)


def read_upload(data: bytes, *, name: str, on: date | None = None) -> LetterRead:
    """Return the reading of bytes that somebody handed over; raises `RefusedDocumentError`."""
    return _read(read_document(data, name=name), name, on)


def read_publication(
    identifier: str, *, on: date | None = None, folder: Path | None = None
) -> LetterRead:
    """Return the reading of an official publication, fetched once and kept in the data folder."""
    # What speaks with other machines is slow to load, and a file does not need it.
    from ketenkaart.sources.publications import fetch_publication  # noqa: PLC0415

    cache = (folder or chosen_data_folder()) / CACHE_FOLDER
    open_data_folder(cache.parent)
    fetched = fetch_publication(identifier, cache=cache)
    return _read(read_document(fetched.path, name=fetched.path.name), fetched.name, on)


def _names_publication(target: str) -> bool:
    from ketenkaart.sources.publications import parse_identifier  # noqa: PLC0415

    try:
        parse_identifier(target)
    except InputError:
        return False
    return True


def _read(extract: Extract, name: str, on: date | None) -> LetterRead:
    language = extract.facts.language or language_of(extract.raw)
    if language is not None and language not in LANGUAGES:
        raise RefusedDocumentError(Reason.OTHER_LANGUAGE, shown_name(name), DEFAULT)
    reading = read_letter(extract, load_lexicon(), date=on)
    return LetterRead(reading=reading, text=normalise(extract), extract=extract)
