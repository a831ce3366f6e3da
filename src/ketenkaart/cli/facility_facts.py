"""`ketenkaart facility node|profile|coverage|programme|wage`: what is known of facilities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.dates import day
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.numbers import percent
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.facility_facts.profile import FacilityProfile

Id = Annotated[str, typer.Argument(metavar="ID", help="Any id that the facility has or had.")]
AsOf = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="The day meant; default: the edition's.")
]
Table = Annotated[
    str | None, typer.Option("--edition", metavar="ID", help="World table; default: the starter.")
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the statement.")]
Reason = Annotated[str, typer.Option(help="Why it is taken back.")]
Source = Annotated[str, typer.Option(help="Where this is known from, in words.")]
NODE_COLUMNS = ("edition", "region", "sector", "weight", "grade", "reasons")
PROGRAMME_COLUMNS = (
    "programme", "country", "sectors", "running", "known_from", "known_until", "end", "source",
    "grade",
)  # fmt: skip

programme_app = typer.Typer(
    help="Programmes on the spot, and who takes part.", no_args_is_help=True, rich_markup_mode=None
)
wage_app = typer.Typer(
    help="Wages of facilities, and living-wage benchmarks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
benchmarks_app = typer.Typer(
    help="Living-wage benchmarks: files of your own.", no_args_is_help=True, rich_markup_mode=None
)
wage_app.add_typer(benchmarks_app, name="benchmarks", short_help="Files of your own.")
facility_app.add_typer(programme_app, name="programme", short_help="Programmes on the spot.")
facility_app.add_typer(wage_app, name="wage", short_help="Wages and living-wage benchmarks.")


@facility_app.command("node", short_help="Where a facility stands in a world table.")
def node(key: Id, *, edition: Table = None, format: Printed = Format.TABLE) -> None:
    """Say at which country and sector of a table a facility stands.

    That it stands there says what kind of work is done where, and never whom it supplies.

    Example: ketenkaart facility node BGD-2026326-00001-PQ --format json
    """
    open_record()
    from ketenkaart.services.facility_facts.nodes import node_of
    from ketenkaart.services.facility_facts.profile import node_json
    from ketenkaart.services.facility_facts.stating import stated_facility

    facility = stated_facility(key)
    table, found = node_of(facility, edition)
    if format is Format.JSON:
        print_json({"id": facility.id, "edition": table} | node_json(found))
        return
    reasons = " ".join(reason.value for reason in found.reasons)
    grade = found.grade.value if found.grade else None
    rows = [
        [table, found.region, sector, weight, grade, reasons]
        for sector, weight in found.sectors.items()
    ] or [[table, found.region, None, None, grade, reasons]]
    if format is Format.CSV:
        print_csv(NODE_COLUMNS, rows)
        return
    columns = [Column(name.capitalize(), wide=name == "reasons") for name in NODE_COLUMNS]
    print_table(columns, [["-" if x is None else str(x) for x in row] for row in rows])


@facility_app.command("profile", short_help="All that may be told of one facility.")
def profile(
    key: Id, *, as_of: AsOf = None, edition: Table = None, format: Printed = Format.TABLE
) -> None:
    """Show what may be told of a facility: programmes, wage gap, place in the chain, history.

    Organisations that did not agree to be named are left out, with how many they are.

    Example: ketenkaart facility profile BGD-2026326-00001-PQ
    """
    open_record()
    from ketenkaart.services.facility_facts.profile import profile_of

    found = profile_of(key, day=_as_of(as_of), edition=edition)
    if format is Format.JSON:
        print_json(found.as_json())
        return
    rows = _profile_rows(found)
    if format is Format.CSV:
        print_csv(("what", "value"), rows)
        return
    print_table([Column("What"), Column("Value", wide=True)], rows, title=found.facility.name)


def _profile_rows(found: FacilityProfile) -> list[list[str]]:
    told = found.as_json()
    gap = told["wage_gap"]
    reasons = f" ({', '.join(gap['reasons'])})" if gap["reasons"] else ""
    lacks = f"{percent(gap['low'])} to {percent(gap['high'])}" if gap["low"] is not None else ""
    rows = [
        ["id", told["id"]],
        ["status", told["status"]],
        ["stands for", ", ".join(told["parts"])],
        ["earlier ids", ", ".join(told["earlier_ids"])],
        ["address", f"{told['address']}, {told['country']}"],
        ["sectors", ", ".join(told["sectors"]) or "unknown"],
        ["named by", ", ".join(told["named_by"]) or "nobody who agreed to be named"],
        *(
            ["takes part in", f"{x['programme']}, {x['start'] or '?'} to {x['end'] or '?'}"]
            for x in told["programmes"]
        ),
        *(["programme there", f"{x['id']}: {x['running']}"] for x in told["programmes_here"]),
        ["short of a living wage", f"{lacks or gap['state']}{reasons}"],
        ["node", ", ".join(f"{a}.{b}" for a, b in found.node.nodes) or "unknown"],
        *(["history", f"{x['day']}: {x['kind']}"] for x in told["history"]),
    ]
    return [row for row in rows if row[1]]


@facility_app.command("coverage", short_help="Of how many facilities anything is known.")
def coverage(*, as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """Count facilities known to take part in a programme, and those with a wage gap worked out.

    Of all others it is not known, which is not the same as none.

    Example: ketenkaart facility coverage --as-of 2019-11-22 --format csv
    """
    open_record()
    from ketenkaart.services.facility_facts.coverage import COVERAGE_COLUMNS, coverage_on

    found = coverage_on(_as_of(as_of))
    if format is Format.JSON:
        print_json(found.as_json())
    elif format is Format.CSV:
        print_csv(COVERAGE_COLUMNS, found.table())
    else:
        columns = [
            Column("Country"),
            Column("Sector"),
            Column("Facilities", "right"),
            Column("In a programme", "right"),
            Column("Wage gap known", "right"),
            Column("Programmes running there", wide=True, spare=1),
        ]
        rows = [
            [
                line.row.country or "",
                line.row.sector or "unknown",
                str(line.row.facilities),
                f"{line.row.in_programme} ({percent(line.row.programme_share)})",
                f"{line.row.gap} ({percent(line.row.gap_share)})",
                ", ".join(
                    here.programme.id for here in line.programmes if here.running.value == "running"
                ),
            ]
            for line in found.cells
        ]
        total = found.total
        print_table(columns, rows, title=f"What is known on {found.day}")
        say(
            "",
            f"{total.facilities} facilities; {total.in_programme} known to take part in a "
            f"programme, {total.gap} with a known wage gap. Of the others it is not known.",
        )


# Programmes


@programme_app.command("list", short_help="Programmes by country, and whether they run.")
def programme_list(
    *,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Only this country.")] = None,
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show the programmes known here by country, with days and sources.

    Example: ketenkaart facility programme list --country BGD --as-of 2019-11-22
    """
    from ketenkaart.core.chain.programmes import running_on
    from ketenkaart.sources.reference.programmes import load_programmes

    day = _as_of(as_of)
    rows: list[list[Any]] = [
        [
            item.id,
            here.country,
            " ".join(here.sectors),
            running_on(here, day).value,
            here.known_from.isoformat(),
            here.known_until.isoformat(),
            here.end.latest.isoformat() if here.end else None,
            here.citation.source,
            here.citation.grade.value,
        ]
        for item in load_programmes()
        for here in item.presences
        if country is None or here.country == country.upper()
    ]
    if not printed_as_data(format, PROGRAMME_COLUMNS, rows):
        columns = [Column(name.replace("_", " ").capitalize()) for name in PROGRAMME_COLUMNS]
        print_table(columns, [["-" if x is None else str(x) for x in row] for row in rows])


