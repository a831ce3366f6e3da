"""From a figure of the gap to the chain behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.chain.choices import chain_choices
from ketenkaart.services.chain.counting import RISK


def chain_behind(query: GapQuery | None, by: str | None = None, key: str = "") -> str | None:
    """Return the address of the chain behind a question, or behind one row of its answer.

    None where the chain has no such part: a layer, a country inside a region of many, or the
    imports at the border, which are another view.
    """
    if query is None or query.view != "demand" or by == "layer":
        return None
    choices = chain_choices()
    chosen = {"country": query.country, "sector": query.sector, "buyer": None}
    issue = query.issue
    if by == "issue":
        issue = key
    elif by in chosen:
        chosen[by] = key
    if chosen["country"] and chosen["country"] not in choices.names.regions:
        return None
    name = f"{RISK}{issue}" if issue else None
    chosen["extension"] = name if name in choices.issues else None
    part = "web:chain_paths" if chosen["country"] or chosen["sector"] else "web:chain"
    tail = urlencode({field: value for field, value in chosen.items() if value})
    return reverse(part) + (f"?{tail}" if tail else "")
