"""`ketenkaart chain purchases`: how each row of a purchase list is placed in a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.chain import Edition, chain_app
from ketenkaart.cli.chain_pricing import Currency, Rate, RateSource, pricing_of
from ketenkaart.cli.chain_printing import print_answer, print_facts, spoken_unit
from ketenkaart.cli.numbers import NOT_GIVEN
from ketenkaart.cli.output import Column, Format, Printed, print_table, say

if TYPE_CHECKING:
    from ketenkaart.services.exports import Cell

SPREAD = "spread"
LONGEST = 60
SECTORS_SHOWN = 4


@chain_app.command("purchases", short_help="How each row of a purchase list is placed.")
def purchases(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or a workbook (.xlsx).")],
    *,
    edition: Edition = None,
    demand: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="Who buys; rows without a country go by its imports."),
    ] = None,
    currency: Currency = None,
    rate: Rate = None,
    rate_source: RateSource = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show where every row of a purchase list belongs in a table, or why it belongs nowhere.

    Columns: a code (cpv, hs, cn, nace, sbi, isic, sector; or code and scheme), value in the table's
    unit or amount with currency, and, where known, country, year, rate, description.

    Example: ketenkaart chain purchases list.xlsx --rate EUR=1.392 --rate-source "ECB, mean of 2011"
    """
    from ketenkaart.services.chain.purchase_report import ask_purchases

    answer = ask_purchases(
        file, edition=edition, home=demand, pricing=pricing_of(currency, rate, rate_source)
    )
    if format is not Format.TABLE:
        print_answer(answer, format)
        return
    say(f"{answer.title} ({spoken_unit(answer.unit)})", "")
    print_table(
        _COLUMNS, [_line(dict(zip(answer.columns, row, strict=True))) for row in answer.rows]
    )
    say("")
    print_facts(answer)


_COLUMNS = (
    Column("Row", "right"),
    Column("Code"),
    Column("Value", "right"),
    Column("Region", spare=1),
    Column("Sectors, or why there is none", wide=True),
    Column("Description", wide=True, spare=2),
)


def _line(row: dict[str, Cell]) -> list[str]:
    """Return the cells of one row for people: what fits in a sentence stands in one column."""
    is_placed = row["state"] == "placed"
    place = (
        _shortened(str(row["sectors"]))
        if is_placed
        else f"NOT PLACED: {row['why']}. {row['what_to_do']}"
    )
    value = row["value"]
    description = str(row["description"] or "")
    return [
        str(row["row"]),
        str(row["code"]),
        NOT_GIVEN if value is None else f"{value:,.4g}",
        str(row["region"] or (SPREAD if is_placed else NOT_GIVEN)),
        place,
        description if len(description) <= LONGEST else f"{description[: LONGEST - 1]}…",
    ]


def _shortened(sectors: str) -> str:
    """Return the first four sectors of a row, and how many more there are.

    >>> _shortened("c1 60.0%; c2 30.0%; c3 5.0%; c4 4.0%; c5 1.0%")
    'c1 60.0%; c2 30.0%; c3 5.0%; c4 4.0%; 1 more'
    """
    parts = sectors.split("; ")
    more = [f"{len(parts) - SECTORS_SHOWN} more"] if len(parts) > SECTORS_SHOWN else []
    return "; ".join(parts[:SECTORS_SHOWN] + more)
