"""What is measured, from which baseline, and whether targets are reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import inf, isnan

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.coding import CodingCheck, CorrectedShare, correct_for_coding
from ketenkaart.core.monitor.computed import ComputedFigure
from ketenkaart.core.monitor.indicators import Indicator, Scale, Target, WaveCoding
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.targets import (
    LEVEL,
    BackTest,
    Prior,
    Projection,
    Series,
    Standing,
    Thin,
    back_test,
    comparable,
    observed,
    project,
    standing,
    thin,
    unscaled,
)
from ketenkaart.core.provenance import BaselineState, Grade, State, Text
from ketenkaart.services.monitor.computing import compute_figure
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.indicators import find_indicator, load_indicators

MODEL = Text(
    nl="rechte lijn door de metingen (aandelen op log-odds, aantallen op logaritmen), elk gewogen "
    "naar de eigen fout en de spreiding om de lijn; interval van 95 % naar Student",
    en="a straight line through the waves (shares on log odds, counts on logarithms), each weighed "
    "by its own error and the spread around the line; 95 % interval after Student",
)

NOBODY_LOOKED = Text(
    nl="of er een nulmeting is, is nog niet uitgezocht",
    en="whether there is a baseline was not looked up yet",
)


@dataclass(frozen=True, slots=True)
class SeenWave:
    """A wave with the interval that can be said of it, and whether the trend uses it.

    `low` and `high` are None where no interval can be made: the sample is not known, or was none.
    Where coders' errors are known, `value` is put right for them and `coded` is what they coded.
    """

    on: date
    state: State
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    definition: str
    frame: str
    is_comparable: bool
    grade: Grade
    note: Text | None
    coded: float | None = None
    coding: WaveCoding | None = None


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """Where a target stands, and what can be forecast of it.

    `projection` is None where nothing can be, with the reason in `cannot`; or where the day of the
    target is past and its outcome known.
    """

    target: Target
    standing: Standing
    cannot: Thin | None
    projection: Projection | None
    back_tests: tuple[BackTest, ...]


@dataclass(frozen=True, slots=True)
class IndicatorAnswer:
    """An indicator on a day: its waves, how they were joined, its targets."""

    as_of: date
    indicator: Indicator
    waves: tuple[SeenWave, ...]
    series: Series
    targets: tuple[TargetAnswer, ...]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """The baseline of one indicator, or of one measure of an instrument; `None` where no value."""

    of: str
    kind: str
    name: Text
    state: BaselineState
    value: float | None
    scale: Scale
    on: date | None
    method: Text | None
    note: Text | None
    grade: Grade


def list_indicators() -> tuple[Indicator, ...]:
    """Return the indicators that come with the package."""
    return load_indicators()


def show_indicator(name: str, *, as_of: date, prior: Prior | None = None) -> IndicatorAnswer:
    """Return an indicator as it stood on a day; `name` is an id, or a file of one's own.

    Raises `NotFoundError` and `InputError`.
    """
    indicator = find_indicator(name)
    series = comparable(indicator, as_of)
    used = set(map(id, series.waves))
    waves = []
    for wave in indicator.waves:
        if wave.on > as_of:
            continue
        value, low, high = wave.value, wave.low, wave.high
        if wave.value is not None and (low is None or wave.coding is not None):
            seen = observed(wave, indicator.scale)
            low = high = None
            if wave.coding is not None:
                value = unscaled(seen.value, indicator.scale)
            if not isnan(seen.se) and seen.se > 0:
                reach = t_quantile(LEVEL, inf) * seen.se
                low, high = (
                    unscaled(seen.value - reach, indicator.scale),
                    unscaled(seen.value + reach, indicator.scale),
                )
        waves.append(
            SeenWave(
                wave.on, wave.state, value, low, high, wave.n, wave.definition, wave.frame,
                id(wave) in used, wave.citation.grade, wave.note,
                None if wave.coding is None else wave.value, wave.coding,
            )
        )  # fmt: skip
    targets = tuple(
        _answer(indicator, target, series, as_of, prior) for target in indicator.targets
    )
    return IndicatorAnswer(as_of, indicator, tuple(waves), series, targets)


def computed_figure(answer: IndicatorAnswer, *, edition_day: date) -> ComputedFigure | None:
    """Return what follows for an indicator from facts at hand; None where nothing does.

    On the day of the answer, or of the edition where no day was asked. Raises `InputError` for a
    day outside the facts.
    """
    which = answer.indicator.computed
    if which is None:
        return None
    return compute_figure(which, on=edition_day if answer.as_of == date.max else answer.as_of)


def _answer(
    indicator: Indicator, target: Target, series: Series, as_of: date, prior: Prior | None
) -> TargetAnswer:
    stands = standing(indicator, target, as_of)
    cannot = thin(series, prior)
    if cannot is not None:
        return TargetAnswer(target, stands, cannot, None, ())
    tests = tuple(back_test(series, indicator.scale))
    if stands in (Standing.REACHED, Standing.NOT_REACHED):
        return TargetAnswer(target, stands, None, None, tests)
    ahead = project(
        series.used, target.on, target.value, indicator.scale, rises=indicator.rises, prior=prior
    )
    return TargetAnswer(target, stands, None, ahead, tests)


def baselines() -> Iterator[BaselineRow]:
    """Yield the baseline of every indicator and of every instrument, the missing ones too."""
    for indicator in load_indicators():
        base = indicator.baseline
        yield BaselineRow(
            indicator.id, "indicator", indicator.name, base.state, base.value, indicator.scale,
            base.on, base.method, base.note, base.citation.grade,
        )  # fmt: skip
    for instrument in load_instruments():
        if not instrument.worked_out:
            continue
        if not instrument.baselines:
            yield BaselineRow(
                instrument.id, "instrument", instrument.name, BaselineState.NOT_RESEARCHED, None,
                Scale.AMOUNT, None, None, NOBODY_LOOKED, Grade.ASSUMED,
            )  # fmt: skip
        for item in instrument.baselines:
            name = Text(
                nl=f"{instrument.name.nl}: {item.label.nl}",
                en=f"{instrument.name.en}: {item.label.en}",
            )
            yield BaselineRow(
                instrument.id, "instrument", name, item.state, item.value,
                Scale.SHARE if item.unit == "share" else Scale.AMOUNT, item.on, item.method,
                item.note, item.citation.grade,
            )  # fmt: skip


def read_prior(text: str | None) -> Prior | None:
    """Return a prior written as slope, its standard deviation, noise; None for None.

    Raises `InputError`.
    """
    if text is None:
        return None
    try:
        slope, slope_sd, noise = (float(part) for part in text.split(","))
    except ValueError:
        slope = slope_sd = noise = float("nan")
    if not (slope_sd > 0 and noise >= 0 and abs(slope) < inf and slope_sd < inf and noise < inf):
        raise InputError(
            f"{text[:40]!r} is no prior",
            where="--prior",
            fix="Write slope, its standard deviation and the noise, a year: 0.1,0.05,0.1.",
        )
    return Prior(slope, slope_sd, noise)


def correct_share(share: float, n: int, hits: str, rejections: str) -> CorrectedShare:
    """Return a coded share of a sample put right for the errors of coding.

    `hits` and `rejections` are counts, as 45/50. Raises `InputError`.
    """
    if not 0 <= share <= 1 or n < 1:
        raise InputError(
            f"{share:g} of {n} is no share of a sample", where="--share, --n",
            fix="Give a share from 0 to 1, and how many were coded.",
        )  # fmt: skip
    counts = [
        _counts(text, where) for text, where in ((hits, "--hits"), (rejections, "--rejections"))
    ]
    check = CodingCheck(*counts[0], *counts[1])
    return correct_for_coding(share, (share * (1 - share) / n) ** 0.5, check)


def _counts(text: str, where: str) -> tuple[int, int]:
    try:
        some, all_of = (int(part) for part in text.split("/"))
    except ValueError:
        raise InputError(
            f"{text[:20]!r} is no pair of counts", where=where, fix="Write it as 45/50."
        ) from None
    return some, all_of


def in_words(value: float, scale: Scale) -> str:
    """Return a value as people write it: a share in per cent.

    >>> in_words(0.3, Scale.SHARE), in_words(4268, Scale.COUNT)
    ('30%', '4,268')
    """
    if scale is Scale.SHARE:
        return f"{100 * value:.3g}%"
    return f"{value:,.0f}" if scale is Scale.COUNT else f"{value:,.6g}"
