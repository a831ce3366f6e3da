"""What is known of facilities: a map, and the same figures as a table."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.services.facility_facts.coverage import COVERAGE_COLUMNS, coverage_on
from ketenkaart.services.facility_facts.listing import known_places
from ketenkaart.services.facility_facts.wages import benchmark_files
from ketenkaart.services.installed import edition_day
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.sources.reference.programmes import load_programmes
from ketenkaart.web.exports import csv_download, json_download, require_form
from ketenkaart.web.facilities.map import LEVELS, MOST_DOTS, coverage_map
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.gap_form import MAX_SHOWN, Field
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say


@require_safe
def facility_coverage(request: HttpRequest) -> HttpResponse:
    """Show of how many facilities a programme or a wage gap is known, on a map and in a table."""
    given = request.GET.get("as_of", "").strip()
    day = _day(given)
    shown = coverage_on(day or edition_day())
    names = country_names(language())
    error = "" if day else say("gap.error_date", language(), value=given[:MAX_SHOWN])
    hint = say("gap.hint_as_of", language(), day=edition_day().isoformat())
    return page(
        request,
        "facilities",
        "facilities/coverage.html",
        {
            "shown": shown,
            "fields": (Field("as_of", given, hint=hint, error=error),),
            "has_error": bool(error),
            "map": coverage_map(shown, known_places(MOST_DOTS), names),
            "levels": LEVELS,
            "countries": names,
            "sectors": {item.id: item.name for item in load_sectors()},
            "programmes": {item.id: item.name for item in load_programmes()},
            "benchmarks": sum(count for _, _, _, count in benchmark_files()),
            "address": f"as_of={day.isoformat()}" if given and day else "",
            "role_links": role_links(request),
            "here_now": "facility_coverage",
        },
        status=200 if day else 400,
    )


@require_safe
def facility_coverage_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out what is known of facilities by country and sector, as CSV or JSON."""
    require_form(form)
    given = request.GET.get("as_of", "").strip()
    day = _day(given)
    if day is None:
        raise InputError(
            say("gap.error_date", language(), value=given[:MAX_SHOWN]).rstrip("."), where="as_of"
        )
    shown = coverage_on(day)
    if form == "json":
        return json_download("ketenkaart-facility-coverage", shown.as_json())
    return csv_download("ketenkaart-facility-coverage", COVERAGE_COLUMNS, shown.table())


def _day(given: str) -> date | None:
    """Return the day that is asked about, the edition's where none is; `None` for no day."""
    if not given:
        return edition_day()
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
