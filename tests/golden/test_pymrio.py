"""The same table through pymrio (Stadler 2021, Journal of Open Research Software 9:8).

Every figure that both can give is the same within 1e-10, cell by cell, on a made table and on the
real one. pymrio counts changes in inventories as demand, so here they count too.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pymrio
import pytest

from chain_tables import table_from, wiod
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import footprints
from ketenkaart.core.chain.sector import downstream, upstream
from ketenkaart.core.chain.system import Solver, system_of
from ketenkaart.core.chain.trade import bilateral
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable

SAME = 1e-10
REAL = pytest.param("wiod", marks=pytest.mark.data)


@cache
def made() -> WorldTable:
    rng = np.random.default_rng(20261122)
    regions, sectors = ("AAA", "BBB", "CCC", "DDD"), ("food", "metal", "other")
    A = rng.random((12, 12)) * (rng.random((12, 12)) < 0.7)
    A *= rng.uniform(0.2, 0.8, 12) / A.sum(axis=0)
    Y = rng.random((12, 8)) * 100
    Y[:, 1::2] -= 50
    return table_from(A, Y + 20, regions, sectors, jobs=rng.random(12) * 50)


@cache
def both(name: str) -> tuple[WorldTable, Solver, Any]:
    table = wiod(2011) if name == "wiod" else made()
    nodes = pd.MultiIndex.from_product([table.regions, table.sectors], names=["region", "sector"])
    users = pd.MultiIndex.from_tuples(
        [(item.region, item.category) for item in table.final_demand],
        names=["region", "category"],
    )
    counted = {"value_added": table.V["value_added"]} | {
        key: item.values for key, item in table.satellites.items()
    }
    peer = pymrio.IOSystem(
        name=name,
        Z=pd.DataFrame(table.A * table.x, index=nodes, columns=nodes),
        Y=pd.DataFrame(table.Y, index=nodes, columns=users),
    )
    peer.counted = pymrio.Extension(
        "counted", F=pd.DataFrame.from_dict(counted, orient="index", columns=nodes)
    )
    if name != "wiod":
        peer.spread = peer.counted.diag_stressor("value_added", name="spread")
    # The rounded real table does not balance, and pymrio would take row sums for its output.
    peer.x = pd.DataFrame(table.x, index=nodes, columns=["indout"])
    peer.calc_all()
    return table, system_of(table), peer


def same(found: object, wanted: Any, scale: float) -> None:
    """Assert two arrays the same within 1e-10, cell by cell, down to a 1e-15th of the whole."""
    np.testing.assert_allclose(
        found, np.asarray(wanted, dtype=float), rtol=SAME, atol=1e-15 * scale
    )


def bought(table: WorldTable, region: str) -> Floats:
    columns = [k for k, item in enumerate(table.final_demand) if item.region == region]
    return np.asarray(table.Y[:, columns].sum(axis=1))


@pytest.mark.parametrize("name", ["made", REAL])
def test_footprints_by_source(name: str) -> None:
    table, system, peer = both(name)
    region = table.regions[-2]
    y = bought(table, region)
    added = extension_of(table, "value_added")
    found = footprints(table, system, [added], y)[0]
    same(found.values, peer.counted.S.loc["value_added"] * (peer.L @ y), y.sum())
    same(found.total, peer.counted.D_cba_reg.loc["value_added", region], y.sum())


def test_footprints_by_source_are_those_of_a_spread_stressor() -> None:
    table, system, peer = both("made")
    added = extension_of(table, "value_added")
    for region in table.regions:
        y = bought(table, region)
        wanted = peer.spread.D_cba.T.groupby(level="region", sort=False).sum().T[region]
        same(footprints(table, system, [added], y)[0].values, wanted, y.sum())


@pytest.mark.parametrize("name", ["made", REAL])
def test_multipliers(name: str) -> None:
    _, system, peer = both(name)
    for extension in peer.counted.F.index:
        s = peer.counted.S.loc[extension].to_numpy()
        same(system.multipliers(s), peer.counted.M.loc[extension], 1)


@pytest.mark.parametrize("name", ["made", REAL])
def test_trade_embodied_and_gross(name: str) -> None:
    table, system, peer = both(name)
    found = bilateral(table, system, extension_of(table, "value_added"))
    scale = float(table.x.sum())
    abroad = found.embodied - np.diag(np.diag(found.embodied))
    accounts = peer.counted
    same(abroad.sum(axis=0), accounts.D_imp_reg.loc["value_added"], scale)
    same(abroad.sum(axis=1), accounts.D_exp_reg.loc["value_added"], scale)
    if name == "made":  # the rounded real table makes a little more or less than is bought of it
        same(found.embodied.sum(axis=1), accounts.D_pba_reg.loc["value_added"], scale)
    gross = pymrio.calc_gross_trade(peer.Z, peer.Y).bilat_flows
    by_region = gross.groupby(level="region", sort=False).sum()
    same(found.gross, by_region.loc[list(table.regions), list(table.regions)], scale)


def test_ghosh_and_one_sectors_chain() -> None:
    table, system, peer = both("made")
    ghosh = pymrio.calc_G(pymrio.calc_B(peer.Z, peer.x), peer.L, peer.x)
    for node in range(table.n):
        same(downstream(table, system, node).linkage, ghosh.iloc[node].sum(), 1)
        column = peer.L.iloc[:, node] * table.x[node] / peer.L.iloc[node, node]
        found = upstream(table, system, extension_of(table, "jobs"), node).embodied
        same(found, peer.counted.S.loc["jobs"] * column, table.x.sum())
