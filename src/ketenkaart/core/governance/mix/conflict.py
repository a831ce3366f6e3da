"""Why no mix is allowed: a smallest set of conditions that cannot hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketenkaart.core.governance.mix.problem import Condition
from ketenkaart.core.governance.mix.programme import minimise


def conflict(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return an irreducible set of conditions that no choice meets, or nothing where one does.

    A deletion filter (Chinneck & Dravnieks 1991, ORSA Journal on Computing 3:157-168): every
    condition is left out in turn, and stays out where the rest still clashes. Of what is returned
    any one left out makes a choice possible.

    >>> need, limit = Condition("need", -np.ones(2), -2.0), Condition("limit", np.ones(2), 1.0)
    >>> [item.name for item in conflict([need, limit, Condition("idle", np.ones(2), 2.0)])]
    ['need', 'limit']
    """
    if _is_possible(conditions):
        return ()
    kept = list(conditions)
    for item in conditions:
        rest = [other for other in kept if other is not item]
        if not _is_possible(rest):
            kept = rest
    return tuple(kept)


def _is_possible(conditions: Sequence[Condition]) -> bool:
    if not conditions:
        return True
    K = len(conditions[0].factors)
    found = minimise(np.zeros(K), [], conditions, np.ones(K), options=K, gap=0.0, seconds=60.0)
    return found.x is not None
