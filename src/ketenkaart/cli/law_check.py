"""`ketenkaart law check`: which laws reach a firm on a day, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.dates import day
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

if TYPE_CHECKING:
    from ketenkaart.core.governance.rules.answering import Answers, LawAnswer
    from ketenkaart.core.governance.rules.types import Statement

law_app = typer.Typer(
    help="Laws by date: which apply to a firm, what they ask, how they differ.",
    no_args_is_help=True,
)
AsOf = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Day to look at. Default: the day of the law files."),
]
Laws = Annotated[
    list[str] | None,
    typer.Option("--law", metavar="LAW", help="Only this law; may be repeated."),
]
MOST_READ = 5_000_000


@law_app.command("check", short_help="Is a firm in scope: yes, no, or unknown?")
def check(
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS", help="File of facts, YAML or JSON; - reads the pipe.")
    ],
    as_of: AsOf = None,
    law: Laws = None,
    imports: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Imports as CSV: code, year, quantity, unit."),
    ] = None,
    imports_complete: Annotated[
        bool,
        typer.Option("--imports-complete", help="That file has all imports of its years."),
    ] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Use the other rows where some are refused.")
    ] = False,
    law_files: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Your own law file, or a folder of them, instead."),
    ] = None,
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Say for each law whether a firm is in scope: yes, no, or unknown with the next question.

    What is missing is never filled in: no answer to a missing fact can turn a yes or a no around.

    Example: ketenkaart law check facts.yml --imports imports.csv --imports-complete

    Example: ketenkaart law check facts.yml --as-of 2026-11-22 --law csddd
    """
    from ketenkaart.services.laws import check_file, check_text
    from ketenkaart.services.laws.book import own_book
    from ketenkaart.services.laws.checking import load_imports
    from ketenkaart.services.laws.listing import ANSWER_COLUMNS, answer_rows

    on, laws = day(as_of), law or ()
    book = own_book(law_files) if law_files is not None else None
    goods = None
    if imports is not None:
        goods = load_imports(imports, is_complete=imports_complete, keep_good=keep_good)
        for row in goods.wrong:
            tell(f"Left out: line {row.line}, column {row.column}: {row.what}.")
    elif imports_complete or keep_good:
        raise InputError(
            "There is no file of imports", where="--imports", fix="Name it with --imports FILE."
        )
    if str(facts) == "-":
        text = sys.stdin.read(MOST_READ)
        answers = check_text(text, "standard input", as_of=on, laws=laws, imports=goods, book=book)
    else:
        answers = check_file(facts, as_of=on, laws=laws, imports=goods, book=book)
    if format is DataFormat.JSON:
        print_json(answers.model_dump(mode="json"))
    elif format is DataFormat.TABLE:
        _print_answers(answers)
    else:
        print_data(format, ANSWER_COLUMNS, answer_rows(answers))


def _print_answers(answers: Answers) -> None:
    columns = [
        Column("Law"), Column("Version", spare=3), Column("Status"), Column("In scope"),
        Column("Applies now"), Column("From", spare=1), Column("Grade", spare=2),
    ]  # fmt: skip
    rows = [
        [
            item.law, item.version or "", item.status.value, item.in_scope, item.applies_now,
            _span(item), item.grade.value,
        ]
        for item in answers.results
    ]  # fmt: skip
    print_table(columns, rows, title=f"Laws on {answers.as_of}")
    for item in answers.results:
        say("", f"{item.name.en} ({item.law}): in scope: {item.in_scope}")
        _print_answer(item)


def _span(item: LawAnswer) -> str:
    if item.applies_from is None:
        return ""
    first = item.applies_from.isoformat()
    last = item.applies_from_at_latest
    return f"{first} or later, {last} at the latest" if last else first


def _print_answer(item: LawAnswer) -> None:
    from ketenkaart.services.laws.wording import decided_words

    for one in item.decided_by:
        say(f"  because {decided_words(one)}")
    if item.next_question is not None:
        say(f"  ? {item.next_question.question.en} [{item.next_question.fact}]")
    elif item.in_scope == "unknown":
        say("  no fact about the firm can settle this")
    if item.application_question is not None:
        say(f"  ? since when: {item.application_question.question.en}")
    for left in item.unresolved:
        if left.state.value != "unknown":
            year = f" {left.year}" if left.year else ""
            say(f"  {left.fact}{year}: {left.state.value.replace('_', ' ')}, so not used")
    if item.in_scope == "yes":
        _print_duties(item)
    for text in item.assumptions:
        say(f"  taken: {text.en}")
    for check in item.open_checks:
        say(f"  to be checked: {check.text.en}")


def _print_duties(item: LawAnswer) -> None:
    for duty in item.duties:
        sure = "" if duty.applies == "yes" else " (if it applies)"
        partly = " partly or indirectly" if duty.level == "partial" else ""
        place = f", {duty.article}" if duty.article else ""
        say(f"  {duty.step}{partly}{place}: {duty.text.en}{sure}")
    for name in ("supervisor", "enforcement", "liability", "remedy"):
        found: Statement | None = getattr(item, name)
        if found is not None:
            say(f"  {name}: {found.text.en} [{found.citation.grade}]")
