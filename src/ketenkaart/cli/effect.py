"""`ketenkaart effect`: frame of tenders, weighted sample, effect with interval, self-reports."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.effect_estimate import estimate
from ketenkaart.cli.effect_selfreport import selfreport
from ketenkaart.cli.output import (
    Column,
    Force,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    printed_as_data,
    say,
    tell,
)
from ketenkaart.cli.sample import Empty
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.effect.framing import Frame

effect_app = typer.Typer(
    help="What public procurement changed: from tenders to an effect with its interval.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=HEADING", help="For tables: which column holds what; repeat."
    ),
]


class Draw(StrEnum):
    """How contracts are drawn by value."""

    BREWER = "brewer"
    PARETO = "pareto"


COVERAGE = ("group", "period", "tenders", "with_value", "total_value", "currency", "awarded")


@effect_app.command(short_help="Make a frame of tenders by product group from notices.")
def frame(  # noqa: PLR0917 - each is an option of its own
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="OCDS (.json, .jsonl), eForms (.xml, a folder), tables (.csv, .parquet, .xlsx).",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "--out", "-o", metavar="FRAME", help="The frame: .parquet or .csv."
        ),
    ],
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="The currency that contracts are sized in.")
    ] = "EUR",
    rate: Annotated[
        list[str] | None,
        typer.Option(metavar="GBP=1.17", help="Worth of a unit in it; GBP:2025=1.19 for a year."),
    ] = None,
    table_currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Of amounts in tables without a column of currencies."),
    ] = None,
    column: Columns = None,
    period_years: Annotated[
        int, typer.Option(min=1, max=10, help="Years in a period, counted from 2015.")
    ] = 2,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only tenders called from this day.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only tenders called to this day.")
    ] = None,
    awarded_only: Annotated[
        bool, typer.Option("--awarded-only", help="Only tenders that say they were awarded.")
    ] = False,
    groups: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own product groups (YAML). Default: RIVM's 16."),
    ] = None,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="List what cannot be read, and go on.")
    ] = False,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Make a frame of tenders: one row per procedure, by product group and period.

    Beside it: who is left out and why, which notices were folded, and how it was made.

    Example: ketenkaart effect frame releases.jsonl --currency GBP --output frame.parquet
    """
    from ketenkaart.cli.progress import Share
    from ketenkaart.services.effect.framing import FramePlan, write_frame
    from ketenkaart.services.effect.rates import parse_rates
    from ketenkaart.sources.tenders.headings import parse_columns
    from ketenkaart.sources.tenders.table import require_currency

    plan = FramePlan(
        rates=parse_rates(rate or [], require_currency(currency) or "EUR"),
        columns=parse_columns(column or []),
        table_currency=require_currency(table_currency),
        period_years=period_years,
        since=day(since or None, "--since"),
        until=day(until or None, "--until"),
        awarded_only=awarded_only,
        groups=groups,
        skip_unreadable=skip_unreadable,
    )
    with Share() as share:
        found = write_frame(files, plan, output, force=force, tell=share.show)
    _print_frame(found, plan.rates.currency, output, format)


def _print_frame(found: Frame, currency: str, output: Path, format: Format) -> None:
    rows = [
        [c.group, c.period, c.tenders, c.with_size, c.total_size, currency, c.awarded]
        for c in found.coverage
    ]
    if format is Format.JSON:
        print_json(
            {
                "rows": [dict(zip(COVERAGE, row, strict=True)) for row in rows],
                "tenders": found.rows.height,
                "notices": found.notices,
                "left_out": found.reasons(),
                "without_size": found.without_size(),
                "folded": len(found.folded),
                "groups_without_tenders": found.empty_groups,
            }
        )
        return
    if format is Format.CSV:
        print_csv(COVERAGE, rows)
    else:
        print_table(
            [
                Column("Product group", wide=True), Column("Period"), Column("Tenders", "right"),
                Column("With a value", "right"), Column(f"Total, {currency}", "right"),
                Column("Awarded", "right"),
            ],
            [
                [found.grouping.by_id[str(r[0])].name.en, str(r[1]), f"{r[2]:,}", f"{r[3]:,}",
                 f"{r[4]:,.0f}", f"{r[6]:,}"]
                for r in rows
            ],
        )  # fmt: skip
    _tell_rest(found, output, quiet=format is Format.CSV)


def _tell_rest(found: Frame, output: Path, *, quiet: bool) -> None:
    """Say what the table does not show; on standard error where rows go to a pipe as CSV."""
    write = tell if quiet else say
    write(f"{found.rows.height:,} tenders of {found.notices:,} notices in {output}.")
    if reasons := found.reasons():
        words = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in reasons.items())
        write(f"Left out: {words}; each with its reason in {output.stem}.left_out.csv.")
    if states := found.without_size():
        words = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in states.items())
        write(f"In the frame without a size to be drawn by: {words}.")
    if found.folded:
        write(f"{len(found.folded):,} notices folded or alike: {output.stem}.folded.csv.")
    if found.empty_groups:
        write(f"Product groups without tenders: {', '.join(found.empty_groups)}.")


