"""What sectors buy inside their own region, solved at once: a start for the whole table."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.types import Floats


class DomesticBlocks:
    """The inverses of I - A within each region: most purchases, for hardly any memory.

    They hold n x S numbers, with S the sectors of a region (16 MB for the largest tables), where L
    holds n x n. Used as a preconditioner they leave only trade between regions to be iterated.
    """

    def __init__(self, A: Floats, sectors: int) -> None:
        regions = len(A) // sectors
        blocks = np.empty((regions, sectors, sectors))
        for r in range(regions):
            own = slice(r * sectors, (r + 1) * sectors)
            np.negative(A[own, own], out=blocks[r])
        blocks += np.eye(sectors)
        self._inverses: Floats = np.asarray(np.linalg.inv(blocks), dtype=np.float64)

    def solve(self, rows: Floats, *, transposed: bool) -> Floats:
        """Return X with (I - D) X = rows, or X (I - D) = rows; D is A without trade."""
        regions, sectors, _ = self._inverses.shape
        parts = rows.reshape(len(rows), regions, sectors).swapaxes(0, 1)
        inverses = self._inverses if transposed else self._inverses.swapaxes(1, 2)
        return np.ascontiguousarray((parts @ inverses).swapaxes(0, 1)).reshape(rows.shape)
