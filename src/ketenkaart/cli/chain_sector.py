"""`ketenkaart chain upstream|downstream|between`: a sector's neighbours, and who sits between."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain import (
    By,
    DemandOptions,
    Edition,
    One,
    Top,
    chain_app,
)
from ketenkaart.cli.chain_printing import print_answer
from ketenkaart.cli.output import Format, Printed

Sector = Annotated[
    str, typer.Argument(metavar="REGION.SECTOR", help="A sector of a country, such as NLD.c4.")
]


@chain_app.command("upstream", short_help="Where a sector's inputs come from.")
def upstream(
    sector: Sector,
    *,
    edition: Edition = None,
    extension: One = "value_added",
    by: Annotated[By, typer.Option(help="What each row stands for.")] = "node",
    top: Top = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show where a sector's inputs come from: bought directly, and made up the whole chain.

    Example: ketenkaart chain upstream NLD.c4 --top 10
    """
    from ketenkaart.services.chain.neighbours import ask_upstream

    answer = ask_upstream(sector, edition=edition, extension=extension, by=by, top=top)
    print_answer(answer, format)


@chain_app.command("downstream", short_help="Whose demand a sector ends up serving.")
def downstream(
    sector: Sector,
    *,
    edition: Edition = None,
    by: Annotated[
        Literal["country", "buyer", "product", "customer"],
        typer.Option(help="Final buyers, the product finally bought, or direct customers."),
    ] = "country",
    top: Top = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show where a sector's output ends up, however many steps away.

    Example: ketenkaart chain downstream CHN.c4 --top 10
    """
    from ketenkaart.services.chain.neighbours import ask_downstream

    print_answer(ask_downstream(sector, edition=edition, by=by, top=top), format)


@chain_app.command("between", short_help="Who sits between makers and a demand.")
@unbundled
def between(
    *,
    asked: DemandOptions,
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE", help="The makers: a country, sector or REGION.sector; repeatable."
        ),
    ] = None,
    extension: One = "value_added",
    tiers: Annotated[int, typer.Option(help="Steps from the sale that are shown apart.")] = 3,
    top: Annotated[int, typer.Option(metavar="N", help="How many nodes.")] = 20,
    format: Printed = Format.TABLE,
) -> None:
    """Show which sectors a flow passes between those who make it and those who buy it finally.

    Example: ketenkaart chain between --source CHN.c4 --demand NLD --top 10
    """
    from ketenkaart.services.chain.neighbours import ask_between

    question = asked.question()
    answer = ask_between(question, sources=source or (), extension=extension, tiers=tiers, top=top)
    print_answer(answer, format)
