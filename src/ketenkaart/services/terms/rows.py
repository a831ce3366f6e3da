"""Names and remarks as rows: the same cells from the command line and the site."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.terminology.checking import Found
from ketenkaart.core.terminology.types import Concept
from ketenkaart.services.exports import Cell

NAME_COLUMNS = (
    "concept", "language", "name", "forms", "on_day", "is_preferred", "is_proposed", "start",
    "end", "is_year_only", "source", "locator", "grade",
)  # fmt: skip
REMARK_COLUMNS = ("line", "column", "word", "remark", "concept", "write", "senses_en")


def name_rows(concept: Concept, day: date) -> list[list[Cell]]:
    """Return the names of a concept as rows, with what each is on a day."""
    return [
        [
            concept.id, name.language, name.text, "; ".join(name.forms), name.on(day).value,
            name.is_preferred, name.is_proposed, name.start.isoformat() if name.start else None,
            name.end.isoformat() if name.end else None, name.is_year_only, name.citation.source,
            name.citation.locator, name.citation.grade.value,
        ]
        for name in concept.names
    ]  # fmt: skip


def remark_row(found: Found) -> list[Cell]:
    """Return a remark about a text as a row; a line break inside a word is a space."""
    senses = found.ambiguity.senses if found.ambiguity else ()
    return [
        found.line, found.column, " ".join(found.word.split()), found.remark.value,
        found.concept.id if found.concept else None,
        found.write.text if found.write else None,
        "; ".join(sense.en for sense in senses) or None,
    ]  # fmt: skip
