"""Where leverage lies: the weight of a country's demand abroad, and who else buys there."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.donors import programmes_named
from ketenkaart.services.chain.leverage import ask_levers, ask_scale_up
from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.question import HOME
from ketenkaart.services.chain.seen import kept
from ketenkaart.services.exports import Cell
from ketenkaart.services.instruments.in_use import instruments_in_use
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import capital, unit_words
from ketenkaart.web.render import language
from ketenkaart.web.text import say
from ketenkaart.web.views.chain.routes import sources_of

FIELDS = ("edition", "demand", "product", "code", "extension")
ROWS = 30
PARTNERS = 15


@chain_view
def chain_levers(request: HttpRequest) -> HttpResponse:
    """Show the weight of demand per place and, for one product, the partners that add most."""
    form = levers_form(request.GET.dict())
    if form.question is None or form.errors or not form.choices.has_all_demand:
        return chain_page(
            request, form, "chain_levers", {"levers": None, "place_name": _home(form)}
        )
    asked, names, chosen = form.question, form.choices.names, form.language
    product, partner = form.given.get("product"), form.extra["partner"]
    try:
        levers = kept(
            ask_levers,
            asked.edition,
            edition=asked.edition,
            region=asked.demand,
            partners=(partner,) if partner else (),
            at=sources_of(form),
            extension=form.extension,
            top=ROWS,
        )
        partners = (
            kept(
                ask_scale_up,
                asked.edition,
                sectors=asked.products,
                edition=asked.edition,
                region=asked.demand,
                extension=form.extension,
                top=PARTNERS,
            )
            if asked.products
            else None
        )
    except InputError as error:
        form.refuse(error)
        return chain_page(
            request, form, "chain_levers", {"levers": None, "place_name": _home(form)}
        )
    is_several = form.coded is not None and len(form.coded.weights) > 1
    context = {
        "levers": levers,
        "partners": partners,
        "rows": [
            (
                capital(names.node(str(row[0]), str(row[1])).in_language(chosen)),
                *row[2:6],
                _programmes(str(row[6]), chosen),
                _instruments(str(row[7]), chosen),
            )
            for row in levers.rows
        ],
        "partner_rows": [
            (_partner(names, row, chosen, is_several=is_several), *row[2:5])
            for row in (partners.rows if partners else ())
        ],
        "place_name": _home(form),
        "place": names.itself(asked.demand or "").in_language(chosen),
        "partner_place": names.itself(partner).in_language(chosen) if partner else None,
        "product": names.sectors[product].in_language(chosen)
        if product
        else form.coded and form.coded.code,
        "levers_notes": [note.in_language(chosen) for note in levers.notes],
        "unit": unit_words(levers.unit, chosen),
    }
    return chain_page(request, form, "chain_levers", context)


def levers_form(given: dict[str, str]) -> ChainForm:
    """Return the form of the page: a country, its product, a place abroad, and a partner."""
    chosen = language()
    plain = ChainForm.read(given, chosen, common=FIELDS, has_risks=False)
    first = ("", say("chain.no_partner", chosen))
    extra = {"partner": [first, *plain.regions()]}
    form = ChainForm.read(given, chosen, extra, common=FIELDS, has_risks=False)
    form.read_places()
    return form


def _programmes(said: str, language: str) -> list[str]:
    """Return the programmes at a place in words, or why there are none."""
    named = programmes_named(said)
    if not named:
        return [say(f"chain.programmes_{said}", language)]
    return [
        f"{programme.name.in_language(language)}: {say('facilities.running_' + state, language)}"
        for programme, state in named
    ]


def _instruments(said: str, language: str) -> list[str]:
    """Return the instruments about a place in words, or why there are none."""
    names = {item.id: item.name for item in instruments_in_use()}
    found = [names[one].in_language(language) for one in said.split() if one in names]
    return found or [say(f"chain.instruments_{said}", language)]


def _partner(names: Names, row: Sequence[Cell], language: str, *, is_several: bool) -> str:
    """Return whose demand would be brought in: a country, and for what where that differs."""
    country = names.regions[str(row[0])].in_language(language)
    what = names.sectors[str(row[1])].in_language(language)
    return f"{country}, {what}" if is_several else country


def _home(form: ChainForm) -> str:
    code = form.question.demand if form.question else None
    names = form.choices.names
    known = (code or HOME) in names.regions
    return names.itself(code or HOME).in_language(form.language) if known else ""
