"""Leverage: whose demand a place works for, and which demand abroad reaches the same places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.footprint import Place
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class TradeLever:
    """The weight of one group of countries in what is made at each node; shares from 0 to 1.

    `of_value[i]` is the share of the extension at node i that ends up in their final demand,
    directly or not; `of_exports[i]` their share of what node i itself sells abroad. NaN where the
    node makes, or exports, nothing: not applicable, not zero.
    """

    of_value: Floats
    of_exports: Floats


@dataclass(frozen=True, slots=True)
class Partner:
    """A sector abroad whose final demand reaches the places that a covenant's chain runs through.

    `added` is the share of the work there that it would add, places weighed by the covenant's own
    exposure and outside the partner's own country; `at_home` its share of the work inside that
    country, where its own law can reach. `embodied` is what its demand embodies abroad.
    """

    place: Place
    added: float
    at_home: float
    embodied: float


@dataclass(frozen=True, slots=True)
class ScaleUp:
    """Which partners would scale a covenant up, the largest first.

    `own` is the share of the work in the covenant's chain abroad that is done for its own demand;
    each partner adds its share. Shares of different partners may be added.
    """

    own: float
    partners: tuple[Partner, ...]


def trade_lever(
    table: WorldTable, system: Solver, extension: Extension, members: Sequence[str]
) -> TradeLever:
    """Return how much of what each node makes is for these regions.

    Of value: s_i (L y)_i / (s_i x_i), with y the final demand of the members, inventories left
    out. Of exports: direct sales to the members, by all nodes and buyers there, over all sales
    outside the node's own region; a member's sales at home are no exports.
    """
    y = np.sum([table.demand_of(region) for region in members], axis=0)
    made = intensities(table, [extension])[0] * table.x
    served = intensities(table, [extension])[0] * system.output_for(y)
    sales = _sales(table)
    own = table.region_index()
    abroad = sales.copy()
    abroad[np.arange(table.n), own] = 0.0
    to_members = abroad[:, [table.regions.index(region) for region in members]].sum(axis=1)
    return TradeLever(_ratio(served, made), _ratio(to_members, abroad.sum(axis=1)))


def scale_up(
    table: WorldTable,
    system: Solver,
    extension: Extension,
    home: str,
    weights: Mapping[str, float],
) -> ScaleUp:
    """Return the sectors abroad that share the chain of a covenant at home.

    The covenant is about products of the sectors in `weights`, each for that part of its demand (1
    for all of it). Its exposure w_n is what the home country's final demand for them embodies at
    node n abroad. A partner is final demand of another country for the same part of products of
    one of those sectors; it adds sum of w_n g_n / sum of w_n over places outside its own country,
    with g_n the share of all that node n makes which that demand embodies. Raises `InputError`
    where the covenant's chain touches nobody.
    """
    R, S = len(table.regions), len(table.sectors)
    h = table.regions.index(home)
    sectors = tuple(weights)
    Y = np.zeros((table.n, R, len(sectors)))
    sector_of = table.sector_index()
    for r, region in enumerate(table.regions):
        demand = table.demand_of(region)
        for p, sector in enumerate(sectors):
            Y[:, r, p] = np.where(
                sector_of == table.sectors.index(sector), weights[sector] * demand, 0.0
            )
    s = intensities(table, [extension])[0]
    F = s[:, None] * system.output_for(Y.reshape(table.n, -1))
    F = F.reshape(table.n, R, len(sectors))
    F[h * S : (h + 1) * S] = 0.0
    weight = F[:, h].sum(axis=1)
    if weight.sum() <= 0:
        raise InputError(
            "This demand embodies nothing abroad",
            where="--sector",
            fix="Choose sectors whose products the country buys.",
        )
    weight = weight / weight.sum()
    share = np.divide(F, (s * table.x)[:, None, None], out=np.zeros_like(F), where=F != 0)
    weighed = (weight[:, None, None] * share).reshape(R, S, R, len(sectors)).sum(axis=1)
    made = F.reshape(R, S, R, len(sectors)).sum(axis=1)
    partners = [
        Partner(
            Place(region, sector),
            added=float(weighed[:, r, p].sum() - weighed[r, r, p]),
            at_home=float(weighed[r, r, p]),
            embodied=float(made[:, r, p].sum() - made[r, r, p]),
        )
        for r, region in enumerate(table.regions)
        for p, sector in enumerate(sectors)
        if r != h
    ]
    partners.sort(key=lambda item: -item.added)
    return ScaleUp(float(weighed[:, h].sum()), tuple(partners))


def _sales(table: WorldTable) -> Floats:
    """Return what each node sells to each region, for production and final use; (n, regions)."""
    R, S = len(table.regions), len(table.sectors)
    sales = np.zeros((table.n, R))
    for r in range(R):
        columns = slice(r * S, (r + 1) * S)
        sales[:, r] = table.A[:, columns] @ table.x[columns]
    for k, item in enumerate(table.final_demand):
        if item.category not in table.inventory:
            sales[:, table.regions.index(item.region)] += table.Y[:, k]
    return sales


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))
