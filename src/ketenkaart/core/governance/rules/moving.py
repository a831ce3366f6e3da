"""What happens to a population when a threshold or the day moves?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from ketenkaart.core.governance.rules.assess import GONE, IDLE
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.kleene import NO, UNKNOWN, YES
from ketenkaart.core.governance.rules.sweep import Population, Truths, evaluate_all
from ketenkaart.core.governance.rules.tree import YEAR_END, Node, Setting, begin_of, prepare
from ketenkaart.core.governance.rules.types import (
    Application,
    Condition,
    Law,
    LawStatus,
    LawVersion,
    Number,
)
from ketenkaart.core.governance.rules.values import Cell
from ketenkaart.core.provenance import Frozen, Identifier, Text

Moved = Mapping[str, Number | date]
Memo = dict[Node, Truths] | None


class SweepPoint(Frozen):
    """Firms in, out and unknown at one place of what is moved, against the law as it stands.

    `entering` and `leaving` count firms that are surely in here and surely out there, and the
    reverse; `applies` counts those in scope to which the law applies on that day.
    """

    at: Number | date
    version: Identifier | None
    status: LawStatus
    firms_in: int
    firms_out: int
    firms_unknown: int
    entering: int
    leaving: int
    applies: int


class Sweep(Frozen):
    """How a population moves in and out of the scope of one law."""

    law: Identifier
    name: Text
    varied: tuple[str, ...]
    as_of: date
    as_it_stands: Number | date | None
    firms: int
    base: SweepPoint
    points: tuple[SweepPoint, ...]


def thresholds(law: Law, book: LawBook, day: date) -> dict[str, Number | date | None]:
    """Return the thresholds that can be moved under the version of a day, by id."""
    version = law.version_on(day)
    found: dict[str, Number | date | None] = {}
    waiting: list[Condition] = []
    if version is not None:
        waiting = [item.when for item in version.application if item.when is not None]
        waiting += [*version.rules.values(), *([version.scope] if version.scope else [])]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.parts()))
        if node.id is not None and node.fact is not None:
            value = getattr(node, "is_" if node.is_ else node.tests[0])
            if isinstance(value, int | float | date):
                found[node.id] = value
        if node.any_line is not None:
            table = book.tables[node.any_line.table]
            for line in table.lines:
                dated = line.threshold_on(day)
                found[f"{table.id}.{line.id}"] = dated.value if dated else None
    return found


def scope_of_all(
    law: Law,
    population: Population,
    book: LawBook,
    day: date,
    moved: Moved | None = None,
    memo: Memo = None,
) -> tuple[Truths, Truths]:
    """Return per firm whether it is in scope on `day`, and whether the law applies to it then."""
    status = law.status_on(day)
    version = law.version_on(day)
    kind = status.value if status else LawStatus.NOT_YET
    if kind in GONE:
        return _same(population, NO), _same(population, NO)
    if version is None or version.scope is None:
        return _same(population, UNKNOWN), _same(population, NO if kind in IDLE else UNKNOWN)
    years = population.years()
    setting = Setting(book.vocabulary, book.tables, day, years[0] if years else None, moved)
    scope = evaluate_all(prepare(version.scope, version.rules, setting), population, memo)
    if kind in IDLE:
        return scope, _same(population, NO)
    return scope, np.minimum(scope, _reached(law, version, population, setting, memo))


def _same(population: Population, value: int) -> Truths:
    return np.full(population.size, value, dtype=np.int8)


def _reached(
    law: Law, version: LawVersion, population: Population, setting: Setting, memo: Memo
) -> Truths:
    """Return per firm whether the day has come from which the law applies to such a firm."""
    if not version.application:
        begins = [item.start for item in law.status if item.value is LawStatus.IN_FORCE]
        if not begins:
            return _same(population, UNKNOWN)
        return _same(population, YES if setting.day >= begins[0] else NO)
    # As for one firm: every application that may be the first to hold is a candidate.
    waiting = np.ones(population.size, dtype=np.bool_)
    all_come, none_come, found = waiting.copy(), waiting.copy(), ~waiting
    for item in version.application:
        come = _come(item, population, setting.day)
        holds = _same(population, YES)
        if item.when is not None:
            holds = evaluate_all(prepare(item.when, version.rules, setting), population, memo)
        candidate = waiting & (holds != NO)
        all_come &= ~candidate | (come == YES)
        none_come &= ~candidate | (come == NO)
        found |= candidate
        waiting &= holds != YES
    result = np.where(all_come, YES, np.where(none_come, NO, UNKNOWN))
    return np.where(found, result, UNKNOWN).astype(np.int8)


def _come(item: Application, population: Population, day: date) -> Truths:
    result = _same(population, UNKNOWN)
    ends = population.column(Cell(YEAR_END))
    first, last = begin_of(item, None)
    if day >= last or day < first:
        result[:] = YES if day >= last else NO
    elif ends is not None:
        for end in np.unique(ends[~np.isnan(ends)]):
            result[ends == end] = YES if day >= begin_of(item, int(end))[0] else NO
    return result


def sweep(
    law: Law,
    population: Population,
    book: LawBook,
    day: date,
    varied: Sequence[str],
    points: Sequence[Number | date],
) -> Sweep:
    """Count firms in, out and unknown while thresholds, or `as_of`, take the values given.

    Several thresholds move together.

    Everything else stays as the law has it on `day`. Firms enter or leave only where both answers
    are sure, so unknown firms never count as moving.
    """
    memo: Memo = {}
    base_scope, base_applies = scope_of_all(law, population, book, day, None, memo)
    is_day = list(varied) == ["as_of"]
    stands = day if is_day else thresholds(law, book, day).get(varied[0])
    found = []
    for at in points:
        on = at if is_day and isinstance(at, date) else day
        moved = None if is_day else dict.fromkeys(varied, at)
        scope, applies = scope_of_all(law, population, book, on, moved, memo)
        found.append(_point(law, at, on, scope, applies, base_scope))
    return Sweep(
        law=law.id,
        name=law.name,
        varied=tuple(varied),
        as_of=day,
        as_it_stands=stands,
        firms=population.size,
        base=_point(
            law, stands if stands is not None else 0, day, base_scope, base_applies, base_scope
        ),
        points=tuple(found),
    )


def _point(
    law: Law, at: Number | date, day: date, scope: Truths, applies: Truths, base: Truths
) -> SweepPoint:
    version, status = law.version_on(day), law.status_on(day)
    return SweepPoint(
        at=at,
        version=version.id if version else None,
        status=status.value if status else LawStatus.NOT_YET,
        firms_in=int((scope == YES).sum()),
        firms_out=int((scope == NO).sum()),
        firms_unknown=int((scope == UNKNOWN).sum()),
        entering=int(((scope == YES) & (base == NO)).sum()),
        leaving=int(((scope == NO) & (base == YES)).sum()),
        applies=int((applies == YES).sum()),
    )
