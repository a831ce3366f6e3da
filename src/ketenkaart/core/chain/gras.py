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
PASSES = 5000
PATIENCE = 400
FLOOR = 1e-9
SUMS_DIFFER = 1e-9
Label = Callable[[int], str]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Balanced:
    """Row and column multipliers that bring a matrix to its new sums: `r` (rows), `s` (columns).

    `passes` is how often rows and columns were set in turn; `missed` the largest distance of a sum
    from what was asked, relative to that sum (or to a billionth of all, for smaller ones).
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

    def rows(self, s: Floats) -> tuple[Floats, Floats]:
        """Return P s and N (1/s), per row."""
        n = len(self.matrix)
        return (
            self.matrix @ s + _added(self._i, self._size * s[self._j], n),
            _added(self._i, _over(self._size, s[self._j]), n),
        )

    def columns(self, r: Floats) -> tuple[Floats, Floats]:
        """Return r P and (1/r) N, per column."""
        n = self.matrix.shape[1]
        return (
            r @ self.matrix + _added(self._j, self._size * r[self._i], n),
            _added(self._j, _over(self._size, r[self._i]), n),
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
    cells = _Cells(matrix)
    floors = [_floor(rows), _floor(columns)]
    s = np.ones(matrix.shape[1])
    best, best_at, missed = np.inf, 0, np.inf
    p, n = cells.rows(s)
    for k in range(1, PASSES + 1):
        r = _factor(p, n, rows, "row", row_label)
        s = _factor(*cells.columns(r), columns, "column", column_label)
        p, n = cells.rows(s)
        off = np.abs(r * p - _over(n, r) - rows) / np.maximum(np.abs(rows), floors[0])
        missed = float(off.max(initial=0.0))
        if missed <= TOLERANCE:
            return Balanced(r, s, k, missed)
        progress(min(1.0, np.log(missed) / np.log(TOLERANCE)) if 0 < missed < 1 else 0.0)
        if missed < 0.999 * best:
            best, best_at = missed, k
        if k - best_at > PATIENCE:
            break
    worst = int(off.argmax())
    raise TableError(
        f"No matrix with these zeros and signs has these sums: row {row_label(worst)} stays "
        f"{off[worst]:.2g} of its sum away from {rows[worst]:,.6g}",
        where=f"row {row_label(worst)}",
        fix="Change the sum of that row, or of the columns in which it has cells.",
    )


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


def _over(size: Floats, by: Floats) -> Floats:
    """Return size / by where size is not zero, else zero."""
    return np.divide(size, by, out=np.zeros_like(size), where=size != 0)


def _added(places: NDArray[np.int64], values: Floats, size: int) -> Floats:
    return np.bincount(places, weights=values, minlength=size).astype(np.float64)
