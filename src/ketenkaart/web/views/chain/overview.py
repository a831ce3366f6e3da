"""The first page of the chain: where it comes from, on a map, and the way to everything else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer
from ketenkaart.services.chain.seen import SeenChain, see_chain, see_paths
from ketenkaart.services.chain.seen_ends import PlaceEnds, see_place_ends
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.largest import Largest, largest, with_ends
from ketenkaart.web.chain.map_picture import map_picture
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.sentences import SaidPath, said_paths
from ketenkaart.web.chain.wording import extension_label
from ketenkaart.web.render import language
from ketenkaart.web.text import say
from ketenkaart.web.views.chain.routes import outside_of

PATHS = 5


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
