"""GRAS: bring a matrix with positive and negative cells to given sums of rows and columns.

Of all matrices with these sums and the same zeros and signs, the one that loses least information
on the old: min sum |a_ij| z_ij ln(z_ij / e) with z = x / a. Its solution is x_ij = a_ij r_i s_j for
positive and a_ij / (r_i s_j) for negative cells. Junius & Oosterhaven (2003), Economic Systems
Research 15; the objective as corrected by Lenzen, Wood & Gallego (2007), ibid. 19; rows that are
negative throughout: Temurshoev, Miller & Bouwmeester (2013), ibid. 25. Without negative cells it
is RAS (Miller & Blair 2009, section 7.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError

TOLERANCE = 1e-9
PASSES = 20
"""Rounds of rows and columns before Newton's method: eight times faster on a world table."""
ROUNDS_BETWEEN = 25
MOST_STEPS = 2000
PATIENCE = 300
HALVINGS = 10
LARGEST_STEP = 4.0
CG_STEPS = 400
CG_TOLERANCE = 1e-2
FLOOR = 1e-9
SUMS_DIFFER = 1e-9
Label = Callable[[int], str]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Balanced:
    """Row and column multipliers that bring a matrix to its new sums: `r` (rows), `s` (columns).

    `passes` is how often rows and columns were set in turn, steps of Newton's method included;
    `missed` the largest distance of a sum from what was asked, relative to that sum (or to a
    billionth of all, for smaller ones).
    """

    r: Floats
    s: Floats
    passes: int
    missed: float

    def applied(self, rows: Floats, start: int = 0) -> Floats:
        """Return rows of the old matrix as they are in the new one, from row number `start`."""
        with np.errstate(divide="ignore"):
            times = self.r[start : start + len(rows), None] * self.s
            return np.asarray(
                np.where(
                    rows >= 0, rows * times, np.divide(rows, times, out=rows.copy(), where=rows < 0)
                )
            )


class _Cells:
    """The positive part P and the negative part N of a matrix, in products with a vector.

    The matrix is read as it stands; only its negative cells, few in a world table, are copied.
    """

    def __init__(self, matrix: Floats) -> None:
        self.matrix = matrix
        self._i, self._j = np.nonzero(matrix < 0)
        self._size = -np.asarray(matrix[self._i, self._j], dtype=np.float64)

    def rows(self, up: Floats, down: Floats) -> tuple[Floats, Floats]:
        """Return P up and N down, per row."""
        n = len(self.matrix)
        return (
            self.matrix @ up + _added(self._i, self._size * up[self._j], n),
            _added(self._i, self._size * down[self._j], n),
        )

    def columns(self, up: Floats, down: Floats) -> tuple[Floats, Floats]:
        """Return up P and down N, per column."""
        n = self.matrix.shape[1]
        return (
            up @ self.matrix + _added(self._j, self._size * up[self._i], n),
            _added(self._j, self._size * down[self._i], n),
        )


