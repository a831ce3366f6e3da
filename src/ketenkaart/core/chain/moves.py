"""How far the cells of a table moved, and how near they came to a table that is real."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Move:
    """One cell that moved: from which node to which node or buyer, in the table's unit."""

    seller: str
    buyer: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the sales of a table moved, beyond growing all alike.

    `growth` is all sales after over all before. `share` is the sum of |after - growth x before|
    over all sales after, for production and final use apart, and `by_region` for each buying
    region. `quantiles` are those of after / (growth x before), weighted by money, at the shares
    0.05, 0.25, 0.5, 0.75 and 0.95. `largest` are the cells that moved by most money.
    """

    growth: float
    production: float
    final_use: float
    by_region: tuple[tuple[str, float], ...]
    quantiles: tuple[float, ...]
    largest: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """How far a table is from a real one: sum of |difference| over sum of |real|, per part.

    `unmoved` says the same of the table before, with all cells grown alike: what a method must
    beat to be worth its while.
    """

    production: float
    final_use: float
    unmoved_production: float
    unmoved_final_use: float


def moved(table: WorldTable, before: Floats, after: Floats, top: int = 10) -> Moved:
    """Return how far [Z Y] moved from `before` to `after`; both (n, n + buyers), same unit."""
    n = table.n
    growth = float(after.sum() / before.sum())
    off = np.abs(after - growth * before)
    regions = np.concatenate([
        table.region_index(),
        np.array([table.regions.index(c.region) for c in table.final_demand], dtype=np.int64),
    ])  # fmt: skip
    by_column, size = off.sum(axis=0), np.abs(after).sum(axis=0)
    places = range(len(table.regions))
    by_region = [
        (table.regions[r], _share(by_column[regions == r].sum(), size[regions == r].sum()))
        for r in places
    ]
    largest = np.argsort(-off, axis=None, kind="stable")[:top]
    cells = [divmod(int(k), after.shape[1]) for k in largest]
    return Moved(
        growth,
        _share(off[:, :n].sum(), np.abs(after[:, :n]).sum()),
        _share(off[:, n:].sum(), np.abs(after[:, n:]).sum()),
        tuple(sorted(by_region, key=lambda item: -item[1])),
        _quantiles(growth * before, after),
        tuple(
            Move(table.label(i), buyer_label(table, j), float(before[i, j]), float(after[i, j]))
            for i, j in cells
        ),
    )


def missed(n: int, before: Floats, after: Floats, real: Floats) -> Missed:
    """Return how far `after` is from `real`, and `before` grown alike; all (n, n + buyers)."""
    grown = before * float(real.sum() / before.sum())
    parts = [
        _share(np.abs(found[:, part] - real[:, part]).sum(), np.abs(real[:, part]).sum())
        for found in (after, grown)
        for part in (slice(0, n), slice(n, None))
    ]
    return Missed(*parts)


def buyer_label(table: WorldTable, j: int) -> str:
    """Return what column j of [Z Y] is called: a node, or `REGION.category` of a final buyer."""
    if j < table.n:
        return table.label(j)
    column = table.final_demand[j - table.n]
    return f"{column.region}.{column.category}"


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0


def _quantiles(before: Floats, after: Floats) -> tuple[float, ...]:
    """Return quantiles of after / before over cells that were positive, weighted by `before`."""
    there = before > 0
    ratio, weight = after[there] / before[there], before[there]
    if not ratio.size:
        return ()
    order = np.argsort(ratio, kind="stable")
    passed = np.cumsum(weight[order])
    places = np.searchsorted(passed, np.array(SHARES) * passed[-1])
    return tuple(float(ratio[order[min(k, len(order) - 1)]]) for k in places)
