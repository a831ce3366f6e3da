"""Say beside every figure that the table it comes from is itself an estimate, where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ketenkaart.core.errors import EditionError, NotFoundError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.exports import Cell
from ketenkaart.services.world_tables import show_table


def estimate_notes(editions: Iterable[str], data_folder: Path | None = None) -> tuple[Text, ...]:
    """Return how tables were reckoned, a sentence each; none for one that a publisher gave."""
    notes = (_note(edition, data_folder) for edition in dict.fromkeys(editions))
    return tuple(note for note in notes if note is not None)


def with_estimate_notes(answer: ChainAnswer, data_folder: Path | None = None) -> ChainAnswer:
    """Return an answer that says of each table it used whether that is an estimate."""
    facts = {"edition": answer.edition, **answer.facts}
    notes = estimate_notes(tables_used(facts, answer.columns, answer.rows), data_folder)
    fresh = tuple(note for note in notes if note not in answer.notes)
    return replace(answer, notes=(*answer.notes, *fresh)) if fresh else answer


def tables_used(
    facts: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> tuple[str, ...]:
    """Return the editions that an answer rests on, as its facts and its rows name them.

    >>> tables_used({"edition": "a", "second_edition": None}, ("edition", "value"), [("b", 1.0)])
    ('a', 'b')
    """
    named = [facts.get("edition"), facts.get("second_edition")]
    if "edition" in columns:
        at = columns.index("edition")
        named += [row[at] for row in rows]
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def _note(edition: str, data_folder: Path | None) -> Text | None:
    try:
        found = show_table(edition, data_folder).manifest.estimate
    except (NotFoundError, EditionError):
        return None  # the starter edition, or a table that stands in no store
    if found is None:
        return None
    return Text(
        nl=f"De tabel {edition} is een schatting. {found.note.nl}",
        en=f"The table {edition} is an estimate. {found.note.en}",
    )
