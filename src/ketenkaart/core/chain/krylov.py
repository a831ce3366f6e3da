"""Solve (I - A) X = Y with products by A alone: minimal residuals, several rows in step.

GMRES (Saad & Schultz 1986, doi:10.1137/0907058): one product per step, and of all that the same
products could give, the least residual. Memory is one vector per step and row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketenkaart.core.chain.types import Floats

BASIS = 32
"""Steps before starting again from what is left; tables need about a dozen."""

FIRST_LOOK = 3

Multiply = Callable[[Floats], Floats]
"""Returns the product of rows by A, or by its transpose: the only use that is made of A."""


def correction(
    multiply: Multiply, rows: Floats, excess: Callable[[Floats, Floats], float], steps: int = BASIS
) -> Floats:
    """Return X near the solution of X - multiply(X) = rows; shape of `rows`, (k, n).

    `excess(X, residual)` says how many times too large the error still is, with the residual that
    X leaves; no product is spent on it, and it is asked as often as its fall so far makes
    sensible. The rows share each product, and so each reading of A.
    """
    k, n = rows.shape
    Q = np.empty((steps + 1, k, n))
    H = np.zeros((k, steps + 1, steps))
    start = np.sqrt(np.einsum("kn,kn->k", rows, rows))
    Q[0] = _scaled(rows, start)
    found = np.zeros_like(rows)
    next_look, last_look = FIRST_LOOK, (0, np.inf)
    for j in range(steps):
        W = Q[j] - multiply(Q[j])
        # Once is not enough for orthogonality to working precision; twice is.
        for _ in range(2):
            h = np.einsum("jkn,kn->kj", Q[: j + 1], W)
            W -= np.einsum("kj,jkn->kn", h, Q[: j + 1])
            H[:, : j + 1, j] += h
        length = np.sqrt(np.einsum("kn,kn->k", W, W))
        H[:, j + 1, j] = length
        Q[j + 1] = _scaled(W, length)
        if j + 1 < min(next_look, steps):
            continue
        found, residual = _least(Q[: j + 2], H[:, : j + 2, : j + 1], start)
        left = excess(found, residual)
        if left <= 1:
            break
        next_look, last_look = _look(j + 1, left, last_look), (j + 1, left)
    return found


def _look(step: int, left: float, before: tuple[int, float]) -> int:
    """Return the step at which to look again: most of the way there, at the pace so far.

    >>> _look(6, 1e4, (3, 1e7)), _look(6, 10.0, (3, 1e7)), _look(3, 1e7, (0, np.inf))
    (8, 7, 5)
    """
    fallen = before[1] / left
    if not np.isfinite(fallen) or fallen <= 1:
        return step + 2
    remaining = np.log(left) * (step - before[0]) / np.log(fallen)
    return step + max(1, int(0.6 * remaining))


def _scaled(rows: Floats, lengths: Floats) -> Floats:
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0)[:, None])


def _least(Q: Floats, H: Floats, start: Floats) -> tuple[Floats, Floats]:
    """Return the best combination of the basis, and the residual it leaves, per row."""
    aims = np.zeros(H.shape[:2])
    aims[:, 0] = start
    y = np.stack([np.linalg.lstsq(h, aim, rcond=None)[0] for h, aim in zip(H, aims, strict=True)])
    left = aims - np.einsum("kij,kj->ki", H, y)
    return np.einsum("kj,jkn->kn", y, Q[:-1]), np.einsum("ki,ikn->kn", left, Q)