def gras(
    matrix: Floats,
    rows: Floats,
    columns: Floats,
    *,
    row_label: Label = str,
    column_label: Label = str,
    progress: Progress = lambda _done: None,
) -> Balanced:
    """Return the multipliers that give a matrix new sums, keeping zeros and signs.

    `rows` and `columns` are the new sums, in the unit of the matrix. A positive cell vanishes only
    where a row or column of positive cells must sum to zero. Raises `TableError` naming the row or
    column where no such matrix exists: sums that differ in total, a sum other than zero where all
    cells are zero, a sign that no cell has, or cells too few to reach the sums.

    >>> new = gras(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([4.0, 6.0]), np.array([5.0, 5.0]))
    >>> new.applied(np.array([[1.0, 2.0], [3.0, 4.0]])).round(4).tolist()
    [[1.7577, 2.2423], [3.2423, 2.7577]]
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    _check_sums(matrix, rows, columns)
    problem = _Problem(_Cells(matrix), rows, columns, row_label, column_label)
    state = problem.from_rows(np.ones(matrix.shape[1]))
    steps, waiting, best, best_at = 0, PASSES, np.inf, 0
    while not state.is_done and steps < MOST_STEPS and steps - best_at < PATIENCE:
        steps += 1
        progress(state.share_done)
        nearer = None if waiting else _newton(problem, state)
        if nearer is None:
            waiting = ROUNDS_BETWEEN if not waiting else waiting - 1
            nearer = problem.from_rows(state.s)
        state = nearer
        if state.missed < 0.999 * best:
            best, best_at = state.missed, steps
    if state.is_done:
        return Balanced(state.r, state.s, steps + 1, state.missed)
    worst = int(state.off.argmax())
    raise TableError(
        f"No matrix with these zeros and signs was found that has these sums: row "
        f"{row_label(worst)} stays {state.off[worst]:.2g} of its sum away from {rows[worst]:,.6g}",
        where=f"row {row_label(worst)}",
        fix="Change the sum of that row, or of the columns in which it has cells.",
    )


@dataclass(frozen=True, slots=True)
class _State:
    """Multipliers of which the columns are right; `off` is how far each row is, relatively."""

    r: Floats
    s: Floats
    p: Floats
    n: Floats
    off: Floats

    @property
    def missed(self) -> float:
        return float(self.off.max(initial=0.0))

    @property
    def is_done(self) -> bool:
        return self.missed <= TOLERANCE

    @property
    def share_done(self) -> float:
        missed = self.missed
        return float(np.log(missed) / np.log(TOLERANCE)) if TOLERANCE < missed < 1 else 0.0


@dataclass(frozen=True, slots=True)
class _Problem:
    """Cells and the sums they must come to."""

    cells: _Cells
    rows: Floats
    columns: Floats
    row_label: Label
    column_label: Label

    def from_rows(self, s: Floats) -> _State:
        """Set the rows right for `s`, then the columns."""
        p, n = self.cells.rows(s, _inverse(s))
        return self.from_columns(_factor(p, n, self.rows, "row", self.row_label))

    def from_columns(self, r: Floats) -> _State:
        """Set the columns right for `r`."""
        p, n = self.cells.columns(r, _inverse(r))
        s = _factor(p, n, self.columns, "column", self.column_label)
        p, n = self.cells.rows(s, _inverse(s))
        missing = np.abs(r * p - n * _inverse(r) - self.rows)
        return _State(r, s, p, n, missing / np.maximum(np.abs(self.rows), _floor(self.rows)))


def _newton(problem: _Problem, state: _State) -> _State | None:
    """Return a state nearer by one step of Newton's method for the rows, or None.

    Rows and columns in turn crawl where parts of a table hardly trade. In logarithms of the
    multipliers the sums have the derivative D_r - C D_c^-1 C', with C = |x|, D_r and D_c its
    sums: solved by conjugate gradients, then shortened until rows come nearer.
    """
    cells, up, down = problem.cells, _inverse(state.r), _inverse(state.s)
    row_sizes = state.r * state.p + state.n * up
    p, n = cells.columns(state.r, up)
    column_sizes = state.s * p + n * down
    scale = _inverse(row_sizes)

    def derivative(w: Floats) -> Floats:
        first, second = cells.columns(state.r * w, up * w)
        across = (state.s * first + down * second) * _inverse(column_sizes)
        first, second = cells.rows(state.s * across, down * across)
        return np.asarray(row_sizes * w - state.r * first - up * second)

    wanted = problem.rows - state.r * state.p + state.n * up
    step = _conjugate(derivative, wanted * (row_sizes > 0), scale)
    step = np.clip(step, -LARGEST_STEP, LARGEST_STEP)
    size = float(np.abs(wanted).sum())
    for _ in range(HALVINGS):
        nearer = problem.from_columns(state.r * np.exp(step))
        left = problem.rows - nearer.r * nearer.p + nearer.n * _inverse(nearer.r)
        if float(np.abs(left).sum()) < 0.9 * size:
            return nearer
        step = step / 2
    return None


def _conjugate(multiply: Callable[[Floats], Floats], wanted: Floats, scale: Floats) -> Floats:
    """Return about the solution of a symmetric system, by conjugate gradients scaled by `scale`."""
    found, left = np.zeros_like(wanted), wanted
    direction = scaled = scale * left
    size = float(left @ scaled)
    enough = CG_TOLERANCE**2 * size
    for _ in range(CG_STEPS):
        if size <= enough:
            break
        product = multiply(direction)
        curve = float(direction @ product)
        if curve <= 0:
            break
        found = found + size / curve * direction
        left = left - size / curve * product
        scaled = scale * left
        size, before = float(left @ scaled), size
        direction = scaled + size / before * direction
    return found


def _check_sums(matrix: Floats, rows: Floats, columns: Floats) -> None:
    if matrix.shape != (len(rows), len(columns)):
        raise TableError(
            f"The matrix is {matrix.shape[0]} by {matrix.shape[1]}, and {len(rows)} row sums and "
            f"{len(columns)} column sums are given",
            fix="Give a sum for every row and every column.",
        )
    for what, values in (("matrix", matrix), ("row sums", rows), ("column sums", columns)):
        if not np.isfinite(values).all():
            raise TableError(f"The {what} hold a value that is no number", fix="Fill it.")
    first, second = float(rows.sum()), float(columns.sum())
    size = max(float(np.abs(rows).sum()), float(np.abs(columns).sum()))
    if abs(first - second) > SUMS_DIFFER * size:
        raise TableError(
            f"The row sums add up to {first:,.10g}, the column sums to {second:,.10g}",
            where="totals",
            fix="Both must add up to the same.",
        )


def _factor(p: Floats, n: Floats, wanted: Floats, what: str, label: Label) -> Floats:
    """Return the multipliers m with m p - n / m = wanted, all of them zero or more."""
    has_p, has_n = p > 0, n > 0
    impossible = (
        (~has_p & ~has_n & (wanted != 0))
        | (~has_n & (wanted < 0))
        | (~has_p & has_n & (wanted >= 0))
    )
    if impossible.any():
        k = int(np.argmax(np.where(impossible, np.abs(wanted), -1.0)))
        cells = (
            "all its cells are zero"
            if not (has_p[k] or has_n[k])
            else f"it has no {'negative' if wanted[k] < 0 else 'positive'} cell"
        )
        raise TableError(
            f"The {what} {label(k)} cannot come to {wanted[k]:,.6g}: {cells}",
            where=f"{what} {label(k)}",
            fix=f"Give another sum for that {what}, or a table in which it has such a cell.",
        )
    # Of the two forms of the root, the one that subtracts nothing from its like.
    root = np.sqrt(wanted**2 + 4 * p * n)
    found = np.ones_like(wanted)
    up = has_p & (wanted >= 0)
    found[up] = (wanted[up] + root[up]) / (2 * p[up])
    down = has_n & (wanted < 0)
    found[down] = 2 * n[down] / (root[down] - wanted[down])
    return found


def _floor(sums: Floats) -> float:
    return max(FLOOR * float(np.abs(sums).sum()), float(np.finfo(np.float64).tiny))


def _inverse(values: Floats) -> Floats:
    """Return 1 / values; zero for a zero, whose cells have vanished."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _added(places: NDArray[np.int64], values: Floats, size: int) -> Floats:
    return np.bincount(places, weights=values, minlength=size).astype(np.float64)
