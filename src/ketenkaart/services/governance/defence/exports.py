"""The defence of the gap as rows for other programs."""

from __future__ import annotations

from ketenkaart.core.governance.defence.answers import (
    CreditAnswer,
    SensitivityAnswer,
    Standing,
    Swing,
)
from ketenkaart.core.governance.defence.together_answers import TogetherAnswer
from ketenkaart.core.governance.defence.validation_answers import ValidationAnswer
from ketenkaart.services.exports import Cell

SENSITIVITY_COLUMNS = (
    "key", "kind", "subject", "label_nl", "label_en", "declared", "low_value", "high_value",
    "at_low_gap_low", "at_low_gap_central", "at_low_gap_high",
    "at_high_gap_low", "at_high_gap_central", "at_high_gap_high",
    "swing", "figure", "carried_cells", "grade", "source", "range_grade", "range_source",
    "gap_kind", "measure", "view", "as_of", "edition",
)  # fmt: skip


def sensitivity_rows(answer: SensitivityAnswer) -> list[list[Cell]]:
    """Return one row per assumption, then the declared gap, its best and its worst.

    With a breakdown its rows follow, each with the assumptions that move it most.
    """
    settings = (answer.declared, answer.best, answer.worst)
    rows = [_swing("total", swing, answer) for swing in answer.swings]
    rows += _settings("total", settings, answer)
    for row in answer.rows:
        rows += [_swing(row.key, swing, answer) for swing in row.largest]
        rows += _settings(row.key, (row.declared, row.best, row.worst), answer)
    return rows


def _swing(key: str, swing: Swing, answer: SensitivityAnswer) -> list[Cell]:
    return [
        key, swing.kind.value, swing.subject, swing.label.nl, swing.label.en,
        swing.declared.en, swing.low_value.en, swing.high_value.en,
        *_gap(swing.at_low), *_gap(swing.at_high),
        swing.swing, answer.figure, swing.carried,
        swing.citation.grade.value, swing.citation.source,
        swing.ranged.grade.value, swing.ranged.source, *_tail(answer),
    ]  # fmt: skip


def _settings(
    key: str, settings: tuple[Standing, Standing, Standing], answer: SensitivityAnswer
) -> list[list[Cell]]:
    return [
        [
            key, name, *[None] * 6, *_gap(setting), *[None] * 4, answer.figure, *[None] * 5,
            *_tail(answer),
        ]
        for name, setting in zip(("declared", "best", "worst"), settings, strict=True)
    ]  # fmt: skip


def _tail(answer: SensitivityAnswer) -> list[Cell]:
    return [answer.kind, answer.measure, answer.view, answer.as_of.isoformat(), answer.edition]


def _gap(setting: Standing) -> list[Cell]:
    return [setting.gap.low, setting.gap.central, setting.gap.high]


CREDIT_COLUMNS = (
    "key", "label_nl", "label_en", "instrument", "instrument_label_nl", "instrument_label_en",
    "reach_is_known", "credit", "credit_share", "known_low", "known_high",
    "possible_low", "possible_high", "unit", "gap_kind", "measure", "view", "as_of", "edition",
)  # fmt: skip


def credit_rows(answer: CreditAnswer) -> list[list[Cell]]:
    """Return one row per part of the chain and instrument; the whole stands last."""
    return [
        [
            part.key, part.label.nl, part.label.en, item.id, item.label.nl, item.label.en,
            item.reach_is_known, item.amount, item.share, item.known.low, item.known.high,
            item.possible.low, item.possible.high, answer.unit, answer.kind, answer.measure,
            answer.view, answer.as_of.isoformat(), answer.edition,
        ]
        for part in (*answer.rows, answer.total)
        for item in part.instruments
    ]  # fmt: skip


TOGETHER_COLUMNS = (
    "instrument", "label_nl", "label_en", "binding", "reach_is_known", "by", "column",
    "column_label_nl", "column_label_en", "scope_share", "credit_share", "column_weight",
    "column_none", "column_one", "column_more", "column_gap_low", "column_gap_central",
    "column_gap_high", "as_of", "edition",
)  # fmt: skip


def together_rows(answer: TogetherAnswer) -> list[list[Cell]]:
    """Return the matrix, one row per instrument and column; an empty cell is not defined."""
    heads = {head.key: head for head in answer.heads}
    return [
        [
            row.id, row.label.nl, row.label.en, row.binding, row.reach_is_known,
            answer.columns, cell.column, heads[cell.column].label.nl, heads[cell.column].label.en,
            cell.scope, cell.credit, heads[cell.column].weight, heads[cell.column].none,
            heads[cell.column].one, heads[cell.column].more, heads[cell.column].gap.low,
            heads[cell.column].gap.central, heads[cell.column].gap.high,
            answer.as_of.isoformat(), answer.edition,
        ]
        for row in answer.matrix
        for cell in row.cells
    ]  # fmt: skip


RANKED_COLUMNS = (
    "row", "country", "sector", "issue", "above_by_gap", "above_by_exposure",
    "above_by_risk_list", "cases", "others", "compared", "unknown", "gap_kind", "as_of",
    "edition", "sha256",
)  # fmt: skip


def ranked_rows(answer: ValidationAnswer) -> list[list[Cell]]:
    """Return every case with the share of the other cells that it stands above, per score."""
    return [
        [
            item.row, item.country, item.sector, item.issue, item.above["gap"],
            item.above["exposure"], item.above["risk_list"], answer.cases, answer.others,
            answer.compared, answer.unknown, answer.kind, answer.as_of.isoformat(),
            answer.edition, answer.file.sha256,
        ]
        for item in answer.ranked
    ]  # fmt: skip
