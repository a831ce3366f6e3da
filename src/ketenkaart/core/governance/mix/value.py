"""What a choice covers, and what one option more would add: the value of a mix."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.mix.problem import Problem


class Covered:
    """How far every cell is covered while options are added; both rules never un-cover.

    With the rule `independent` a cell is open by the product of what each option leaves; with
    `largest` by the smallest of these. Both make a monotone submodular function of the choice
    (Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14:265-294).
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.open = np.ones(len(problem.weights))

    def gain(self, k: int) -> float:
        """Return the weight that option k would cover beside what is covered."""
        cells, shares = self._problem.row(k)
        return float((self._problem.weights[cells] * self._added(cells, shares)).sum())

    def add(self, k: int) -> None:
        """Take option k."""
        cells, shares = self._problem.row(k)
        self.open[cells] -= self._added(cells, shares)

    def _added(self, cells: np.ndarray[tuple[int], np.dtype[np.int64]], shares: Floats) -> Floats:
        left = self.open[cells]
        if self._problem.rule == "independent":
            return np.asarray(left * shares)
        return np.maximum(left - (1.0 - shares), 0.0)

    def by_block(self, blocks: int) -> Floats:
        """Return the covered weight of every block."""
        covered = self._problem.weights * (1.0 - self.open)
        return np.bincount(self._problem.blocks, covered, minlength=blocks).astype(np.float64)

    def total(self) -> float:
        """Return the covered weight."""
        return float((self._problem.weights * (1.0 - self.open)).sum())

    def worth(self) -> float:
        """Return what the problem wants most of: the covered weight, or the worst sector's share.

        For the worst sector that is its covered share times the weight of all that count, and a
        ten-thousandth of the covered weight, so that of equals the mix that covers more is better.
        """
        floors = self._problem.floors
        if floors is None:
            return self.total()
        counts = floors > 0
        if not counts.any():
            return self.total()
        least = float((self.by_block(len(floors))[counts] / floors[counts]).min())
        return least * float(floors.sum()) + TIE * self.total()


TIE = 1e-4
"""What covered weight counts beside the worst sector: only enough to tell equals apart."""


def covered_by(problem: Problem, chosen: Booleans | Iterable[int]) -> Covered:
    """Return how far every cell is covered by a choice: a mask (K,) or option numbers."""
    found = Covered(problem)
    numbers = np.asarray(chosen if isinstance(chosen, np.ndarray) else list(chosen))
    for k in np.flatnonzero(numbers) if numbers.dtype == bool else numbers:
        found.add(int(k))
    return found


def gains(problem: Problem, covered: Covered) -> Floats:
    """Return for every option (K,) the weight that it would add, all in one pass."""
    left = covered.open[problem.cells]
    if problem.rule == "independent":
        added = left * problem.shares
    else:
        added = np.maximum(left - (1.0 - problem.shares), 0.0)
    sums = np.concatenate([[0.0], np.cumsum(problem.weights[problem.cells] * added)])
    return np.asarray(sums[problem.starts[1:]] - sums[problem.starts[:-1]])
