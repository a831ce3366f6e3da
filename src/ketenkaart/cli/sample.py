"""`ketenkaart sample`: how many, who, a sheet to fill in, and the sheet taken back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.output import (
    Column,
    Force,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
)
from ketenkaart.core.errors import InputError

sample_app = typer.Typer(
    help="Size a sample, draw it, make its sheet, take the answers in.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Allocation(StrEnum):
    """How a sample is divided over strata."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    NEYMAN = "neyman"
    COST = "cost"


class BySize(StrEnum):
    """How units are drawn by size."""

    BREWER = "brewer"
    SYSTEMATIC = "systematic"
    PARETO = "pareto"


class Empty(StrEnum):
    """What an empty cell means."""

    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"


@sample_app.command()
def size(
    margin: Annotated[
        float, typer.Option(metavar="HALF", help="Half the width that the interval may have.")
    ],
    proportion: Annotated[
        float | None, typer.Option(metavar="SHARE", help="For a proportion near this; 0.5 is safe.")
    ] = None,
    sd: Annotated[
        float | None, typer.Option(metavar="SD", help="For a mean of values spread like this.")
    ] = None,
    population: Annotated[
        int | None, typer.Option(metavar="N", help="Units in the population, if it is not large.")
    ] = None,
    deff: Annotated[
        float,
        typer.Option(help="Design effect: 1 for a simple sample, often 1.5 to 3 in clusters."),
    ] = 1.0,
    response: Annotated[float, typer.Option(help="The share expected to answer.")] = 1.0,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of the interval.")] = 0.95,
    format: Printed = Format.TABLE,
) -> None:
    """Say how many units an interval needs.

    Example: ketenkaart sample size --proportion 0.3 --margin 0.05 --population 700 --response 0.6
    """
    from ketenkaart.core.monitor.sampling.sizes import size_for_mean, size_for_proportion

    if (proportion is None) == (sd is None):
        raise InputError(
            "A size is for a proportion or for a mean", where="--proportion, --sd",
            fix="Give one of the two.",
        )  # fmt: skip
    if proportion is not None:
        need = size_for_proportion(
            proportion, margin, population=population, design_effect=deff, response=response,
            level=level,
        )  # fmt: skip
    else:
        need = size_for_mean(
            sd or 0.0, margin, population=population, design_effect=deff, response=response,
            level=level,
        )  # fmt: skip
    names = ("answers", "draw", "margin", "design_effect", "response", "population")
    row = [getattr(need, name) for name in names]
    if format is Format.JSON:
        print_json({"rows": [dict(zip(names, row, strict=True))]})
    elif format is Format.CSV:
        print_csv(names, [row])
    else:
        say(
            f"{need.answers:,} answers give a margin of {need.margin:.4g} at {level:.0%}.",
            f"Draw {need.draw:,} units, of whom {response:.0%} are expected to answer.",
        )


