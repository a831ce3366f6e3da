"""One instrument with everything that is known of it, and its data."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.dossier import Listing, Verdict
from ketenkaart.core.governance.types import STEPS, Instrument, Kind
from ketenkaart.core.provenance import Text
from ketenkaart.services.actors import Role
from ketenkaart.services.evidence.reading import study_of
from ketenkaart.services.installed import edition_day
from ketenkaart.services.instruments.export import fact_columns, fact_rows
from ketenkaart.services.instruments.reading import Checklist, checklist, study_designs, text_of
from ketenkaart.services.instruments.versions import versions
from ketenkaart.services.register import find_instrument, force_labels, names
from ketenkaart.web.account import actor_of
from ketenkaart.web.exports import csv_download, json_download, text_download
from ketenkaart.web.instruments.timeline import timeline
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

DUTIES = {0: "no", 0.5: "part", 1: "full"}


@require_safe
def instrument(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Show one instrument with all its dated facts."""
    found = find_instrument(instrument_id)
    labels = names()
    day = edition_day()
    checks = checklist(found.id) if found.kind is Kind.COVENANT and found.worked_out else None
    designs = study_designs()
    return page(
        request,
        "instruments",
        "instruments/one.html",
        {
            "instrument": found,
            "day": day,
            "status": found.status_on(day),
            "theme": labels[f"theme.{found.theme}"],
            "force": force_labels().get(found.force) if found.force else None,
            "scope_issues": _labelled(found.scope.issues, labels) if found.scope else None,
            "scope_sectors": _labelled(found.scope.sectors, labels) if found.scope else None,
            "scope_outside": _labelled(found.scope.outside, labels) if found.scope else None,
            "duties": _duties(found),
            "line": timeline(found, day),
            "checks": checks,
            "checks_said": _counted(checks) if checks else "",
            "studies": [
                (study, designs[study.design], study_of(found.id, study.id))
                for study in found.evidence
            ],
            "walks": [(walk, find_instrument(walk.initiative).name) for walk in found.crosswalks],
            "countries": _listed(found.countries, labels),
            "segments": _segments(found),
            "versions": [one for one in versions(found.id) if one.outcome == "published"],
            "is_editor": is_editor(request),
        },
    )


@require_safe
def instrument_data(_request: HttpRequest, instrument_id: str, form: str) -> HttpResponse:
    """Hand out one instrument: dated facts as CSV, everything as JSON, or its file as YAML."""
    found = find_instrument(instrument_id)
    if form == "csv":
        return csv_download(found.id, fact_columns(), fact_rows([found]))
    if form == "json":
        return json_download(found.id, found.model_dump(mode="json"))
    if form == "yml":
        return text_download(
            f"{found.id}.yml", text_of(found.id), "application/yaml; charset=utf-8"
        )
    raise Http404


def is_editor(request: HttpRequest) -> bool:
    """Return whether somebody is logged in who may change facts."""
    actor = actor_of(request)
    return actor is not None and Role.EDITOR in actor.roles


def _counted(checks: Checklist) -> str:
    counts = {verdict.value: checks.count(verdict) for verdict in Verdict}
    return say("dossier.checklist_lead", language(), all=len(checks.rows), **counts)


def _listed(listing: Listing | None, labels: Mapping[str, Text]) -> list[Text | str]:
    return [] if listing is None else [labels.get(code, code) for code in listing.values]


def _segments(found: Instrument) -> list[str]:
    return [] if found.segments is None else list(found.segments.values)


def _labelled(ids: tuple[str, ...] | None, labels: Mapping[str, Text]) -> list[Text | str] | None:
    return None if ids is None else [labels.get(item, item) for item in ids]


def _duties(found: Instrument) -> list[tuple[object, list[tuple[str, str, object]]]]:
    """Return, per dated set of obligations, each step with its duty and citation."""
    return [
        (
            steps.start,
            [
                (step, DUTIES[float(getattr(steps, step).value)], getattr(steps, step).citation)
                for step in STEPS
            ],
        )
        for steps in found.steps
    ]
