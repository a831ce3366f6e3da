"""The list of laws with their status on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.rules.types import Law, LawStatus, LawVersion, StatusFrom
from ketenkaart.services.laws import law_book
from ketenkaart.services.laws.listing import LIST_COLUMNS, list_rows
from ketenkaart.web.exports import (
    csv_download,
    json_download,
    parquet_download,
    refusal,
    require_form,
)
from ketenkaart.web.facilities.words import country_names
from ketenkaart.web.laws.form import LawForm
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say, texts


@dataclass(frozen=True, slots=True)
class ListedLaw:
    """One law of the list, on the day asked about."""

    law: Law
    place: str
    status: str
    since: StatusFrom | None
    version: LawVersion | None


@require_safe
def laws(request: HttpRequest) -> HttpResponse:
    """Show the laws that fit the choice."""
    form, day, found = _ask(request)
    kept = {name: value for name, value in form.given.items() if value}
    return page(
        request,
        "laws",
        "laws/list.html",
        {
            "form": form,
            "day": day,
            "found": found,
            "total": len(law_book().laws),
            "address": urlencode(kept),
            "day_address": urlencode({"as_of": day.isoformat()}) if "as_of" in kept else "",
            "here_now": "laws",
        },
        status=400 if form.errors else 200,
    )


@require_safe
def laws_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the list that the page shows, as CSV, JSON or Parquet."""
    require_form(form, "parquet")
    asked, day, found = _ask(request)
    if asked.errors:
        raise refusal(asked.errors)
    rows = list_rows([item.law for item in found], day)
    if form == "json":
        data = [dict(zip(LIST_COLUMNS, row, strict=True)) for row in rows]
        return json_download("ketenkaart-laws", {"as_of": day.isoformat(), "laws": data})
    download = csv_download if form == "csv" else parquet_download
    return download("ketenkaart-laws", LIST_COLUMNS, rows)


def place_name(code: str, chosen: str) -> str:
    """Name where a law is from: a country, or the Union."""
    found = texts().get(f"laws.place_{code}")
    return found.in_language(chosen) if found else country_names(chosen).get(code, code)


def _ask(request: HttpRequest) -> tuple[LawForm, date, list[ListedLaw]]:
    chosen = language()
    given = {name: request.GET.get(name, "") for name in ("as_of", "status", "where", "q")}
    form = LawForm(chosen, given)
    book = law_book()
    day = form.day("as_of")
    statuses = [(item.value, say(f"laws.status_{item.value}", chosen)) for item in LawStatus]
    status = form.chosen("status", statuses, "laws.all_statuses")
    places = {law.jurisdiction: place_name(law.jurisdiction, chosen) for law in book.laws}
    ordered = sorted(places.items(), key=lambda pair: (pair[0] != "EU", pair[1].casefold()))
    where = form.chosen("where", ordered, "laws.all_places")
    words = form.words("q").casefold()
    found = []
    for law in book.laws:
        dated = law.status_on(day)
        now = dated.value if dated else LawStatus.NOT_YET
        names = " ".join((law.name.nl, law.name.en, law.id, *law.aliases)).casefold()
        if status in (None, now.value) and where in (None, law.jurisdiction) and words in names:
            place = places[law.jurisdiction]
            found.append(ListedLaw(law, place, now.value, dated, law.version_on(day)))
    found.sort(key=lambda item: (item.law.jurisdiction != "EU", item.place.casefold()))
    return form, day, found
