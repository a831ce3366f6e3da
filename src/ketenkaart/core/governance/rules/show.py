"""Numbers back into words: what a firm answered and what the law compares it with."""

from __future__ import annotations

from datetime import date
from math import inf

from ketenkaart.core.governance.rules.answering import NextQuestion, Shown
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.question import Question
from ketenkaart.core.governance.rules.tree import Leaf
from ketenkaart.core.governance.rules.values import Cell, Span
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.core.provenance import Text


def word(definition: FactDefinition, number: float) -> str | int | float:
    """Return one number of a cell as its answer is written.

    >>> from ketenkaart.core.provenance import Text
    >>> label = Text(nl="dag", en="day")
    >>> word(FactDefinition(id="d", kind="month_day", label=label, question=label), 331.0)
    '03-31'
    """
    if definition.kind in ("yes_no", "list"):
        return "yes" if number == 1 else "no"
    if definition.kind == "code":
        return definition.choices[int(number)]
    if definition.kind == "date":
        return date.fromordinal(int(number)).isoformat()
    if definition.kind == "month_day":
        return f"{int(number) // 100:02d}-{int(number) % 100:02d}"
    return int(number) if number == int(number) else number


def shown(
    definition: FactDefinition, leaf: Leaf, span: Span | None
) -> tuple[Shown, Shown | tuple[str, ...]]:
    """Return the firm's value and the law's threshold as they are written."""
    value: Shown = None
    if span is not None:
        value = word(definition, span[0]) if span[0] == span[1] else _ends(span)
    if leaf.names:
        return value, leaf.names
    words = [word(definition, limit) for limit in leaf.limits]
    if len(words) == 1:
        return value, words[0]
    return value, tuple(str(one) for one in words)


def _ends(span: Span) -> tuple[int | float, int | float | None]:
    low, high = (int(end) if end.is_integer() else end for end in span)
    return low, None if high == inf else high


def line_label(definition: FactDefinition, unit: str, book: LawBook) -> Text | None:
    """Return what the line of goods called `unit` is, with the table's unit of quantity."""
    table = book.tables.get(definition.table or "")
    line = next((item for item in table.lines if item.id == unit), None) if table else None
    if table is None or line is None:
        return None
    return Text(nl=f"{table.unit} {line.label.nl}", en=f"{table.unit} {line.label.en}")


def asked(question: Question, book: LawBook) -> NextQuestion:
    """Return a question in words, with its year and unit."""
    cell = question.cell
    definition = book.vocabulary.find(cell.fact)
    assert definition is not None  # noqa: S101 - prepared conditions name known facts
    return NextQuestion(
        fact=cell.fact,
        year=cell.year or None,
        unit=cell.unit or None,
        kind=definition.kind,
        question=_sentence(definition, cell, book),
        bits=question.bits,
    )


def _sentence(definition: FactDefinition, cell: Cell, book: LawBook) -> Text:
    """Return the question with its year, and its currency, line or choice."""
    dutch, english = [], []
    if cell.year and definition.per == "financial_year":
        dutch.append(f"boekjaar dat in {cell.year} eindigt")
        english.append(f"financial year ending in {cell.year}")
    elif cell.year:
        dutch.append(f"kalenderjaar {cell.year}")
        english.append(f"calendar year {cell.year}")
    if definition.kind == "quantities" and cell.unit:
        table = book.tables[definition.table or ""]
        line = next(item for item in table.lines if item.id == cell.unit)
        dutch.append(f"{line.label.nl}, {table.unit}")
        english.append(f"{line.label.en}, {table.unit}")
    elif cell.unit:
        dutch.append(f"in {cell.unit}" if definition.kind == "money" else cell.unit)
        english.append(f"in {cell.unit}" if definition.kind == "money" else cell.unit)
    if not dutch:
        return definition.question
    return Text(
        nl=f"{definition.question.nl} ({'; '.join(dutch)})",
        en=f"{definition.question.en} ({'; '.join(english)})",
    )
