"""`ketenkaart chain series`: a footprint over the years, and what changed it."""

from __future__ import annotations

from typing import Annotated

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain import Buyer, Demand, Edition, One, Product, chain_app
from ketenkaart.cli.chain_chances import AtOnceOptions
from ketenkaart.cli.chain_printing import print_answer
from ketenkaart.cli.chain_trade import At
from ketenkaart.cli.output import Format, Printed


@chain_app.command("series", short_help="A footprint over the years, and what changed it.")
@unbundled
def series(
    *,
    edition: Edition = None,
    demand: Demand = None,
    buyer: Buyer = None,
    product: Product = None,
    at: At = None,
    outside: Annotated[
        str | None,
        typer.Option(
            metavar="REGION", help="Leave this region out of the places; by itself: all others."
        ),
    ] = None,
    extension: One = "value_added",
    since: Annotated[
        int | None,
        typer.Option(metavar="YEAR", help="The first year. Default: the first there is."),
    ] = None,
    until: Annotated[int | None, typer.Option(metavar="YEAR", help="Up to this year.")] = None,
    intervals: AtOnceOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show a footprint for every year there is, and what each change since is due to.

    Intensity, technology, mix and level of demand add up to the change exactly, from year to year
    and from the first year to the last. Figures are in current prices, which mix price with volume.
    Without --at and --outside: everything abroad.

    Example: ketenkaart chain series --product clothing --at CHN --since 1995 --until 2011
    """
    from ketenkaart.services.chain.over_time import ask_series
    from ketenkaart.services.chain.question import Question

    answer = ask_series(
        Question(edition, demand, tuple(buyer or ()), products=tuple(product or ())),
        at=at or (),
        outside=outside,
        extension=extension,
        since=since,
        until=until,
        errors=intervals.chosen(),
    )
    print_answer(answer, format)
