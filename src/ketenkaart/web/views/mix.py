"""The mix for a budget, and what-if: a question in the address, an answer, downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import Between, Interval
from ketenkaart.core.governance.mix.answers import MixAnswer
from ketenkaart.core.governance.mix.changes import WhatIfAnswer, WhatIfQuery
from ketenkaart.services.installed import edition_day
from ketenkaart.services.mix.answering import shipped_mix
from ketenkaart.services.mix.candidates import list_candidates
from ketenkaart.services.mix.exporting import MIX_COLUMNS, SHIFT_COLUMNS, mix_rows, shift_rows
from ketenkaart.services.mix.whatif import compute_what_if, knobs
from ketenkaart.web.charts import Bar, interval_bar
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.mix.form import MIX_NAMES, MixForm, WhatIfForm
from ketenkaart.web.render import language, page

SHOWN = 12


@require_safe
def mix(request: HttpRequest) -> HttpResponse:
    """Show the form, what can be chosen from and, for a budget, the mix."""
    form, answer = _mix(request)
    context: dict[str, object] = {
        "form": form,
        "fields": form.fields(edition_day()),
        "answer": answer,
        "candidates": list_candidates(),
        "address": form.address(),
    }
    if answer is not None:
        context |= {
            "before": _bar(answer.before),
            "after": _bar(answer.after),
            "try_address": "&".join(f"add_{item.candidate}={item.level}" for item in answer.chosen),
        }
    return page(request, "gap", "mix/mix.html", context, status=400 if form.errors else 200)


@require_safe
def mix_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the mix that the page shows, as CSV or JSON."""
    require_form(form)
    asked, answer = _mix(request)
    if answer is None:
        raise refusal(asked.errors or {"budget": "Give a budget"})
    if form == "json":
        return json_download("ketenkaart-mix", answer.model_dump(mode="json"))
    return csv_download("ketenkaart-mix", MIX_COLUMNS, mix_rows(answer))


def _mix(request: HttpRequest) -> tuple[MixForm, MixAnswer | None]:
    form = MixForm.read(request.GET.dict(), language())
    if form.query is None:
        return form, None
    try:
        found = shipped_mix(form.query, more=form.more)
    except InputError as error:
        form.refuse(error, MIX_NAMES)
        return form, None
    return form, found


@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """Show the scenario in the address beside things as they are.

    What was left empty in the form is taken out of the address, so that it holds the scenario only.
    """
    form, answer = _scenario(request)
    short = form.address()
    if not form.errors and len(request.GET) > len([part for part in short.split("&") if part]):
        return HttpResponseRedirect(reverse("web:what_if") + (f"?{short}" if short else ""))
    context: dict[str, object] = {
        "form": form,
        "fields": form.fields(edition_day()),
        "answer": answer,
        "address": short,
        "problems": form.problems(),
    }
    if answer is not None:
        context |= {
            "changes": form.changes(),
            "before": _bar(answer.before),
            "after": _bar(answer.after),
            "tables": [
                (by, [(row, _bar(row.after)) for row in rows[:SHOWN]], len(rows) > SHOWN)
                for by, rows in answer.shifts.items()
            ],
        }
    return page(request, "gap", "mix/what_if.html", context, status=400 if form.errors else 200)


@require_safe
def what_if_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the comparison that the page shows, as CSV or JSON."""
    require_form(form)
    asked, answer = _scenario(request)
    if answer is None:
        raise refusal(asked.errors)
    if form == "json":
        return json_download("ketenkaart-what-if", answer.model_dump(mode="json"))
    return csv_download("ketenkaart-what-if", SHIFT_COLUMNS, shift_rows(answer))


def _scenario(request: HttpRequest) -> tuple[WhatIfForm, WhatIfAnswer | None]:
    given = request.GET.dict()
    day = MixForm.read({"as_of": given.get("as_of", "")}, language())
    try:
        there = knobs(WhatIfQuery(as_of=day.day()))
    except InputError as error:
        form = WhatIfForm.read(given, knobs(WhatIfQuery()), list_candidates(), language())
        form.refuse(error, ("as_of",))
        return form, None
    form = WhatIfForm.read(given, there, list_candidates(), language())
    if form.query is None:
        return form, None
    try:
        return form, compute_what_if(form.query)
    except InputError as error:
        form.refuse(error, ("as_of", *(knob.instrument.id for knob in there)))
        return form, None


def _bar(gap: Interval) -> Bar | None:
    return interval_bar(gap, Between(low=gap.low, high=gap.high))
