"""Geometry of a survival curve: a staircase in per cents across and pixels down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketenkaart.core.ledger.followup.survival import SurvivalPoint

CURVE_HEIGHT = 220


@dataclass(frozen=True, slots=True)
class Tread:
    """One level stretch of the staircase, and the interval around it where that is defined.

    `before` is how high the stretch before it lay; `low` is the upper edge of the interval's band.
    """

    x: str
    end: str
    width: str
    y: float
    before: float
    low: float | None
    band: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The treads from day zero on, the marks under the axis, and the last day."""

    treads: tuple[Tread, ...]
    marks: tuple[tuple[str, int], ...]
    days: int


def survival_curve(points: Sequence[SurvivalPoint]) -> Curve:
    """Return the staircase of a curve; full height stands for all promises still open.

    >>> curve = survival_curve([SurvivalPoint(50, 4, 2, 0.5, 0.1, 0.8)])
    >>> [(tread.x, tread.end, tread.y, tread.before) for tread in curve.treads]
    [('0.00%', '90.91%', 0.0, 0.0), ('90.91%', '100.00%', 110.0, 0.0)]
    """
    # A tenth more than the last day, so that the last tread can be seen.
    end = points[-1].days * 1.1
    starts = [0.0, *(float(point.days) for point in points), end]
    levels = [(1.0, None, None), *((p.open_share, p.low, p.high) for p in points)]
    treads = []
    before = 0.0
    for (start, stop), (share, low, high) in zip(pairwise(starts), levels, strict=True):
        y = round((1 - share) * CURVE_HEIGHT, 1)
        top = None if high is None else round((1 - high) * CURVE_HEIGHT, 1)
        treads.append(
            Tread(
                x=f"{start / end * 100:.2f}%",
                end=f"{stop / end * 100:.2f}%",
                width=f"{(stop - start) / end * 100:.2f}%",
                y=y,
                before=before,
                low=top,
                band=None
                if top is None or low is None
                else round((1 - low) * CURVE_HEIGHT - top, 1),
            )
        )
        before = y
    marks = tuple(
        (f"{part * 25 / 1.1:.2f}%", round(points[-1].days * part / 4)) for part in range(5)
    )
    return Curve(tuple(treads), marks, points[-1].days)
