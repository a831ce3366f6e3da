"""How amounts of a purchase list become the table's money: options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ketenkaart.services.chain.purchases import Pricing

REFERENCE = "reference"
Currency = Annotated[
    str | None,
    typer.Option(metavar="EUR", help="The currency of amounts in a list that name none."),
]
Rate = Annotated[
    list[str] | None,
    typer.Option(
        metavar="EUR=1.392",
        help="What one of a currency is worth in the table's; EUR@2011=1.392 for one year; may be "
        "repeated. `reference`: those that come with the package: means of years of what "
        "the ECB quotes, and some more of 2011 that were not checked at their source.",
    ),
]
RateSource = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Where the rates come from; needed with them.")
]


def pricing_of(
    currency: str | None, rate: list[str] | None, rate_source: str | None
) -> Pricing | None:
    """Return how amounts in money are to be read, None where nothing was said of it."""
    if not (currency or rate or rate_source):
        return None
    from ketenkaart.core.chain.money import Rates
    from ketenkaart.services.chain.purchases import Pricing

    given = [text for text in rate or () if text.strip().casefold() != REFERENCE]
    rates = Rates.parsed(given, rate_source)
    if len(given) == len(rate or ()):
        return Pricing(currency, rates)
    return Pricing(currency, rates, with_reference=True)
