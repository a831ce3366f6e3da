"""`ketenkaart law check|list|show|compare`: laws on a day, for a firm, side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.gap import day
from ketenkaart.cli.output import Column, Format, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from ketenkaart.core.governance.rules.answering import Answers, Decider, LawAnswer
    from ketenkaart.core.governance.rules.types import Law, Statement

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
Printed = Annotated[Format, typer.Option(help="How to print.")]

SIGNS = {
    "more_than": "more than", "at_least": "at least", "less_than": "less than",
    "at_most": "at most", "equals": "is", "on_or_after": "on or after", "before": "before",
}  # fmt: skip


@law_app.command("check", short_help="Is a firm in scope: yes, no, or unknown?")
def check(
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS", help="File of facts, YAML or JSON; - reads the pipe.")
    ],
    as_of: AsOf = None,
    law: Laws = None,
    format: Printed = Format.TABLE,
) -> None:
    """Say for each law whether a firm is in scope: yes, no, or unknown with the next question.

    What is missing is never filled in: no answer to a missing fact can turn a yes or a no around.

    Example: ketenkaart law check facts.yml --as-of 2026-11-22 --law csddd
    """
    from ketenkaart.services.laws import check_file, check_text

    on, laws = day(as_of), law or ()
    if str(facts) == "-":
        answers = check_text(sys.stdin.read(MOST_READ), "standard input", as_of=on, laws=laws)
    else:
        answers = check_file(facts, as_of=on, laws=laws)
    if format is Format.JSON:
        print_json(answers.model_dump(mode="json"))
    elif format is Format.CSV:
        print_csv(*_csv(answers))
    else:
        _print_answers(answers)


CSV_COLUMNS = (
    "as_of", "law", "name_en", "name_nl", "version", "status", "status_grade", "in_scope",
    "applies_now", "applies_from", "applies_from_at_latest", "grade", "decided_by", "citations",
    "duties", "next_fact", "next_year", "next_unit", "next_question_en", "next_question_nl",
    "open_checks",
)  # fmt: skip


def _csv(answers: Answers) -> tuple[tuple[str, ...], list[list[Any]]]:
    rows: list[list[Any]] = []
    for item in answers.results:
        ask = item.next_question
        rows.append([
            answers.as_of.isoformat(), item.law, item.name.en, item.name.nl, item.version,
            item.status.value, item.status_grade.value, item.in_scope, item.applies_now,
            item.applies_from and item.applies_from.isoformat(),
            item.applies_from_at_latest and item.applies_from_at_latest.isoformat(),
            item.grade.value,
            "; ".join(_decided(one) for one in item.decided_by),
            "; ".join(f"{c.source} {c.locator or ''} [{c.grade}]" for c in item.citations),
            "; ".join(f"{d.step} ({d.level})" for d in item.duties),
            *((ask.fact, ask.year, ask.unit, ask.question.en, ask.question.nl) if ask
              else (None,) * 5),
            "; ".join(check.text.en for check in item.open_checks),
        ])  # fmt: skip
    return CSV_COLUMNS, rows


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if isinstance(value, tuple):
            return " to ".join(_number(one) for one in value)
        return str(value)
    return f"{value:,}".replace(",", " ")


def _decided(item: Decider) -> str:
    """Return one comparison in words: `employees 2025: 6 000, more than 5 000? yes (art. 2)`."""
    year = f" {item.year}" if item.year else ""
    unit = f" {item.unit}" if item.unit else ""
    place = f" ({item.article})" if item.article else ""
    limit = (
        " or ".join(item.threshold)
        if isinstance(item.threshold, tuple) and isinstance(item.threshold[0], str)
        else _number(item.threshold)
    )
    if item.fact == "financial_year_end":
        closed = "closed" if item.holds == "yes" else "not yet closed"
        return f"the financial year ends on {item.value}: this year's is {closed} on that day"
    test = f"{SIGNS[item.test]} {limit}? {item.holds}"
    if item.test == "equals" and item.value in ("yes", "no"):
        return f"{item.label.en}{year}{unit}: {item.value}{place}"
    return f"{item.label.en}{year}: {_number(item.value)}{unit}, {test}{place}"


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
    for one in item.decided_by:
        say(f"  because {_decided(one)}")
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


@law_app.command("list", short_help="The laws and their status on a day.")
def list_laws(as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """List the laws with their status and the version that holds on a day.

    Example: ketenkaart law list --as-of 2026-11-22
    """
    from ketenkaart.services.laws import law_book, law_day

    on = day(as_of) or law_day()
    names = ("id", "name_en", "name_nl", "jurisdiction", "status", "since", "grade", "version")
    rows: list[list[Any]] = []
    for item in law_book().laws:
        status, version = item.status_on(on), item.version_on(on)
        rows.append([
            item.id, item.name.en, item.name.nl, item.jurisdiction,
            status.value.value if status else "not_yet",
            status.start.isoformat() if status else None,
            status.citation.grade.value if status else item.citation.grade.value,
            version.id if version else None,
        ])  # fmt: skip
    if format is Format.JSON:
        print_json({"as_of": on, "laws": [dict(zip(names, row, strict=True)) for row in rows]})
    elif format is Format.CSV:
        print_csv(names, rows)
    else:
        columns = [
            Column("Id"), Column("Name", wide=True), Column("Where"), Column(f"Status on {on}"),
            Column("Since", spare=2), Column("Grade", spare=1), Column("Version", spare=3),
        ]  # fmt: skip
        keep = (0, 1, 3, 4, 5, 6, 7)
        print_table(columns, [[str(row[k] or "") for k in keep] for row in rows])


@law_app.command("show", short_help="One law: versions, scope, thresholds, duties.")
def show(
    law: Annotated[str, typer.Argument(metavar="LAW", help="Its id, from `law list`.")],
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show one law on a day: versions, scope, thresholds, duties, consequences, open checks.

    Example: ketenkaart law show csddd --as-of 2025-01-01
    """
    from ketenkaart.services.laws import find_law, find_version

    found = find_law(law)
    if format is Format.JSON:
        print_json(found.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    _, version = find_version(law, day(as_of))
    rows = _rows(found, f"{found.id}.{version.id}", as_of)
    if format is Format.CSV:
        print_csv(("what", "value", "source", "grade"), rows)
        return
    say(f"{found.name.en} / {found.name.nl}", f"{found.kind}; {found.jurisdiction}", "")
    for item in found.versions:
        say(f"version {item.id}: {item.start} to {item.end or 'open'}, {item.name.en}")
    say("")
    columns = [
        Column("What"), Column("Value", wide=True), Column("Source", spare=2),
        Column("Grade", spare=1),
    ]  # fmt: skip
    print_table(columns, [[str(cell or "") for cell in row] for row in rows])


def _rows(law: Law, name: str, as_of: str | None) -> list[list[Any]]:
    from ketenkaart.services.laws import compare_laws, law_thresholds

    table = compare_laws([name], as_of=day(as_of))
    rows: list[list[Any]] = [
        [row.key, row.cells[0].text, row.cells[0].source, row.cells[0].grade] for row in table.rows
    ]
    rows[4:4] = [
        ["status", f"{item.value.value} from {item.start}", item.citation.source,
         item.citation.grade.value]
        for item in law.status
    ]  # fmt: skip
    for key, value in law_thresholds(law.id, as_of=day(as_of)).items():
        rows.append([f"threshold: {key}", "open" if value is None else _number(value), None, None])
    return rows


@law_app.command("compare", short_help="Laws or versions side by side.")
def compare(
    laws: Annotated[
        list[str], typer.Argument(metavar="LAW...", help="Laws, or versions as law.version.")
    ],
    as_of: AsOf = None,
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help="Leave out rows that are the same.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Lay laws, or versions of one law, side by side: scope, steps, enforcement, liability.

    One law alone gives all its versions.

    Example: ketenkaart law compare csddd.original_2024 csddd.omnibus_2026 --only-differences
    """
    from ketenkaart.services.laws import compare_laws

    table = compare_laws(laws, as_of=day(as_of))
    rows = [row for row in table.rows if row.differs or not only_differences]
    if format is Format.JSON:
        data = table.model_dump(mode="json")
        data["rows"] = [row.model_dump(mode="json") for row in rows]
        print_json(data)
    elif format is Format.CSV:
        columns = [c for name in table.columns for c in (name, f"{name}:grade")]
        print_csv(
            ("what", "differs", *columns),
            [[r.key, r.differs, *(x for c in r.cells for x in (c.text, c.grade))] for r in rows],
        )
    else:
        say(f"Side by side on {table.as_of}")
        for row in rows:
            say("", f"{row.key}:{'' if row.differs else ' the same'}")
            for name, cell in zip(table.columns, row.cells, strict=True):
                say(f"  {name}: {_entry(cell.text, cell.grade)}")
        if only_differences and not rows:
            say("There are no differences.")


def _entry(text: str | None, grade: object) -> str:
    if text is None:
        return "not stated"
    return text if grade is None or text == "none" else f"{text} [{grade}]"
