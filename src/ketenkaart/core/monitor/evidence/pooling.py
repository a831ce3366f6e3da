"""Average effects of several studies, with what differs between them; or say why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.monitor.intervals import t_quantile

Estimator = Literal["reml", "dersimonian_laird"]
Reach = Literal["hartung_knapp", "wald"]
Vector = NDArray[np.float64]
LEVEL = 0.95
STEPS = 200
FINER = 33
ROUNDS = 9


class WhyNot(StrEnum):
    """Why effects are not averaged."""

    NO_STUDY = "no_study"
    NO_EFFECT_SIZE = "no_effect_size"
    NO_INTERVAL = "no_interval"
    DESIGN_TOO_WEAK = "design_too_weak"
    ONLY_ONE = "only_one"


@dataclass(frozen=True, slots=True)
class SizedEffect:
    """An effect with its standard error, and the study and finding that it comes from."""

    study: str
    finding: str
    value: float
    se: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """The mean effect over studies as they vary, with a 95 % interval.

    `tau2` is the variance between studies, with its own interval by the Q profile; `q` is
    Cochran's Q with `df` degrees of freedom and `q_p` the chance of one as large were all effects
    alike; `i2` is the part of the variance that lies between studies. `new_low` and `new_high`
    hold the true effect in another such study in 95 % of cases; None with fewer than three.
    """

    effects: tuple[SizedEffect, ...]
    value: float
    se: float
    low: float
    high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    q: float
    df: int
    q_p: float
    i2: float
    new_low: float | None
    new_high: float | None


def se_of(low: float, high: float, level: float = LEVEL) -> float:
    """Return the standard error behind an interval that is symmetric and normal.

    >>> round(se_of(-0.196, 0.196), 4)
    0.1
    """
    return (high - low) / (2 * t_quantile(level, inf))


def pool(
    effects: Sequence[SizedEffect],
    *,
    estimator: Estimator = "reml",
    reach: Reach = "hartung_knapp",
) -> Pooled:
    """Return the mean of two or more effects under a random-effects model.

    The variance between studies is estimated by restricted maximum likelihood (Viechtbauer 2005)
    or by moments (DerSimonian & Laird 1986); the interval by Hartung & Knapp (2001), whose
    widening is never below one (Röver, Knapp & Friede 2015), or by the normal distribution. With
    two studies the former is very wide: that is the truth. The prediction interval is that of
    Higgins, Thompson & Spiegelhalter (2009), of Student's distribution with k - 2 degrees of
    freedom. Raises `ValueError` with fewer than two effects or a standard error that is not above
    zero.

    >>> two = [SizedEffect("a", "x", 0.2, 0.1), SizedEffect("b", "x", 0.4, 0.1)]
    >>> mean = pool(two, reach="wald")
    >>> round(mean.value, 3), round(mean.q, 3), round(mean.i2, 3)
    (0.3, 2.0, 0.5)
    """
    y, v = _arrays(effects)
    df = len(effects) - 1
    tau2, value, se, times = _centre(y, v, estimator, reach)
    q = _q(y, v, 0.0)
    ends: tuple[float | None, float | None] = (None, None)
    if df >= 2:
        wide = t_quantile(LEVEL, df - 1) * sqrt(tau2 + se**2)
        ends = (value - wide, value + wide)
    tau2_low, tau2_high = _tau2_ends(y, v)
    return Pooled(
        tuple(effects), value, se, value - times * se, value + times * se, tau2, tau2_low,
        tau2_high, q, df, _above(q, df), tau2 / (tau2 + _typical(v)), *ends,
    )  # fmt: skip


def mean_ends(effects: Sequence[SizedEffect]) -> tuple[float, float, float]:
    """Return the mean of `pool` and the ends of its interval alone, for trying many.

    >>> two = [SizedEffect("a", "x", 0.2, 0.1), SizedEffect("b", "x", 0.4, 0.1)]
    >>> [round(figure, 3) for figure in mean_ends(two)]
    [0.3, -0.971, 1.571]
    """
    _, value, se, times = _centre(*_arrays(effects), "reml", "hartung_knapp")
    return value, value - times * se, value + times * se


def _arrays(effects: Sequence[SizedEffect]) -> tuple[Vector, Vector]:
    if len(effects) < 2:
        raise ValueError("a mean needs two effects")
    y = np.array([item.value for item in effects])
    v = np.array([item.se for item in effects]) ** 2
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError("every effect has a finite value and a standard error above zero")
    return y, v


def _centre(
    y: Vector, v: Vector, estimator: Estimator, reach: Reach
) -> tuple[float, float, float, float]:
    """Return the variance between studies, the mean, its error and how many errors reach out."""
    tau2 = _reml(y, v) if estimator == "reml" else _moments(y, v)
    weight = 1 / (v + tau2)
    value = float(weight @ y / weight.sum())
    se = sqrt(1 / float(weight.sum()))
    if reach == "wald":
        return tau2, value, se, t_quantile(LEVEL, inf)
    df = len(y) - 1
    se *= sqrt(max(1.0, float(weight @ (y - value) ** 2) / df))
    return tau2, value, se, t_quantile(LEVEL, df)


def _q(y: Vector, v: Vector, tau2: float) -> float:
    weight = 1 / (v + tau2)
    mean = weight @ y / weight.sum()
    return float(weight @ (y - mean) ** 2)


def _typical(v: Vector) -> float:
    """Return the typical variance within studies (Higgins & Thompson 2002)."""
    weight = 1 / v
    return float((len(v) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum()))


def _moments(y: Vector, v: Vector) -> float:
    weight = 1 / v
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, (_q(y, v, 0.0) - (len(y) - 1)) / scale)


def _reml(y: Vector, v: Vector) -> float:
    """Return the variance between studies of the highest restricted likelihood, at least zero."""
    # With few studies the likelihood has more than one top: a grid finds the best one.
    top = max(_moments(y, v), float(np.var(y)), float(v.max())) * 20
    grid = np.concatenate(([0.0], np.geomspace(top * 1e-8, top, STEPS)))
    for _ in range(ROUNDS):
        best = int(np.argmin(_minus_likelihoods(grid, y, v)))
        if best == 0 and grid[0] == 0.0:
            return 0.0
        grid = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)], FINER)
    return float(grid[FINER // 2])


def _minus_likelihoods(tau2: Vector, y: Vector, v: Vector) -> Vector:
    """Return minus the restricted log likelihood of each variance between studies."""
    weight = 1 / (v + tau2[:, None])
    whole = weight.sum(axis=1)
    apart = y - (weight @ y / whole)[:, None]
    heights: Vector = (
        np.log(whole) - np.log(weight).sum(axis=1) + (weight * apart**2).sum(axis=1)
    ) / 2
    return heights


def _tau2_ends(y: Vector, v: Vector) -> tuple[float, float]:
    """Return the interval of the variance between studies by the Q profile (Viechtbauer 2007)."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load
    from scipy.special import chdtri  # noqa: PLC0415 - slow to load

    df = len(y) - 1
    ends = []
    for chance in ((1 + LEVEL) / 2, (1 - LEVEL) / 2):
        goal = float(chdtri(df, 1 - chance))
        if _q(y, v, 0.0) <= goal:
            ends.append(0.0)
            continue
        high = max(float(v.max()), 1e-12)
        while _q(y, v, high) > goal:
            high *= 4
        ends.append(float(brentq(lambda t, goal=goal: _q(y, v, t) - goal, 0.0, high, xtol=1e-12)))
    return ends[0], ends[1]


def _above(q: float, df: int) -> float:
    from scipy.special import chdtrc  # noqa: PLC0415 - slow to load

    return float(chdtrc(df, q))
