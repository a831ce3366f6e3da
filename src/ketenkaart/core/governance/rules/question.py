"""Which single missing fact says most about an open answer?

Our own rule of thumb (grade: assumed): the parts of a missing cell's range that the law tells
apart are taken as equally likely and independent of each other. The question chosen is the one
after whose answer the expected entropy (Shannon 1948) of in-or-out is smallest. It orders
questions only; no answer of the engine rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.governance.rules.evaluate import evaluate
from ketenkaart.core.governance.rules.kleene import UNKNOWN
from ketenkaart.core.governance.rules.sweep import Floats, Population, evaluate_all
from ketenkaart.core.governance.rules.tree import Either, Leaf, Node, Opposite, leaves_of, pieces
from ketenkaart.core.governance.rules.values import Cell, Facts

MOST_COMPLETIONS = 1 << 14


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
        branches = (node.then, node.other) if test == UNKNOWN else _taken(node, test)
        own = [node.test.cell] if test == UNKNOWN else []
        return [*[cell for part in branches for cell in _open(part, facts)], *own]
    return [cell for part in node.parts for cell in _open(part, facts)]


def _taken(node: Either, test: int) -> tuple[Node]:
    return (node.then if test else node.other,)


def next_question(node: Node, facts: Facts, *, seed: int = 0) -> Question | None:
    """Return the question that is expected to say most, or `None` if no fact could settle it.

    All completions are counted where they are at most 16 384, else a sample of so many, drawn with
    `seed`. Facts that are stated to be unknown, refused or not researched are asked for only when
    nothing else is open.
    """
    cells = open_cells(node, facts)
    willing = [cell for cell in cells if not facts.is_answered(cell)]
    if not cells:
        return None
    columns, size = _completions(node, facts, cells, seed)
    known = {
        leaf.cell: np.full(size, span[0])
        for leaf in leaves_of(node)
        if leaf.cell not in columns and (span := facts.span(leaf.cell)) is not None
    }
    population = Population(size, {**known, **columns})
    chance = evaluate_all(node, population) / 2.0
    before = _entropy(chance.mean())
    best: Question | None = None
    for cell in willing or cells:
        values, groups = np.unique(columns[cell], return_inverse=True)
        counts = np.bincount(groups, minlength=len(values))
        means = np.bincount(groups, weights=chance) / counts
        after = sum(n * _entropy(mean) for n, mean in zip(counts, means, strict=True)) / size
        bits = round(before - after, 9)
        if best is None or bits > best.bits:
            best = Question(cell, bits)
    return best


def _completions(
    node: Node, facts: Facts, cells: list[Cell], seed: int
) -> tuple[dict[Cell, Floats], int]:
    """Return every completion of the open cells, or a sample of them, as columns."""
    leaves = leaves_of(node)
    parts = [
        pieces([leaf for leaf in leaves if leaf.cell == cell], facts.span(cell)) for cell in cells
    ]
    total = 1
    for part in parts:
        total *= len(part)
    if total <= MOST_COMPLETIONS:
        grid = np.indices([len(part) for part in parts]).reshape(len(parts), -1)
    else:
        draw = np.random.default_rng(seed)
        grid = np.array([draw.integers(len(part), size=MOST_COMPLETIONS) for part in parts])
    columns = {
        cell: np.asarray(part, dtype=np.float64)[index]
        for cell, part, index in zip(cells, parts, grid, strict=True)
    }
    return columns, grid.shape[1]


def _entropy(chance: float) -> float:
    """Return the entropy in bits of a yes with this chance."""
    if chance <= 0 or chance >= 1:
        return 0.0
    return float(-chance * np.log2(chance) - (1 - chance) * np.log2(1 - chance))
