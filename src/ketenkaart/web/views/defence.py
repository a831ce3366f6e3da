"""What the gap rests on and how good it is: a question in the address, an answer, downloads."""

from __future__ import annotations

from typing import get_args

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.defence.answers import (
    CreditAnswer,
    Figure,
    SensitivityAnswer,
    SensitivityQuery,
)
from ketenkaart.core.governance.defence.together_answers import (
    Columns,
    TogetherAnswer,
    TogetherQuery,
)
from ketenkaart.core.governance.defence.wording import KIND_LABELS
from ketenkaart.services.choices import gap_choices
from ketenkaart.services.governance.defence import (
    compute_credit,
    compute_sensitivity,
    compute_together,
)
from ketenkaart.services.governance.defence.exports import (
    CREDIT_COLUMNS,
    SENSITIVITY_COLUMNS,
    TOGETHER_COLUMNS,
    credit_rows,
    sensitivity_rows,
    together_rows,
)
from ketenkaart.services.governance.standing import (
    SCORE_NAMES,
    kept_validations,
    validation_standing,
)
from ketenkaart.services.installed import edition_folder
from ketenkaart.warehouse.editions import read_manifest
from ketenkaart.web.charts import interval_bar
from ketenkaart.web.defence.drawing import tornado
from ketenkaart.web.defence.forms import CREDIT, SENSITIVITY, TOGETHER, DefenceForm
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.render import language, page

ASKED = "compute"
SHOWN_SWINGS = 30
SHOWN_PAIRS = 25
SHOWN_COLUMNS = 12
TINTS = 4
INCOMPLETE = {"issue": "The question is not complete"}


@require_safe
def sensitivity(request: HttpRequest) -> HttpResponse:
    """Show the form and, once asked, which assumption moves the gap most."""
    form, answer = _sensitivity(request)
    context: dict[str, object] = {
        "form": form,
        "fields": form.fields(),
        "answer": answer,
        "address": form.address(),
    }
    if answer is not None:
        moving = [one for one in answer.swings if one.swing != 0][:SHOWN_SWINGS]
        drawn = tornado(moving, answer.declared, answer.figure)
        context |= {
            "tornado": drawn,
            "rows": [(bar, KIND_LABELS[bar.swing.kind]) for bar in drawn.bars],
            "left": len(answer.swings) - answer.unmoved - len(moving),
            "settings": [
                (name, item.gap, interval_bar(item.gap, item.gap_known_reach))
                for name, item in (
                    ("declared", answer.declared),
                    ("best", answer.best),
                    ("worst", answer.worst),
                )
            ],
        }
    return page(request, "gap", "defence/sensitivity.html", context,
                status=400 if form.errors else 200)  # fmt: skip


@require_safe
def sensitivity_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the sensitivity that the page shows, as CSV or JSON."""
    require_form(form)
    asked, answer = _sensitivity(request, is_asked=True)
    if answer is None:
        raise refusal(asked.errors or INCOMPLETE)
    if form == "json":
        return json_download("ketenkaart-sensitivity", answer.model_dump(mode="json"))
    return csv_download("ketenkaart-sensitivity", SENSITIVITY_COLUMNS, sensitivity_rows(answer))


@require_safe
def credit(request: HttpRequest) -> HttpResponse:
    """Show which instrument is owed which part of what is reached."""
    form, answer = _credit(request)
    context: dict[str, object] = {
        "form": form,
        "fields": form.fields(),
        "answer": answer,
        "address": form.address(),
        "parts": [] if answer is None else (answer.total, *answer.rows),
    }
    return page(request, "gap", "defence/credit.html", context,
                status=200 if answer else 400)  # fmt: skip


@require_safe
def credit_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the credits that the page shows, as CSV or JSON."""
    require_form(form)
    asked, answer = _credit(request)
    if answer is None:
        raise refusal(asked.errors or INCOMPLETE)
    if form == "json":
        return json_download("ketenkaart-credit", answer.model_dump(mode="json"))
    return csv_download("ketenkaart-credit", CREDIT_COLUMNS, credit_rows(answer))


