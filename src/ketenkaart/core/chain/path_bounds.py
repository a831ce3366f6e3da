"""How large a path can still become: the bound that structural path search prunes by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError

BLOCK_BYTES = 1 << 20
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class PathBounds:
    """The most that a single path into each node carries, per unit of its output; shape (n,).

    `most` over all paths, `onward` over those of one step or more.
    """

    most: Floats
    onward: Floats


def path_bounds(A: Floats, s: Floats) -> PathBounds:
    """Return B[j]: the largest |s[i] A[i,k] ... A[m,j]| over all paths that end in node j.

    One unit of output of node j has no single path upstream that carries more of the extension
    s (per unit of output) than B[j], and one path carries exactly that; so a search that prunes
    by B never goes where nothing is to be found. B is the least solution of
    B[j] = max(|s[j]|, max over i of |A[i,j]| B[i]) (Bellman 1958), reached in as many rounds as
    the longest best path has steps; a round reads the rows that the last one changed.

    Raises `TableError` where a path grows by going round.

    >>> found = path_bounds(np.array([[0.1, 0.5], [0.0, 0.1]]), np.array([1.0, 0.2]))
    >>> found.most.tolist(), found.onward.tolist()
    ([1.0, 0.5], [0.1, 0.5])
    """
    matrix = np.asarray(A)
    best: Floats = np.abs(np.asarray(s, dtype=np.float64))
    onward: Floats = np.zeros(len(best))
    changed = np.flatnonzero(best)
    for _ in range(ROUNDS):
        if not len(changed):
            return PathBounds(best, onward)
        found = _round(matrix, best, changed)
        # A row that did not change has had its say in an earlier round.
        onward = np.maximum(found, onward)
        changed = np.flatnonzero(found > best)
        best = np.maximum(found, best)
    raise TableError(
        "Paths grow by going round: sectors buy more from each other than they make",
        where="A",
        fix="Look for columns of A that sum to more than one.",
    )


def bounds_by_tier(A: Floats, bounds: PathBounds, min_tier: int) -> tuple[PathBounds, ...]:
    """Return the bounds of paths that must go on for min_tier, min_tier - 1, ..., 0 steps more.

    One pass over A for each step but the first; the last is `bounds` itself.
    """
    found = [bounds]
    everything = np.arange(len(bounds.most))
    for _ in range(min_tier):
        most = found[-1].onward
        found.append(PathBounds(most, _round(np.asarray(A), most, everything)))
    return tuple(reversed(found))


def _round(A: Floats, best: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return the largest |A[i, j]| best[i] over the given rows i, for every j."""
    n = len(A)
    found = np.zeros(n)
    size = max(1, BLOCK_BYTES // (8 * max(n, 1)))
    is_all = len(rows) > n // 2
    if is_all and not A.flags.c_contiguous:
        for at in range(0, n, size):
            # Columns lie together in this order: a block of them is read once.
            part = np.abs(A[:, at : at + size].T) * best
            found[at : at + size] = part.max(axis=1)
        return found
    if is_all:
        rows = np.arange(n)
    for at in range(0, len(rows), size):
        chosen = rows[at : at + size]
        whole = A[at : at + size] if is_all else A[chosen]
        part = whole * best[chosen, None]
        np.maximum(found, part.max(axis=0), out=found)
        np.maximum(found, -part.min(axis=0), out=found)
    return found
