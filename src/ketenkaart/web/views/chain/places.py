"""The table behind the map: every country and sector, sorted, filtered and by the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.seen import SeenChain, see_chain
from ketenkaart.services.chain.seen_ends import PlaceEnds, see_place_ends
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.known_places import known_counts, list_address
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import (
    capital,
    extension_label,
    finer_percent,
    span,
    spoken_amount,
    unit_words,
)
from ketenkaart.web.render import language
from ketenkaart.web.text import say

PER_PAGE = 50
GROUPINGS = ("node", "country", "sector")
SORTS = ("value", "country", "sector")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One row: a country, a sector or both; a risk's value is None where nothing is known.

    `known` counts the facilities that the registry knows there, for a country and sector alone.
    `codes` are the table's, and `ends` the interval in words: empty where there is none.
    """

    country: str
    sector: str
    value: float | None
    share: float | None
    unknown: float | None
    is_home: bool
    address: str
    codes: tuple[str | None, str | None]
    ends: str = ""
    known: int = 0
    known_address: str = ""


@chain_view
def chain_places(request: HttpRequest) -> HttpResponse:
    """Show a page of the rows, or say what is wrong with the question."""
    chosen = language()
    extra = {
        "by": [(name, say(f"chain.by_{name}", chosen)) for name in GROUPINGS],
        "sort": [(name, say(f"chain.sort_{name}", chosen)) for name in SORTS],
    }
    form = ChainForm.read(request.GET.dict(), chosen, extra)
    form.read_places()
    number = form.whole("page", 1, 10_000, 1)
    found: SeenChain | None = None
    if form.question is not None:
        try:
            found = see_chain(form.question, extension=form.extension)
        except InputError as error:
            form.refuse(error)
    if found is None:
        return chain_page(request, form, "chain_places", {"chain": None})
    rows = rows_of(form, found)
    pages = max(1, -(-len(rows) // PER_PAGE))
    shown = rows[(min(number, pages) - 1) * PER_PAGE : min(number, pages) * PER_PAGE]
    by = form.extra["by"] or "node"
    has_known = by == "node" and any(row.known for row in rows)
    total = sum(row.value or 0.0 for row in rows)
    ends = _ends(form, shown)
    context = {
        "chain": found,
        "caption": say(
            "chain.places_caption",
            chosen,
            counted=capital(extension_label(form.extension, chosen)),
            whose=found.whose.in_language(chosen),
            year=found.year,
            unit=unit_words(found.unit, chosen),
        ),
        "sum_share": say(
            "chain.sum_of_whole",
            chosen,
            share=finer_percent(total / found.total if found.total else 0.0, chosen),
        ),
        "rows": _with_ends(shown, ends, chosen),
        "ends": ends,
        "sum_ends": _sum_ends(ends, found.unit, chosen),
        "by": by,
        "has_known": has_known,
        "sum": total,
        "count": len(rows),
        "first": (min(number, pages) - 1) * PER_PAGE + 1,
        "last": (min(number, pages) - 1) * PER_PAGE + len(shown),
        "sorts": {name: form.address(sort=name, page=None) for name in SORTS},
        "sorted_by": form.extra["sort"] or "value",
        "previous": form.address(page=str(min(number, pages) - 1)) if number > 1 else None,
        "next": form.address(page=str(number + 1)) if number < pages else None,
    }
    return chain_page(request, form, "chain_places", context)


def rows_of(form: ChainForm, chain: SeenChain) -> list[PlaceRow]:
    """Return all rows of the grouping that is asked for, in the order that is asked for."""
    R, S = len(chain.regions), len(chain.sectors)
    keep = np.ones((R, S), dtype=bool)
    country, sector = form.extra["country"], form.extra["sector"]
    if country:
        keep &= (np.arange(R) == chain.regions.index(country))[:, None]
    if sector:
        keep &= (np.arange(S) == chain.sectors.index(sector))[None, :]
    by = form.extra["by"] or "node"
    known = known_counts(chain.edition) if by == "node" else {}
    rows = [_row(form, chain, known, r, s, kept) for r, s, kept in _groups(keep, by) if kept.any()]
    return _sorted(rows, form.extra["sort"] or "value")


def _groups(
    keep: np.ndarray[tuple[int, int], np.dtype[np.bool_]], by: str
) -> list[tuple[int | None, int | None, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]]:
    R, S = keep.shape
    own_row, own_column = np.arange(R)[:, None], np.arange(S)[None, :]
    if by == "country":
        return [(r, None, keep & (own_row == r)) for r in range(R)]
    if by == "sector":
        return [(None, s, keep & (own_column == s)) for s in range(S)]
    return [(r, s, keep & (own_row == r) & (own_column == s)) for r in range(R) for s in range(S)]


def _row(
    form: ChainForm,
    chain: SeenChain,
    known: Mapping[tuple[str, str], int],
    r: int | None,
    s: int | None,
    kept: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> PlaceRow:
    value: float | None = float(chain.values[kept].sum())
    unknown = None if chain.unknown is None else float(chain.unknown[kept].sum())
    names = chain.names
    country = None if r is None else chain.regions[r]
    sector = None if s is None else chain.sectors[s]
    if unknown and not value:
        value = None
    node = ("", "") if country is None or sector is None else (country, sector)
    leads: Mapping[str, str | None] = {"country": country, "sector": sector}
    return PlaceRow(
        country="" if country is None else names.regions[country].in_language(form.language),
        sector="" if sector is None else capital(names.sectors[sector].in_language(form.language)),
        value=value,
        share=value / chain.total if value is not None and chain.total else None,
        unknown=unknown,
        is_home=country is not None and country == chain.home,
        address=f"{reverse('web:chain_paths')}?{form.shared(**leads)}",
        codes=(country, sector),
        known=known.get(node, 0),
        known_address=list_address(node, names) if node in known else "",
    )


def _ends(form: ChainForm, rows: list[PlaceRow]) -> PlaceEnds | None:
    """Return how sure rows are, and last what is chosen in all; None without rows."""
    if form.question is None or not rows:
        return None
    whole = form.extra["country"], form.extra["sector"]
    return see_place_ends(
        form.question,
        extension=form.extension,
        places=(*(row.codes for row in rows), whole),
    )


def _with_ends(rows: list[PlaceRow], ends: PlaceEnds | None, language: str) -> list[PlaceRow]:
    if ends is None:
        return rows
    pairs = zip(ends.low.tolist(), ends.high.tolist(), strict=True)
    return [
        replace(row, ends=span(low, high, language) if low < high else "")
        for row, (low, high) in zip(rows, pairs, strict=False)
    ]


def _sum_ends(ends: PlaceEnds | None, unit: str, language: str) -> str:
    """Say between which ends the sum of what is chosen lies."""
    if ends is None:
        return ""
    low, high = (spoken_amount(float(end[-1]), unit, language) for end in (ends.low, ends.high))
    key = "chain.path_ends" if ends.is_model else "chain.sum_ends"
    return f"{capital(say(key, language, low=low, high=high))}."


def _sorted(rows: list[PlaceRow], by: str) -> list[PlaceRow]:
    if by == "country":
        return sorted(rows, key=lambda row: (row.country.casefold(), -(row.value or 0.0)))
    if by == "sector":
        return sorted(rows, key=lambda row: (row.sector.casefold(), -(row.value or 0.0)))
    return sorted(rows, key=lambda row: -(row.value or 0.0))
