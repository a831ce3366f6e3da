"""What changed in the laws between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.rules.changing import LawChange, LawChanges
from ketenkaart.services.laws import find_law, law_book, law_day
from ketenkaart.services.laws import law_changes as changes_of
from ketenkaart.services.laws.listing import CHANGE_COLUMNS, change_rows
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

LETTER_DAY = date(2019, 11, 22)


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words, with the rows that differ and where they are laid side by side."""

    change: LawChange
    words: str
    rows: str
    compare: str


@require_safe
def law_changes(request: HttpRequest) -> HttpResponse:
    """Show the form and the changes."""
    form, found = _ask(request)
    return page(
        request,
        "laws",
        "laws/changes.html",
        {
            "form": form,
            "found": found,
            "told": [_told(item) for item in found.changes] if found else [],
            "address": urlencode({k: v for k, v in form.given.items() if v}),
            "here_now": "law_changes",
        },
        status=200 if found else 400,
    )


@require_safe
def law_changes_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the changes that the page shows, as CSV, JSON or Parquet."""
    require_form(form, "parquet")
    asked, found = _ask(request)
    if found is None:
        raise refusal(asked.errors)
    if form == "json":
        return json_download("ketenkaart-law-changes", found.model_dump(mode="json"))
    download = csv_download if form == "csv" else parquet_download
    return download("ketenkaart-law-changes", CHANGE_COLUMNS, change_rows(found))


def _ask(request: HttpRequest) -> tuple[LawForm, LawChanges | None]:
    chosen = language()
    given = {name: request.GET.get(name, "") for name in ("since", "until", "law")}
    form = LawForm(chosen, given)
    since = form.day("since", LETTER_DAY)
    until = form.day("until", law_day())
    names = [(law.id, law.name.in_language(chosen)) for law in law_book().laws]
    law = form.chosen("law", names, "laws.all_laws")
    if until < since and not form.errors:
        form.refuse("until", "laws.error_backwards")
    if form.errors:
        return form, None
    return form, changes_of(since, until, laws=(law,) if law else ())


def _told(item: LawChange) -> Told:
    chosen = language()
    if item.kind == "version":
        law = find_law(item.law)
        named = {version.id: version.name.in_language(chosen) for version in law.versions}
        words = say(
            "laws.change_version", chosen, before=named[item.before or ""],
            after=named[item.after or ""],
        )  # fmt: skip
        pairs = [("law", f"{item.law}.{item.before}"), ("law", f"{item.law}.{item.after}")]
        rows = ", ".join(_row_name(row.key, chosen) for row in item.differences)
        return Told(item, words, rows, urlencode([*pairs, ("only", "1")]))
    return Told(item, _plain(item, chosen), "", "")


def _plain(item: LawChange, chosen: str) -> str:
    if item.kind == "status":
        after = say(f"laws.status_{item.after}", chosen)
        if item.before == "not_yet":
            return say("laws.change_status_first", chosen, after=after)
        before = say(f"laws.status_{item.before}", chosen)
        return say("laws.change_status", chosen, before=before, after=after)
    if item.kind == "application":
        is_some = item.after == "some"
        key = "laws.change_application_some" if is_some else "laws.change_application"
        return say(key, chosen)
    if item.kind == "goods":
        code, _, _ = (item.before or "").partition(": ")
        _, _, limit = (item.after or "").partition(": ")
        return say("laws.change_goods", chosen, before=code, after=limit.replace("_", " "))
    code = (item.before or item.after or "").partition(" ")[0]
    key = "in" if item.after else "out"
    country = country_names(chosen).get(code, code)
    return say(f"laws.change_membership_{key}", chosen, country=country)


def _row_name(key: str, chosen: str) -> str:
    """Name a row of a comparison in the language of the page."""
    step = key.removeprefix("step: ")
    known = {
        "applies from": "laws.row_applies", "scope": "laws.row_scope",
        "open checks": "laws.row_checks",
    }  # fmt: skip
    for name in (
        known.get(key, ""), f"instruments.step_{step}", f"laws.said_{key}",
        f"laws.feature_{key.replace(' ', '_')}",
    ):  # fmt: skip
        if name in texts():
            return say(name, chosen).lower()
    return key
