"""The suppliers of a product, largest first, kept as far down as a search has needed them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.path_bounds import PathBounds
from ketenkaart.core.chain.types import Booleans, Floats

Indices = NDArray[np.int64]
CHUNK_ENTRIES = 1 << 20
SLACK = 0.25
"""A column is kept further down than asked, since thresholds go down before they go up."""


class SortedColumns:
    """Columns of A with their entries in falling order of |A[i, j]| B[i].

    That weight bounds what a path can still carry after the step from j to i, so the steps worth
    taking are always the first few. Only columns that are asked for are read.
    """

    def __init__(self, A: Floats, bounds: PathBounds) -> None:
        n = len(A)
        self._A = np.asarray(A)
        self._bounds = bounds.most
        self._onward = bounds.onward
        self._start = np.zeros(n, dtype=np.int64)
        self._held = np.zeros(n, dtype=np.int64)
        self._floor = np.full(n, np.inf)
        self._more = np.ones(n, dtype=np.bool_)
        self._node: Indices = np.empty(0, dtype=np.int64)
        self._weight = np.empty(0)
        self._value = np.empty(0)

    def steps(self, columns: Indices, cuts: Floats) -> tuple[Indices, Indices, Floats, bool]:
        """Return every step from the given columns that weighs at least its cut.

        For each step: which of the given columns it leaves, the supplying node, and A[i, j]; last,
        whether a step that weighs more than nothing was left out.
        """
        # Most paths have no step worth taking, and their columns are not even read.
        is_worth: Booleans = self._onward[columns] >= cuts
        is_cut = bool((self._onward[columns[~is_worth]] > 0).any())
        worth = np.flatnonzero(is_worth)
        columns, cuts = columns[worth], cuts[worth]
        self._require(columns, cuts)
        counts = self._count(columns, cuts)
        total = int(counts.sum())
        origin = np.repeat(np.arange(len(columns)), counts)
        first = np.cumsum(counts) - counts
        at = np.arange(total) - first[origin] + self._start[columns][origin]
        is_cut = is_cut or bool((self._more[columns] | (counts < self._held[columns])).any())
        return worth[origin], self._node[at], self._value[at], is_cut

    def _require(self, columns: Indices, cuts: Floats) -> None:
        lowest = np.full(len(self._floor), np.inf)
        np.minimum.at(lowest, columns, cuts)
        missing = np.flatnonzero(lowest < self._floor)
        if not len(missing):
            return
        size = max(1, CHUNK_ENTRIES // len(self._floor))
        parts = [
            self._read(missing[at : at + size], SLACK * lowest[missing[at : at + size]])
            for at in range(0, len(missing), size)
        ]
        nodes, weights, values, held = (np.concatenate(part) for part in zip(*parts, strict=True))
        self._start[missing] = len(self._node) + np.cumsum(held) - held
        self._held[missing] = held
        self._node = np.concatenate([self._node, nodes])
        self._weight = np.concatenate([self._weight, weights])
        self._value = np.concatenate([self._value, values])

    def _read(self, columns: Indices, floors: Floats) -> tuple[Indices, Floats, Floats, Indices]:
        """Return the entries of columns above their floors, sorted, and how many each has."""
        values = (
            self._A.T[columns]
            if self._A.flags.f_contiguous
            else np.ascontiguousarray(self._A[:, columns].T)
        )
        weights = np.abs(values)
        weights *= self._bounds
        positive = weights > 0
        kept = positive & (weights >= floors[:, None])
        column, node = np.nonzero(kept)
        weight = weights[column, node]
        order = np.lexsort((node, -weight, column))
        held = np.bincount(column, minlength=len(columns)).astype(np.int64)
        self._floor[columns] = floors
        self._more[columns] = held < positive.sum(axis=1)
        return node[order], weight[order], values[column[order], node[order]], held

    def _count(self, columns: Indices, cuts: Floats) -> Indices:
        """Return how many entries weigh at least the cut: a binary search in all at once."""
        start = self._start[columns]
        low = np.zeros(len(columns), dtype=np.int64)
        high = self._held[columns]
        while True:
            is_open = low < high
            if not is_open.any():
                return low
            middle = (low + high) // 2
            # A closed search may point past its column; what it reads there is not used.
            at = np.minimum(start + middle, len(self._weight) - 1)
            is_enough = self._weight[at] >= cuts
            low = np.where(is_open & is_enough, middle + 1, low)
            high = np.where(is_open & ~is_enough, middle, high)
