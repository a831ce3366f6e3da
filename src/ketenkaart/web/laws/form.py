"""The small forms of the law pages: a day, a status, a place, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ketenkaart.services.laws import law_day
from ketenkaart.web.gap_form import Field, Option, OptionGroup
from ketenkaart.web.text import say

DAYS = ("as_of", "since", "until")
EARLIEST, LATEST = date(1950, 1, 1), date(2099, 12, 31)


@dataclass(slots=True)
class LawForm:
    """The form as asked: what was given, and per field what is wrong with it."""

    language: str
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    shown: list[Field] = field(default_factory=list)

    def day(self, name: str, default: date | None = None) -> date:
        """Return a day from the address; without one the default, or the day of the laws."""
        default = default or law_day()
        text = self.given.get(name, "").strip()
        found = default
        if text:
            try:
                found = date.fromisoformat(text)
            except ValueError:
                found = date.min
            if not EARLIEST <= found <= LATEST:
                self.errors[name] = say("laws.error_day", self.language)
                found = default
        hint = say("laws.hint_day", self.language, day=default.isoformat())
        self.shown.append(
            Field(name, text or default.isoformat(), (), hint, self.errors.get(name, ""))
        )
        return found

    def chosen(self, name: str, words: Iterable[tuple[str, str]], every: str) -> str | None:
        """Return a choice from the address, `None` for all or for one that does not exist."""
        options = list(words)
        value = self.given.get(name, "").strip()
        if value and value not in {code for code, _ in options}:
            self.errors[name] = say("laws.error_choice", self.language)
            value = ""
        listed = (("", say(every, self.language)), *options)
        group = OptionGroup("", tuple(Option(c, label, c == value) for c, label in listed))
        self.shown.append(Field(name, value, (group,), "", self.errors.get(name, "")))
        return value or None

    def words(self, name: str) -> str:
        """Return words to search for."""
        value = self.given.get(name, "").strip()[:100]
        self.shown.append(Field(name, value))
        return value

    def refuse(self, name: str, key: str) -> None:
        """Say at a field what is wrong with it."""
        self.errors[name] = say(key, self.language)
        for index, one in enumerate(self.shown):
            if one.name == name:
                self.shown[index] = Field(name, one.value, one.groups, one.hint, self.errors[name])
