"""Make the flows of new countries add up: to every old cell, and to each country's own totals.

The smallest change to a prior, in relative entropy, that meets three sets of sums at once:
biproportional fitting (Deming & Stephan 1940; Miller & Blair 2009, section 7.4) with a third
margin that lies over blocks of cells (as in Gilchrist & St Louis 1999). The proportional split
meets all three, so they never contradict each other and the fitting converges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.split.types import Balanced, Flows, Openness, Region, Shares
from ketenkaart.core.chain.types import Floats

TOLERANCE = 1e-10
CYCLES = 1000
NEGLIGIBLE = 1e-6
"""A row or column this much smaller than the mean one is measured against the mean instead."""


STEERED = 150
"""Cycles in which the fit is steered to the countries' exports and imports; then it is let go."""
STEP = 10
FARTHEST = 30.0
"""What all steps together may multiply a country's sales or purchases abroad by."""
MOST_OPEN = 0.9
"""Part of what a country makes or uses that may go to or come from abroad."""


def balance(
    region: Region,
    shares: Shares,
    prior: Flows,
    openness: Openness,
    progress: Callable[[float], None] = lambda _done: None,
    cycles: int = CYCLES,
) -> Balanced:
    """Return the flows nearest to `prior` that add up to the region's cells, rows and columns.

    The arrays of `prior` are overwritten with the result. Sums over new countries equal each old
    cell to rounding; each new row and column is its share of the old one as far as `miss` says.
    In its first cycles the fit is steered to `openness`; from then on only the three sets of sums
    count, so how near it comes is a result. Negative cells (changes in inventories) are split by
    `shares` and stand outside the fitting: no positive multiplier can keep their sum.
    """
    fit = _Fit(region, shares, prior)
    steered = STEERED if openness.is_known else 0
    done, miss, first, shown = 0, np.inf, 1.0, 0.0
    while True:
        fit.cells()
        if done < steered and done % STEP == 0:
            fit.steer(openness)
            fit.cells()
        miss = max(fit.columns(), fit.rows())
        if done >= steered and (miss <= TOLERANCE or done >= cycles):
            break
        done += 1
        if done <= steered:
            first = miss
        shown = max(shown, _done(done, steered, miss, first))
        progress(shown)
    fit.cells()
    miss = max(fit.column_miss(), fit.row_miss())
    return Balanced(fit.flows(), done, miss)


@dataclass(slots=True)
class _Block:
    """Cells of one block, the prior over them, and the multiplier of each cell."""

    wanted: Floats
    prior: Floats
    scale: Floats


