"""Answer the same prepared conditions for a whole population at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.governance.rules.kleene import NO, UNKNOWN, YES
from ketenkaart.core.governance.rules.tree import (
    AtLeast,
    Either,
    Every,
    Leaf,
    Node,
    Opposite,
)
from ketenkaart.core.governance.rules.values import Cell

Truths = NDArray[np.int8]
Floats = NDArray[np.float64]
MOST_KEPT = 400_000_000


@dataclass(frozen=True, slots=True)
class Population:
    """Firms as columns: per cell a value per firm, NaN where it is not known.

    A cell of year 0 holds in every year, for the firms that have no value of that very year.
    """

    size: int
    columns: Mapping[Cell, Floats]

    def column(self, cell: Cell) -> Floats | None:
        """Return what is known of a cell per firm, or `None` where nobody's is known."""
        own = self.columns.get(cell)
        always = self.columns.get(replace(cell, year=0)) if cell.year else None
        if own is None or always is None:
            return always if own is None else own
        return np.where(np.isnan(own), always, own)

    def years(self) -> list[int]:
        """Return the years for which there are columns, oldest first."""
        return sorted({cell.year for cell in self.columns if cell.year})


def evaluate_all(
    node: Node, population: Population, memo: dict[Node, Truths] | None = None
) -> Truths:
    """Return per firm no (0), unknown (1) or yes (2): what `evaluate` says of each one.

    `memo` keeps the answers of parts, so that parts which stay the same while a threshold moves
    are answered once. What is returned may stand in it: do not write into it.
    """
    if memo is not None and node in memo:
        return memo[node]
    result = _evaluate(node, population, memo)
    if memo is not None and len(memo) * population.size < MOST_KEPT:
        memo[node] = result
    return result


def _evaluate(node: Node, population: Population, memo: dict[Node, Truths] | None) -> Truths:
    if isinstance(node, Leaf):
        return _compare(node, population)
    if isinstance(node, Opposite):
        part = evaluate_all(node.part, population, memo)
        return np.asarray(YES - part, dtype=np.int8)
    if isinstance(node, Either):
        return _either(node, population, memo)
    values = [evaluate_all(part, population, memo) for part in node.parts]
    if isinstance(node, Every):
        return np.asarray(np.minimum.reduce(values), dtype=np.int8)
    if isinstance(node, AtLeast):
        return _count(node.needed, values)
    return _sustained(values)


def _compare(leaf: Leaf, population: Population) -> Truths:
    values = population.column(leaf.cell)
    if values is None or not leaf.limits:
        return np.full(population.size, UNKNOWN, dtype=np.int8)
    limit = leaf.limits[0]
    if leaf.test == "more_than":
        holds = values > limit
    elif leaf.test in ("at_least", "on_or_after"):
        holds = values >= limit
    elif leaf.test in ("less_than", "before"):
        holds = values < limit
    elif leaf.test == "at_most":
        holds = values <= limit
    elif len(leaf.limits) == 1:
        holds = values == limit
    else:
        holds = np.isin(values, leaf.limits)
    result = holds.astype(np.int8)
    result *= YES
    result[np.isnan(values)] = UNKNOWN
    return result


def _count(needed: int, values: Sequence[Truths]) -> Truths:
    if needed == 1:
        return np.asarray(np.maximum.reduce(values), dtype=np.int8)
    sure = np.sum([one == YES for one in values], axis=0)
    possible = np.sum([one != NO for one in values], axis=0)
    return np.where(sure >= needed, YES, np.where(possible < needed, NO, UNKNOWN)).astype(np.int8)


def _either(node: Either, population: Population, memo: dict[Node, Truths] | None) -> Truths:
    test, then, other = (
        evaluate_all(part, population, memo) for part in (node.test, node.then, node.other)
    )
    open_case = np.where(then == other, then, UNKNOWN)
    return np.where(test == YES, then, np.where(test == NO, other, open_case)).astype(np.int8)


def _sustained(years: Sequence[Truths]) -> Truths:
    """Follow the four possible states (met, holds) per firm from the oldest year on."""
    size = len(years[0])
    possible = {(met, holds): np.ones(size, dtype=np.bool_) for met in (0, 1) for holds in (0, 1)}
    for values in reversed(years):
        course = {0: values != YES, 1: values != NO}
        before = possible
        possible = {key: np.zeros(size, dtype=np.bool_) for key in before}
        for (met_before, holds), was in before.items():
            for met, may in course.items():
                now = met if met == met_before else holds
                possible[met, now] |= was & may
    may_hold = possible[0, 1] | possible[1, 1]
    may_not = possible[0, 0] | possible[1, 0]
    return np.where(may_hold & may_not, UNKNOWN, np.where(may_hold, YES, NO)).astype(np.int8)
