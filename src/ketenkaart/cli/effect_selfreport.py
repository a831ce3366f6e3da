"""`ketenkaart effect selfreport`: self-evaluations held against the frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.effect_estimate import Language, figure
from ketenkaart.cli.output import (
    Column,
    Force,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)

if TYPE_CHECKING:
    from ketenkaart.services.effect.self_reporting import SelfReportAnswer


def selfreport(  # noqa: PLR0917 - each is an option of its own
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Self-evaluations: .csv, .xlsx or .parquet.")
    ],
    frame: Annotated[Path, typer.Option(metavar="FRAME", help="From `effect frame`.")],
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=HEADING", help="Which column holds what; may be repeated."),
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="Only this period of the frame.")
    ] = None,
    joined: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write how each row was joined.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write a page with a picture.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the page.")] = Language.EN,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(min=0, help="For tests by shuffling.")] = 1,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Hold self-evaluations against the frame: who reported, how unlike the rest, what it bounds.

    Example: ketenkaart effect selfreport zet.xlsx --frame frame.parquet --joined joined.csv
    """
    from ketenkaart.services.effect.self_reporting import hold_self_reports
    from ketenkaart.services.effect.self_reports_out import (
        LEANING_COLUMNS,
        leaning_row,
        self_report_data,
        write_joined,
    )
    from ketenkaart.sources.tenders.headings import parse_columns

    found = hold_self_reports(
        file, frame, columns=parse_columns(column or []), period=period, level=level, seed=seed
    )
    if joined is not None:
        write_joined(found, joined, force=force)
    if report is not None:
        from ketenkaart.services.effect.page import write_self_report_page

        write_self_report_page(found, report, language.value, force=force)
    if format is Format.JSON:
        print_json(self_report_data(found))
    elif format is Format.CSV:
        print_csv(LEANING_COLUMNS, [leaning_row(item) for item in found.leanings])
        for note in found.notes:
            tell(f"- {note.en}")
    else:
        _print(found)


def _print(found: SelfReportAnswer) -> None:
    ways = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in found.ways().items())
    say(f"{len(found.joined):,} rows in {found.name}: {ways}.")
    number = found.reported / found.tenders
    value = found.value_reported / found.value_frame if found.value_frame else None
    by_number, by_value = figure(number, is_share=True), figure(value, is_share=True)
    say(f"Reported: {found.reported:,} of {found.tenders:,} tenders ({by_number}).")
    say(f"Of the known value in {found.currency}: {by_value}.", "")
    reach = f"{found.level:.0%} interval"
    print_table(
        [
            Column("Of"), Column("Category", wide=True), Column("Tenders", "right"),
            Column("Reported", "right"), Column("Among reporters", "right"),
            Column("Among others", "right"), Column("Standardised difference", "right"),
            Column(reach, "right"),
        ],
        [
            [
                item.dimension.replace("_", " "), item.category, f"{item.tenders:,}",
                f"{item.reported:,}", figure(item.share_reported, is_share=True),
                figure(item.share_others, is_share=True), _small(item.difference),
                "-" if item.low is None else f"{_small(item.low)} to {_small(item.high)}",
            ]
            for item in found.leanings
        ],
        title="Who reported, beside the rest of the frame",
    )  # fmt: skip
    say("")
    print_table(
        [
            Column("Of"), Column("Chi-squared", "right"), Column("df", "right"),
            Column("p", "right"), Column("Cramér's V", "right"), Column(reach, "right"),
            Column("Remark", wide=True),
        ],
        [
            [
                item.dimension.replace("_", " "), _small(item.statistic), str(item.freedom),
                "-" if item.p is None else f"{item.p:.3g}", _small(item.v),
                "-" if item.low is None else f"{_small(item.low)} to {_small(item.high)}",
                "by shuffling" if item.is_simulated else "",
            ]
            for item in found.tests
        ],
        title="Does reporting go with it?",
    )  # fmt: skip
    say("")
    for item in found.bounds:
        say(
            f"Share with sustainability features, by {item.by}: between "
            f"{figure(item.low, is_share=True)} and {figure(item.high, is_share=True)} (bounds); "
            f"{figure(item.share_said, is_share=True)} of those who said; what if others in a "
            f"class were alike: {figure(item.what_if, is_share=True)} (no estimate; classes with a "
            f"report hold {figure(item.reached, is_share=True)})."
        )
    for note in found.notes:
        say(f"- {note.en}")


def _small(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