@programme_app.command("link", short_help="Put on record that a facility takes part.")
def programme_link(
    key: Id,
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Such as better_work.")],
    *,
    source: Source,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = None,
    end: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")] = None,
    name: As = None,
) -> None:
    """Put on record that a facility takes part in a programme.

    Example: ketenkaart facility programme link BGD-2026326-00001-PQ better_work --start 2016-05-01
    --source "the programme's own list" --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.programmes import link_programme

    made = link_programme(
        facility=key,
        programme=programme,
        source=source,
        start=day(start, "--start"),
        end=day(end, "--end"),
        actor=actor,
        at=datetime.now(UTC),
    )
    say(f"Statement {made.number}: {made.facility} takes part in {made.programme}.")


@programme_app.command("withdraw", short_help="Take such a statement back.")
def programme_withdraw(number: Number, *, reason: Reason, name: As = None) -> None:
    """Take back that a facility takes part; it stays on record with the reason.

    Example: ketenkaart facility programme withdraw 3 --reason "another site" --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.programmes import withdraw_programme

    withdraw_programme(number=number, reason=reason, actor=actor, at=datetime.now(UTC))
    say(f"Statement {number} was taken back.")


# Wages


@wage_app.command("add", short_help="Put on record what is paid at a facility.")
def wage_add(
    key: Id,
    amount: Annotated[float, typer.Argument(metavar="AMOUNT", help="The amount, or the lowest.")],
    *,
    currency: Annotated[str, typer.Option(metavar="CODE", help="Three letters, as BDT.")],
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="A day that it was paid.")],
    source: Source,
    high: Annotated[float | None, typer.Option(help="The highest amount.")] = None,
    per: Annotated[str, typer.Option(help="hour, day, week, month or year.")] = "month",
    kind: Annotated[str, typer.Option(help="net, gross or unknown.")] = "unknown",
    hours_a_week: Annotated[float | None, typer.Option(help="With an hourly wage.")] = None,
    days_a_week: Annotated[float | None, typer.Option(help="With a daily wage.")] = None,
    area: Annotated[str | None, typer.Option(help="As the benchmarks call it.")] = None,
    name: As = None,
) -> None:
    """Put on record what is paid at a facility.

    Example: ketenkaart facility wage add BGD-2026326-00001-PQ 14000 --currency BDT --on 2026-03-01
    --kind gross --source "pay slips" --as mo
    """
    actor = acting(name)
    from pydantic import ValidationError

    from ketenkaart.core.chain.wages import Pay
    from ketenkaart.services.facility_facts.wages import state_wage

    try:
        pay = Pay.model_validate({
            "low": amount, "high": high if high is not None else amount, "currency": currency,
            "per": per, "kind": kind, "on": day(on, "--on"), "hours_a_week": hours_a_week,
            "days_a_week": days_a_week,
        })  # fmt: skip
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = str(first["loc"][0]).replace("_", "-") if first["loc"] else "high"
        raise InputError(
            f"This wage cannot be: {first['msg'].removeprefix('Value error, ')}",
            where={"low": "AMOUNT"}.get(place, f"--{place}"),
            fix="See `ketenkaart facility wage add --help`.",
        ) from None
    made = state_wage(
        facility=key, pay=pay, source=source, area=area, actor=actor, at=datetime.now(UTC)
    )
    say(f"Statement {made.number}: a wage of {made.facility}.")


