"""`ketenkaart edition nowcast`: bring a world table to a later year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.edition_add import table_row
from ketenkaart.cli.numbers import amount, percent
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.nowcasting import Nowcasted

SHOWN_REGIONS = 8


def nowcast(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The world table to start from.")],
    *,
    year: Annotated[int | None, typer.Option(help="The year to bring it to.")] = None,
    totals: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Totals of that year: total (value_added, output or final_demand), region, code "
            "(empty for the whole region), value, source.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--id", help="Id to keep it under.")] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="A real table of that year, to say how far off it is."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Write the totals of the table as a form, and stop."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Bring a world table to totals of a later year, by GRAS; kept and listed as an estimate.

    Value added per region is enough; the more totals, the nearer. Zeros and signs stay.

    Example: ketenkaart edition nowcast wiod2013-2011 --year 2012 --totals totals-2012.csv
    """
    from ketenkaart.warehouse.folder import chosen_data_folder

    folder = chosen_data_folder()
    if template is not None:
        _write_template(table, template, folder)
        return
    if year is None or totals is None:
        raise InputError(
            "A year and its totals are needed",
            where="--year, --totals",
            fix="Give both, or write the form to fill in with --template FILE.",
        )
    from ketenkaart.cli.progress import Share
    from ketenkaart.services.nowcasting import nowcast_table

    with Share() as share:
        found = nowcast_table(
            table, year=year, totals=totals, name=name, against=against, data_folder=folder,
            progress=share.show,
        )  # fmt: skip
    _print(found, format)


def _write_template(table: str, path: Path, folder: Path) -> None:
    from ketenkaart.services.nowcasting import totals_template

    text = totals_template(table, folder)
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise InputError(
            f"The form cannot be written: {error.strerror}",
            where=str(path),
            fix="Name a new file in a folder that can be written.",
        ) from error
    say(f"Written to {path}: fill in the year to come; empty values follow the others.")


def _print(found: Nowcasted, format: Format) -> None:
    how_far = found.moved
    if format is Format.JSON:
        print_json(_row(found))
        return
    moves = [
        (
            item.seller,
            item.buyer,
            item.before,
            item.after,
            item.after - how_far.growth * item.before,
        )
        for item in how_far.largest
    ]
    if format is Format.CSV:
        print_csv(("seller", "buyer", "before", "after", "moved"), moves)
        return
    manifest = found.entry.manifest
    say(f"{manifest.title.en} ({manifest.id}), {manifest.unit}.")
    for note in found.notes:
        say(f"- {note.text}")
    say(
        "",
        f"All sales grew {how_far.growth - 1:+.1%}. Beyond growing alike, "
        f"{percent(how_far.production)} of sales for production and "
        f"{percent(how_far.final_use)} of final sales moved.",
        f"Half of the money sits in cells that came to {how_far.quantiles[1]:.2f} to "
        f"{how_far.quantiles[3]:.2f} times that growth, nine tenths in "
        f"{how_far.quantiles[0]:.2f} to {how_far.quantiles[4]:.2f}.",
        "Most in: "
        + ", ".join(f"{code} {percent(size)}" for code, size in how_far.by_region[:SHOWN_REGIONS])
        + ".",
        "",
    )
    print_table(
        [Column("From"), Column("To"), *(Column(t, "right") for t in ("Before", "After", "Moved"))],
        [[*row[:2], *(amount(value) for value in row[2:])] for row in moves],
    )
    if found.missed is not None:
        off = found.missed
        say(
            "",
            f"Off from the real table: {percent(off.production)} of sales for production "
            f"(unmoved: {percent(off.unmoved_production)}), {percent(off.final_use)} of final "
            f"sales (unmoved: {percent(off.unmoved_final_use)}).",
        )


def _row(found: Nowcasted) -> dict[str, Any]:
    how_far = found.moved
    row = table_row(found.entry)
    row["moved"] = {
        "growth": how_far.growth,
        "production": how_far.production,
        "final_use": how_far.final_use,
        "quantiles": list(how_far.quantiles),
        "by_region": dict(how_far.by_region),
        "largest": [
            {"seller": m.seller, "buyer": m.buyer, "before": m.before, "after": m.after}
            for m in how_far.largest
        ],
    }
    if found.missed is not None:
        off = found.missed
        row["missed"] = {
            "production": off.production,
            "final_use": off.final_use,
            "unmoved_production": off.unmoved_production,
            "unmoved_final_use": off.unmoved_final_use,
        }
    return row
