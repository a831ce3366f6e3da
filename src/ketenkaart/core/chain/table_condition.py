"""Say whether a table has a solution, and how much it magnifies errors, from one linear system.

The output multipliers m solve (I - A)' m = 1; m[j] is output everywhere per unit of final demand
for node j. For A without negative entries the inverse L has none either exactly when such an m of
at least 1 exists, and the largest m is the 1-norm of L. Miller & Blair (2009), sections 2.4 and
6.2; the criterion: Takayama, Mathematical Economics (2nd ed., 1985), theorem 4.C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note
from ketenkaart.core.chain.table_checks import Finding, row_blocks, worst
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError

NEAR_SINGULAR = 1e6
SINGULAR = 1e12
_DIRECT = 2_500
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Condition:
    """How well a table can be solved: `number` is the condition of I - A in the 1-norm.

    `multipliers` are the output multipliers, per node, no unit. With negative entries in A the
    number is a lower bound.
    """

    number: float
    multipliers: Floats
    findings: tuple[Finding, ...]


def condition(heading: Heading, A: Floats) -> Condition:
    """Return the condition of I - A and the output multipliers.

    Raises `TableError`, naming nodes, where I - A is singular or its inverse has negative sums.
    """
    multipliers = _multipliers(A)
    norm, column_sums = _norm(A)
    good = multipliers is not None and bool(
        np.isfinite(multipliers).all() and multipliers.min() > 0 and multipliers.max() < SINGULAR
    )
    if multipliers is None or not good:
        blamed = np.where(column_sums >= 1 - 1e-9, column_sums, 0.0)
        raise TableError(
            "The table has no solution: I - A is singular, or more is needed to make things than "
            "is made",
            where=", ".join(worst(heading, blamed)) or "A",
            fix="Look at nodes that buy as much as they make (purchases over output is shown).",
        )
    number = norm * float(multipliers.max())
    return Condition(number, multipliers, tuple(_near(heading, number, multipliers)))


def _near(heading: Heading, number: float, multipliers: Floats) -> Iterator[Finding]:
    if number > NEAR_SINGULAR:
        text = (
            f"I - A is close to singular: relative errors can grow {number:.1e} times; the "
            "figures are output multipliers."
        )
        yield Finding(Note("near_singular", text), worst(heading, multipliers))
    if multipliers.min() < 1 - 1e-6:
        text = "Some nodes need less than they make: negative entries of A are the cause."
        small = np.where(multipliers < 1 - 1e-6, multipliers, 0.0)
        yield Finding(Note("multiplier_under_one", text), worst(heading, small))


def _multipliers(A: Floats) -> Floats | None:
    n = len(A)
    ones = np.ones(n)
    if n > _DIRECT:
        found = _iterated(A, ones)
        if found is not None:
            return found
    if n <= 2 * _DIRECT:
        try:
            return np.asarray(np.linalg.solve(np.eye(n) - A.T, ones))
        except np.linalg.LinAlgError:
            return None
    return None


def _iterated(A: Floats, ones: Floats) -> Floats | None:
    from scipy.sparse.linalg import LinearOperator, bicgstab  # noqa: PLC0415 - slow to import

    n = len(A)
    system = LinearOperator((n, n), matvec=lambda v: v - np.ravel(v) @ A, dtype=np.float64)
    found, failed = bicgstab(system, ones, rtol=_TOLERANCE, atol=0.0, maxiter=500)
    if failed or np.abs(ones - found + found @ A).max() > 1e-6:
        return None
    return np.asarray(found, dtype=np.float64)


def _norm(A: Floats) -> tuple[float, Floats]:
    """Return the 1-norm of I - A, and the column sums of A."""
    n = len(A)
    absolute, plain = np.zeros(n), np.zeros(n)
    for _, block in row_blocks(A):
        absolute += np.abs(block).sum(axis=0)
        plain += block.sum(axis=0)
    diagonal = np.array(np.diagonal(A))
    return float((absolute - np.abs(diagonal) + np.abs(1 - diagonal)).max()), plain