@require_safe
def validation(request: HttpRequest) -> HttpResponse:
    """Show whether the gap was tested against known cases, with what came out."""
    edition = read_manifest(edition_folder()).id
    return page(
        request,
        "gap",
        "defence/validation.html",
        {
            "edition": edition,
            "standing": validation_standing(edition),
            "kept": [
                (item, [(SCORE_NAMES[one.score], one) for one in item.answer.scores],
                 SCORE_NAMES[item.answer.best] if item.answer.best else None)
                for item in kept_validations()
            ],
        },
    )  # fmt: skip


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """Show how the instruments of a day go together over a part of the chain."""
    form, answer = _together(request)
    context: dict[str, object] = {
        "form": form,
        "fields": form.fields(),
        "answer": answer,
        "address": form.address(),
    }
    if answer is not None:
        heads = answer.heads[:SHOWN_COLUMNS]
        shown = {head.key for head in heads}
        context |= {
            "heads": heads,
            "matrix": [
                (row, [(cell, _tint(cell.scope)) for cell in row.cells if cell.column in shown])
                for row in answer.matrix
            ],
            "left": len(answer.heads) - len(heads),
            "pairs": answer.pairs[:SHOWN_PAIRS],
            "pairs_left": max(0, len(answer.pairs) - SHOWN_PAIRS),
            "said": [(pair, fact) for pair in answer.pairs for fact in pair.facts],
            "columns_key": f"gap.by_{answer.columns}",
        }
    return page(request, "instruments", "defence/together.html", context,
                status=200 if answer else 400)  # fmt: skip


@require_safe
def together_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the matrix as CSV, or the whole answer as JSON."""
    require_form(form)
    asked, answer = _together(request)
    if answer is None:
        raise refusal(asked.errors or INCOMPLETE)
    if form == "json":
        return json_download("ketenkaart-together", answer.model_dump(mode="json"))
    return csv_download("ketenkaart-together", TOGETHER_COLUMNS, together_rows(answer))


def _tint(share: float | None) -> int:
    return 0 if not share else min(TINTS, 1 + int(share * TINTS))


def _sensitivity(
    request: HttpRequest, *, is_asked: bool = False
) -> tuple[DefenceForm, SensitivityAnswer | None]:
    form = DefenceForm.read(
        request.GET.dict(), gap_choices(), language(), SENSITIVITY, extra="figure"
    )
    if form.gap.query is None or not (is_asked or ASKED in request.GET):
        return form, None
    figure = next(name for name in get_args(Figure) if name == form.chosen())
    try:
        return form, compute_sensitivity(SensitivityQuery(gap=form.gap.query, figure=figure))
    except InputError as error:
        form.refuse(error)
        return form, None


def _credit(request: HttpRequest) -> tuple[DefenceForm, CreditAnswer | None]:
    form = DefenceForm.read(request.GET.dict(), gap_choices(), language(), CREDIT)
    if form.gap.query is None:
        return form, None
    try:
        return form, compute_credit(form.gap.query)
    except InputError as error:
        form.refuse(error)
        return form, None


def _together(request: HttpRequest) -> tuple[DefenceForm, TogetherAnswer | None]:
    form = DefenceForm.read(
        request.GET.dict(), gap_choices(), language(), TOGETHER, extra="columns"
    )
    query = form.gap.query
    if query is None:
        return form, None
    columns = next(name for name in get_args(Columns) if name == form.chosen())
    try:
        return form, compute_together(
            TogetherQuery(
                issue=query.issue,
                sector=query.sector,
                country=query.country,
                columns=columns,
                as_of=query.as_of,
            )
        )
    except InputError as error:
        form.refuse(error)
        return form, None
