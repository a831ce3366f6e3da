"""Whether unsafe totals stay open for every attacker, with tables that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ketenkaart.core.monitor.disclosure.attack import Attack
from ketenkaart.core.monitor.disclosure.needs import SLACK, Needs, knowledge
from ketenkaart.core.monitor.disclosure.types import Flags, Floats, Rules, Table

DOWN, UP = SIDES = (0, 1)


class Openness:
    """What must stay possible of the unsafe cells of a table, for every attacker.

    A proof is a whole table that fits all that is published, with another total in an unsafe cell;
    attackers who cannot rule it out cannot exclude that total. Attackers are counted as in
    `needs.knowledge`, sides are `DOWN` and `UP`.
    """

    def __init__(self, table: Table, targets: Sequence[int], rules: Rules) -> None:
        self._value = table.value
        self.knows = knowledge(table)
        needs = Needs(table, rules)
        self.goals = {cell: needs.goals(cell, self.knows[:, cell]) for cell in targets}
        self.tolerance = SLACK * max(1.0, float(table.value.max(initial=0.0))) / 10

    def leaves(self, proof: Floats, cell: int) -> bool:
        """Return whether a proof needs no other total in a cell than the true one."""
        return abs(float(proof[cell] - self._value[cell])) <= self.tolerance

    def in_doubt(
        self, cell: int, side: int, proofs: Sequence[Floats], among: Sequence[int] | None = None
    ) -> list[int]:
        """Return the attackers for whom none of the proofs keeps a cell open on a side."""
        chosen = np.arange(len(self.knows)) if among is None else np.array(among, dtype=np.int64)
        goals = self.goals[cell][chosen, side]
        in_doubt = ~np.isnan(goals)
        for proof in proofs:
            far = proof[cell] <= goals if side == DOWN else proof[cell] >= goals
            near = np.abs(proof[cell] - goals) <= self.tolerance
            asked = np.flatnonzero(in_doubt & (far | near))
            fits = (proof >= self.knows[chosen[asked]] - self.tolerance).all(axis=1)
            in_doubt[asked[fits]] = False
        return list(chosen[in_doubt].tolist())

    def closed_for(
        self, attack: Attack, cell: int, side: int, proofs: list[Floats]
    ) -> Iterator[int]:
        """Yield the attackers for whom a cell is not open; adds the proofs for the others.

        Raises `SolverError` where a linear programme cannot be solved.
        """
        yield from self._tried(attack, cell, side, self.in_doubt(cell, side, proofs), proofs)

    def _tried(
        self, attack: Attack, cell: int, side: int, doubt: list[int], proofs: list[Floats]
    ) -> Iterator[int]:
        """Try many as one who knows what all of them know; where that fails, each half."""
        if not doubt:
            return
        goals = self.goals[cell][doubt, side]
        goal = float(goals.min() if side == DOWN else goals.max())
        found = attack.table_with(cell, goal, self.knows[doubt].max(axis=0))
        if found is not None:
            proofs.append(found)
        elif len(doubt) == 1:
            yield doubt[0]
        else:
            half = len(doubt) // 2
            for part in (doubt[:half], doubt[half:]):
                left = self.in_doubt(cell, side, proofs, part)
                yield from self._tried(attack, cell, side, left, proofs)


def is_open(table: Table, withheld: Flags, targets: Sequence[int], rules: Rules) -> bool:
    """Return whether no attacker can bound an unsafe cell within `rules.percent`.

    `withheld` says of each cell whether it is; `targets` are those to be protected, all withheld.
    Raises `SolverError`.
    """
    openness = Openness(table, targets, rules)
    attack = Attack(table, withheld)
    for cell in targets:
        proofs: list[Floats] = []
        for side in SIDES:
            if next(openness.closed_for(attack, cell, side, proofs), None) is not None:
                return False
    return True
