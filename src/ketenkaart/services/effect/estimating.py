"""Estimate what procurement changed, from answers about drawn contracts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.change import Difference
from ketenkaart.core.monitor.effect.effects import EffectRow
from ketenkaart.core.provenance import Text
from ketenkaart.services.effect.answers import read_answers
from ketenkaart.services.effect.records import DrawRecord
from ketenkaart.services.effect.remarks import remarks, wave_remarks
from ketenkaart.services.effect.waves import EffectPlan, estimate_wave, wave_differences

__all__ = ["EffectAnswer", "EffectPlan", "estimate_effect"]


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
    wave = estimate_wave(file, wanted, plan)
    found.rows, found.shares = wave.rows, wave.shares
    if before is not None:
        earlier = read_answers(before)
        asked = {item.id: item.unit for item in earlier.record.effects}
        both = tuple(name for name in wanted if asked.get(name) == units[name])
        first = estimate_wave(earlier, both, plan)
        found.differences = wave_differences(wave, first, plan.level)
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
