"""Standards scored by alignment, sectors without a covenant, and clauses beside norms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.norms.clauses import Cover, NormRow
from ketenkaart.core.governance.norms.scoring import Scored, Verdict
from ketenkaart.core.governance.norms.types import Agreement, Alignment, AssessmentPart, NormGroup
from ketenkaart.services.exports import Cell
from ketenkaart.services.installed import edition_day
from ketenkaart.services.norms import (
    SHEET_COLUMNS,
    TEMPLATE,
    CovenantState,
    benchmark,
    criteria,
    diff,
    find_agreement,
    list_agreements,
    list_scored,
    matrix,
)
from ketenkaart.services.norms.rows import (
    BENCHMARK_COLUMNS,
    MATRIX_COLUMNS,
    STANDARD_COLUMNS,
    benchmark_row,
    compare_rows,
    empty_sheet,
    matrix_rows,
    plain,
    standard_row,
)
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.render import language, page

PAGES = ("norms", "norms_sectors", "norms_agreements")


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Show the standards with their verdicts, and the criteria side by side."""
    scored = list_scored()
    _, rows = compare_rows(scored)
    context = {
        "here_name": "norms",
        "standards": [(item, _of(item.total), _alignments(item.total)) for item in scored],
        "criteria": [
            (item, [str(cell) for cell in row[3:]])
            for item, row in zip(criteria(), rows, strict=True)
        ],
    }
    return _page(request, "standards.html", context)


@require_safe
def standard(request: HttpRequest, standard_id: str) -> HttpResponse:
    """Show one standard, criterion by criterion with its evidence."""
    scored = _scored(standard_id)
    chosen = language()
    context = {
        "here_name": "norms_standard",
        "scored": scored,
        "total": _of(scored.total),
        "parts": [
            (
                part,
                _of(scored.parts[part]),
                scored.parts[part].missing,
                [
                    (item, given, plain(given.evidence, chosen))
                    for item, given in scored.scores
                    if item.part is part
                ],
            )
            for part in AssessmentPart
        ],
    }
    return _page(request, "standard.html", context)


@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    """Show the high-risk sectors on a day: which have a covenant, and what else is known."""
    asked = request.GET.get("as_of", "").strip()
    day, problem = _day(asked)
    rows = benchmark(day)
    context = {
        "here_name": "norms_sectors",
        "day": day,
        "asked": asked,
        "problem": problem,
        "rows": rows,
        "without": sum(row.state is not CovenantState.IN_FORCE for row in rows),
    }
    return _page(request, "sectors.html", context, 400 if problem else 200)


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Show the agreements with how many norms each is known to follow."""
    found = [(item, _counts(matrix(item)), _is_known(item)) for item in list_agreements()]
    context = {"here_name": "norms_agreements", "agreements": found, "covers": list(Cover)}
    return _page(request, "agreements.html", context)


@require_safe
def agreement(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Show one agreement: its clauses beside every norm, and beside another one."""
    found = _agreement(agreement_id)
    beside = request.GET.get("beside", TEMPLATE).strip() or TEMPLATE
    problem = False
    try:
        other = _agreement(beside)
    except NotFoundError:
        other, problem = _agreement(TEMPLATE), True
    rows = matrix(found)
    context = {
        "here_name": "norms_agreement",
        "agreement": found,
        "other": other,
        "problem": problem,
        "asked": beside,
        "choices": [item for item in (_agreement(TEMPLATE), *list_agreements())
                    if item.id != found.id],
        "groups": [
            (group, [row for row in rows if row.norm.group is group]) for group in NormGroup
        ],
        "counts": _counts(rows),
        "elements": diff(other, found),
    }  # fmt: skip
    return _page(request, "agreement.html", context, 400 if problem else 200)


@require_safe
def standards_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the standards with their verdicts."""
    return _data("standards", STANDARD_COLUMNS, [standard_row(i) for i in list_scored()], form)


@require_safe
def sectors_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the sectors on a day."""
    day, problem = _day(request.GET.get("as_of", "").strip())
    if problem:
        raise InputError("No day", where="as_of", fix="Write it as 2019-11-22.")
    rows = [benchmark_row(item) for item in benchmark(day)]
    return _data(f"sectors-{day}", BENCHMARK_COLUMNS, rows, form)


@require_safe
def agreement_data(_request: HttpRequest, agreement_id: str, form: str) -> HttpResponse:
    """Hand out the clause matrix of an agreement."""
    found = _agreement(agreement_id)
    return _data(f"norms-{found.id}", MATRIX_COLUMNS, matrix_rows(found, matrix(found)), form)


@require_safe
def empty_sheet_file(_request: HttpRequest) -> HttpResponse:
    """Hand out an empty score sheet to fill in."""
    return csv_download("ketenkaart-sheet", SHEET_COLUMNS, empty_sheet(criteria()))


def _page(
    request: HttpRequest, template: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    whole = {"parts_of_norms": PAGES, **context}
    return page(request, "instruments", f"norms/{template}", whole, status=status)


def _data(
    name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], form: str
) -> HttpResponse:
    if form == "csv":
        return csv_download(f"ketenkaart-{name}", columns, rows)
    if form == "json":
        content = [dict(zip(columns, row, strict=True)) for row in rows]
        return json_download(f"ketenkaart-{name}", content)
    raise Http404


def _scored(standard_id: str) -> Scored:
    # Only what ships: the site opens no file that somebody names in an address.
    for scored in list_scored():
        if scored.sheet.id == standard_id.lower():
            return scored
    raise NotFoundError(f"No standard {standard_id!r}", where="standard", fix="See the list.")


def _agreement(agreement_id: str) -> Agreement:
    if agreement_id.lower() in {TEMPLATE, *(item.id for item in list_agreements())}:
        return find_agreement(agreement_id)
    raise NotFoundError(f"No agreement {agreement_id!r}", where="agreement", fix="See the list.")


def _day(asked: str) -> tuple[date, bool]:
    if not asked:
        return edition_day(), False
    try:
        return date.fromisoformat(asked), False
    except ValueError:
        return edition_day(), True


def _of(verdict: Verdict) -> str:
    return verdict.alignment.value if verdict.alignment else "open"


def _alignments(verdict: Verdict) -> list[tuple[str, int]]:
    return [(kind.value, verdict.counts[kind]) for kind in Alignment]


def _counts(rows: Sequence[NormRow]) -> list[tuple[str, int]]:
    return [(cover.value, sum(row.cover is cover for row in rows)) for cover in Cover]


def _is_known(found: Agreement) -> bool:
    return bool(found.clauses or found.absent)
