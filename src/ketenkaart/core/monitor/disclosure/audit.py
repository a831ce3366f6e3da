"""Whether a table with withheld cells gives somebody away, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.disclosure.attack import Attack
from ketenkaart.core.monitor.disclosure.openness import SIDES, Openness
from ketenkaart.core.monitor.disclosure.types import Flags, Floats, Rules, Table


@dataclass(frozen=True, slots=True)
class Exposure:
    """An unsafe total that an attacker can find too closely, and what he finds.

    `group` is the group of the attacker, None for a reader from outside. `low` and `high` bound
    the total, in its unit; equal to it where the cell is published.
    """

    cell: int
    group: str | None
    low: float
    high: float


def exposures(
    table: Table,
    withheld: Flags,
    unsafe_cells: Iterable[int],
    rules: Rules,
    told: Callable[[float], None] | None = None,
) -> list[Exposure]:
    """Return the unsafe totals that somebody can find within `rules.percent`.

    Of each cell the first attackers only: the reader from outside if he can, else the members who
    can. Raises `SolverError`.
    """
    targets = sorted(unsafe_cells)
    openness = Openness(table, [cell for cell in targets if withheld[cell]], rules)
    attack = Attack(table, withheld)
    found: list[Exposure] = []
    for done, cell in enumerate(targets):
        if told is not None:
            told(done / len(targets))
        if not withheld[cell]:
            value = float(table.value[cell])
            found.append(Exposure(cell, None, value, value))
            continue
        who: set[int] = set()
        proofs: list[Floats] = []
        for side in SIDES:
            who.update(openness.closed_for(attack, cell, side, proofs))
        for attacker in [0] if 0 in who else sorted(who):
            low, high = (
                attack.extreme(cell, up=up, known=openness.knows[attacker]) for up in (False, True)
            )
            group = table.groups[attacker - 1] if attacker else None
            found.append(Exposure(cell, group, low, high))
    return found


def reader_bounds(table: Table, withheld: Flags) -> dict[int, tuple[float, float]]:
    """Return the lowest and highest total that a reader from outside finds for withheld cells."""
    attack = Attack(table, withheld)
    known = np.zeros(len(table))
    return {
        cell: (
            attack.extreme(cell, up=False, known=known),
            attack.extreme(cell, up=True, known=known),
        )
        for cell in attack.cells.tolist()
    }
