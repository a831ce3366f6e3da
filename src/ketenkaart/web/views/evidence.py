"""What is known of effects: the map, one study, initiatives with advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.types import Instrument
from ketenkaart.core.monitor.evidence.grouping import SeenFinding, group_effects, why_nothing
from ketenkaart.core.monitor.evidence.mapping import CellState, MapCell
from ketenkaart.core.monitor.evidence.types import Reached, Study
from ketenkaart.core.provenance import Text
from ketenkaart.services.evidence.advising import (
    ASIDE,
    GROUNDS,
    InitiativeAnswer,
    advice_rule,
    find_initiative,
    initiatives,
    reasons,
)
from ketenkaart.services.evidence.reading import (
    EvidenceBase,
    chosen_findings,
    evidence_base,
    find_study,
    map_cells,
)
from ketenkaart.services.evidence.rows import (
    ADVICE_COLUMNS,
    FINDING_COLUMNS,
    MAP_COLUMNS,
    advice_data,
    advice_row,
    base_data,
    finding_row,
    map_row,
    study_data,
)
from ketenkaart.services.register import find_instrument, names
from ketenkaart.web.evidence.filters import EvidenceFilter, read_evidence_filter
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

PAGES = ("evidence", "evidence_initiatives")
LEVEL = 3
"""The rung from which a study had a comparison group."""


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """Show the map with its gaps, and the findings of what was chosen."""
    base = evidence_base()
    asked = read_evidence_filter(request.GET.dict(), base, language())
    found = sorted(chosen_findings(base, asked.choice), key=lambda f: (-f.level, f.study))
    cells = map_cells(base, asked.choice)
    every = map_cells(base)
    groups = group_effects(found, LEVEL)
    context = {
        "here_name": "evidence",
        "asked": asked,
        "rows": _map_rows(cells, asked),
        "steps": [step for step in Reached if asked.choice.step in (None, step)],
        "unsearched": _unsearched(cells),
        "count": len(base.studies),
        "cells": len(every),
        "strong": sum((cell.best_level or 0) >= LEVEL for cell in every),
        "found": [] if asked.is_empty else _shown(found, base),
        "studies": _by_study(found, base) if asked.is_empty else [],
        "found_studies": len({item.study for item in found}),
        "all": len(base.findings),
        "groups": groups,
        "why_not": None if groups else why_nothing(found),
        "base": base,
        "designs": sorted(base.designs.values(), key=lambda design: -design.level),
        "query": asked.query(),
    }
    return _page(request, "list.html", context)


@require_safe
def evidence_study(request: HttpRequest, study_id: str) -> HttpResponse:
    """Show one study: its question, design, findings and limits, and who cites it."""
    base, study = evidence_base(), find_study(study_id)
    labels = names()
    context = {
        "here_name": "evidence_study",
        "study": study,
        "design": base.designs[study.design],
        "found": _shown(base.of(study.id), base),
        "uses": [use for use in base.uses if use.finding.study == study.id],
        "countries": _named(study.countries, labels),
        "sectors": _named(study.sectors, labels),
        "is_own": study.id in base.files.own,
        "base": base,
    }
    return _page(request, "one.html", context)


@require_safe
def evidence_initiatives(request: HttpRequest) -> HttpResponse:
    """Show the supported initiatives with the advice on each."""
    every = initiatives()
    context = {
        "here_name": "evidence_initiatives",
        "rows": [(item, GROUNDS[item.advice.ground], *_studies(item)) for item in every],
        "enough": sum(item.advice.counsel.value != "not_enough_evidence" for item in every),
        "rule": advice_rule(),
    }
    return _page(request, "initiatives.html", context)


@require_safe
def evidence_initiative(request: HttpRequest, initiative_id: str) -> HttpResponse:
    """Show one initiative: advice with reasons, what would change it, evidence, decisions."""
    base, answer = evidence_base(), find_initiative(initiative_id)
    aside = {(item.study, item.finding): ASIDE[why] for item, why in answer.advice.aside}
    context = {
        "here_name": "evidence_initiative",
        "answer": answer,
        "reasons": reasons(answer),
        "found": [
            (*row, aside.get((row[0].study, row[0].finding)))
            for row in _shown(answer.findings, base)
        ],
        "rule": answer.rule,
        "base": base,
    }
    return _page(request, "initiative.html", context)


@require_safe
def evidence_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out every finding as CSV, or everything as JSON."""
    base = evidence_base()
    if form == "csv":
        rows = [finding_row(item, base) for item in base.findings]
        return csv_download("ketenkaart-evidence", FINDING_COLUMNS, rows)
    if form == "json":
        return json_download("ketenkaart-evidence", base_data(base, initiatives()))
    raise Http404


