"""Benchmarks of a living wage: which are in use, where a gap is known, and how to load more."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.actors import Role
from ketenkaart.services.facility_facts.coverage import coverage_on
from ketenkaart.services.facility_facts.wages import (
    benchmark_files,
    benchmarks,
    load_benchmarks,
    withdraw_benchmarks,
)
from ketenkaart.services.installed import edition_day
from ketenkaart.sources.wage_benchmarks import BENCHMARK_COLUMNS
from ketenkaart.web.account import actor_of, needs_role, signed_in
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

KEEPERS = (Role.EDITOR, Role.MODERATOR)
SHOWN = 300
"""How many benchmarks stand on the page, in the order of countries."""


@require_http_methods(["GET", "HEAD", "POST"])
def facility_wages(request: HttpRequest) -> HttpResponse:
    """Show the benchmarks in use and where a wage gap is known; keep what an editor loads.

    What a benchmark comes to is shown to editors and moderators alone: most may not be passed on.
    """
    return _change(request) if request.method == "POST" else _page(request)


@needs_role(*KEEPERS)
def _change(request: HttpRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "").strip() for name in ("source", "reason")}
    act, file = request.POST.get("act", ""), request.FILES.get("file")
    errors: dict[str, str] = {}
    if act == "load":
        if file is None:
            errors["file"] = say("facilities.error_needed", language())
        if not given["source"]:
            errors["source"] = say("facilities.error_needed", language())
    if errors:
        return _page(request, given=given, errors=errors, status=400)
    try:
        if act == "load" and file is not None:
            load_benchmarks(
                raw=file.read(), name=file.name or "", source=given["source"],
                actor=signed_in(request), at=datetime.now(UTC),
            )  # fmt: skip
        else:
            _withdraw(request, given["reason"])
    except KetenkaartError as error:
        return _page(request, given=given, refused=error, status=error.http_status)
    return redirect(f"{reverse('web:facility_wages')}?saved=1")


def _withdraw(request: HttpRequest, reason: str) -> None:
    number = request.POST.get("number", "")
    known = number.isascii() and number.isdigit() and len(number) < 12
    if request.POST.get("act") != "withdraw" or not known:
        raise InputError("This is no statement", where="act", fix="Use one of the buttons.")
    withdraw_benchmarks(
        number=int(number), reason=reason, actor=signed_in(request), at=datetime.now(UTC)
    )


def _page(
    request: HttpRequest,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refused: KetenkaartError | None = None,
    status: int = 200,
) -> HttpResponse:
    names = country_names(language())
    found = sorted(
        ((names.get(item.country, item.country), item) for item in benchmarks()),
        key=lambda pair: (pair[0].casefold(), pair[1].area or "", pair[1].pay.on),
    )
    shown = coverage_on(edition_day())
    actor = actor_of(request)
    return page(
        request,
        "facilities",
        "facilities/wages.html",
        {
            "benchmarks": found[:SHOWN],
            "more": max(0, len(found) - SHOWN),
            "files": benchmark_files(),
            "total": shown.total,
            "day": shown.day,
            "known": [
                (names.get(line.row.country or "", ""), line.row)
                for line in shown.countries
                if line.row.wage
            ],
            "columns": BENCHMARK_COLUMNS,
            "is_keeper": actor is not None and bool(actor.roles & set(KEEPERS)),
            "is_saved": request.GET.get("saved") == "1",
            "megabytes": settings.KETENKAART_UPLOAD_BYTES // 1_000_000,
            "given": given or {},
            "errors": errors or {},
            "refused": refused,
            "role_links": role_links(request),
            "here_now": "facility_wages",
        },
        status=status,
    )
