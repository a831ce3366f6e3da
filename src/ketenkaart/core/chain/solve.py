"""Solve a world table: output, layers and multipliers, each with a proven bound on its error.

Symbols as in Miller & Blair (2009), ch. 2: A coefficients, x output, y final demand, and the
Leontief inverse L = (I - A)^-1, which is formed only when it is asked for by name. Entries of A
are never dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from ketenkaart.core.chain.domestic import DomesticBlocks
from ketenkaart.core.chain.krylov import Multiply, correction
from ketenkaart.core.chain.refine import Factors, product
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError

TOLERANCE = 1e-9
FACTORED_TOLERANCE = 1e-12
SMALL = 1000
"""Up to this size factors cost less memory and time than anything else."""
GROUP = 16
COLUMNS_PER_FACTORING = 90
"""Factors pay from one right-hand side per this many nodes: see docs/methods/paths.md."""
PROOF_PASSES = 128
ENOUGH = 0.95
CYCLES = 8
BLOCK_BYTES = 1 << 20


class System:
    """The equations x = Ax + y of one table, solved as often as is asked.

    `A[i, j]` is what is bought from node i for one unit of output of node j; float64, shape
    (n, n), in either memory order, in memory or mapped from disk; it is never changed and never
    copied, except into factors. `label` names a node in messages; `sectors` is how many a
    region has, which makes fewer passes enough where regions buy mostly at home.

    Every solution comes with a proof. With R = Y - (I - A)X the residual of what was found, the
    error is L R, so in the 1-norm (the sum of absolute values over nodes) it is at most
    ||L|| ||R||. `norm` bounds ||L|| from above; a solution is handed out only when
    `norm` x ||R|| <= tolerance x ||X||, with the rounding of the residual itself counted in.
    An extension's footprint s X then errs by at most max(s) times that, summed over nodes.

    >>> system = System(np.array([[0.15, 0.25], [0.2, 0.05]]))
    >>> system.output_for(np.array([600.0, 1500.0])).round(2).tolist()
    [1247.52, 1841.58]
    """

    def __init__(self, A: Floats, label: Callable[[int], str] = str, *, sectors: int = 1) -> None:
        # A memory map would hand its own type to every product and slow down small ones.
        self.A: Floats = np.asarray(A)
        self.label = label
        self._sectors = sectors
        self._factors: Factors | None = None

    @classmethod
    def of(cls, table: WorldTable) -> System:
        """Return the system of a table, whose nodes it names in its errors."""
        return cls(table.A, table.label, sectors=len(table.sectors))

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.A)

    def output_for(self, Y: Floats, tolerance: float = TOLERANCE) -> Floats:
        """Return the output X that final demand needs, directly and indirectly: (I - A) X = Y.

        Shape of Y, (n,) or (n, k), in its unit. Few columns are solved without factors, in a
        dozen passes over A; many at once, or a small table, by factors that are kept for the
        next question. Per column the error is at most `tolerance` times ||X||, both in the
        1-norm (see the class for the proof). Raises `TableError` naming the sector when the
        table is singular or nearly so, `InputError` for a demand that is no number.
        """
        rows = self._rows(Y)
        X = self._solve(rows, tolerance, transposed=False)
        return np.ascontiguousarray(X.T).reshape(np.shape(Y))

    def layers(self, Y: Floats, k: int) -> Floats:
        """Return the output of production layers 0 to k: Y, AY, ..., A^k Y, in the unit of Y.

        Shape (k + 1, *Y.shape). One pass over A per layer beyond layer 0. What deeper layers
        make is `output_for(Y)` minus the sum over layers.

        >>> System(np.array([[0.15, 0.25], [0.2, 0.05]])).layers(np.array([600.0, 1500.0]), 1)
        array([[ 600., 1500.],
               [ 465.,  195.]])
        """
        found = np.empty((k + 1, *np.shape(Y)))
        found[0] = Y
        for t in range(k):
            np.matmul(self.A, found[t], out=found[t + 1])
        return found

    def multipliers(self, S: Floats, tolerance: float = TOLERANCE) -> Floats:
        """Return S L: what one unit of final demand of each node embodies, for every extension.

        `S` holds one extension per output in each row, shape (n,) or (k, n). L is not formed.
        The largest error of a row is at most `tolerance` times its largest multiplier, by the
        same proof: with R the residual of the rows, |R L| <= max|R| x `norm`.

        >>> System(np.array([[0.5]])).multipliers(np.array([0.25])).tolist()
        [0.5]
        """
        rows = np.atleast_2d(np.asarray(S, dtype=np.float64))
        self._check(rows)
        return self._solve(rows, tolerance, transposed=True).reshape(np.shape(S))

    def inverse(self) -> Floats:
        """Return L = (I - A)^-1 itself: n x n in float64, and for a moment twice that."""
        _ = self.norm
        return Factors.inverse(self.A)

    def error_bound(self, Y: Floats, X: Floats) -> Floats:
        """Return a proven bound on the relative error of X as output for Y, per column.

        In the 1-norm: sum of |error| over sum of |X|. One pass over A.
        """
        rows, found = self._rows(Y), self._rows(X)
        left = rows - found + self._multiply(transposed=False)(found)
        return self._bounds(rows, found, left, transposed=False)

    @cached_property
    def norm(self) -> float:
        """An upper bound on the largest column sum of |L|: the largest output multiplier.

        If the column sums of |A|^k are all at most c < 1, then ||L|| <= ||I + |A| + ... +
        |A|^(k-1)|| / (1 - c), because L = (sum over q of A^(kq)) (I + ... + A^(k-1)). One pass
        over A is enough (k = 1) where every sector adds value. Raises `TableError` when no
        power up to 128 shrinks: then some sectors together buy all that they make, or nearly.
        """
        current, total = self._sums[0], np.ones(self.n)
        for _ in range(PROOF_PASSES):
            shrunk = float(current.max(initial=0.0))
            if shrunk < ENOUGH:
                return float(total.max(initial=1.0)) / (1 - shrunk)
            total = total + current
            current = self._onward(current)
        raise self._unproductive()

    @property
    def is_nonnegative(self) -> bool:
        """Whether no entry of A is below zero."""
        return self._sums[1]

    @cached_property
    def _sums(self) -> tuple[Floats, bool]:
        """Column sums of |A|, and whether A has no entry below zero, in one pass."""
        sums, lowest = np.zeros(self.n), 0.0
        rows_first = self.A.flags.c_contiguous
        for part in self._blocks():
            block = self.A[part] if rows_first else self.A[:, part]
            low = float(block.min(initial=0.0))
            lowest = min(lowest, low)
            found = (block if low >= 0 else np.abs(block)).sum(axis=0)
            if rows_first:
                sums += found
            else:
                sums[part] = found
        if not np.isfinite(sums).all():
            bad = int(np.argmin(np.isfinite(sums)))
            raise TableError(
                "A coefficient is no number",
                where=f"column {self.label(bad)}",
                fix="Fill the cell or leave the region out.",
            )
        return sums, lowest >= 0

    def _blocks(self) -> list[slice]:
        size = max(1, BLOCK_BYTES // (8 * max(self.n, 1)))
        return [slice(at, min(at + size, self.n)) for at in range(0, self.n, size)]

    def _onward(self, weights: Floats) -> Floats:
        """Return weights |A|, as a row."""
        if self.is_nonnegative:
            return np.asarray(weights @ self.A)
        found = np.zeros(self.n)
        for part in self._blocks():
            found += weights[part] @ np.abs(self.A[part])
        return found

    def _unproductive(self) -> TableError:
        """Say which sector is at the heart of a table that feeds on itself.

        The growth of A changes most, per unit of its own input, for the node where the left and
        the right dominant vector are both large.
        """
        left, right = np.ones(self.n), np.ones(self.n)
        for _ in range(PROOF_PASSES):
            left = left + self._onward(left)
            right = right + np.abs(self.A @ right)
            left, right = left / left.max(), right / right.max()
        worst = int(np.argmax(left * right))
        return TableError(
            "The table has no solution, or hardly one: I - A is singular or nearly singular, "
            f"because {self.label(worst)} and those it buys from use up what they make "
            f"(it buys {self._sums[0][worst]:.3g} for each unit it makes)",
            where=self.label(worst),
            fix="Check its column and its output in the source, or add the sector to another.",
        )

    def _rows(self, Y: Floats) -> Floats:
        wanted = np.asarray(Y, dtype=np.float64)
        if wanted.ndim not in {1, 2} or len(wanted) != self.n:
            raise InputError(
                f"Demand has shape {wanted.shape}, where {self.n} nodes are known",
                where="demand",
                fix="Give one entry per node, and one column per demand.",
            )
        rows = np.ascontiguousarray(wanted.reshape(self.n, -1).T)
        self._check(rows)
        return rows

    def _check(self, rows: Floats) -> None:
        if rows.shape[1] != self.n or not np.isfinite(rows).all():
            raise InputError(
                "An entry is missing or is no number",
                where="demand or extension",
                fix="Give one number per node.",
            )

    def _multiply(self, *, transposed: bool) -> Multiply:
        A = self.A if transposed else self.A.T
        return lambda rows: np.asarray(rows @ A)

    def _solve(self, rows: Floats, tolerance: float, *, transposed: bool) -> Floats:
        many = len(rows) > max(GROUP, self.n // COLUMNS_PER_FACTORING)
        if self._factors is None and not many and self.n > SMALL:
            found = np.empty_like(rows)
            for at in range(0, len(rows), GROUP):
                part = slice(at, at + GROUP)
                solved = self._iterated(rows[part], tolerance, transposed=transposed)
                if solved is None:
                    break
                found[part] = solved
            else:
                return found
        return self._by_factors(rows, tolerance, transposed=transposed)

    def _iterated(self, rows: Floats, tolerance: float, *, transposed: bool) -> Floats | None:
        """Return the solution by minimal residuals, or None where these stop shrinking."""
        multiply = self._multiply(transposed=transposed)
        found, left = np.zeros_like(rows), rows

        def at_home(parts: Floats) -> Floats:
            return self._domestic.solve(parts, transposed=transposed)

        def onward(parts: Floats) -> Floats:
            X = at_home(parts)
            return parts - X + multiply(X)

        def excess(change: Floats, residual: Floats) -> float:
            bounds = self._bounds(rows, found + at_home(change), residual, transposed=transposed)
            # The residual known here is one that rounding has not touched yet: leave it room.
            return float(bounds.max(initial=0.0)) / (tolerance / 2)

        before = np.inf
        for _ in range(CYCLES):
            # On the right, so that the residual is the table's own and proves the same.
            found = found + at_home(correction(onward, left, excess))
            left = rows - found + multiply(found)
            bounds = self._bounds(rows, found, left, transposed=transposed)
            worst = float(bounds.max(initial=0.0))
            if worst <= tolerance:
                return found
            if worst > before / 2:
                return None
            before = worst
        return None

    def _by_factors(self, rows: Floats, tolerance: float, *, transposed: bool) -> Floats:
        for precise in (False, True):
            if self._factors is None or (precise and not self._factors.is_precise):
                _ = self.norm
                self._factors = Factors(self.A, is_precise=precise)
            found, left, before = np.zeros_like(rows), rows, np.inf
            for _ in range(CYCLES):
                found = found + self._factors.solve(left, transposed=transposed)
                left = rows - found + product(found, self.A, transposed=transposed)
                bounds, rounding = self._parts_of_bound(rows, found, left, transposed=transposed)
                worst = float(bounds.max(initial=0.0))
                if worst <= FACTORED_TOLERANCE or not worst < before / 2:
                    break
                before = worst
            if float((bounds + rounding).max(initial=0.0)) <= tolerance:
                return found
        raise self._unproductive()

    def _bounds(self, rows: Floats, found: Floats, left: Floats, *, transposed: bool) -> Floats:
        """Return the proven relative error per row."""
        bounds, rounding = self._parts_of_bound(rows, found, left, transposed=transposed)
        return bounds + rounding

    def _parts_of_bound(
        self, rows: Floats, found: Floats, left: Floats, *, transposed: bool
    ) -> tuple[Floats, Floats]:
        """Return what the residual allows, and what the rounding of that residual adds.

        Summing n products errs by at most n half units in the last place of their sizes.
        """
        size = _largest if transposed else _total
        X = size(found)
        parts = (
            size(left),
            self.n * np.finfo(np.float64).eps / 2 * (size(rows) + (2 + self._gain) * X),
        )
        # Nothing asked and nothing found is exact; something asked and nothing found is not.
        first, second = (
            np.divide(
                self.norm * part,
                X,
                out=np.where(part > 0, np.inf, 0.0),
                where=X > 0,
            )
            for part in parts
        )
        return first, second

    @cached_property
    def _domestic(self) -> DomesticBlocks:
        _ = self.norm
        return DomesticBlocks(self.A, self._sectors)

    @cached_property
    def _gain(self) -> float:
        return float(self._sums[0].max(initial=0.0))


def _total(rows: Floats) -> Floats:
    return np.asarray(np.abs(rows).sum(axis=1))


def _largest(rows: Floats) -> Floats:
    return np.asarray(np.abs(rows).max(axis=1, initial=0.0))
