"""`ketenkaart facility list|show|history`: what the registry holds, and how it came so."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.facility_words import country_code, plain_value
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
from ketenkaart.core.chain.facilities.history import EventKind, FacilityEvent
from ketenkaart.core.chain.facilities.types import FacilityStatus

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as BGD-2026326-00001-PQ.")]
HISTORY_COLUMNS = ("event", "at", "by", "what", "reason", "detail", "others", "undone_by")


@facility_app.command("list", short_help="List facilities in the order of their ids.")
def list_found(
    about: Annotated[str, typer.Option(help="Only with these words in name or address.")] = "",
    country: Annotated[
        str | None, typer.Option(metavar="BGD", help="Only in this country.")
    ] = None,
    status: Annotated[
        FacilityStatus | None, typer.Option(help="Only so; else active and closed ones.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those this contributor named.")
    ] = None,
    isic: Annotated[
        str | None, typer.Option(metavar="14", help="Only this division of ISIC Rev. 4.")
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Go on after this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    format: Printed = Format.TABLE,
) -> None:
    """List facilities in the order of their ids.

    Example: ketenkaart facility list --country BGD --about knit
    """
    open_record()
    from ketenkaart.services.facilities.exporting import (
        REGISTRY_COLUMNS,
        facility_json,
        facility_row,
        shown_contributors,
    )
    from ketenkaart.services.facilities.registry import FacilityQuery, list_facilities

    query = FacilityQuery(
        about=about, country=country_code(country), status=status, contributor=by, isic4=isic,
        after=after, limit=limit,
    )  # fmt: skip
    found = list_facilities(query)
    shown = shown_contributors()
    if format is Format.JSON:
        rows = [facility_json(item, shown) for item in found.facilities]
        print_json({"matching": found.matching, "facilities": rows})
    elif format is Format.CSV:
        print_csv(REGISTRY_COLUMNS, [facility_row(item, shown) for item in found.facilities])
    elif not found.facilities:
        say("No facility answers to that.")
        if not found.matching and not any((about, country, status, by, isic)):
            say("None was registered yet: `ketenkaart facility import FILE`.")
    else:
        columns = [Column("Id"), Column("Country"), Column("Name", wide=True)]
        columns += [Column("Address", wide=True), Column("ISIC"), Column("Status", spare=1)]
        print_table(
            columns,
            [
                [
                    item.id, item.country, item.name, item.address,
                    " ".join(item.said.isic4) or "unknown", item.status.value,
                ]
                for item in found.facilities
            ],
        )  # fmt: skip
        say("", f"{len(found.facilities)} of {found.matching} facilities.")
        if len(found.facilities) < found.matching:
            tell(f"Go on with --after {found.facilities[-1].id}.")


@facility_app.command("show", short_help="Show one facility, and what each list says of it.")
def show(id: Id, format: Printed = Format.TABLE) -> None:
    """Show one facility, what each list says of it, and where an old id leads.

    Example: ketenkaart facility show BGD-2026326-00001-PQ
    """
    open_record()
    from ketenkaart.services.facilities.exporting import facility_json, shown_contributors
    from ketenkaart.services.facilities.registry import contributions_of, find_facility, resolve

    found = find_facility(id)
    shown = shown_contributors()
    ends = [item.id for item in resolve(id)]
    said = contributions_of(found.id)
    data = facility_json(found, shown) | {"leads_to": ends if ends != [found.id] else []}
    if format is Format.JSON:
        data["contributions"] = [
            {
                "key": row.key, "list": row.list_id, "row": row.line, "name": row.said.name,
                "address": row.said.address, "warnings": list(row.warnings),
            }
            for row in said
        ]  # fmt: skip
        print_json(data)
        return
    rows = [[name.replace("_", " "), plain_value(value)] for name, value in data.items()]
    if format is Format.CSV:
        print_csv(("field", "value"), rows)
        return
    print_table([Column("What"), Column("Here", wide=True)], rows)
    if said:
        say("")
        print_table(
            [Column("Key"), Column("List"), Column("Row", "right"), Column("Name", wide=True),
             Column("Address", wide=True)],
            [[row.key, row.list_id, str(row.line), row.said.name, row.said.address]
             for row in said],
            title="As given",
        )  # fmt: skip
    if ends != [found.id]:
        tell(f"{found.id} leads to {', '.join(ends)}.")


@facility_app.command("history", short_help="Show what happened to a facility.")
def history(id: Id, format: Printed = Format.TABLE) -> None:
    """Show what happened to a facility: who did what, when and why.

    Example: ketenkaart facility history BGD-2026326-00001-PQ
    """
    open_record()
    from ketenkaart.services.facilities.history import history_of

    events = history_of(id)
    if format is Format.JSON:
        print_json([_event(event) for event in events])
        return
    rows = [[plain_value(value) for value in _event(event).values()] for event in events]
    if format is Format.CSV:
        print_csv(HISTORY_COLUMNS, rows)
        return
    rows = [_shown(event) for event in events]
    columns = [Column("Event", "right"), Column("When"), Column("Who"), Column("What")]
    columns += [Column("Why", wide=True), Column("Detail", wide=True, spare=1)]
    columns += [Column("With", wide=True, spare=2), Column("Undone by", spare=1)]
    print_table(columns, rows)


def _shown(event: FacilityEvent) -> list[str]:
    """Return an event as a row for people: what a whole list was registered with is left out."""
    cells = {name: plain_value(value) for name, value in _event(event).items()}
    if event.kind in (EventKind.REGISTERED, EventKind.JOINED):
        cells["others"] = "-"
    if event.undone_by is None:
        cells["undone_by"] = "-"
    return list(cells.values())


def _event(event: FacilityEvent) -> dict[str, Any]:
    return {
        "event": event.id,
        "at": event.at.isoformat(timespec="seconds"),
        "by": event.by,
        "what": f"undid {event.undoes}" if event.undoes else event.kind.value,
        "reason": event.reason,
        "detail": event.detail,
        "others": list(event.others),
        "undone_by": event.undone_by,
    }
