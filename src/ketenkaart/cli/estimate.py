"""`ketenkaart estimate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)

if TYPE_CHECKING:
    from ketenkaart.core.monitor.types import EstimateTable, IntervalMethod

FIELDS = ("statistic", "domain", "estimate", "se", "low", "high", "n", "df")


class MissingPolicy(StrEnum):
    """What to do with values that are not known."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


class ShareInterval(StrEnum):
    """How the interval of a proportion is made."""

    WILSON = "wilson"
    CLOPPER_PEARSON = "clopper_pearson"
    LOGIT = "logit"
    T = "t"


def estimate(  # noqa: PLR0917 - each is an option of its own
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="The sample: CSV, Parquet or .xlsx, a row each.")
    ],
    design: Annotated[
        Path,
        typer.Option(
            metavar="DESIGN.YML",
            help="How it was drawn. Keys: strata, clusters (a list, outermost first), weights, fpc "
            "(one or one per stage: sizes, or shares drawn), replicates, poststrata, rake, "
            "calibrate, nonresponse, lonely, nest, id, frame, missing, interval, level.",
        ),
    ],
    statistic: Annotated[
        list[str],
        typer.Option(
            metavar="KIND:VAR",
            help="mean:VAR, total:VAR, ratio:NUM/DEN, proportion:VAR[=VALUE], quantile:VAR:P[,P], "
            "median:VAR, count[:VAR]; may be repeated.",
        ),
    ],
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A row per value of a column; may be repeated."),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(
            metavar="EARLIER", help="An earlier wave: adds its estimates and the change since."
        ),
    ] = None,
    before_design: Annotated[
        Path | None,
        typer.Option(metavar="DESIGN.YML", help="How the earlier wave was drawn, if otherwise."),
    ] = None,
    missing: Annotated[
        MissingPolicy | None,
        typer.Option(help="Unknown values of a variable: refuse, or estimate about the others."),
    ] = None,
    interval: Annotated[
        ShareInterval | None, typer.Option(help="How the interval of a proportion is made.")
    ] = None,
    level: Annotated[
        float | None, typer.Option(min=0.5, max=0.9999, help="Of intervals; 0.95 if not given.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="The sheet of a workbook; else the first.")
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Estimate means, totals, shares and quantiles from a sample, with intervals.

    Example: ketenkaart estimate answers.csv --design design.yml --statistic mean:hours --by sector
    """
    from ketenkaart.services.monitor.comparing import compare_files
    from ketenkaart.services.monitor.estimating import estimate_file

    policy = None if missing is None else missing.value
    shape: IntervalMethod | None = None if interval is None else interval.value
    if before is not None:
        found = compare_files(
            data, design, before, before_design=before_design, statistics=statistic,
            by=by or (), missing=policy, interval=shape, level=level,
        )  # fmt: skip
    else:
        found = estimate_file(
            data, design, statistics=statistic, by=by or (), missing=policy, interval=shape,
            level=level, sheet=sheet,
        )  # fmt: skip
    print_estimates(found, format, by or [])


def print_estimates(found: EstimateTable, format: Format, by: list[str]) -> None:
    """Print estimates; what a reader must know goes along, on standard error for CSV."""
    from ketenkaart.core.monitor.types import STATES

    rows = [[getattr(row, name) for name in FIELDS] for row in found.rows]
    if format is Format.JSON:
        print_json(
            {
                "rows": [dict(zip(FIELDS, row, strict=True)) for row in rows],
                "notes": found.notes,
                "missing": [
                    {"column": column, **{state: why.get(state, 0) for state in STATES[1:]}}
                    for column, why in found.missing.items()
                ],
            }
        )
        return
    if format is Format.CSV:
        print_csv(FIELDS, rows)
        for note in found.notes:
            tell(f"- {note}")
        return
    columns = [Column("Estimate of", wide=True)]
    columns += [Column(", ".join(by), wide=True)] if by else []
    columns += [Column(name, "right") for name in ("Estimate", "SE", "Low", "High", "n", "df")]
    print_table(
        columns,
        [
            [
                row.statistic,
                *([row.domain or ""] if by else []),
                *(digits(value) for value in (row.estimate, row.se, row.low, row.high)),
                f"{row.n:,}",
                f"{row.df:,}",
            ]
            for row in found.rows
        ],
    )
    for note in found.notes:
        say(f"- {note}")


def digits(value: float | None) -> str:
    """Return a figure to six digits, as many as its size allows; `–` where there is none.

    >>> digits(662.28736), digits(3687177.5), digits(0.0077571), digits(None)
    ('662.287', '3,687,178', '0.0077571', '–')
    """
    if value is None:
        return "–"
    if abs(value) >= 100_000:
        return f"{value:,.0f}"
    return f"{value:,.6g}"
