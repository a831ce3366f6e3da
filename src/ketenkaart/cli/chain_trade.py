"""`ketenkaart chain trade|partners|levers`: trade, and where leverage lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain import (
    Edition,
    One,
    Top,
    chain_app,
)
from ketenkaart.cli.chain_chances import IntervalOptions, drawing
from ketenkaart.cli.chain_printing import print_answer
from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Format, Printed

Country = Annotated[
    str | None, typer.Option(metavar="REGION", help="Whose trade or covenant. Default: NLD.")
]
At = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE", help="Only these places: a country, sector or REGION.sector; repeatable."
    ),
]


@chain_app.command("trade", short_help="Imports at the border, or trade with each partner.")
@unbundled
def trade(
    *,
    edition: Edition = None,
    country: Country = None,
    view: Annotated[
        Literal["border", "partners"],
        typer.Option(help="Who takes imports in at the border, or trade with each partner."),
    ] = "border",
    by: Annotated[
        Literal["use", "node", "country", "sector"],
        typer.Option(help="In the border view: by use, or by where it was made."),
    ] = "use",
    extension: One = "value_added",
    top: Top = None,
    intervals: IntervalOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show what a country's trade embodies; never to be added to a footprint of demand.

    Example: ketenkaart chain trade --view partners --top 10
    """
    from ketenkaart.services.chain.trading import ask_border, ask_partners_in_trade

    with drawing(intervals) as chances:
        if chances is not None:
            from ketenkaart.services.chain.drawn import ask_trade_drawn

            drawn = ask_trade_drawn(
                view=view, edition=edition, region=country, extension=extension, by=by, top=top,
                chances=chances,
            )  # fmt: skip
            print_answer(drawn, format)
            return
    if view == "border":
        answer = ask_border(edition=edition, region=country, extension=extension, by=by, top=top)
    else:
        answer = ask_partners_in_trade(
            edition=edition, region=country, extension=extension, top=top
        )
    print_answer(answer, format)


@chain_app.command("partners", short_help="Sectors abroad that would scale a covenant up.")
def partners(
    sector: Annotated[
        list[str],
        typer.Argument(
            metavar="SECTOR|CODE...",
            help="What the covenant is about: c4 c5, or codes of goods such as hs:520100.",
        ),
    ],
    *,
    edition: Edition = None,
    country: Country = None,
    extension: One = "value_added",
    top: Top = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show the sectors abroad whose demand reaches the same places as a covenant's chain.

    Example: ketenkaart chain partners c4 c5 --top 10
    """
    from ketenkaart.services.chain.leverage import ask_scale_up

    answer = ask_scale_up(sector, edition=edition, region=country, extension=extension, top=top)
    print_answer(answer, format)


@chain_app.command("levers", short_help="The weight of a country's demand, place by place.")
def levers(
    *,
    edition: Edition = None,
    country: Country = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="REGION", help="Partners, together; may be repeated."),
    ] = None,
    at: At = None,
    extension: One = "value_added",
    top: Top = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Programmes on this day; default: the edition's."),
    ] = None,
    aid: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Donors' activities (IATI, XML); may be repeated."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show what share of the work in each country and sector abroad is for a country's demand.

    Beside it stand programmes on the spot, as far as they were read: those of Better Work, the
    Accord, Fair Wear and the ILO. With --aid also what donors pay there, by their own files.

    Example: ketenkaart chain levers --at c4 --with DEU --with BEL --top 10
    """
    from ketenkaart.services.chain.leverage import ask_levers

    answer = ask_levers(
        day=day(as_of),
        aid=aid or (),
        edition=edition,
        region=country,
        partners=with_ or (),
        at=at or (),
        extension=extension,
        top=top,
    )
    print_answer(answer, format)
