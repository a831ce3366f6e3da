"""Demands to ask about: a country's buyers, a sector's whole output, or a list of purchases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of a purchase list: what is paid for products of a node, in the table's unit."""

    node: int
    value: float


def buyers_of(table: WorldTable, region: str) -> tuple[str, ...]:
    """Return the final-demand categories of a region, in the table's own codes and order."""
    return tuple(
        dict.fromkeys(item.category for item in table.final_demand if item.region == region)
    )


def final_demand(table: WorldTable, region: str, buyers: Sequence[str] = ()) -> Floats:
    """Return what a region buys finally of every node; shape (n,), in the table's unit a year.

    Without `buyers` all of them count but changes in inventories; with them, only those named.
    A buyer is a category of the table, or a word in it (`government` for `c39_government`).
    Raises `InputError` for a region or buyer that the table lacks.
    """
    code = matching_code("region", region, table.regions, "--demand")
    if not buyers:
        return table.demand_of(code)
    known = buyers_of(table, code)
    wanted = {category_named(buyer, known) for buyer in buyers}
    columns = [
        k
        for k, item in enumerate(table.final_demand)
        if item.region == code and item.category in wanted
    ]
    return np.asarray(table.Y[:, columns].sum(axis=1), dtype=np.float64)


def products_only(table: WorldTable, y: Floats, weights: Mapping[str, float]) -> Floats:
    """Return the part of a demand that is for products of some sectors, of any region; (n,).

    `weights` say for how much products of each sector count, 1 for all of them.
    """
    counts = np.array([weights.get(sector, 0.0) for sector in table.sectors])
    return np.asarray(y * counts[table.sector_index()], dtype=np.float64)


def whole_output(table: WorldTable, system: Solver, node: int) -> Floats:
    """Return the demand that makes a node produce exactly the output it has; shape (n,).

    y_j = x_j / L_jj at the node and zero elsewhere: part of the output goes back, through other
    sectors, into the node's own production, and is not counted twice. Output-to-output
    multipliers: Miller & Blair (2009), section 6.5.3.
    """
    unit = np.zeros(table.n)
    unit[node] = 1.0
    y = np.zeros(table.n)
    y[node] = table.x[node] / system.output_for(unit)[node]
    return y


def purchased(table: WorldTable, purchases: Sequence[Purchase]) -> Floats:
    """Return the demand of a purchase list: lines for the same node are added; shape (n,)."""
    y = np.zeros(table.n)
    np.add.at(y, [item.node for item in purchases], [item.value for item in purchases])
    return y


def category_named(buyer: str, known: Sequence[str]) -> str:
    """Return the category that a buyer names: its code, or one whole word of it.

    >>> category_named("government", ["c37_households", "c39_government"])
    'c39_government'
    """
    text = buyer.strip().casefold()
    by_word = [code for code in known if text in code.casefold().replace("-", "_").split("_")]
    if len(by_word) == 1:
        return by_word[0]
    if len(by_word) > 1:
        raise InputError(
            f"More than one buyer is called {buyer.strip()[:40]!r}",
            where="--buyer",
            fix=f"Use one of {', '.join(by_word)}.",
        )
    return matching_code("buyer", buyer, known, "--buyer")
