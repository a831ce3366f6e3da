"""The mix as numbers: options, what each reaches of every cell, costs, and linear conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.mix.spread import mixed, spread_bits
from ketenkaart.core.governance.mix.types import Rule

Ints = NDArray[np.int64]

SLACK = 1e-9
"""Conditions are met within this part of their own size: sums of floats are not exact."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One linear condition on the options: sum of factor x chosen is at most `at_most`.

    `name` says what it is in words, `where` names file, line and key, so that a set of conditions
    that cannot hold together can be shown to whoever wrote them.
    """

    name: str
    factors: Floats
    at_most: float
    where: str | None = None

    def holds(self, chosen: Booleans) -> bool:
        """Return whether a choice of options (K,) meets the condition."""
        room = SLACK * max(1.0, abs(self.at_most), float(np.abs(self.factors).max(initial=0.0)))
        return float(self.factors @ chosen) <= self.at_most + room


@dataclass(frozen=True, slots=True)
class Problem:
    """Options and cells. Option k reaches `shares[j]` in (0, 1] of cell `cells[j]` for j from
    `starts[k]` to `starts[k + 1]` (compressed rows); `weights` (m,) >= 0 is what each cell has
    open, `blocks` (m,) the number of its sector. Levels stand as increments: the second level of
    a candidate is an option of its own that requires the first.

    `cost` (K,) is per option; `conditions` include the budget. `needs` holds pairs (option, option
    that it requires), `forced` what must be chosen; both stand among the conditions too. With
    `floors` (blocks,), the weight of every sector that counts and zero for others, a choice is
    worth what the sector covered least has covered; without, all that is covered.
    """

    starts: Ints
    cells: Ints
    shares: Floats
    weights: Floats
    blocks: Ints
    cost: Floats
    conditions: tuple[Condition, ...]
    rule: Rule = "independent"
    needs: tuple[tuple[int, int], ...] = ()
    forced: tuple[int, ...] = ()
    floors: Floats | None = None

    @property
    def options(self) -> int:
        """Number of options."""
        return len(self.cost)

    def row(self, k: int) -> tuple[Ints, Floats]:
        """Return the cells that option k reaches, and how far."""
        part = slice(int(self.starts[k]), int(self.starts[k + 1]))
        return self.cells[part], self.shares[part]

    def is_allowed(self, chosen: Booleans) -> bool:
        """Return whether a choice of options (K,) meets every condition."""
        return all(condition.holds(chosen) for condition in self.conditions)

    def with_needed(self, k: int) -> tuple[int, ...]:
        """Return option k and all that it requires, what is required first."""
        found: list[int] = []
        waiting = [k]
        while waiting:
            item = waiting.pop()
            if item in found:
                found.remove(item)
            found.append(item)
            waiting.extend(needed for option, needed in self.needs if option == item)
        return tuple(reversed(found))

    def owner(self) -> Ints:
        """Return the option behind every entry of `cells`."""
        return np.repeat(np.arange(self.options), np.diff(self.starts))


def problem_of(
    dense: Floats,
    weights: Floats,
    cost: Floats,
    conditions: Sequence[Condition],
    *,
    blocks: Ints | None = None,
    rule: Rule = "independent",
    needs: Sequence[tuple[int, int]] = (),
    forced: Sequence[int] = (),
    floors: Floats | None = None,
) -> Problem:
    """Return the problem of a dense table of shares (K, m).

    >>> made = problem_of(np.array([[1.0, 0.0], [0.5, 0.5]]), np.ones(2), np.ones(2), ())
    >>> made.row(1)[0].tolist(), made.row(0)[1].tolist()
    ([0, 1], [1.0])
    """
    owner, cells = np.nonzero(dense)
    starts = np.searchsorted(owner, np.arange(len(dense) + 1))
    return Problem(
        starts=starts.astype(np.int64),
        cells=cells.astype(np.int64),
        shares=dense[owner, cells],
        weights=weights,
        blocks=np.zeros(len(weights), dtype=np.int64) if blocks is None else blocks,
        cost=cost,
        conditions=tuple(conditions),
        rule=rule,
        needs=tuple(needs),
        forced=tuple(forced),
        floors=floors,
    )


def merge(problem: Problem) -> Problem:
    """Return the same problem with cells that every option treats alike taken together.

    Exact: a cell matters only through its block and what each option reaches of it. Cells that no
    option reaches, or without weight, are left out. Rows are told apart by 128 bits each.
    """
    m = len(problem.weights)
    owner = problem.owner()
    keys = np.zeros((2, m), dtype=np.uint64)
    for k in range(problem.options):
        cells, shares = problem.row(k)
        keys[:, cells] += spread_bits(shares, k)
    keys[0] += mixed(problem.blocks.astype(np.uint64) + np.uint64(7919))
    used = np.zeros(m, dtype=bool)
    used[problem.cells] = True
    used &= problem.weights > 0
    which = np.flatnonzero(used)
    order = np.lexsort((keys[1, which], keys[0, which]))
    ranked = keys[:, which[order]]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (ranked[:, 1:] != ranked[:, :-1]).any(axis=0)
    group = np.full(m, -1)
    group[which[order]] = np.cumsum(is_new) - 1
    count = int(is_new.sum())
    firsts = np.zeros(m, dtype=bool)
    firsts[which[order[is_new]]] = True
    kept = firsts[problem.cells]
    merged_weights = np.bincount(group[which], problem.weights[which], minlength=count).astype(
        np.float64
    )
    blocks = np.zeros(count, dtype=np.int64)
    blocks[group[which]] = problem.blocks[which]
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner[kept], minlength=problem.options))])
    return replace(
        problem,
        starts=starts.astype(np.int64),
        cells=group[problem.cells[kept]].astype(np.int64),
        shares=problem.shares[kept],
        weights=merged_weights,
        blocks=blocks,
    )
