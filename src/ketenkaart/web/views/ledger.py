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
from ketenkaart.services.judging.listing import language_of_letter
from ketenkaart.services.ledger import DEFAULT_LETTER, current_ledger, letter_titles
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.gap_form import Field, Option, OptionGroup
from ketenkaart.web.ledger_filter import LedgerFilter
from ketenkaart.web.render import language, page

COLUMNS = (
    "id", "theme", "summary_nl", "summary_en", "response_class", "position", "follow_up",
    "ambiguous", "line", "character_start", "character_end", "commitments", "references",
)  # fmt: skip


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the recommendations that match the filter."""
    found = _chosen(request)
    chosen = LedgerFilter.read(request.GET.dict(), found, language())
    return page(
        request,
        "ledger",
        "ledger.html",
        {
            "ledger": found,
            "filter": chosen,
            "fields": (*_letters(found), *chosen.fields()),
            "items": chosen.items(),
            "themes": {theme.number: theme for theme in found.themes},
            "address": chosen.address(),
            "only_letter": _query(found),
            "letter_language": language_of_letter(found.letter.id),
        },
        status=400 if chosen.errors else 200,
    )


@require_safe
def ledger_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the recommendations that the page shows, as CSV or JSON."""
    require_form(form)
    chosen = LedgerFilter.read(request.GET.dict(), _chosen(request), language())
    if chosen.errors:
        raise refusal(chosen.errors)
    items = chosen.items()
    if form == "json":
        return json_download("ketenkaart-ledger", [item.model_dump(mode="json") for item in items])
    return csv_download("ketenkaart-ledger", COLUMNS, map(_csv_row, items))


@require_safe
def recommendation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one recommendation with its answer, promises and documents.

    The code of a promise leads to its place among the promises.
    """
    found = _chosen(request)
    if any(item.id == code for item in found.commitments):
        return redirect(f"{reverse('web:commitments')}{_query(found)}#{code}")
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
            "theme": next(theme for theme in found.themes if theme.number == item.theme),
            "only_letter": _query(found),
            "letter_language": language_of_letter(found.letter.id),
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
    found = _chosen(request)
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
            "letters": _letters(found),
            "only_letter": _query(found),
            "letter_language": language_of_letter(found.letter.id),
            "state": state,
            "day": edition_day(),
        },
    )


def _chosen(request: HttpRequest) -> Ledger:
    """Return the ledger of the letter that the address names, or of the one that ships."""
    return current_ledger(request.GET.get("letter", "").strip() or None)


def _query(found: Ledger) -> str:
    """Return what an address needs to stay with this letter; nothing for the one that ships."""
    return "" if found.letter.id == DEFAULT_LETTER else f"?letter={found.letter.id}"


def _letters(found: Ledger) -> tuple[Field, ...]:
    """Return the choice of letter; none while there is nothing to choose."""
    titles = letter_titles()
    if len(titles) < 2:
        return ()
    options = tuple(
        Option(letter, title.in_language(language()), letter == found.letter.id)
        for letter, title in titles
    )
    return (Field("letter", found.letter.id, (OptionGroup("", options),)),)


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
