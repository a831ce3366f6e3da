"""Withhold further cells until nobody can compute the unsafe ones, and no more than needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.attack import Attack, SolverError
from ketenkaart.core.monitor.disclosure.needs import OUTSIDE
from ketenkaart.core.monitor.disclosure.openness import SIDES, Openness
from ketenkaart.core.monitor.disclosure.types import Flags, Floats, Reason, Rules, Table

PER_TOTAL = 8.0
"""How many cells one would rather withhold than the total above them, for each dimension."""
MOST_RETRIED = 400
"""Beyond so many cells that were withheld for others, none is tried to be given back."""
# The published types of SciPy know no sparse arrays here.
_linprog: Any = linprog

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Protected:
    """A table with what is withheld of it.

    `reasons` has each withheld cell with why; a cell that is withheld for others has
    `Reason.PROTECTS_ANOTHER`. Outside, only that a cell is withheld may be said.
    """

    table: Table
    reasons: Mapping[int, Reason]

    @property
    def withheld(self) -> Flags:
        """Whether each cell is withheld."""
        found = np.zeros(len(self.table), dtype=np.bool_)
        found[list(self.reasons)] = True
        return found

    @property
    def kept(self) -> tuple[int, int]:
        """How many of the cells that are safe by themselves are published, and how many there are.

        Cells that nobody contributes to are not counted.
        """
        filled = int((self.table.count() > 0).sum())
        unsafe = sum(why is not Reason.PROTECTS_ANOTHER for why in self.reasons.values())
        return filled - len(self.reasons), filled - unsafe


def protect(
    table: Table,
    reasons: Mapping[int, Reason],
    rules: Rules,
    *,
    public: Flags | None = None,
    told: Progress | None = None,
) -> Protected:
    """Return the table with the unsafe cells withheld, and as many others as that takes.

    No attacker, from outside or a member of any one group, can then bound the part of an unsafe
    total that others gave within `rules.percent`. Cells are chosen one unsafe cell at a time by the
    cheapest change of the table that opens it, and given back where they prove needless; so few
    are withheld, not provably the fewest. Two groups that put what they know together are not
    guarded against. `public` cells are known already, with the total they have here, and cannot be
    withheld. Raises `InputError` where what is public gives an unsafe total away, and
    `SolverError` where a linear programme cannot be solved.

    Source: Kelly, Golden & Assad (1992), Networks 22; Fischetti & Salazar (2001), Management
    Science 47, for the linear programme of the cheapest change.
    """
    known = np.zeros(len(table), dtype=np.bool_) if public is None else public
    targets = sorted(reasons, key=lambda cell: -table.value[cell])
    work = _Work(table, targets, rules, known)
    say = told or (lambda _: None)
    for done, cell in enumerate(work.targets):
        work.open_up(cell)
        say(0.7 * done / len(work.targets))
    spare = sorted(
        np.flatnonzero(work.withheld & ~np.isin(np.arange(len(table)), work.targets)).tolist(),
        key=lambda cell: (-work.cost[cell], -table.value[cell]),
    )
    if len(spare) <= MOST_RETRIED:
        for done, cell in enumerate(spare):
            work.give_back(cell)
            say(0.7 + 0.3 * done / len(spare))
    say(1.0)
    found = dict.fromkeys(np.flatnonzero(work.withheld).tolist(), Reason.PROTECTS_ANOTHER)
    return Protected(table, {**found, **reasons})


class _Work:
    """A pattern of withheld cells in the making."""

    def __init__(self, table: Table, targets: list[int], rules: Rules, public: Flags) -> None:
        self.table, self.targets = table, targets
        self.withheld = np.zeros(len(table), dtype=np.bool_)
        self.withheld[targets] = True
        told = [cell for cell in targets if public[cell]]
        if told:
            raise _given_away(table, told[0])
        self.cost = PER_TOTAL ** table.depth.astype(np.float64)
        self._open = Openness(table, targets, rules)
        self._proofs: dict[int, list[Floats]] = {cell: [] for cell in targets}
        self._cheapest = _Cheapest(table, self.cost, public)

    def open_up(self, cell: int) -> None:
        """Withhold what it takes to keep a cell open for every attacker."""
        proofs = self._proofs[cell]
        for side in SIDES:
            # From outside first: it asks for most, and often holds for members too.
            if self._open.in_doubt(cell, side, proofs, [OUTSIDE]):
                self._withhold_for(cell, side, OUTSIDE)
            attack = Attack(self.table, self.withheld)
            for attacker in self._open.closed_for(attack, cell, side, proofs):
                if self._open.in_doubt(cell, side, proofs, [attacker]):
                    self._withhold_for(cell, side, attacker)

    def give_back(self, cell: int) -> None:
        """Publish a cell after all, if every unsafe one stays open."""
        self.withheld[cell] = False
        attack = Attack(self.table, self.withheld)
        found = {}
        for target in self.targets:
            proofs = [proof for proof in self._proofs[target] if self._open.leaves(proof, cell)]
            for side in SIDES:
                if next(self._open.closed_for(attack, target, side, proofs), None) is not None:
                    self.withheld[cell] = True
                    return
            found[target] = proofs
        self._proofs = found

    def _withhold_for(self, cell: int, side: int, attacker: int) -> None:
        goal = float(self._open.goals[cell][attacker, side])
        known = self._open.knows[attacker]
        found = self._cheapest.table_with(cell, goal, known, self.withheld)
        self.withheld |= np.abs(found - self.table.value) > self._open.tolerance
        self._proofs[cell].append(found)


def _given_away(table: Table, cell: int) -> InputError:
    return InputError(
        "What was published before gives this total away, which may not be published now",
        where=" / ".join(table.keys[cell]),
        fix="Withdraw the earlier release, or publish coarser codes; nothing was published.",
    )


class _Cheapest:
    """Finds the cheapest change of a table that gives a cell another total."""

    def __init__(self, table: Table, cost: Floats, public: Flags) -> None:
        self._table, self._cost = table, cost
        # A cell that nobody contributes to is known to be zero, and cannot change.
        self._cells = np.flatnonzero((table.count() > 0) & ~public)
        at = np.full(len(table), -1, dtype=np.int64)
        at[self._cells] = np.arange(len(self._cells))
        self._at = at
        free = at[table.relation_cell] >= 0
        rows, row = np.unique(table.relation_row[free], return_inverse=True)
        sums = csr_array(
            (table.relation_sign[free], (row, at[table.relation_cell[free]])),
            shape=(len(rows), len(self._cells)),
        )
        self._sums: Any = hstack([sums, -sums], format="csr")
        self._scale = max(1.0, float(table.value.max(initial=0.0)))

    def table_with(self, cell: int, goal: float, known: Floats, free: Flags) -> Floats:
        """Return the table; changing a cell of `free` costs nothing, others cost by what they are.

        Raises `InputError` where what is public leaves no such table.
        """
        cells, value = self._cells, self._table.value
        cost = np.where(free[cells], 0.0, self._cost[cells])
        change = (goal - float(value[cell])) / self._scale
        down = np.maximum(value - known, 0.0)[cells] / self._scale
        limits = np.zeros((2 * len(cells), 2))
        limits[: len(cells), 1] = np.inf
        limits[len(cells) :, 1] = down
        at = int(self._at[cell])
        limits[at] = max(change, 0.0)
        limits[len(cells) + at] = max(-change, 0.0)
        solved = _linprog(
            np.concatenate([cost, cost]),
            A_eq=self._sums,
            b_eq=np.zeros(self._sums.shape[0]),
            bounds=limits,
            method="highs",
        )
        if solved.status == 2:
            raise _given_away(self._table, cell)
        if solved.status != 0:
            raise SolverError(
                f"No way was found to keep a total open: {solved.message}",
                where=" / ".join(self._table.keys[cell]),
                fix="Use coarser codes; nothing was published.",
            )
        found = value.copy()
        moved = solved.x[: len(cells)] - solved.x[len(cells) :]
        found[cells] += moved * self._scale
        return found
