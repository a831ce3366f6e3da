"""`ketenkaart effect`: frame of tenders, weighted sample, effect with interval, self-reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.gap import day
from ketenkaart.cli.output import Column, Format, print_csv, print_json, print_table, say, tell

if TYPE_CHECKING:
    from ketenkaart.services.effect.framing import Frame

effect_app = typer.Typer(
    help="What public procurement changed: from tenders to an effect with its interval.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Printed = Annotated[Format, typer.Option(help="How to print.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=HEADING", help="For tables: which column holds what; repeat."
    ),
]
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
        typer.Option("--output", "-o", metavar="FRAME", help="The frame: .parquet or .csv."),
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
        since=day(since) if since else None,
        until=day(until) if until else None,
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
