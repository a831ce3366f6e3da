"""Advice on an initiative by a stated rule: keep, stop, or not enough evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf
from statistics import median

import numpy as np
from pydantic import Field

from ketenkaart.core.monitor.evidence.grouping import EffectGroup, SeenFinding, group_effects
from ketenkaart.core.monitor.evidence.pooling import LEVEL, SizedEffect, mean_ends
from ketenkaart.core.monitor.evidence.types import Reached, Way
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Text

GRID = 81
"""How many sizes of one further study are tried."""


class Worth(Frozen):
    """The smallest effect that is worth keeping an initiative for, in the unit of its measure."""

    measures: Identifier
    value: float = Field(ge=0)
    citation: Citation


class AdviceRule(Frozen):
    """The stated rule: which findings count, and when they say keep or stop.

    Findings count from a design of `least_level` at one of `steps`, with a citation of a grade
    that is not in `set_aside`. Two comparable effects speak together; one speaks alone only from
    a design of `alone_from_level`.
    """

    statement: Text
    least_level: int = Field(ge=0, le=5)
    alone_from_level: int = Field(ge=0, le=6)
    steps: tuple[Reached, ...] = Field(min_length=1)
    set_aside: tuple[Grade, ...] = ()
    worth: tuple[Worth, ...] = ()
    citation: Citation

    def least_worth(self, measures: str) -> float:
        """Return the smallest effect worth keeping; zero where nothing is declared."""
        return next((item.value for item in self.worth if item.measures == measures), 0.0)


class Counsel(StrEnum):
    """What the rule advises; a person decides."""

    KEEP = "keep"
    STOP = "stop"
    NOT_ENOUGH = "not_enough_evidence"


class Ground(StrEnum):
    """Why the rule advises what it does."""

    NO_STUDY = "no_study"
    NOTHING_COUNTS = "nothing_counts"
    NO_SIZES = "no_sizes"
    ONE_TOO_WEAK = "one_too_weak"
    INTERVAL_HOLDS_BOTH = "interval_holds_both"
    OUTCOMES_CLASH = "outcomes_clash"
    ABOVE_ZERO = "above_zero"
    BELOW_WORTH = "below_worth"


class SetAside(StrEnum):
    """Why a finding does not count for the advice."""

    NOT_MEASURED = "not_measured"
    STEP_TOO_EARLY = "step_too_early"
    DESIGN_TOO_WEAK = "design_too_weak"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """What one group of comparable effects says: the interval it rests on, and the verdict."""

    group: EffectGroup
    value: float | None
    low: float | None
    high: float | None
    worth: float
    counsel: Counsel
    ground: Ground


@dataclass(frozen=True, slots=True)
class FurtherStudy:
    """Which result of one further study would change the advice, on the scale of its group.

    The study is supposed to be as precise as the middle one there (`se`); `low` and `high` bound
    the results nearest to the present mean that turn the advice to `counsel`. Beyond the grid an
    end is None.
    """

    group: EffectGroup
    counsel: Counsel
    se: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Variant:
    """The advice had the rule or the evidence been otherwise; `what` and `which` say how."""

    what: str
    which: str
    counsel: Counsel


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice with its ground, what counted, what did not and why, and what would change it."""

    counsel: Counsel
    ground: Ground
    counted: tuple[SeenFinding, ...]
    aside: tuple[tuple[SeenFinding, SetAside], ...]
    verdicts: tuple[GroupVerdict, ...]
    further: tuple[FurtherStudy, ...] = ()
    variants: tuple[Variant, ...] = ()

    @property
    def turns(self) -> tuple[Variant, ...]:
        """The variants under which the advice is another one."""
        return tuple(item for item in self.variants if item.counsel is not self.counsel)


def advise(findings: Sequence[SeenFinding], rule: AdviceRule) -> Advice:
    """Return the advice on an initiative from all findings about it, with its sensitivity.

    Directions are never counted as votes: only the interval of a mean of comparable effects, or of
    one strong study, can say keep or stop. Everything else is not enough evidence.
    """
    plain = _plain(findings, rule)
    return replace(
        plain,
        further=tuple(_further(plain)),
        variants=tuple(_variants(findings, plain, rule)),
    )


def set_aside(item: SeenFinding, rule: AdviceRule) -> SetAside | None:
    """Return why a finding does not count, None where it does."""
    if item.way is Way.NOT_MEASURED:
        return SetAside.NOT_MEASURED
    if item.step not in rule.steps:
        return SetAside.STEP_TOO_EARLY
    if item.level < rule.least_level:
        return SetAside.DESIGN_TOO_WEAK
    return SetAside.GRADE if item.citation.grade in rule.set_aside else None


def _plain(findings: Sequence[SeenFinding], rule: AdviceRule) -> Advice:
    reasons = [(item, set_aside(item, rule)) for item in findings]
    counted = tuple(item for item, why in reasons if why is None)
    aside = tuple((item, why) for item, why in reasons if why is not None)
    groups = group_effects(counted, rule.least_level)
    verdicts = tuple(_verdict(group, rule) for group in groups)
    counsel, ground = _together(findings, counted, verdicts)
    return Advice(counsel, ground, counted, aside, verdicts)


