"""The gap explorer: a question in the address, the answer as a table, a picture and downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import GapAnswer, InstrumentCredit, TotalRow
from ketenkaart.services.choices import gap_choices
from ketenkaart.services.exports import gap_columns, gap_json, gap_rows
from ketenkaart.services.governance import compute_gap, explain
from ketenkaart.services.register import names
from ketenkaart.web.chain.behind import chain_behind
from ketenkaart.web.chain.gap_picture import gap_map, gap_matrix
from ketenkaart.web.charts import interval_bar, weighed
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.formats import year_range
from ketenkaart.web.gap_form import GapForm
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

NOT_WORKED_OUT = "not_worked_out"


@require_safe
def gap(request: HttpRequest) -> HttpResponse:
    """Show the form and, when it can be answered, the answer."""
    form, answer = _ask(request)
    context: dict[str, object] = {"form": form, "fields": form.fields(), "answer": answer}
    if answer is not None:
        labels = names()
        chosen = language()
        context |= {
            "caption": say(
                "gap.table_caption" if answer.view == "demand" else "gap.table_caption_trade",
                chosen,
                kind=say(f"gap.kind_short_{answer.kind}", chosen),
                by=say(f"gap.by_{answer.by}", chosen),
            ),
            "by_label": say(f"gap.by_{answer.by}", chosen).capitalize(),
            "unit": say(f"gap.unit_{answer.measure}", chosen),
            "risk_years": year_range(answer.years.risk.values()),
            "bar": interval_bar(answer.total.gap, answer.total.gap_known_reach),
            "rows": [
                (
                    row,
                    interval_bar(row.gap, row.gap_known_reach),
                    *_credited(row),
                    chain_behind(form.query, answer.by, row.key),
                )
                for row in answer.rows
            ],
            "credits": _credited(answer.total)[0],
            "missing_facts": weighed(answer),
            "absent": [item for item in answer.absent if item.reason != NOT_WORKED_OUT],
            "not_worked_out": sum(item.reason == NOT_WORKED_OUT for item in answer.absent),
            "not_researched": [labels[issue] for issue in answer.not_researched],
            "member_region": labels[answer.total.member.region] if answer.total.member else None,
            "address": form.address(),
            "chain_address": chain_behind(form.query),
            "map": gap_map(answer, chosen),
            "map_label": say("chain.gap_map_label", chosen),
            "map_legend": say("chain.gap_map_legend", chosen),
            "matrix": gap_matrix(
                answer,
                chosen,
                {row.key: chain_behind(form.query, answer.by, row.key) for row in answer.rows},
            ),
        }
    return page(request, "gap", "gap.html", context, status=200 if answer else 400)


@require_safe
def gap_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the answer that the page shows, as CSV or JSON."""
    require_form(form)
    asked, answer = _ask(request)
    if answer is None:
        raise refusal(asked.errors)
    if form == "json":
        return json_download("ketenkaart-gap", gap_json(answer))
    return csv_download("ketenkaart-gap", gap_columns(answer), gap_rows(answer))


@require_safe
def why(request: HttpRequest, figure: str) -> HttpResponse:
    """Show the way back from one figure to its sources."""
    return page(request, "gap", "why.html", {"trace": explain(figure)})


def _ask(request: HttpRequest) -> tuple[GapForm, GapAnswer | None]:
    form = GapForm.read(request.GET.dict(), gap_choices(), language())
    if form.query is None:
        return form, None
    try:
        return form, compute_gap(form.query)
    except InputError as error:
        form.refuse(error)
        return form, None


def _credited(
    row: TotalRow,
) -> tuple[list[tuple[InstrumentCredit, str]], list[InstrumentCredit]]:
    """Return the instruments credited in a row, largest first, and those of unknown reach.

    Each credited one comes with its share as the length of a bar.
    """
    credited = [item for item in row.instruments if item.reach_is_known and item.credit.share]
    credited.sort(key=lambda item: -(item.credit.share or 0))
    unknown = [item for item in row.instruments if not item.reach_is_known]
    return [(item, f"{(item.credit.share or 0) * 100:.2f}%") for item in credited], unknown
