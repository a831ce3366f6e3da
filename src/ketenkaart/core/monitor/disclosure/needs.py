"""How far open a withheld total must stay, and for whom."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.disclosure.types import Floats, Rules, Table

SLACK = 1e-6
"""Part of what is asked by which a solver's rounding may fall short; as much more is asked."""
OUTSIDE = 0
"""The place of the reader who is no member, among attackers."""


def knowledge(table: Table) -> Floats:
    """Return what each attacker knows of each cell: attackers x cells, in the table's unit.

    The first is the reader from outside, who knows nothing; the others are a member of each group,
    in the order of `Table.groups`, who knows what the group gave.
    """
    found = np.zeros((len(table.groups) + 1, len(table)))
    found[table.member_group + 1, table.member_cell] = table.member_value
    return found


class Needs:
    """What must stay possible of unsafe totals, for `rules`.

    What others gave must stay open by `percent` of it, upwards and downwards. A total of zero must
    stay open to that part of a typical total.
    """

    def __init__(self, table: Table, rules: Rules) -> None:
        self._value = table.value
        self._part = rules.percent / 100 * (1 + SLACK)
        known = table.value[(table.value > 0) & (table.depth == 0)]
        self._typical = float(np.median(known)) if len(known) else 1.0

    def goals(self, cell: int, known: Floats) -> Floats:
        """Return the totals of a cell that must stay possible: attackers x (down, up).

        `known` is what each attacker knows to be in the cell. NaN where nothing is to be protected:
        from somebody who gave all of it, and downwards from a total of zero.
        """
        total = float(self._value[cell])
        if total == 0:
            return np.tile([np.nan, self._part * self._typical], (len(known), 1))
        others = total - known
        others[others <= SLACK * total] = np.nan
        return total + self._part * np.stack([-others, others], axis=1)
