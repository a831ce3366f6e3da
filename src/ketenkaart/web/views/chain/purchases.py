"""One's own purchases: a list that is sent, how it was read, and the chain behind it.

Nothing is kept here and nothing changes, so no page needs a token or sets a cookie; the page holds
the list, and sends it along with the next question about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.counting import is_risk
from ketenkaart.services.chain.drawn import ask_footprint_drawn, has_ends_at_once
from ketenkaart.services.chain.drawn_tiers import ask_tiers_drawn
from ketenkaart.services.chain.footprints import ask_footprint, ask_tiers
from ketenkaart.services.chain.intervals import Chances
from ketenkaart.services.chain.purchase_report import placed_rows
from ketenkaart.services.chain.question import HOME, Question
from ketenkaart.services.chain.seen import see_paths
from ketenkaart.services.chain.sent.lists import KINDS, LIMITS
from ketenkaart.services.chain.sent.on_the_spot import ask_on_the_spot
from ketenkaart.services.chain.sent.template import (
    example_rows,
    headings,
    template_csv,
    template_workbook,
)
from ketenkaart.services.reading_places import RETRY_SECONDS, BusyError, reading_place
from ketenkaart.sources.documents.limits import MEBIBYTE
from ketenkaart.sources.reference.cpv_divisions import load_cpv_divisions
from ketenkaart.web.chain.files import FORMS, Table, chain_file
from ketenkaart.web.chain.page import chain_page
from ketenkaart.web.chain.purchase_answers import LAYERS, PATHS, answered, compared, path_filter
from ketenkaart.web.chain.purchase_form import PurchaseForm, carried
from ketenkaart.web.chain.purchase_page import answer_context, rows_context
from ketenkaart.web.chain.wording import capital
from ketenkaart.web.exports import refusal
from ketenkaart.web.render import language
from ketenkaart.web.text import say

HERE = "chain_purchases"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def chain_purchases(request: HttpRequest) -> HttpResponse:
    """Show what a list is to look like; of one that is sent, how it was read and what is behind."""
    if request.method != "POST":
        form = PurchaseForm.read(request.GET.dict(), language())
        return _page(request, form, {}, status=400 if form.errors else 200)
    form = PurchaseForm.read(request.POST.dict(), language())
    context: dict[str, Any] = {}
    try:
        with reading_place():
            form.take(_file(request))
            if form.found is not None:
                context |= rows_context(form, form.found)
            if form.question is not None:
                context |= answer_context(form, answered(form, form.question))
    except InputError as error:
        form.refuse(error)
    except BusyError:
        return _busy(request, form)
    is_answered = "chain" in context
    answer = _page(request, form, context, status=200 if is_answered else 400)
    # What somebody buys is kept by nobody, the browser's store included.
    answer["Cache-Control"] = "no-store"
    return answer


@csrf_exempt
@require_POST
def chain_purchases_data(request: HttpRequest, part: str, form: str) -> HttpResponse:
    """Hand out one answer about the list that came with the page, as the command line gives it."""
    if part not in ANSWERS or form not in FORMS:
        raise Http404
    asked = PurchaseForm.read(request.POST.dict(), language())
    try:
        with reading_place():
            asked.take(_file(request))
            if asked.question is None:
                nowhere = say("purchases.error_no_row", asked.language)
                raise refusal(asked.errors or {"file": nowhere})
            answer = chain_file(
                f"ketenkaart-purchases-{part}", form, ANSWERS[part](asked, asked.question)
            )
    except BusyError:
        return _busy(request, asked)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def chain_purchases_template(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out the example as a file to fill in: CSV or a workbook."""
    made = {"csv": (template_csv, "text/csv; charset=utf-8"), "xlsx": (template_workbook, SHEET)}
    if form not in made:
        raise Http404
    write, kind = made[form]
    answer = HttpResponse(write(language()), content_type=kind)
    name = say("purchases.template_name", language())
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _page(
    request: HttpRequest, form: PurchaseForm, context: dict[str, Any], *, status: int
) -> HttpResponse:
    sectors = form.chain.sectors()
    about = {
        "own": form,
        "fields": form.wrong_fields,
        "own_fields": form.fields(),
        "place_fields": form.place_fields(),
        "carried": carried(form),
        "endings": ",".join(KINDS),
        "megabytes": LIMITS.most_bytes // MEBIBYTE,
        "most_rows": LIMITS.most_rows,
        "headings": headings(form.language),
        "example": example_rows(form.language),
        "all_sectors": sectors,
        "divisions": [
            (f"{division.code}000000", capital(division.name.in_language(form.language)))
            for division in load_cpv_divisions()
        ],
    }
    return chain_page(request, form.chain, HERE, about | context, status=status)


def _busy(request: HttpRequest, form: PurchaseForm) -> HttpResponse:
    """Say that too much is being read at once; the page still carries the list, to try again."""
    form.errors["file"] = say("purchases.error_busy", form.language, seconds=RETRY_SECONDS)
    form.keep()
    answer = _page(request, form, {}, status=BusyError.http_status)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def _file(request: HttpRequest) -> UploadedFile[bytes] | None:
    # A button of the example or of the list at hand goes before a file that is chosen as well.
    if request.POST.get("act") == "example":
        return None
    return request.FILES.get("file")


def _rows(form: PurchaseForm, question: Question) -> Table:  # noqa: ARG001 - every answer is given it
    if form.found is None or form.listed is None:
        raise Http404
    return _table(placed_rows(form.found))


def _footprint(form: PurchaseForm, question: Question) -> Table:
    name = form.chain.extension
    has_own_ends = is_risk(name) or name in form.chain.choices.estimates
    if has_own_ends or not has_ends_at_once(question, "node"):
        return _table(ask_footprint(question, extensions=[name]))
    return _table(ask_footprint_drawn(question, extensions=[name], chances=Chances(draws=0)))


def _tiers(form: PurchaseForm, question: Question) -> Table:
    asked: dict[str, Any] = {
        "extension": form.chain.extension,
        "layers": LAYERS - 1,
        "by": "country",
        "outside": question.demand or HOME,
    }
    if is_risk(form.chain.extension):
        return _table(ask_tiers(question, **asked))
    return _table(ask_tiers_drawn(question, chances=Chances(draws=0), **asked))


def _paths(form: PurchaseForm, question: Question) -> Table:
    chosen = path_filter(form, question.demand or HOME)
    answer = see_paths(question, extension=form.chain.extension, top=PATHS, chosen=chosen)
    return answer.as_json(), answer.columns, answer.cells()


def _compare(form: PurchaseForm, question: Question) -> Table:
    answer = compared(form, question)
    if answer is None:
        raise InputError(
            say("purchases.no_risk_compared", form.language).rstrip("."), where="extension"
        )
    return _table(answer)


def _on_the_spot(form: PurchaseForm, question: Question) -> Table:
    return _table(ask_on_the_spot(question, extension=form.chain.extension))


def _table(answer: ChainAnswer) -> Table:
    return answer.as_json(), answer.columns, answer.rows


ANSWERS: Mapping[str, Callable[[PurchaseForm, Question], Table]] = {
    "rows": _rows,
    "footprint": _footprint,
    "tiers": _tiers,
    "paths": _paths,
    "compare": _compare,
    "on-the-spot": _on_the_spot,
}
"""What can be handed out, by its name in the address."""
