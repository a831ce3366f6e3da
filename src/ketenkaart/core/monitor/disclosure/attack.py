"""What somebody can compute of withheld totals from those that are published.

Totals add up, and no figure is negative. So an attacker who sees the published cells, and knows
what the own group gave, can bound each withheld cell by linear programming.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from ketenkaart.core.errors import KetenkaartError
from ketenkaart.core.monitor.disclosure.types import Flags, Floats, Table

# The published types of SciPy know no sparse arrays here.
_linprog: Any = linprog


class SolverError(KetenkaartError):
    """The solver gave up on a linear programme, so that nothing can be promised."""

    code = "solver"


class Attack:
    """An attacker's linear programmes on a table, of which some cells are withheld.

    The unknowns are the withheld cells. A cell that nobody contributes to is known to be zero.
    Source: Hundepool and others, Statistical Disclosure Control (2012), section 4.3.

    >>> import numpy as np
    >>> from ketenkaart.core.monitor.disclosure.tabulate import tabulate
    >>> from ketenkaart.core.monitor.disclosure.types import Contributions, Dimension
    >>> who = Contributions(np.arange(4), np.array([[0], [0], [1], [2]]),
    ...                     np.array([5.0, 2.0, 3.0, 4.0]), ("a", "b", "c", "d"))
    >>> table = tabulate(who, [Dimension("sector", ("x", "y", "z"))])
    >>> attack = Attack(table, np.array([True, True, False, False]))
    >>> [round(attack.extreme(0, up=up, known=np.zeros(4)), 6) for up in (False, True)]
    [0.0, 10.0]
    """

    def __init__(self, table: Table, withheld: Flags) -> None:
        self._table = table
        self.cells = np.flatnonzero(withheld)
        self._at = np.full(len(table), -1, dtype=np.int64)
        self._at[self.cells] = np.arange(len(self.cells))
        self._scale = max(1.0, float(np.abs(table.value).max(initial=0.0)))
        hidden = self._at[table.relation_cell] >= 0
        rows, row = np.unique(table.relation_row[hidden], return_inverse=True)
        self._sums: Any = None
        if len(rows):
            at = (row, self._at[table.relation_cell[hidden]])
            shape = (len(rows), len(self.cells))
            self._sums = csr_array((table.relation_sign[hidden], at), shape=shape)

    def extreme(self, cell: int, *, up: bool, known: Floats) -> float:
        """Return how high, or how low, a withheld cell can be; infinity where nothing bounds it.

        `known` has for every cell of the table what the attacker knows to be in it at least, in
        the unit of the table. Raises `SolverError` where the solver gives up.
        """
        cost = np.zeros(len(self.cells))
        cost[self._at[cell]] = -1.0 if up else 1.0
        solved = self._solve(cost, self._bounds(known), cell)
        if solved.status == 3:
            return np.inf
        return max(0.0, float(solved.x[self._at[cell]] * self._scale))

    def table_with(self, cell: int, goal: float, known: Floats) -> Floats | None:
        """Return a whole table that fits all that is published and in which a cell has a value.

        None where there is no such table, for the attacker who knows `known`.
        """
        limits = self._bounds(known)
        limits[self._at[cell]] = goal / self._scale
        solved = self._solve(np.zeros(len(self.cells)), limits, cell)
        if solved.status == 2:
            return None
        found = self._table.value.copy()
        found[self.cells] = solved.x * self._scale
        return found

    def _bounds(self, known: Floats) -> Floats:
        low = np.minimum(known, self._table.value)[self.cells] / self._scale
        return np.stack([low, np.full(len(low), np.inf)], axis=1)

    def _solve(self, cost: Floats, limits: Floats, cell: int) -> Any:
        true = self._table.value[self.cells] / self._scale
        sums = None if self._sums is None else self._sums @ true
        solved = _linprog(cost, A_eq=self._sums, b_eq=sums, bounds=limits, method="highs")
        if solved.status not in (0, 2, 3):
            raise SolverError(
                f"The attack on a table could not be computed: {solved.message}",
                where=" / ".join(self._table.keys[cell]),
                fix="Give figures in a larger unit, or use coarser codes; nothing was published.",
            )
        return solved
