"""`ketenkaart instruments list|show`."""

from __future__ import annotations

from typing import Annotated

import typer

from ketenkaart.cli.gap import day
from ketenkaart.cli.output import Column, Format, print_csv, print_json, print_table, say
from ketenkaart.core.governance.types import Instrument, Kind
from ketenkaart.core.provenance import Citation, State

instruments_app = typer.Typer(
    help="The instruments: laws, covenants, finance, procurement, initiatives.",
    no_args_is_help=True,
)


@instruments_app.command("list")
def list_instruments(
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    theme: Annotated[int | None, typer.Option(min=1, max=9, help="Only this theme.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day. Default: the edition's date.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TABLE,
) -> None:
    """List the instruments with their kind and their status on a day.

    Example: ketenkaart instruments list --kind covenant --as-of 2019-11-22
    """
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.register import list_instruments as read_instruments

    on = day(as_of) or edition_day()
    chosen = [
        item
        for item in read_instruments()
        if kind in (None, item.kind) and theme in (None, item.theme)
    ]
    rows = [_summary(item, item.status_on(on)) for item in chosen]
    names = ("id", "name_en", "name_nl", "kind", "theme", "status", "since", "worked_out")
    if format is Format.JSON:
        print_json({"as_of": on, "instruments": [dict(zip(names, r, strict=True)) for r in rows]})
    elif format is Format.CSV:
        print_csv(names, rows)
    else:
        columns = [
            Column("Id"),
            Column("Name", wide=True),
            Column("Kind"),
            Column("Theme", "right", spare=1),
            Column(f"Status on {on}"),
            Column("Since", spare=2),
            Column("Worked out", spare=3),
        ]
        print_table(
            columns,
            [
                [str(r[0]), str(r[1]), str(r[3]), str(r[4]), str(r[5]), str(r[6] or ""),
                 "yes" if r[7] else "not yet"]
                for r in rows
            ],
        )  # fmt: skip
        if not rows:
            say("No instrument is of that kind and theme.")


def _summary(item: Instrument, status: object) -> list[object]:
    since = getattr(status, "start", None)
    value = getattr(status, "value", None)
    return [
        item.id,
        item.name.en,
        item.name.nl,
        item.kind.value,
        item.theme,
        value.value if value is not None else "unknown",
        since.isoformat() if since is not None else None,
        item.worked_out,
    ]


@instruments_app.command("show", short_help="Show one instrument: status, scope, uptake, facts.")
def show_instrument(
    instrument: Annotated[
        str, typer.Argument(metavar="INSTRUMENT", help="Its id, from `instruments list`.")
    ],
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TABLE,
) -> None:
    """Show one instrument: status over time, scope, uptake, obligations and facts, each cited.

    Example: ketenkaart instruments show agt
    """
    from ketenkaart.services.register import find_instrument

    item = find_instrument(instrument)
    if format is Format.JSON:
        print_json(item.model_dump(mode="json"))
        return
    rows = _facts(item)
    if format is Format.CSV:
        print_csv(("what", "from", "value", "note", "source", "grade"), rows)
        return
    say(f"{item.name.en} / {item.name.nl}", f"{item.kind.value}; theme {item.theme}")
    if item.summary is not None:
        say("", item.summary.en)
    if not item.worked_out:
        say("", "Not worked out yet: only its name, kind and dates are known here.")
    say("")
    columns = [
        Column("What"), Column("From"), Column("Value", wide=True), Column("Note", wide=True),
        Column("Source", wide=True, spare=2), Column("Grade", spare=1),
    ]  # fmt: skip
    print_table(columns, [[str(cell or "") for cell in row] for row in rows])


def _cited(citation: Citation) -> tuple[str, str]:
    place = f" {citation.locator}" if citation.locator else ""
    return f"{citation.source}{place}", citation.grade.value


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{100 * value:g}%"


def _facts(item: Instrument) -> list[list[object]]:
    rows: list[list[object]] = [
        ["status", s.start.isoformat(), s.value.value, None, *_cited(s.citation)]
        for s in item.status
    ]
    if item.scope is not None:
        scope = item.scope
        rows.append(["acts on", None, scope.acts_on.value, None, *_cited(scope.citation)])
        for name in ("sectors", "issues", "buyers"):
            chosen = getattr(scope, name)
            text = "all" if chosen is None else ", ".join(chosen)
            rows.append([name, None, text, None, *_cited(scope.citation)])
        layers = f"{scope.layers.low} / {scope.layers.value} / {scope.layers.high}"
        rows.append(["down to layer", None, layers, None, *_cited(scope.layers.citation)])
    for uptake in item.uptake:
        if uptake.state is State.KNOWN:
            value = _share(uptake.value)
            if uptake.low != uptake.high:
                value += f" ({_share(uptake.low)} to {_share(uptake.high)})"
            note = uptake.measure.en if uptake.measure else None
        else:
            value, note = uptake.state.value, uptake.missing.en if uptake.missing else None
        rows.append(["uptake", uptake.start.isoformat(), value, note, *_cited(uptake.citation)])
    for fact in item.facts:
        value = (
            fact.state.value if fact.value is None else f"{fact.value} {fact.unit or ''}".strip()
        )
        note = f"{fact.label.en}{'. ' + fact.note.en if fact.note else ''}"
        rows.append(["fact", fact.start.isoformat(), value, note, *_cited(fact.citation)])
    return rows
