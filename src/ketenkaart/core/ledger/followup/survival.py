"""How long promises take to be kept: Kaplan-Meier with a log-log interval, or a reason not to."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from ketenkaart.core.ledger.followup.types import (
    Claim,
    ClaimValue,
    Followed,
    IndependentValue,
    IndependentVerdict,
    ItemKind,
)

CONFIDENCE = 0.95
LEAST_KEPT = 8
LEAST_FOLLOWED = 16
"""Fewer, and the interval at the median is wider than half of the scale, whatever the data.

Without censoring the standard error at one half is 0.5 / √n (Greenwood), so the 95 % interval is
1.96 / √n wide: under 0.5 from n = 16 on, of which half, 8, are kept by then.
"""

_KEPT = frozenset({IndependentValue.KEPT, IndependentValue.KEPT_LATE})
_OPEN = frozenset({IndependentValue.NOT_KEPT, IndependentValue.PARTLY_KEPT})
_NOT_DONE = frozenset({ClaimValue.UNDER_WAY, ClaimValue.NOT_STARTED})
Fate = Literal["kept", "open", "not_researched", "done_before", "no_day"]


@dataclass(frozen=True, slots=True)
class Spell:
    """How long one promise was followed, in days from its letter, and how that ended.

    `open` was last known not to be kept after `days`; `not_researched` was never looked at again;
    `done_before` was kept when the letter was written; `no_day` was kept on a day nobody noted.
    """

    key: str
    days: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class SurvivalPoint:
    """The share of promises still open after `days`, with its interval where it is defined."""

    days: int
    at_risk: int
    kept: int
    open_share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Survival:
    """The curve, or `None` for it where too few promises were researched to draw one."""

    as_of: date
    spells: tuple[Spell, ...]
    kept: int
    open: int
    not_researched: int
    done_before: int
    no_day: int
    points: tuple[SurvivalPoint, ...] | None
    median_days: int | None

    @property
    def followed(self) -> int:
        """How many promises count in the curve."""
        return self.kept + self.open


def spell_of(found: Followed) -> Spell:
    """Return how long a promise was followed.

    What nobody looked at again is not taken to be open: it has no length at all.
    """
    start, as_of = found.item.letter_day, found.standing.as_of
    verdict = found.standing.verdict
    if verdict is not None and verdict.value in _KEPT:
        if verdict.kept_on is None:
            return Spell(found.item.key, 0, "no_day")
        days = (verdict.kept_on - start).days
        return Spell(found.item.key, max(days, 0), "kept" if days > 0 else "done_before")
    known = _known_open(found.history.verdicts, found.history.claims, as_of)
    days = (known - start).days if known else 0
    return Spell(found.item.key, max(days, 0), "open" if days > 0 else "not_researched")


def _known_open(
    verdicts: Iterable[IndependentVerdict], claims: Iterable[Claim], as_of: date
) -> date | None:
    """Return the last day on which somebody found or said that it was not kept yet."""
    days = [
        verdict.day
        for verdict in verdicts
        if verdict.withdrawn is None and verdict.value in _OPEN and verdict.day <= as_of
    ]
    days += [
        claim.day
        for claim in claims
        if claim.withdrawn is None and claim.value in _NOT_DONE and claim.day <= as_of
    ]
    return max(days, default=None)


def survival_of(found: Iterable[Followed], as_of: date) -> Survival:
    """Return how long promises stayed open; recommendations and refused items do not count."""
    spells = tuple(
        spell_of(item)
        for item in found
        if item.item.kind is ItemKind.COMMITMENT and not item.item.is_refused
    )
    counts = {fate: sum(spell.fate == fate for spell in spells) for fate in _FATES}
    counted = [spell for spell in spells if spell.fate in {"kept", "open"}]
    is_enough = counts["kept"] >= LEAST_KEPT and len(counted) >= LEAST_FOLLOWED
    points = (
        kaplan_meier([s.days for s in counted], [s.fate == "kept" for s in counted])
        if is_enough
        else None
    )
    return Survival(
        as_of=as_of,
        spells=spells,
        kept=counts["kept"],
        open=counts["open"],
        not_researched=counts["not_researched"],
        done_before=counts["done_before"],
        no_day=counts["no_day"],
        points=points,
        median_days=next((p.days for p in points or () if p.open_share <= 0.5), None),
    )


_FATES: tuple[Fate, ...] = ("kept", "open", "not_researched", "done_before", "no_day")


def kaplan_meier(days: Sequence[int], is_kept: Sequence[bool]) -> tuple[SurvivalPoint, ...]:
    """Return the Kaplan-Meier curve at every day on which something was kept.

    The interval is the pointwise log-log one of 95 %; it is `None` where it is not defined, as at
    a share of zero. Kaplan & Meier (1958); Kalbfleisch & Prentice (2002), section 1.4.

    >>> curve = kaplan_meier([1, 2, 2, 3], [True, True, False, False])
    >>> [round(point.open_share, 3) for point in curve]
    [0.75, 0.5]
    """
    times = np.asarray(days, dtype=float)
    kept = np.asarray(is_kept, dtype=bool)
    if not kept.any():
        return ()
    estimate = ecdf(CensoredData.right_censored(times, ~kept)).sf
    with warnings.catch_warnings():
        # SciPy warns where the formula has no value; such an end is `None` here.
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = estimate.confidence_interval(CONFIDENCE, method="log-log")
    low, high = _probabilities(interval.low), _probabilities(interval.high)
    points = []
    for place, time in enumerate(estimate.quantiles):
        count = int(((times == time) & kept).sum())
        if count == 0:
            continue
        points.append(
            SurvivalPoint(
                days=int(time),
                at_risk=int((times >= time).sum()),
                kept=count,
                open_share=float(estimate.probabilities[place]),
                low=_defined(low[place]),
                high=_defined(high[place]),
            )
        )
    return tuple(points)


def _probabilities(end: Any) -> NDArray[np.float64]:
    # The stubs take an end of the interval for a number; it is a function of time.
    return np.asarray(end.probabilities, dtype=np.float64)


def _defined(value: float) -> float | None:
    return None if isnan(value) else float(value)
