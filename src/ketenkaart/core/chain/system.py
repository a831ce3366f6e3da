"""The solver that every question about a table uses, precise to the smallest cell."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ketenkaart.core.chain.solve import System
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable


class Solver(Protocol):
    """What the questions about a table need: its Leontief system, forwards and backwards."""

    def output_for(self, Y: Floats) -> Floats:
        """Return X with (I - A) X = Y; shape of Y, (n,) or (n, k)."""

    def multipliers(self, S: Floats) -> Floats:
        """Return M with M (I - A) = S; shape of S, (n,) or (k, n)."""

    def layers(self, Y: Floats, k: int) -> Floats:
        """Return Y, AY, ..., A^k Y; shape (k + 1, *Y.shape)."""


class RefinedSystem:
    """The system of a table with one step of iterative refinement after every solution.

    `System` bounds the error of the whole; a country that contributes a millionth of it could
    still be wrong in its fifth digit. Solving once more for the residual brings every cell to
    rounding (Higham 2002, Accuracy and Stability of Numerical Algorithms, ch. 12).
    """

    def __init__(self, system: System) -> None:
        self._system = system

    def output_for(self, Y: Floats) -> Floats:
        """Return the output that final demand needs; shape of Y. Raises `TableError`."""
        X = self._system.output_for(Y)
        left = Y - X + self._system.A @ X
        return np.asarray(X + self._system.output_for(left))

    def multipliers(self, S: Floats) -> Floats:
        """Return what a unit of final demand embodies; shape of S. Raises `TableError`."""
        M = self._system.multipliers(S)
        left = S - M + M @ self._system.A
        return np.asarray(M + self._system.multipliers(left))

    def layers(self, Y: Floats, k: int) -> Floats:
        """Return output by production layer, 0 to k."""
        return self._system.layers(Y, k)


def system_of(table: WorldTable) -> Solver:
    """Return the solver of a table."""
    return RefinedSystem(System.of(table))


def layers_and_rest(table: WorldTable, system: Solver, y: Floats, deepest: int) -> Floats:
    """Return output by production layer, 0 to `deepest`, and last all deeper ones.

    Shape (deepest + 2, n). The rest is solved for, (I - A)^-1 A^(deepest+1) y, and not what is
    left of a rounded total.
    """
    found = np.empty((deepest + 2, table.n))
    found[:-1] = system.layers(y, deepest)
    found[-1] = system.output_for(np.asarray(table.A @ found[-2]))
    return found
