"""A condition as clauses that a page can set as sentences, in the order of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.types import Condition, Line, Number, YearTest
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.core.provenance import Citation, Text

ClauseKind = Literal[
    "test", "lines", "all", "any", "none", "count", "each_year", "one_year", "sustained",
    "years_back",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of a condition, ready to be read.

    A `test` has its fact, the name of the comparison and its limits; `lines` has the goods of a
    table; all others have `parts`, and `number` of them (count) or of years. `article` and
    `citation` are given where they differ from those around the clause.
    """

    kind: ClauseKind
    label: Text | None = None
    fact: FactDefinition | None = None
    test: str | None = None
    limits: tuple[Number | str | date, ...] = ()
    unit: str | None = None
    threshold: str | None = None
    number: int | None = None
    article: str | None = None
    citation: Citation | None = None
    lines: tuple[Line, ...] = ()
    parts: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Around:
    article: str | None
    citation: Citation | None


def clause_of(condition: Condition, rules: Mapping[str, Condition], book: LawBook) -> Clause:
    """Return a condition as clauses, with its rules written out where they are used.

    Raises `KeyError` for a rule or table that does not exist; the reader of laws refuses those.
    """
    return _clause(condition, rules, book, _Around(None, None))


def _clause(
    condition: Condition, rules: Mapping[str, Condition], book: LawBook, around: _Around
) -> Clause:
    if condition.rule is not None:
        return _clause(rules[condition.rule], rules, book, around)
    article = condition.article if condition.article != around.article else None
    citation = condition.citation if condition.citation != around.citation else None
    inner = _Around(condition.article or around.article, condition.citation or around.citation)
    if condition.fact is not None:
        return Clause(
            "test",
            condition.label,
            book.vocabulary.find(condition.fact),
            "is" if condition.is_ is not None else condition.tests[0],
            _limits(condition),
            condition.unit,
            condition.id,
            None,
            article,
            citation,
        )
    if condition.any_line is not None:
        return Clause(
            "lines",
            condition.label,
            book.vocabulary.find(condition.any_line.fact),
            article=article,
            citation=citation,
            lines=book.tables[condition.any_line.table].lines,
        )
    kind, number = _kind(condition)
    return Clause(
        kind,
        condition.label,
        number=number,
        article=article,
        citation=citation,
        parts=tuple(_clause(part, rules, book, inner) for part in condition.parts()),
    )


def _limits(condition: Condition) -> tuple[Number | str | date, ...]:
    if condition.is_ is not None:
        return (condition.is_,)
    value = getattr(condition, condition.tests[0])
    return tuple(value) if isinstance(value, tuple) else (value,)


def _kind(condition: Condition) -> tuple[ClauseKind, int | None]:
    if condition.count is not None:
        return "count", condition.count.at_least
    years: tuple[tuple[ClauseKind, YearTest | None], ...] = (
        ("each_year", condition.in_each_of_last),
        ("one_year", condition.in_one_of_last),
        ("sustained", condition.sustained),
        ("years_back", condition.years_back),
    )
    for kind, test in years:
        if test is not None:
            return kind, test.years
    if condition.all is not None:
        return "all", None
    return ("any", None) if condition.any is not None else ("none", None)
