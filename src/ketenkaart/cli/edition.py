"""`ketenkaart edition build|add|nowcast|list|show|residuals|verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.edition_add import (
    ESTIMATED,
    UNTRIED,
    add,
    listed_row,
    print_entry,
    residuals,
    table_row,
)
from ketenkaart.cli.edition_codes import codes_of_edition, lines_of_codes
from ketenkaart.cli.edition_nowcast import nowcast
from ketenkaart.cli.edition_split import split, split_report
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
    from ketenkaart.services.editions import EditionEntry
    from ketenkaart.services.world_tables import TableEntry

edition_app = typer.Typer(
    help="Editions: the tables that every figure comes from.", no_args_is_help=True
)

edition_app.command("add", short_help="Bring in a publisher's world table.")(add)
edition_app.command("residuals", short_help="List what does not add up in a world table.")(
    residuals
)

edition_app.command("split", short_help="Split the rest of the world into countries: an estimate.")(
    split
)
edition_app.command("split-report", short_help="Say what a split says, country by country.")(
    split_report
)
edition_app.command("nowcast", short_help="Bring a world table to a later year: an estimate.")(
    nowcast
)

LISTED = (
    *("id", "kind", "is_tried", "is_estimate", "title_nl", "title_en", "table_year"),
    *("edition_date", "built_with", "bytes"),
)


@edition_app.command("build", short_help="Build the starter edition from its sources.")
def build(
    source: Annotated[Path, typer.Option("--from", help="Folder with the publishers' files.")],
    target: Annotated[
        Path | None, typer.Option("--to", help="Where to put it. Default: in the package.")
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Build the starter edition from its sources: the same bytes every time.

    Example: ketenkaart edition build --from ../shared/data
    """
    from ketenkaart.services.editions import build_starter

    entry = build_starter(source, target, lambda step, done: tell(f"[{done:4.0%}] {step}"))
    _print_entries([entry], format)
    if format is Format.TABLE:
        say("", f"Written to {entry.folder}.")


@edition_app.command("list", short_help="List the editions there are.")
def list_all(format: Printed = Format.TABLE) -> None:
    """List the editions there are: the package's own, and those in the data folder.

    Example: ketenkaart edition list --format json
    """
    from ketenkaart.services.editions import editions
    from ketenkaart.services.world_tables import world_tables
    from ketenkaart.warehouse.folder import chosen_data_folder

    folder = chosen_data_folder()
    _print_rows(
        [_row(entry) for entry in editions(folder)]
        + [listed_row(entry) for entry in world_tables(folder)],
        format,
    )


@edition_app.command("show", short_help="Show the tables of an edition, with their sources.")
def show(
    edition: Annotated[str, typer.Argument(help="Id of an edition, or path of its folder.")],
    format: Printed = Format.TABLE,
) -> None:
    """Show the tables of an edition, with publishers, licences and source files.

    Of a world table: what it is, how well it balances, what its checks found, and the codes of its
    regions, sectors and buyers.

    Example: ketenkaart edition show starter-2026.1
    """
    from ketenkaart.services.editions import show_edition
    from ketenkaart.services.world_tables import kind_of, show_table
    from ketenkaart.warehouse.folder import chosen_data_folder

    if kind_of(edition, chosen_data_folder()) == "table":
        entry = show_table(edition, chosen_data_folder())
        if format is Format.JSON:
            print_json(table_row(entry) | {"codes": codes_of_edition(edition)})
            return
        print_entry(entry, format)
        if format is Format.TABLE:
            say(*lines_of_codes(edition))
        return
    detail = show_edition(edition, chosen_data_folder())
    if format is Format.JSON:
        tables = {name: item.model_dump(mode="json") for name, item in detail.sidecars.items()}
        print_json(_row(detail.entry) | {"tables": tables})
        return
    columns = ("table", "year", "source", "publisher", "licence", "licence_grade", "file", "sha256")
    rows = [
        [name, item.year, origin.source, origin.publisher, origin.licence,
         origin.licence_grade.value, origin.file, origin.sha256]
        for name, item in detail.sidecars.items()
        for origin in item.derived_from
    ]  # fmt: skip
    if format is Format.CSV:
        print_csv(columns, rows)
        return
    headings = [
        Column("Table"), Column("Year", wide=True, spare=2), Column("Source"),
        Column("Publisher", wide=True), Column("Licence", wide=True), Column("Grade"),
        Column("sha256", spare=3),
    ]  # fmt: skip
    print_table(
        headings,
        [[*row[:6], f"{row[7][:12]}…"] for row in rows],
        title=f"{detail.entry.manifest.title.en} ({detail.entry.manifest.id})",
    )
    for name, item in detail.sidecars.items():
        for note in item.notes:
            say("", f"{name}: {note.en}")
    say(*lines_of_codes(edition))


