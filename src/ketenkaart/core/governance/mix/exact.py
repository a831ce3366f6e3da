"""The best mix, proven: the way that fits the shares and the objective."""

from __future__ import annotations

from ketenkaart.core.governance.mix.cover import solve_cover, whole_cells
from ketenkaart.core.governance.mix.greedy import Choice
from ketenkaart.core.governance.mix.problem import Problem
from ketenkaart.core.governance.mix.product import solve_product
from ketenkaart.core.governance.mix.programme import Clock, Effort


def solve(problem: Problem, start: Choice, effort: Effort, clock: Clock) -> Choice:
    """Return the best choice found from `start` on, with a proven bound on any better one.

    Where every share is one, or the largest reach counts, cells are covered or not and one integer
    programme decides. Otherwise, and for the worst sector, the programme is tightened by cuts
    until bound and value meet. `clock` returns seconds; it decides only when to stop.
    """
    is_whole = problem.rule == "largest" or bool((problem.shares == 1.0).all())
    if is_whole and problem.floors is None:
        return solve_cover(whole_cells(problem), problem, start, effort)
    return solve_product(
        whole_cells(problem) if is_whole else problem, problem, start, effort, clock
    )
