"""The vocabulary with its history, and texts held against it; works without Django."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.provenance import GlossaryTerm
from ketenkaart.core.terminology.checking import Found, check_text
from ketenkaart.core.terminology.types import Concept, Language, Vocabulary
from ketenkaart.services.register import list_terms
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.reference.terminology import load_vocabulary

MOST_READ = 20_000_000
PLAIN = {".txt", ".md", ".rst", ".yml", ".yaml", ".csv", ".tex", ""}


def vocabulary() -> Vocabulary:
    """Return the concepts with their names over time."""
    return load_vocabulary()


def find_concept(words: str) -> Concept:
    """Return the concept that has, or had, this name or id; former and proposed names count.

    Raises `NotFoundError` for a name that the vocabulary does not have.
    """
    found = load_vocabulary().find(words)
    if not found:
        raise NotFoundError(
            f"No term {words!r} in the vocabulary",
            where="term",
            fix="`ketenkaart terms list` names them all; the glossary has words without history.",
        )
    return found[0]


def find_concepts(words: str) -> tuple[Concept, ...]:
    """Return the concepts of which some name, of whatever time, holds these words."""
    wanted = " ".join(words.split()).casefold()
    return tuple(
        concept
        for concept in load_vocabulary().concepts
        if any(wanted in form.casefold() for name in concept.names for form in name.spellings)
    )


def find_terms(words: str) -> tuple[GlossaryTerm, ...]:
    """Return the terms of the glossary that hold these words now, or whose thing was called so."""
    wanted = " ".join(words.split()).casefold()
    held = {concept.glossary for concept in find_concepts(words)}
    return tuple(
        term
        for term in list_terms()
        if term.id in held or wanted in term.term.nl.casefold() or wanted in term.term.en.casefold()
    )


def title(concept: Concept, day: date, language: Language) -> str:
    """Return what to call a concept on a day: in this language, else in the other one."""
    other: Language = "en" if language == "nl" else "nl"
    name = concept.preferred(day, language) or concept.preferred(day, other) or concept.names[-1]
    return name.text


def histories() -> dict[str, Concept]:
    """Return the concepts that have a glossary term, by the id of that term."""
    return {item.glossary: item for item in load_vocabulary().concepts if item.glossary}


def check_words(text: str, day: date, *, language: Language | None = None) -> tuple[Found, ...]:
    """Return what is to be said about the words of a text as of a day."""
    return check_text(text, load_vocabulary(), day, language=language)


def check_file(path: Path, day: date, *, language: Language | None = None) -> tuple[Found, ...]:
    """Return what is to be said about the words of a document as of a day.

    Plain text is read as it is; PDF, HTML, XML and DOCX through the confined reader, so that lines
    and columns are those of the text inside. Raises `InputError` for a file that cannot be read.
    """
    if path.suffix.lower() not in PLAIN:
        if not path.is_file():
            raise _unreadable(path, "There is no such file")
        return check_words(read_document(path, name=path.name).raw, day, language=language)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_READ + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None
    if len(raw) > MOST_READ:
        raise InputError(
            f"The text is larger than {MOST_READ // 1_000_000} MB",
            where=path.name,
            fix="Split it.",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            "The text is not UTF-8", where=f"{path.name}:{line}", fix="Save it as UTF-8."
        ) from None
    return check_words(text, day, language=language)


def _unreadable(path: Path, reason: str) -> InputError:
    return InputError(
        f"The file cannot be read ({reason})", where=path.name, fix="Name another file."
    )
