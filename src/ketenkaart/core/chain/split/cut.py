"""Cut a region loose from a table, and put its new countries in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.split.types import SPENDING, Flows, Region, Shares
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.chain.world import FinalDemand, WorldTable


@dataclass(frozen=True, slots=True)
class Classes:
    """What the sectors and categories of a table mean to the accounts, in the table's order.

    `activity[s]`, `is_good[s]`, `mine` and `supplied[s]` as in `Region`; `kind` gives each
    category of final demand its kind of spending.
    """

    activity: NDArray[np.int64]
    is_good: Booleans
    mine: int | None
    supplied: Booleans
    kind: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pieces stand: node and column numbers in the old table and in the new one.

    `inner` and `outer` are nodes of the region and the others; `inner_final` and `outer_final`
    columns of final demand. `new_outer` and `new_outer_final` are the same outside ones in the new
    table; `new_inner[p, s]` and `new_inner_final[p, f]` the new ones.
    """

    inner: NDArray[np.int64]
    outer: NDArray[np.int64]
    inner_final: NDArray[np.int64]
    outer_final: NDArray[np.int64]
    new_inner: NDArray[np.int64]
    new_outer: NDArray[np.int64]
    new_inner_final: NDArray[np.int64]
    new_outer_final: NDArray[np.int64]
    regions: tuple[str, ...]
    final_demand: tuple[FinalDemand, ...]


def places_of(table: WorldTable, region: str, members: Sequence[str]) -> Places:
    """Return where everything goes: other regions stay in order, the new ones stand at the end.

    The last of `members` is the remainder and keeps the code of the region.
    """
    S = len(table.sectors)
    at = table.regions.index(region)
    others = tuple(code for code in table.regions if code != region)
    regions = (*others, *members)
    final = [k for k, column in enumerate(table.final_demand) if column.region == region]
    outer_final = [k for k, column in enumerate(table.final_demand) if column.region != region]
    categories = [table.final_demand[k].category for k in final]
    kept = [table.final_demand[k] for k in outer_final]
    new = [FinalDemand(code, category) for code in members for category in categories]
    inner = np.arange(at * S, (at + 1) * S)
    outer = np.setdiff1d(np.arange(table.n), inner)
    P, F = len(members), len(final)
    return Places(
        inner=inner,
        outer=outer,
        inner_final=np.array(final, dtype=np.int64),
        outer_final=np.array(outer_final, dtype=np.int64),
        new_inner=len(outer) + np.arange(P * S).reshape(P, S),
        new_outer=np.arange(len(outer)),
        new_inner_final=len(kept) + np.arange(P * F).reshape(P, F),
        new_outer_final=np.arange(len(kept)),
        regions=regions,
        final_demand=(*kept, *new),
    )


