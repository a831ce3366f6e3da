"""Follow-up to take away: lists, a calendar, a draft letter, dossiers and files of evidence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.dossier import DossierRow, dossier_rows, draft_letter
from ketenkaart.core.ledger.followup.types import Followed
from ketenkaart.services.exports import Cell
from ketenkaart.services.followup.calendar import deadlines_calendar
from ketenkaart.services.followup.evidence import kept_file
from ketenkaart.services.followup.planning import review_dossier
from ketenkaart.services.followup.reading import followed, ledgers
from ketenkaart.services.followup.rows import LIST_COLUMNS, list_json, list_row
from ketenkaart.services.followup.wording import letter_phrases
from ketenkaart.services.register import source_titles
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.followup_filter import FollowUpFilter
from ketenkaart.web.render import language
from ketenkaart.web.views.followup.asked import day_asked, today

DOSSIER_COLUMNS = tuple(DossierRow.model_fields)


@require_safe
def follow_up_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the list that the page shows, as CSV or JSON."""
    require_form(form)
    chosen, items = _asked(request)
    name = f"ketenkaart-follow-up-{chosen.as_of}"
    if form == "json":
        return json_download(name, [list_json(item) for item in items])
    return csv_download(name, LIST_COLUMNS, map(list_row, items))


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Hand out the deadlines of the list as an iCalendar feed."""
    _, items = _asked(request)
    feed = deadlines_calendar(
        items,
        language=language(),
        at=timezone.now(),
        base_address=request.build_absolute_uri(reverse("web:follow_up")),
    )
    response = HttpResponse(feed, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ketenkaart.ics"'
    return response


@require_safe
def draft(request: HttpRequest) -> HttpResponse:
    """Hand out a draft letter to parliament about the list, to edit."""
    chosen, items = _asked(request)
    text = draft_letter(
        items,
        language=language(),
        as_of=chosen.as_of,
        phrases=letter_phrases(language()),
        titles=source_titles(),
    )
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ketenkaart-concept-{chosen.as_of}.md"'
    return response


@require_safe
def review_data(request: HttpRequest, article_id: str, form: str) -> HttpResponse:
    """Hand out all evidence under a budget article, as CSV or JSON."""
    require_form(form)
    day = day_asked(request)
    article, found = review_dossier(article_id, day)
    rows = dossier_rows(found)
    name = f"ketenkaart-{article.id}-{day}"
    if form == "json":
        content = {
            "article": article.model_dump(mode="json"),
            "as_of": day.isoformat(),
            "rows": [row.model_dump(mode="json") for row in rows],
        }
        return json_download(name, content)
    return csv_download(name, DOSSIER_COLUMNS, map(_cells, rows))


@require_safe
def evidence_file(_request: HttpRequest, sha256: str) -> HttpResponse:
    """Hand out a file of evidence, as a download only, whatever it is."""
    kept = kept_file(sha256)
    response = HttpResponse(kept.data, content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _asked(request: HttpRequest) -> tuple[FollowUpFilter, tuple[Followed, ...]]:
    chosen = FollowUpFilter.read(request.GET.dict(), language(), today())
    everything = followed(chosen.as_of)
    chosen.check(everything, ledgers())
    if chosen.errors:
        raise refusal(chosen.errors)
    return chosen, chosen.items(everything)


def _cells(row: DossierRow) -> list[Cell]:
    data = row.model_dump(mode="json")
    return [data[name] for name in DOSSIER_COLUMNS]
