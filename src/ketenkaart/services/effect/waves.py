"""Estimate one period from its answers, and the difference between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ketenkaart.core.monitor.effect.change import Difference, Part, covariance, difference
from ketenkaart.core.monitor.effect.effects import (
    Answers,
    EffectRow,
    GroupEffect,
    Method,
    WithoutData,
    group_effects,
    over_groups,
)
from ketenkaart.core.monitor.effect.shares import share_rows
from ketenkaart.services.effect.answers import RECORDED, AnswerFile, Per
from ketenkaart.services.effect.records import DrawRecord

SHARES = (("mvi", ("yes",)), ("ambition", RECORDED))
TOTAL: tuple[Method, Method] = ("horvitz_thompson", "ratio")


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """How to estimate: over the term or per year, and what contracts without data count for."""

    per: Per = "term"
    without_data: WithoutData = "respondents"
    level: float = 0.95
    effects: tuple[str, ...] = ()
    groups_file: Path | None = None


@dataclass(slots=True)
class WaveEstimate:
    """One wave: rows; by effect and group what each contract adds, and what adds up."""

    record: DrawRecord
    rows: list[EffectRow] = field(default_factory=list)
    shares: list[EffectRow] = field(default_factory=list)
    parts: dict[tuple[str, str], dict[str, Part]] = field(default_factory=dict)
    effects: dict[tuple[str, Method], dict[str, GroupEffect]] = field(default_factory=dict)

    def over(self, row: EffectRow, groups: Sequence[str], level: float) -> EffectRow:
        """Return the total of a figure over some groups."""
        made = self.effects[row.figure, row.method]
        there = [made[name] for name in groups]
        return over_groups(row.figure, self.record.period, there, level, row.method)


def estimate_wave(file: AnswerFile, wanted: Sequence[str], plan: EffectPlan) -> WaveEstimate:
    """Return what answers say of some effects, by group and over groups, and of shares.

    Raises `InputError` for a contract without a figure where the plan refuses that.
    """
    made = WaveEstimate(file.record)
    period = file.record.period
    for name in wanted:
        answers = file.effect(name, plan.per)
        if plan.without_data == "refuse":
            _refuse_missing(file, answers)
        plain: dict[str, GroupEffect] = {}
        ratio: dict[str, GroupEffect] = {}
        for k, sample in enumerate(file.samples):
            a, b = group_effects(sample, answers[k], plan.without_data, plan.level)
            plain[sample.group], ratio[sample.group] = a, b
            made.parts[name, sample.group] = {
                file.tenders[int(row)]: Part(float(sample.chances[j]), float(a.contributions[j]))
                for j, row in enumerate(file.places[k])
            }
            made.rows += [a.row, b.row]
        for method, found in zip(TOTAL, (plain, ratio), strict=True):
            made.effects[name, method] = found
            whole = list(found.values())
            made.rows.append(over_groups(name, period, whole, plan.level, method))
    for column, positive in SHARES:
        answers = file.share(column, positive)
        there = [k for k, sample in enumerate(file.samples) if sample.drawn]
        for k in there:
            group = file.samples[k].group
            made.shares += share_rows([file.samples[k]], [answers[k]], group, plan.level)
        made.shares += share_rows(
            [file.samples[k] for k in there], [answers[k] for k in there], None, plan.level
        )
    return made


def _refuse_missing(file: AnswerFile, answers: list[Answers]) -> None:
    for k, given in enumerate(answers):
        if not given.known.all():
            row = int(file.places[k][~given.known][0])
            file.table.refuse(
                row, given.name, f"{file.tenders[row][:60]} gives no figure",
                "Fill it in, or say what contracts without data count for: "
                "--without-data respondents or zero.",
                more=sum(int((~item.known).sum()) for item in answers) - 1,
            )  # fmt: skip


def wave_differences(wave: WaveEstimate, first: WaveEstimate, level: float) -> list[Difference]:
    """Return a wave less an earlier one; totals over the groups estimated in both."""
    are_coordinated = _are_coordinated(wave.record, first.record)
    earlier = {(r.figure, r.group, r.method): r for r in (*first.rows, *first.shares)}
    found: list[Difference] = []
    for row in (*wave.rows, *wave.shares):
        other = earlier.get((row.figure, row.group, row.method))
        if other is None:
            continue
        groups: list[str] = []
        now = row
        if row.method in TOTAL and row.group is not None:
            groups = [row.group]
        elif row.method in TOTAL:
            groups = _both(first, wave, row)
            now, other = wave.over(row, groups, level), first.over(row, groups, level)
        common, shared = 0.0, 0
        for name in groups:
            key = (row.figure, name)
            part, count = covariance(
                first.parts.get(key, {}), wave.parts.get(key, {}), are_coordinated=are_coordinated
            )
            common, shared = common + part, shared + count
        found.append(difference(other, now, common, shared, level))
    return found


def _are_coordinated(after: DrawRecord, before: DrawRecord) -> bool:
    """Return whether one set of numbers drew both: Pareto with one seed, or the same draw."""
    if after.seed != before.seed or after.method != before.method:
        return False
    return after.method == "pareto" or after.frame_sha256 == before.frame_sha256


def _both(first: WaveEstimate, wave: WaveEstimate, row: EffectRow) -> list[str]:
    """Return the groups that were estimated in both waves."""
    then, now = first.effects[row.figure, row.method], wave.effects[row.figure, row.method]
    return [
        name
        for name, item in now.items()
        if item.figure.value is not None and name in then and then[name].figure.value is not None
    ]
