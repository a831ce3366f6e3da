"""`ketenkaart law list|show|compare|changes`: laws on a day, side by side, over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.law_check import AsOf, Laws, law_app
from ketenkaart.cli.output import (
    Column,
    DataFormat,
    PrintedData,
    print_data,
    print_json,
    print_table,
    say,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.governance.rules.changing import LawChange
    from ketenkaart.core.governance.rules.types import Law

__all__ = ["law_app"]


@law_app.command("list", short_help="The laws and their status on a day.")
def list_laws(as_of: AsOf = None, format: PrintedData = DataFormat.TABLE) -> None:
    """List the laws with their status and the version that holds on a day.

    Example: ketenkaart law list --as-of 2026-11-22
    """
    from ketenkaart.services.laws import law_book, law_day
    from ketenkaart.services.laws.listing import LIST_COLUMNS, list_rows

    on = day(as_of) or law_day()
    names, rows = LIST_COLUMNS, list_rows(law_book().laws, on)
    if format is DataFormat.JSON:
        print_json({"as_of": on, "laws": [dict(zip(names, row, strict=True)) for row in rows]})
    elif format is not DataFormat.TABLE:
        print_data(format, names, rows)
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
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Show one law on a day: versions, scope, thresholds, duties, consequences, open checks.

    Example: ketenkaart law show csddd --as-of 2025-01-01
    """
    from ketenkaart.services.laws import find_law, find_version

    found = find_law(law)
    if format is DataFormat.JSON:
        print_json(found.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    _, version = find_version(law, day(as_of))
    rows = _rows(found, f"{found.id}.{version.id}", as_of)
    if format is not DataFormat.TABLE:
        print_data(format, ("what", "value", "source", "grade"), rows)
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
    from ketenkaart.services.laws.wording import number_words

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
        rows.append(
            [f"threshold: {key}", "open" if value is None else number_words(value), None, None]
        )
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
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Lay laws, or versions of one law, side by side: scope, steps, enforcement, liability.

    One law alone gives all its versions.

    Example: ketenkaart law compare csddd.original_2024 csddd.omnibus_2026 --only-differences
    """
    from ketenkaart.services.laws import compare_laws

    table = compare_laws(laws, as_of=day(as_of))
    rows = [row for row in table.rows if row.differs or not only_differences]
    if format is DataFormat.JSON:
        data = table.model_dump(mode="json")
        data["rows"] = [row.model_dump(mode="json") for row in rows]
        print_json(data)
    elif format is not DataFormat.TABLE:
        columns = [c for name in table.columns for c in (name, f"{name}:grade")]
        print_data(
            format,
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


@law_app.command("changes", short_help="What changed between two days.")
def changes(
    since: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Changes after this day.")
    ] = "2019-11-22",
    until: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="Up to and including this day. Default: that of the laws."
        ),
    ] = None,
    law: Laws = None,
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """List what changed in the laws between two days: status, text, whom they apply to.

    Example: ketenkaart law changes --since 2019-11-22 --until 2026-11-22 --law csddd
    """
    from ketenkaart.services.laws import law_changes
    from ketenkaart.services.laws.listing import CHANGE_COLUMNS, change_rows

    first = day(since)
    if first is None:
        raise InputError("There is no first day", where="--since", fix="Write YYYY-MM-DD.")
    found = law_changes(first, day(until), laws=law or ())
    if format is DataFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format is not DataFormat.TABLE:
        print_data(format, CHANGE_COLUMNS, change_rows(found))
    else:
        columns = [
            Column("On"), Column("Law"), Column("What", wide=True), Column("Differs", wide=True,
            spare=1), Column("Grade", spare=2),
        ]  # fmt: skip
        print_table(
            columns,
            [
                [
                    item.on.isoformat(), item.law, _told(item),
                    ", ".join(row.key for row in item.differences), item.citation.grade.value,
                ]
                for item in found.changes
            ],
            title=f"Changes after {found.since}, up to and including {found.until}",
        )  # fmt: skip
        say("", f"Changes: {len(found.changes)}; laws looked at: {len(found.laws)}.")


def _told(item: LawChange) -> str:
    if item.kind == "application":
        return (
            f"becomes applicable to {'some of those' if item.after == 'some' else 'all'} in scope"
        )
    if item.kind == "goods":
        return f"threshold of {item.before} becomes {(item.after or '').partition(': ')[2]}"
    if item.kind == "membership":
        return f"no longer: {item.before}" if item.before else f"now: {item.after}"
    words = (item.before or "").replace("_", " ")
    return f"{item.kind}: {words} > {(item.after or '').replace('_', ' ')}"


@law_app.command("verify", short_help="Is a law file of your own sound?")
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A law file, or a folder of them (.yml).")
    ],
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Read law files of your own and say what is in them; the first fault ends with exit code 2.

    It looks at dates, gaps between versions, facts, codes, units, rules in a circle, and sources.

    Example: ketenkaart law verify my_laws/
    """
    from ketenkaart.services.laws.book import own_book
    from ketenkaart.services.laws.listing import VERIFIED_COLUMNS, verified_rows

    rows = verified_rows(own_book(path))
    if format is DataFormat.JSON:
        print_json([dict(zip(VERIFIED_COLUMNS, row, strict=True)) for row in rows])
    elif format is not DataFormat.TABLE:
        print_data(format, VERIFIED_COLUMNS, rows)
    else:
        columns = [
            Column("Law"), Column("Name", wide=True), Column("Versions", "right"),
            Column("Comparisons", "right"), Column("Open checks", "right"),
        ]  # fmt: skip
        print_table(columns, [[str(cell) for cell in row] for row in rows])
        say("", f"Sound law files: {len(rows)}.")
