"""World tables as they might have been: every cell drawn by an error model, and solved anew.

Monte Carlo for input-output systems: Bullard & Sebald (1988), Review of Economics and Statistics
70. Output is what is sold, all value added together what remains of it, so that every drawn table
balances as the published one does. Value added that comes out negative is kept, and counted. A node
whose drawn sales fall below half of its output (one with large negative inventories) keeps that
half, met from stocks, and is counted. A drawn table without a solution is drawn again, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.chain.cell_errors import (
    ErrorModel,
    Reporters,
    Spread,
    per_reporter,
    row_remainder,
)
from ketenkaart.core.chain.first_order import follows
from ketenkaart.core.chain.refine import Factors, product
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError

TOLERANCE = 1e-10
STEPS = 60
MOST_DRAWS = 1_000_000
LEAST_OUTPUT = 0.5
MOST_REDRAWN = 0.05
"""Share of draws that may have no solution before the errors are called too large."""
BLOCK_BYTES = 2 << 20
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One table as it might have been, its solver, and its extensions in the order asked for.

    `negative` is the number of nodes whose value added fell below zero and was not so as published,
    `held` of nodes that keep half of their output though they sell less.
    """

    table: WorldTable
    system: Solver
    extensions: tuple[Extension, ...]
    negative: int
    held: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """What K figures came to in every draw: `values` has shape (draws, K).

    `negative` and `held` are the mean numbers of nodes per draw, as in `Drawn`; `redrawn` is how
    many tables had no solution and were drawn again.
    """

    values: Floats
    negative: float
    held: float
    redrawn: int = 0


@dataclass(frozen=True, slots=True)
class DrawnEnds:
    """The ends of K intervals that draws give, with how far off the ends are themselves.

    Quantiles of the draws; `low_error` and `high_error` are standard errors of these quantiles,
    from the order statistics around them, and fall with the root of the number of draws.
    """

    low: Floats
    high: Floats
    standard_error: Floats
    mean: Floats
    low_error: Floats
    high_error: Floats


class UnsolvableDrawError(TableError):
    """A drawn table in which sectors buy more than they make."""


class NearSystem:
    """The Leontief system of a table near another one, whose factors steer the iteration.

    X is corrected with the factors of the published table until the residual in the drawn one is
    1e-10 of what was asked, in the 1-norm; a table too far off is solved directly.
    """

    def __init__(self, A: Floats, factors: Factors) -> None:
        self._A = A
        self._factors = factors

    def output_for(self, Y: Floats) -> Floats:
        """Return the output that final demand needs; shape of Y. Raises `TableError`."""
        rows = np.asarray(Y, dtype=np.float64).reshape(len(self._A), -1).T
        return np.ascontiguousarray(self._solve(rows, transposed=False).T).reshape(np.shape(Y))

    def multipliers(self, S: Floats) -> Floats:
        """Return what a unit of final demand embodies; shape of S. Raises `TableError`."""
        rows = np.atleast_2d(np.asarray(S, dtype=np.float64))
        return self._solve(rows, transposed=True).reshape(np.shape(S))

    def layers(self, Y: Floats, k: int) -> Floats:
        """Return output by production layer, 0 to k."""
        found = [np.asarray(Y, dtype=np.float64)]
        for _ in range(k):
            found.append(np.asarray(self._A @ found[-1]))
        return np.stack(found)

    def _solve(self, rows: Floats, *, transposed: bool) -> Floats:
        enough = TOLERANCE * np.abs(rows).sum(axis=1)
        found, left, before = np.zeros_like(rows), rows, np.inf
        for _ in range(STEPS):
            found = found + self._factors.solve(left, transposed=transposed)
            left = rows - found + product(found, self._A, transposed=transposed)
            sizes = np.abs(left).sum(axis=1)
            if (sizes <= enough).all():
                return np.asarray(found)
            worst = float(sizes.max())
            if not worst < 0.9 * before:
                break
            before = worst
        return self._directly(rows, transposed=transposed)

    def _directly(self, rows: Floats, *, transposed: bool) -> Floats:
        system = np.eye(len(self._A)) - (self._A.T if transposed else self._A)
        try:
            if np.linalg.solve(system, np.ones(len(system))).min() >= 0:
                return np.asarray(np.linalg.solve(system, rows.T).T)
        except np.linalg.LinAlgError:
            pass
        raise UnsolvableDrawError(
            "A drawn table has no solution: by errors this large, sectors buy more than they make",
            where="error model",
            fix="Use smaller errors, or a table that adds up small sectors.",
        )


