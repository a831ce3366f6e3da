"""The ledger: recommendations, answers, promises and their deadlines."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.status import DEADLINE_STATES, deadline_state, verdict_on
from ketenkaart.core.ledger.types import Commitment, Finding, Ledger, Recommendation, Verdict
from ketenkaart.services.installed import edition_day
from ketenkaart.services.ledger import current_ledger
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.ledger_filter import LedgerFilter
from ketenkaart.web.render import language, page

COLUMNS = (
    "id", "theme", "summary_nl", "summary_en", "response_class", "position", "follow_up",
    "ambiguous", "line", "character_start", "character_end", "commitments", "references",
)  # fmt: skip


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the recommendations that match the filter."""
    found = current_ledger()
    chosen = LedgerFilter.read(request.GET.dict(), found, language())
    return page(
        request,
        "ledger",
        "ledger.html",
        {
            "ledger": found,
            "filter": chosen,
            "fields": chosen.fields(),
            "items": chosen.items(),
            "themes": {theme.number: theme for theme in found.themes},
            "address": chosen.address(),
        },
        status=400 if chosen.errors else 200,
    )


@require_safe
def ledger_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the recommendations that the page shows, as CSV or JSON."""
    if form not in {"csv", "json"}:
        raise Http404
    chosen = LedgerFilter.read(request.GET.dict(), current_ledger(), language())
    for name, problem in chosen.errors.items():
        raise InputError(problem.rstrip("."), where=name)
    items = chosen.items()
    if form == "json":
        return json_download("ketenkaart-ledger", [item.model_dump(mode="json") for item in items])
    return csv_download("ketenkaart-ledger", COLUMNS, map(_csv_row, items))


@require_safe
def recommendation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one recommendation with its answer, promises and documents.

    The code of a promise leads to its place among the promises.
    """
    found = current_ledger()
    if any(item.id == code for item in found.commitments):
        return redirect(f"{reverse('web:commitments')}#{code}")
    index = next((n for n, item in enumerate(found.recommendations) if item.id == code), None)
    if index is None:
        raise Http404
    item = found.recommendations[index]
    around = found.recommendations
    return page(
        request,
        "ledger",
        "recommendation.html",
        {
            "ledger": found,
            "item": item,
            "theme": found.themes[item.theme - 1],
            "others": [
                code.value for code in item.acceptable_classes if code != item.response_class
            ],
            "promises": _with_state(
                found, (k for k in found.commitments if k.id in item.commitments)
            ),
            "documents": [d for d in found.references if d.id in item.references],
            "previous": around[index - 1] if index else None,
            "next": around[index + 1] if index + 1 < len(around) else None,
            "day": edition_day(),
        },
    )


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """Show all promises with their deadline and state."""
    found = current_ledger()
    state = request.GET.get("state", "").strip()
    if state and state not in DEADLINE_STATES:
        raise InputError(
            f"{state[:60]!r} is no state of a deadline",
            where="state",
            fix=f"Use one of {', '.join(DEADLINE_STATES)}.",
        )
    every = _with_state(found, found.commitments)
    return page(
        request,
        "ledger",
        "commitments.html",
        {
            "ledger": found,
            "items": [entry for entry in every if not state or entry[1] == state],
            "total": len(every),
            "states": DEADLINE_STATES,
            "state": state,
            "day": edition_day(),
        },
    )


def _with_state(
    found: Ledger, items: Iterable[Commitment]
) -> list[tuple[Commitment, str, Verdict | None, list[Finding]]]:
    """Return each promise with its state, the verdict behind it, and what was found around it."""
    day = edition_day()
    return [
        (
            item,
            deadline_state(item, found.verdicts, day),
            verdict_on(item, found.verdicts, day),
            [finding for finding in found.findings if item.id in finding.commitments],
        )
        for item in items
    ]


def _csv_row(item: Recommendation) -> list[str | int | bool]:
    return [
        item.id,
        item.theme,
        item.summary.nl,
        item.summary.en,
        item.response_class.value,
        item.position.value,
        item.follow_up.value,
        item.ambiguous,
        item.locator.line,
        item.locator.start,
        item.locator.end,
        " ".join(item.commitments),
        " ".join(item.references),
    ]
