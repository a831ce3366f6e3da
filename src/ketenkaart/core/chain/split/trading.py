"""Who among the new countries sells what to whom, before anything is made to add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketenkaart.core.chain.split.shares import Parts, named_more
from ketenkaart.core.chain.split.types import Evidence, Flows, Openness, Prior, Region, Shares
from ketenkaart.core.chain.types import Booleans, Floats

LEAST_OPEN, MOST_OPEN = 0.02, 2.0
"""Bounds on exports and imports per unit of value added: beyond them goods pass through."""
LEAST_INSIDE, MOST_INSIDE = 0.01, 0.6
"""Bounds on the part of a region's own deliveries that crosses a border inside it."""


def neighbour_factor(trade: Floats, is_near: Booleans) -> float:
    """Return how many times more countries in the same part of the world trade than others do.

    `trade[r, s]` between countries that the table names, `is_near` of the same shape; the diagonal
    does not count. Both groups are measured against what the sizes of seller and buyer alone would
    give (sales times purchases, over the total), as in a gravity equation without distance
    (Anderson & van Wincoop 2003). At least 1.

    >>> near = np.array([[True, True, False], [True, True, False], [False, False, True]])
    >>> round(neighbour_factor(np.array([[0.0, 8, 1], [8, 0, 1], [1, 1, 0]]), near), 3)
    1.778
    """
    off = ~np.eye(len(trade), dtype=bool)
    flows = np.where(off, trade, 0.0)
    expected = np.where(off, np.outer(flows.sum(axis=1), flows.sum(axis=0)), 0.0)
    near, far = off & is_near, off & ~is_near
    if min(expected[near].sum(), expected[far].sum(), flows[far].sum()) <= 0:
        return 1.0
    ratio = flows[near].sum() / expected[near].sum() / (flows[far].sum() / expected[far].sum())
    return max(1.0, float(ratio))


def make_flows(
    region: Region,
    parts: Parts,
    shares: Shares,
    prior: Prior,
    named_neighbours: Sequence[str],
    factor: float,
) -> Flows:
    """Return the prior over all flows of the new countries; sizes matter within an old cell only.

    `factor` comes from `neighbour_factor`; `named_neighbours[r]` is the part of the world of each
    country that the table names. `proportional`: every cell in proportion to the shares of both
    sides. Otherwise sales abroad go by exports in the accounts, purchases by imports, and a
    country first of all sells to itself; `trade` adds neighbours and Dutch imports by origin.
    """
    if prior is Prior.PROPORTIONAL:
        return _plain(region, shares)
    near = factor if prior.has_trade else 1.0
    sells, buys = (
        _reach(parts, amounts, region.named, named_neighbours, near)
        for amounts in _open(parts.countries)
    )
    dutch = prior.has_trade and region.home is not None
    exports = _sold(region, shares, sells, _dutch(parts) if dutch else None)
    if prior.has_factories and region.supplied.any():
        # what buyers abroad name is made for buyers abroad
        group = int(region.activity[np.flatnonzero(region.supplied)[0]])
        exports[region.supplied] *= named_more(parts.evidence, group)[None, :, None]
    imports = shares.columns.T[:, :, None] * buys[None, :, region.sellers]
    return Flows(exports, imports, _inside(region, parts, shares, near))


def make_openness(region: Region, parts: Parts, prior: Prior) -> Openness:
    """Return what each new country should sell and buy abroad; NaN for the remainder.

    Exports and imports of the accounts, times what the table has of the region's value added per
    unit in the accounts; `trade` adds Dutch imports of goods by origin, times what the table has
    of them per unit in the source.
    """
    unknown = np.full(len(parts.members), np.nan)
    if prior is Prior.PROPORTIONAL:
        return Openness(unknown, unknown.copy(), unknown.copy())
    scale = region.value_added.sum() / parts.countries.value_added.sum()
    single = np.array([len(part) for part in parts.members]) == 1
    single[-1] = False
    first = [part[0] if part else 0 for part in parts.members]
    exports, imports = (
        np.where(single, amounts[first] * scale, np.nan) for amounts in _open(parts.countries)
    )
    goods = unknown.copy()
    if prior.has_trade and region.home is not None:
        columns = region.buyers == region.home
        bought = np.maximum(region.exports[np.ix_(region.is_good, columns)], 0.0).sum()
        dutch = _dutch(parts)
        has = single & np.isfinite(parts.countries.dutch_imports[first])
        goods = np.where(has, dutch * bought / dutch.sum(), np.nan)
    return Openness(exports, imports, goods)


def _plain(region: Region, shares: Shares) -> Flows:
    rows, columns = shares.sectors.T, shares.columns.T
    J, I = region.exports.shape[1], region.imports.shape[0]  # noqa: E741 - as in Flows
    return Flows(
        exports=np.repeat(rows[:, :, None], J, axis=2),
        imports=np.repeat(columns[:, :, None], I, axis=2),
        domestic=rows[:, :, None, None] * columns.T[None, None],
    )


