"""What is measured: every indicator with its baseline, and one with its waves and targets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.governance.types import Instrument
from ketenkaart.services.freezing import frozen_baselines
from ketenkaart.services.installed import edition_day
from ketenkaart.services.monitor.indicators import (
    MODEL,
    IndicatorAnswer,
    baselines,
    computed_figure,
    list_indicators,
    show_indicator,
)
from ketenkaart.services.monitor.indicators_out import (
    BASELINE_COLUMNS,
    WAVE_COLUMNS,
    answer_data,
    baseline_row,
    wave_row,
)
from ketenkaart.services.register import find_instrument
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.monitor.picture import series_picture
from ketenkaart.web.render import page

SECTION = "indicators"


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Show every indicator, and every baseline, the missing ones too."""
    day = edition_day()
    rows = list(baselines())
    return page(
        request,
        SECTION,
        "monitor/list.html",
        {
            "day": day,
            "answers": [show_indicator(item.id, as_of=day) for item in list_indicators()],
            "baselines": [row for row in rows if row.kind == "instrument"],
            "measured": sum(row.value is not None for row in rows),
            "count": len(rows),
        },
    )


@require_safe
def baselines_data(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out the baselines as CSV or JSON."""
    rows = [baseline_row(row) for row in baselines()]
    if form == "json":
        data = [dict(zip(BASELINE_COLUMNS, row, strict=True)) for row in rows]
        return json_download("ketenkaart-baselines", {"baselines": data})
    if form == "csv":
        return csv_download("ketenkaart-baselines", BASELINE_COLUMNS, rows)
    raise Http404


@require_safe
def indicator(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """Show one indicator: the picture, its waves, where its targets stand."""
    answer = _answer(indicator_id)
    frozen = [item for item in frozen_baselines() if item.indicator == indicator_id]
    return page(
        request,
        SECTION,
        "monitor/one.html",
        {
            "answer": answer,
            "day": answer.as_of,
            "picture": series_picture(answer),
            "computed": computed_figure(answer, edition_day=answer.as_of),
            "frozen": frozen[0] if frozen else None,
            "agrees": bool(frozen) and frozen[0].agrees_with(answer.indicator),
            "model": MODEL,
            "instrument": _instrument(answer),
        },
    )


@require_safe
def indicator_data(
    request: HttpRequest,  # noqa: ARG001 - every view is given it
    indicator_id: str,
    form: str,
) -> HttpResponse:
    """Hand out one indicator: its waves as CSV, everything as JSON."""
    answer = _answer(indicator_id)
    if form == "json":
        figure = computed_figure(answer, edition_day=answer.as_of)
        data = answer_data(answer, answer.as_of.isoformat(), figure)
        return json_download(f"ketenkaart-{indicator_id}", data)
    if form == "csv":
        rows = [wave_row(wave) for wave in answer.waves]
        return csv_download(f"ketenkaart-{indicator_id}", WAVE_COLUMNS, rows)
    raise Http404


def _instrument(answer: IndicatorAnswer) -> Instrument | None:
    name = answer.indicator.instrument
    return None if name is None else find_instrument(name)


def _answer(indicator_id: str) -> IndicatorAnswer:
    if indicator_id not in {item.id for item in list_indicators()}:
        raise NotFoundError(
            f"There is no indicator {indicator_id[:40]!r}", where="address", fix="See the list."
        )
    return show_indicator(indicator_id, as_of=edition_day())
