"""Norms as rows and plain data: the same cells from the command line and the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ketenkaart.core.governance.norms.clauses import ElementRow, NormRow
from ketenkaart.core.governance.norms.scoring import Scored, Verdict
from ketenkaart.core.governance.norms.types import (
    Agreement,
    Alignment,
    AlignmentCriterion,
    AssessmentPart,
    Clause,
)
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.services.exports import Cell
from ketenkaart.services.norms import Benchmarked

CRITERION_COLUMNS = (
    "id", "part", "step", "norm", "question_nl", "question_en", "source", "grade",
)  # fmt: skip
STANDARD_COLUMNS = (
    "id", "name_nl", "name_en", "initiative_of", "assessed_on", "verdict", "share", "fully",
    "partly", "not", "not_researched", "not_applicable", "grade_of_points",
)  # fmt: skip
SCORE_COLUMNS = (
    "standard", "criterion", "part", "step", "alignment", "evidence", "source", "locator", "grade",
)  # fmt: skip
BENCHMARK_COLUMNS = (
    "sector", "name_nl", "name_en", "covenant", "covenants", "standards", "is_contrast", "grade",
)  # fmt: skip
MATRIX_COLUMNS = (
    "agreement", "group", "norm", "text_nl", "text_en", "cover", "clauses", "absent_en",
    "source", "grade",
)  # fmt: skip
DIFF_COLUMNS = (
    "element", "title_nl", "title_en", "side", "left_nl", "right_nl", "left_en", "right_en",
    "why_nl", "why_en",
)  # fmt: skip
POINTS_GRADE = "check"
"""The points 2, 1 and 0 come from a pilot of 2018; domain sources leave them to be checked."""


def criterion_row(item: AlignmentCriterion) -> list[Cell]:
    """Return a criterion as a row."""
    return [
        item.id, item.part.value, item.step, item.norm, item.question.nl, item.question.en,
        item.citation.source, item.citation.grade.value,
    ]  # fmt: skip


def standard_row(scored: Scored) -> list[Cell]:
    """Return a standard with its overall verdict as a row; empty where criteria are missing."""
    sheet, total = scored.sheet, scored.total
    return [
        sheet.id, sheet.name.nl, sheet.name.en, sheet.initiative_of,
        sheet.assessed_on.isoformat() if sheet.assessed_on else None, _word(total), total.share,
        *(total.counts[kind] for kind in Alignment), POINTS_GRADE,
    ]  # fmt: skip


def score_rows(scored: Scored) -> list[list[Cell]]:
    """Return every criterion of a sheet with its score as rows."""
    return [
        [
            scored.sheet.id, criterion.id, criterion.part.value, criterion.step,
            item.alignment.value, plain(item.evidence), *_cited(item.citation),
        ]
        for criterion, item in scored.scores
    ]  # fmt: skip


def compare_rows(sheets: Sequence[Scored]) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """Return columns and rows that lay standards side by side, a criterion per row."""
    names = ("criterion", "part", "step", *(item.sheet.id for item in sheets))
    rows: list[list[Cell]] = []
    for index, (criterion, _) in enumerate(sheets[0].scores if sheets else ()):
        start: list[Cell] = [criterion.id, criterion.part.value, criterion.step]
        rows.append([*start, *(item.scores[index][1].alignment.value for item in sheets)])
    return names, rows


def empty_sheet(items: Iterable[AlignmentCriterion]) -> list[list[Cell]]:
    """Return the rows of a sheet to fill in: every criterion, not researched."""
    return [[item.id, Alignment.NOT_RESEARCHED.value, None, None, None, None] for item in items]


def benchmark_row(item: Benchmarked) -> list[Cell]:
    """Return a sector on a day as a row."""
    return [
        item.sector.id, item.sector.name.nl, item.sector.name.en, item.state.value,
        "; ".join(f"{covenant.id} ({state})" for covenant, state in item.covenants),
        "; ".join(f"{s.sheet.id} ({_word(s.total) or 'open'})" for s in item.standards),
        item.sector.is_contrast, item.sector.citation.grade.value,
    ]  # fmt: skip


def matrix_rows(agreement: Agreement, rows: Iterable[NormRow]) -> list[list[Cell]]:
    """Return the clause matrix as rows, a norm per row."""
    return [
        [
            agreement.id, row.norm.group.value, row.norm.id, row.norm.text.nl, row.norm.text.en,
            row.cover.value,
            "; ".join(f"{clause.id} ({meets.level})" for clause, meets in row.clauses),
            "; ".join(item.text.en for item in row.absent) or None,
            row.norm.citation.source, row.norm.citation.grade.value,
        ]
        for row in rows
    ]  # fmt: skip


def diff_rows(rows: Iterable[ElementRow]) -> list[list[Cell]]:
    """Return what two agreements say per element as rows."""
    return [
        [
            row.element.id, row.element.title.nl, row.element.title.en, row.side.value,
            _joined(row.left, "nl"), _joined(row.right, "nl"), _joined(row.left, "en"),
            _joined(row.right, "en"),
            "; ".join(item.why.nl for item in row.deviations) or None,
            "; ".join(item.why.en for item in row.deviations) or None,
        ]
        for row in rows
    ]  # fmt: skip


def scored_json(scored: Scored) -> dict[str, Any]:
    """Return a scored sheet as plain data; verdicts are null while criteria are missing."""
    data = scored.sheet.model_dump(mode="json", exclude={"scores"})
    data["scores"] = [
        dict(zip(SCORE_COLUMNS[1:], row[1:], strict=True)) for row in score_rows(scored)
    ]
    data["parts"] = {part.value: _verdict(scored.parts[part]) for part in AssessmentPart}
    data["steps"] = {step: _verdict(item) for step, item in scored.steps.items()}
    data["total"] = _verdict(scored.total)
    data["missing"] = list(scored.missing)
    data["grade_of_points"] = POINTS_GRADE
    return data


def plain(text: Text | str | None, language: str = "en") -> str | None:
    """Return evidence in one language; words in one language only stay as they are."""
    return text.in_language(language) if isinstance(text, Text) else text


def _verdict(item: Verdict) -> dict[str, Any]:
    return {
        "alignment": _word(item),
        "share": item.share,
        "counts": {kind.value: count for kind, count in item.counts.items()},
    }


def _word(item: Verdict) -> str | None:
    return item.alignment.value if item.alignment else None


def _cited(citation: Citation | None) -> list[Cell]:
    if citation is None:
        return [None, None, None]
    return [citation.source, citation.locator, citation.grade.value]


def _joined(clauses: Iterable[Clause], language: str) -> str | None:
    return "; ".join(clause.text.in_language(language) for clause in clauses) or None
