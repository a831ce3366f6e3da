"""Trade between countries: what crosses the border, and what it embodies.

Three views that are never added to each other or to a footprint of demand. Gross flows count a
good at every border. Embodied flows count value where it was made and where it is finally used.
The border view follows what a country imports to who takes it in; it can hold the same value more
than once, where goods come back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.demands import buyers_of
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable


@dataclass(frozen=True, slots=True)
class BilateralTrade:
    """Trade between all pairs of regions: entry [r, s] goes from r to s; shape (regions, regions).

    `gross` is everything sold, for production or final use, in the table's unit; its diagonal is
    zero. `embodied` is the extension made in r for final demand in s, changes in inventories
    included; its diagonal is what stays at home.
    """

    regions: tuple[str, ...]
    extension: Extension
    gross: Floats
    embodied: Floats


@dataclass(frozen=True, slots=True)
class BorderUse:
    """Who takes imports in: `kind` is industry, final_user or re_export; `code` as in the table.

    Under `re_export` stands what an industry takes in and sends abroad again in its products.
    """

    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class BorderTrade:
    """Imports of one region at its border, by who takes them in.

    `gross[u]` is what use u imports, in the table's unit; `embodied[i, u]` the extension made at
    node i behind it. The `trade` view: never added to a footprint of demand.
    """

    region: str
    extension: Extension
    uses: tuple[BorderUse, ...]
    gross: Floats
    embodied: Floats


def bilateral(table: WorldTable, system: Solver, extension: Extension) -> BilateralTrade:
    """Return gross and embodied trade between all pairs of regions.

    Embodied: T[r, s] = sum over i in r of s_i ((I - A)^-1 y_s)_i; for value added these are the
    value-added exports of Johnson & Noguera (2012, Journal of International Economics 86). A row
    of T sums to what region r makes, as far as the table balances.
    """
    R, S = len(table.regions), len(table.sectors)
    bought = np.zeros((table.n, R))
    for k, item in enumerate(table.final_demand):
        bought[:, table.regions.index(item.region)] += table.Y[:, k]
    made = intensities(table, [extension])[0][:, None] * system.output_for(bought)
    gross = bought.reshape(R, S, R).sum(axis=1)
    for s in range(R):
        columns = slice(s * S, (s + 1) * S)
        gross[:, s] += (table.A[:, columns] @ table.x[columns]).reshape(R, S).sum(axis=1)
    np.fill_diagonal(gross, 0.0)
    return BilateralTrade(table.regions, extension, gross, made.reshape(R, S, R).sum(axis=1))


def border(table: WorldTable, system: Solver, extension: Extension, region: str) -> BorderTrade:
    """Return what a region imports, by importing industry, final user, or sent abroad again.

    Each import carries its whole chain, E = diag(s) (I - A)^-1 M, the part made in the importing
    region itself included. An industry's imports are parted by where its output ends up: at home
    or, through other industries at home if need be, abroad (vertical specialisation: Hummels,
    Ishii & Yi 2001, Journal of International Economics 54). Goods that only pass through are not
    in an inter-country table. Changes in inventories are a use of their own.
    """
    code = matching_code("region", region, table.regions, "--demand")
    S = len(table.sectors)
    home = slice(table.regions.index(code) * S, (table.regions.index(code) + 1) * S)
    produced = np.array(table.A[:, home]) * table.x[home]
    produced[home] = 0.0
    abroad = _share_abroad(table, home, code)
    buyers = buyers_of(table, code)
    finally_used = np.zeros((table.n, len(buyers)))
    for k, item in enumerate(table.final_demand):
        if item.region == code:
            finally_used[:, buyers.index(item.category)] += table.Y[:, k]
    finally_used[home] = 0.0
    M = np.hstack([produced * (1 - abroad), finally_used, produced * abroad])
    uses = (
        *(BorderUse("industry", sector) for sector in table.sectors),
        *(BorderUse("final_user", buyer) for buyer in buyers),
        *(BorderUse("re_export", sector) for sector in table.sectors),
    )
    embodied = intensities(table, [extension])[0][:, None] * system.output_for(M)
    return BorderTrade(code, extension, uses, M.sum(axis=0), embodied)


def _share_abroad(table: WorldTable, home: slice, region: str) -> Floats:
    """Return, per sector of a region, the share of what it sells that ends up abroad.

    With A_hh the region's own block, e its exports (sales to production and to final users
    elsewhere) and y_h what is finally used of it at home: (I - A_hh)^-1 e over (I - A_hh)^-1
    (e + y_h). In a balanced table that is over output; what a table's rows miss is nobody's
    purchase, and ends up nowhere. Where final demand of others is not in the table, as in the
    starter edition, exports are what remains of output. A sector that sells nothing exports
    nothing.
    """
    own = np.array(table.A[home, home])
    at_home = np.array([item.region == region for item in table.final_demand])
    used = table.Y[home][:, at_home].sum(axis=1)
    exports = table.x[home] - own @ table.x[home] - used
    if {item.region for item in table.final_demand} >= set(table.regions):
        exports = table.A[home] @ table.x - own @ table.x[home] + table.Y[home].sum(axis=1) - used
    ends = np.linalg.solve(np.eye(len(own)) - own, np.column_stack([exports, exports + used]))
    return np.divide(ends[:, 0], ends[:, 1], out=np.zeros(len(own)), where=ends[:, 1] > 0)
