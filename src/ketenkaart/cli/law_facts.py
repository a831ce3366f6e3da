"""`ketenkaart law facts|ask|sweep|situations`: what laws ask for, and what moves them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.law_check import AsOf, Laws
from ketenkaart.cli.law_list import law_app
from ketenkaart.cli.output import (
    Column,
    DataFormat,
    PrintedData,
    print_data,
    print_json,
    print_table,
    say,
    tell,
)
from ketenkaart.core.errors import InputError

__all__ = ["law_app"]


@law_app.command("facts", short_help="The facts that laws ask for; a file to fill in.")
def facts(
    law: Laws = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a file of facts to fill in.")
    ] = False,
    language: Annotated[
        Literal["en", "nl"], typer.Option(help="Language of the questions in the template.")
    ] = "en",
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """List the facts that laws ask for, how each is counted and how it is written.

    Example: ketenkaart law facts --law csddd --template > facts.yml
    """
    from ketenkaart.services.laws.facts import asked_facts, form
    from ketenkaart.services.laws.facts import template as filled

    if template:
        sys.stdout.write(filled(law or (), language=language))
        return
    found = asked_facts(law or ())
    names = (
        "id", "kind", "per", "level", "units", "counted_en", "counted_nl", "question_en",
        "question_nl", "write", "not_applicable", "laws",
    )  # fmt: skip
    rows = []
    for item in found:
        fact = item.definition
        stands = fact.same_as or fact.when_not_applicable
        rows.append([
            fact.id, fact.kind, fact.per, fact.level, ", ".join(item.units) or None,
            fact.counted and fact.counted.en, fact.counted and fact.counted.nl, fact.question.en,
            fact.question.nl, form(fact, item.units), None if stands is None else str(stands),
            ", ".join(item.laws),
        ])  # fmt: skip
    if format is DataFormat.JSON:
        from ketenkaart.services.laws import law_book

        version = law_book().vocabulary.version
        data = [dict(zip(names, row, strict=True)) for row in rows]
        print_json({"vocabulary": version, "facts": data})
    elif format is not DataFormat.TABLE:
        print_data(format, names, rows)
    else:
        columns = [
            Column("Fact"), Column("Kind", spare=1), Column("Per", spare=2),
            Column("Question", wide=True), Column("Write", wide=True, spare=3),
        ]  # fmt: skip
        print_table(columns, [[str(r[k] or "") for k in (0, 1, 2, 7, 9)] for r in rows])


@law_app.command("ask", short_help="Answer one question at a time.")
def ask(
    facts: Annotated[
        Path,
        typer.Argument(metavar="FACTS", help="File to write the answers to, and to go on from."),
    ],
    as_of: AsOf = None,
    law: Laws = None,
) -> None:
    """Ask one question at a time, the most telling first, and write the answers to a file.

    Enter is unknown; `stop` ends. Needs a terminal; elsewhere use `law facts --template`.

    Example: ketenkaart law ask facts.yml --law csddd
    """
    from ketenkaart.services.laws.asking import resume, save

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "Questions need a terminal",
            where="law ask",
            fix="Fill in the output of `ketenkaart law facts --template` instead.",
        )
    interview = resume(facts, law or (), day(as_of))
    while (question := interview.question()) is not None:
        say("", question.question.en)
        try:
            words = input(f"{question.fact}> ")
        except EOFError:
            break
        if words.strip().casefold() == "stop":
            break
        try:
            interview.answer(question, words)
        except InputError as error:
            tell(str(error))
            continue
        save(interview, facts)
    save(interview, facts)
    for item in interview.results().results:
        say(f"{item.law}: in scope: {item.in_scope}; applies now: {item.applies_now}")
    say(f"The answers stand in {facts}.")


@law_app.command("sweep", short_help="Move a threshold or date over many firms.")
def sweep(
    population: Annotated[
        Path, typer.Argument(metavar="POPULATION", help="Firms as rows: CSV or Parquet.")
    ],
    law: Annotated[str, typer.Option("--law", metavar="LAW", help="The law to move.")],
    vary: Annotated[
        str,
        typer.Option(
            metavar="NAME=A..B[..STEP]",
            help="A threshold from `law show` (several with commas move together), or as_of.",
        ),
    ],
    as_of: AsOf = None,
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Count how many firms come in or go out of scope as a threshold or the date moves.

    Columns are facts: employees, turnover_EUR_2025, seat; an empty cell is unknown and stays so.

    Example: ketenkaart law sweep firms.csv --law csddd --vary employees=1000..5000..500
    """
    from ketenkaart.services.laws.population import sweep_file

    found = sweep_file(population, law=law, vary=vary, as_of=day(as_of))
    names = (
        "at", "version", "status", "firms_in", "firms_out", "firms_unknown", "entering", "leaving",
        "applies",
    )  # fmt: skip
    if format is DataFormat.JSON:
        print_json(found.model_dump(mode="json"))
        return
    points = [point.model_dump(mode="json") for point in found.points]
    if format is not DataFormat.TABLE:
        print_data(format, names, [[point[name] for name in names] for point in points])
        return
    moved = ", ".join(found.varied)
    base = found.base
    print_table(
        [
            Column(moved, "right"), Column("In", "right"), Column("Out", "right"),
            Column("Unknown", "right"), Column("Entering", "right"), Column("Leaving", "right"),
            Column("Law applies", "right", spare=1), Column("Version", spare=2),
        ],
        [
            [
                f"{p['at']:,}".replace(",", " ") if not isinstance(p["at"], str) else p["at"],
                *(f"{p[name]:,}".replace(",", " ") for name in names[3:]),
                p["version"] or p["status"],
            ]
            for p in points
        ],
        title=f"{found.name.en}: {found.firms:,} firms".replace(",", " "),
    )  # fmt: skip
    say(
        "",
        f"As the law stands on {found.as_of} ({moved} {found.as_it_stands}): {base.firms_in} in, "
        f"{base.firms_out} out, {base.firms_unknown} unknown; it applies to {base.applies} now.",
        "Entering and leaving count firms whose answer is sure both times.",
    )


@law_app.command("situations", short_help="Test the laws against written situations.")
def situations(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A file of situations, or a folder of them.")
    ],
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Test the laws against written situations: facts, a day, and what is expected.

    The exit code is 1 when any comes out otherwise.

    Example: ketenkaart law situations tests/situations/laws
    """
    from ketenkaart.services.laws.situations import find_situations, try_situation

    outcomes = [try_situation(item) for item in find_situations(path)]
    names = ("where", "law", "as_of", "passes", "what", "expected", "found", "because")
    rows = [
        [o.situation.where, o.situation.law, o.situation.expected.as_of.isoformat(),
         not o.differences, *difference, o.situation.expected.because]
        for o in outcomes
        for difference in o.differences or ((None, None, None),)
    ]  # fmt: skip
    failed = [row for row in rows if not row[3]]
    if format is DataFormat.JSON:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    elif format is not DataFormat.TABLE:
        print_data(format, names, rows)
    else:
        for row in failed:
            say(f"{row[0]} ({row[1]}, {row[2]}): {row[4]} is {row[6]}, expected {row[5]}: {row[7]}")
        missed = sum(bool(o.differences) for o in outcomes)
        say(f"{len(outcomes)} situations, {missed} of them come out otherwise.")
    if failed:
        raise typer.Exit(1)