def _together(
    findings: Sequence[SeenFinding],
    counted: Sequence[SeenFinding],
    verdicts: Sequence[GroupVerdict],
) -> tuple[Counsel, Ground]:
    said = {item.counsel for item in verdicts} - {Counsel.NOT_ENOUGH}
    if len(said) == 1:
        counsel = said.pop()
        keeps = counsel is Counsel.KEEP
        return counsel, Ground.ABOVE_ZERO if keeps else Ground.BELOW_WORTH
    if said:
        return Counsel.NOT_ENOUGH, Ground.OUTCOMES_CLASH
    if counted:
        grounds = {item.ground for item in verdicts} | {Ground.NO_SIZES}
        order = (Ground.INTERVAL_HOLDS_BOTH, Ground.ONE_TOO_WEAK, Ground.NO_SIZES)
        return Counsel.NOT_ENOUGH, next(ground for ground in order if ground in grounds)
    measured = any(item.way is not Way.NOT_MEASURED for item in findings)
    return Counsel.NOT_ENOUGH, Ground.NOTHING_COUNTS if measured else Ground.NO_STUDY


def _verdict(group: EffectGroup, rule: AdviceRule) -> GroupVerdict:
    worth = rule.least_worth(group.key.measures)
    value, low, high = _ends(group.effects, group.levels, rule)
    if low is None or high is None:
        ground = Ground.ONE_TOO_WEAK if group.effects else Ground.NO_SIZES
        return GroupVerdict(group, None, None, None, worth, Counsel.NOT_ENOUGH, ground)
    counsel, ground = _counsel(low, high, worth)
    return GroupVerdict(group, value, low, high, worth, counsel, ground)


def _ends(
    effects: Sequence[SizedEffect], levels: Sequence[int], rule: AdviceRule
) -> tuple[float | None, float | None, float | None]:
    if len(effects) >= 2:
        return mean_ends(effects)
    if effects and levels[0] >= rule.alone_from_level:
        reach = t_quantile(LEVEL, inf) * effects[0].se
        return effects[0].value, effects[0].value - reach, effects[0].value + reach
    return None, None, None


def _counsel(low: float, high: float, worth: float) -> tuple[Counsel, Ground]:
    if high < worth or high < 0:
        return Counsel.STOP, Ground.BELOW_WORTH
    if low > 0:
        return Counsel.KEEP, Ground.ABOVE_ZERO
    return Counsel.NOT_ENOUGH, Ground.INTERVAL_HOLDS_BOTH


def _further(plain: Advice) -> Iterable[FurtherStudy]:
    """Yield, per group with effects, the results of one more study that would turn the advice."""
    for place, item in enumerate(plain.verdicts):
        effects = item.group.effects
        if not effects:
            continue
        se = median(effect.se for effect in effects)
        middle = sum(effect.value for effect in effects) / len(effects)
        spread = max(abs(effect.value - middle) for effect in effects)
        reach = 12 * max(se, spread, item.worth, abs(middle))
        tried = np.linspace(middle - reach, middle + reach, GRID)
        others = [one for k, one in enumerate(plain.verdicts) if k != place]
        turned: dict[Counsel, list[int]] = {}
        for k, value in enumerate(tried):
            added = (*effects, SizedEffect("further_study", "further_study", float(value), se))
            _, low, high = mean_ends(added)
            counsel, _ = _counsel(low, high, item.worth)
            now, _ = _together(
                plain.counted, plain.counted, [*others, replace(item, counsel=counsel)]
            )
            if now is not plain.counsel:
                turned.setdefault(now, []).append(k)
        for counsel, places in turned.items():
            first, last = _nearest_run(places, GRID // 2)
            yield FurtherStudy(
                item.group, counsel, se,
                None if first == 0 else float(tried[first]),
                None if last == GRID - 1 else float(tried[last]),
            )  # fmt: skip


def _nearest_run(places: Sequence[int], centre: int) -> tuple[int, int]:
    """Return the first and last of the unbroken run of numbers that lies nearest to `centre`.

    >>> _nearest_run([1, 2, 3, 8, 9], 7)
    (8, 9)
    """
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    best = min(runs, key=lambda run: min(abs(place - centre) for place in run))
    return best[0], best[-1]


def _variants(
    findings: Sequence[SeenFinding], plain: Advice, rule: AdviceRule
) -> Iterable[Variant]:
    """Yield the advice without each study that counts, and under other thresholds."""
    for study in sorted({item.study for item in plain.counted}):
        rest = [item for item in findings if item.study != study]
        yield Variant("without_study", study, _plain(rest, rule).counsel)
    for level in (rule.least_level - 1, rule.least_level + 1):
        if 0 <= level <= 5:
            other = rule.model_copy(update={"least_level": level})
            yield Variant("least_level", str(level), _plain(findings, other).counsel)
    if rule.set_aside:
        other = rule.model_copy(update={"set_aside": ()})
        yield Variant("every_grade", "", _plain(findings, other).counsel)
