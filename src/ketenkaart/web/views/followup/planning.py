"""Planning around parliament: countdowns, options, plans and dossiers."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.dossier import dossier_rows
from ketenkaart.core.ledger.followup.planning import OptionMark
from ketenkaart.services.followup import options
from ketenkaart.services.followup import planning as service
from ketenkaart.web.views.followup.asked import day_asked, paged, part


@require_safe
def planning(request: HttpRequest) -> HttpResponse:
    """Show what is being counted down, planned, compared and reviewed."""
    day = day_asked(request)
    return part(
        request,
        "planning",
        "planning.html",
        {
            "day": day,
            "countdowns": [
                (counted, abs(counted.days), abs(counted.taken_after_days or 0))
                for counted in service.countdowns(day)
            ],
            "projects": options.projects(day),
            "plans": service.plans(day),
            "articles": service.articles(),
        },
    )


@require_safe
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    """Show what was put off to a project, and its options side by side."""
    dossier = options.find_project(project_id, day_asked(request))
    criteria = dossier.project.criteria
    return part(
        request,
        "planning",
        "project.html",
        {
            "dossier": dossier,
            "criteria": criteria,
            "rows": [
                (
                    option,
                    [
                        (
                            criterion,
                            option.marks.get(criterion.id, OptionMark.NOT_RESEARCHED).value,
                            option.notes.get(criterion.id, ""),
                        )
                        for criterion in criteria
                    ],
                )
                for option in dossier.options
            ],
        },
    )


@require_safe
def plan(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Show a plan worked out backwards."""
    day = day_asked(request)
    found, steps = service.find_plan(plan_id, day)
    return part(request, "planning", "plan.html", {"plan": found, "steps": steps, "day": day})


@require_safe
def review(request: HttpRequest, article_id: str) -> HttpResponse:
    """Show all evidence under a budget article, to read or to print."""
    day = day_asked(request)
    article, found = service.review_dossier(article_id, day)
    states = Counter(item.standing.state.value for item in found)
    rows = dossier_rows(found)
    grouped: dict[str, list[object]] = {}
    for row in rows:
        grouped.setdefault(row.item, []).append(row)
    return part(
        request,
        "planning",
        "review.html",
        {
            "article": article,
            "count": len(found),
            "paged": paged(request, [(item, grouped.get(item.item.key, [])) for item in found]),
            "states": sorted(states.items()),
            "rows": len(rows),
            "day": day,
            "stamp": day.isoformat(),
        },
    )
