"""Trade of one country with each partner, gross and embodied."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.seen import kept
from ketenkaart.services.chain.trading import ask_border, ask_partners_in_trade
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import capital, unit_words
from ketenkaart.web.render import language

FIELDS = ("edition", "demand", "extension")


@chain_view
def chain_trade(request: HttpRequest) -> HttpResponse:
    """Show what crosses the border and with whom, and what it embodies."""
    form = trade_form(request.GET.dict())
    if form.question is None or form.errors:
        return chain_page(request, form, "chain_trade", {"answer": None})
    region = form.question.demand
    try:
        border = kept(
            ask_border,
            form.question.edition,
            edition=form.question.edition,
            region=region,
            extension=form.extension,
        )
        answer: ChainAnswer | None = None
        if form.choices.has_all_demand:
            answer = kept(
                ask_partners_in_trade,
                form.question.edition,
                edition=form.question.edition,
                region=region,
                extension=form.extension,
            )
    except InputError as error:
        form.refuse(error)
        return chain_page(request, form, "chain_trade", {"answer": None})
    names, chosen = form.choices.names, form.language
    uses = border.facts["uses"]
    context = {
        "answer": answer,
        "border": border,
        "uses": [(name, amount, amount / border.facts["total"]) for name, amount in uses.items()],
        "place": names.itself(region or "").in_language(chosen),
        "placed": capital(names.placed[region or ""].in_language(chosen)),
        "rows": [
            (names.regions[str(row[0])].in_language(chosen), *row[1:])
            for row in (answer.rows if answer else ())
        ],
        "unit": unit_words(border.unit, chosen),
        "gross_unit": unit_words(form.choices.unit, chosen),
        "is_money": border.unit == form.choices.unit,
    }
    return chain_page(request, form, "chain_trade", context)


def trade_form(given: dict[str, str]) -> ChainForm:
    """Return the form of the trade page: it asks about a country, not about a demand there."""
    return ChainForm.read(given, language(), common=FIELDS, has_risks=False)
