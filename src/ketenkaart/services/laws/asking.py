"""Ask a firm one question at a time: always the one that says most about all laws together."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ketenkaart.core.errors import InputError, ReferenceDataError, StoreError
from ketenkaart.core.governance.rules.answering import Answers, NextQuestion
from ketenkaart.core.governance.rules.question import Question
from ketenkaart.core.governance.rules.show import asked
from ketenkaart.core.governance.rules.values import Cell
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.services.laws.book import law_book
from ketenkaart.services.laws.checking import check_text
from ketenkaart.sources.facts import YEAR, parse_facts, read_facts
from ketenkaart.sources.reference.document import parse_text, read_document


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: the fact, the year it is about (`None`: every year) and what was said."""

    definition: FactDefinition
    year: int | None
    value: Any


@dataclass
class Interview:
    """The answers so far, as they are written in a file of facts."""

    laws: tuple[str, ...] = ()
    as_of: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the file of facts."""
        lines = [f"vocabulary: {law_book().vocabulary.version}", "facts:"]
        lines += [f"  {fact}: {_written(value)}" for fact, value in self.answers.items()]
        return "\n".join(lines) + "\n"

    def results(self) -> Answers:
        """Return what the laws say so far."""
        return check_text(self.text(), "answers", as_of=self.as_of, laws=self.laws)

    def question(self) -> NextQuestion | None:
        """Return the next question: that with the most bits over all laws, or `None` at the end.

        What was answered with unknown or refused is not asked again.
        """
        total: dict[tuple[str, int | None, str | None], float] = {}
        found: dict[tuple[str, int | None, str | None], NextQuestion] = {}
        for result in self.results().results:
            for item in (result.next_question, result.application_question):
                if item is None or self._is_answered(item):
                    continue
                key = (item.fact, item.year, item.unit if item.kind != "list" else None)
                total[key] = total.get(key, 0.0) + item.bits
                found.setdefault(key, item)
        return found[max(total, key=lambda key: total[key])] if total else None

    def _is_answered(self, item: NextQuestion) -> bool:
        given = self.answers.get(item.fact, {})
        if isinstance(given, Mapping):
            return item.year is not None and str(item.year) in given and item.unit is None
        return isinstance(given, str) and given in ("unknown", "refused", "not_researched")

    def answer(self, item: NextQuestion, words: str) -> None:
        """Take an answer in words; nothing said is unknown.

        Raises `InputError` for one that does not fit; the answers then stay as they were.
        """
        said = words.strip() or "unknown"
        if item.kind == "money" and item.unit and said.replace("_", "").isdigit():
            said = f"{said} {item.unit}"
        if item.kind == "quantities" and item.unit and said.replace("_", "").isdigit():
            said = json.dumps({item.unit: int(said.replace("_", ""))})
        try:
            value = parse_text(f"a: {said}", "answer").data["a"]
        except ReferenceDataError as error:
            raise InputError(error.what, where=item.fact, fix="Write it again.") from None
        self.put(item, value)

    def put(self, item: NextQuestion, value: Any) -> None:
        """Take an answer as it stands in a file of facts.

        Raises `InputError` for one that does not fit; the answers then stay as they were.
        """
        before = dict(self.answers)
        # The answer given last stands last, so that it can be taken back.
        self.answers.pop(item.fact, None)
        if item.year is None:
            self.answers[item.fact] = value
        else:
            self.answers[item.fact] = _with_year(before.get(item.fact), item, value)
        try:
            parse_facts(self.text(), "answers", law_book())
        except InputError:
            self.answers = before
            raise

    def about(self, fact: str, year: int | None, unit: str | None) -> NextQuestion:
        """Return the question about one fact, to ask it again.

        Raises `InputError` for a fact that the vocabulary does not have.
        """
        definition = law_book().vocabulary.find(fact)
        if definition is None or (year is not None and definition.per is None):
            raise InputError("There is no such fact", where=fact[:60])
        return asked(Question(Cell(fact, unit or "", year or 0), 0.0), law_book())

    def forget(self, fact: str, year: int | None) -> None:
        """Take back what was answered to a fact (of a year); nothing happens where nothing was."""
        given = self.answers.get(fact)
        if isinstance(given, Mapping) and year is not None:
            left = {key: value for key, value in given.items() if key != str(year)}
            self.answers[fact] = left
            if left:
                return
        self.answers.pop(fact, None)

    def given(self) -> tuple[Given, ...]:
        """Return the answers so far, one by one, in the order in which they were first given."""
        book = law_book()
        found: list[Given] = []
        for fact, value in self.answers.items():
            definition = book.vocabulary.find(fact)
            if definition is None:
                continue
            years = isinstance(value, Mapping) and any(YEAR.match(str(key)) for key in value)
            pairs = value.items() if years else ((None, value),)
            found += [Given(definition, int(y) if y else None, one) for y, one in pairs]
        return tuple(found)


def _with_year(before: Any, item: NextQuestion, value: Any) -> dict[str, Any]:
    years = dict(before) if isinstance(before, Mapping) else {}
    if years and not any(YEAR.match(str(key)) for key in years):
        # Quantities given for every year are what is known of this one; of others it is asked anew.
        years = {str(item.year): years}
    key = str(item.year)
    old = years.get(key)
    if item.kind == "quantities" and isinstance(old, Mapping) and isinstance(value, Mapping):
        value = {**old, **value}
    elif item.kind == "money" and isinstance(old, str | list) and isinstance(value, str):
        value = [*(old if isinstance(old, list) else [old]), value] if " " in str(old) else value
    years.pop(key, None)
    return {**years, key: value}


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value if value.replace("_", "").isalnum() else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def resume(path: Path, laws: Sequence[str], as_of: date | None) -> Interview:
    """Return an interview that goes on from a file of facts, or a new one where there is none.

    Raises `InputError` for a file that does not fit the vocabulary.
    """
    interview = Interview(tuple(laws), as_of)
    if path.exists():
        read_facts(path, law_book())
        interview.answers = dict(read_document(path, path.name).data["facts"] or {})
    return interview


def interview_from(text: str, laws: Sequence[str], as_of: date | None) -> Interview:
    """Return an interview that goes on from the text of a file of facts.

    Raises `InputError` for a text that does not fit the vocabulary.
    """
    parse_facts(text, "facts", law_book())
    facts = parse_text(text, "facts").data["facts"]
    return Interview(tuple(laws), as_of, dict(facts or {}))


def save(interview: Interview, path: Path) -> None:
    """Write the answers whole or not at all; the file that stood there is kept as `NAME.before`.

    Raises `StoreError` where the folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(interview.text())
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            path.replace(path.with_name(f"{path.name}.before"))
        Path(name).replace(path)
    except OSError as error:
        raise StoreError(
            f"The facts cannot be written ({error.strerror})",
            where=str(path),
            fix="Name a file in a folder that you may write to.",
        ) from error
