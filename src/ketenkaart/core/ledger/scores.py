"""Shares with their counts and the interval that so few cases allow."""

from __future__ import annotations

from math import sqrt
from typing import Self

from pydantic import Field

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Frozen

Z_95 = 1.959963984540054
"""The standard normal quantile that leaves 2.5 % on either side."""


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927), both ends in [0, 1].

    It takes the cases for a random sample, which the passages of one letter are not: read it as
    the least uncertainty that so few cases leave.

    Raises `InputError` when `of` is 0 or `hits` is not between 0 and `of`.

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    if not 0 <= hits <= of or of == 0:
        raise InputError(f"{hits} of {of} is no share", fix="Give counts with hits within of.")
    share, square = hits / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    # Rounding must not push an end past the share itself.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


class Share(Frozen):
    """`hits` out of `of`; value and interval are `None` where there is nothing to count.

    >>> Share.from_counts(3, 4).value
    0.75
    """

    hits: int = Field(ge=0)
    of: int = Field(ge=0)
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def from_counts(cls, hits: int, of: int) -> Self:
        """Return the share with its 95 % Wilson interval."""
        if of == 0:
            return cls(hits=hits, of=of, value=None, low=None, high=None)
        low, high = wilson(hits, of)
        return cls(hits=hits, of=of, value=hits / of, low=low, high=high)


class PairScore(Frozen):
    """How well proposals of one kind match the gold, one to one.

    `precision` is matched over counted proposals, `recall` matched over gold, `f1` twice the
    matched over both together. An F1 has no interval of its own.

    >>> PairScore.from_counts(matched=3, missed=1, false_alarms=0).f1
    0.8571428571428571
    """

    matched: int = Field(ge=0)
    missed: int = Field(ge=0)
    false_alarms: int = Field(ge=0)
    precision: Share
    recall: Share
    f1: float | None

    @classmethod
    def from_counts(cls, *, matched: int, missed: int, false_alarms: int) -> Self:
        """Return the score of these counts."""
        together = 2 * matched + missed + false_alarms
        return cls(
            matched=matched,
            missed=missed,
            false_alarms=false_alarms,
            precision=Share.from_counts(matched, matched + false_alarms),
            recall=Share.from_counts(matched, matched + missed),
            f1=2 * matched / together if together else None,
        )
