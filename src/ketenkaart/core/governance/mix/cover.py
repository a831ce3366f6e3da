"""The best mix where cells are covered or not: one integer programme over merged cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ketenkaart.core.governance.mix.greedy import Choice
from ketenkaart.core.governance.mix.problem import Ints, Problem, merge
from ketenkaart.core.governance.mix.programme import SCALE, Effort, better_of, minimise, proven


def whole_cells(problem: Problem) -> Problem:
    """Return a problem of cells covered or not that values every choice as `problem` does.

    Under the largest reach a cell with shares v1 < v2 < ... is a pile of cells of weight
    w (v1 - 0), w (v2 - v1), ...: an option that reaches v covers those up to v. Exact.
    """
    if bool((problem.shares == 1.0).all()):
        return merge(problem)
    owner, cells, shares = problem.owner(), problem.cells, problem.shares
    order = np.lexsort((shares, cells))
    c, v = cells[order], shares[order]
    is_step = np.ones(len(c), dtype=bool)
    is_step[1:] = (c[1:] != c[:-1]) | (v[1:] != v[:-1])
    step_cell, step_top = c[is_step], v[is_step]
    first = np.ones(len(step_cell), dtype=bool)
    first[1:] = step_cell[1:] != step_cell[:-1]
    below = np.where(first, 0.0, np.concatenate([[0.0], step_top[:-1]]))
    number = np.empty(len(c), dtype=np.int64)
    number[order] = np.cumsum(is_step) - 1
    start_of = np.flatnonzero(first)[np.cumsum(first) - 1]
    counts = number - start_of[number] + 1
    pieces = np.repeat(number - counts + 1, counts) + _ramp(counts)
    owners = np.repeat(owner, counts)
    starts = np.searchsorted(owners, np.arange(problem.options + 1))
    return merge(
        replace(
            problem,
            starts=starts.astype(np.int64),
            cells=pieces.astype(np.int64),
            shares=np.ones(len(pieces)),
            weights=problem.weights[step_cell] * (step_top - below),
            blocks=problem.blocks[step_cell],
        )
    )


def _ramp(counts: Ints) -> Ints:
    """Return 0, 1, ... up to each count, one after the other."""
    ends = np.cumsum(counts)
    return np.asarray(
        np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
    )


def solve_cover(whole: Problem, asked: Problem, start: Choice, effort: Effort) -> Choice:
    """Return the best choice for cells that are covered or not, with a proven bound.

    Maximises the sum of weight x covered, with covered at most the number of chosen options that
    reach the cell. The lightest cells, up to the share `effort.dropped` of all weight, stand
    outside the programme and are added to its bound.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

    total = float(whole.weights.sum())
    if total <= 0:
        return replace(start, bound=0.0)
    kept, lost = _heaviest(whole, effort.dropped * total)
    K, m = whole.options, len(kept)
    place = np.full(len(whole.weights), -1)
    place[kept] = np.arange(m)
    owner = whole.owner()
    inside = place[whole.cells] >= 0
    rows, columns = place[whole.cells[inside]], owner[inside]
    cover = coo_array(
        (
            np.concatenate([np.full(len(rows), -1.0), np.ones(m)]),
            (np.concatenate([rows, np.arange(m)]), np.concatenate([columns, K + np.arange(m)])),
        ),
        shape=(m, K + m),
    )
    weights = whole.weights[kept] * (SCALE / total)
    result = minimise(
        np.concatenate([np.zeros(K), -weights]),
        [(cover, np.zeros(m))],
        asked.conditions,
        np.ones(K + m),
        options=K,
        gap=effort.gap,
        seconds=effort.seconds,
    )
    found = better_of(asked, start, result)
    bound = proven(result) * total / SCALE + lost
    return replace(found, bound=max(found.value, min(bound, total, start.bound)))


def _heaviest(problem: Problem, spare: float) -> tuple[Ints, float]:
    """Return the cells to keep when the lightest, up to `spare` weight, are left out; and those."""
    order = np.argsort(problem.weights, kind="stable")
    light = np.searchsorted(np.cumsum(problem.weights[order]), spare, side="right")
    return np.sort(order[light:]), float(problem.weights[order[:light]].sum())
