"""How far up the chain: layers as columns with flows between them, and the same as tables."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.seen_layers import SeenLayers, see_layers
from ketenkaart.web.chain.flow_chart import flow_chart
from ketenkaart.web.chain.form import ChainForm, arises_options, is_abroad
from ketenkaart.web.chain.layer_table import layer_passing, layer_rows, layer_sums
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import spoken_amount, unit_words
from ketenkaart.web.render import language
from ketenkaart.web.text import say

LAYERS = 6


@chain_view
def chain_tiers(request: HttpRequest) -> HttpResponse:
    """Show what passes from layer to layer, by country or by sector."""
    chosen = language()
    extra = {
        "by": [(name, say(f"chain.by_{name}", chosen)) for name in ("country", "sector")],
        "arises": arises_options(chosen),
    }
    form = ChainForm.read(request.GET.dict(), chosen, extra)
    found: SeenLayers | None = None
    if form.question is not None:
        try:
            found = see_layers(
                form.question,
                extension=form.extension,
                by="sector" if form.extra["by"] == "sector" else "country",
                layers=LAYERS,
                abroad=is_abroad(form),
            )
        except InputError as error:
            form.refuse(error)
    if found is None:
        return chain_page(request, form, "chain_tiers", {"chain": None})
    chart = flow_chart(found, chosen)
    layers = [str(layer) for layer in range(LAYERS)]
    context = {
        "chain": found.chain,
        "chart": chart,
        "layers": layers,
        "drawn": _drawn(found, chosen) if is_abroad(form) else "",
        "deepest": LAYERS - 1,
        "rows": layer_rows(found, chosen),
        "sums": layer_sums(found, chosen),
        "passing": layer_passing(found, chosen),
        "ends": found.ends,
        "has_own_ends": found.chain.is_estimate and found.ends is not None,
        "caption": say(
            "chain.tiers_caption",
            chosen,
            by=say(f"chain.by_{found.by}", chosen),
            unit=unit_words(found.chain.unit, chosen),
        ),
        "deeper_note": say("chain.deeper_note", chosen, layer=LAYERS - 1),
    }
    return chain_page(request, form, "chain_tiers", context)


def _drawn(found: SeenLayers, chosen: str) -> str:
    """Say that only what arises abroad is drawn, how much it is, and how sure that is."""
    unit = found.chain.unit
    place = found.chain.names.itself(found.chain.home).in_language(chosen)
    amount = spoken_amount(found.flows.total, unit, chosen)
    if found.ends is None:
        return say("chain.tiers_abroad", chosen, place=place, amount=amount)
    low, high = (spoken_amount(float(end), unit, chosen) for end in found.ends.sums[:, -1])
    return say("chain.tiers_abroad_ends", chosen, place=place, amount=amount, low=low, high=high)
