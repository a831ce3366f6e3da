"""Cells that every instrument treats alike, taken together: coverage once per pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.chain.types import Booleans, Exposure, Floats
from ketenkaart.core.governance.coverage import Tally, cell_coverage
from ketenkaart.core.governance.mix.problem import Ints
from ketenkaart.core.governance.mix.spread import spread_bits
from ketenkaart.core.governance.reach import Reach

ENDS = 3


@dataclass(frozen=True, slots=True)
class Patterns:
    """Instruments laid over cells, per pattern of cells that all of them treat alike.

    `of_cell` (cells,) names the pattern of every cell of an exposure (buyers, groups, n, layers),
    flattened. `structure` (K, 3, patterns) is the share in scope at the low, central and high end,
    without uptake and depth; `scale` (K, 3) is these two, `issues` (K, 3, issues) whether an issue
    is in scope; the reach of a cell is the product of the three.
    """

    names: tuple[str, ...]
    of_cell: Ints
    structure: Floats
    scale: Floats
    issues: Floats
    is_known: Booleans

    def share(self, k: int, end: int, issue: int) -> Floats:
        """Return what instrument k reaches of every pattern for one end and issue."""
        factor = self.scale[k, end] * self.issues[k, end, issue]
        return np.asarray(self.structure[k, end] * factor)

    def under(self, reaches: Sequence[Reach], rows: Sequence[int]) -> Patterns:
        """Return the patterns under other uptakes: `rows` names the structure of each reach."""
        return Patterns(
            names=tuple(item.instrument for item in reaches),
            of_cell=self.of_cell,
            structure=self.structure[list(rows)],
            scale=np.array([item.scale for item in reaches]).reshape(len(reaches), ENDS),
            issues=np.array([item.issues for item in reaches]).reshape(len(reaches), ENDS, -1),
            is_known=np.array([item.is_known for item in reaches], dtype=bool),
        )


def patterns_of(exposure: Exposure, reaches: Sequence[Reach], products: Ints) -> Patterns:
    """Return the patterns of an exposure under instruments; `products` as in `coverage.tally`."""
    shape = exposure.values.shape
    cells = int(np.prod(shape))
    key = np.zeros((2, cells), dtype=np.uint64)
    flat = [_structure(item, products, shape) for item in reaches]
    for k, ends in enumerate(flat):
        for end, values in enumerate(ends):
            if end == 0 or not np.array_equal(values, ends[end - 1]):
                key += spread_bits(values, ENDS * k + end)
    _, first, of_cell = np.unique(
        key.T.copy().view([("a", np.uint64), ("b", np.uint64)]).ravel(),
        return_index=True,
        return_inverse=True,
    )
    count = len(reaches)
    return Patterns(
        names=tuple(item.instrument for item in reaches),
        of_cell=of_cell.reshape(-1).astype(np.int64),
        structure=np.array([[values[first] for values in ends] for ends in flat]).reshape(
            count, ENDS, len(first)
        ),
        scale=np.array([item.scale for item in reaches]).reshape(count, ENDS),
        issues=np.array([item.issues for item in reaches]).reshape(count, ENDS, -1),
        is_known=np.array([item.is_known for item in reaches], dtype=bool),
    )


def _structure(item: Reach, products: Ints, shape: tuple[int, ...]) -> list[Floats]:
    bare = replace(item, scale=np.ones(ENDS), issues=np.ones((ENDS, 1)))
    found = [np.broadcast_to(bare.share(end, 0, products), shape) for end in range(ENDS)]
    return [np.ascontiguousarray(values).ravel() for values in found]


def tally_of(exposure: Exposure, patterns: Patterns, issues: int) -> Tally:
    """Return what `coverage.tally` returns, without credits, from patterns: the same sums."""
    E = exposure.values
    buyers, _, n, layers = E.shape
    place = np.broadcast_to(
        np.arange(buyers * n * layers).reshape(buyers, 1, n, layers), E.shape
    ).ravel()
    flat = E.ravel()
    shape = (issues, buyers, n, layers)
    names = ("open_low", "open_central", "open_high", "open_low_known", "in_unknown_scope")
    arrays = {name: np.zeros(shape) for name in names}
    known = np.flatnonzero(patterns.is_known)
    unknown = np.flatnonzero(~patterns.is_known)
    everything = np.arange(len(patterns.names))
    for issue in range(issues):

        def shares(which: Ints, end: int, issue: int = issue) -> list[Floats]:
            return [patterns.share(int(k), end, issue) for k in which]

        low, central, high = cell_coverage(
            shares(known, 0), shares(known, 1), shares(everything, 2)
        )
        _, _, high_known = cell_coverage([], [], shares(known, 2))
        _, _, in_scope = cell_coverage([], [], [np.ceil(a) for a in shares(unknown, 2)])
        parts = (1.0 - high, 1.0 - central, 1.0 - low, 1.0 - high_known, in_scope)
        for name, part in zip(names, parts, strict=True):
            per_cell = (
                flat * np.broadcast_to(part, (patterns.structure.shape[2],))[patterns.of_cell]
            )
            arrays[name][issue] = np.bincount(place, per_cell).reshape(shape[1:])
    return Tally(exposure=E.sum(axis=1), credited=(), credit=np.zeros((0, *shape)), **arrays)
