"""The facts that laws ask for: which law asks which, and a file to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketenkaart.core.governance.rules.types import Condition, Law, LawVersion
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.services.laws.book import find_law, law_book, law_day


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A fact with the currencies it is asked in, and the laws that ask for it on their day."""

    definition: FactDefinition
    units: tuple[str, ...]
    laws: tuple[str, ...]


def asked_facts(laws: Sequence[str] = ()) -> tuple[AskedFact, ...]:
    """Return the facts that these laws (without any, all laws) ask for, in the vocabulary's order.

    Raises `NotFoundError` for a law that does not exist.
    """
    book = law_book()
    chosen = [find_law(name) for name in laws] or list(book.laws)
    askers: dict[str, list[str]] = {}
    units: dict[str, set[str]] = {}
    for law in chosen:
        for condition in _conditions(law):
            line = condition.any_line
            fact = condition.fact or (line.fact if line is not None else None)
            if fact is None:
                continue
            names = askers.setdefault(fact, [])
            if law.id not in names:
                names.append(law.id)
            if condition.unit is not None:
                units.setdefault(fact, set()).add(condition.unit)
    dated = [item.id for item in chosen]
    found = []
    for definition in book.vocabulary.facts:
        is_year_end = definition.id == "financial_year_end"
        by = dated if is_year_end else askers.get(definition.id, [])
        if by:
            found.append(
                AskedFact(definition, tuple(sorted(units.get(definition.id, ()))), tuple(by))
            )
    return tuple(found)


def _conditions(law: Law) -> Iterable[Condition]:
    waiting: list[Condition] = [duty.when for duty in law.duties if duty.when is not None]
    for version in law.versions:
        waiting += _of(version)
    while waiting:
        condition = waiting.pop()
        yield condition
        waiting.extend(condition.parts())


def _of(version: LawVersion) -> list[Condition]:
    found = [*version.rules.values(), *([version.scope] if version.scope else [])]
    found += [item.when for item in version.application if item.when is not None]
    found += [duty.when for duty in version.duties or () if duty.when is not None]
    return found


def form(definition: FactDefinition, units: Sequence[str]) -> str:
    """Return how an answer is written, as a short example."""
    money = " or ".join(f"450000000 {unit}" for unit in units) or "450000000 EUR"
    lines = f"{{{', '.join(definition.choices[:2])}}}".strip("{}")
    return {
        "yes_no": "yes or no",
        "count": "1200, or 900..1100",
        "money": money,
        "date": "2026-11-22",
        "code": f"{', '.join(definition.choices[:8])}"
        if len(definition.choices) < 12
        else "a code of three letters, such as NLD",
        "list": f"[{lines}] or none, out of {', '.join(definition.choices)}",
        "quantities": '{"26090000": 6000, other: 0}',
        "month_day": "12-31",
    }[definition.kind]


def template(laws: Sequence[str] = (), *, language: str = "en") -> str:
    """Return a file of facts to fill in: every fact unknown, with its question as a comment."""
    book = law_book()
    year = law_day().year
    words = {
        "nl": (
            "Feiten over een bedrijf. Wat unknown blijft, wordt nooit ingevuld.",
            f"per boekjaar, zoals {{{year - 1}: ..., {year - 2}: ...}}, of één antwoord voor alle",
            "per kalenderjaar",
            "of not_applicable",
        ),
        "en": (
            "Facts about one firm. What stays unknown is never filled in.",
            f"per financial year, as {{{year - 1}: ..., {year - 2}: ...}}, or one answer for all",
            "per calendar year",
            "or not_applicable",
        ),
    }[language]
    lines = [f"# {words[0]}", f"vocabulary: {book.vocabulary.version}", "facts:"]
    for item in asked_facts(laws):
        fact = item.definition
        lines.append(f"  # {fact.question.in_language(language)}")
        if fact.counted is not None:
            lines.append(f"  # {fact.counted.in_language(language)}")
        notes = [form(fact, item.units)]
        if fact.per is not None:
            notes.append(words[1] if fact.per == "financial_year" else words[2])
        if fact.when_not_applicable is not None or fact.same_as is not None:
            notes.append(words[3])
        lines.append(f"  # {'; '.join(notes)}")
        lines.append(f"  {fact.id}: unknown")
    return "\n".join(lines) + "\n"
