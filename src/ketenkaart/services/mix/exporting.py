"""The answer about the mix as rows for other programs."""

from __future__ import annotations

from ketenkaart.core.governance.answers import Interval
from ketenkaart.core.governance.mix.answers import MixAnswer
from ketenkaart.core.governance.mix.changes import WhatIfAnswer
from ketenkaart.services.exports import Cell

MIX_COLUMNS = (
    "candidate", "level", "label_nl", "label_en", "lever", "carrot_or_stick", "is_chosen",
    "cost_low_eur_per_year", "cost_counted_eur_per_year", "cost_high_eur_per_year",
    "closes", "share_of_draws", "reason", "budget_eur_per_year", "gap_before", "gap_after",
    "optimality_gap", "objective", "rule", "kind", "measure", "edition", "as_of",
)  # fmt: skip


def mix_rows(answer: MixAnswer) -> list[list[Cell]]:
    """Return one row per candidate: those chosen first, then the others with the reason."""
    tail: list[Cell] = [
        answer.budget,
        answer.known_before,
        answer.known_after,
        answer.optimality_gap,
        answer.objective,
        answer.rule,
        answer.kind,
        answer.measure,
        answer.edition,
        answer.as_of.isoformat(),
    ]
    chosen: list[list[Cell]] = [
        [
            item.candidate, item.level, item.label.nl, item.label.en, item.lever.value,
            "stick" if item.lever.is_stick else "carrot", True,
            item.cost.low, item.cost.counted, item.cost.high,
            item.alone_less, item.share_of_draws, None, *tail,
        ]
        for item in answer.chosen
    ]  # fmt: skip
    others: list[list[Cell]] = [
        [
            item.candidate, None, item.label.nl, item.label.en, item.lever.value,
            "stick" if item.lever.is_stick else "carrot", False,
            item.cost.low, item.cost.counted, item.cost.high,
            item.closes, item.share_of_draws, item.reason, *tail,
        ]
        for item in answer.not_chosen
    ]  # fmt: skip
    return chosen + others


SHIFT_COLUMNS = (
    "by", "key", "label_nl", "label_en", "weight",
    "before_low", "before_central", "before_high", "after_low", "after_central", "after_high",
    "moved", "kind", "measure", "edition", "as_of",
)  # fmt: skip


def shift_rows(answer: WhatIfAnswer) -> list[list[Cell]]:
    """Return one row for the whole and one per issue, sector and country."""
    tail: list[Cell] = [answer.kind, answer.measure, answer.edition, answer.as_of.isoformat()]

    def ends(gap: Interval) -> list[Cell]:
        return [gap.low, gap.central, gap.high]

    central = (answer.before.central, answer.after.central)
    moved = None if None in central else (central[1] or 0.0) - (central[0] or 0.0)
    whole: list[Cell] = [
        "all", "total", "Totaal", "Total", 1.0,
        *ends(answer.before), *ends(answer.after), moved, *tail,
    ]  # fmt: skip
    return [whole] + [
        [
            by, row.key, row.label.nl, row.label.en, row.weight,
            *ends(row.before), *ends(row.after), row.moved, *tail,
        ]
        for by, rows in answer.shifts.items()
        for row in rows
    ]  # fmt: skip
