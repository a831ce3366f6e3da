"""`ketenkaart instruments compare|history|checklist|crosswalk|export|check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.instruments_words import cell_words, cited, plain, row_name, worded
from ketenkaart.cli.output import (
    Column,
    DataFormat,
    Format,
    Printed,
    print_csv,
    print_data,
    print_json,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError

Id = Annotated[str, typer.Argument(metavar="INSTRUMENT", help="Its id, from `instruments list`.")]
Exported = Literal["csv", "json", "parquet", "yaml"]


def compare(
    instruments: Annotated[
        list[str], typer.Argument(metavar="INSTRUMENT...", help="One id, or two or more.")
    ],
    as_of: Annotated[
        list[str] | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="The day; give it twice for one instrument on two days."
        ),
    ] = None,
    differing: Annotated[
        bool, typer.Option("--differing", help="Only the rows that differ.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Set instruments beside each other on a day, or one instrument on two days.

    Example: ketenkaart instruments compare agt trustone --as-of 2019-11-22

    Example: ketenkaart instruments compare agt --as-of 2016-12-31 --as-of 2019-11-22
    """
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.instruments.reading import compare_instruments
    from ketenkaart.sources.reference.instrument_codes import load_covenant_criteria

    days = tuple(found for text in as_of or [] if (found := day(text)) is not None)
    days = days or (edition_day(),)
    rows = compare_instruments(tuple(instruments), days)
    if differing:
        rows = tuple(row for row in rows if row.is_same is False)
    heads = (
        [str(item) for item in days]
        if len(instruments) == 1
        else [f"{name} on {days[0]}" for name in instruments]
    )
    criteria = {criterion.id: criterion.name.en for criterion in load_covenant_criteria()}
    if format is Format.JSON:
        print_json(
            {
                "instruments": instruments,
                "days": list(days),
                "rows": [
                    {
                        "group": row.group,
                        "key": row.key,
                        "label": row.label.model_dump() if row.label else None,
                        "is_same": row.is_same,
                        "cells": [
                            {
                                "state": cell.state.value,
                                "values": [
                                    value if isinstance(value, str | float) else value.model_dump()
                                    for value in cell.values
                                ],
                                "unit": cell.unit,
                                "source": cell.citation and cell.citation.source,
                                "locator": cell.citation and cell.citation.locator,
                                "grade": cell.citation and cell.citation.grade.value,
                            }
                            for cell in row.cells
                        ],
                    }
                    for row in rows
                ],
            }
        )
        return
    same = {True: "yes", False: "no", None: "unknown"}
    table = [
        [row_name(row, criteria), *(cell_words(row, cell) for cell in row.cells), same[row.is_same]]
        for row in rows
    ]
    if format is Format.CSV:
        print_csv(("what", *heads, "same"), table)
        return
    columns = [Column("What", wide=True), *(Column(head, wide=True) for head in heads)]
    print_table([*columns, Column("Same")], table)
    if not rows:
        say("Nothing differs.")


def history(instrument: Id, format: Printed = Format.TABLE) -> None:
    """Show everything dated about an instrument, the oldest first, each line cited.

    Example: ketenkaart instruments history agt
    """
    from ketenkaart.services.instruments.reading import history as read_history

    events = read_history(instrument)
    names = (
        "day", "what", "label_en", "label_nl", "state", "value", "unit",
        "note_en", "note_nl", "source", "locator", "grade",
    )  # fmt: skip
    rows = [
        [
            event.day.isoformat(),
            event.what,
            event.label.en if event.label else None,
            event.label.nl if event.label else None,
            event.state.value,
            worded(event.value) if not isinstance(event.value, float | int) else event.value,
            event.unit,
            event.note.en if event.note else None,
            event.note.nl if event.note else None,
            event.citation.source,
            event.citation.locator,
            event.citation.grade.value,
        ]
        for event in events
    ]
    if not printed_as_data(format, names, rows):
        columns = [
            Column("Day"), Column("What", wide=True), Column("Value", wide=True),
            Column("Note", wide=True, spare=1), Column("Source", wide=True, spare=2),
            Column("Grade", spare=3),
        ]  # fmt: skip
        print_table(
            columns,
            [
                [
                    event.day.isoformat(),
                    event.label.en if event.label else plain(event.what),
                    worded(event.value, event.unit)
                    if event.state.value == "known"
                    else plain(event.state.value),
                    event.note.en if event.note else "",
                    *cited(event.citation),
                ]
                for event in events
            ],
        )