@require_safe
def evidence_map_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the map as CSV or JSON."""
    rows = [map_row(cell) for cell in map_cells(evidence_base())]
    if form == "csv":
        return csv_download("ketenkaart-evidence-map", MAP_COLUMNS, rows)
    if form == "json":
        cells = [dict(zip(MAP_COLUMNS, row, strict=True)) for row in rows]
        return json_download("ketenkaart-evidence-map", {"cells": cells})
    raise Http404


@require_safe
def evidence_study_data(_request: HttpRequest, study_id: str, form: str) -> HttpResponse:
    """Hand out one study: its findings as CSV, everything as JSON."""
    base, study = evidence_base(), find_study(study_id)
    name = f"ketenkaart-evidence-{study.id}"
    if form == "csv":
        rows = [finding_row(item, base) for item in base.of(study.id)]
        return csv_download(name, FINDING_COLUMNS, rows)
    if form == "json":
        return json_download(name, study_data(study, base))
    raise Http404


@require_safe
def evidence_initiatives_data(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the initiatives with advice and decisions as CSV or JSON."""
    every = initiatives()
    if form == "csv":
        rows = [advice_row(item) for item in every]
        return csv_download("ketenkaart-initiatives", ADVICE_COLUMNS, rows)
    if form == "json":
        data = {"initiatives": [advice_data(item) for item in every]}
        return json_download("ketenkaart-initiatives", data)
    raise Http404


def _page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    whole = {"parts_of_evidence": PAGES, **context}
    return page(request, "indicators", f"evidence/{template}", whole)


def _map_rows(
    cells: Iterable[MapCell], asked: EvidenceFilter
) -> list[tuple[str, list[tuple[MapCell, str]]]]:
    """Return the kinds of which anything is known or was searched, with a link per cell."""
    rows: dict[str, list[tuple[MapCell, str]]] = {}
    for cell in cells:
        link = asked.query(kind=cell.kind, step=cell.step.value)
        rows.setdefault(cell.kind, []).append((cell, link))
    return [(kind, row) for kind, row in rows.items() if not _is_unsearched(c for c, _ in row)]


def _is_unsearched(cells: Iterable[MapCell]) -> bool:
    return all(cell.state is CellState.NOT_SEARCHED for cell in cells)


def _unsearched(cells: Iterable[MapCell]) -> str:
    kinds: dict[str, list[MapCell]] = {}
    for cell in cells:
        kinds.setdefault(cell.kind, []).append(cell)
    return ", ".join(
        say(f"instruments.kind_{kind}", language())
        for kind, row in kinds.items()
        if _is_unsearched(row)
    )


def _shown(
    findings: Iterable[SeenFinding], base: EvidenceBase
) -> list[tuple[SeenFinding, object, list[Instrument]]]:
    return [
        (item, base.studies[item.study], [find_instrument(name) for name in item.instruments])
        for item in findings
    ]


def _by_study(
    findings: Iterable[SeenFinding], base: EvidenceBase
) -> list[tuple[Study, int, list[tuple[str, int]]]]:
    """Return each study with its rung and how many of its findings are at which step."""
    counts: dict[str, Counter[str]] = {}
    for item in findings:
        counts.setdefault(item.study, Counter())[item.step.value] += 1
    return [
        (base.studies[name], base.designs[base.studies[name].design].level, list(count.items()))
        for name, count in counts.items()
    ]


def _named(codes: tuple[str, ...] | None, labels: Mapping[str, Text]) -> str | None:
    if codes is None:
        return None
    return ", ".join(labels[code].in_language(language()) for code in codes)


def _studies(item: InitiativeAnswer) -> tuple[int, int]:
    known = {found.study for found in item.findings}
    return len(known), len({found.study for found in item.advice.counted})
