"""Which single missing fact says most about an open answer?

Our own rule of thumb (grade: assumed): the parts of a missing fact's range that the law tells
apart are taken as equally likely, independent of those of other facts, and the same in every year
that is open. The question chosen is the one after whose answer the expected entropy (Shannon 1948)
of in-or-out is smallest. It orders questions only; no answer of the engine rests on it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.governance.rules.evaluate import evaluate
from ketenkaart.core.governance.rules.kleene import UNKNOWN
from ketenkaart.core.governance.rules.sweep import Floats, Population, evaluate_all
from ketenkaart.core.governance.rules.tree import Either, Leaf, Node, Opposite, leaves_of, pieces
from ketenkaart.core.governance.rules.values import Cell, Facts

MOST_COMPLETIONS = 1 << 12


@dataclass(frozen=True, slots=True)
class Question:
    """A missing cell, and how much of the uncertainty (in bits) its answer is expected to take."""

    cell: Cell
    bits: float


def open_cells(node: Node, facts: Facts) -> list[Cell]:
    """Return the cells that could still change an unknown answer, in the order of the law."""
    return list(dict.fromkeys(_open(node, facts)))


def _open(node: Node, facts: Facts) -> list[Cell]:
    if evaluate(node, facts) != UNKNOWN:
        return []
    if isinstance(node, Leaf):
        return [node.cell] if node.limits else []
    if isinstance(node, Opposite):
        return _open(node.part, facts)
    if isinstance(node, Either):
        test = evaluate(node.test, facts)
        # The year that is closed in any case comes first.
        branches = (node.other, node.then) if test == UNKNOWN else _taken(node, test)
        own = [node.test.cell] if test == UNKNOWN else []
        return [*[cell for part in branches for cell in _open(part, facts)], *own]
    return [cell for part in node.parts for cell in _open(part, facts)]


def _taken(node: Either, test: int) -> tuple[Node]:
    return (node.then if test else node.other,)


def next_question(
    node: Node, facts: Facts, together: Collection[str] = (), *, seed: int = 0
) -> Question | None:
    """Return the question that is expected to say most, or `None` if no fact could settle it.

    The cells of the facts in `together` are one question: either nothing, or one of them, is then
    taken as equally likely. All completions are counted where they are at most 4096, else a
    sample of so many, drawn with `seed`. Facts that are stated to be unknown, refused or not
    researched are asked for only when nothing else is open.
    """
    groups: dict[Cell, list[Cell]] = {}
    for cell in open_cells(node, facts):
        key = replace(cell, unit="" if cell.fact in together else cell.unit, year=0)
        groups.setdefault(key, []).append(cell)
    if not groups:
        return None
    grid, columns = _completions(node, facts, list(groups.values()), seed)
    size = grid.shape[1]
    known = {
        leaf.cell: np.full(size, span[0])
        for leaf in leaves_of(node)
        if leaf.cell not in columns and (span := facts.span(leaf.cell)) is not None
    }
    chance = evaluate_all(node, Population(size, {**known, **columns})) / 2.0
    before = _entropy(chance.mean())
    found = [
        Question(_asked(key, cells), round(before - _after(chance, row), 9))
        for (key, cells), row in zip(groups.items(), grid, strict=True)
    ]
    willing = [one for one in found if not facts.is_answered(one.cell)]
    return max(willing or found, key=lambda one: one.bits)


def _asked(key: Cell, cells: list[Cell]) -> Cell:
    """Return the cell to ask for: of the first year, and of one line only if one line is open."""
    first = cells[0]
    is_one = all(cell.unit == first.unit for cell in cells)
    return first if is_one else replace(key, year=first.year)


def _after(chance: Floats, answers: NDArray[np.int64]) -> float:
    """Return the entropy that is expected to be left after one answer."""
    counts = np.bincount(answers)
    means = np.bincount(answers, weights=chance)
    left = 0.0
    for n, total in zip(counts.tolist(), means.tolist(), strict=True):
        if n > 0:
            left += n / len(chance) * _entropy(total / n)
    return left


def _completions(
    node: Node, facts: Facts, groups: list[list[Cell]], seed: int
) -> tuple[NDArray[np.int64], dict[Cell, Floats]]:
    """Return completions of the open cells: which answer per group, and the values of the cells."""
    leaves = leaves_of(node)
    answers: list[list[dict[Cell, float]]] = []
    for cells in groups:
        units = list(dict.fromkeys(cell.unit for cell in cells))
        parts: dict[str, list[float]] = {}
        for unit in units:
            same = [cell for cell in cells if cell.unit == unit]
            tests = [leaf for leaf in leaves if leaf.cell in same]
            parts[unit] = pieces(tests, facts.span(same[0]))
        if len(units) == 1:
            answers.append([dict.fromkeys(cells, value) for value in parts[units[0]]])
        else:
            none = {cell: parts[cell.unit][0] for cell in cells}
            singles = [
                {**none, **{cell: parts[unit][-1] for cell in cells if cell.unit == unit}}
                for unit in units
            ]
            answers.append([*[none] * len(singles), *singles])
    total = 1
    for answer in answers:
        total *= len(answer)
    if total <= MOST_COMPLETIONS:
        grid = np.indices([len(answer) for answer in answers]).reshape(len(answers), -1)
    else:
        draw = np.random.default_rng(seed)
        grid = np.array([draw.integers(len(answer), size=MOST_COMPLETIONS) for answer in answers])
    columns = {
        cell: np.array([one[cell] for one in answer])[row]
        for cells, answer, row in zip(groups, answers, grid, strict=True)
        for cell in cells
    }
    return grid, columns


def _entropy(chance: float) -> float:
    """Return the entropy in bits of a yes with this chance."""
    if chance <= 0 or chance >= 1:
        return 0.0
    return float(-chance * np.log2(chance) - (1 - chance) * np.log2(1 - chance))
