"""How many units a sample needs for an interval that is narrow enough."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.intervals import t_quantile, wilson

MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Need:
    """The answers needed, the units to draw for them, and the half-width that will then be had.

    `answers` counts those who answer, `draw` those who must be asked at the expected `response`.
    """

    answers: int
    draw: int
    margin: float
    design_effect: float
    response: float
    population: int | None


def size_for_mean(
    sd: float,
    margin: float,
    *,
    population: int | None = None,
    design_effect: float = 1.0,
    response: float = 1.0,
    level: float = 0.95,
) -> Need:
    """Return the sample for a mean within `margin` on either side, by Student's t.

    The half-width of n answers is t(n − 1) sd √(deff (1 − n/N) / n). Source: Cochran (1977),
    Sampling Techniques, section 4.6; Kish (1965), Survey Sampling, section 8.2 (deff).

    >>> size_for_mean(15, 2).answers, size_for_mean(15, 2, population=500).answers
    (219, 153)
    """
    _require(sd > 0, "A standard deviation is above zero", "--sd")

    def width(n: int) -> float:
        if n < 2:
            return math.inf
        return t_quantile(level, n - 1) * sd * math.sqrt(design_effect * _rest(n, population) / n)

    return _need(width, margin, population, design_effect, response)


def size_for_proportion(
    share: float,
    margin: float,
    *,
    population: int | None = None,
    design_effect: float = 1.0,
    response: float = 1.0,
    level: float = 0.95,
) -> Need:
    """Return the sample for a proportion near `share`, by the Wilson interval of the estimate.

    The half-width is half the interval of n / (deff (1 − n/N)) answers.

    >>> size_for_proportion(0.5, 0.05).answers
    381
    >>> size_for_proportion(0.5, 0.05, population=800).answers
    258
    """
    _require(0 <= share <= 1, "A proportion lies between 0 and 1", "--proportion")
    _require(margin < 0.5, "A margin of half or more says nothing of a proportion", "--margin")

    def width(n: int) -> float:
        rest = _rest(n, population)
        if n < 1:
            return math.inf
        if rest == 0:
            return 0.0
        low, high = wilson(share, n / (design_effect * rest), level)
        return (high - low) / 2

    return _need(width, margin, population, design_effect, response)


def _rest(n: int, population: int | None) -> float:
    return 1.0 if population is None else max(0.0, 1 - n / population)


def _need(
    width: Callable[[int], float],
    margin: float,
    population: int | None,
    design_effect: float,
    response: float,
) -> Need:
    _require(margin > 0, "A margin is above zero", "--margin")
    _require(0 < response <= 1, "An expected response is a share above 0, up to 1", "--response")
    _require(design_effect > 0, "A design effect is above zero", "--deff")
    _require(population is None or population >= 1, "A population has somebody", "--population")
    most = MOST if population is None else population
    low, high = 0, most
    if width(most) > margin:
        raise InputError(
            f"Not even {most:,} answers give a margin of {margin:g}", where="--margin",
            fix="Allow a wider margin.",
        )  # fmt: skip
    while high - low > 1:
        middle = (low + high) // 2
        if width(middle) <= margin:
            high = middle
        else:
            low = middle
    draw = math.ceil(high / response - 1e-9)
    if population is not None and draw > population:
        raise InputError(
            f"{high} answers at a response of {response:.0%} need {draw} units, and there are "
            f"{population}",
            where="--response",
            fix="Allow a wider margin, or raise the response.",
        )
    return Need(high, draw, width(high), design_effect, response, population)


def _require(holds: bool, what: str, where: str) -> None:
    if not holds:
        raise InputError(what, where=where, fix="Correct the value.")
