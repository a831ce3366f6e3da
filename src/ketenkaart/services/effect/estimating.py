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
    Status,
    WithoutData,
    group_effects,
    over_groups,
)
from ketenkaart.core.monitor.effect.shares import share_rows
from ketenkaart.services.effect.answers import RECORDED, AnswerFile, Per, read_answers
from ketenkaart.services.effect.records import DrawRecord
from ketenkaart.sources.reference.product_groups import load_product_groups, read_product_groups

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
    notes: list[str] = field(default_factory=list)


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
        found.notes.extend(_wave_notes(file.record, earlier.record, wanted, both))
        found.notes.extend(f"{earlier.record.period}: {note}" for note in earlier.notes)
    found.notes.extend(file.notes)
    found.notes.extend(_notes(file, found, wanted))
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


def _wave_notes(
    after: DrawRecord, before: DrawRecord, wanted: Sequence[str], both: Sequence[str]
) -> list[str]:
    notes: list[str] = []
    apart = [name for name in wanted if name not in both]
    if apart:
        notes.append(f"No difference for {', '.join(apart)}: not asked before in the same unit.")
    now = {item.group for item in after.groups if item.drawn}
    then = {item.group for item in before.groups if item.drawn}
    if now != then:
        notes.append(
            "Totals over groups are not of the same groups: only now "
            f"{', '.join(sorted(now - then)) or 'none'}, only before "
            f"{', '.join(sorted(then - now)) or 'none'}."
        )
    return notes


def _notes(file: AnswerFile, found: EffectAnswer, wanted: Sequence[str]) -> list[str]:
    """Return what a reader must know beside the figures."""
    record, plan = file.record, found.plan
    over = "over the term of contracts" if plan.per == "term" else "per year"
    notes = [f"Every effect is an estimate against a reference, with versus without; it is {over}."]
    idle = [item.group for item in record.groups if not item.drawn]
    if idle:
        notes.append(f"Not sampled, so unknown and in no total: {', '.join(idle)}.")
    if record.empty_groups:
        notes.append(f"No tenders in this period: {', '.join(record.empty_groups)}.")
    left = [
        (i.group, i.tenders - i.reached) for i in record.groups if i.drawn and i.tenders > i.reached
    ]
    if left:
        words = ", ".join(f"{group} {count}" for group, count in left)
        notes.append(f"Tenders without a known value are in no total: {words}.")
    notes.extend(_silent_notes(found, wanted))
    notes.extend(
        f"{name}: {count} contracts give an effect and name no reference."
        for name in wanted
        if (count := file.unreferenced(name))
    )
    notes.extend(_double_notes(file, found))
    return notes


def _silent_notes(found: EffectAnswer, wanted: Sequence[str]) -> list[str]:
    notes: list[str] = []
    for name in wanted:
        rows = [r for r in found.rows if r.figure == name and r.group and r.method == TOTAL[0]]
        silent = sum(row.without_data for row in rows if row.drawn)
        none = sum(row.not_applicable for row in rows)
        if silent:
            what = (
                "count as nothing, so a total is a floor where no effect is negative"
                if found.plan.without_data == "zero"
                else "are stood for by those with data in the same group"
            )
            notes.append(f"{name}: {silent} drawn contracts have no figure; they {what}.")
        if none:
            notes.append(f"{name}: not applicable to {none} contracts; these add nothing.")
    return notes


def _double_notes(file: AnswerFile, found: EffectAnswer) -> list[str]:
    """Return which groups of a total may count one effect twice."""
    path = found.plan.groups_file
    grouping = load_product_groups()[0] if path is None else read_product_groups(path)
    said = (Status.ESTIMATED, Status.COUNTED)
    there = {row.group for row in found.rows if row.group and row.status in said}
    pairs = grouping.counted_twice(str(item) for item in there)
    notes: list[str] = []
    if pairs:
        words = ", ".join(f"{a} and {b}" for a, b in pairs)
        notes.append(f"The total over groups may count one effect twice: {words}.")
    if "other_groups" in file.table.columns:
        more = [t for t in file.table.frame["other_groups"].to_list() if t]
        if more:
            notes.append(
                f"{len(more)} drawn contracts also have codes of another product group; each "
                "counts in the group of its main code."
            )
    return notes
