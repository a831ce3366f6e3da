"""`ketenkaart disclosure protect|audit`: totals of firms that give no firm away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.output import (
    Column,
    DataFormat,
    Format,
    Printed,
    PrintedData,
    print_csv,
    print_data,
    print_json,
    print_table,
    say,
    tell,
)
from ketenkaart.cli.progress import Share
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.monitor.disclosure.types import Rules
    from ketenkaart.services.monitor.disclosure import Asked, Cell, Exposed, Safe

disclosure_app = typer.Typer(
    help="Publish totals of firms without giving a firm away.", no_args_is_help=True
)
Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A row per firm: CSV, Parquet or .xlsx.")
]
By = Annotated[
    str, typer.Option(metavar="COLUMN[,COLUMN]", help="Columns that cut the table, such as sector.")
]
Group = Annotated[
    str,
    typer.Option(metavar="COLUMN", help="Column of the group of firms that decide together."),
]
Value = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Column to add up; without it rows are counted."),
]
Above = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Which code holds which: columns dimension, code, above."),
]
Least = Annotated[int, typer.Option(help="Fewest groups in a total that is published.")]
Percent = Annotated[
    float, typer.Option(help="No group's figure can be found within so many per cent.")
]
Dominance = Annotated[
    str | None,
    typer.Option(metavar="N,K", help="The N largest groups make up at most K per cent, as 3,75."),
]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="The sheet of a workbook; else the first.")
]


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """The options that say which table is meant, and when a cell of it is safe."""

    by: By
    group: Group
    value: Value = None
    above: Above = None
    least: Least = 3
    percent: Percent = 10.0
    dominance: Dominance = None

    def asked(self, data: Path, sheet: str | None) -> Asked:
        """Return the table that is asked of the data; raises `InputError` where no column is."""
        from ketenkaart.services.monitor.disclosure import Asked

        columns = tuple(name.strip() for name in self.by.split(",") if name.strip())
        if not columns:
            raise InputError(
                "No column is named", where="--by", fix="Name at least one, as sector."
            )
        return Asked(data, columns, self.group, self.value, self.above, sheet)

    def rules(self) -> Rules:
        """Return when a cell is safe; raises `InputError` for a rule that is none."""
        from ketenkaart.core.monitor.disclosure.types import Rules

        pair: tuple[int, float] | None = None
        if self.dominance is not None:
            try:
                count, share = self.dominance.split(",")
                pair = int(count), float(share)
            except ValueError:
                raise InputError(
                    f"{self.dominance[:20]!r} is no dominance rule",
                    where="--dominance",
                    fix="Write a number of groups and a percentage, such as 3,75.",
                ) from None
        return Rules(self.least, self.percent, pair)


@disclosure_app.command("protect", short_help="What of a table can be published.")
@unbundled
def protect(
    data: Data,
    *,
    table: TableOptions,
    after: Annotated[
        list[Path] | None,
        typer.Option(metavar="RELEASE", help="A release kept earlier; may be repeated."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep this release for the next one. It is secret."),
    ] = None,
    name: Annotated[str, typer.Option(help="What to call the release that is kept.")] = "",
    reasons: Annotated[
        bool,
        typer.Option("--reasons", help="Say why cells are withheld. Not to be published."),
    ] = False,
    sheet: Sheet = None,
    format: PrintedData = DataFormat.TABLE,
) -> None:
    """Add up figures of firms, and withhold what would give a firm away.

    Firms of one group count as one. Cells are withheld that are unsafe by themselves, that would
    let those be computed by a reader or by a member of another group, and that would tell, beside
    earlier releases, what somebody gave who joined or left.

    Example: ketenkaart disclosure protect firms.csv --by sector,country --value wages --group owner
    """
    from ketenkaart.services.monitor.disclosure import protect_file

    asked, rules = table.asked(data, sheet), table.rules()
    with Share() as share:
        safe = protect_file(
            asked,
            rules,
            earlier=after or (),
            name=name,
            keep=keep,
            bounds=reasons,
            told=share.show,
        )
    columns = (*safe.by, "state", "value", "groups", *(SECRET if reasons else ()))
    if format is DataFormat.JSON:
        print_json(_as_data(safe, reasons))
    elif format is DataFormat.TABLE:
        _print(safe, reasons)
    else:
        print_data(format, columns, [_row(cell, reasons) for cell in safe.cells])
    summary = _summary(safe)
    for line in summary:
        (say if format is DataFormat.TABLE else tell)(line)
    if reasons:
        tell("Reasons and bounds are not to be published: they help whoever wants to compute more.")
    if keep is not None:
        tell(f"Kept in {keep}, with the figures of each group: keep it secret.")


@disclosure_app.command("audit", short_help="What a table made elsewhere gives away.")
@unbundled
def audit(
    data: Data,
    published: Annotated[
        Path,
        typer.Argument(metavar="TABLE", help="The table; a cell without a number is withheld."),
    ],
    *,
    table: TableOptions,
    sheet: Sheet = None,
    format: Printed = Format.TABLE,
) -> None:
    """Attack a table that is to be published, with the firms' figures in hand.

    Ends with exit code 1 where somebody is given away.

    Example: ketenkaart disclosure audit firms.csv table.csv --by sector --value wages --group owner
    """
    from ketenkaart.services.monitor.disclosure import audit_file

    asked, rules = table.asked(data, sheet), table.rules()
    with Share() as share:
        found = audit_file(asked, published, rules, told=share.show)
    if format is Format.JSON:
        print_json({"is_safe": not found, "exposed": [asdict(item) for item in found]})
    elif format is Format.CSV:
        print_csv(
            (*asked.by, "reason", "by_whom", "low", "high"),
            [[*item.key, item.reason, item.by_whom, item.low, item.high] for item in found],
        )
    elif found:
        _print_exposed(asked.by, found)
    if not found:
        (say if format is Format.TABLE else tell)("Nobody is given away.")
        return
    raise typer.Exit(1)


SECRET = ("reason", "low", "high")
REASONS = {
    "too_few_groups": "too few groups",
    "estimable": "one group can estimate another",
    "dominated": "a few groups make up most",
    "all_zero": "all gave zero",
    "members_changed": "tells who joined or left",
    "protects_another": "protects another",
}


def _row(cell: Cell, with_reasons: bool) -> list[str | float | int | None]:
    row: list[str | float | int | None] = [*cell.key, cell.state, cell.value, cell.groups]
    return [*row, cell.reason, cell.low, cell.high] if with_reasons else row


def _as_data(safe: Safe, with_reasons: bool) -> dict[str, object]:
    names = ("state", "value", "groups", *(SECRET if with_reasons else ()))
    return {
        "by": safe.by,
        "unit": safe.unit,
        "rows": [
            {
                **dict(zip(safe.by, cell.key, strict=True)),
                **{name: getattr(cell, name) for name in names},
            }
            for cell in safe.cells
        ],
        "safe_cells": safe.safe,
        "safe_cells_published": safe.kept,
        "absent": safe.absent,
    }


def _print(safe: Safe, with_reasons: bool) -> None:
    columns = [Column(name, wide=True) for name in safe.by]
    columns += [Column(safe.unit, "right"), Column("Groups", "right")]
    columns += [Column("Why", wide=True), Column("A reader finds", "right")] if with_reasons else []
    rows = []
    for cell in safe.cells:
        row = [
            *cell.key,
            "withheld" if cell.value is None else f"{cell.value:,.10g}",
            "" if cell.groups is None else f"{cell.groups:,}",
        ]
        if with_reasons:
            row += [REASONS.get(cell.reason or "", ""), _bounds(cell.low, cell.high)]
        rows.append(row)
    print_table(columns, rows)


def _bounds(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f"{low:,.6g} or more" if high is None else f"{low:,.6g} to {high:,.6g}"


def _summary(safe: Safe) -> list[str]:
    withheld = sum(cell.value is None for cell in safe.cells)
    counted = (
        f"{withheld:,} of {len(safe.cells):,} cells withheld; {safe.kept:,} of the {safe.safe:,} "
        "that are safe by themselves are published."
    )
    lines = [counted]
    if safe.absent:
        counts = ", ".join(
            f"{count:,} {state.replace('_', ' ')}" for state, count in safe.absent.items()
        )
        lines.append(f"Rows without a figure, in no total: {counts}.")
    return lines


def _print_exposed(by: tuple[str, ...], found: list[Exposed]) -> None:
    columns = [Column(name, wide=True) for name in by]
    columns += [Column("Why unsafe", wide=True), Column("Found by", wide=True)]
    columns += [Column("At least", "right"), Column("At most", "right")]
    print_table(
        columns,
        [
            [
                *item.key,
                REASONS.get(item.reason, item.reason),
                item.by_whom,
                f"{item.low:,.6g}",
                f"{item.high:,.6g}",
            ]
            for item in found
        ],
    )
    cells = len({item.key for item in found})
    say(f"{cells:,} {'total gives' if cells == 1 else 'totals give'} somebody away.")
