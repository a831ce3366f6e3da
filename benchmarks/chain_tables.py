"""Tables to measure on: the real WIOD where it is at hand, and made ones of the other sizes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WIOD = Path(__file__).resolve().parents[2] / "shared/data/wiod2013/wiot_2011.parquet"
SHAPES = {1435: (41, 0.81), 2464: (44, 0.81), 3465: (77, 0.81), 9800: (49, 0.32)}
"""Regions, and the part of the cells that is not zero, of WIOD 2013 and 2016, ICIO, EXIOBASE."""
EXTENSIONS = 10
HOME = 7


@dataclass(frozen=True)
class Made:
    """What the queries need: coefficients, demand by region (n, R), intensities (10, n)."""

    name: str
    regions: int
    A: Floats
    Y: Floats
    S: Floats
    home: int

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.A)

    @property
    def demand(self) -> Floats:
        """Final demand of the home region, the Netherlands where the table is real."""
        return np.ascontiguousarray(self.Y[:, self.home])

    @property
    def home_nodes(self) -> NDArray[np.int64]:
        """The home region's own nodes."""
        size = self.n // self.regions
        return np.arange(self.home * size, (self.home + 1) * size)


def made(n: int, seed: int = 0) -> Made:
    """Return a table with few large cells and many small ones, home purchases foremost.

    Columns of A sum to 0.25 to 0.89, as in the tables of that size.
    """
    regions, density = SHAPES.get(n, (max(2, n // 50), 0.81))
    size = n // regions
    rng = np.random.default_rng(seed)
    A = np.empty((n, n))
    for at in range(0, n, 256):
        part = rng.lognormal(-1, 2.2, (min(256, n - at), n))
        part[rng.random(part.shape) > density] = 0
        A[at : at + 256] = part
    Y = rng.lognormal(-3, 2, (n, regions))
    for r in range(regions):
        own = slice(r * size, (r + 1) * size)
        A[own, own] *= 60
        Y[own, r] *= 200
    A *= rng.uniform(0.25, 0.89, n) / A.sum(axis=0)
    return Made(f"made, {n:,}", regions, A, Y, _extensions(A, rng), min(HOME, regions - 1))


def real() -> Made | None:
    """Return WIOD 2011, or None where the publisher's file is not at hand."""
    if not WIOD.is_file():
        return None
    from ketenkaart.sources.wiod.world import open_wiod2013  # noqa: PLC0415 - only where it is there

    incoming = open_wiod2013(WIOD)
    n = incoming.heading.n
    Z = np.zeros((n, n))
    parts = incoming.fill(Z, lambda _label, _done: None)
    A = np.divide(Z, parts.x, out=np.zeros_like(Z), where=parts.x > 0)
    regions = incoming.heading.regions
    buyers = incoming.heading.final_demand
    Y = np.stack(
        [
            sum(
                parts.Y[:, k]
                for k, buyer in enumerate(buyers)
                if buyer.region == region and buyer.category not in incoming.heading.inventory
            )
            for region in regions
        ],
        axis=1,
    )
    S = _extensions(A, np.random.default_rng(0))
    return Made("WIOD 2011, 1,435", len(regions), A, Y, S, regions.index("NLD"))


def _extensions(A: Floats, rng: np.random.Generator) -> Floats:
    """Return value added per unit, whole and weighted by nine risks that few nodes have."""
    added = 1 - A.sum(axis=0)
    n = len(A)
    risks = np.where(rng.random((EXTENSIONS - 1, n)) < 0.3, rng.random((EXTENSIONS - 1, n)), 0.01)
    return np.vstack([added, added * risks])
