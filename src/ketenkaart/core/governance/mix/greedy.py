"""A good mix at once: lazy greedy by weight per euro, then swaps; and how much better can be."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.mix.problem import Problem
from ketenkaart.core.governance.mix.value import Covered, covered_by, gains


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of options: which (K,), the weight it covers, and in which order they came.

    `bound` is a proven upper bound on what any allowed choice can cover.
    """

    chosen: Booleans
    value: float
    order: tuple[int, ...]
    bound: float = float("inf")

    @property
    def gap(self) -> float:
        """How far the value may lie below the best, as a share of the bound, in [0, 1]."""
        if self.bound <= 0:
            return 0.0
        return max(0.0, (self.bound - self.value) / self.bound)


def greedy(problem: Problem) -> Choice | None:
    """Return the better of lazy greedy by weight per euro and the best single option.

    What is forced comes first; each option brings what it requires. `None` where that alone breaks
    a condition. Lazy evaluation (Minoux 1978) recomputes only what may come next, since gains
    never grow. With a budget alone the value is at least (1 - 1/e) / 2 of the best (Leskovec et
    al. 2007, KDD, theorem 3); with more conditions only the bound says how good it is.

    >>> from ketenkaart.core.governance.mix.problem import Condition, problem_of
    >>> budget = Condition("budget", np.ones(2), 1.0)
    >>> found = greedy(problem_of(np.array([[1.0, 0.0], [0.5, 1.0]]), np.ones(2), np.ones(2),
    ...     (budget,)))
    >>> found.order, found.value
    ((1,), 1.5)
    """
    start = np.zeros(problem.options, dtype=bool)
    for k in problem.forced:
        start[list(problem.with_needed(k))] = True
    if not problem.is_allowed(start):
        return None
    rising = _Rising(problem, start)
    rising.run()
    single = _best_single(problem, start)
    if single is not None and single.value > rising.covered.worth():
        return single
    return rising.choice()


class _Rising:
    """The state of lazy greedy: what is chosen, covered, and what every option might add."""

    def __init__(self, problem: Problem, start: Booleans, *, without: int = -1) -> None:
        self.problem = problem
        self.chosen = start.copy()
        self.covered = covered_by(problem, start)
        self.order = [int(k) for k in np.flatnonzero(start)]
        self._whole = [problem.with_needed(k) for k in range(problem.options)]
        self._leaning = [k for k, whole in enumerate(self._whole) if len(whole) > 1]
        self._round = 0
        first = gains(problem, self.covered)
        self._heap = [
            (-self._rate(k, float(first[k])), k, 0)
            for k in range(problem.options)
            if not start[k] and k != without
        ]
        heapq.heapify(self._heap)
        self._factors = np.array([item.factors for item in problem.conditions])
        self._limits = np.array(
            [item.at_most + 1e-9 * max(1.0, abs(item.at_most)) for item in problem.conditions]
        )
        self._used = self._factors @ self.chosen if len(self._limits) else np.zeros(0)

    def run(self) -> None:
        """Take the best option that is allowed until none adds anything."""
        while self._heap:
            rate, k, seen = heapq.heappop(self._heap)
            if self.chosen[k] or rate >= 0:
                continue
            if seen < self._round:
                heapq.heappush(self._heap, (-self._rate(k), k, self._round))
                continue
            self._take(k)

    def choice(self) -> Choice:
        """Return what is chosen so far."""
        return Choice(self.chosen, self.covered.worth(), tuple(self.order))

    def _missing(self, k: int) -> list[int]:
        return [item for item in self._whole[k] if not self.chosen[item]]

    def _rate(self, k: int, alone: float | None = None) -> float:
        """Return the weight per euro of an option with what it still requires."""
        missing = [k] if len(self._whole[k]) == 1 else self._missing(k)
        if len(missing) == 1:
            added = self.covered.gain(k) if alone is None else alone
        else:
            trial = _copy(self.covered, self.problem)
            for item in missing:
                trial.add(item)
            added = trial.total() - self.covered.total()
        cost = float(self.problem.cost[missing].sum())
        if added <= 0:
            return 0.0
        return added / cost if cost > 0 else float("inf")

    def _take(self, k: int) -> None:
        missing = self._missing(k)
        if len(self._limits):
            more = self._factors[:, missing].sum(axis=1)
            if (self._used + more > self._limits).any():
                return
            self._used = self._used + more
        for item in missing:
            self.covered.add(item)
            self.chosen[item] = True
            self.order.append(item)
        self._round += 1
        # what required one of these became cheaper: its old rate is no upper bound any more
        for other in self._leaning:
            if not self.chosen[other] and set(self._whole[other]) & set(missing):
                heapq.heappush(self._heap, (-self._rate(other), other, self._round))


