"""The filter of follow-up: which list, whose, which theme, on what day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from ketenkaart.core.ledger.followup.lists import SHOWS, Show, select
from ketenkaart.core.ledger.followup.types import Followed
from ketenkaart.core.ledger.types import Ledger
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.text import say

NAMES = ("show", "owner", "theme", "letter", "as_of")
NOBODY = "-"


@dataclass(slots=True)
class FollowUpFilter:
    """What was asked of follow-up; a wrong field is named in `errors` and filters nothing."""

    language: str
    given: Mapping[str, str]
    today: date
    as_of: date
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str], language: str, today: date) -> FollowUpFilter:
        """Return the filter that `given` asks for; the day is checked first, the rest later."""
        words = {name: given.get(name, "").strip() for name in NAMES}
        chosen = cls(language, words, today, today)
        if words["as_of"]:
            try:
                chosen.as_of = date.fromisoformat(words["as_of"])
            except ValueError:
                chosen.errors["as_of"] = say(
                    "followup.error_date", language, value=words["as_of"][:MAX_SHOWN]
                )
        return chosen

    @property
    def show(self) -> Show:
        """Which list is asked for; what still waits for something, unless another is named."""
        return next((show for show in SHOWS if show == self.given["show"]), "open")

    def check(self, found: Sequence[Followed], ledgers: Sequence[Ledger]) -> None:
        """Name every field that holds none of the choices there are."""
        themes = {value for _, pairs in self._themes(ledgers) for value, _ in pairs}
        known: dict[str, set[str]] = {
            "show": set(SHOWS),
            "owner": {*_owners(found), NOBODY},
            "theme": themes,
            "letter": {ledger.letter.id for ledger in ledgers},
        }
        for name, values in known.items():
            value = self.given[name]
            if value and value not in values:
                self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])

    def items(self, found: Sequence[Followed], show: Show | None = None) -> tuple[Followed, ...]:
        """Return the items on the list that is asked for; none while a field is wrong."""
        if self.errors:
            return ()
        letter, _, number = self.given["theme"].rpartition(":")
        chosen = select(
            found,
            show=show or self.show,
            owner=None if self.given["owner"] in {"", NOBODY} else self.given["owner"],
            theme=int(number) if number else None,
            letter=letter or self.given["letter"] or None,
        )
        if self.given["owner"] == NOBODY:
            return tuple(item for item in chosen if item.standing.owner is None)
        return chosen

    def address(self, **other: str) -> str:
        """Return the query string of this filter, without empty fields."""
        return urlencode({k: v for k, v in {**self.given, **other}.items() if v})

    def fields(self, found: Sequence[Followed], ledgers: Sequence[Ledger]) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        shows = [(show, say(f"followup.show_{show}", self.language)) for show in SHOWS]
        owners = [(owner, owner) for owner in _owners(found)]
        owners.append((NOBODY, say("followup.nobody", self.language)))
        fields = [
            Field(
                "show",
                self.show,
                (OptionGroup("", tuple(Option(v, w, v == self.show) for v, w in shows)),),
                error=self.errors.get("show", ""),
            ),
            self._list("owner", [("", owners)]),
            self._list("theme", self._themes(ledgers)),
        ]
        if len(ledgers) > 1:
            letters = [
                (ledger.letter.id, ledger.letter.title.in_language(self.language))
                for ledger in ledgers
            ]
            fields.append(self._list("letter", [("", letters)]))
        fields.append(Field("as_of", self.given["as_of"], error=self.errors.get("as_of", "")))
        return tuple(fields)

    def _themes(self, ledgers: Sequence[Ledger]) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the themes of each letter; with several letters each names its own."""
        is_alone = len(ledgers) == 1
        return [
            (
                "" if is_alone else ledger.letter.title.in_language(self.language),
                [
                    (
                        str(theme.number) if is_alone else f"{ledger.letter.id}:{theme.number}",
                        theme.name.in_language(self.language),
                    )
                    for theme in ledger.themes
                ],
            )
            for ledger in ledgers
        ]

    def _list(self, name: str, groups: list[tuple[str, list[tuple[str, str]]]]) -> Field:
        chosen = self.given[name]
        first = OptionGroup("", (Option("", say("frame.any", self.language), not chosen),))
        rest = (
            OptionGroup(
                heading, tuple(Option(value, label, value == chosen) for value, label in pairs)
            )
            for heading, pairs in groups
        )
        return Field(name, chosen, (first, *rest), error=self.errors.get(name, ""))


def _owners(found: Sequence[Followed]) -> list[str]:
    return sorted({item.standing.owner for item in found if item.standing.owner})
