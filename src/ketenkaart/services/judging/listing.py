"""The letters that were read, each with how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from ketenkaart.core.ledger.folding import GroupState
from ketenkaart.db.record import models as rows
from ketenkaart.services.judging.readings import OpenLetter, open_letter

LETTERS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in the list: how far it is, and who judges it.

    `judged_by` counts the proposals that each coder judged, out of `proposals`.
    """

    id: str
    title: str
    date: date | None
    read_at: datetime
    proposals: int
    judged_by: tuple[tuple[str, int], ...]
    disagreements: int
    is_published: bool
    is_partial: bool


def kept_letters() -> QuerySet[rows.Reading, str]:
    """Return the ids of the letters that were read, the most recently read first."""
    found = rows.Reading.objects.filter(superseded_by__isnull=True).order_by("-id")
    return found.values_list("letter", flat=True)


def letter_list(page: int = 1) -> tuple[LetterLine, ...]:
    """Return page `page` of the letters that were read, counted from 1, latest first; 50 a page."""
    first = (page - 1) * LETTERS_SHOWN
    return lines_of(kept_letters()[first : first + LETTERS_SHOWN])


def lines_of(letters: Iterable[str]) -> tuple[LetterLine, ...]:
    """Return how far each of these letters is.

    Raises `NotFoundError` when no reading of one was kept.
    """
    published = set(rows.Letter.objects.values_list("id", flat=True))
    return tuple(_line(open_letter(letter), letter in published) for letter in letters)


def _line(found: OpenLetter, is_published: bool) -> LetterLine:
    known = found.by_key.keys()
    return LetterLine(
        id=found.id,
        title=found.title,
        date=found.reading.document.date,
        read_at=found.read_at,
        proposals=len(known),
        judged_by=tuple(
            (coder, len(found.coding(coder).by_key.keys() & known)) for coder in found.folded.coders
        ),
        disagreements=found.folded.count(GroupState.DISAGREED),
        is_published=is_published,
        is_partial=found.reading.document.is_partial,
    )


def language_of_letter(letter: str) -> str:
    """Return the language of a letter's own words: `en` for an English letter, else `nl`.

    A letter whose ledger ships with the package was not read here, and is Dutch.
    """
    last = rows.Reading.objects.filter(letter=letter).order_by("-id")
    said = last.values_list("content__document__language", flat=True).first()
    return "en" if said == "en" else "nl"
