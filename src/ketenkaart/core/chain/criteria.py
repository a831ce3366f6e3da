"""Where in a chain procurement criteria bite: per layer of production, and what none of them does.

A criterion speaks of places (nodes of a table) and of layers: who makes what is bought (0), who
makes its inputs (1), and so on. What it touches is the part of a footprint made there. To touch is
not to change: a criterion that nobody checks touches as much as one that is lived up to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Criterion:
    """What one criterion speaks of: nodes, and layers `first` to `last`, or all deeper ones."""

    name: str
    nodes: tuple[int, ...]
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Bite:
    """What a criterion touches of a footprint, as shares of the whole.

    `layers` has a share per production layer, the last for all deeper ones; they sum to `share`.
    `mean_layer` is how many steps away that lies on average, None where nothing is touched.
    """

    layers: tuple[float, ...]
    share: float
    mean_layer: float | None


def layers_needed(criteria: Sequence[Criterion], least: int) -> int:
    """Return how many layers must be told apart, at least `least`, to judge these criteria.

    >>> layers_needed([Criterion("a", (0,), 2), Criterion("b", (0,), 0, 5)], 3)
    5
    """
    return max([least, *(item.first for item in criteria), *(item.last or 0 for item in criteria)])


def touched_cells(criterion: Criterion, shape: tuple[int, int]) -> Booleans:
    """Return which nodes in which layers a criterion touches; shape (n, layers), the last deeper.

    Raises `InputError` for layers that run backwards.
    """
    if criterion.first < 0 or (criterion.last is not None and criterion.last < criterion.first):
        raise InputError(
            f"The layers of {criterion.name[:40]!r} run backwards",
            where="--criterion",
            fix="Write them like 0, 1-3 or 2-.",
        )
    n, columns = shape
    found = np.zeros((n, columns), dtype=np.bool_)
    last = columns if criterion.last is None else criterion.last + 1
    found[list(criterion.nodes), criterion.first : last] = True
    return found


def bite(criterion: Criterion, values: Floats, later: Floats) -> Bite:
    """Return what a criterion touches of a footprint by layer.

    `values` (n, layers) is the footprint, with all deeper layers last; `later` (n,) is the sum over
    all layers t of t times what is made there, s * L (L y - y), so that the mean counts deeper
    layers at their depth. Raises `InputError` where nothing is embodied at all.

    >>> values = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 1.0]])  # layers 0, 1 and deeper
    >>> found = bite(Criterion("inputs", (1,), 1), values, np.array([0.0, 4.5]))
    >>> found.share, found.layers, found.mean_layer
    (0.75, (0.0, 0.5, 0.25), 1.5)
    """
    whole = float(values.sum())
    if whole == 0:
        raise InputError(
            "Nothing is embodied in this demand",
            where="--demand",
            fix="Choose a demand or an extension that is not zero.",
        )
    cells = touched_cells(criterion, (values.shape[0], values.shape[1]))
    per_layer = np.where(cells, values, 0.0).sum(axis=0)
    touched = float(per_layer.sum())
    nodes = sorted(set(criterion.nodes))
    depths = np.arange(values.shape[1] - 1)
    if criterion.last is None:
        before = values[nodes, : criterion.first] * depths[: criterion.first]
        distance = float(later[nodes].sum() - before.sum())
    else:
        distance = float((per_layer[:-1] * depths).sum())
    return Bite(
        layers=tuple((per_layer / whole).tolist()),
        share=touched / whole,
        mean_layer=distance / touched if touched else None,
    )


def untouched(criteria: Sequence[Criterion], values: Floats) -> tuple[float, ...]:
    """Return, per layer, the share of the whole footprint that no criterion touches."""
    cells = np.zeros(values.shape, dtype=np.bool_)
    for criterion in criteria:
        cells |= touched_cells(criterion, (values.shape[0], values.shape[1]))
    whole = float(values.sum())
    return tuple((np.where(cells, 0.0, values).sum(axis=0) / whole).tolist())
