"""The difference between two periods, whose samples may share contracts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.effect.effects import EffectRow, Status
from ketenkaart.core.monitor.effect.weighted import satterthwaite
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.types import Floats


@dataclass(frozen=True, slots=True)
class Part:
    """What one drawn contract adds to an estimate: its chance, and y/π less its stratum's mean."""

    chance: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Difference:
    """After less before, for a group (None: over groups), with what both samples share."""

    figure: str
    group: str | None
    method: str
    before: str
    after: str
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    shared: int


def covariance(
    before: Mapping[str, Part], after: Mapping[str, Part], *, are_coordinated: bool
) -> tuple[float, int]:
    """Return the covariance of two totals, and how many contracts both samples hold.

    Σ (1 − π₁π₂/π₁₂) e₁ e₂ over shared contracts, e = y/π less its mean. Samples drawn with the
    same numbers (one seed, Pareto) hold a contract both with chance π₁₂ = min(π₁, π₂); samples
    drawn apart with π₁π₂, so that they share nothing but luck and the covariance is zero.
    """
    shared = sorted(before.keys() & after.keys())
    if not are_coordinated:
        return 0.0, len(shared)
    count = len(shared)
    found = math.fsum(
        (1 - max(before[name].chance, after[name].chance))
        * before[name].deviation
        * after[name].deviation
        for name in shared
    )
    return (found * count / (count - 1) if count > 1 else 0.0), count


def difference(
    before: EffectRow, after: EffectRow, common: float, shared: int, level: float
) -> Difference:
    """Return after less before; unknown where one of them is.

    Its standard error is √(v₁ + v₂ − 2 cov), the covariance held to what two errors allow.
    """
    estimate = se = low = high = None
    if before.estimate is not None and after.estimate is not None:
        estimate = after.estimate - before.estimate
        if before.se is not None and after.se is not None:
            common = max(-before.se * after.se, min(before.se * after.se, common))
            se = math.sqrt(max(0.0, before.se**2 + after.se**2 - 2 * common))
            low, high = _ends(estimate, se, before, after, level)
    return Difference(
        after.figure, after.group, after.method, before.period, after.period, estimate, se, low,
        high, shared,
    )  # fmt: skip


def _ends(
    estimate: float, se: float, before: EffectRow, after: EffectRow, level: float
) -> tuple[float | None, float | None]:
    counted = (Status.COUNTED, Status.COUNTED)
    if se == 0:
        is_whole = (before.status, after.status) == counted
        return (estimate, estimate) if is_whole else (None, None)
    parts: Sequence[float] = ((before.se or 0.0) ** 2, (after.se or 0.0) ** 2)
    freedom = satterthwaite(_array(parts), _array([before.freedom or 0.0, after.freedom or 0.0]))
    if not freedom > 0:
        return None, None
    reach = t_quantile(level, freedom) * se
    return estimate - reach, estimate + reach


def _array(values: Sequence[float]) -> Floats:
    return np.maximum(np.array(values, dtype=np.float64), 1e-12)
