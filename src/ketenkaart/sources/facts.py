"""Read a file of facts about one firm: typed, with lines for every error, nothing filled in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.spans import read_span, read_state
from ketenkaart.core.governance.rules.values import Cell, Facts, Span
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.core.provenance import State
from ketenkaart.sources.reference.document import Document, Trail, parse_text, read_document

YEAR = re.compile(r"(19[5-9][0-9]|20[0-9]{2})\Z")


def read_facts(path: Path, book: LawBook) -> Facts:
    """Return the facts of the YAML or JSON file at `path`.

    The file has `vocabulary` (the version it was written for) and `facts`. A fact without a year
    holds in every year; a year is the calendar year in which the financial year ends. Raises
    `InputError` with file, line and key for the first answer that does not fit.
    """
    try:
        return facts_of(read_document(path, path.name), book)
    except ReferenceDataError as error:
        raise _as_input(error) from None


def parse_facts(text: str, name: str, book: LawBook) -> Facts:
    """Return the facts in a text; `name` is what messages call it."""
    try:
        return facts_of(parse_text(text, name), book)
    except ReferenceDataError as error:
        raise _as_input(error) from None


def _as_input(error: ReferenceDataError) -> InputError:
    return InputError(error.what, where=error.where, fix=error.fix)


def facts_of(document: Document, book: LawBook) -> Facts:
    """Return the facts of a document that was read already."""
    data = document.data
    if not isinstance(data, dict) or "facts" not in data:
        document.fail((), "The key 'facts' is missing", "Put the facts under `facts:`.")
    for key in data:
        if key not in ("vocabulary", "facts", "name"):
            document.fail((key,), f"Unknown key '{key}'", "Remove it; facts stand under `facts:`.")
    version = data.get("vocabulary", book.vocabulary.version)
    if version != book.vocabulary.version or isinstance(version, bool):
        document.fail(
            ("vocabulary",),
            f"This file was written for vocabulary {version}, this program has "
            f"{book.vocabulary.version}",
            "Look the facts up again with `ketenkaart law facts`.",
        )
    facts = data["facts"] if data["facts"] is not None else {}
    if not isinstance(facts, dict):
        document.fail(("facts",), "Facts are a list of `name: value`", "Write them so.")
    return _Reading(document, book).read(facts)


class _Reading:
    """One pass over the facts, with what was found so far."""

    def __init__(self, document: Document, book: LawBook) -> None:
        self.document = document
        self.book = book
        self.known: dict[Cell, Span] = {}
        self.states: dict[tuple[str, int], State] = {}

    def read(self, facts: dict[str, Any]) -> Facts:
        ids = [fact.id for fact in self.book.vocabulary.facts]
        for name, raw in facts.items():
            place: Trail = ("facts", name)
            self.document.require_known(place, name, ids, "fact")
            definition = self.book.vocabulary.find(name)
            assert definition is not None  # noqa: S101 - just looked up
            if _has_years(raw):
                self._years(definition, raw, place)
            else:
                self._answer(definition, raw, 0, place)
        self._fill_in_stand_ins()
        return Facts(self.known, self.states)

    def _years(self, definition: FactDefinition, raw: dict[str, Any], place: Trail) -> None:
        if definition.per is None:
            self._refuse(place, f"'{definition.id}' is not given per year; write one answer")
        for key, value in raw.items():
            if not YEAR.match(key):
                self._refuse((*place, key), f"'{key}' is no year; write all years as YYYY")
            self._answer(definition, value, int(key), (*place, key))

    def _answer(self, definition: FactDefinition, raw: Any, year: int, place: Trail) -> None:
        state = read_state(raw)
        if state is State.NOT_APPLICABLE:
            raw = self._stands_for(definition, year, place)
            if raw is None:
                return
        elif state is not None:
            self.states[definition.id, year] = state
            return
        table = self.book.tables.get(definition.table or "")
        try:
            self.known.update(read_span(definition, raw, year, self.book.vocabulary, table))
        except ValueError as error:
            self._refuse(place, str(error))

    def _stands_for(self, definition: FactDefinition, year: int, place: Trail) -> Any:
        if definition.same_as is not None:
            self.states[definition.id, year] = State.NOT_APPLICABLE
            return None
        if definition.when_not_applicable is None:
            self._refuse(
                place,
                f"'{definition.id}' always applies: not_applicable is no answer; "
                "write its value or unknown",
            )
        if definition.kind == "money":
            # No amount at all is none in any currency.
            return [f"0 {unit}" for unit in _currencies(self.book, definition.id)]
        return definition.when_not_applicable

    def _fill_in_stand_ins(self) -> None:
        for (name, year), state in list(self.states.items()):
            definition = self.book.vocabulary.find(name)
            if state is not State.NOT_APPLICABLE or definition is None:
                continue
            for cell, span in list(self.known.items()):
                if cell.fact == definition.same_as and year in (0, cell.year):
                    self.known[Cell(name, cell.unit, cell.year)] = span

    def _refuse(self, place: Trail, what: str) -> NoReturn:
        self.document.fail(
            place, what.rstrip("."), "See `ketenkaart law facts` for what can be written."
        )


def _has_years(raw: Any) -> bool:
    return isinstance(raw, dict) and any(YEAR.match(str(key)) for key in raw)


def _currencies(book: LawBook, fact: str) -> list[str]:
    """Return the currencies in which laws ask for a fact."""
    found: set[str] = set()
    waiting: list[Any] = [law.model_dump() for law in book.laws]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("fact") == fact and value.get("unit"):
                found.add(value["unit"])
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return sorted(found)
