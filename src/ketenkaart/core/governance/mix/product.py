"""The best mix where reaches overlap by chance: cuts until the bound and the value meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.mix.greedy import Choice
from ketenkaart.core.governance.mix.problem import Ints, Problem, merge
from ketenkaart.core.governance.mix.programme import (
    SCALE,
    Clock,
    Effort,
    better_of,
    minimise,
    proven,
)
from ketenkaart.core.governance.mix.value import TIE, Covered, covered_by

MOST_PARTS = 80
"""Cells are bounded together in at most this many parts: more prove faster but solve slower."""


BROKEN = 1e-9 * SCALE
"""A cut is kept for the parts where it takes away at least this much of the scaled weight."""


@dataclass(slots=True)
class _Cuts:
    """Upper bounds on the covered weight of every part, linear in the options."""

    problem: Problem
    parts: Ints
    count: int
    rows: list[Floats]
    tops: list[Floats]
    places: list[Ints]

    def values(self, covered: Covered) -> Floats:
        covered_weight = self.problem.weights * (1.0 - covered.open)
        return np.bincount(self.parts, covered_weight, minlength=self.count).astype(np.float64)

    def table(self, per_entry: Floats) -> Floats:
        """Return sums of values per entry over (part, option); shape (parts, K)."""
        problem = self.problem
        place = self.parts[problem.cells] * problem.options + problem.owner()
        summed = np.bincount(place, per_entry, minlength=self.count * problem.options)
        return summed.astype(np.float64).reshape(self.count, problem.options)

    def gains_at(self, covered: Covered) -> Floats:
        problem = self.problem
        return self.table(
            problem.weights[problem.cells] * covered.open[problem.cells] * problem.shares
        )

    def losses_at(self, chosen: Booleans) -> Floats:
        """Return what each part loses when one chosen option is taken out; (parts, K)."""
        problem = self.problem
        logs, certain = self._logs(chosen)
        others = logs[problem.cells] - np.where(
            problem.shares < 1.0, np.log1p(-np.minimum(problem.shares, 1 - 1e-16)), 0.0
        )
        blocked = certain[problem.cells] - (problem.shares >= 1.0)
        left = np.where(blocked > 0, 0.0, np.exp(others))
        weight = problem.weights[problem.cells] * left * problem.shares
        return self.table(np.where(chosen[problem.owner()], weight, 0.0))

    def _logs(self, chosen: Booleans) -> tuple[Floats, Floats]:
        """Return per cell the logarithm of what shares below one leave, and how many are one."""
        problem = self.problem
        taken = chosen[problem.owner()]
        full = problem.shares >= 1.0
        m = len(problem.weights)
        logs = np.bincount(
            problem.cells[taken & ~full],
            np.log1p(-problem.shares[taken & ~full]),
            minlength=m,
        )
        return logs.astype(np.float64), np.bincount(
            problem.cells[taken & full], minlength=m
        ).astype(np.float64)


def _parts(problem: Problem) -> tuple[Ints, int]:
    """Return a part per cell: its block and the options that reach it; the lightest share one."""
    m = len(problem.weights)
    marks = np.random.default_rng(3).random(problem.options)
    support = np.bincount(problem.cells, marks[problem.owner()], minlength=m)
    keys = np.stack([problem.blocks.astype(np.float64), np.round(support, 12)])
    _, part = np.unique(keys, axis=1, return_inverse=True)
    part = part.reshape(-1)
    weight = np.bincount(part, problem.weights)
    blocks = np.zeros(len(weight), dtype=np.int64)
    blocks[part] = problem.blocks
    names = np.full(len(weight), -1)
    heavy = np.argsort(-weight, kind="stable")[:MOST_PARTS]
    names[heavy] = np.arange(len(heavy))
    light = names < 0
    if light.any():
        _, rest = np.unique(blocks[light], return_inverse=True)
        names[light] = len(heavy) + rest.reshape(-1)
    return names[part].astype(np.int64), int(names.max()) + 1


def solve_product(
    cells: Problem, asked: Problem, start: Choice, effort: Effort, clock: Clock
) -> Choice:
    """Return the best choice under the product rule, by cuts that hold for every choice.

    For a monotone submodular f and any S, every T obeys (Nemhauser & Wolsey 1981)
    f(T) <= f(S) + sum over T - S of gain at S - sum over S - T of loss at everything, and
    f(T) <= f(S) + sum over T - S of gain at nothing - sum over S - T of loss at S.
    A linear programme with such cuts comes first, then whole numbers; each lowers the bound.
    `cells` values choices as `asked` does.
    """
    merged = merge(cells)
    total = float(merged.weights.sum())
    most = total if asked.floors is None else float(asked.floors.sum()) + TIE * total
    if total <= 0 or most <= 0:
        return replace(start, bound=start.value)
    work = _Approach(asked, merged, replace(start, bound=min(start.bound, most)), total)
    ends = clock() + effort.seconds
    is_whole = False
    while clock() < ends and work.best.gap > effort.gap:
        result = work.programme(effort, ends - clock(), is_whole=is_whole)
        if result.x is None or (result.status != 0 and not is_whole):
            break
        if work.learn(result, is_whole=is_whole):
            continue
        if is_whole:
            break
        is_whole = True
    return work.best


class _Approach:
    """One outer approximation: its cuts, and the best choice and bound so far."""

    def __init__(self, asked: Problem, merged: Problem, best: Choice, total: float) -> None:
        """Cut at nothing, at everything, and along the choice to start from."""
        self.asked, self.best = asked, best
        self._unit = SCALE / total
        self.problem = replace(
            merged,
            weights=merged.weights * self._unit,
            floors=None if merged.floors is None else merged.floors * self._unit,
        )
        parts, count = _parts(self.problem)
        self.cuts = _Cuts(self.problem, parts, count, [], [], [])
        K = merged.options
        everything = np.ones(K, dtype=bool)
        self._at_none = self.cuts.gains_at(Covered(self.problem))
        self._at_all = self.cuts.losses_at(everything)
        self._rounds = 0
        self._last = float("inf")
        self._at: tuple[Floats, Floats] | None = None
        sofar = np.zeros(K, dtype=bool)
        self._cut(sofar)
        self._cut(everything)
        for k in best.order:
            sofar[k] = True
        self._cut(sofar)

    def _cut(self, chosen: Booleans) -> None:
        covered = covered_by(self.problem, chosen)
        value = self.cuts.values(covered)
        inside = chosen[None, :]
        ahead = np.where(inside, self._at_all, self.cuts.gains_at(covered))
        self._keep(ahead, value - np.where(inside, self._at_all, 0.0).sum(axis=1))
        losses = self.cuts.losses_at(chosen)
        behind = np.where(inside, losses, self._at_none)
        self._keep(behind, value - losses.sum(axis=1))

    def _keep(self, slopes: Floats, level: Floats) -> None:
        """Keep eta_part <= level + slopes . chosen, for parts that the last solution breaks it."""
        which = np.arange(self.cuts.count)
        if self._at is not None:
            x, eta = self._at
            which = np.flatnonzero(eta > level + slopes @ x + BROKEN)
        if len(which):
            self.cuts.rows.append(slopes[which])
            self.cuts.tops.append(level[which])
            self.cuts.places.append(which)

    def _cut_smooth(self, x: Floats) -> None:
        """Cut by the tangent at x of 1 - exp(-u), u = sum of -log(1 - share) x: concave in x."""
        problem = self.problem
        rates = -np.log1p(-np.minimum(problem.shares, 1.0 - 1e-9))
        owner = problem.owner()
        u = np.bincount(problem.cells, rates * x[owner], minlength=len(problem.weights))
        left = problem.weights * np.exp(-u)
        slopes = self.cuts.table(left[problem.cells] * rates)
        value = np.bincount(
            self.cuts.parts, problem.weights * (1.0 + 1e-9) - left, minlength=self.cuts.count
        )
        self._keep(slopes, value - slopes @ x)

    def programme(self, effort: Effort, seconds: float, *, is_whole: bool) -> Any:
        """Return the best of the programme with all cuts so far."""
        K, G = self.problem.options, self.cuts.count
        floors = self.problem.floors
        worst = floors is not None
        width = K + G + int(worst)
        sheets = [
            (_sheet(slopes, place, width), level)
            for slopes, level, place in zip(
                self.cuts.rows, self.cuts.tops, self.cuts.places, strict=True
            )
        ]
        objective = np.concatenate([np.zeros(K), -np.ones(G)])
        upper = np.concatenate([np.ones(K), np.full(G, np.inf)])
        if floors is not None:
            sheets.append(self._least(floors, width))
            objective = np.append(objective * TIE, -float(floors.sum()))
            upper = np.append(upper, 1.0)
        return minimise(
            objective,
            sheets,
            self.problem.conditions,
            upper,
            options=K,
            gap=effort.gap / 4,
            seconds=seconds,
            is_whole=is_whole,
        )

    def _least(self, floors: Floats, width: int) -> tuple[Any, Floats]:
        """Return: the least share times a sector's weight is at most what it has covered."""
        from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

        K, G = self.problem.options, self.cuts.count
        block = np.zeros(G, dtype=np.int64)
        block[self.cuts.parts] = self.problem.blocks
        part = np.flatnonzero(floors[block] > 0)
        counting = np.flatnonzero(floors > 0)
        values = np.concatenate([-np.ones(len(part)), floors[counting]])
        rows = np.concatenate([block[part], counting])
        columns = np.concatenate([K + part, np.full(len(counting), width - 1)])
        table = coo_array((values, (rows, columns)), shape=(len(floors), width))
        return table, np.zeros(len(floors))

    def learn(self, result: Any, *, is_whole: bool) -> bool:
        """Take bound and choice from a programme and cut off what it overrated.

        Returns whether going on in the same way is worth it.
        """
        x = np.clip(result.x[: self.problem.options], 0.0, 1.0)
        K, G = self.problem.options, self.cuts.count
        self._at = (x, result.x[K : K + G])
        bound = proven(result) if is_whole else -float(result.fun)
        lowest = min(self.best.bound, bound / self._unit)
        self.best = replace(self.best, bound=max(self.best.value, lowest))
        if is_whole:
            chosen = np.asarray(x > 0.5)
            found = better_of(self.asked, self.best, result)
            self.best = replace(found, bound=max(found.value, self.best.bound))
            before = len(self.cuts.rows)
            self._cut(chosen)
            return len(self.cuts.rows) > before
        self._rounds += 1
        for part in (0.01, 0.5, 0.99):
            self._cut(np.asarray(x > part))
        self._cut_smooth(x)
        gained = self._last - bound
        self._last = bound
        return self._rounds < 30 and gained > 1e-4 * bound


def _sheet(slopes: Floats, place: Ints, width: int) -> Any:
    """Return the rows eta_part - slopes . chosen of one cut, over all variables."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

    G, K = slopes.shape
    part, option = np.nonzero(slopes)
    own = np.arange(G)
    values = np.concatenate([-slopes[part, option], np.ones(G)])
    spots = (np.concatenate([part, own]), np.concatenate([option, K + place]))
    return coo_array((values, spots), shape=(G, width))
