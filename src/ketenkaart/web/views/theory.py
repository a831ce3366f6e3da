"""Policy theories: what a measure is thought to do, what of that is tested, where goals clash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.theory.assess import Assessment
from ketenkaart.core.governance.theory.types import (
    AssumptionStatus,
    EvidenceDesign,
    TheoryEvidence,
)
from ketenkaart.core.ledger.followup.registers import Decision, RegisterEntry, RegisterKind
from ketenkaart.core.provenance import Text
from ketenkaart.services.followup.registers import entries, recorded_decisions
from ketenkaart.services.register import find_instrument
from ketenkaart.services.theory import (
    SeenTheory,
    find_theory,
    list_theories,
    sdg_links,
    status_rule,
    trade_offs,
)
from ketenkaart.services.theory.drawing import draw, svg_file
from ketenkaart.services.theory.reading import TradeOff, issues_without_target
from ketenkaart.services.theory.rows import (
    ARROW_COLUMNS,
    SDG_COLUMNS,
    arrow_row,
    sdg_row,
    theory_json,
)
from ketenkaart.web.exports import csv_download, json_download, text_download
from ketenkaart.web.render import language, page
from ketenkaart.web.theory.stack import stacked

PAGES = ("theories", "theory_conflicts", "theory_sdg")


@dataclass(frozen=True, slots=True)
class Clash:
    """A trade-off of the register with the arrows it touches and what was decided about it."""

    entry: RegisterEntry
    found: TradeOff | None
    decisions: tuple[Decision, ...]


@require_safe
def theories(request: HttpRequest) -> HttpResponse:
    """Show the overall theory, the list of all, and the assumptions that nobody has tested."""
    found = list_theories()
    overall = found[0]
    untested = [
        (seen, item) for seen in found for item in seen.with_status(AssumptionStatus.UNTESTED)
    ]
    context = {
        "here_name": "theories",
        "overall": overall,
        "parts": [(seen, _counts(seen)) for seen in found],
        "untested": untested,
        "every": sum(len(seen.found) for seen in found),
        "rule": status_rule(),
        **_picture(overall),
    }
    return _page(request, "list.html", context)


@require_safe
def theory(request: HttpRequest, theory_id: str) -> HttpResponse:
    """Show one theory: the picture, every arrow with its evidence, the weakest links."""
    seen = find_theory(theory_id)
    context = {
        "here_name": "theory",
        "seen": seen,
        "rule": status_rule(),
        "arrows": [
            (seen.number(item.arrow.id), item, *_ends(seen, item.arrow.id), _findings(item))
            for item in seen.assessments
        ],
        "chains": [
            (
                seen.theory.node(chain.start),
                seen.theory.node(chain.end),
                [(seen.number(name), seen.found[name]) for name in chain.arrows],
                [(seen.number(name), seen.found[name]) for name in chain.weakest],
            )
            for chain in seen.chains
        ],
        "instruments": [find_instrument(name) for name in seen.instruments],
        "counts": _counts(seen),
        "loose_inputs": _named(seen, seen.loose_inputs),
        "loose_impacts": _named(seen, seen.loose_impacts),
        **_picture(seen),
    }
    return _page(request, "one.html", context)


@require_safe
def theory_conflicts(request: HttpRequest) -> HttpResponse:
    """Show the goals that pull apart, what was decided, and remarks about scope."""
    found = {item.id: item for item in trade_offs()}
    decided = recorded_decisions()
    return _page(
        request,
        "conflicts.html",
        {
            "here_name": "theory_conflicts",
            "clashes": [
                Clash(
                    entry,
                    found.get(entry.id),
                    tuple(item for item in decided if item.about == entry.id),
                )
                for entry in entries(RegisterKind.TRADE_OFF)
            ],
            "scope": entries(RegisterKind.SCOPE),
        },
    )


@require_safe
def theory_sdg(request: HttpRequest) -> HttpResponse:
    """Show the SDG targets with the issues, outcomes and impacts that bear on them."""
    context: dict[str, object] = {
        "here_name": "theory_sdg",
        "links": sdg_links(),
        "without_names": ", ".join(
            issue.name.in_language(language()) for issue in issues_without_target()
        ),
    }
    return _page(request, "sdg.html", context)


@require_safe
def theories_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the assumptions of all theories as CSV, or all theories as JSON."""
    found = list_theories()
    if form == "json":
        return json_download("ketenkaart-theories", [theory_json(seen) for seen in found])
    if form == "csv":
        rows = [arrow_row(seen, item) for seen in found for item in seen.assessments]
        return csv_download("ketenkaart-theories", ARROW_COLUMNS, rows)
    raise Http404


@require_safe
def theory_data(_request: HttpRequest, theory_id: str, form: str) -> HttpResponse:
    """Hand out one theory as CSV, JSON or an SVG picture."""
    seen = find_theory(theory_id)
    name = f"ketenkaart-theory-{seen.theory.id}"
    if form == "json":
        return json_download(name, theory_json(seen))
    if form == "csv":
        return csv_download(name, ARROW_COLUMNS, [arrow_row(seen, i) for i in seen.assessments])
    if form == "svg":
        return text_download(f"{name}.svg", svg_file(seen, language()), "image/svg+xml")
    raise Http404


@require_safe
def theory_sdg_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the SDG targets and what bears on them as CSV or JSON."""
    rows = [sdg_row(link) for link in sdg_links()]
    if form == "csv":
        return csv_download("ketenkaart-sdg", SDG_COLUMNS, rows)
    if form == "json":
        return json_download(
            "ketenkaart-sdg", [dict(zip(SDG_COLUMNS, row, strict=True)) for row in rows]
        )
    raise Http404


def _page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    whole = {"parts_of_theory": PAGES, **context}
    return page(request, "instruments", f"theory/{template}", whole)


def _picture(seen: SeenTheory) -> dict[str, object]:
    return {"picture": draw(seen, language()), "levels": stacked(seen), "drawn": seen}


def _counts(seen: SeenTheory) -> list[tuple[str, int]]:
    return [(status.value, seen.count(status)) for status in AssumptionStatus]


def _findings(item: Assessment) -> list[tuple[TheoryEvidence, EvidenceDesign, bool]]:
    rule = status_rule()
    return [
        (found, rule.design(found.design), found not in item.set_aside)
        for found in item.arrow.evidence
    ]


def _named(seen: SeenTheory, nodes: tuple[str, ...]) -> str:
    return ", ".join(seen.theory.node(node).text.in_language(language()) for node in nodes)


def _ends(seen: SeenTheory, arrow_id: str) -> tuple[Text, Text]:
    arrow = seen.found[arrow_id].arrow
    return seen.theory.node(arrow.cause).text, seen.theory.node(arrow.effect).text
