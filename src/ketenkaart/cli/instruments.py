"""`ketenkaart instruments list|show`, and the late ones beside them."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.instruments_words import cited, figure, plain, worded
from ketenkaart.cli.late import Late, LateGroup
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.governance.types import Instrument, Kind
from ketenkaart.core.provenance import State

MORE = "ketenkaart.cli.instruments_more"


class _More(LateGroup):
    """What asks more of instruments; each is imported when asked for."""

    late: ClassVar[dict[str, Late]] = {
        "compare": Late(MORE, "compare", "Two beside each other, or one on two days."),
        "history": Late(MORE, "history", "Everything dated about one, the oldest first."),
        "checklist": Late(MORE, "checklist", "A covenant scored on what government expects."),
        "crosswalk": Late(MORE, "crosswalk", "Commitments of the initiative it builds on."),
        "export": Late(MORE, "export", "Write them as data: CSV, JSON, Parquet or YAML."),
        "check": Late(MORE, "check", "Check files of instruments."),
    }


instruments_app = typer.Typer(
    cls=_More,
    help="The instruments: laws, covenants, finance, procurement, initiatives.",
    no_args_is_help=True,
)


@instruments_app.command("list")
def list_instruments(
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    theme: Annotated[int | None, typer.Option(min=1, max=9, help="Only this theme.")] = None,
    issue: Annotated[
        str | None, typer.Option(metavar="ISSUE", help="Only those about this issue.")
    ] = None,
    sector: Annotated[
        str | None, typer.Option(metavar="SECTOR", help="Only those about this sector.")
    ] = None,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Only those in force on the day.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day. Default: the edition's date.")
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """List the instruments with their kind and their status on a day.

    Example: ketenkaart instruments list --kind covenant --as-of 2019-11-22
    """
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.instruments.reading import Choice, choose

    on = day(as_of) or edition_day()
    chosen = choose(
        Choice(
            kind=kind,
            theme=theme,
            issue=issue,
            sector=sector,
            is_in_force_on=on if in_force else None,
        )
    )
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
            say("No instrument is like that. Leave a condition out.")


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
    format: Printed = Format.TABLE,
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


def _facts(item: Instrument) -> list[list[object]]:
    rows: list[list[object]] = [
        ["status", s.start.isoformat(), s.value.value, None, *cited(s.citation)]
        for s in item.status
    ]
    if item.scope is not None:
        scope = item.scope
        rows.append(["acts on", None, scope.acts_on.value, None, *cited(scope.citation)])
        for name in ("sectors", "issues", "buyers"):
            chosen = getattr(scope, name)
            text = "all" if chosen is None else ", ".join(chosen)
            rows.append([name, None, text, None, *cited(scope.citation)])
        layers = f"{scope.layers.low} / {scope.layers.value} / {scope.layers.high}"
        rows.append(["down to layer", None, layers, None, *cited(scope.layers.citation)])
    for uptake in item.uptake:
        if uptake.state is State.KNOWN:
            value = figure(uptake.value or 0.0, "share")
            if uptake.low != uptake.high:
                low, high = (figure(end or 0.0, "share") for end in (uptake.low, uptake.high))
                value += f" ({low} to {high})"
            note = uptake.measure.en if uptake.measure else None
        else:
            value, note = uptake.state.value, uptake.missing.en if uptake.missing else None
        rows.append(["uptake", uptake.start.isoformat(), value, note, *cited(uptake.citation)])
    for fact in item.facts:
        value = (
            fact.state.value if fact.value is None else f"{fact.value} {fact.unit or ''}".strip()
        )
        note = f"{fact.label.en}{'. ' + fact.note.en if fact.note else ''}"
        rows.append(["fact", fact.start.isoformat(), value, note, *cited(fact.citation)])
    return [*rows, *_dossier(item), *_findings(item)]


def _dossier(item: Instrument) -> list[list[object]]:
    rows: list[list[object]] = []
    if item.term is not None:
        end = item.term.end or plain(item.term.end_state.value)
        note = item.term.note.en if item.term.note else None
        source = cited(item.term.citation)
        rows.append(["term", item.term.start.isoformat(), f"until {end}", note, *source])
    for party in item.parties:
        name = party.name.en if party.count is None else f"{party.count} {party.name.en}"
        rows.append(["party", party.joined, name, plain(party.kind.value), *cited(party.citation)])
    for name in ("countries", "goods", "segments"):
        listing = getattr(item, name)
        if listing is not None:
            value = ", ".join(listing.values) or plain(listing.state.value)
            note = listing.note.en if listing.note else None
            rows.append([name, None, value, note, *cited(listing.citation)])
    for keeper in item.secretariat:
        value = worded(keeper.name) or plain(keeper.state.value)
        note = keeper.note.en if keeper.note else None
        rows.append(["secretariat", keeper.start, value, note, *cited(keeper.citation)])
    for name in ("bindingness", "enforcement", "remedy"):
        for trait in getattr(item, name):
            value = plain((trait.value or trait.state).value)
            note = trait.note.en if trait.note else None
            rows.append([name, trait.start, value, note, *cited(trait.citation)])
    return rows


def _findings(item: Instrument) -> list[list[object]]:
    rows: list[list[object]] = []
    for measure in item.measures:
        for point in measure.points:
            value = (
                plain(point.state.value)
                if point.value is None
                else figure(point.value, measure.unit)
            )
            note = measure.label.en + (f". {point.note.en}" if point.note else "")
            rows.append(["series", point.on.isoformat(), value, note, *cited(point.citation)])
    for base in item.baselines:
        value = plain(base.state.value) if base.value is None else figure(base.value, base.unit)
        note = base.label.en + "".join(f". {t.en}" for t in (base.method, base.note) if t)
        rows.append(["baseline", base.on, value, note, *cited(base.citation)])
    for study in item.evidence:
        value = f"{plain(study.finding.value)} ({plain(study.design)})"
        note = f"{study.title.en}. {study.about.en}"
        rows.append(["evidence", study.on.isoformat(), value, note, *cited(study.citation)])
    return rows