@effect_app.command(short_help="Draw contracts by value, with a sheet for each product group.")
def draw(  # noqa: PLR0917 - each is an option of its own
    frame: Annotated[Path, typer.Argument(metavar="FRAME", help="From `effect frame`.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "--out", "-o", metavar="FOLDER", help="A folder per product group."
        ),
    ],
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same contracts.")],
    size: Annotated[int, typer.Option(metavar="N", help="Contracts in each product group.")] = 8,
    group_size: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=N", help="Another number for one group; may be repeated."),
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="GROUP", help="Only this group; may be repeated.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="As in the frame: 2019-2020.")
    ] = None,
    without_value: Annotated[
        int, typer.Option(metavar="N", help="Per group, of tenders without a value, at random.")
    ] = 0,
    method: Annotated[Draw, typer.Option(help="How contracts are drawn by value.")] = Draw.BREWER,
    effect: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=UNIT", help="An effect of your own to ask; may be repeated."),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own product groups, as for `frame`.")
    ] = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Draw contracts with chances by value, none above one, and write sheets to fill in.

    Example: ketenkaart effect draw frame.parquet --period 2025-2026 --size 8 --seed 7 --output
    draws
    """
    from ketenkaart.services.effect.drawing import EffectDrawPlan, draw_effect
    from ketenkaart.services.effect.records import parse_effect

    plan = EffectDrawPlan(
        size=size, seed=seed, period=period, groups=tuple(group or ()),
        sizes=dict(_sized(text) for text in group_size or ()), without_value=without_value,
        method=method.value, effects=tuple(parse_effect(text) for text in effect or ()),
        groups_file=groups,
    )  # fmt: skip
    found = draw_effect(frame, plan, output, force=force)
    names = ("group", "tenders", "with_size", "total_size", "drawn", "certain", "without_value")
    rows = [[getattr(item, name) for name in names] for item in found.record.groups]
    if format is Format.JSON:
        print_json(
            {
                "rows": [dict(zip(names, row, strict=True)) for row in rows],
                "period": found.record.period,
                "currency": found.record.currency,
                "notes": found.notes,
            }
        )
        return
    if format is Format.CSV:
        print_csv(names, rows)
    else:
        print_table(
            [
                Column("Product group", wide=True), Column("Tenders", "right"),
                Column("With a value", "right"),
                Column(f"Total, {found.record.currency}", "right"), Column("Drawn", "right"),
                Column("Certain", "right"), Column("Without value", "right"),
            ],
            [
                [str(r[0]), f"{r[1]:,}", f"{r[2]:,}", f"{r[3]:,.0f}", f"{r[4]:,}" if r[4] else
                 "not sampled", f"{r[5]:,}", f"{r[6]:,}"]
                for r in rows
            ],
        )  # fmt: skip
    write = tell if format is Format.CSV else say
    for note in found.notes:
        write(f"- {note}")
    drawn = sum(item.drawn for item in found.record.groups)
    write(
        f"{drawn:,} contracts of {found.record.period} drawn; fill in {output}/GROUP/sheet.xlsx, "
        f"then `ketenkaart effect import {output}`."
    )


def _sized(text: str) -> tuple[str, int]:
    name, sign, number = text.partition("=")
    if not sign or not number.strip().isdigit():
        raise InputError(
            f"{text[:40]!r} is no number for a group", where="--group-size", fix="Write ict=12."
        )
    return name.strip(), int(number)


@effect_app.command("import", short_help="Take the filled sheets of a draw back in.")
def import_(
    draws: Annotated[Path, typer.Argument(metavar="FOLDER", help="From `effect draw`.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "--out", "-o", metavar="ANSWERS.CSV", help="All answers in one file."
        ),
    ],
    empty: Annotated[
        Empty | None, typer.Option(help="What every empty cell means; else none may be empty.")
    ] = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Check the sheets of all product groups and write one file of answers for `estimate`.

    Example: ketenkaart effect import draws --output answers.csv --empty not_researched
    """
    from ketenkaart.services.effect.importing import import_effect

    found = import_effect(draws, output, empty=None if empty is None else empty.value, force=force)
    names = ("group", "drawn", "returned", "not_returned")
    rows = [
        [group, item.units, item.returned, len(item.missing)]
        for group, item in found.groups.items()
    ]
    if not printed_as_data(format, names, rows, "rows"):
        print_table(
            [Column("Product group", wide=True), Column("Drawn", "right"),
             Column("Came back", "right"), Column("Not back", "right")],
            [[str(cell) for cell in row] for row in rows],
        )  # fmt: skip
        say(f"{found.returned:,} of {found.units:,} contracts came back; answers in {output}.")


effect_app.command(short_help="Estimate effects by product group, with intervals.")(estimate)
effect_app.command(short_help="Hold self-evaluations against the frame: no sample, so bounds.")(
    selfreport
)
