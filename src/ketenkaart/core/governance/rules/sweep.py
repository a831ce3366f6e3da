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


def evaluate_all(node: Node, population: Population) -> Truths:
    """Return per firm no (0), unknown (1) or yes (2): what `evaluate` says of each one."""
    if isinstance(node, Leaf):
        return _compare(node, population)
    if isinstance(node, Opposite):
        return np.asarray(YES - evaluate_all(node.part, population), dtype=np.int8)
    if isinstance(node, Either):
        return _either(node, population)
    if isinstance(node, AtLeast) and node.needed > 1:
        return _count(node, population)
    if isinstance(node, Every | AtLeast):
        join = np.minimum if isinstance(node, Every) else np.maximum
        result = evaluate_all(node.parts[0], population)
        for part in node.parts[1:]:
            join(result, evaluate_all(part, population), out=result)
        return result
    return _sustained([evaluate_all(part, population) for part in node.parts])


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


def _count(node: AtLeast, population: Population) -> Truths:
    sure = np.zeros(population.size, dtype=np.int16)
    possible = np.zeros(population.size, dtype=np.int16)
    for part in node.parts:
        values = evaluate_all(part, population)
        sure += values == YES
        possible += values != NO
    return np.where(sure >= node.needed, YES, np.where(possible < node.needed, NO, UNKNOWN)).astype(
        np.int8
    )


def _either(node: Either, population: Population) -> Truths:
    test = evaluate_all(node.test, population)
    then, other = evaluate_all(node.then, population), evaluate_all(node.other, population)
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