@edition_app.command("verify", short_help="Check every byte of an edition against its manifest.")
def verify(
    edition: Annotated[str, typer.Argument(help="Id of an edition, or path of its folder.")],
    format: Printed = Format.TABLE,
) -> None:
    """Check every byte of an edition against its manifest; exit code 1 if one differs.

    Example: ketenkaart edition verify starter-2026.1
    """
    from ketenkaart.services.editions import verify_edition
    from ketenkaart.services.world_tables import kind_of, verify_world
    from ketenkaart.warehouse.folder import chosen_data_folder

    entry: EditionEntry | TableEntry
    if kind_of(edition, chosen_data_folder()) == "table":
        entry = verify_world(edition, chosen_data_folder())
        row = listed_row(entry)
    else:
        entry = verify_edition(edition, chosen_data_folder())
        row = _row(entry)
    files = [(item.name, item.bytes, item.sha256) for item in entry.manifest.files]
    if format is Format.JSON:
        print_json(row | {"is_intact": True, "files": [item[0] for item in files]})
    elif format is Format.CSV:
        print_csv(("file", "bytes", "sha256"), files)
    else:
        columns = [Column("File"), Column("Bytes", "right"), Column("sha256", spare=1)]
        print_table(columns, [[name, str(size), sha] for name, size, sha in files])
        say("", f"{entry.manifest.id}: {len(files)} files, all as the manifest says.")


def _print_entries(entries: list[EditionEntry] | tuple[EditionEntry, ...], format: Format) -> None:
    _print_rows([_row(entry) for entry in entries], format)


def _print_rows(rows: list[dict[str, Any]], format: Format) -> None:
    if format is Format.JSON:
        print_json({"count": len(rows), "rows": rows})
    elif format is Format.CSV:
        print_csv(LISTED, [[row[key] for key in LISTED] for row in rows])
    elif not rows:
        say("There is no edition. Build one: ketenkaart edition build --from DIR")
    else:
        columns = [
            Column("Id"), Column("Kind"), Column("Title", wide=True, spare=1),
            Column("Table", "right"), Column("Date", spare=3), Column("Regions", "right", spare=2),
            Column("Sectors", "right", spare=2), Column("Bytes", "right", spare=3),
            Column("Note", wide=True),
        ]  # fmt: skip
        keys = ("id", "kind", "title_en", "table_year", "edition_date", "regions", "sectors")
        print_table(
            columns,
            [
                [str(row[key] or "") for key in keys] + [str(row["bytes"]), _remark(row)]
                for row in rows
            ],
        )


def _remark(row: dict[str, Any]) -> str:
    said = (ESTIMATED if row["is_estimate"] else "", "" if row["is_tried"] else UNTRIED)
    return ", ".join(item for item in said if item)


def _row(entry: EditionEntry) -> dict[str, Any]:
    manifest = entry.manifest
    return {
        "id": manifest.id,
        "kind": "gap",
        "is_tried": True,
        "is_estimate": False,
        "title_nl": manifest.title.nl,
        "title_en": manifest.title.en,
        "table_year": manifest.table_year,
        "edition_date": manifest.edition_date.isoformat(),
        "built_with": manifest.built_with,
        "regions": len(manifest.regions),
        "sectors": len(manifest.sectors),
        "bytes": entry.bytes,
        "folder": str(entry.folder),
    }
