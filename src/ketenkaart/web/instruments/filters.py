"""What a visitor asks of the list of instruments, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.governance.types import Kind
from ketenkaart.core.provenance import Text
from ketenkaart.services.installed import edition_day
from ketenkaart.services.instruments.reading import Choice
from ketenkaart.sources.reference import load_issues, load_sectors
from ketenkaart.web.text import say

NAMES = ("kind", "issue", "sector", "as_of", "in_force")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose in a list."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions as asked, the day, and a message per condition that cannot be read."""

    choice: Choice
    day: date
    given: Mapping[str, str]
    errors: Mapping[str, str]
    kinds: tuple[Option, ...]
    issues: tuple[Option, ...]
    sectors: tuple[Option, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not any(self.given.values())


def read_filter(asked: Mapping[str, str], language: str) -> Filter:
    """Return the conditions in a query; what cannot be read is named and left out."""
    given = {name: asked.get(name, "").strip()[:80] for name in NAMES}
    issues = {item.id: item.name for item in load_issues()}
    sectors = {item.id: item.name for item in load_sectors()}
    kinds = {kind.value for kind in Kind}
    known = {"kind": kinds, "issue": set(issues), "sector": set(sectors)}
    errors = {
        name: say("dossier.error_choice", language, given=given[name])
        for name, ids in known.items()
        if given[name] and given[name] not in ids
    }
    day = edition_day()
    if given["as_of"]:
        try:
            day = date.fromisoformat(given["as_of"])
        except ValueError:
            errors["as_of"] = say("dossier.error_day", language, given=given["as_of"])
    sound = {name: value for name, value in given.items() if value and name not in errors}
    choice = Choice(
        kind=Kind(sound["kind"]) if "kind" in sound else None,
        issue=sound.get("issue"),
        sector=sound.get("sector"),
        is_in_force_on=day if given["in_force"] else None,
    )
    return Filter(
        choice=choice,
        day=day,
        given=given,
        errors=errors,
        kinds=tuple(
            Option(
                kind.value,
                say(f"instruments.kind_{kind.value}", language),
                kind.value == given["kind"],
            )
            for kind in Kind
        ),
        issues=_options(issues, given["issue"], language),
        sectors=_options(sectors, given["sector"], language),
    )


def _options(names: Mapping[str, Text], chosen: str, language: str) -> tuple[Option, ...]:
    return tuple(
        Option(key, name.in_language(language), key == chosen) for key, name in names.items()
    )
