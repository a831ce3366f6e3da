"""How long promises take to be kept, as a curve or as a reason not to draw one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.survival import (
    LEAST_FOLLOWED,
    LEAST_KEPT,
    survival_of,
)
from ketenkaart.services.followup.reading import followed
from ketenkaart.web.curves import CURVE_HEIGHT, survival_curve
from ketenkaart.web.views.followup.asked import day_asked, part


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Show the survival curve of all promises."""
    day = day_asked(request)
    found = survival_of(followed(day), day)
    return part(
        request,
        "promises",
        "promises.html",
        {
            "found": found,
            "curve": survival_curve(found.points) if found.points else None,
            "height": CURVE_HEIGHT,
            "fates": (
                ("kept", found.kept),
                ("open", found.open),
                ("not_researched", found.not_researched),
                ("done_before", found.done_before),
                ("no_day", found.no_day),
            ),
            "least_kept": LEAST_KEPT,
            "least_followed": LEAST_FOLLOWED,
            "day": day,
        },
    )
