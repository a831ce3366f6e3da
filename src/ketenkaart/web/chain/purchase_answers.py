"""What a page says of a purchase list: amounts that a buyer can read, and the chain behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ketenkaart.core.chain.demands import Purchase
from ketenkaart.core.chain.money import Money
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
SMALL = 100 * MILLION
"""Under so much a list is told in single dollars or euros."""
LAYERS = 6
PATHS = 15
SPOTS = 12


@dataclass(frozen=True, slots=True)
class PurchaseAnswers:
    """All that the page shows of a list: `compared` is None for a risk, which has no such answer.

    `question` is what was asked, its amounts as they are told.
    """

    question: Question
    chain: SeenChain
    layers: SeenLayers
    paths: PathsAnswer
    compared: ChainAnswer | None
    on_the_spot: ChainAnswer


@dataclass(frozen=True, slots=True)
class Telling:
    """How amounts of a table are told: times `factor` they are in `unit`."""

    factor: float
    unit: str


def telling(form: PurchaseForm, found: PurchaseList) -> Telling:
    """Return how a list is told: in its own currency where it has one alone, small ones in ones.

    A table in something else than money is told as it is.
    """
    try:
        money = Money.of(found.unit)
    except InputError:
        return Telling(1.0, found.unit)
    own = form.own_money()
    currency, rate = own or (money.currency, 1.0)
    factor = money.factor / rate
    if found.value * factor < SMALL:
        return Telling(factor, currency)
    millions = next((name for name, single in MILLIONS.items() if single == currency), None)
    return Telling(1.0, found.unit) if millions is None else Telling(factor / MILLION, millions)


def answered(form: PurchaseForm, question: Question) -> PurchaseAnswers:
    """Return the answers; raises `InputError` as the services do.

    All of them are proportional to the amounts of the list, so that amounts in single euros give
    answers in single euros.
    """
    found = question.purchases
    if not isinstance(found, PurchaseList):
        raise InputError("There is no purchase list", where="file", fix="Send one.")
    told = telling(form, found) if _is_money(form) else Telling(1.0, found.unit)
    asked = replace(question, purchases=_scaled(found, told.factor))
    chain = _told(see_chain(asked, extension=form.chain.extension), found.unit, told.unit)
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
        compared=compared(form, replace(question, purchases=_scaled(found, 1.0))),
        on_the_spot=replace(spots, unit=chain.unit),
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


def _scaled(found: PurchaseList, factor: float) -> PurchaseList:
    """Return a list with its purchases times `factor`, one for each node: many rows share one."""
    sums: dict[int, float] = {}
    for item in found.purchases:
        sums[item.node] = sums.get(item.node, 0.0) + item.value * factor
    purchases = tuple(Purchase(*pair) for pair in sums.items())
    return replace(found, purchases=purchases, worked_out={})


def _told(chain: SeenChain, unit: str, told: str) -> SeenChain:
    """Return a chain whose amounts in `unit` are in another one by now."""
    return replace(
        chain,
        unit=_renamed(chain.unit, unit, told),
        unknown_unit=_renamed(chain.unknown_unit, unit, told),
    )


def _renamed(whole: str, unit: str, told: str) -> str:
    """Return a unit, or one made of it, under its new name.

    >>> _renamed("MUSD", "MUSD", "EUR"), _renamed("MUSD x likelihood index", "MUSD", "EUR")
    ('EUR', 'EUR x likelihood index')
    """
    if whole == unit or whole.startswith(f"{unit} "):
        return told + whole.removeprefix(unit)
    return whole
