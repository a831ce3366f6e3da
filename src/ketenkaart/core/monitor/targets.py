"""Whether a target was reached, and how likely it is to be: said only where data can carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, inf, log, sqrt

import numpy as np

from ketenkaart.core.monitor.coding import CodingRates, correct_by_rates
from ketenkaart.core.monitor.indicators import Coverage, Indicator, Outcome, Scale, Target, Wave
from ketenkaart.core.monitor.intervals import t_quantile, wilson
from ketenkaart.core.provenance import State

LEAST_WAVES = 3
"""With fewer comparable waves there is no trend, unless a prior is given."""
LEVEL = 0.95
EDGE = 1e-4
"""How near to 0 or 1 a share is taken, where odds would be infinite."""
YEAR = 365.25


class Standing(StrEnum):
    """Where a target stands on a day."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    UNDECIDED = "undecided"
    """Measured on or after its day, and the interval holds the target."""
    NOT_MEASURED = "not_measured"
    """Its day is past, and nothing was measured since."""
    AHEAD = "ahead"
    """Its day is still to come."""


class Thin(StrEnum):
    """Why nothing can be forecast."""

    NO_WAVE = "no_wave"
    TOO_FEW_WAVES = "too_few_waves"
    NO_ERROR = "no_error"
    """Three or more waves lie on a line, and none says how sure it is."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of the trend before seeing data, on the scale of the trend, by year.

    `slope` with standard deviation `slope_sd`; `noise` is the standard deviation of a year around
    its trend. On log odds 0.1 is about 2.5 points a year near a half.
    """

    slope: float
    slope_sd: float
    noise: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two waves on one day under an old and a new definition or frame, that join two series.

    `shift` is added to older values on the trend's scale, with standard error `se`.
    """

    on: date
    old: tuple[str, str]
    new: tuple[str, str]
    shift: float
    se: float


@dataclass(frozen=True, slots=True)
class Observation:
    """A wave on the trend's scale: year, value, standard error (NaN where none is known)."""

    year: float
    value: float
    se: float