class TableDraws:
    """Draws of one table: the same seed and number give the same draw, in any order.

    Memory: one matrix of the size of A, and 5 bytes per cell for classes and factors.
    """

    def __init__(
        self, table: WorldTable, model: ErrorModel, extensions: Sequence[Extension]
    ) -> None:
        self.table = table
        self._model = model
        self._extensions = tuple(extensions)
        self._reporters = Reporters.of(table)
        self._spread = Spread.of(model.relative)
        self._shared = Spread.of(np.array(model.shared))
        self._left = row_remainder(table)
        self._A = np.empty((table.n, table.n))
        scale = self._reporters.scale
        self._Z_classes = np.empty((table.n, table.n), dtype=np.uint8)
        bought = np.zeros(table.n)
        for rows in self._blocks():
            Z = np.asarray(table.A[rows]) * table.x
            self._Z_classes[rows] = model.class_of(Z, scale[self._reporters.nodes])
            bought += Z.sum(axis=0)
        self._Y_classes = model.class_of(np.asarray(table.Y), scale[self._reporters.buyers])
        self._left_classes = model.class_of(self._left, scale[self._reporters.nodes])
        self._added = np.asarray(sum(table.V.values(), start=np.zeros(table.n)))
        self._paid = table.x - bought - self._added
        self._factors = Factors(np.asarray(table.A), is_precise=False)

    def draw(self, seed: Sequence[int]) -> Drawn:
        """Return one table as it might have been; it is valid until the next draw."""
        rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(list(seed))))
        table, nodes = self.table, self._reporters.nodes
        shared = self._shared.factor(rng.standard_normal(len(table.regions)))
        Y = np.asarray(table.Y) * self._factor(rng, self._Y_classes)
        Y *= shared[self._reporters.buyers]
        left = self._left * self._factor(rng, self._left_classes) * shared[nodes]
        x, bought = Y.sum(axis=1) + left, np.zeros(table.n)
        ratio = table.x * shared[nodes]
        for rows in self._blocks():
            Z = self._A[rows]
            np.multiply(table.A[rows], self._factor(rng, self._Z_classes[rows]), out=Z)
            Z *= ratio
            x[rows] += Z.sum(axis=1)
            bought += Z.sum(axis=0)
        least = LEAST_OUTPUT * table.x
        held = x < least
        x = np.maximum(x, least)
        per_output = np.divide(1.0, x, out=np.zeros(table.n), where=x > 0)
        for rows in self._blocks():
            self._A[rows] *= per_output
        added = x - bought - self._paid
        drawn = replace(table, A=self._A, Y=Y, x=x)
        return Drawn(
            drawn,
            NearSystem(self._A, self._factors),
            tuple(self._extension(rng, item, drawn.x, added) for item in self._extensions),
            int(((added < 0) & (self._added >= 0)).sum()),
            int(held.sum()),
        )

    def _factor(
        self, rng: np.random.Generator, classes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    ) -> Floats:
        sd = self._spread.sd.astype(np.float32)
        found = rng.standard_normal(classes.shape, dtype=np.float32)
        found *= sd[classes]
        found -= (sd**2 / 2)[classes]
        return np.asarray(np.exp(found, out=found))

    def _extension(
        self, rng: np.random.Generator, item: Extension, x: Floats, added: Floats
    ) -> Extension:
        following = follows(self.table, item)
        if following == "counted":
            values = np.asarray(item.values)
            nodes = self._reporters.nodes
            scale = per_reporter(np.abs(values), nodes, len(self.table.regions))
            values = values * self._factor(rng, self._model.class_of(values, scale[nodes]))
        else:
            values = x if following == "output" else added
        return Extension(item.id, item.unit, values, values, values, is_estimate=True)

    def _blocks(self) -> list[slice]:
        step = max(1, BLOCK_BYTES // (8 * max(self.table.n, 1)))
        return [slice(at, min(at + step, self.table.n)) for at in range(0, self.table.n, step)]


def simulate(
    sources: Sequence[TableDraws],
    measure: Callable[[Sequence[Drawn]], Floats],
    *,
    draws: int,
    seed: int,
    progress: Progress = lambda _label, _done: None,
) -> Simulated:
    """Return what `measure` makes of every draw; it is given one drawn table per source.

    The same seed gives the same numbers, and more draws begin with the same ones. Raises
    `InputError` for a number of draws or a seed that cannot be, and `TableError` where a drawn
    table has no solution.
    """
    if not 2 <= draws <= MOST_DRAWS:
        raise InputError(
            f"{draws} is no number of draws",
            where="--draws",
            fix=f"Use 2 to {MOST_DRAWS:,}; 1,000 give ends to about a twelfth of an error.",
        )
    if seed < 0:
        raise InputError(f"{seed} is no seed", where="--seed", fix="Use zero or more.")
    values: list[Floats] = []
    negative = held = redrawn = 0
    while len(values) < draws:
        progress("drawing tables", len(values) / draws)
        number = len(values) + redrawn
        try:
            drawn = [source.draw((seed, number, at)) for at, source in enumerate(sources)]
            values.append(measure(drawn))
        except UnsolvableDrawError:
            redrawn += 1
            if redrawn > max(1, MOST_REDRAWN * draws):
                raise
            continue
        negative += sum(item.negative for item in drawn)
        held += sum(item.held for item in drawn)
    progress("drawing tables", 1.0)
    return Simulated(np.stack(values), negative / draws, held / draws, redrawn)


def ends(simulated: Simulated, level: float = 0.95) -> DrawnEnds:
    """Return the intervals that hold `level` of the draws, as much left out below as above."""
    values = np.sort(simulated.values, axis=0)
    share = (1 - level) / 2
    low, low_error = _quantile(values, share)
    high, high_error = _quantile(values, 1 - share)
    spread = values.std(axis=0, ddof=1)
    return DrawnEnds(low, high, spread, values.mean(axis=0), low_error, high_error)


def _quantile(ordered: Floats, p: float) -> tuple[Floats, Floats]:
    """Return a quantile of sorted draws and its standard error.

    The rank of the true quantile among N draws is binomial with mean N p and variance N p (1 - p):
    half the distance between the values one standard deviation of ranks away (David & Nagaraja,
    Order Statistics, 3rd ed., 2003, ch. 7).
    """
    N = len(ordered)
    reach = np.sqrt(p * (1 - p) / N)
    around = np.quantile(ordered, [max(0.0, p - reach), p, min(1.0, p + reach)], axis=0)
    return around[1], np.asarray((around[2] - around[0]) / 2)
