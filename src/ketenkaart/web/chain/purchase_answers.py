"""What a page says of a purchase list: amounts that a buyer can read, and the chain behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.compared_at_once import ask_comparison_at_once
from ketenkaart.services.chain.counting import is_risk
from ketenkaart.services.chain.footprints import ask_comparison
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer
from ketenkaart.services.chain.purchases import PurchaseList
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.seen import SeenChain, see_chain, see_paths
from ketenkaart.services.chain.seen_layers import SeenLayers, see_layers
from ketenkaart.services.chain.sent.on_the_spot import ask_on_the_spot
from ketenkaart.web.chain.purchase_form import PurchaseForm
from ketenkaart.web.chain.wording import MILLIONS

MILLION = 1e6
SMALL = 100.0
"""Under so many millions a list is told in single dollars or euros."""
LAYERS = 6
PATHS = 15
SPOTS = 12


@dataclass(frozen=True, slots=True)
class PurchaseAnswers:
    """All that the page shows of a list: `compared` is None for a risk, which has no such answer.

    `question` is what was asked, its amounts in single units of money where `is_small`.
    """

    question: Question
    chain: SeenChain
    layers: SeenLayers
    paths: PathsAnswer
    compared: ChainAnswer | None
    on_the_spot: ChainAnswer
    is_small: bool


def is_small(found: PurchaseList) -> bool:
    """Tell whether a list is so small that millions would be decimals, in a table of millions."""
    return found.unit in MILLIONS and found.value < SMALL


def answered(form: PurchaseForm, question: Question) -> PurchaseAnswers:
    """Return the answers; raises `InputError` as the services do.

    All of them are proportional to the amounts of the list, so that amounts in single dollars
    give answers in single dollars.
    """
    found = question.purchases
    small = isinstance(found, PurchaseList) and is_small(found)
    asked = _in_single_units(question) if small and _is_money(form) else question
    chain = _told(see_chain(asked, extension=form.chain.extension), asked, question)
    layers = see_layers(
        asked, extension=form.chain.extension, by="country", layers=LAYERS, abroad=True
    )
    paths = see_paths(
        asked, extension=form.chain.extension, top=PATHS, chosen=path_filter(form, chain.home)
    )
    spots = ask_on_the_spot(asked, extension=form.chain.extension, top=SPOTS)
    return PurchaseAnswers(
        question=asked,
        chain=chain,
        layers=replace(layers, chain=chain),
        paths=replace(paths, unit=chain.unit),
        compared=compared(form, question),
        on_the_spot=replace(spots, unit=chain.unit),
        is_small=asked is not question,
    )


def path_filter(form: PurchaseForm, home: str) -> PathFilter:
    """Return which paths are shown: those that begin abroad, or where the form says."""
    country, sector = form.chain.extra["country"], form.chain.extra["sector"]
    return PathFilter(country, sector, 0, None if country else home)


def compared(form: PurchaseForm, question: Question) -> ChainAnswer | None:
    """Return the list beside all that its country buys, by country; None for a risk."""
    if is_risk(form.chain.extension):
        return None
    whole = Question(question.edition, question.demand)
    if form.chain.extension in form.chain.choices.estimates:
        return ask_comparison(question, whole, extension=form.chain.extension, by="country")
    return ask_comparison_at_once(question, whole, extension=form.chain.extension, by="country")


def _is_money(form: PurchaseForm) -> bool:
    name = form.chain.extension
    return is_risk(name) or form.chain.choices.extensions.get(name) in MILLIONS


def _in_single_units(question: Question) -> Question:
    found = question.purchases
    if not isinstance(found, PurchaseList):
        raise InputError("There is no purchase list", where="file", fix="Send one.")
    scaled = tuple(replace(item, value=item.value * MILLION) for item in found.purchases)
    return replace(question, purchases=replace(found, purchases=scaled))


def _told(chain: SeenChain, asked: Question, question: Question) -> SeenChain:
    """Return a chain with its units as they are once amounts are in single units."""
    if asked is question:
        return chain
    named: dict[str, Any] = {
        name: _single(getattr(chain, name)) for name in ("unit", "unknown_unit")
    }
    return replace(chain, **named)


def _single(unit: str) -> str:
    """Return the unit behind millions of it.

    >>> _single("MUSD"), _single("MUSD x likelihood index")
    ('USD', 'USD x likelihood index')
    """
    for millions, single in MILLIONS.items():
        if unit == millions or unit.startswith(f"{millions} "):
            return single + unit.removeprefix(millions)
    return unit
