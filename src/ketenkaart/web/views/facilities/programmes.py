"""Programmes on the spot: what they are, where they run, and by what source."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.chain.programmes import running_on
from ketenkaart.services.installed import edition_day
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.sources.reference.programmes import load_programmes
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.render import language, page


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Show every programme with its countries, days and sources."""
    day = edition_day()
    names = country_names(language())
    return page(
        request,
        "facilities",
        "facilities/programmes.html",
        {
            "programmes": [
                (
                    programme,
                    sorted(
                        (
                            (names[item.country], item, running_on(item, day))
                            for item in programme.presences
                        ),
                        key=lambda row: row[0].casefold(),
                    ),
                )
                for programme in load_programmes()
            ],
            "sectors": {item.id: item.name for item in load_sectors()},
            "day": day,
            "role_links": role_links(request),
            "here_now": "programmes",
        },
    )
