"""`ketenkaart chain`: what a purchase, a sector or a country's demand reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain_chances import IntervalOptions, drawing
from ketenkaart.cli.chain_pricing import Currency, Rate, RateSource, pricing_of
from ketenkaart.cli.numbers import NOT_GIVEN, amount, percent
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)

if TYPE_CHECKING:
    from ketenkaart.services.chain.answer import ChainAnswer
    from ketenkaart.services.chain.asking import Question

chain_app = typer.Typer(
    help="The chain: where a purchase, a sector or a country's demand reaches.",
    no_args_is_help=True,
)

By = Literal["node", "country", "sector"]
ENDS = ("_low", "_high", "_standard_error")
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
        from ketenkaart.services.chain.asking import Question

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

    Example: ketenkaart chain compare --edition wiod2013-1995 --with-edition wiod2013-2011
    """
    from ketenkaart.services.chain.asking import Question
    from ketenkaart.services.chain.footprints import ask_comparison

    first = Question(edition, demand, tuple(buyer or ()), products=tuple(product or ()))
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


def print_answer(answer: ChainAnswer, format: Format) -> None:
    """Print an answer in the form asked for; notes go to the readers of each form."""
    from ketenkaart.services.chain.estimated import with_estimate_notes

    answer = with_estimate_notes(answer)
    if format is Format.JSON:
        print_json(answer.as_json())
    elif format is Format.CSV:
        for note in answer.notes:
            tell(f"note: {note.en}")
        print_csv(answer.columns, answer.rows)
    else:
        print_for_people(answer)


def print_for_people(answer: ChainAnswer) -> None:
    """Print an answer as a table under its title, with its facts and notes below."""
    shown = [
        k
        for k, name in enumerate(answer.columns)
        if name not in {"country", "sector"} or any(row[k] is not None for row in answer.rows)
    ]
    columns = [_column(answer, k) for k in shown]
    rows = [[_cell(answer, k, row[k]) for k in shown] for row in answer.rows]
    say(f"{answer.title} ({answer.unit})", "")
    print_table(columns, rows)
    say("")
    print_facts(answer)


def print_facts(answer: ChainAnswer) -> None:
    """Print what holds for an answer as a whole: totals, its edition, and notes."""
    for line in facts_as_lines(answer.facts):
        say(line)
    say(f"Edition {answer.edition}.")
    for note in answer.notes:
        say(f"- {note.en}")


def _column(answer: ChainAnswer, k: int) -> Column:
    name = answer.columns[k]
    is_number = any(isinstance(row[k], float) for row in answer.rows)
    # Where the terminal is narrow, what is said of layers goes first: their standard errors, then
    # their ends, then layers themselves, the deepest before the others.
    is_layer = name.startswith(("layer_", "deeper"))
    spare = k if is_layer and name not in {"layer_0", "deeper"} else 0
    if is_layer and name.endswith(ENDS):
        spare = k + 1000 * (1 + name.endswith("standard_error"))
    return Column(
        name.replace("_", " ").capitalize(), "right" if is_number else "left", spare=spare
    )


def _cell(answer: ChainAnswer, k: int, value: Any) -> str:
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float):
        return percent(value) if answer.columns[k] in answer.shares else amount(value)
    return str(value)


def facts_as_lines(facts: Mapping[str, Any], indent: str = "", is_share: bool = False) -> list[str]:
    """Return facts by name as indented lines for people; shares in per cent."""
    lines = []
    for name, value in facts.items():
        if name == "unplaced":  # the notes name these rows, with the reasons
            continue
        if name == "rates":
            lines += [f"{indent}Rate: one {code} is {rate:g}" for code, rate in value.items()]
            continue
        label = f"{indent}{name.replace('_', ' ').capitalize()}"
        inside = is_share or "share" in name
        if isinstance(value, Mapping):
            lines += [f"{label}:", *facts_as_lines(value, indent + "  ", inside)]
        elif isinstance(value, list | tuple):
            lines.append(f"{label}: {', '.join(_fact(item, inside) for item in value)}")
        else:
            lines.append(f"{label}: {_fact(value, inside)}")
    return lines


def _fact(value: Any, is_share: bool) -> str:
    if isinstance(value, Mapping):
        return " ".join(_fact(item, is_share) for item in value.values())
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float):
        return percent(value) if is_share else amount(value)
    return str(value)
