"""`ketenkaart terms list|show|check`: what things were called on which day."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

terms_app = typer.Typer(
    help="Words with a history: former, proposed and current names of things.",
    no_args_is_help=True,
)
AsOf = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="Day. Default: the edition's date.")
]
MOST_READ = 20_000_000


class Language(StrEnum):
    """The language of a text."""

    NL = "nl"
    EN = "en"


@terms_app.command("list", short_help="Every name of everything that was renamed.")
def list_names(as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """List the things that have a history of names, with every name and what it is on a day.

    Example: ketenkaart terms list --as-of 2019-11-22
    """
    from ketenkaart.services.terms import vocabulary
    from ketenkaart.services.terms.rows import NAME_COLUMNS, name_rows

    on = _day(as_of)
    rows = [row for concept in vocabulary().concepts for row in name_rows(concept, on)]
    if format is Format.JSON:
        print_json({"as_of": on, "names": [dict(zip(NAME_COLUMNS, r, strict=True)) for r in rows]})
    elif format is Format.CSV:
        print_csv(NAME_COLUMNS, rows)
    else:
        columns = [
            Column("Thing"), Column("In"), Column("Name", wide=True), Column(f"On {on}"),
            Column("From", spare=1), Column("Until", spare=1), Column("Grade", spare=2),
        ]  # fmt: skip
        print_table(columns, [[str(r[k] or "") for k in (0, 1, 2, 4, 7, 8, 12)] for r in rows])


@terms_app.command("show", short_help="Show one thing by any name that it ever had.")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, an abbreviation or an id.")],
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show one thing with its names over time, found by a former, proposed or current name.

    Example: ketenkaart terms show OAR --as-of 2020-06-01
    """
    from ketenkaart.services.terms import find_concept
    from ketenkaart.services.terms.rows import NAME_COLUMNS, name_rows

    on = _day(as_of)
    concept = find_concept(name)
    rows = name_rows(concept, on)
    if format is Format.JSON:
        print_json({"as_of": on, **concept.model_dump(mode="json")})
        return
    if format is Format.CSV:
        print_csv(NAME_COLUMNS, rows)
        return
    for language in Language:
        written = concept.preferred(on, language.value)
        if any(item.language == language.value for item in concept.names):
            say(f"{language.value}: {written.text if written else 'no name known on that day'}")
    if concept.note is not None:
        say("", concept.note.en)
    say("")
    columns = [
        Column("In"), Column("Name", wide=True), Column(f"On {on}"), Column("From"),
        Column("Until"), Column("Source", wide=True, spare=2), Column("Grade", spare=1),
    ]  # fmt: skip
    cells = [[str(row[k] or "") for k in (1, 2, 4, 7, 8)] for row in rows]
    cited = [[f"{row[10]} {row[11] or ''}".strip(), str(row[12])] for row in rows]
    print_table(columns, [one + two for one, two in zip(cells, cited, strict=True)])


@terms_app.command("check", short_help="Find former, proposed and mixed terms in a text.")
def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text, Markdown, PDF, HTML or DOCX; - the pipe.")
    ],
    as_of: AsOf = None,
    language: Annotated[
        Language | None, typer.Option(help="Only names in this language. Default: both.")
    ] = None,
    ambiguous: Annotated[
        bool, typer.Option("--ambiguous", help="Also words that mean several things.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when anything is found.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Hold a text against the terms of a day: line, column, and what to write instead.

    Give the day on which the text was written, and terms of that day are right. A former name
    after "formerly" or "voorheen" is meant, and left alone.

    Example: ketenkaart terms check letter.md --as-of 2019-11-22 --language nl
    """
    from ketenkaart.core.terminology.checking import Remark
    from ketenkaart.services.terms import check_file, check_words
    from ketenkaart.services.terms.rows import REMARK_COLUMNS, remark_row

    on = _day(as_of)
    chosen: Literal["nl", "en"] | None = None
    if language is not None:
        chosen = "nl" if language is Language.NL else "en"
    if str(file) == "-":
        found = check_words(sys.stdin.read(MOST_READ), on, language=chosen)
    else:
        found = check_file(file, on, language=chosen)
    shown = [item for item in found if ambiguous or item.remark is not Remark.AMBIGUOUS]
    rows = [remark_row(item) for item in shown]
    if format is Format.JSON:
        remarks = [dict(zip(REMARK_COLUMNS, row, strict=True)) for row in rows]
        print_json({"file": str(file), "as_of": on, "remarks": remarks})
    elif format is Format.CSV:
        print_csv(REMARK_COLUMNS, rows)
    else:
        columns = [
            Column("Line", "right"), Column("Col", "right"), Column("Word", wide=True),
            Column("Remark"), Column("On that day", wide=True),
        ]  # fmt: skip
        if rows:
            print_table(
                columns,
                [[*(str(cell) for cell in row[:4]), str(row[5] or row[6] or "")] for row in rows],
            )
        counts = Counter(item.remark.value for item in shown)
        words = ", ".join(f"{count} {remark}" for remark, count in counts.items())
        say(f"As of {on}: {words or 'nothing to remark'}.")
    if strict and rows:
        raise typer.Exit(1)


def _day(as_of: str | None) -> date:
    from ketenkaart.services.installed import edition_day

    return day(as_of) or edition_day()
