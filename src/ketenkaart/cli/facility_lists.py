"""`ketenkaart facility lists|register|place|drop|export`: lists that were kept, what goes out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.facility_words import country_code, facilities, plain_value, rows_said
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_table,
    printed_as_data,
    say,
    tell,
)
from ketenkaart.cli.progress import Share
from ketenkaart.core.errors import InputError

LIST_COLUMNS = (
    "list", "title", "contributor", "contributor_kind", "dated", "licence", "state", "rows",
    "waiting",
)  # fmt: skip


@facility_app.command("lists", short_help="List what was imported, and how many rows wait.")
def lists(format: Printed = Format.TABLE) -> None:
    """List what was imported: who gave it, how many rows it has, how many wait.

    Example: ketenkaart facility lists --format csv
    """
    open_record()
    from ketenkaart.services.facilities.registry import kept_lists

    rows = [
        [
            item.id, item.title, item.contributor.id, item.contributor.kind.value,
            item.dated.isoformat() if item.dated else None, item.licence, item.state.value,
            item.rows, item.waiting,
        ]
        for item in kept_lists()
    ]  # fmt: skip
    if printed_as_data(format, LIST_COLUMNS, rows):
        return
    if not rows:
        say("No list was imported yet: `ketenkaart facility import FILE`.")
    else:
        heads = [Column("List"), Column("Title", wide=True), Column("Given by")]
        heads += [Column("Kind", spare=1), Column("Dated"), Column("Licence", wide=True, spare=2)]
        heads += [Column("State", spare=1), Column("Rows", "right"), Column("Waiting", "right")]
        print_table(heads, [[plain_value(cell) for cell in row] for row in rows])


@facility_app.command("register", short_help="Make facilities of the rows of a list that wait.")
def register_list(
    number: Annotated[str, typer.Argument(metavar="LIST", help="Its number: `facility lists`.")],
    reason: Annotated[str, typer.Option(help="Why they are new.")] = "new after matching",
    actor: As = None,
) -> None:
    """Make facilities of the rows of a list that wait; equal rows become one.

    Rows that a proposal in the queue speaks of go on waiting.

    Example: ketenkaart facility register 3 --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.importing import register_rest

    joined, made = register_rest(list_id=number, reason=reason, actor=who, at=datetime.now(UTC))
    say(f"{facilities(made)}; {rows_said(joined)} joined to one that was there.")


@facility_app.command("place", short_help="Match the waiting rows of a list with the registry.")
def place(
    number: Annotated[str, typer.Argument(metavar="LIST", help="Its number: `facility lists`.")],
    engine: Annotated[
        str, typer.Option(metavar="auto|own|duckdb|spark", help="What weighs pairs; auto: by size.")
    ] = "auto",
    model: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A model that match-train wrote.")
    ] = None,
    actor: As = None,
) -> None:
    """Match the waiting rows of a list: join what is sure, ask people, register what is new.

    Example: ketenkaart facility place 3 --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.matching_in import place_list

    with Share() as share:
        found = place_list(
            list_id=number,
            engine=engine,
            model=model,
            actor=who,
            at=datetime.now(UTC),
            told=share.show,
        )
    say(
        f"The same as a facility: {rows_said(found.exact)}; joined to one by matching: "
        f"{found.joined}, to a new one: {found.alike}; {facilities(found.registered)}."
    )
    if found.asked:
        waits = "1 pair waits" if found.asked == 1 else f"{found.asked:,} pairs wait"
        say(f"{waits} for people: `ketenkaart facility queue`.")


@facility_app.command("drop", short_help="Forget a list that was cut short.")
def drop(
    number: Annotated[str, typer.Argument(metavar="LIST", help="Its number: `facility lists`.")],
    actor: As = None,
) -> None:
    """Forget a list that was cut short while it came in; a kept list stays.

    Example: ketenkaart facility drop 4 --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.importing import drop_unfinished

    drop_unfinished(list_id=number, actor=who, at=datetime.now(UTC))
    say(f"List {number} is forgotten.")


@facility_app.command("export", short_help="Give out facilities as CSV.")
def export(
    shape: Annotated[
        str, typer.Option(metavar="registry|os-hub", help="In which columns.")
    ] = "registry",
    country: Annotated[
        str | None, typer.Option(metavar="BGD", help="Only in this country.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those this contributor named.")
    ] = None,
    isic: Annotated[
        str | None, typer.Option(metavar="14", help="Only this division of ISIC Rev. 4.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "--output", metavar="FILE", help="Write to a file; else it is printed."
        ),
    ] = None,
) -> None:
    """Give out facilities as CSV, in our columns or in those of Open Supply Hub.

    Ids that were given out are merged away by two people only.

    Example: ketenkaart facility export --shape os-hub --country BGD > bgd.csv
    """
    open_record()
    from ketenkaart.services.exports import write_csv
    from ketenkaart.services.facilities.exporting import Shape, export_columns, export_rows
    from ketenkaart.services.facilities.registry import FacilityQuery

    if shape not in list(Shape):
        raise InputError(
            f"{shape[:40]!r} is no shape of a list", where="--shape", fix="registry or os-hub."
        )
    chosen = Shape(shape)
    query = FacilityQuery(country=country_code(country), contributor=by, isic4=isic)
    rows = list(export_rows(query, chosen, actor="command line", at=datetime.now(UTC)))
    if out is None:
        print_csv(export_columns(chosen), rows)
        return
    part = out.with_name(f"{out.name}.part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, export_columns(chosen), rows)
    part.replace(out)
    tell(f"{len(rows):,} {'facility' if len(rows) == 1 else 'facilities'} in {out}.")
