"""The form of the gap explorer: read it, check it, and say per field what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import By, GapQuery, Kind, Measure, View
from ketenkaart.core.provenance import Text
from ketenkaart.services.choices import GapChoices
from ketenkaart.web.text import say

MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under a heading; an empty heading means no group."""

    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form, as it is shown: what was given, the choices, and what is wrong."""

    name: str
    value: str
    groups: tuple[OptionGroup, ...] = ()
    hint: str = ""
    error: str = ""


@dataclass(slots=True)
class GapForm:
    """The form as asked: `query` is `None` when a field is wrong."""

    language: str
    choices: GapChoices
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    query: GapQuery | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], choices: GapChoices, language: str) -> GapForm:
        """Return the form filled in with `given`, checked against `choices`."""
        form = cls(language, choices, {name: value.strip() for name, value in given.items()})
        query = {
            "issue": form._chosen("issue", choices.issues),
            "country": form._chosen("country", {**choices.regions, **choices.members}),
            "sector": form._chosen("sector", choices.sectors),
            "by": form._chosen("by", get_args(By)) or "issue",
            "measure": form._chosen("measure", get_args(Measure)) or "value_added",
            "kind": form._chosen("kind", get_args(Kind)) or "breadth",
            "view": form._chosen("view", get_args(View)) or "demand",
            "as_of": form._day("as_of"),
        }
        without = form._chosen("without", choices.instruments)
        if not form.errors:
            form.query = GapQuery.model_validate(
                {**query, "without": (without,) if without else ()}
            )
        return form

    def refuse(self, error: InputError) -> None:
        """Show what the service refused at the field that it names."""
        name = (error.where or "").strip("-").replace("-", "_")
        known = name if name in self._names() else "issue"
        self.errors[known] = f"{error.what}. {error.fix or ''}".strip()
        self.query = None

    def address(self) -> str:
        """Return the query string of this question, without empty fields."""
        return urlencode({k: v for k, v in self.given.items() if v and k in self._names()})

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        c, lang = self.choices, self.language
        return (
            self._list("issue", self._options("issue", c.issues), "gap.all_issues"),
            self._list("country", (), "gap.all_countries", self._countries(), "gap.hint_country"),
            self._list("sector", self._options("sector", c.sectors), "gap.all_sectors"),
            self._list("view", self._words("view", get_args(View)), hint_key="gap.hint_view"),
            self._list("by", self._words("by", get_args(By))),
            self._list("measure", self._words("measure", get_args(Measure))),
            self._list("kind", self._words("kind", get_args(Kind))),
            self._list("without", self._options("without", c.instruments), "gap.no_instrument"),
            Field(
                "as_of",
                self.given.get("as_of", ""),
                hint=say("gap.hint_as_of", lang, day=c.as_of.isoformat()),
                error=self.errors.get("as_of", ""),
            ),
        )

    @staticmethod
    def _names() -> tuple[str, ...]:
        return ("issue", "country", "sector", "by", "measure", "kind", "view", "as_of", "without")

    def _chosen(self, name: str, known: Iterable[str]) -> str | None:
        value = self.given.get(name, "")
        if not value:
            return None
        if value not in set(known):
            self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])
            return None
        return value

    def _day(self, name: str) -> date | None:
        value = self.given.get(name, "")
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.errors[name] = say("gap.error_date", self.language, value=value[:MAX_SHOWN])
            return None

    def _list(
        self,
        name: str,
        options: tuple[Option, ...],
        any_key: str = "",
        groups: tuple[OptionGroup, ...] = (),
        hint_key: str = "",
    ) -> Field:
        value = self.given.get(name, "")
        first = (Option("", say(any_key, self.language), not value),) if any_key else ()
        return Field(
            name,
            value,
            (OptionGroup("", (*first, *options)), *groups),
            say(hint_key, self.language) if hint_key else "",
            self.errors.get(name, ""),
        )

    def _options(self, name: str, labels: Mapping[str, Text]) -> tuple[Option, ...]:
        chosen = self.given.get(name, "")
        pairs = [(key, label.in_language(self.language)) for key, label in labels.items()]
        return tuple(
            Option(key, label, key == chosen)
            for key, label in sorted(pairs, key=lambda pair: pair[1].casefold())
        )

    def _words(self, name: str, values: Iterable[str]) -> tuple[Option, ...]:
        values = tuple(values)
        chosen = self.given.get(name) or values[0]
        return tuple(
            Option(value, say(f"gap.{name}_{value}", self.language), value == chosen)
            for value in values
        )

    def _countries(self) -> tuple[OptionGroup, ...]:
        return (
            OptionGroup(
                say("gap.own_region", self.language), self._options("country", self.choices.regions)
            ),
            OptionGroup(
                say("gap.inside_region", self.language),
                self._options("country", self.choices.members),
            ),
        )
