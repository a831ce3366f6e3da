"""Which findings may be averaged with each other, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ketenkaart.core.monitor.evidence.pooling import Pooled, SizedEffect, WhyNot, pool, se_of
from ketenkaart.core.monitor.evidence.types import (
    Compulsion,
    Effect,
    EffectMeasure,
    Reached,
    Way,
)
from ketenkaart.core.provenance import Citation, State, Text


@dataclass(frozen=True, slots=True)
class SeenFinding:
    """A finding with what its study says of it, from a study's file or an instrument's dossier.

    `level` is the rung of the study's design, 5 for a randomised trial down to 0 where no effect
    is measured; `dossier` names the instrument in whose dossier the finding stands, None for a
    study's own file.
    """

    study: str
    finding: str
    about: Text
    step: Reached
    way: Way
    kinds: tuple[str, ...]
    instruments: tuple[str, ...]
    compulsion: Compulsion
    effect: Effect | None
    effect_state: State
    sample: str
    design: str
    level: int
    countries: tuple[str, ...] | None
    sectors: tuple[str, ...] | None
    citation: Citation
    dossier: str | None = None


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What effects must share to be averaged: the step, what was measured, scale and unit."""

    step: Reached
    measures: str
    measure: EffectMeasure
    unit: str | None


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """Effects of one kind, their mean or why there is none, and the findings set aside."""

    key: GroupKey
    effects: tuple[SizedEffect, ...]
    levels: tuple[int, ...]
    pooled: Pooled | None
    why_not: WhyNot | None
    set_aside: tuple[tuple[SeenFinding, WhyNot], ...] = field(default=())


def group_effects(findings: Iterable[SeenFinding], least_level: int) -> tuple[EffectGroup, ...]:
    """Return every group of comparable effects, in the order of steps, each averaged if it can be.

    A finding counts once per sample: of two reports on the same people or companies the one of
    the stronger design speaks, and of equals the first by id. Studies of a design below
    `least_level` have no group to compare with, so their differences are no effects to average.
    """
    groups: dict[GroupKey, list[SeenFinding]] = {}
    for item in findings:
        if item.effect is not None:
            effect = item.effect
            key = GroupKey(item.step, effect.measures, effect.measure, effect.unit)
            groups.setdefault(key, []).append(item)
    order = list(Reached)
    keys = sorted(groups, key=lambda key: (order.index(key.step), key.measures, key.measure.value))
    return tuple(_group(key, groups[key], least_level) for key in keys)


def why_nothing(findings: Sequence[SeenFinding]) -> WhyNot:
    """Return why findings without any sized effect are not averaged."""
    measured = [item for item in findings if item.way is not Way.NOT_MEASURED]
    return WhyNot.NO_EFFECT_SIZE if measured else WhyNot.NO_STUDY


def _group(key: GroupKey, findings: list[SeenFinding], least_level: int) -> EffectGroup:
    aside: list[tuple[SeenFinding, WhyNot]] = []
    chosen: dict[str, tuple[SeenFinding, SizedEffect]] = {}
    for item in sorted(findings, key=lambda found: (-found.level, found.study, found.finding)):
        effect = item.effect
        if effect is None or effect.low is None or effect.high is None:
            aside.append((item, WhyNot.NO_INTERVAL))
        elif item.level < least_level:
            aside.append((item, WhyNot.DESIGN_TOO_WEAK))
        elif item.sample not in chosen:
            se = se_of(effect.low, effect.high, effect.level)
            chosen[item.sample] = item, SizedEffect(item.study, item.finding, effect.value, se)
    effects = tuple(sized for _, sized in chosen.values())
    levels = tuple(item.level for item, _ in chosen.values())
    if len(effects) >= 2:
        return EffectGroup(key, effects, levels, pool(effects), None, tuple(aside))
    why = WhyNot.ONLY_ONE if effects else aside[0][1]
    return EffectGroup(key, effects, levels, None, why, tuple(aside))
