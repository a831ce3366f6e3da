"""Forms that change something: fields, what was typed, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal, TypeVar

from ketenkaart.core.errors import InputError
from ketenkaart.web.refusals import said
from ketenkaart.web.text import say

Kind = Literal["text", "area", "day", "number", "choice", "file", "hidden"]
Value = TypeVar("Value", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its name, how it is filled in, what was typed, and what was wrong.

    What a service says in English only is marked so, for whoever hears the page read.
    """

    name: str
    kind: Kind = "text"
    label: str = ""
    value: str = ""
    hint: str = ""
    error: str = ""
    error_is_english: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = True


@dataclass(slots=True)
class EntryForm:
    """The fields of one form as they were sent; `errors` by name of the field."""

    language: str
    entries: tuple[Entry, ...]
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    general: str = ""
    general_is_english: bool = False
    refused: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        """Return what was typed, without spaces around it."""
        return self.given.get(name, "").strip()

    def day(self, name: str) -> date | None:
        """Return the day that was typed, `None` for an empty field; note one that is none."""
        words = self.text(name)
        if not words:
            return None
        try:
            return date.fromisoformat(words)
        except ValueError:
            self.errors[name] = say("followup.error_date", self.language, value=words[:40])
            return None

    def needed_day(self, name: str) -> date:
        """Return the day that was typed; an empty field is noted as wrong."""
        found = self.day(name)
        if found is None:
            self.errors.setdefault(name, say("followup.error_date", self.language, value="–"))
        return found or date.min

    def number(self, name: str) -> int:
        """Return the whole number that was typed; note what is none."""
        words = self.text(name)
        if words.isascii() and words.isdigit() and len(words) < 10:
            return int(words)
        self.errors[name] = say("followup.error_number", self.language, value=words[:40] or "–")
        return 0

    def choice(self, name: str, values: type[Value]) -> Value:
        """Return the value that was chosen; note anything else, and return the first one."""
        known = {value.value: value for value in values}
        if self.text(name) not in known:
            self.errors[name] = say("followup.error_choice", self.language)
        return known.get(self.text(name), next(iter(values)))

    def refuse(self, error: InputError) -> None:
        """Put an error of the service at the field that it names, or above the form."""
        what, is_english = said(error.what, self.language)
        fix, fix_is_english = said(error.fix, self.language) if error.fix else ("", False)
        words, is_english = f"{what}. {fix}".strip(), is_english or fix_is_english
        if error.where in {entry.name for entry in self.entries if entry.kind != "hidden"}:
            self.errors[str(error.where)] = words
            if is_english:
                self.refused.add(str(error.where))
        else:
            self.general, self.general_is_english = words, is_english

    def shown(self) -> tuple[Entry, ...]:
        """Return the fields with what was typed and what was wrong."""
        return tuple(
            replace(
                entry,
                value=self.given.get(entry.name, entry.value),
                error=self.errors.get(entry.name, ""),
                error_is_english=entry.name in self.refused,
            )
            for entry in self.entries
        )


def choices_of(values: type[StrEnum], prefix: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return every value of an enumeration with its words."""
    return tuple((value.value, say(f"{prefix}{value.value}", language)) for value in values)


def entry(
    name: str,
    kind: Kind = "text",
    *,
    language: str,
    label: str = "",
    hint: str = "",
    value: str = "",
    choices: Sequence[tuple[str, str]] = (),
    is_required: bool = True,
) -> Entry:
    """Return a field; its label is the text `followup.form_LABEL`, or of its name."""
    return Entry(
        name=name,
        kind=kind,
        label=say(f"followup.form_{label or name}", language) if kind != "hidden" else "",
        value=value,
        hint=say(f"followup.{hint}", language) if hint else "",
        choices=tuple(choices),
        is_required=is_required,
    )