@wage_app.command("withdraw", short_help="Take a wage back.")
def wage_withdraw(number: Number, *, reason: Reason, name: As = None) -> None:
    """Take a wage back; it stays on record with the reason.

    Example: ketenkaart facility wage withdraw 2 --reason "another site" --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.wages import withdraw_wage

    withdraw_wage(number=number, reason=reason, actor=actor, at=datetime.now(UTC))
    say(f"Statement {number} was taken back.")


@benchmarks_app.command("load", short_help="Load a CSV of living-wage benchmarks.")
def benchmarks_load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV; see the columns below.")],
    *,
    source: Source,
    name: As = None,
) -> None:
    """Load living-wage benchmarks that you have; this package holds none: most are not open.

    Columns: country, area, low, high, currency, per, on, kind, hours_a_week, days_a_week, title,
    publisher, licence. Needed are country, low, currency, per, on, title and publisher.

    Example: ketenkaart facility wage benchmarks load mine.csv --source "bought in 2026" --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.wages import load_benchmarks

    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} cannot be read ({error.strerror})", where=str(file), fix="Name another file."
        ) from None
    count = load_benchmarks(
        raw=raw, name=file.name, source=source, actor=actor, at=datetime.now(UTC)
    )
    say(f"{count} benchmarks are in use.")


@benchmarks_app.command("list", short_help="The files in use.")
def benchmarks_list(*, format: Printed = Format.TABLE) -> None:
    """Show the files of benchmarks in use.

    Example: ketenkaart facility wage benchmarks list
    """
    open_record()
    from ketenkaart.services.facility_facts.wages import benchmark_files

    columns = ("number", "file", "source", "benchmarks")
    rows = [list(row) for row in benchmark_files()]
    if printed_as_data(format, columns, rows):
        return
    if rows:
        print_table(
            [Column(name.capitalize()) for name in columns],
            [[str(cell) for cell in row] for row in rows],
        )
    else:
        say("No benchmarks are loaded. This package holds none: most are not open.")


@benchmarks_app.command("withdraw", short_help="Take a file out of use.")
def benchmarks_withdraw(number: Number, *, reason: Reason, name: As = None) -> None:
    """Take a file of benchmarks out of use.

    Example: ketenkaart facility wage benchmarks withdraw 1 --reason "a newer one is there" --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.wages import withdraw_benchmarks

    withdraw_benchmarks(number=number, reason=reason, actor=actor, at=datetime.now(UTC))
    say(f"File {number} is out of use.")


def _as_of(text: str | None) -> date:
    from ketenkaart.services.installed import edition_day

    return day(text, "--as-of") or edition_day()