def _copy(covered: Covered, problem: Problem) -> Covered:
    twin = Covered(problem)
    twin.open = covered.open.copy()
    return twin


def _best_single(problem: Problem, start: Booleans) -> Choice | None:
    base = covered_by(problem, start)
    order = np.argsort(-gains(problem, base), kind="stable")
    for k in order:
        trial = start.copy()
        trial[list(problem.with_needed(int(k)))] = True
        if problem.is_allowed(trial):
            found = covered_by(problem, trial)
            return Choice(trial, found.worth(), tuple(int(j) for j in np.flatnonzero(trial)))
    return None


def improve(problem: Problem, choice: Choice, *, rounds: int = 20) -> Choice:
    """Return a choice that no dropping of one option and filling up again makes better.

    At most `rounds` improvements are made.
    """
    best = choice
    for _ in range(rounds):
        better = _one_swap(problem, best)
        if better is None:
            break
        best = better
    return best


def _one_swap(problem: Problem, choice: Choice) -> Choice | None:
    for k in np.flatnonzero(choice.chosen):
        if k in problem.forced:
            continue
        kept = choice.chosen.copy()
        for other in range(problem.options):
            if kept[other] and int(k) in problem.with_needed(other):
                kept[other] = False
        if not problem.is_allowed(kept):
            continue
        rising = _Rising(problem, kept, without=int(k))
        rising.run()
        if rising.covered.worth() > choice.value * (1 + 1e-12):
            return replace(rising.choice(), bound=choice.bound)
    return None


def online_bound(problem: Problem, budget: float, order: tuple[int, ...]) -> float:
    """Return an upper bound on what any choice within the budget covers, whatever is chosen.

    At any set S the best choice covers at most F(S) plus the fractional knapsack of the gains at S
    (Leskovec et al. 2007, section 3.2). The smallest bound over the empty set, the whole order
    and some sets along it holds. Other conditions only lower the best, so it holds for them too.
    It speaks of covered weight; for the worst sector it is no bound.
    """
    marks = {0, len(order), *(round(len(order) * part / 4) for part in (1, 2, 3))}
    covered = Covered(problem)
    best = float("inf")
    for step in range(len(order) + 1):
        if step in marks:
            left = gains(problem, covered)
            left[list(order[:step])] = 0.0
            best = min(best, covered.total() + knapsack(left, problem.cost, budget))
        if step < len(order):
            covered.add(order[step])
    return min(best, float(problem.weights.sum()))


def knapsack(values: Floats, cost: Floats, budget: float) -> float:
    """Return the most value that fits the budget when the last item may be cut.

    >>> knapsack(np.array([3.0, 2.0]), np.array([1.0, 2.0]), 2.0)
    4.0
    """
    free = cost <= 0
    total = float(values[free].sum())
    v, c = values[~free], cost[~free]
    order = np.argsort(-(v / c), kind="stable")
    room = budget
    for k in order:
        if c[k] <= room:
            room -= c[k]
            total += float(v[k])
        else:
            return total + float(v[k] * room / c[k])
    return total