def cut(table: WorldTable, places: Places, classes: Classes, home: str | None) -> Region:
    """Return the region cut loose from its table; `home` as in `Region.home`."""
    inner, outer = places.inner, places.outer
    x = np.asarray(table.x)
    named = tuple(code for code in table.regions if code != table.regions[inner[0] // len(inner)])
    number = {code: k for k, code in enumerate(named)}
    region_of = [number.get(code, -1) for code in table.regions]
    sellers = np.array([region_of[k // len(table.sectors)] for k in outer], dtype=np.int64)
    final_buyers = [number[table.final_demand[k].region] for k in places.outer_final]
    rows, columns = np.asarray(table.A[inner]) * x, np.asarray(table.A[:, inner]) * x[inner]
    Y = np.asarray(table.Y)
    exports = np.hstack([rows[:, outer], Y[np.ix_(inner, places.outer_final)]])
    kinds = [classes.kind[table.final_demand[k].category] for k in places.inner_final]
    return Region(
        exports=exports,
        imports=np.hstack([columns[outer], Y[np.ix_(outer, places.inner_final)]]),
        domestic=np.hstack([columns[inner], Y[np.ix_(inner, places.inner_final)]]),
        output=x[inner],
        value_added=x[inner] - columns.sum(axis=0),
        named=named,
        sellers=sellers,
        buyers=np.concatenate([sellers, np.array(final_buyers, dtype=np.int64)]),
        activity=classes.activity,
        is_good=classes.is_good,
        kind=np.array([SPENDING.index(kind) for kind in kinds], dtype=np.int64),
        mine=classes.mine,
        supplied=classes.supplied,
        home=number.get(home) if home else None,
    )


def put(
    table: WorldTable, places: Places, shares: Shares, flows: Flows, Z: Floats
) -> tuple[Floats, Floats, dict[str, Floats], Floats]:
    """Write the transactions of the new table into `Z`; return Y, x, V and satellites.

    `Z` (all zero) may stand on disk. Output, rows of value added and satellites (k, n) are split
    by the shares of their sector. Everything outside the region stays as it was.
    """
    S = len(table.sectors)
    x = np.asarray(table.x)
    outer = places.outer
    for start in range(0, len(outer), 256):
        part = slice(start, start + 256)
        Z[places.new_outer[part], : len(outer)] = (np.asarray(table.A[outer[part]]) * x)[:, outer]
    n = len(places.regions) * S
    Y = np.zeros((n, len(places.final_demand)))
    Y[np.ix_(places.new_outer, places.new_outer_final)] = np.asarray(table.Y)[
        np.ix_(outer, places.outer_final)
    ]
    _put_inner(places, flows, Z, Y, S)
    V = {name: _split(np.asarray(row), places, shares) for name, row in table.V.items()}
    satellites = [
        _split(np.asarray(item.values), places, shares) for item in table.satellites.values()
    ]
    counted = np.array(satellites).reshape(len(satellites), n)
    return Y, _split(x, places, shares), V, counted


def _put_inner(places: Places, flows: Flows, Z: Floats, Y: Floats, S: int) -> None:
    count = len(places.outer)
    for p, nodes in enumerate(places.new_inner):
        Z[nodes, :count] = flows.exports[:, p, :count]
        Y[np.ix_(nodes, places.new_outer_final)] = flows.exports[:, p, count:]
        Z[:count, nodes] = flows.imports[:S, p].T
        Y[np.ix_(places.new_outer, places.new_inner_final[p])] = flows.imports[S:, p].T
        Z[nodes, count:] = flows.domestic[:, p, :, :S].reshape(S, -1)
        columns = places.new_inner_final.ravel()
        Y[np.ix_(nodes, columns)] = flows.domestic[:, p, :, S:].reshape(S, -1)


def _split(values: Floats, places: Places, shares: Shares) -> Floats:
    found = np.empty(places.new_inner.max() + 1)
    found[places.new_outer] = values[places.outer]
    found[places.new_inner] = shares.sectors * values[places.inner]
    return found


def join(table: WorldTable, members: Sequence[str], region: str) -> WorldTable:
    """Return the table with some regions added to `region`, which keeps its place.

    The reverse of a split, and what a back-test begins from: every sum is kept.
    """
    S = len(table.sectors)
    kept = tuple(code for code in table.regions if code not in members)
    target = [kept.index(region if code in members else code) for code in table.regions]
    at = np.array([target[k // S] * S + k % S for k in range(table.n)])
    columns = [
        FinalDemand(region if c.region in members else c.region, c.category)
        for c in table.final_demand
    ]
    final = tuple(dict.fromkeys(columns))
    final_at = np.array([final.index(column) for column in columns])
    n = len(kept) * S
    x = _grouped(np.asarray(table.x), at, n)
    Z = _add(_add(np.asarray(table.A) * np.asarray(table.x), at, n).T, at, n).T
    return WorldTable(
        regions=kept,
        sectors=table.sectors,
        A=np.divide(Z, x, out=np.zeros_like(Z), where=x > 0),
        Y=_add(_add(np.asarray(table.Y), at, n).T, final_at, len(final)).T,
        x=x,
        V={name: _grouped(np.asarray(row), at, n) for name, row in table.V.items()},
        satellites={},
        final_demand=final,
        inventory=table.inventory,
        unit=table.unit,
        year=table.year,
        edition=table.edition,
    )


def _grouped(values: Floats, at: NDArray[np.int64], n: int) -> Floats:
    return np.asarray(np.bincount(at, values, n), dtype=np.float64)


def _add(values: Floats, at: NDArray[np.int64], n: int) -> Floats:
    found = np.zeros((n, values.shape[1]))
    np.add.at(found, at, values)
    return found