def _open(countries: Evidence) -> tuple[Floats, Floats]:
    """Return exports and imports per country, within bounds of its value added."""
    size = countries.value_added.sum(axis=1)
    least, most = LEAST_OPEN * size, MOST_OPEN * size
    return np.clip(countries.exports, least, most), np.clip(countries.imports, least, most)


def _reach(
    parts: Parts,
    amounts: Floats,
    named: Sequence[str],
    named_neighbours: Sequence[str],
    near: float,
) -> Floats:
    """Return how open each new country is to each named one, per unit of value added."""
    countries = parts.countries
    size = countries.value_added.sum(axis=1)
    is_near = np.array([
        [bool(a) and a == b for b in named_neighbours] for a in countries.neighbours
    ]).reshape(len(size), len(named))  # fmt: skip
    reach = amounts[:, None] * np.where(is_near, near, 1.0)
    added = np.stack([reach[list(part)].sum(axis=0) for part in parts.members])
    whole = np.array([size[list(part)].sum() for part in parts.members])
    return np.asarray(added / np.maximum(whole, 1e-300)[:, None])


def _dutch(parts: Parts) -> Floats:
    """Return Dutch imports of goods per new country; a missing origin gets the mean per export."""
    found, sells = parts.countries.dutch_imports, _open(parts.countries)[0]
    has = np.isfinite(found)
    if not has.any():
        return np.array([sells[list(part)].sum() for part in parts.members])
    whole = np.where(has, found, sells * found[has].sum() / sells[has].sum())
    return np.array([whole[list(part)].sum() for part in parts.members])


def _sold(region: Region, shares: Shares, sells: Floats, dutch: Floats | None) -> Floats:
    exports = shares.sectors.T[:, :, None] * sells[None, :, region.buyers]
    if dutch is not None:
        columns = region.buyers == region.home
        goods = np.maximum(region.exports[np.ix_(region.is_good, columns)], 0.0).sum(axis=1)
        usual = shares.sectors[:, region.is_good] @ goods
        per_unit = np.divide(dutch, usual, out=np.ones_like(dutch), where=usual > 0)
        rows = np.flatnonzero(region.is_good)
        exports[np.ix_(rows, np.arange(len(per_unit)), np.flatnonzero(columns))] = (
            shares.sectors.T[rows] * per_unit
        )[:, :, None]
    return exports


def _inside(region: Region, parts: Parts, shares: Shares, near: float) -> Floats:
    """Return the prior over what the region sells to itself: at home, and across its borders.

    What crosses a border inside the region is what all its countries export, less what the table
    has the region export; it is spread by size and neighbourhood, and over sectors by how much of
    each the region exports.
    """
    domestic = np.maximum(region.domestic, 0.0)
    abroad = np.maximum(region.exports, 0.0).sum(axis=1)
    crossing = _crossing(region, parts, near)
    P = len(shares.sectors)
    size = parts.evidence.value_added.sum(axis=1) / parts.evidence.value_added.sum()
    size = np.maximum(size, 1e-300)
    tradable = np.divide(
        abroad,
        abroad + domestic.sum(axis=1),
        out=np.zeros_like(abroad),
        where=abroad + domestic.sum(axis=1) > 0,
    )
    weighted = tradable * domestic.sum(axis=1)
    tradable = tradable * domestic.sum() / weighted.sum() if weighted.sum() > 0 else tradable
    rows, columns = shares.sectors / size[:, None], shares.columns / size[:, None]
    at_home = np.diag(size * np.maximum(1 - crossing.sum(axis=1) / size, 1 - MOST_INSIDE))
    found = np.empty((region.sectors, P, P, columns.shape[1]))
    for s in range(region.sectors):
        pairs = at_home + crossing * tradable[s]
        found[s] = (rows[:, s, None] * pairs)[:, :, None] * columns[None]
    return found


def _crossing(region: Region, parts: Parts, near: float) -> Floats:
    """Return what crosses borders between new countries, as parts of all that stays inside."""
    countries = parts.countries
    exports, imports = _open(countries)
    is_near = np.array([
        [bool(a) and a == b for b in countries.neighbours] for a in countries.neighbours
    ])  # fmt: skip
    pull = np.outer(exports, imports) * np.where(is_near, near, 1.0)
    np.fill_diagonal(pull, 0.0)
    domestic = np.maximum(region.domestic, 0.0).sum()
    scale = region.value_added.sum() / countries.value_added.sum()
    left = exports.sum() * scale - np.maximum(region.exports, 0.0).sum()
    whole = float(np.clip(left / domestic, LEAST_INSIDE, MOST_INSIDE)) if domestic > 0 else 0.0
    P = len(parts.members)
    if pull.sum() <= 0:
        return np.zeros((P, P))
    pull *= whole / pull.sum()
    belongs = np.zeros((P, len(exports)))
    for p, part in enumerate(parts.members):
        belongs[p, list(part)] = 1.0
    found = belongs @ pull @ belongs.T
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)
