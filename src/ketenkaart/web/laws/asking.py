"""The form of the law check: answers travel in the form itself, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.governance.rules.answering import NextQuestion
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.services.laws import find_law, law_book, law_day
from ketenkaart.services.laws.asking import Given, Interview, interview_from
from ketenkaart.web.facilities.words import country_names
from ketenkaart.web.laws.numbers import Unreadable, typed
from ketenkaart.web.laws.words import named
from ketenkaart.web.text import say

LONGEST = 100_000


@dataclass(slots=True)
class CheckForm:
    """The check as it was sent: the interview so far, the question on screen, what is wrong.

    `error` is about the question, `refusal` about the whole; `language` is that of the page.
    """

    language: str
    interview: Interview
    question: NextQuestion | None = None
    is_again: bool = False
    error: str = ""
    refusal: str = ""
    detail: str = ""
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> str:
        """The answers as they travel in the form."""
        return json.dumps(self.interview.answers, ensure_ascii=False)

    @property
    def last(self) -> Given | None:
        """The answer that was given last."""
        given = self.interview.given()
        return given[-1] if given else None


def key_of(fact: str, year: int | None, unit: str | None = None) -> str:
    """Return the name of an answer in the form: `employees.2025` or `turnover.2025.EUR`."""
    return ".".join([fact, str(year or ""), unit or ""])


def read_key(key: str) -> tuple[str, int | None, str | None]:
    """Return the fact, year and unit that a name in the form stands for.

    >>> read_key("turnover.2025.EUR"), read_key("seat..")
    (('turnover', 2025, 'EUR'), ('seat', None, None))
    """
    fact, year, unit = [*key.split(".", 2), "", ""][:3]
    return fact, int(year) if year.isascii() and year.isdigit() else None, unit or None


def read_check(sent: QueryDict, language: str, file_text: str | None = None) -> CheckForm:
    """Return the check after what was sent: an answer taken, a question chosen, or a start."""
    form = CheckForm(language, Interview(tuple(dict.fromkeys(sent.getlist("law"))), _day(sent)))
    try:
        _load(form, sent, file_text)
        act = sent.get("act", "")
        if act == "answer" or (not act and sent.get("state")):
            _answer(form, sent)
        elif act.startswith("change:"):
            form.question = form.interview.about(*read_key(act[7:]))
            form.is_again = True
        elif act.startswith("remove:"):
            fact, year, _ = read_key(act[7:])
            form.interview.forget(fact, year)
    except KetenkaartError as error:
        form.refusal = form.refusal or say("laws.error_facts", language)
        form.detail = str(error)
    if form.question is None and not form.refusal:
        form.question = form.interview.question()
    return form


def wrong_laws(sent: QueryDict, language: str) -> str:
    """Return what is wrong with the laws chosen: none, or one that does not exist."""
    known = {law.id for law in law_book().laws}
    names = sent.getlist("law")
    if not names:
        return say("laws.error_laws", language)
    return "" if known.issuperset(names) else say("laws.error_choice", language)


def _day(sent: QueryDict) -> date:
    try:
        return date.fromisoformat(sent.get("as_of", ""))
    except ValueError:
        return law_day()


def _load(form: CheckForm, sent: QueryDict, file_text: str | None) -> None:
    """Take up the answers of the form or of a file; both are read as hostile."""
    laws, day = form.interview.laws, form.interview.as_of
    if file_text is not None:
        try:
            form.interview = interview_from(file_text, laws, day)
        except InputError:
            form.refusal = say("laws.error_file", form.language)
            raise
        return
    text = sent.get("facts") or "{}"
    try:
        data = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise InputError("The answers in the form cannot be read", where="facts")
    form.interview = interview_from(json.dumps({"facts": data}), laws, day)


def _answer(form: CheckForm, sent: QueryDict) -> None:
    question = form.interview.about(*read_key(sent.get("asked", "")))
    definition = law_book().vocabulary.find(question.fact)
    assert definition is not None  # noqa: S101 - `about` found it
    value: Any = sent.get("state")
    if value == "none":
        value = []
    elif value not in ("unknown", "not_applicable", "yes", "no"):
        try:
            value = _value(form.language, question, definition, sent)
        except _Wrong as error:
            form.error, form.question = error.words, question
            # What was wrong is shown again to be mended; what was taken is not.
            form.typed = {name: value for name, value in sent.items() if isinstance(value, str)}
            return
    form.interview.put(question, value)


class _Wrong(Exception):  # noqa: N818 - it says what is wrong, in words for the visitor
    def __init__(self, language: str, why: str, **fields: object) -> None:
        super().__init__(why)
        self.words = say(f"laws.error_{why}", language, **fields)


def _value(
    language: str, question: NextQuestion, definition: FactDefinition, sent: QueryDict
) -> Any:
    """Return the answer as it stands in a file of facts. Raises `_Wrong`."""
    if definition.kind == "quantities":
        return _quantities(language, definition, sent)
    if definition.kind == "list":
        chosen = [code for code in sent.getlist("choice") if code in definition.choices]
        if not chosen:
            raise _Wrong(language, "nothing")
        return chosen
    if definition.kind == "month_day":
        return _month_day(language, sent)
    text = sent.get("value", "").strip()
    if not text:
        raise _Wrong(language, "nothing")
    return _one(language, question, definition, text)


def _one(language: str, question: NextQuestion, definition: FactDefinition, text: str) -> str:
    if definition.kind in ("code", "yes_no"):
        if text not in definition.choices:
            raise _Wrong(language, "choice")
        return text
    number = _number(language, text)
    return f"{number} {question.unit or 'EUR'}" if definition.kind == "money" else number


def _number(language: str, text: str) -> str:
    try:
        return typed(text, language)
    except Unreadable as error:
        example = "1.200" if language == "nl" else "1,200"
        raise _Wrong(language, error.why, value=text[:40], example=example) from None


def _month_day(language: str, sent: QueryDict) -> str:
    month, day = sent.get("month", ""), sent.get("day", "").strip()
    try:
        # A leap year, so that 29 February is a day.
        return date(2024, int(month), int(day)).strftime("%m-%d")
    except (ValueError, OverflowError):
        raise _Wrong(language, "month_day" if month or day else "nothing") from None


def _quantities(language: str, definition: FactDefinition, sent: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in law_book().tables[definition.table or ""].lines:
        text = sent.get(f"line-{line.id}", "").strip()
        if text:
            found[line.id] = _number(language, text)
    if sent.get("rest") == "nothing":
        found["other"] = 0
    if not found:
        raise _Wrong(language, "nothing")
    return found


def choices(definition: FactDefinition, language: str) -> list[tuple[str, str]]:
    """Return the codes of a fact with their names, countries by name."""
    names = country_names(language)
    pairs = [(code, named(code, language)) for code in definition.choices]
    is_places = all(code in names for code in definition.choices)
    return sorted(pairs, key=lambda pair: pair[1].casefold()) if is_places else pairs


def default_laws() -> frozenset[str]:
    """Return the laws that are ticked at first: those of the Union and the Netherlands."""
    return frozenset(law.id for law in law_book().laws if law.jurisdiction in ("EU", "NLD"))


def law_names(laws: Mapping[str, Any] | tuple[str, ...], language: str) -> list[str]:
    """Return the names of laws by their ids."""
    return [find_law(name).name.in_language(language) for name in laws]
