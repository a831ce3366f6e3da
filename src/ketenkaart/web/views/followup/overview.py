"""The state of play: counts, lists, who owns what, theme by theme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.lists import (
    count_states,
    is_open,
    matches,
    per_owner,
    per_theme,
)
from ketenkaart.core.ledger.followup.status import FINISHED
from ketenkaart.services.followup.reading import followed, ledgers, orphans, rules
from ketenkaart.web.followup_filter import FollowUpFilter
from ketenkaart.web.render import language
from ketenkaart.web.views.followup.asked import paged, part, today


@require_safe
def follow_up(request: HttpRequest) -> HttpResponse:
    """Show the list that is asked for, with the counts around it."""
    chosen = FollowUpFilter.read(request.GET.dict(), language(), today())
    everything, letters = followed(chosen.as_of), ledgers()
    chosen.check(everything, letters)
    items = chosen.items(everything)
    states = count_states(everything)
    # Themes are numbered per letter, so only one letter's can stand in one table.
    themes = (
        per_theme(everything, {theme.number: theme.name for theme in letters[0].themes})
        if len(letters) == 1
        else ()
    )
    return part(
        request,
        "follow_up",
        "overview.html",
        {
            "filter": chosen,
            "fields": chosen.fields(everything, letters),
            "paged": paged(request, items),
            "shown": len(items),
            "total": len(everything),
            "day": chosen.as_of,
            "address": chosen.address(show=chosen.show),
            "tallies": (
                ("open", "open", sum(map(is_open, everything))),
                ("due", "due", sum(matches(item, "due") for item in everything)),
                ("overdue", "overdue", sum(matches(item, "overdue") for item in everything)),
                ("awaiting", "awaiting", sum(matches(item, "awaiting") for item in everything)),
                ("undated", "undated", sum(matches(item, "undated") for item in everything)),
                ("judged", "all", sum(states[state] for state in FINISHED)),
            ),
            "tables": (
                (per_owner(everything), "per_owner"),
                (themes, "per_theme"),
            ),
            "rules": rules(),
            "orphans": orphans(),
        },
        status=400 if chosen.errors else 200,
    )
