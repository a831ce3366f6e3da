"""`ketenkaart parliament import|motions|motion|commitments|graph|export-commitments|...`."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.dates import day
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
from ketenkaart.cli.parliament_noting import note, withdraw
from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.motions import Appreciation
from ketenkaart.core.ledger.papers import paper_name

if TYPE_CHECKING:
    from ketenkaart.core.ledger.graph import PaperGraph
    from ketenkaart.services.parliament.motions import MotionShown

parliament_app = typer.Typer(
    help="Parliament's open data: motions followed, papers drawn, commitments exchanged.",
    no_args_is_help=True,
)

parliament_app.command("note")(note)
parliament_app.command("withdraw")(withdraw)

MOTION_COLUMNS = (
    "id", "date", "subject", "movers", "appreciation", "vote", "state", "items", "has_text",
)  # fmt: skip
AsOf = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="State on this day; else on the edition's."),
]


class GraphFormat(StrEnum):
    """How a graph is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    GRAPHML = "graphml"


@parliament_app.command("import")
def import_data(
    target: Annotated[
        str, typer.Argument(metavar="FILE|FOLDER|URL", help="What to import, or where it is.")
    ],
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Keep a file's good records beside its rejects.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Import papers, motions and commitments; a file goes in whole or not at all.

    Example: ketenkaart parliament import moties.jsonl.gz
    """
    open_record()
    from ketenkaart.services.parliament.importing import (
        REJECT_COLUMNS,
        import_target,
        reject_rows,
    )

    results = import_target(
        target, actor="command line", at=datetime.now(UTC), keep_good=keep_good, report=tell
    )
    rejects = reject_rows(results)
    names = ("file", "kept", "added", "changed", "unchanged", "rejects")
    rows = [
        [r.name, "yes" if r.is_kept else "no", r.added, r.changed, r.unchanged, len(r.rejects)]
        for r in results
    ]
    if format is Format.JSON:
        print_json(
            {
                "files": [dict(zip(names, row, strict=True)) for row in rows],
                "rejects": [dict(zip(REJECT_COLUMNS, row, strict=True)) for row in rejects],
                "unknown": sorted({name for r in results for name in r.unknown}),
            }
        )
    elif format is Format.CSV:
        print_csv(REJECT_COLUMNS, rejects) if rejects else print_csv(names, rows)
    else:
        heads = ("File", "Kept", "Added", "Changed", "Unchanged", "Rejects")
        columns = [Column(heads[0], wide=True), Column(heads[1])]
        columns += [Column(head, "right") for head in heads[2:]]
        print_table(columns, [[str(cell) for cell in row] for row in rows])
        if rejects:
            say("")
            shown = [Column(name, wide=name == "what") for name in REJECT_COLUMNS]
            print_table(shown, [[str(cell) for cell in row] for row in rejects], title="Rejects")
    for name in sorted({name for r in results for name in r.unknown}):
        tell(f"The publisher's schema did not have {name}; it was not read.")
    if not all(result.is_kept for result in results):
        tell("Files with rejects were left out; --keep-good keeps their other records.")
        raise typer.Exit(2)


@parliament_app.command("motions")
def list_motions(
    verdict: Annotated[
        Appreciation | None, typer.Option(help="Only this advice of government before the vote.")
    ] = None,
    about: Annotated[str, typer.Option(help="Only motions with these words.")] = "",
    state: Annotated[str | None, typer.Option(help="Only this state of execution.")] = None,
    followed: Annotated[
        bool, typer.Option("--followed", help="Only motions that something is noted about.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """List motions, newest first: what government advised, and what came of them.

    Example: ketenkaart parliament motions --about ketenverantwoordelijkheid
    """
    open_record()
    from ketenkaart.core.ledger.execution import EXECUTION_STATES
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.parliament.motions import MotionQuery
    from ketenkaart.services.parliament.motions import list_motions as read_motions

    chosen = next((name for name in EXECUTION_STATES if name == state), None)
    if state is not None and chosen is None:
        raise InputError(
            f"{state[:40]!r} is no state of execution",
            where="--state",
            fix=f"Use one of {', '.join(EXECUTION_STATES)}.",
        )
    query = MotionQuery(
        about=about, appreciation=verdict, state=chosen, followed=followed, limit=limit
    )
    on = day(as_of) or edition_day()
    found = read_motions(query, as_of=on)
    rows = [_motion_row(item) for item in found.motions]
    if format is Format.JSON:
        print_json(
            {
                "as_of": on,
                "matching": found.matching,
                "motions": [dict(zip(MOTION_COLUMNS, row, strict=True)) for row in rows],
            }
        )
        return
    if format is Format.CSV:
        print_csv(
            MOTION_COLUMNS,
            [[", ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in rows],
        )
        return
    columns = [
        Column("Paper"), Column("Date", spare=1), Column("Motion", wide=True),
        Column("Government before the vote"), Column("Execution"),
    ]  # fmt: skip
    print_table(
        columns,
        [
            [
                paper_name(item.id, "en"), str(item.motion.paper.dated or "unknown"),
                item.subject.en, _words(item.motion.appreciation), _words(item.state),
            ]
            for item in found.motions
        ],
    )  # fmt: skip
    say("", f"{len(rows)} of {found.matching} motions.")
    if not found.imported:
        say("No motion was imported yet: `ketenkaart parliament import FILE`.")


@parliament_app.command("motion")
def show_motion(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="As '35 000 XVII, nr. 34'.")],
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show one motion: who asks what, what government said, and what came of it.

    Example: ketenkaart parliament motion 35000-XVII-34
    """
    open_record()
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.parliament.motions import find_motion

    on = day(as_of) or edition_day()
    item = find_motion(number, as_of=on)
    motion = item.motion
    rows = [
        ["Motion", item.subject.en],
        ["Paper", paper_name(item.id, "en")],
        ["Moved by", ", ".join(motion.movers) + (" c.s." if motion.and_others else "")],
        ["Date", str(motion.paper.dated or "unknown")],
        ["Government before the vote", _words(motion.appreciation)],
        ["Vote", _words(motion.vote)],
        ["Execution", _words(item.state)],
    ]
    for request in motion.requests:
        asked = " ".join((request.text, *request.parts))
        rows.append([f"{_words(request.kind)} ({_words(request.addressee)})", asked])
    if not item.has_text:
        rows.append(["Text", "not imported"])
    for noted in item.notes:
        cited = noted.citation
        place = f"{cited.source}, {cited.locator}" if cited.locator else cited.source
        when = noted.found_on or "day unknown"
        told = f"{_number(noted.id)}{when}: {noted.statement.en} [{place}]"
        rows.append([_words(noted.kind), told])
    rows += [["Carried out by", key] for key in item.items]
    rows += [["Replaces", paper_name(paper, "en")] for paper in motion.paper.replaces]
    rows += [["Replaced by", paper_name(paper, "en")] for paper in item.replaced_by]
    if format is Format.JSON:
        print_json(
            {
                "id": item.id,
                "as_of": on,
                "state": item.state,
                "subject": item.subject.model_dump(),
                "motion": motion.model_dump(mode="json"),
                "notes": [noted.model_dump(mode="json") for noted in item.notes],
                "replaced_by": list(item.replaced_by),
            }
        )
    elif format is Format.CSV:
        print_csv(("field", "value"), rows)
    else:
        print_table([Column("What"), Column(f"On {on}", wide=True)], rows)


@parliament_app.command("commitments")
def list_commitments(
    about: Annotated[str, typer.Option(help="Only commitments with these words.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    format: Printed = Format.TABLE,
) -> None:
    """List the commitments that parliament itself keeps, as imported; the soonest due first.

    Example: ketenkaart parliament commitments --about keten
    """
    open_record()
    from ketenkaart.services.parliament.commitments import list_commitments as read_commitments

    found, matching = read_commitments(about=about, limit=limit)
    names = ("item", "due", "status", "ministry", "text")
    rows = [
        [item.item, str(item.due or ""), item.status_words or "", item.ministry or "", item.text]
        for item in found
    ]
    if format is Format.JSON:
        print_json({"matching": matching, "rows": [item.model_dump(mode="json") for item in found]})
    elif format is Format.CSV:
        print_csv(names, rows)
    elif not rows:
        say("No commitment of parliament's own list is in the record with those words.")
    else:
        heads = [Column("Item"), Column("Due"), Column("Status", spare=1)]
        heads += [Column("Ministry", spare=2), Column("Text", wide=True)]
        print_table(heads, rows)
        say("", f"{len(rows)} of {matching} commitments.")


@parliament_app.command("graph")
def show_graph(
    letter: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Only around this paper.")
    ] = None,
    format: Annotated[GraphFormat, typer.Option(help="How to print.")] = GraphFormat.TABLE,
) -> None:
    """Show which paper cites which, and which cited papers are missing.

    Letters that were read by machine and not published yet are in it; what they cite is a proposal.

    Example: ketenkaart parliament graph --letter 26485-319 --format graphml
    """
    open_record()
    from ketenkaart.core.ledger.graph_files import (
        EDGE_COLUMNS,
        edge_rows,
        graph_graphml,
        graph_json,
    )
    from ketenkaart.services.parliament.papers import document_graph

    graph = document_graph(letter, with_readings=True)
    if format is GraphFormat.JSON:
        print_json(graph_json(graph))
    elif format is GraphFormat.CSV:
        print_csv(EDGE_COLUMNS, edge_rows(graph))
    elif format is GraphFormat.GRAPHML:
        say(graph_graphml(graph).rstrip("\n"))
    else:
        _print_graph(graph)


@parliament_app.command("export-commitments")
def export_commitments(as_of: AsOf = None) -> None:
    """Print every published commitment in the shape of parliament's own Toezegging, as JSON.

    Example: ketenkaart parliament export-commitments > toezeggingen.json
    """
    open_record()
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.ledger import published_letters, read_ledger
    from ketenkaart.services.parliament.exporting import toezeggingen

    ledgers = [read_ledger(letter) for letter in published_letters()]
    page = toezeggingen(ledgers, as_of=day(as_of) or edition_day())
    print_json(page)
    left = len(page["@ketenkaart.omitted"])
    tell(f"{len(page['value'])} commitments; {left} without a deadline are listed apart.")


def _print_graph(graph: PaperGraph) -> None:
    from ketenkaart.core.ledger.graph_sources import written

    columns = [
        Column("Paper"), Column("Date"), Column("Kind", spare=2), Column("Here", spare=1),
        Column("Cites", "right"), Column("Cited by", "right"), Column("Title", wide=True),
    ]  # fmt: skip
    rows = [
        [
            paper_name(node.id, "en"),
            written(node.when) or "unknown",
            _words(node.kind),
            _words(node.holding),
            str(len(graph.cites(node.id))),
            str(len(graph.cited_by(node.id))),
            node.title,
        ]
        for node in graph.nodes
    ]
    print_table(columns, rows)
    missing = graph.missing()
    say("", f"{len(graph.nodes)} papers, {len(graph.edges)} references.")
    say(f"Cited and not in the record: {len(missing)}.")


def _motion_row(item: MotionShown) -> list[object]:
    motion = item.motion
    return [
        item.id,
        motion.paper.dated.isoformat() if motion.paper.dated else None,
        item.subject.nl,
        list(motion.movers),
        motion.appreciation.value if motion.appreciation else None,
        motion.vote.value if motion.vote else None,
        item.state,
        list(item.items),
        item.has_text,
    ]


def _number(note: int | None) -> str:
    """Return how a note on the record is called; those cited here from the start have no number."""
    return "" if note is None else f"({note}) "


def _words(code: str | None) -> str:
    return "not researched" if code is None else str(code).replace("_", " ")
