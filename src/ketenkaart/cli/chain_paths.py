"""`ketenkaart chain paths`: the largest chains of purchases behind a demand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain import DemandOptions, One, chain_app
from ketenkaart.cli.chain_chances import IntervalOptions, drawing
from ketenkaart.cli.chain_printing import interval_lines, titled
from ketenkaart.cli.numbers import percent
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
    from ketenkaart.services.chain.paths import PathsAnswer


@chain_app.command("paths", short_help="The largest chains of purchases, and the rest.")
@unbundled
def paths(
    *,
    asked: DemandOptions,
    extension: One = "value_added",
    top: Annotated[int, typer.Option(metavar="N", help="How many paths.")] = 1000,
    country: Annotated[
        str | None, typer.Option(metavar="REGION", help="Only paths that begin there.")
    ] = None,
    sector: Annotated[
        str | None, typer.Option(metavar="SECTOR", help="Only paths that begin in this sector.")
    ] = None,
    min_tier: Annotated[
        int, typer.Option(metavar="N", help="Only paths of at least so many purchases.")
    ] = 0,
    outside: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="Only paths that begin elsewhere than here."),
    ] = None,
    facilities: Annotated[
        bool,
        typer.Option("--facilities", help="Say which facilities are known where a path runs."),
    ] = False,
    intervals: IntervalOptions,
    format: Printed = Format.TABLE,
) -> None:
    """Show the largest structural paths, exactly, and how much they leave out.

    A path is one chain of purchases: from where the extension arises to the product demanded. The
    list is proven: no path that is not on it is larger than the amount stated. With --facilities,
    places in the registry of that country and sector are named; whether they supply the chain is
    not known.

    Example: ketenkaart chain paths --demand NLD --country IND --min-tier 2 --top 20
    """
    from ketenkaart.services.chain.estimated import estimate_notes
    from ketenkaart.services.chain.paths import PathFilter, ask_paths

    question = asked.question()
    chosen = PathFilter(country, sector, min_tier, outside)
    with drawing(intervals) as chances:
        if chances is None:
            answer = ask_paths(question, extension=extension, top=top, chosen=chosen)
        else:
            from ketenkaart.services.chain.drawn_paths import ask_paths_drawn

            answer = ask_paths_drawn(
                question, extension=extension, top=top, chosen=chosen, chances=chances
            )
    answer = replace(answer, notes=(*answer.notes, *estimate_notes([answer.edition])))
    if facilities:
        print_with_facilities(answer, format)
    elif format is Format.JSON:
        print_json(answer.as_json())
    elif format is Format.CSV:
        _tell(answer)
        print_csv(answer.columns, answer.cells())
    else:
        print_for_people(answer)


def _tell(answer: PathsAnswer) -> None:
    tell(answer.headline.en)
    for note in answer.notes:
        tell(f"note: {note.en}")


def print_with_facilities(answer: PathsAnswer, format: Format) -> None:
    """Print the paths with the facilities that the registry knows where they run."""
    from ketenkaart.cli.acting import open_record

    open_record()
    from ketenkaart.services.facility_facts.nodes import (
        KNOWN_COLUMNS,
        KNOWN_NOT_SUPPLYING,
        along,
        cells_with_places,
        paths_with_places,
        places_at_nodes,
    )

    known = places_at_nodes(answer.edition)
    if format is Format.JSON:
        print_json(paths_with_places(answer.as_json(), known))
        return
    sources = [along(row.nodes[:1], known)[0] for row in answer.rows]
    if format is Format.CSV:
        _tell(answer)
        tell(f"note: {KNOWN_NOT_SUPPLYING.en}")
        rows = cells_with_places(answer.cells(), [row.nodes[0] for row in answer.rows], known)
        print_csv((*answer.columns, *KNOWN_COLUMNS), rows)
        return
    print_for_people(answer)
    say("", f"Where paths begin. {KNOWN_NOT_SUPPLYING.en}")
    begins = dict(zip((row.nodes[0] for row in answer.rows), sources, strict=True))
    print_table(
        [Column("Begins at"), Column("Known", "right"), Column("The first of them", wide=True)],
        [
            [
                ".".join(node),
                str(here.count),
                "; ".join(f"{place.name} ({place.id})" for place in here.first) or "none known",
            ]
            for node, here in begins.items()
        ],
    )


def print_for_people(answer: PathsAnswer) -> None:
    """Print the sentence that says what is covered, then the paths."""
    from ketenkaart.services.chain.paths import figure

    say(answer.headline.en, "")
    has_ends = answer.uncertainty is not None
    columns = [
        Column("Rank", "right"),
        Column(answer.unit, "right"),
        *([Column("Low", "right"), Column("High", "right")] if has_ends else []),
        Column("Share", "right", spare=1),
        Column("Tier", "right", spare=2),
        Column("Path", wide=True, spare=3),
        Column("In words", wide=True),
    ]
    rows = [
        [
            str(row.rank),
            figure(row.value),
            *([] if row.ends is None else [figure(row.ends.low), figure(row.ends.high)]),
            percent(row.share),
            str(row.tier),
            row.codes,
            row.sentence.en.rpartition(":")[0],
        ]
        for row in answer.rows
    ]
    title = titled(f"{answer.extension} behind {answer.demand}, {answer.year}")
    title += ": an estimate" if has_ends else ""
    say(title, "")
    print_table(columns, rows)
    say(
        "",
        f"Total {figure(answer.total)} = paths {figure(answer.covered)} + rest "
        f"{figure(answer.remainder)} {answer.unit}. Edition {answer.edition}.",
    )
    for line in [] if answer.uncertainty is None else interval_lines(answer.uncertainty):
        say(line)
    for note in answer.notes:
        say(f"- {note.en}")
