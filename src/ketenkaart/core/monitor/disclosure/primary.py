"""Which totals give a firm away by themselves."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.disclosure.types import Floats, Reason, Rules, Table


def reason_of(values: Floats, rules: Rules) -> Reason | None:
    """Return the first rule that a total of these contributions breaks, None where it is safe.

    `values` holds one figure per group of firms, at least zero, in any order and unit. Nobody's
    figures, no rule. Source: Hundepool and others (2012), section 4.2.2 (minimum frequency, (n,k)
    dominance, p % rule).

    >>> import numpy as np
    >>> reason_of(np.array([700.0, 200, 60, 40, 10]), Rules())
    >>> reason_of(np.array([900.0, 60, 40, 10]), Rules()).value
    'estimable'
    """
    if not len(values):
        return None
    if len(values) < rules.least_groups:
        return Reason.TOO_FEW_GROUPS
    ranked = np.sort(values)[::-1]
    total = float(ranked.sum())
    if total == 0:
        return Reason.ALL_ZERO
    # What hides the largest from the second: all the others together.
    if float(ranked[2:].sum()) < rules.percent / 100 * float(ranked[0]):
        return Reason.ESTIMABLE
    if rules.dominance is not None:
        count, percent = rules.dominance
        if float(ranked[:count].sum()) > percent / 100 * total:
            return Reason.DOMINATED
    return None


def unsafe(table: Table, rules: Rules) -> dict[int, Reason]:
    """Return each cell of a table that may not be published, with the first rule that it breaks.

    Firms of one group count as one: who belongs to it knows the figures of all. A cell without any
    contributor tells of nobody, and is not among them.
    """
    found: dict[int, Reason] = {}
    for cell in np.unique(table.member_cell).tolist():
        reason = reason_of(table.members(cell)[1], rules)
        if reason is not None:
            found[cell] = reason
    return found
