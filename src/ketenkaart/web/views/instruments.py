"""The register of instruments."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.types import STEPS, Instrument
from ketenkaart.core.provenance import Text
from ketenkaart.services.installed import edition_day
from ketenkaart.services.register import find_instrument, force_labels, list_instruments, names
from ketenkaart.web.render import page

DUTIES = {0: "no", 0.5: "part", 1: "full"}


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    """Show the register."""
    day = edition_day()
    everything = list_instruments()
    worked = [(item, item.status_on(day)) for item in everything if item.worked_out]
    others = [item for item in everything if not item.worked_out]
    return page(
        request,
        "instruments",
        "instruments.html",
        {"worked": worked, "others": others, "day": day},
    )


@require_safe
def instrument(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Show one instrument with all its dated facts."""
    found = find_instrument(instrument_id)
    labels = names()
    day = edition_day()
    return page(
        request,
        "instruments",
        "instrument.html",
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
        },
    )


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