def checklist(instrument: Id, format: Printed = Format.TABLE) -> None:
    """Score a covenant on everything that government expects of one, with the evidence.

    What nobody looked into stands there as not researched.

    Example: ketenkaart instruments checklist agt --format csv
    """
    from ketenkaart.core.governance.dossier import Verdict
    from ketenkaart.services.instruments.reading import checklist as read_checklist

    found = read_checklist(instrument)
    names = (
        "criterion", "name_en", "name_nl", "origin", "since", "verdict",
        "evidence_en", "evidence_nl", "source", "locator", "grade",
    )  # fmt: skip
    rows = []
    for row in found.rows:
        score, criterion = row.score, row.criterion
        evidence = score.evidence if score else None
        rows.append(
            [
                criterion.id,
                criterion.name.en,
                criterion.name.nl,
                criterion.origin.value,
                criterion.start.isoformat(),
                row.verdict.value,
                evidence.en if evidence else None,
                evidence.nl if evidence else None,
                score.citation.source if score else None,
                score.citation.locator if score else None,
                score.citation.grade.value if score else None,
            ]
        )
    if format is Format.JSON:
        counts = {verdict.value: found.count(verdict) for verdict in Verdict}
        listed = [dict(zip(names, row, strict=True)) for row in rows]
        print_json({"instrument": found.instrument.id, "counts": counts, "criteria": listed})
    elif format is Format.CSV:
        print_csv(names, rows)
    else:
        columns = [
            Column("Expected", wide=True), Column("Verdict"), Column("Evidence", wide=True),
            Column("Whose", spare=2), Column("Source", wide=True, spare=1), Column("Grade"),
        ]  # fmt: skip
        print_table(
            columns,
            [
                [
                    row.criterion.name.en,
                    plain(row.verdict.value),
                    row.score.evidence.en if row.score and row.score.evidence else "",
                    plain(row.criterion.origin.value),
                    *cited(row.score.citation if row.score else None),
                ]
                for row in found.rows
            ],
            title=found.instrument.name.en,
        )
        told = [f"{found.count(item)} {plain(item.value)}" for item in Verdict if found.count(item)]
        say(f"Of {len(found.rows)}: {', '.join(told)}.")


def crosswalk(instrument: Id, format: Printed = Format.TABLE) -> None:
    """Show the commitments of the initiative that a covenant builds on, beside its own.

    Example: ketenkaart instruments crosswalk floriculture
    """
    from ketenkaart.services.instruments.reading import crosswalks

    _, walks = crosswalks(instrument)
    names = (
        "initiative", "id", "commitment_en", "commitment_nl", "relation",
        "counterpart_en", "counterpart_nl", "source", "locator", "grade",
    )  # fmt: skip
    rows = [
        [
            walk.initiative,
            item.id,
            item.commitment.en,
            item.commitment.nl,
            item.relation.value,
            item.counterpart.en if item.counterpart else None,
            item.counterpart.nl if item.counterpart else None,
            item.citation.source,
            item.citation.locator,
            item.citation.grade.value,
        ]
        for walk in walks
        for item in walk.items
    ]
    if not printed_as_data(format, names, rows):
        columns = [
            Column("Initiative"), Column("It commits to", wide=True), Column("The covenant"),
            Column("As", wide=True), Column("Source", wide=True, spare=1), Column("Grade"),
        ]  # fmt: skip
        print_table(
            columns,
            [
                [
                    walk.initiative,
                    item.commitment.en,
                    plain(item.relation.value),
                    item.counterpart.en if item.counterpart else "",
                    *cited(item.citation),
                ]
                for walk in walks
                for item in walk.items
            ],
        )


def export(
    instruments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INSTRUMENT...]", help="Ids; all instruments when left out."),
    ] = None,
    format: Annotated[
        Exported, typer.Option(help="csv, parquet: dated facts; json: all; yaml: one file.")
    ] = "csv",
) -> None:
    """Write instruments as data: dated facts as rows, everything as JSON, or one as its file.

    A YAML file can go back into the package or another data folder as it is.

    Example: ketenkaart instruments export agt --format yaml > agt.yml
    """
    from ketenkaart.services.instruments.export import fact_columns, fact_rows
    from ketenkaart.services.instruments.reading import text_of
    from ketenkaart.services.register import find_instrument, list_instruments

    found = [find_instrument(name) for name in instruments or []] or list(list_instruments())
    if format == "yaml":
        if len(found) != 1:
            raise InputError(
                "A YAML file holds one instrument", where="INSTRUMENT", fix="Name exactly one."
            )
        sys.stdout.write(text_of(found[0].id))
    elif format == "json":
        print_json([item.model_dump(mode="json") for item in found])
    else:
        print_data(DataFormat(format), fact_columns(), fact_rows(found))


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files of instruments, in YAML.")
    ],
) -> None:
    """Check files of instruments by the rules of the package, without keeping anything.

    Prints one line per sound file and stops at the first fault, with its line and key.

    Example: ketenkaart instruments check agt.yml
    """
    from ketenkaart.services.instruments.reading import check_file

    for file in files:
        found = check_file(file)
        say(f"{file.name}: {found.id} is sound ({found.name.en}).")
