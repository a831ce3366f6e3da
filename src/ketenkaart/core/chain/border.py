"""Imports at a country's border, by who takes them in: the demand side of the `trade` view.

Goods come in to be used finally, to be worked into what final buyers at home buy, or to be worked
into exports. Everything stands on the home country's own part of the table: nothing of what other
countries use finally is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.leontief import coefficients, output_for
from ketenkaart.core.chain.types import Demand, Floats, Table

RE_EXPORT = "re_export"
BY_INDUSTRY = "industry_"


@dataclass(frozen=True, slots=True)
class ImportUse:
    """Who takes imports in: `final` is the final buyer they end with, None for exports.

    `steps` is how many steps of production lie at home between the border and that buyer: none for
    what is used finally, one or more (counted as one) for what industry works into its products.
    """

    name: str
    final: str | None
    steps: int


def import_uses(buyers: tuple[str, ...]) -> tuple[ImportUse, ...]:
    """Return the uses of imports: by final buyers, by industry for each of them, for exports.

    >>> [use.name for use in import_uses(("households",))]
    ['households', 'industry_households', 're_export']
    """
    return (
        *(ImportUse(buyer, buyer, 0) for buyer in buyers),
        *(ImportUse(f"{BY_INDUSTRY}{buyer}", buyer, 1) for buyer in buyers),
        ImportUse(RE_EXPORT, None, 1),
    )


def imports_by_use(table: Table, demand: Demand, groups: NDArray[np.int64] | None = None) -> Floats:
    """Return what the home country imports, by use and group of the product that decides.

    Shape (n, uses, groups), in the table's unit; uses as in `import_uses`, rows of home products
    are zero. For final use the product that decides is the import itself; for industry it is what
    is bought finally at home, since that is what a final buyer chooses. With F abroad, H home:

        final use        y_F
        industry         A_FH (I - A_HH)^-1 y_H
        exports          A_FH (I - A_HH)^-1 e,  e = x_H - Z_HH 1 - all final use of H at home

    Changes in inventories stand apart, as in `demand`: neither what goes into them nor what is
    worked into them is here. Exports below zero, which rounding brings, count as none. Method:
    docs/methods/gap.md.
    """
    if groups is None:
        groups = np.zeros(table.n, dtype=np.int64)
    n_groups, n_buyers = int(groups.max()) + 1, len(demand.buyers)
    home = table.region_index() == table.regions.index(table.home)
    A = coefficients(table.Z, table.output)
    own, bought = A[np.ix_(home, home)], A[np.ix_(~home, home)]
    found = np.zeros((table.n, 2 * n_buyers + 1, n_groups))
    for b, y in enumerate(demand.Y):
        found[np.flatnonzero(~home), b, groups[~home]] = y[~home]
        at_home = np.zeros((int(home.sum()), n_groups))
        at_home[np.arange(len(at_home)), groups[home]] = y[home]
        found[~home, n_buyers + b] = bought @ output_for(own, at_home)
    used = demand.Y[:, home].sum(axis=0) + demand.inventory[home]
    exports = table.output[home] - table.Z[np.ix_(home, home)].sum(axis=1) - used
    found[~home, -1, 0] = bought @ output_for(own, exports.clip(min=0))
    return found
