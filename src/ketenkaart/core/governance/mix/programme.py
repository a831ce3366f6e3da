"""Integer programmes over options: one call of HiGHS, and what it proves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.mix.greedy import Choice
from ketenkaart.core.governance.mix.problem import Condition, Problem
from ketenkaart.core.governance.mix.value import Covered, covered_by

Clock = Callable[[], float]

SCALE = 1e6
"""Weights are scaled to sum to this: HiGHS takes objective terms below 1e-7 for zero."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: the gap that is good enough, and the seconds after which to stop.

    `dropped` is the share of all weight whose lightest cells may be left out of the programme;
    what is left out is added to the bound, so a proof stays a proof.
    """

    gap: float = 1e-6
    seconds: float = 20.0
    dropped: float = 0.0


def minimise(
    objective: Floats,
    inequalities: list[tuple[Any, Floats]],
    conditions: Sequence[Condition],
    upper: Floats,
    *,
    options: int,
    gap: float,
    seconds: float,
    is_whole: bool = True,
) -> Any:
    """Minimise `objective` over options first, then other variables, from zero to `upper`.

    `inequalities` are pairs of a sparse table and the most that each of its rows may be; the
    `conditions` speak of the options only, which are whole numbers unless `is_whole` is false.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

    K, size = options, len(objective)
    rows = np.zeros((len(conditions), size))
    for k, condition in enumerate(conditions):
        rows[k, :K] = condition.factors
    limits = np.array([condition.at_most for condition in conditions])
    scale = np.maximum(np.abs(rows).max(axis=1, initial=0.0), 1e-12)
    constraints = [LinearConstraint(A.tocsr(), ub=top) for A, top in inequalities]
    if len(limits):
        constraints.append(LinearConstraint(rows / scale[:, None], ub=limits / scale))
    whole = np.zeros(size, dtype=np.int64)
    whole[:K] = int(is_whole)
    return milp(
        objective,
        integrality=whole,
        bounds=Bounds(np.zeros(size), upper),
        constraints=constraints,
        options={"mip_rel_gap": gap, "time_limit": max(seconds, 0.1), "presolve": True},
    )


def proven(result: Any) -> float:
    """Return the proven upper bound of a programme that was minimised with its sign turned."""
    bound = getattr(result, "mip_dual_bound", None)
    return float("inf") if bound is None else -float(bound)


def better_of(problem: Problem, start: Choice, result: Any) -> Choice:
    """Return the better of two choices; a value is always computed anew from what is chosen."""
    if result.x is None:
        return start
    chosen = np.asarray(result.x[: problem.options] > 0.5)
    if not problem.is_allowed(chosen):
        return start
    value = covered_by(problem, chosen).worth()
    if value <= start.value:
        return start
    return Choice(chosen, value, order_of(problem, chosen))


def order_of(problem: Problem, chosen: Booleans) -> tuple[int, ...]:
    """Return the chosen options, most weight per euro first, what is required before what needs it.

    What is forced comes before all others.
    """
    covered = Covered(problem)
    left = {int(k) for k in np.flatnonzero(chosen)}
    done: list[int] = []
    while left:
        ready = [k for k in left if not (set(problem.with_needed(k)) - {k}) & left]
        best = max(
            ready or left,
            key=lambda k: (k in problem.forced, _rate(problem, covered, k), -k),
        )
        covered.add(best)
        done.append(best)
        left.remove(best)
    return tuple(done)


def _rate(problem: Problem, covered: Covered, k: int) -> float:
    gain, cost = covered.gain(k), float(problem.cost[k])
    return gain / cost if cost > 0 else float("inf") * (gain > 0) if gain > 0 else 0.0
