"""One factorisation of I - A that answers every question about a table, forwards and backwards."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import TableError

SINGULAR = 1e-13


class Solver(Protocol):
    """What the questions about a table need: its Leontief system, forwards and backwards."""

    def output_for(self, Y: Floats) -> Floats:
        """Return X with (I - A) X = Y; shape of Y, (n,) or (n, k)."""

    def multipliers(self, S: Floats) -> Floats:
        """Return M with M (I - A) = S; shape of S, (n,) or (k, n)."""

    def layers(self, Y: Floats, separate: int) -> Floats:
        """Return Y, AY, A^2 Y, ... for one demand and, last, all the rest; (n, separate + 1)."""


class FactoredSystem:
    """The Leontief system of a table, factored once (LU) and never inverted.

    `output_for` solves (I - A) X = Y, `multipliers` solves M (I - A) = S. Raises `TableError`
    where I - A is singular: a group of nodes that buys from itself all that it makes.
    """

    def __init__(self, A: Floats) -> None:
        from scipy.linalg import lapack  # noqa: PLC0415 - a quarter second that only solving needs

        self._A = A
        system = np.asfortranarray(np.eye(len(A)) - A)
        norm = np.abs(system).sum(axis=0).max(initial=0)
        self._lu, self._pivots, info = lapack.dgetrf(system, overwrite_a=1)
        condition, _ = lapack.dgecon(self._lu, norm) if len(A) else (1.0, 0)
        self._solve = lapack.dgetrs
        if info > 0 or not condition > SINGULAR:
            raise TableError(
                "The table has no solution: I - A is singular, or nearly so",
                fix="Look for a sector that buys as much as it makes.",
            )

    def output_for(self, Y: Floats) -> Floats:
        """Return the output that final demand needs; shape of Y, (n,) or (n, k)."""
        X, _ = self._solve(self._lu, self._pivots, np.asarray(Y, dtype=np.float64))
        return np.asarray(X, dtype=np.float64)

    def multipliers(self, S: Floats) -> Floats:
        """Return S (I - A)^-1 for rows of intensities; shape of S, (n,) or (k, n)."""
        M, _ = self._solve(self._lu, self._pivots, np.asarray(S, dtype=np.float64).T, trans=1)
        return np.asarray(M.T, dtype=np.float64)

    def layers(self, Y: Floats, separate: int) -> Floats:
        """Return output by production layer and, last, all deeper ones; shape (n, separate + 1)."""
        found = np.empty((len(Y), separate + 1))
        current = np.asarray(Y, dtype=np.float64)
        for t in range(separate):
            found[:, t] = current
            current = self._A @ current
        found[:, separate] = self.output_for(current)
        return found


def system_of(table: WorldTable) -> Solver:
    """Return the solver that every question below uses."""
    return FactoredSystem(table.A)
