"""The filter of the ledger: read it, check it, apply it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from ketenkaart.core.ledger.types import FollowUp, Ledger, Position, Recommendation, ResponseClass
from ketenkaart.services.ledger import DEFAULT_LETTER
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.text import say

LISTS: Mapping[str, tuple[type[StrEnum], str]] = {
    "response": (ResponseClass, "ledger.class_"),
    "position": (Position, "ledger.position_"),
    "follow_up": (FollowUp, "ledger.follow_"),
}
LONGEST_SEARCH = 100


@dataclass(slots=True)
class LedgerFilter:
    """What was asked of the ledger; a wrong field is named in `errors` and filters nothing."""

    language: str
    ledger: Ledger
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str], ledger: Ledger, language: str) -> LedgerFilter:
        """Return the filter that `given` asks for."""
        names = ("q", "theme", *LISTS)
        chosen = cls(language, ledger, {name: given.get(name, "").strip() for name in names})
        chosen._check("theme", {str(theme.number) for theme in ledger.themes})
        for name, (codes, _) in LISTS.items():
            chosen._check(name, {code.value for code in codes})
        return chosen

    def _check(self, name: str, known: set[str]) -> None:
        value = self.given[name]
        if value and value not in known:
            self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])

    def items(self) -> tuple[Recommendation, ...]:
        """Return the recommendations that match every field; none while a field is wrong."""
        if self.errors:
            return ()
        return tuple(item for item in self.ledger.recommendations if self._matches(item))

    def _matches(self, item: Recommendation) -> bool:
        wanted = self.given
        facts = {
            "theme": str(item.theme),
            "response": item.response_class.value,
            "position": item.position.value,
            "follow_up": item.follow_up.value,
        }
        if any(wanted[name] and wanted[name] != value for name, value in facts.items()):
            return False
        sought = wanted["q"][:LONGEST_SEARCH].casefold()
        return not sought or sought in self._words(item)

    @staticmethod
    def _words(item: Recommendation) -> str:
        texts = [item.summary, *item.parts, item.coding_note, item.reason_if_refused]
        texts.append(item.project)
        words = [item.id, item.locator.quote]
        words += [f"{text.nl} {text.en}" for text in texts if text is not None]
        return " ".join(words).casefold()

    def address(self) -> str:
        """Return the query string of this filter, without empty fields."""
        asked = {name: value for name, value in self.given.items() if value}
        is_other = self.ledger.letter.id != DEFAULT_LETTER
        return urlencode(asked | ({"letter": self.ledger.letter.id} if is_other else {}))

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        themes = [
            (str(theme.number), theme.name.in_language(self.language))
            for theme in self.ledger.themes
        ]
        lists = [
            self._list(
                name, [(code.value, say(f"{key}{code.value}", self.language)) for code in codes]
            )
            for name, (codes, key) in LISTS.items()
        ]
        return (Field("q", self.given["q"]), self._list("theme", themes), *lists)

    def _list(self, name: str, options: list[tuple[str, str]]) -> Field:
        chosen = self.given[name]
        first = Option("", say("frame.any", self.language), not chosen)
        rest = (Option(value, label, value == chosen) for value, label in options)
        return Field(
            name, chosen, (OptionGroup("", (first, *rest)),), error=self.errors.get(name, "")
        )
