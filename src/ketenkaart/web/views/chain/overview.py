"""The first page of the chain: where it comes from, on a map, and the way to everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer
from ketenkaart.services.chain.seen import SeenChain, see_chain, see_paths
from ketenkaart.services.chain.seen_ends import PlaceEnds, see_place_ends
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.map_picture import map_picture
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.sentences import SaidPath, said_paths
from ketenkaart.web.chain.wording import extension_label, span
from ketenkaart.web.render import language
from ketenkaart.web.text import say
from ketenkaart.web.views.chain.routes import outside_of

SHOWN = 10
PATHS = 5


@dataclass(frozen=True, slots=True)
class Largest:
    """One of the largest countries or sectors abroad: its part of what is made abroad.

    `ends` is its interval in words.
    """

    code: str
    name: str
    amount: float
    share: float
    width: str
    address: str
    ends: str = ""


@chain_view
def chain(request: HttpRequest) -> HttpResponse:
    """Show where what a demand embodies is made, or say what is wrong with the question."""
    form = ChainForm.read(request.GET.dict(), language())
    found: SeenChain | None = None
    paths: PathsAnswer | None = None
    if form.question is not None:
        try:
            found = see_chain(form.question, extension=form.extension)
            paths = see_paths(
                form.question,
                extension=form.extension,
                top=PATHS,
                chosen=PathFilter(min_tier=1, outside=outside_of(form)),
            )
        except InputError as error:
            form.refuse(error)
            found = None
    if found is None:
        return chain_page(request, form, "chain", {"chain": None})
    said: tuple[SaidPath, ...] = said_paths(paths, found, form.language) if paths else ()
    place = found.names.itself(found.home).in_language(form.language)
    whose = found.whose.in_language(form.language)
    countries, sectors = (largest(form, found, by) for by in ("country", "sector"))
    ends = _ends(form, found, countries, sectors)
    context = {
        "chain": found,
        "ends": ends,
        "has_own_ends": False,
        "map_label": say(
            "chain.map_label",
            form.language,
            counted=extension_label(form.extension, form.language),
            whose=whose,
        ),
        "map_legend": say("chain.map_legend", form.language),
        "country_word": say("chain.country", form.language),
        "sector_word": say("chain.sector", form.language),
        "countries_caption": say("chain.countries_caption", form.language, place=place),
        "sectors_caption": say("chain.sectors_caption", form.language, place=place),
        "map": map_picture(found, form.language) if found.abroad > 0 else None,
        "countries": with_ends(countries, ends, 0, form.language),
        "sectors": with_ends(sectors, ends, len(countries), form.language),
        "paths": said,
    }
    return chain_page(request, form, "chain", context)


def largest(form: ChainForm, chain: SeenChain, by: str) -> tuple[Largest, ...]:
    """Return the largest countries or sectors of what is made abroad, with what is left last."""
    values = chain.values.copy()
    values[chain.regions.index(chain.home)] = 0.0
    sums = values.sum(axis=1 if by == "country" else 0)
    codes = chain.regions if by == "country" else chain.sectors
    names = chain.names.regions if by == "country" else chain.names.sectors
    order = [int(k) for k in np.argsort(-sums, kind="stable") if sums[int(k)] > 0][:SHOWN]
    top = max((float(sums[k]) for k in order), default=0.0)
    return tuple(
        Largest(
            codes[k],
            _capital(names[codes[k]], form.language),
            float(sums[k]),
            float(sums[k]) / chain.abroad,
            f"{float(sums[k]) / top * 100:.2f}%",
            f"{reverse('web:chain_paths')}?{form.shared(**{by: codes[k]})}",
        )
        for k in order
    )


def with_ends(
    rows: tuple[Largest, ...], ends: PlaceEnds | None, first: int, language: str
) -> tuple[Largest, ...]:
    """Return rows with their intervals in words, which begin at `first`."""
    if ends is None:
        return rows
    pairs = list(zip(ends.low.tolist(), ends.high.tolist(), strict=True))[first:]
    return tuple(
        replace(row, ends=span(*pair, language)) for row, pair in zip(rows, pairs, strict=False)
    )


def _ends(
    form: ChainForm,
    found: SeenChain,
    countries: tuple[Largest, ...],
    sectors: tuple[Largest, ...],
) -> PlaceEnds | None:
    """Return how sure the rows are, of countries first; None where there are no rows."""
    places = (*((row.code, None) for row in countries), *((None, row.code) for row in sectors))
    if form.question is None or not places:
        return None
    return see_place_ends(
        form.question, extension=form.extension, places=places, outside=found.home
    )


def _capital(name: Text, chosen: str) -> str:
    words = name.in_language(chosen)
    return words[:1].upper() + words[1:]
