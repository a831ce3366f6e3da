"""Conditions made ready to be answered on a day: years filled in, rules looked up, units split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import inf

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.rules.types import (
    Application,
    Condition,
    LineTable,
    Number,
    YearTest,
)
from ketenkaart.core.governance.rules.values import Cell, Span
from ketenkaart.core.governance.rules.vocabulary import Vocabulary
from ketenkaart.core.provenance import Citation

YEAR_END = "financial_year_end"
TESTS: dict[str, Callable[[float, float], bool]] = {
    "more_than": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "less_than": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
    "on_or_after": lambda value, limit: value >= limit,
    "before": lambda value, limit: value < limit,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison: a cell, a test and its limits; no limits while the threshold is open.

    `names` are the codes as the law has them, such as EU for its member states.
    """

    cell: Cell
    test: str
    limits: tuple[float, ...]
    threshold: str | None = None
    article: str | None = None
    citation: Citation | None = None
    names: tuple[str, ...] = ()

    def holds(self, value: float) -> bool:
        """Return whether an exact value passes."""
        if self.test in TESTS:
            return TESTS[self.test](value, self.limits[0])
        return value in self.limits


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `needed` of the parts hold; one is `any`."""

    needed: int
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Sustained:
    """Two years to gain, two to lose; the parts are years, newest first."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The answer is that of `then` if the test holds, of `other` if not; unknown if they differ."""

    test: Leaf
    then: Node
    other: Node


Node = Leaf | Every | AtLeast | Opposite | Sustained | Either


@dataclass(frozen=True, slots=True)
class Setting:
    """What conditions are made ready with.

    `moved` replaces thresholds by their id; `oldest_year` is the first financial year that
    anything is known of, so that looking back goes one year further and no more.
    """

    vocabulary: Vocabulary
    tables: Mapping[str, LineTable]
    day: date
    oldest_year: int | None = None
    moved: Mapping[str, Number | date] | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    setting: Setting
    rules: Mapping[str, Condition]
    financial_year: int
    article: str | None
    citation: Citation | None

    @property
    def calendar_year(self) -> int:
        return self.setting.day.year - 1


def prepare(condition: Condition, rules: Mapping[str, Condition], setting: Setting) -> Node:
    """Return `condition` ready for `setting.day`.

    The last closed financial year depends on the day on which the firm's financial year ends. Where
    any comparison looks at a financial year, both possible years are prepared, and the answer is
    that of the one that applies; a firm's year end that is not known leaves both open.

    Raises `ReferenceDataError` for a rule, fact, unit or choice that does not exist.
    """
    last = setting.day.year
    nodes = [
        _node(condition, _Place(setting, rules, year, None, None)) for year in (last, last - 1)
    ]
    if nodes[0] == nodes[1]:
        return nodes[0]
    today = 100 * setting.day.month + setting.day.day
    return Either(Leaf(Cell(YEAR_END), "less_than", (float(today),)), nodes[0], nodes[1])


def first_year_from(day: date, year_end: int | None) -> tuple[date, date]:
    """Return the first and last possible start of the first financial year from `day` on.

    >>> first_year_from(date(2027, 1, 1), 331)
    (datetime.date(2027, 4, 1), datetime.date(2027, 4, 1))
    """
    if year_end is None:
        if (day.month, day.day) == (2, 29):
            return day, date(day.year + 1, 2, 28)
        return day, date(day.year + 1, day.month, day.day) - timedelta(days=1)
    for year in (day.year - 1, day.year, day.year + 1):
        month, last = divmod(year_end, 100)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        end = date(year, 2, 28 + leap) if (month, last) == (2, 29) else date(year, month, last)
        start = end + timedelta(days=1)
        if start >= day:
            return start, start
    raise AssertionError("a financial year starts every year")


def begin_of(item: Application, year_end: int | None) -> tuple[date, date]:
    """Return the first and last day from which the law may apply by one application."""
    if item.start is not None:
        return item.start, item.start
    if item.financial_year_starting is not None:
        return first_year_from(item.financial_year_starting, year_end)
    assert item.financial_year_ending is not None  # noqa: S101 - the model has one of three
    first, last = first_year_from(item.financial_year_ending + timedelta(days=1), year_end)
    return first - timedelta(days=1), last - timedelta(days=1)


def _node(condition: Condition, place: _Place) -> Node:
    place = _Place(
        place.setting,
        place.rules,
        place.financial_year,
        condition.article or place.article,
        condition.citation or place.citation,
    )
    leaf = _leaf(condition, place)
    if leaf is not None:
        return leaf
    if condition.none is not None:
        return Opposite(AtLeast(1, _all(condition.none, place)))
    if condition.count is not None:
        return AtLeast(condition.count.at_least, _all(condition.count.of, place))
    if condition.any is not None:
        return AtLeast(1, _all(condition.any, place))
    if condition.all is not None:
        return Every(_all(condition.all, place))
    return _years(condition, place)


def _leaf(condition: Condition, place: _Place) -> Node | None:
    if condition.fact is not None:
        return _comparison(condition, place)
    if condition.any_line is not None:
        return _lines(condition, place)
    if condition.rule is not None:
        if condition.rule not in place.rules:
            raise ReferenceDataError(
                f"There is no rule '{condition.rule}'", fix="Name one that the version declares."
            )
        return _node(place.rules[condition.rule], place)
    return None