@sample_app.command()
def draw(  # noqa: PLR0917 - each is an option of its own
    frame: Annotated[
        Path, typer.Argument(metavar="FRAME", help="All units: CSV, Parquet or .xlsx, a row each.")
    ],
    id: Annotated[str, typer.Option(metavar="COLUMN", help="The column that names each unit.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "--output",
            metavar="DRAW.CSV",
            help="Who is drawn; two .yml files go beside it.",
        ),
    ],
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same units anywhere.")],
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Units to draw, or clusters with --clusters.")
    ] = None,
    strata: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Draw in each value apart; `a * b` crosses."),
    ] = None,
    allocation: Annotated[
        Allocation, typer.Option(help="How the size is divided over strata.")
    ] = Allocation.PROPORTIONAL,
    spread: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Whose spread neyman and cost go by, above zero."),
    ] = None,
    cost: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What a unit costs, for allocation cost.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Instead of a size: what the draw may cost.")
    ] = None,
    least: Annotated[
        int, typer.Option(min=1, help="In each stratum; two are needed for an interval.")
    ] = 2,
    pps: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Draw by size: chances in proportion to this column."),
    ] = None,
    pps_method: Annotated[
        BySize,
        typer.Option(help="brewer and systematic have exact chances; pareto keeps waves together."),
    ] = BySize.BREWER,
    clusters: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Draw these first, and units in them.")
    ] = None,
    within: Annotated[
        int | None, typer.Option(metavar="N", help="Units in each drawn cluster; else all.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Take this along; may be repeated.")
    ] = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Draw a sample, and write with it the chance of each unit and a design for `estimate`.

    Example: ketenkaart sample draw firms.csv --id kvk --strata sector --size 200 --seed 7 --out
    draw.csv
    """
    from ketenkaart.services.monitor.drawing import DrawPlan, draw_file

    plan = DrawPlan(
        id=id, size=size, seed=seed, strata=strata, allocation=allocation.value, spread=spread,
        cost=cost, budget=budget, least=least, pps=pps, pps_method=pps_method.value,
        clusters=clusters, within=within, keep=tuple(keep or ()),
    )  # fmt: skip
    drawn = draw_file(frame, plan, out, force=force)
    names = ("stratum", "units", "drawn")
    if format is Format.JSON:
        rows = [dict(zip(names, row, strict=True)) for row in drawn.by_stratum]
        print_json({"rows": rows, "drawn": len(drawn.rows), "notes": drawn.notes})
    elif format is Format.CSV:
        print_csv(names, drawn.by_stratum)
    else:
        print_table(
            [Column("Stratum", wide=True), Column("Units", "right"), Column("Drawn", "right")],
            [
                [name or "all", f"{units:,}", f"{count:,}"]
                for name, units, count in drawn.by_stratum
            ],
        )
        for note in drawn.notes:
            say(f"- {note}")
        say(
            f"{len(drawn.rows):,} rows in {out}; how it was drawn in "
            f"{out.with_suffix('.draw.yml').name}; for estimates "
            f"{out.with_suffix('.design.yml').name}."
        )


@sample_app.command()
def sheet(
    draw: Annotated[Path, typer.Argument(metavar="DRAW.CSV", help="From `sample draw`.")],
    ask: Annotated[
        list[str],
        typer.Option(
            metavar="NAME:KIND",
            help="number, count, share, yes_no, date, text, or choice:one|two; may be repeated.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "--output", metavar="FILE", help="The sheet: .xlsx or .csv.")
    ],
    force: Force = False,
) -> None:
    """Make a sheet to fill in, a row per drawn unit.

    Example: ketenkaart sample sheet draw.csv --ask endorses:yes_no --ask hours:number --out
    sheet.xlsx
    """
    from ketenkaart.services.monitor.sheets import write_sheet

    units = write_sheet(draw, ask, out, force=force)
    say(
        f"{units:,} units in {out}; what it asks stands in "
        f"{draw.with_suffix('.questions.yml').name}."
    )


@sample_app.command("import")
def import_(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="The filled sheet.")],
    draw: Annotated[Path, typer.Option(metavar="DRAW.CSV", help="The draw that it was made for.")],
    out: Annotated[
        Path,
        typer.Option("--out", "--output", metavar="ANSWERS.CSV", help="The answers, with weights."),
    ],
    empty: Annotated[
        Empty | None, typer.Option(help="What every empty cell means; else none may be empty.")
    ] = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Check a filled sheet and write its answers, ready for `estimate`.

    Example: ketenkaart sample import sheet.xlsx --draw draw.csv --out answers.csv
    """
    from ketenkaart.core.monitor.types import STATES
    from ketenkaart.services.monitor.sheets import import_sheet

    found = import_sheet(
        sheet, draw, out, empty=None if empty is None else empty.value, force=force
    )
    names = ("question", *STATES)
    rows = [[name, *(states[state] for state in STATES)] for name, states in found.states.items()]
    if format is Format.JSON:
        print_json(
            {
                "rows": [dict(zip(names, row, strict=True)) for row in rows],
                "units": found.units,
                "returned": found.returned,
                "not_returned": found.missing,
            }
        )
    elif format is Format.CSV:
        print_csv(names, rows)
    else:
        titles = ["Question", *(state.replace("_", " ").capitalize() for state in STATES)]
        print_table(
            [Column(titles[0], wide=True), *(Column(title, "right") for title in titles[1:])],
            [[str(cell) for cell in row] for row in rows],
        )
        say(f"{found.returned:,} of {found.units:,} drawn units came back; answers in {out}.")
        if found.missing:
            some = ", ".join(found.missing[:10])
            more = len(found.missing) - 10
            say(f"Not back: {some}{f' and {more} more' if more > 0 else ''}.")
        say(
            "Column `answered` says who answered anything: in the design, "
            "`nonresponse: {answered: answered, classes: stratum}` weighs for the others."
        )
