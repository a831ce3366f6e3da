"""Estimate what procurement changed, from answers about drawn contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.change import Difference, Part, covariance, difference
from ketenkaart.core.monitor.effect.effects import (
    Answers,
    EffectRow,
    GroupEffect,
    WithoutData,
    group_effects,
    over_groups,
)
from ketenkaart.core.monitor.effect.shares import share_rows
from ketenkaart.core.provenance import Text
from ketenkaart.services.effect.answers import RECORDED, AnswerFile, Per, read_answers
from ketenkaart.services.effect.records import DrawRecord
from ketenkaart.services.effect.remarks import remarks, wave_remarks

SHARES = (("mvi", ("yes",)), ("ambition", RECORDED))
TOTAL: tuple[str, ...] = ("horvitz_thompson", "ratio")


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """How to estimate: over the term or per year, and what contracts without data count for."""

    per: Per = "term"
    without_data: WithoutData = "respondents"
    level: float = 0.95
    effects: tuple[str, ...] = ()
    groups_file: Path | None = None


@dataclass(slots=True)
class EffectAnswer:
    """Estimates of effects and shares, differences from an earlier period, and remarks."""

    record: DrawRecord
    plan: EffectPlan
    units: dict[str, str]
    rows: list[EffectRow] = field(default_factory=list)
    shares: list[EffectRow] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


@dataclass(slots=True)
class _Estimated:
    """One wave: rows, and what each contract adds, by effect and group."""

    rows: list[EffectRow]
    shares: list[EffectRow]
    parts: dict[tuple[str, str | None], dict[str, Part]]


def estimate_effect(path: Path, plan: EffectPlan, *, before: Path | None = None) -> EffectAnswer:
    """Return the effects that answers speak of, by group and over groups, with intervals.

    With `before`, also the difference from that period. Raises `InputError` for answers that do
    not fit how they were drawn, an effect that was not asked, and missing data under `refuse`.
    """
    file = read_answers(path)
    units = {item.id: item.unit for item in file.record.effects}
    wanted = plan.effects or tuple(units)
    for name in wanted:
        if name not in units:
            raise InputError(
                f"The effect {name[:40]!r} was not asked", where="--effect",
                fix=f"Use one of {', '.join(units)}.",
            )  # fmt: skip
    found = EffectAnswer(file.record, plan, {name: units[name] for name in wanted})
    wave = _wave(file, wanted, plan)
    found.rows, found.shares = wave.rows, wave.shares
    if before is not None:
        earlier = read_answers(before)
        asked = {item.id: item.unit for item in earlier.record.effects}
        both = tuple(name for name in wanted if asked.get(name) == units[name])
        first = _wave(earlier, both, plan)
        found.differences = _differences(file.record, earlier.record, wave, first, plan.level)
        found.notes.extend(wave_remarks(file.record, earlier.record, wanted, both))
        period = earlier.record.period
        found.notes.extend(
            Text(en=f"{period}: {note.en}", nl=f"{period}: {note.nl}") for note in earlier.notes
        )
    found.notes.extend(file.notes)
    found.notes.extend(
        remarks(file, found.rows, wanted, plan.per, plan.without_data, plan.groups_file)
    )
    return found


def _wave(file: AnswerFile, wanted: Sequence[str], plan: EffectPlan) -> _Estimated:
    made = _Estimated([], [], {})
    period = file.record.period
    for name in wanted:
        answers = file.effect(name, plan.per)
        if plan.without_data == "refuse":
            _refuse_missing(file, answers)
        plain: list[GroupEffect] = []
        ratio: list[GroupEffect] = []
        everyone: dict[str, Part] = {}
        for k, sample in enumerate(file.samples):
            a, b = group_effects(sample, answers[k], plan.without_data, plan.level)
            plain.append(a)
            ratio.append(b)
            parts = {
                file.tenders[int(row)]: Part(float(sample.chances[j]), float(a.contributions[j]))
                for j, row in enumerate(file.places[k])
            }
            made.parts[name, sample.group] = parts
            everyone.update(parts)
            made.rows += [a.row, b.row]
        made.parts[name, None] = everyone
        made.rows.append(over_groups(name, period, plain, plan.level, "horvitz_thompson"))
        made.rows.append(over_groups(name, period, ratio, plan.level, "ratio"))
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


def _differences(
    after: DrawRecord, before: DrawRecord, wave: _Estimated, first: _Estimated, level: float
) -> list[Difference]:
    same_numbers = after.seed == before.seed and (
        after.method == before.method == "pareto"
        or (after.method == before.method and after.frame_sha256 == before.frame_sha256)
    )
    earlier = {(r.figure, r.group, r.method): r for r in (*first.rows, *first.shares)}
    found: list[Difference] = []
    for row in (*wave.rows, *wave.shares):
        other = earlier.get((row.figure, row.group, row.method))
        if other is None:
            continue
        common, shared = 0.0, 0
        if row.method in TOTAL:
            key = (row.figure, row.group)
            common, shared = covariance(
                first.parts[key], wave.parts[key], are_coordinated=same_numbers
            )
        found.append(difference(other, row, common, shared, level))
    return found
