"""What a visitor asks of the evidence, and what of it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.evidence.types import Compulsion, Reached
from ketenkaart.services.evidence.choosing import choose_evidence
from ketenkaart.services.evidence.reading import KINDS, EvidenceBase, EvidenceChoice
from ketenkaart.services.register import names
from ketenkaart.web.text import say

FIELDS = {
    "kind": "kind",
    "step": "step",
    "force": "compulsion",
    "country": "country",
    "sector": "sector",
    "level": "least_level",
}


@dataclass(frozen=True, slots=True)
class EvidenceOption:
    """One thing to choose in a list."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """One list to choose from; `error` says what is wrong with what was asked."""

    name: str
    label: str
    options: tuple[EvidenceOption, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class EvidenceFilter:
    """What was asked, as a choice of findings, with the lists to choose from."""

    choice: EvidenceChoice
    given: Mapping[str, str]
    fields: tuple[EvidenceField, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """What cannot be found, in words."""
        return tuple(field.error for field in self.fields if field.error)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not any(self.given.values())

    def query(self, **changes: str) -> str:
        """Return the query that asks the same with other words for some fields."""
        wanted = {**self.given, **changes}
        return urlencode({name: value for name, value in wanted.items() if value})


def read_evidence_filter(
    asked: Mapping[str, str], base: EvidenceBase, language: str
) -> EvidenceFilter:
    """Return what a query asks; what cannot be read is named and left out."""
    given = {name: asked.get(name, "").strip()[:60] for name in FIELDS}
    sound: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        if not value:
            continue
        try:
            choose_evidence(**{FIELDS[name]: value})
            sound[FIELDS[name]] = value
        except InputError:
            label = say(f"evidence.field_{name}", language)
            errors[name] = say("evidence.error_choice", language, given=value, field=label)
    fields = tuple(
        EvidenceField(
            name,
            say(f"evidence.field_{name}", language),
            tuple(
                EvidenceOption(value, label, value.casefold() == given[name].casefold())
                for value, label in options
            ),
            errors.get(name),
        )
        for name, options in _options(base, language).items()
    )
    kept = {name: value for name, value in given.items() if name not in errors}
    return EvidenceFilter(choose_evidence(**sound), kept, fields)


def _options(base: EvidenceBase, language: str) -> dict[str, list[tuple[str, str]]]:
    labels = names()

    def places(codes: set[str]) -> list[tuple[str, str]]:
        named = [(code, labels[code].in_language(language)) for code in codes]
        return sorted(named, key=lambda pair: pair[1])

    countries = {code for item in base.findings for code in item.countries or ()}
    sectors = {code for item in base.findings for code in item.sectors or ()}
    forces = (Compulsion.BINDING, Compulsion.VOLUNTARY)
    return {
        "kind": [(kind, say(f"instruments.kind_{kind}", language)) for kind in KINDS],
        "step": [(step.value, say(f"evidence.step_{step.value}", language)) for step in Reached],
        "force": [
            (force.value, say(f"evidence.force_{force.value}", language)) for force in forces
        ],
        "country": places(countries),
        "sector": places(sectors),
        "level": [(str(level), str(level)) for level in range(1, 6)],
    }
