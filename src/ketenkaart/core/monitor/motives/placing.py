"""Place firms in segments by a stated rule, where missing answers cannot matter."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.motives.types import Behaviour, SegmentRule
from ketenkaart.core.monitor.types import Codes, Floats

LEADER, PACK, LAGGARD, NOWHERE = 0, 1, 2, -1
EDGE = 1e-9


def place(found: Behaviour, steps: list[str], rule: SegmentRule, *, shift: float = 0.0) -> Codes:
    """Return 0 for a leader, 1 for the pack, 2 for a laggard, -1 where it cannot be told.

    A firm is placed where the answers that are missing, whatever they would have been, could not
    change its place. `shift` moves both thresholds of the score. Shape (firms,).
    """
    worst = _place(found.low, found.step_low, steps, rule, shift)
    best = _place(found.high, found.step_high, steps, rule, shift)
    return np.where(worst == best, worst, NOWHERE)


def _place(score: Floats, step: Floats, steps: list[str], rule: SegmentRule, shift: float) -> Codes:
    leads = score >= rule.leaders.from_ + shift - EDGE
    for k, name in enumerate(steps):
        least = rule.leaders.each_step.get(name)
        if least is not None:
            # a step that does not apply asks nothing
            leads &= np.isnan(step[:, k]) | (step[:, k] >= least - EDGE)
    lags = score < rule.laggards.under + shift - EDGE
    placed = np.where(leads, LEADER, np.where(lags, LAGGARD, PACK))
    return np.where(np.isnan(score), NOWHERE, placed).astype(np.int64)


def adjusted_rand(one: Codes, other: Codes) -> float:
    """Return the adjusted Rand index of two groupings: 1 the same, 0 as by chance.

    Hubert & Arabie (1985), J. Classif. 2.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    >>> round(adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])), 4)
    -0.5
    """
    rows, columns = int(one.max()) + 1, int(other.max()) + 1
    table = np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)
    pairs = float((table * (table - 1) / 2).sum())
    a = float((table.sum(axis=1) * (table.sum(axis=1) - 1) / 2).sum())
    b = float((table.sum(axis=0) * (table.sum(axis=0) - 1) / 2).sum())
    whole = len(one) * (len(one) - 1) / 2
    expected = a * b / whole if whole else 0.0
    most = (a + b) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)
