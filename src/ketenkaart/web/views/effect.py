"""How the effect of procurement is measured: the method, a made example, the product groups."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.services.effect.example import EXAMPLE_COLUMNS, example_rows, worked_example
from ketenkaart.services.effect.group_list import (
    GROUP_COLUMNS,
    group_rows,
    listed_groups,
    overlapping,
)
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.render import page

SECTION = "indicators"


@require_safe
def effect(request: HttpRequest) -> HttpResponse:
    """Show the method with a made example, and which CPV codes make a product group."""
    groups, source = listed_groups()
    names = {item.id: item.name for item in groups}
    found = worked_example()
    context = {
        "example": found,
        "groups": [
            (item, [names[other] for other in overlapping(item, groups)]) for item in groups
        ],
        "source": source,
        "mean": sum(item.expanded or 0.0 for item in found.contracts if not item.is_certain)
        / (found.drawn - sum(item.is_certain for item in found.contracts)),
    }
    return page(request, SECTION, "effect/method.html", context)


@require_safe
def effect_example(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out the made example."""
    found = worked_example()
    if form == "json":
        return json_download("ketenkaart-made-example", {"is_made": True, **_plain(found)})
    if form == "csv":
        return csv_download("ketenkaart-made-example", EXAMPLE_COLUMNS, example_rows(found))
    raise Http404


@require_safe
def effect_groups(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out the product groups and their CPV codes."""
    rows = group_rows()
    if form == "json":
        data = [dict(zip(GROUP_COLUMNS, row, strict=True)) for row in rows]
        return json_download("ketenkaart-product-groups", {"groups": data})
    if form == "csv":
        return csv_download("ketenkaart-product-groups", GROUP_COLUMNS, rows)
    raise Http404


def _plain(found: object) -> dict[str, object]:
    data = asdict(found)  # type: ignore[call-overload]  # a dataclass of our own
    data["effect"] = data["effect"].model_dump()
    return dict(data)
