"""`ketenkaart edition add`: bring in a publisher's world table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.edition_codes import ASKED
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from ketenkaart.services.world_tables import TableEntry

KINDS = "wiod, icio, exiobase, figaro or table."
UNTRIED = "not tried on a real file"
ESTIMATED = "an estimate"
GROUPED = ("output", "rows", "columns", "rows_absolute", "columns_absolute")
SUMMARY = ("id", "title_en", "year", "unit", "regions", "sectors", "nodes", "is_tried", "bytes")


def add(
    kind: Annotated[str, typer.Argument(help=KINDS)],
    source: Annotated[str, typer.Argument(metavar="PATH-OR-URL", help="The publisher's file.")],
    year: Annotated[int | None, typer.Option(help="Year of the table.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="Id to keep it under.")] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Read a publisher's world table, check it and keep it: all of it, or nothing.

    Example: ketenkaart edition add wiod ../shared/data/wiod2013 --year 2011
    """
    from ketenkaart.cli.progress import Share
    from ketenkaart.services.world_tables import add_table, fetch_table
    from ketenkaart.warehouse.folder import chosen_data_folder

    folder = chosen_data_folder()
    with Share() as share:
        if "://" in source:
            entry = fetch_table(
                kind, source, year=year, name=name, data_folder=folder, progress=share.show
            )
        else:
            entry = add_table(
                kind, Path(source), year=year, name=name, data_folder=folder, progress=share.show
            )
    print_entry(entry, format)
    if format is Format.TABLE:
        kept = entry.manifest.id
        say("", f"Kept. Ask it: {ASKED} {kept}", f"Its codes: ketenkaart edition show {kept}")


def residuals(
    edition: Annotated[str, typer.Argument(help="Id of a world table.")],
    by: Annotated[str, typer.Option(help="region, sector or node.")] = "region",
    format: Printed = Format.TABLE,
) -> None:
    """List what does not add up in a world table: by how much rows and columns miss output.

    Example: ketenkaart edition residuals wiod2013-2011 --by sector --format csv
    """
    from ketenkaart.services.world_tables import residuals as find
    from ketenkaart.services.world_tables import show_table
    from ketenkaart.warehouse.folder import chosen_data_folder

    found = find(edition, by, chosen_data_folder())
    unit = show_table(edition, chosen_data_folder()).manifest.unit
    rows = [{by: row.name, **{name: getattr(row, name) for name in GROUPED}} for row in found]
    if format is Format.JSON:
        print_json({"edition": edition, "unit": unit, "count": len(rows), "rows": rows})
    elif format is Format.CSV:
        print_csv((by, *GROUPED), [list(row.values()) for row in rows])
    else:
        columns = [Column(by.capitalize(), wide=True), *(
            Column(name.replace("_", " ").capitalize(), "right") for name in GROUPED
        )]  # fmt: skip
        print_table(
            columns, [[row.name, *(_figure(getattr(row, k)) for k in GROUPED)] for row in found]
        )
        say("", f"In {unit}; positive is too much. Sums of |residual| are in the last two columns.")


def _figure(value: float) -> str:
    """Return a residual with thousands separated; six digits, as small ones count too.

    >>> _figure(1658982.4), _figure(-0.5), _figure(0.00012)
    ('1,658,982', '-0.5', '0.00012')
    """
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"


def listed_row(entry: TableEntry) -> dict[str, Any]:
    """Return a world table as a row in the list of editions."""
    manifest = entry.manifest
    return {
        "id": manifest.id,
        "kind": "table",
        "is_tried": manifest.is_tried,
        "is_estimate": manifest.estimate is not None,
        "title_nl": manifest.title.nl,
        "title_en": manifest.title.en,
        "table_year": manifest.year,
        "edition_date": None,
        "built_with": manifest.built_with,
        "regions": len(manifest.regions),
        "sectors": len(manifest.sectors),
        "bytes": entry.bytes,
        "folder": str(entry.folder),
    }


def print_entry(entry: TableEntry, format: Format) -> None:
    """Print a world table: what it is, how well it balances, and what was found."""
    row = table_row(entry)
    if format is Format.JSON:
        print_json(row)
    elif format is Format.CSV:
        print_csv(SUMMARY, [[row[key] for key in SUMMARY]])
    else:
        say(*_lines(entry))


def table_row(entry: TableEntry) -> dict[str, Any]:
    """Return a world table as plain values, for JSON."""
    manifest = entry.manifest
    return {
        "id": manifest.id,
        "kind": "table",
        "title_nl": manifest.title.nl,
        "title_en": manifest.title.en,
        "publisher": manifest.publisher,
        "licence": manifest.licence,
        "layout": manifest.layout,
        "is_tried": manifest.is_tried,
        "estimate": manifest.estimate.model_dump(mode="json") if manifest.estimate else None,
        "year": manifest.year,
        "unit": manifest.unit,
        "regions": len(manifest.regions),
        "sectors": len(manifest.sectors),
        "nodes": len(manifest.regions) * len(manifest.sectors),
        "value_added": list(manifest.value_added),
        "is_value_added_residual": manifest.is_value_added_residual,
        "satellites": len(manifest.satellites),
        "balance": manifest.balance.model_dump(mode="json"),
        "findings": [item.model_dump(mode="json") for item in manifest.findings],
        "sources": [item.model_dump(mode="json") for item in manifest.sources],
        "bytes": entry.bytes,
        "folder": str(entry.folder),
    }


def _lines(entry: TableEntry) -> list[str]:
    manifest, balance = entry.manifest, entry.manifest.balance
    tried = "" if manifest.is_tried else f" The reader was {UNTRIED}."
    columns = (
        "value added is the residual, so columns balance by definition"
        if balance.columns is None
        else f"columns miss output by {balance.columns:.2g}"
    )
    size = (
        f"{len(manifest.regions)} regions x {len(manifest.sectors)} sectors; "
        f"{len(manifest.final_demand)} columns of final demand; "
        f"{len(manifest.satellites)} satellites; {entry.bytes / 1e6:,.0f} MB."
    )
    solved = (
        f"Condition of I - A: {balance.condition:.3g}; largest output multiplier "
        f"{balance.largest_multiplier:.3g} ({balance.largest_multiplier_node})."
    )
    made = [f"ESTIMATE: {manifest.estimate.note.en}"] if manifest.estimate else []
    return [
        f"{manifest.title.en} ({manifest.id}), {manifest.unit}.{tried}",
        *made,
        size,
        f"Balance: rows miss output by {balance.rows:.2g} of the total; {columns}.",
        solved,
        *[f"- {item.code}: {item.text}{_places(item.places)}" for item in manifest.findings],
    ]


def _places(places: tuple[str, ...]) -> str:
    if not places:
        return ""
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f" {', '.join(places[:5])}{more}."
