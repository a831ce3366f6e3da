"""`ketenkaart microdata`: records for evaluators, without names."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
from ketenkaart.cli.progress import Share

if TYPE_CHECKING:
    from ketenkaart.services.microdata.exporting import Exported

microdata_app = typer.Typer(
    help="Records for evaluators: pseudonymised, checked, with a codebook.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A row per record: CSV, Parquet or .xlsx.")
]
Book = Annotated[
    Path,
    typer.Option(
        metavar="CODEBOOK.YML", help="What each column is; see docs/methods/microdata.md."
    ),
]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="The sheet of a workbook; else the first.")
]


class DataFile(StrEnum):
    """Which files hold the data."""

    CSV = "csv"
    PARQUET = "parquet"
    BOTH = "both"


@microdata_app.command("propose")
def propose_(
    data: Data,
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "--output", metavar="CODEBOOK.YML", help="The codebook to write."),
    ],
    sheet: Sheet = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Write a first codebook for a file, to be filled in by people who know the data.

    Example: ketenkaart microdata propose firms.csv --out firms.yml
    """
    from ketenkaart.services.microdata.proposing import propose

    found = propose(data, out, sheet=sheet, force=force)
    names = ("column", "role", "why")
    rows = [[item.column, item.role, item.why] for item in found]
    if not printed_as_data(format, names, rows, "rows"):
        print_table([Column("Column"), Column("Role"), Column("Why", wide=True)], rows)
        say(f"A proposal stands in {out}: fill in what is between angle brackets.")


@microdata_app.command("export")
def export_(
    data: Data,
    *,
    codebook: Book,
    output: Annotated[
        Path,
        typer.Option("--output", "--out", metavar="FOLDER", help="A folder that is not there yet."),
    ],
    new_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Make a key here: the export cannot be linked."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use this key: the export links to its earlier ones."),
    ] = None,
    files: Annotated[DataFile, typer.Option(help="As what the data are written.")] = DataFile.BOTH,
    sheet: Sheet = None,
    format: Printed = Format.TABLE,
) -> None:
    """Write a data set that tells nobody's name, with codebook, record and manifest.

    Keep the key away from the export: whoever has both can find everybody again.

    Example: ketenkaart microdata export firms.csv --codebook firms.yml --new-key ~/keys/2026.key
    --output firms-2026
    """
    from ketenkaart.services.microdata.exporting import FORMATS, export

    with Share() as share:
        made = export(
            data, codebook, output, day=datetime.now(UTC).date(), key=key, new_key=new_key,
            formats=FORMATS if files is DataFile.BOTH else (files.value,), sheet=sheet,
            told=share.show,
        )  # fmt: skip
    _print(made, format)
    out = say if format is Format.TABLE else tell
    out(f"{len(made.files)} files in {output}; check them with `ketenkaart microdata verify`.")
    if new_key is not None:
        out(f"The key is in {new_key}: keep it apart from the export, or destroy it.")


@microdata_app.command("check")
def check_(
    data: Data, *, codebook: Book, sheet: Sheet = None, format: Printed = Format.TABLE
) -> None:
    """Say what an export would change and which risk would be left; write nothing.

    Example: ketenkaart microdata check firms.csv --codebook firms.yml
    """
    from ketenkaart.services.microdata.exporting import check

    with Share() as share:
        made = check(data, codebook, day=datetime.now(UTC).date(), sheet=sheet, told=share.show)
    _print(made, format)


@microdata_app.command("verify")
def verify_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="An export.")],
    format: Printed = Format.TABLE,
) -> None:
    """Recompute hashes, counts, k and l of an export; exit code 1 where anything differs.

    Example: ketenkaart microdata verify firms-2026
    """
    from ketenkaart.services.microdata.verifying import verify

    found = verify(folder)
    if format is Format.JSON:
        print_json({"is_sound": not found.faults, "checks": found.checks, "faults": found.faults})
    elif format is Format.CSV:
        print_csv(("fault",), [[fault] for fault in found.faults])
    else:
        say(*(f"Checked: {text}." for text in found.checks))
        say(*(f"- {fault}" for fault in found.faults))
    if found.faults:
        (say if format is Format.TABLE else tell)("The export is not sound.")
        raise typer.Exit(1)
    (say if format is Format.TABLE else tell)("The export is as it was made.")


FIELDS = ("name", "role", "type", "known", "missing", "loss", "changes")
RISKS = (
    ("k", "Fewest units in a group (k)"),
    ("l", "Fewest sensitive values in a group (l)"),
    ("unique_share", "Share of rows alone in their group"),
    ("prosecutor_most", "Largest chance, knowing that the unit is in it"),
    ("prosecutor_mean", "Mean chance, likewise"),
    ("journalist_most", "Largest chance, not knowing that (estimate)"),
    ("journalist_mean", "Mean chance, likewise (estimate)"),
)


def _print(made: Exported, format: Format) -> None:
    if format is Format.JSON:
        print_json({"rows": made.variables, "record": made.record})
        return
    rows = [
        [
            item["name"], item["role"], item["type"], item["known"],
            sum(item["missing"].values()), item["loss"],
            "; ".join(change["en"] for change in item["changes"]) or "nothing",
        ]
        for item in made.variables
    ]  # fmt: skip
    if format is Format.CSV:
        print_csv(FIELDS, rows)
        return
    print_table(
        [Column("Variable"), Column("Role"), Column("Type", spare=2), Column("Known", "right"),
         Column("Missing", "right"), Column("Loss", "right", spare=1),
         Column("What changes", wide=True)],
        [[str(cell) for cell in row] for row in rows],
    )  # fmt: skip
    for item in made.record["left_out"]:
        say(f"Left out: {item['name']}.")
    _print_risk(made)


def _print_risk(made: Exported) -> None:
    record = made.record
    kinds = [record["risk_before"], record["risk_after"]]
    columns = [Column("Risk", wide=True), Column("Before", "right"), Column("After", "right")]
    if record["risk_with_design"]:
        kinds.append(record["risk_with_design"])
        columns.append(Column("With design", "right"))
    print_table(
        columns,
        [
            [title, *("–" if kind[name] is None else f"{kind[name]:.4g}" for kind in kinds)]
            for name, title in RISKS
        ],
    )
    say(
        f"{record['suppressed_rows']:,} of {record['rows']:,} rows are suppressed; loss of detail "
        f"{record['loss']:.3f} (0 none, 1 all)."
    )
    for note in record["notes"]:
        say(f"- {note['en']}")
