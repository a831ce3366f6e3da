"""Two instruments beside each other on a day, or one on two days."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.services.installed import edition_day
from ketenkaart.services.instruments.reading import compare_instruments
from ketenkaart.services.register import find_instrument, force_labels, list_instruments, names
from ketenkaart.sources.reference.instrument_codes import load_covenant_criteria
from ketenkaart.web.instruments.words import cell_words, row_words
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

FIELDS = ("left", "right", "day", "other_day")


@require_safe
def instruments_compare(request: HttpRequest) -> HttpResponse:
    """Show the comparison that is asked for, or the form alone."""
    given = {name: request.GET.get(name, "").strip()[:80] for name in FIELDS}
    error: InputError | None = None
    table: dict[str, object] = {}
    if given["left"]:
        try:
            table = _table(given)
        except InputError as caught:
            error = caught
    context = {
        "given": given,
        "error": error,
        "options": [item for item in list_instruments() if item.worked_out],
        "default_day_iso": edition_day().isoformat(),
        "only": bool(request.GET.get("only")),
        **table,
    }
    status = 200 if error is None else error.http_status
    return page(request, "instruments", "instruments/compare.html", context, status=status)


def _table(given: dict[str, str]) -> dict[str, object]:
    first = _day(given["day"], "day") or edition_day()
    second = _day(given["other_day"], "other_day")
    left, right = given["left"], given["right"]
    ids: tuple[str, ...] = (left,)
    days: tuple[date, ...] = (first,) if second is None else (first, second)
    if right and right != left:
        ids, days = (left, right), (first,)
    heads = [(find_instrument(name).name, day) for name in ids for day in days]
    rows = compare_instruments(ids, days)
    chosen = language()
    labels = {**names(), **force_labels()}
    criteria = {item.id: item.name for item in load_covenant_criteria()}
    return {
        "heads": heads,
        "rows": [
            (
                row_words(row, chosen, criteria),
                [(cell_words(row, cell, chosen, labels), cell) for cell in row.cells],
                row.is_same,
            )
            for row in rows
        ],
        "differing": sum(row.is_same is False for row in rows),
    }


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(say("dossier.error_day", language(), given=text), where=name) from error