def _all(conditions: tuple[Condition, ...], place: _Place) -> tuple[Node, ...]:
    return tuple(_node(condition, place) for condition in conditions)


def _back(test: YearTest, place: _Place, years: int) -> Node:
    year = place.financial_year - years
    return _node(test.of, _Place(place.setting, place.rules, year, place.article, place.citation))


def _years(condition: Condition, place: _Place) -> Node:
    if condition.years_back is not None:
        return _back(condition.years_back, place, condition.years_back.years)
    each = condition.in_each_of_last or condition.in_one_of_last
    if each is not None:
        parts = tuple(_back(each, place, years) for years in range(each.years))
        return Every(parts) if condition.in_each_of_last else AtLeast(1, parts)
    assert condition.sustained is not None  # noqa: S101 - no other node is left
    oldest = place.setting.oldest_year
    # A year beyond the oldest that is known can still be asked for; older ones change nothing more.
    reach = 2 if oldest is None else max(2, min(12, place.financial_year - oldest + 2))
    return Sustained(tuple(_back(condition.sustained, place, years) for years in range(reach)))


def _comparison(condition: Condition, place: _Place) -> Node:
    fact = condition.fact or ""
    definition = place.setting.vocabulary.find(fact)
    if definition is None:
        raise ReferenceDataError(
            f"There is no fact '{fact}' in the vocabulary", fix="Declare it or correct its name."
        )
    year = {
        "financial_year": place.financial_year,
        "calendar_year": place.calendar_year,
        None: 0,
    }[definition.per]
    if condition.includes_any is not None:
        chosen = [
            Leaf(Cell(fact, choice, year), "equals", (1.0,), condition.id, place.article,
                 place.citation)
            for choice in condition.includes_any
        ]  # fmt: skip
        return AtLeast(1, tuple(chosen)) if len(chosen) > 1 else chosen[0]
    name = "is_" if condition.is_ is not None else condition.tests[0]
    limits = _limits(condition, name, place)
    unit = condition.unit or "" if definition.kind == "money" else ""
    test = name if name in TESTS else "equals"
    return Leaf(
        Cell(fact, unit, year),
        test,
        limits,
        condition.id,
        place.article,
        place.citation,
        condition.in_any_of or (),
    )


def _limits(condition: Condition, name: str, place: _Place) -> tuple[float, ...]:
    vocabulary = place.setting.vocabulary
    if condition.is_ is not None:
        return (1.0 if condition.is_ == "yes" else 0.0,)
    moved = place.setting.moved or {}
    if condition.id is not None and condition.id in moved:
        value: Number | str | date = moved[condition.id]
    elif condition.in_any_of is not None:
        definition = vocabulary.find(condition.fact or "")
        choices = definition.choices if definition else ()
        day = place.setting.day
        codes = [code for name in condition.in_any_of for code in vocabulary.members(name, day)]
        return tuple(float(choices.index(code)) for code in codes if code in choices)
    else:
        value = getattr(condition, name)
    if isinstance(value, date):
        return (float(value.toordinal()),)
    return (float(value),)


def _lines(condition: Condition, place: _Place) -> Node:
    test = condition.any_line
    assert test is not None  # noqa: S101 - the caller looked
    table = place.setting.tables.get(test.table)
    if table is None:
        raise ReferenceDataError(
            f"There is no table '{test.table}'", fix="Put it in the folder `lines`."
        )
    moved = place.setting.moved or {}
    leaves: list[Node] = []
    for line in table.lines:
        threshold = line.threshold_on(place.setting.day)
        name = f"{table.id}.{line.id}"
        value = moved.get(name, threshold.value if threshold else None)
        limits = () if value is None or isinstance(value, date) else (float(value),)
        citation = threshold.citation if threshold else line.citation
        cell = Cell(test.fact, line.id, place.calendar_year)
        leaves.append(Leaf(cell, "at_least", limits, name, place.article, citation))
    return AtLeast(1, tuple(leaves))


def leaves_of(node: Node) -> list[Leaf]:
    """Return every comparison under a node, in the order of the law."""
    if isinstance(node, Leaf):
        return [node]
    if isinstance(node, Opposite):
        return leaves_of(node.part)
    if isinstance(node, Either):
        return [node.test, *leaves_of(node.then), *leaves_of(node.other)]
    return [leaf for part in node.parts for leaf in leaves_of(part)]


def pieces(leaves: list[Leaf], within: Span | None = None) -> list[float]:
    """Return one value from each part of a cell's range that its comparisons tell apart.

    >>> leaf = Leaf(Cell("employees"), "more_than", (1000.0,))
    >>> [leaf.holds(value) for value in pieces([leaf])]
    [False, True]
    """
    limits = sorted({limit for leaf in leaves for limit in leaf.limits})
    if not limits:
        return []
    low, high = within or (min(0.0, limits[0]), inf)
    high = min(high, max(low, limits[-1]) + 2.0)
    marks = sorted({low, high, *(limit for limit in limits if low <= limit <= high)})
    between = [(first + second) / 2 for first, second in pairwise(marks)]
    found: dict[tuple[bool, ...], float] = {}
    for value in sorted({*marks, *between}):
        found.setdefault(tuple(leaf.holds(value) for leaf in leaves if leaf.limits), value)
    return list(found.values())
