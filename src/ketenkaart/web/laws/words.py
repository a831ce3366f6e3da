"""Conditions, answers and what decided them, as sentences in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ketenkaart.core.governance.rules.answering import Decider, LawAnswer
from ketenkaart.core.governance.rules.clauses import Clause
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.core.provenance import State
from ketenkaart.web.facilities.words import country_names
from ketenkaart.web.formats import MONTHS, day, number
from ketenkaart.web.text import say, texts

STATES = {state.value for state in State if state is not State.KNOWN}
Shown = str | int | float | date


def shown(value: Shown, language: str, unit: str | None = None) -> str:
    """Write one value: a number with its marks and unit, a day in words, a code by its name.

    >>> shown(450000000, "nl", "EUR"), shown("yes", "en"), shown("NLD", "en")
    ('450.000.000 EUR', 'yes', 'Netherlands')
    """
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, str):
        return f"{named(value, language)}{f' {unit}' if unit else ''}"
    digits = 0 if float(value).is_integer() else 2
    return f"{number(value, language, digits)}{f' {unit}' if unit else ''}"


def named(code: str, language: str) -> str:
    """Name a code: yes or no, a choice, a group, a country; any other word stays as it is."""
    known = texts()
    for group in ("laws.word_", "laws.choice_", "laws.group_"):
        found = known.get(f"{group}{code}")
        if found is not None:
            return found.in_language(language)
    return country_names(language).get(code, code)


def sentence(clause: Clause, language: str) -> str:
    """Write the head of a clause; its parts follow as a list of their own."""
    if clause.kind == "test" and clause.fact is not None:
        limits = [shown(limit, language, clause.unit) for limit in clause.limits]
        label = clause.fact.label.in_language(language)
        limit = say("laws.or", language).join(limits)
        return say(f"laws.test_{clause.test}", language, label=label, limit=limit)
    total = len(clause.lines) if clause.kind == "lines" else len(clause.parts)
    words = say(f"laws.clause_{clause.kind}", language).format(number=clause.number, total=total)
    if clause.label is None:
        return words
    return f"{_capital(clause.label.in_language(language))}. {words}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reason(item: Decider, language: str) -> str:
    """Write what decided an answer: the firm's value, what the law asks, and how that came out."""
    if item.fact == "as_of":
        key = "before" if item.test == "before" else "after"
        when = day(date.fromisoformat(str(item.threshold)), language)
        return say(f"laws.decided_day_{key}", language, day=when)
    value = _value(item, language)
    if item.fact == "financial_year_end":
        closed = say(f"laws.closed_{item.holds}", language)
        return say("laws.decided_year_end", language, value=value, closed=closed)
    label = _capital(item.label.in_language(language))
    if item.year is not None:
        label = say("laws.decided_year", language, label=label, year=item.year)
    if item.test == "equals" and item.value in ("yes", "no"):
        if item.unit is not None:
            label = f"{label} ({named(item.unit, language)})"
        return say("laws.decided_word", language, label=label, value=value)
    limit = _threshold(item, language)
    test = say(f"laws.than_{item.test}", language, limit=limit)
    holds = say(f"laws.word_{item.holds}", language)
    return say("laws.decided", language, label=label, value=value, test=test, holds=holds)


def _value(item: Decider, language: str) -> str:
    if item.fact == "financial_year_end":
        return month_day(str(item.value), language)
    unit = item.unit_label.in_language(language) if item.unit_label else _money(item.unit)
    if isinstance(item.value, tuple):
        low, high = item.value
        if high is None:
            return say("laws.or_more", language, value=shown(low, language, unit))
        return say("laws.to", language).join((shown(low, language), shown(high, language, unit)))
    return shown(item.value if item.value is not None else "", language, unit)


def _money(unit: str | None) -> str | None:
    return unit if unit is not None and len(unit) == 3 and unit.isupper() else None


def _threshold(item: Decider, language: str) -> str:
    many = item.threshold if isinstance(item.threshold, tuple) else (item.threshold,)
    found = [shown(one, language, _money(item.unit)) for one in many if one is not None]
    return say("laws.or", language).join(found)


def month_day(value: str, language: str) -> str:
    """Write the last day of a financial year in words.

    >>> month_day("12-31", "en"), month_day("03-31", "nl")
    ('31 December', '31 maart')
    """
    month, _, number_of_day = value.partition("-")
    return f"{int(number_of_day)} {MONTHS[language][int(month) - 1]}"


def said(definition: FactDefinition, value: Any, language: str) -> str:
    """Write an answer as it was given: an amount, a choice, a list, or why there is none."""
    if value is None or (isinstance(value, str) and value in STATES):
        return say(f"laws.state_{value or 'unknown'}", language)
    if isinstance(value, Mapping):
        return "; ".join(
            f"{named(str(k), language)}: {_plain(v, language)}" for k, v in value.items()
        )
    if isinstance(value, list | tuple):
        words = [_plain(one, language) for one in value]
        return ", ".join(words) or say("laws.answer_none", language)
    if definition.kind == "month_day":
        return month_day(str(value), language)
    return _plain(value, language)


def _plain(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return say(f"laws.word_{'yes' if value else 'no'}", language)
    if isinstance(value, int | float):
        return shown(value, language)
    text = str(value)
    amount, _, unit = text.partition(" ")
    ends = amount.split("..")
    try:
        numbers = [float(end) for end in ends]
    except ValueError:
        return named(text, language)
    words = say("laws.to", language).join(shown(one, language) for one in numbers)
    return f"{words} {unit}".strip()


def begins(answer: LawAnswer, language: str) -> str:
    """Write the day from which a law applies to the firm, or the days it lies between."""
    if answer.applies_from is None:
        return ""
    first = day(answer.applies_from, language)
    if answer.applies_from_at_latest is None:
        return first
    last = day(answer.applies_from_at_latest, language)
    return say("laws.from_between", language, first=first, last=last)
