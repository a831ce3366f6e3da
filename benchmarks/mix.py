"""How fast a mix is found and proven, beside plain greedy and one programme over all cells.

    python benchmarks/mix.py [CELLS] [INSTRUMENTS] [SECONDS]

Made-up cells (sector x country x issue x buyer) and instruments that each reach a block of them,
whole or in part. Greedy's peer computes every gain anew at each step; the proof's peer is the same
programme without merging, given the same seconds. Ratios within one run; the gap is how much more
any mix could cover at most.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ketenkaart.core.governance.mix.cover import solve_cover
from ketenkaart.core.governance.mix.exact import solve
from ketenkaart.core.governance.mix.greedy import Choice, greedy, improve, online_bound
from ketenkaart.core.governance.mix.problem import Condition, Problem, merge, problem_of
from ketenkaart.core.governance.mix.programme import Effort
from ketenkaart.core.governance.mix.value import Covered, gains

SECTORS, COUNTRIES, ISSUES = 25, 50, 10
BUDGETS = (0.1, 0.25, 0.5)
RUNS = 5


def made(cells: int, instruments: int, budget: float, *, whole: bool) -> Problem:
    """Return made-up cells and instruments; `budget` is a part of what all together cost."""
    draw = np.random.default_rng(20261122)
    buyers = max(1, cells // (SECTORS * COUNTRIES * ISSUES))
    rows = []
    for _ in range(instruments):
        sector = draw.random(SECTORS) < draw.choice([0.1, 0.2, 0.5])
        country = draw.random(COUNTRIES) < draw.choice([0.2, 0.5, 1.0])
        issue = draw.random(ISSUES) < draw.choice([0.2, 0.5, 1.0])
        buyer = draw.random(buyers) < 0.5
        block = sector[:, None, None, None] & country[:, None, None] & issue[:, None] & buyer
        rows.append(block.ravel() * (1.0 if whole else draw.choice([0.1, 0.2, 0.3, 0.5, 0.7])))
    dense = np.array(rows)
    cost = draw.lognormal(0, 0.6, instruments) * dense.astype(bool).mean(axis=1) ** 0.5 + 0.01
    most = float(cost.sum() * budget)
    weights = draw.lognormal(0, 2, dense.shape[1])
    return problem_of(dense, weights, cost, [Condition("budget", cost, most)])


def plain_greedy(problem: Problem) -> float:
    """Return what greedy covers when it computes every gain anew at each step."""
    covered = Covered(problem)
    left = problem.conditions[0].at_most
    open_to = np.ones(problem.options, dtype=bool)
    while True:
        rate = np.where(open_to & (problem.cost <= left), gains(problem, covered), 0.0)
        rate = rate / problem.cost
        k = int(rate.argmax())
        if rate[k] <= 0:
            return covered.total()
        covered.add(k)
        open_to[k] = False
        left -= problem.cost[k]


def median(job: Callable[[], object]) -> float:
    """Return the median of seconds over a few runs."""
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        job()
        took.append(time.perf_counter() - start)
    return float(np.median(took))


def once(job: Callable[[], Choice]) -> tuple[float, Choice]:
    """Return the seconds of one run, and what it found."""
    start = time.perf_counter()
    found = job()
    return time.perf_counter() - start, found


def main(cells: int, instruments: int, seconds: float) -> None:
    """Print a line per kind of share and budget."""
    effort = Effort(gap=0.008, seconds=seconds, dropped=0.002)
    print(
        f"{cells} cells x {instruments} instruments, at most {seconds:g} s\n"
        f"{'shares':<8}{'budget':>7}{'merged':>8}{'greedy ms':>11}{'x plain':>9}{'merge ms':>10}"
        f"{'greedy gap':>12}{'proof s':>9}{'gap':>8}{'unmerged s':>12}{'gap':>8}"
    )
    for whole in (True, False):
        for budget in BUDGETS:
            problem = made(cells, instruments, budget, whole=whole)
            merged = merge(problem)
            merging = median(lambda problem=problem: merge(problem))
            quick = median(lambda merged=merged: greedy(merged))
            plain = median(lambda problem=problem: plain_greedy(problem))
            start = greedy(merged)
            if start is None:
                sys.exit("greedy found nothing that is allowed")
            bound = online_bound(merged, merged.conditions[0].at_most, start.order)
            bounded = replace(start, bound=bound)
            took, found = once(
                lambda merged=merged, bounded=bounded: solve(
                    merged, improve(merged, bounded, rounds=5), effort, time.monotonic
                )
            )
            line = (
                f"{'whole' if whole else 'part':<8}{budget:7.0%}{len(merged.weights):8}"
                f"{1e3 * quick:11.1f}{plain / quick:9.1f}{1e3 * merging:10.0f}"
                f"{bounded.gap:12.2%}{took:9.1f}{found.gap:8.2%}"
            )
            if whole:
                plainly = replace(effort, dropped=0.0)
                took, found = once(
                    lambda problem=problem, bounded=bounded, plainly=plainly: solve_cover(
                        problem, problem, bounded, plainly
                    )
                )
                line += f"{took:12.1f}{found.gap:8.2%}"
            print(line, flush=True)


if __name__ == "__main__":
    given = [float(item) for item in sys.argv[1:4]]
    sizes = given + [100_000, 100, 30][len(given) :]
    main(int(sizes[0]), int(sizes[1]), sizes[2])
