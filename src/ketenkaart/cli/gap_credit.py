"""`ketenkaart gap credit`."""

from __future__ import annotations

from typing import Annotated

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.gap import OnDay, OneCountry, OneIssue, OneSector
from ketenkaart.cli.numbers import between, percent
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.governance.answers import Between, By, GapQuery, Kind, Measure, View
from ketenkaart.core.governance.defence.answers import CreditAnswer, CreditShare


def credit(
    *,
    issue: OneIssue = None,
    country: OneCountry = None,
    sector: OneSector = None,
    by: Annotated[By | None, typer.Option(help="Also for each of these.")] = None,
    measure: Annotated[Measure, typer.Option(help="What exposure counts.")] = "value_added",
    kind: Annotated[Kind, typer.Option(help="The gap in breadth or in depth.")] = "breadth",
    view: Annotated[View, typer.Option(help="Demand, or what is imported.")] = "demand",
    as_of: OnDay = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show which instrument is owed which part of what is reached, with its least and its most.

    Example: ketenkaart gap credit --as-of 2019-11-22 --by sector
    """
    from ketenkaart.services.governance.defence import compute_credit

    answer = compute_credit(
        GapQuery(
            issue=issue,
            country=country,
            sector=sector,
            by=by or "issue",
            measure=measure,
            kind=kind,
            view=view,
            as_of=day(as_of),
        )
    )
    if format is Format.JSON:
        print_json(answer.model_dump(mode="json"))
    elif format is Format.CSV:
        from ketenkaart.services.governance.defence.exports import CREDIT_COLUMNS, credit_rows

        print_csv(CREDIT_COLUMNS, credit_rows(answer))
    else:
        _print(answer, is_split=by is not None)


def _print(answer: CreditAnswer, *, is_split: bool) -> None:
    columns = [
        Column("Part", wide=True),
        Column("Instrument", wide=True),
        Column("Credit", "right"),
        Column("Beside known reach", "right", spare=1),
        Column("Beside all that may apply", "right"),
    ]
    parts = (*(answer.rows if is_split else ()), answer.total)
    rows = [
        _cells(part.label.en if k == 0 else "", item)
        for part in parts
        for k, item in enumerate(part.instruments)
    ]
    print_table(
        columns,
        rows,
        title=f"Credit for the reached risk weight, in {answer.kind}, on {answer.as_of}",
    )
    if not rows:
        say("No instrument applies to this part of the chain on this day.")
    gap = answer.total.gap
    say("", f"The gap: {percent(gap.central)} ({between(gap.low, gap.high)}).")
    bare = [part.label.en for part in parts if not part.instruments]
    if bare and rows:
        say(f"Reached by nothing: {', '.join(bare)}.")
    for note in answer.notes:
        say(f"- {note.en}")


def _cells(part: str, item: CreditShare) -> list[str]:
    return [
        part,
        item.label.en,
        percent(item.share) if item.reach_is_known else "reach unknown",
        _ends(item.known),
        _ends(item.possible),
    ]


def _ends(ends: Between) -> str:
    return "–" if ends.low is None else between(ends.low, ends.high)
