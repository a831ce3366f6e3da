"""One sector's neighbours: where its inputs come from, and whose demand it ends up serving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.demands import whole_output
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import FinalDemand, WorldTable


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a sector's inputs come from.

    `bought[i]` is what the sector buys directly of node i, in the table's unit; `embodied[i]` the
    extension made at node i, anywhere up the chain, for the sector's whole output. The sector's
    own part is in it.
    """

    node: int
    extension: Extension
    bought: Floats
    embodied: Floats


@dataclass(frozen=True, slots=True)
class Downstream:
    """Where a sector's output ends up.

    `sold[j]` is what node j buys of it directly for production; `products[p]` the part of its
    output in product p as finally bought, `buyers[f]` the part bought by final user f: both sum to
    its output, as far as the table balances, in the table's unit. `linkage` is the total forward
    linkage: the row sum of the Ghosh inverse, 1 for a sector that sells to final users only; None
    for a sector without output.
    """

    node: int
    sold: Floats
    products: Floats
    users: tuple[FinalDemand, ...]
    buyers: Floats
    linkage: float | None


def upstream(table: WorldTable, system: Solver, extension: Extension, node: int) -> Upstream:
    """Return where the inputs of a sector come from, directly and up the whole chain.

    Direct purchases are Z[:, j]; the whole chain is diag(s) L[:, j] x_j / L_jj, that behind the
    sector's whole output (Miller & Blair 2009, section 6.5.3).
    """
    X = system.output_for(whole_output(table, system, node))
    bought = np.asarray(table.A[:, node] * table.x[node], dtype=np.float64)
    return Upstream(node, extension, bought, intensities(table, [extension])[0] * X)


def downstream(table: WorldTable, system: Solver, node: int) -> Downstream:
    """Return which final demand ends up using a sector's output.

    By demand, L[i, p] Y[p, f]: every unit of output is followed to the product that it is finally
    bought in, and to the buyer. Changes in inventories are buyers too, signed. The linkage is
    that of Ghosh, sum over j of L_ij x_j / x_i (Miller & Blair 2009, sections 12.1 and 12.2.1),
    read as a description of where output went and not as a model of supply.
    """
    unit = np.zeros(table.n)
    unit[node] = 1.0
    row = system.multipliers(unit)
    x = float(table.x[node])
    return Downstream(
        node=node,
        sold=np.asarray(table.A[node] * table.x, dtype=np.float64),
        products=row * table.Y.sum(axis=1),
        users=table.final_demand,
        buyers=np.asarray(row @ table.Y, dtype=np.float64),
        linkage=float(row @ table.x) / x if x > 0 else None,
    )