@dataclass(frozen=True, slots=True)
class Series:
    """The waves that can be compared with the newest, how they were joined, and what was not.

    `left_out` are waves before a break that nothing bridges, or without a value.
    """

    used: tuple[Observation, ...]
    waves: tuple[Wave, ...]
    bridges: tuple[Bridge, ...]
    left_out: tuple[Wave, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The value expected on a day with a 95 % interval, in the unit of the indicator, and P.

    `probability` that the target is reached then, under the model; `df` are the degrees of freedom
    of its t distribution, infinite with a prior.
    """

    on: date
    value: float
    low: float
    high: float
    probability: float
    df: float


@dataclass(frozen=True, slots=True)
class BackTest:
    """How forecasts made with the first waves only fared on the wave that came next."""

    on: date
    value: float
    low: float
    high: float
    actual: float

    @property
    def is_inside(self) -> bool:
        """Whether the wave fell in the interval that was forecast for it."""
        return self.low <= self.actual <= self.high


def scaled(value: float, scale: Scale) -> float:
    """Return a value on the scale of its trend.

    >>> round(scaled(0.5, Scale.SHARE), 6), round(scaled(100, Scale.COUNT), 3)
    (0.0, 4.605)
    """
    if scale is Scale.SHARE:
        inside = min(1 - EDGE, max(EDGE, value))
        return log(inside / (1 - inside))
    return log(max(value, 0.5)) if scale is Scale.COUNT else value


def unscaled(value: float, scale: Scale) -> float:
    """Return what `scaled` was given.

    >>> round(unscaled(scaled(0.3, Scale.SHARE), Scale.SHARE), 6)
    0.3
    """
    if scale is Scale.SHARE:
        return 1 / (1 + exp(-value)) if value > -700 else 0.0
    return exp(min(value, 700.0)) if scale is Scale.COUNT else value


def observed(wave: Wave, scale: Scale) -> Observation:
    """Return a known wave on the trend's scale.

    Its error comes from its interval as published, or from `n` where it is a share of a sample
    (Wilson's interval); a census has none. Elsewhere it is not known. A share that was coded by
    people of known errors is put right for them, and their errors widen the interval.
    """
    if wave.value is None:
        raise ValueError("a wave without a value cannot be observed")
    low, high = wave.low, wave.high
    if low is None and wave.coverage is Coverage.SAMPLE and scale is Scale.SHARE and wave.n:
        low, high = wilson(wave.value, wave.n, LEVEL)
    if wave.coding is not None:
        return _put_right(wave, low, high, scale)
    if low is not None and high is not None:
        reach = 2 * t_quantile(LEVEL, inf)
        se = (scaled(high, scale) - scaled(low, scale)) / reach
    else:
        se = 0.0 if wave.coverage is Coverage.CENSUS else float("nan")
    return Observation(_year(wave.on), scaled(wave.value, scale), se)


def _put_right(wave: Wave, low: float | None, high: float | None, scale: Scale) -> Observation:
    """Return a coded share put right for errors of coding, on the trend's scale."""
    by, z = wave.coding, t_quantile(LEVEL, inf)
    if wave.value is None or by is None:
        raise ValueError("only a coded wave is put right")
    sampled = 0.0 if low is None or high is None else (high - low) / (2 * z)
    rates = CodingRates(by.sensitivity, by.specificity, by.sensitivity_se, by.specificity_se)
    found = correct_by_rates(wave.value, sampled, rates)
    ends = [min(1.0, max(0.0, found.value + side * z * found.se)) for side in (-1, 1)]
    se = (scaled(ends[1], scale) - scaled(ends[0], scale)) / (2 * z)
    is_known = low is not None or wave.coverage is Coverage.CENSUS
    return Observation(_year(wave.on), scaled(found.value, scale), se if is_known else float("nan"))


def comparable(indicator: Indicator, until: date) -> Series:
    """Return the waves up to a day that can be compared with the newest.

    A wave under another definition or frame joins where both were measured on one day: then older
    values move by the difference seen there, with its error. Otherwise the series breaks.
    """
    there = [wave for wave in indicator.waves if wave.on <= until]
    known = [wave for wave in there if wave.state is State.KNOWN]
    if not known:
        return Series((), (), (), tuple(there))
    newest = known[-1]
    shifts: dict[tuple[str, str], tuple[float, float]] = {_kind(newest): (0.0, 0.0)}
    bridges: list[Bridge] = []
    for wave in reversed(known):
        _bridge(wave, known, indicator.scale, shifts, bridges)
    used, kept, out = [], [], [wave for wave in there if wave.state is not State.KNOWN]
    for wave in known:
        if _kind(wave) not in shifts:
            out.append(wave)
            continue
        twin = any(w.on == wave.on and w is not wave and _rank(w, shifts) < _rank(wave, shifts)
                   for w in known if _kind(w) in shifts)  # fmt: skip
        if twin:
            continue
        shift, se = shifts[_kind(wave)]
        seen = observed(wave, indicator.scale)
        used.append(Observation(seen.year, seen.value + shift, sqrt(seen.se**2 + se**2)))
        kept.append(wave)
    return Series(tuple(used), tuple(kept), tuple(bridges), tuple(out))


def _kind(wave: Wave) -> tuple[str, str]:
    return wave.definition, wave.frame


def _rank(wave: Wave, shifts: dict[tuple[str, str], tuple[float, float]]) -> int:
    return list(shifts).index(_kind(wave))


def _bridge(
    wave: Wave,
    known: Sequence[Wave],
    scale: Scale,
    shifts: dict[tuple[str, str], tuple[float, float]],
    bridges: list[Bridge],
) -> None:
    """Join the kind of a wave to the kinds that are joined, where one day measured both."""
    if _kind(wave) in shifts:
        return
    beside = [w for w in known if w.on == wave.on and _kind(w) in shifts]
    if not beside:
        return
    old, new = observed(wave, scale), observed(beside[-1], scale)
    base, base_se = shifts[_kind(beside[-1])]
    errors = [0.0 if np.isnan(se) else se for se in (old.se, new.se)]
    se = sqrt(base_se**2 + errors[0] ** 2 + errors[1] ** 2)
    shifts[_kind(wave)] = (base + new.value - old.value, se)
    bridges.append(
        Bridge(wave.on, _kind(wave), _kind(beside[-1]), base + new.value - old.value, se)
    )


def thin(series: Series, prior: Prior | None) -> Thin | None:
    """Return why nothing can be forecast, None where something can."""
    if not series.used:
        return Thin.NO_WAVE
    if prior is None and len(series.used) < LEAST_WAVES:
        return Thin.TOO_FEW_WAVES
    if prior is None and all(np.isnan(item.se) for item in series.used):
        _, spread = _line(series.used)
        if spread < 1e-9:
            return Thin.NO_ERROR
    return None


def project(
    series: Sequence[Observation],
    on: date,
    target: float,
    scale: Scale,
    *,
    rises: bool = True,
    prior: Prior | None = None,
) -> Projection:
    """Return the value expected on a day, its interval, and the chance that a target is reached.

    A straight line through the waves on the trend's scale, each weighed by its own error and by
    the spread of waves around the line (by moments, DerSimonian & Laird); the interval is that of
    the true value on the day, of a t distribution with as many degrees of freedom as waves less
    two, widened where waves scatter more than their errors allow (Hartung & Knapp). A prior joins
    as one more observation of the slope, and says the spread itself. Raises `ValueError` with
    fewer than three waves and no prior.

    Source: Hartung & Knapp (2001), Statistics in Medicine 20, 3875-3889.
    """
    if prior is None and len(series) < LEAST_WAVES:
        raise ValueError("a trend needs three waves")
    middle = float(np.mean([item.year for item in series]))
    ahead = np.array([1.0, _year(on) - middle])
    x = np.array([[1.0, item.year - middle] for item in series])
    y = np.array([item.value for item in series])
    noise = _noise(series, prior)
    errors = np.array([0.0 if np.isnan(item.se) else item.se for item in series])
    weight = 1 / np.maximum(errors**2 + noise**2, 1e-12)
    normal = (x * weight[:, None]).T @ x
    right = (x * weight[:, None]).T @ y
    if prior is not None:
        normal[1, 1] += 1 / prior.slope_sd**2
        right[1] += prior.slope / prior.slope_sd**2
    cover = np.linalg.inv(normal)
    line = cover @ right
    df = inf if prior is not None else float(len(series) - 2)
    scatter = float(weight @ (y - x @ line) ** 2)
    widen = 1.0 if prior is not None else max(1.0, scatter / df)
    mean = float(ahead @ line)
    sd = sqrt(widen * float(ahead @ cover @ ahead) + noise**2)
    reach = t_quantile(LEVEL, df) * sd
    ends = sorted((unscaled(mean - reach, scale), unscaled(mean + reach, scale)))
    gap = (mean - scaled(target, scale)) * (1 if rises else -1)
    chance = _chance(gap / sd, df) if sd > 0 else float(gap >= 0)
    return Projection(on, unscaled(mean, scale), ends[0], ends[1], chance, df)


def _noise(series: Sequence[Observation], prior: Prior | None) -> float:
    """Return the standard deviation of waves around their line, beyond their own errors."""
    if prior is not None:
        return prior.noise
    errors = np.array([item.se for item in series])
    _, spread = _line(series)
    if np.isnan(errors).any():
        # An error that is not known is part of the spread around the line.
        return spread
    years = np.array([item.year for item in series])
    x = np.stack([np.ones(len(years)), years - years.mean()], axis=1)
    y = np.array([item.value for item in series])
    w = 1 / np.maximum(errors**2, 1e-12)
    normal = (x * w[:, None]).T @ x
    cover = np.linalg.inv(normal)
    line = cover @ ((x * w[:, None]).T @ y)
    scatter = float(w @ (y - x @ line) ** 2)
    df = len(series) - 2
    lost = float(np.trace(cover @ ((x * (w**2)[:, None]).T @ x)))
    return sqrt(max(0.0, (scatter - df) / (float(w.sum()) - lost)))


def _line(series: Sequence[Observation]) -> tuple[tuple[float, float], float]:
    """Return the plain line through the waves, and the standard deviation around it."""
    years = np.array([item.year for item in series])
    y = np.array([item.value for item in series])
    x = np.stack([np.ones(len(years)), years - years.mean()], axis=1)
    line, *_ = np.linalg.lstsq(x, y, rcond=None)
    left = y - x @ line
    spread = sqrt(float(left @ left) / max(1, len(series) - 2))
    return (float(line[0]), float(line[1])), spread


def _chance(t: float, df: float) -> float:
    from scipy.special import ndtr, stdtr  # noqa: PLC0415 - slow to load

    return float(ndtr(t) if np.isinf(df) else stdtr(df, t))


def _year(on: date) -> float:
    return on.toordinal() / YEAR


def back_test(series: Series, scale: Scale) -> list[BackTest]:
    """Return, for each wave after the third, what the waves before it would have forecast for it.

    The interval holds the error of the wave itself. Nothing where there are fewer than four.
    """
    found = []
    for k in range(LEAST_WAVES, len(series.used)):
        before, actual = series.used[:k], series.used[k]
        ahead = project(before, series.waves[k].on, 0.5, scale)
        mean = scaled(ahead.value, scale)
        reach = (scaled(ahead.high, scale) - scaled(ahead.low, scale)) / 2
        own = 0.0 if np.isnan(actual.se) else actual.se * t_quantile(LEVEL, ahead.df)
        whole = sqrt(reach**2 + own**2)
        found.append(
            BackTest(
                series.waves[k].on,
                ahead.value,
                unscaled(mean - whole, scale),
                unscaled(mean + whole, scale),
                unscaled(actual.value, scale),
            )
        )
    return found


def standing(indicator: Indicator, target: Target, as_of: date) -> Standing:
    """Return where a target stands on a day: by what a source says, else by what was measured.

    The first wave on or after the target's day decides; where its interval holds the target, or
    its error is not known and it is on the wrong side, nobody can say more than its value does.
    """
    if target.on > as_of:
        return Standing.AHEAD
    if target.outcome is not None:
        return Standing.REACHED if target.outcome is Outcome.REACHED else Standing.NOT_REACHED
    after = [
        wave
        for wave in indicator.waves
        if target.on <= wave.on <= as_of and wave.state is State.KNOWN
    ]
    if not after:
        return Standing.NOT_MEASURED
    seen = observed(after[0], indicator.scale)
    aim = scaled(target.value, indicator.scale)
    reach = 0.0 if np.isnan(seen.se) else t_quantile(LEVEL, inf) * seen.se
    over = (seen.value - aim) * (1 if indicator.rises else -1)
    if abs(over) < reach:
        return Standing.UNDECIDED
    return Standing.REACHED if over >= 0 else Standing.NOT_REACHED