class _Fit:
    """Multipliers of rows `r[s, p]`, of columns `q[k, p]`, and of the cells of three blocks."""

    def __init__(self, region: Region, shares: Shares, prior: Flows) -> None:
        self._region, self._shares = region, shares
        self._sold = _block(region.exports, prior.exports)
        self._bought = _block(region.imports.T, prior.imports)
        self._inside = _block(region.domestic, prior.domestic)
        S, P, _, K = prior.domestic.shape
        self._tall = prior.domestic.reshape(S, P, P * K)
        self._r, self._q = np.ones((S, P)), np.ones((K, P))
        self._from_rows = np.zeros((S, P, K))
        self._steered = {name: np.ones(P) for name in ("sells", "buys", "goods")}
        self._rows = shares.sectors.T * _sums(self._sold.wanted, self._inside.wanted)[:, None]
        self._columns = (
            shares.columns.T * _sums(self._bought.wanted, self._inside.wanted.T)[:, None]
        )

    def cells(self) -> None:
        """Make the sums over new countries equal the old cells."""
        self._sold.scale = _ratio(self._sold.wanted, _mixed(self._r, self._sold.prior))
        self._bought.scale = _ratio(self._bought.wanted, _mixed(self._q, self._bought.prior))
        S, P, K = self._from_rows.shape
        self._from_rows = _mixed(self._r, self._tall).reshape(S, P, K)
        found = np.einsum("spk,kp->sk", self._from_rows, self._q)
        self._inside.scale = _ratio(self._inside.wanted, found)

    def columns(self) -> float:
        """Make the columns add up, and return what they missed; `cells` goes before."""
        found = self._column_sums()
        miss = _miss(found * self._q, self._columns)
        self._q = _ratio(self._columns, found)
        return miss

    def rows(self) -> float:
        """Make the rows add up, and return what they missed."""
        found = self._row_sums()
        miss = _miss(found * self._r, self._rows)
        self._r = _ratio(self._rows, found)
        return miss

    def steer(self, openness: Openness) -> None:
        """Change the prior towards each country's exports, imports and sales of goods home."""
        most = MOST_OPEN * self._rows.sum(axis=0), MOST_OPEN * self._columns.sum(axis=0)
        pairs = self._pairs()
        outside = (
            np.einsum("spj,sj,sp->p", self._sold.prior, self._sold.scale, self._r),
            np.einsum("kpi,ki,kp->p", self._bought.prior, self._bought.scale, self._q),
        )
        found = outside[0] + pairs.sum(axis=1), outside[1] + pairs.sum(axis=0)
        sells = self._towards("sells", np.minimum(openness.exports, most[0]), found[0])
        buys = self._towards("buys", np.minimum(openness.imports, most[1]), found[1])
        self._sold.prior *= sells[None, :, None]
        self._bought.prior *= buys[None, :, None]
        crossing = np.outer(sells, buys)
        np.fill_diagonal(crossing, 1.0)
        for block in self._tall:
            block.reshape(*crossing.shape, -1)[...] *= crossing[:, :, None]
        region = self._region
        at = np.ix_(
            np.flatnonzero(region.is_good),
            np.arange(len(sells)),
            np.flatnonzero(region.buyers == (-1 if region.home is None else region.home)),
        )
        goods = np.einsum(
            "spj,sj,sp->p",
            self._sold.prior[at],
            self._sold.scale[np.ix_(at[0].ravel(), at[2].ravel())],
            self._r[at[0].ravel()],
        )
        self._sold.prior[at] *= self._towards("goods", openness.home_goods, goods)[None, :, None]

    def _towards(self, name: str, wanted: Floats, found: Floats) -> Floats:
        """Return by what to multiply to come nearer, within what all steps together may be."""
        usable = np.isfinite(wanted) & (wanted > 0) & (found > 0)
        ratio = np.divide(wanted, found, out=np.ones_like(found), where=usable)
        before = self._steered[name]
        self._steered[name] = np.clip(before * ratio, 1 / FARTHEST, FARTHEST)
        return np.asarray(self._steered[name] / before)

    def _pairs(self) -> Floats:
        """Return what new countries sell each other; zero to themselves."""
        P = len(self._shares.sectors)
        found = np.zeros((P, P))
        for s, block in enumerate(self._tall):
            weights = self._inside.scale[s][:, None] * self._q
            blocks = block.reshape(P, P, -1)
            found += self._r[s][:, None] * np.einsum("pqk,kq->pq", blocks, weights)
        np.fill_diagonal(found, 0.0)
        return found

    def column_miss(self) -> float:
        """Return what columns miss as everything stands."""
        return _miss(self._column_sums() * self._q, self._columns)

    def row_miss(self) -> float:
        """Return what rows miss as everything stands."""
        return _miss(self._row_sums() * self._r, self._rows)

    def _column_sums(self) -> Floats:
        inside = np.einsum("spk,sk->kp", self._from_rows, self._inside.scale)
        return np.asarray(_across(self._bought.prior, self._bought.scale) + inside)

    def _row_sums(self) -> Floats:
        S, P, K = self._from_rows.shape
        wide = (self._inside.scale[:, None, :] * self._q.T[None]).reshape(S, P * K)
        return _across(self._sold.prior, self._sold.scale) + _across(self._tall, wide)

    def flows(self) -> Flows:
        """Return the fitted flows, negative cells among them, in the arrays of the prior."""
        sold, bought, inside = self._sold.prior, self._bought.prior, self._inside.prior
        sold *= self._r[:, :, None] * self._sold.scale[:, None, :]
        bought *= self._q[:, :, None] * self._bought.scale[:, None, :]
        for s in range(len(inside)):
            inside[s] *= self._r[s][:, None, None]
            inside[s] *= (self._inside.scale[s][None, :] * self._q.T)[None]
        region, shares = self._region, self._shares
        for s, j in np.argwhere(region.exports < 0):
            sold[s, :, j] = shares.sectors[:, s] * region.exports[s, j]
        for i, k in np.argwhere(region.imports < 0):
            bought[k, :, i] = shares.columns[:, k] * region.imports[i, k]
        for s, k in np.argwhere(region.domestic < 0):
            part = np.outer(shares.sectors[:, s], shares.columns[:, k])
            inside[s, :, :, k] = part * region.domestic[s, k]
        return Flows(sold, bought, inside)


def _done(cycle: int, steered: int, miss: float, first: float) -> float:
    """Return how far the fit is: half for steering, half for what is missed, in logarithms."""
    if cycle < steered:
        return cycle / steered / 2
    left = np.log(max(miss, TOLERANCE) / TOLERANCE) / np.log(max(first, 2 * TOLERANCE) / TOLERANCE)
    return float(np.clip(1 - left / 2, 0.5, 1.0))


def _block(cells: Floats, prior: Floats) -> _Block:
    return _Block(np.maximum(cells, 0.0), prior, np.ones(cells.shape))


def _sums(outside: Floats, inside: Floats) -> Floats:
    return np.asarray(outside.sum(axis=1) + inside.sum(axis=1))


def _mixed(weights: Floats, prior: Floats) -> Floats:
    """Return the weighted sum over new countries, per line: shape (lines, cells)."""
    return np.stack([w @ block for w, block in zip(weights, prior, strict=True)])


def _across(prior: Floats, scale: Floats) -> Floats:
    """Return what every new country has in all, per line: shape (lines, countries)."""
    return np.stack([block @ s for block, s in zip(prior, scale, strict=True)])


def _ratio(wanted: Floats, found: Floats) -> Floats:
    """Return wanted / found, and zero where nothing is wanted or nothing can be given."""
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=(wanted > 0) & (found > 0))


def _miss(found: Floats, wanted: Floats) -> float:
    floor = NEGLIGIBLE * wanted.mean()
    if floor == 0:
        return float(np.abs(found).max(initial=0.0))
    return float((np.abs(found - wanted) / np.maximum(wanted, floor)).max())
