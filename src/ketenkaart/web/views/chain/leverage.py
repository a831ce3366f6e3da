"""Where leverage lies: the weight of a country's demand abroad, and who else buys there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.leverage import ask_levers, ask_scale_up
from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.question import HOME, Question
from ketenkaart.services.chain.seen import kept
from ketenkaart.services.chain.sent.aid import MOST_BYTES, MOST_FILES, ask_levers_with_aid
from ketenkaart.services.chain.sent.files import SentFile
from ketenkaart.services.exports import Cell
from ketenkaart.services.reading_places import RETRY_SECONDS, BusyError, reading_place
from ketenkaart.sources.documents.limits import MEBIBYTE
from ketenkaart.web.chain.files import chain_file
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.lever_words import said_aid, said_instruments, said_programmes
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import capital, unit_words
from ketenkaart.web.refusals import told
from ketenkaart.web.render import language
from ketenkaart.web.text import say
from ketenkaart.web.views.chain.routes import sources_of

FIELDS = ("edition", "demand", "product", "code", "extension")
ROWS = 30
PARTNERS = 15
FORMS = ("csv", "json")


@chain_view
def chain_levers(request: HttpRequest) -> HttpResponse:
    """Show the weight of demand per place and, for one product, the partners that add most."""
    return _page(request, levers_form(request.GET.dict()))


# Nothing is kept or changed by this form, so there is nothing that another site could have done in
# somebody's name; and the visitor gets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def chain_levers_aid(request: HttpRequest) -> HttpResponse:
    """Show the same with what donors pay there, from files that are sent; none is kept."""
    if request.method != "POST":
        tail = urlencode(request.GET.dict())
        return redirect(reverse("web:chain_levers") + (f"?{tail}" if tail else ""))
    form = levers_form(request.GET.dict())
    act = request.POST.get("act", "")
    try:
        with reading_place():
            answer = _with_aid(request, form, top=None if act in FORMS else ROWS)
            if act in FORMS and answer is not None:
                return _download(act, answer)
            return _private(_page(request, form, aided=answer))
    except InputError as error:
        return _private(_page(request, form, problem=told(error, form.language)))
    except BusyError as error:
        words = say("chain.aid_busy", form.language, seconds=RETRY_SECONDS)
        busy = _page(request, form, problem=words, status=error.http_status)
        busy["Retry-After"] = str(RETRY_SECONDS)
        return _private(busy)


def _with_aid(request: HttpRequest, form: ChainForm, top: int | None) -> ChainAnswer | None:
    """Return the answer with aid; None where something else is wrong with the question."""
    asked = form.question
    if asked is None or form.errors or not form.choices.has_all_demand:
        return None
    partner = form.extra["partner"]
    files = [
        SentFile(file.name or "", file.read(MOST_BYTES + 1))
        for file in request.FILES.getlist("aid")[: MOST_FILES + 1]
    ]
    return ask_levers_with_aid(
        files,
        edition=asked.edition,
        region=asked.demand,
        partners=(partner,) if partner else (),
        at=sources_of(form),
        extension=form.extension,
        top=top,
    )


def _page(
    request: HttpRequest,
    form: ChainForm,
    *,
    aided: ChainAnswer | None = None,
    problem: str = "",
    status: int | None = None,
) -> HttpResponse:
    """Return the page, with the answer on files of aid where there is one."""
    about = {
        "levers": None,
        "place_name": _home(form),
        "problem": problem,
        "aid_megabytes": MOST_BYTES // MEBIBYTE,
    }
    code = status or (400 if problem else None)
    if form.question is None or form.errors or not form.choices.has_all_demand:
        return chain_page(request, form, "chain_levers", about, status=code)
    try:
        about |= _answers(form, form.question, aided)
    except InputError as error:
        form.refuse(error)
    return chain_page(request, form, "chain_levers", about, status=code)


def _answers(form: ChainForm, asked: Question, aided: ChainAnswer | None) -> dict[str, Any]:
    names, chosen = form.choices.names, form.language
    product, partner = form.given.get("product"), form.extra["partner"]
    levers = aided or kept(
        ask_levers,
        asked.edition,
        edition=asked.edition,
        region=asked.demand,
        partners=(partner,) if partner else (),
        at=sources_of(form),
        extension=form.extension,
        top=ROWS,
    )
    partners = (
        kept(
            ask_scale_up,
            asked.edition,
            sectors=asked.products,
            edition=asked.edition,
            region=asked.demand,
            extension=form.extension,
            top=PARTNERS,
        )
        if asked.products
        else None
    )
    is_several = form.coded is not None and len(form.coded.weights) > 1
    return {
        "levers": levers,
        "partners": partners,
        "has_aid": aided is not None,
        "rows": [
            (
                capital(names.node(str(row[0]), str(row[1])).in_language(chosen)),
                *row[2:6],
                said_programmes(str(row[6]), chosen),
                said_instruments(str(row[7]), chosen),
                said_aid(row[8:], chosen),
            )
            for row in levers.rows
        ],
        "partner_rows": [
            (_partner(names, row, chosen, is_several=is_several), *row[2:5])
            for row in (partners.rows if partners else ())
        ],
        "place": names.itself(asked.demand or "").in_language(chosen),
        "partner_place": names.itself(partner).in_language(chosen) if partner else None,
        "product": names.sectors[product].in_language(chosen)
        if product
        else form.coded and form.coded.code,
        "levers_notes": [note.in_language(chosen) for note in levers.notes],
        "unit": unit_words(levers.unit, chosen),
    }


def _download(form: str, answer: ChainAnswer) -> HttpResponse:
    table = answer.as_json(), answer.columns, answer.rows
    return _private(chain_file("ketenkaart-levers-aid", form, table))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


def levers_form(given: dict[str, str]) -> ChainForm:
    """Return the form of the page: a country, its product, a place abroad, and a partner."""
    chosen = language()
    plain = ChainForm.read(given, chosen, common=FIELDS, has_risks=False)
    first = ("", say("chain.no_partner", chosen))
    extra = {"partner": [first, *plain.regions()]}
    form = ChainForm.read(given, chosen, extra, common=FIELDS, has_risks=False)
    form.read_places()
    return form


def _partner(names: Names, row: Sequence[Cell], language: str, *, is_several: bool) -> str:
    """Return whose demand would be brought in: a country, and for what where that differs."""
    country = names.regions[str(row[0])].in_language(language)
    what = names.sectors[str(row[1])].in_language(language)
    return f"{country}, {what}" if is_several else country


def _home(form: ChainForm) -> str:
    code = form.question.demand if form.question else None
    names = form.choices.names
    known = (code or HOME) in names.regions
    return names.itself(code or HOME).in_language(form.language) if known else ""
