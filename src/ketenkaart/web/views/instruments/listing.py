"""The list of instruments, with conditions, and its data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.services.actors import Role
from ketenkaart.services.instruments.export import fact_columns, fact_rows
from ketenkaart.services.instruments.in_use import facts_version
from ketenkaart.services.instruments.reading import choose
from ketenkaart.services.instruments.versions import waiting
from ketenkaart.web.account import actor_of
from ketenkaart.web.exports import csv_download, json_download, require_form
from ketenkaart.web.instruments.filters import read_filter
from ketenkaart.web.render import language, page


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    """Show the instruments that meet the conditions asked for."""
    asked = read_filter(request.GET, language())
    found = choose(asked.choice)
    actor = actor_of(request)
    is_editor = actor is not None and Role.EDITOR in actor.roles
    return page(
        request,
        "instruments",
        "instruments/list.html",
        {
            "asked": asked,
            "errors": list(asked.errors.values()),
            "worked": [(item, item.status_on(asked.day)) for item in found if item.worked_out],
            "others": [item for item in found if not item.worked_out],
            "day": asked.day,
            "facts": facts_version(),
            "waiting": len(waiting()) if is_editor else 0,
            "query": request.GET.urlencode(),
        },
        status=400 if asked.errors else 200,
    )


@require_safe
def instruments_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the dated facts of the instruments that meet the conditions, as CSV or JSON."""
    require_form(form)
    asked = read_filter(request.GET, language())
    if asked.errors:
        return page(
            request, "instruments", "instruments/refused.html",
            {"errors": list(asked.errors.values())}, status=400,
        )  # fmt: skip
    found = choose(asked.choice)
    if form == "csv":
        return csv_download("instruments", fact_columns(), fact_rows(found))
    return json_download("instruments", [item.model_dump(mode="json") for item in found])
