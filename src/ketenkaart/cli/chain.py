"""`ketenkaart chain`: what a purchase, a sector or a country's demand reaches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain_chances import IntervalOptions, drawing
from ketenkaart.cli.chain_pricing import Currency, Rate, RateSource, pricing_of
from ketenkaart.cli.chain_printing import print_answer
from ketenkaart.cli.output import Format, Printed

if TYPE_CHECKING:
    from ketenkaart.services.chain.question import Question

chain_app = typer.Typer(
    help="The chain: where a purchase, a sector or a country's demand reaches.",
    no_args_is_help=True,
)

By = Literal["node", "country", "sector"]
Edition = Annotated[
    str | None,
    typer.Option(metavar="EDITION", help="Id of a world table; needed when there are several."),
]
Demand = Annotated[
    str | None,
    typer.Option(metavar="REGION", help="Final demand of this region. Default: NLD."),
]
Buyer = Annotated[
    list[str] | None,
    typer.Option(
        metavar="BUYER",
        help="Only these buyers there, such as households or government; may be repeated.",
    ),
]
Product = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SECTOR|CODE",
        help="Only final demand for products of this sector, or of the sectors behind a code "
        "(hs:520100; cpv, cn, nace, sbi, isic), each counted for its weight; may be repeated.",
    ),
]
DemandSector = Annotated[
    str | None,
    typer.Option(metavar="REGION.SECTOR", help="Instead: the whole output of a sector: NLD.c5."),
]
Purchases = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Instead: a purchase list, CSV or .xlsx, with sector or codes (cpv, hs, nace, sbi, "
        "isic), value or amount, country: see `chain purchases --help`.",
    ),
]
KeepGood = Annotated[
    bool, typer.Option("--keep-good", help="Go on without the bad rows of a purchase list.")
]
One = Annotated[
    str, typer.Option("--extension", metavar="NAME", help="What is counted, such as value_added.")
]
Grouped = Annotated[By, typer.Option(help="What each row stands for.")]
Top = Annotated[
    int | None, typer.Option(metavar="N", help="Only the N largest rows; the rest is stated.")
]
Outside = Annotated[
    str | None, typer.Option(metavar="REGION", help="Only what arises elsewhere than here.")
]


@dataclass(frozen=True, kw_only=True)
class DemandOptions:
    """The options that say whose chain is meant, in which table."""

    edition: Edition = None
    demand: Demand = None
    buyer: Buyer = None
    product: Product = None
    demand_sector: DemandSector = None
    purchases: Purchases = None
    keep_good: KeepGood = False
    currency: Currency = None
    rate: Rate = None
    rate_source: RateSource = None

    def question(self) -> Question:
        """Return the question that was asked."""
        from ketenkaart.services.chain.question import Question

        return Question(
            edition=self.edition,
            demand=self.demand,
            buyers=tuple(self.buyer or ()),
            sector=self.demand_sector,
            purchases=self.purchases,
            keep_good=self.keep_good,
            products=tuple(self.product or ()),
            pricing=pricing_of(self.currency, self.rate, self.rate_source),
        )


@chain_app.command("footprint", short_help="Where what a demand embodies is made.")
@unbundled
def footprint(
    *,
    asked: DemandOptions,
    extension: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="What is counted; may be repeated. Default: value_added."
        ),
    ] = None,
    by: Grouped = "country",
    top: Top = None,
    outside: Outside = None,
    intervals: IntervalOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show where what a demand embodies is made, by country, sector or both.

    Example: ketenkaart chain footprint --demand NLD --buyer households --by sector --top 10
    """
    from ketenkaart.services.chain.footprints import ask_footprint

    question = asked.question()
    extensions = extension or ["value_added"]
    with drawing(intervals) as chances:
        if chances is None:
            answer = ask_footprint(question, extensions=extensions, by=by, top=top, outside=outside)
        else:
            from ketenkaart.services.chain.drawn import ask_footprint_drawn

            answer = ask_footprint_drawn(
                question,
                extensions=extensions,
                by=by,
                top=top,
                outside=outside,
                chances=chances,
            )
    print_answer(answer, format)


@chain_app.command("tiers", short_help="How far up the chain it is made.")
@unbundled
def tiers(
    *,
    asked: DemandOptions,
    extension: One = "value_added",
    layers: Annotated[int, typer.Option(help="The deepest layer shown apart.")] = 6,
    touching: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="What a criterion speaks of: a country, sector or REGION.sector; may be repeated.",
        ),
    ] = None,
    by: Grouped = "country",
    top: Top = None,
    outside: Outside = None,
    intervals: IntervalOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show at which production layer it is made: layer 0 makes what is bought, 1 its inputs.

    With --touching, also at which stages of the chain a procurement criterion bites.

    Example: ketenkaart chain tiers --demand NLD --buyer government --layers 4 --touching c1
    """
    from ketenkaart.services.chain.footprints import ask_tiers

    question = asked.question()
    with drawing(intervals) as chances:
        if chances is None:
            answer = ask_tiers(
                question,
                extension=extension,
                layers=layers,
                touching=touching or (),
                by=by,
                top=top,
                outside=outside,
            )
        else:
            from ketenkaart.services.chain.drawn_tiers import ask_tiers_drawn

            answer = ask_tiers_drawn(
                question,
                extension=extension,
                layers=layers,
                touching=touching or (),
                by=by,
                top=top,
                outside=outside,
                chances=chances,
            )
    print_answer(answer, format)


@chain_app.command("compare", short_help="Two demands, years or editions side by side.")
@unbundled
def compare(
    *,
    edition: Edition = None,
    demand: Demand = None,
    buyer: Buyer = None,
    product: Product = None,
    purchases: Purchases = None,
    keep_good: KeepGood = False,
    currency: Currency = None,
    rate: Rate = None,
    rate_source: RateSource = None,
    with_edition: Annotated[
        str | None, typer.Option(metavar="EDITION", help="The second table. Default: the first.")
    ] = None,
    with_demand: Annotated[
        str | None, typer.Option(metavar="REGION", help="The second demand. Default: the first.")
    ] = None,
    with_buyer: Annotated[
        list[str] | None,
        typer.Option(metavar="BUYER", help="The second demand's buyers. Default: the first's."),
    ] = None,
    with_product: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SECTOR|CODE", help="The second demand's products. Default: the first's."
        ),
    ] = None,
    extension: One = "value_added",
    by: Grouped = "country",
    top: Top = None,
    intervals: IntervalOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show two footprints side by side: of other demands, other years, or other editions.

    A purchase list stands beside all that its country buys.

    Example: ketenkaart chain compare --edition wiod2013-1995 --with-edition wiod2013-2011
    """
    from ketenkaart.services.chain.footprints import ask_comparison
    from ketenkaart.services.chain.question import Question

    first = Question(
        edition,
        demand,
        tuple(buyer or ()),
        purchases=purchases,
        keep_good=keep_good,
        products=tuple(product or ()),
        pricing=pricing_of(currency, rate, rate_source),
    )
    second = Question(
        with_edition or edition,
        with_demand or demand,
        tuple(with_buyer or ()) or first.buyers,
        products=tuple(with_product or ()) or first.products,
    )
    with drawing(intervals) as chances:
        if chances is None:
            answer = ask_comparison(first, second, extension=extension, by=by, top=top)
        else:
            from ketenkaart.services.chain.drawn import ask_comparison_drawn

            answer = ask_comparison_drawn(
                first, second, extension=extension, by=by, top=top, chances=chances
            )
    print_answer(answer, format)
