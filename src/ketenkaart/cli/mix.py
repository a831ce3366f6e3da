"""`ketenkaart mix`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Format, Printed, print_csv, print_json
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.mix.types import Objective, Rule

MULTIPLES = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}


def euro(text: str) -> float:
    """Return an amount of euro a year; `k`, `m` and `bn` stand for thousand, million, billion.

    >>> euro("20m"), euro("1_500_000"), euro("2.5 M")
    (20000000.0, 1500000.0, 2500000.0)
    """
    plain = text.strip().lower().removeprefix("€").replace("_", "").replace(" ", "")
    for suffix in ("bn", "m", "k", ""):
        if suffix and not plain.endswith(suffix):
            continue
        try:
            value = float(plain.removesuffix(suffix)) * MULTIPLES[suffix]
        except ValueError:
            break
        if value < 0:
            raise InputError(
                f"A budget of {text} is negative", where="--budget", fix="Give zero or more."
            )
        if value < float("inf"):
            return value
        break
    raise InputError(
        f"{text[:40]!r} is not an amount of euro a year",
        where="--budget",
        fix="Write 20000000, 20m or 2.5m.",
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep a solver's own words out of standard output, where they would spoil JSON and CSV."""
    sys.stdout.flush()
    try:
        there = sys.stdout.fileno()
        kept = os.dup(there)
    except (OSError, ValueError):
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, there)
    try:
        yield
    finally:
        os.dup2(kept, there)
        os.close(kept)
        os.close(nowhere)


def mix(  # noqa: PLR0917 - each is an option of its own
    budget: Annotated[
        str, typer.Option(metavar="EURO", help="The most that it may cost a year: 20m, 500k.")
    ],
    candidates: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own candidates (YAML). Default: the package's."),
    ] = None,
    objective: Annotated[
        Objective, typer.Option(help="Close the gap as a whole, or in the worst sector.")
    ] = "gap",
    kind: Annotated[
        Kind, typer.Option(help="Depth: how far does it bind? Breadth: is anybody reached?")
    ] = "depth",
    rule: Annotated[
        Rule, typer.Option(help="Overlapping reaches: by chance, or the largest alone.")
    ] = "independent",
    measure: Annotated[
        Measure, typer.Option(help="What exposure counts; person-years are an estimate.")
    ] = "value_added",
    chosen: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="CANDIDATE", help="Take it in any case; may be repeated."),
    ] = None,
    left_out: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="CANDIDATE", help="Leave it out; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Instruments of this day; else the edition's."),
    ] = None,
    frontier: Annotated[
        bool, typer.Option("--frontier", help="Also the best mix for smaller and larger budgets.")
    ] = False,
    segments: Annotated[
        bool,
        typer.Option("--segments", help="Also carrots and sticks for leaders, pack, laggards."),
    ] = False,
    shares: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Measured shares of them, from `motives segment`."),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=2000, help="Worlds drawn to see how stable the choice is.")
    ] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Where the draws start.")] = 1,
    format: Printed = Format.TABLE,
) -> None:
    """Show which measures, extended or new, close most of the gap within a budget.

    What is chosen is proven to be the best, or how far it may be from it is printed. Costs and
    expected uptake come from a file of candidates; those of the package are assumptions.

    Example: ketenkaart mix --budget 20m --frontier
    """
    from ketenkaart.cli.mix_printing import print_mix
    from ketenkaart.cli.progress import Share
    from ketenkaart.core.governance.mix.answers import MixQuery
    from ketenkaart.services.mix.answering import compute_mix

    query = MixQuery(
        budget=euro(budget),
        objective=objective,
        rule=rule,
        kind=kind,
        measure=measure,
        as_of=day(as_of),
        chosen=tuple(chosen or ()),
        left_out=tuple(left_out or ()),
    )
    with Share() as share, quiet():
        answer = compute_mix(
            query,
            candidates=candidates,
            frontier=frontier,
            segments=segments or shares is not None,
            shares=shares,
            draws=draws,
            seed=seed,
            progress=share.show,
        )
    if format is Format.JSON:
        print_json(answer.model_dump(mode="json"))
    elif format is Format.CSV:
        from ketenkaart.services.mix.exporting import MIX_COLUMNS, mix_rows

        print_csv(MIX_COLUMNS, mix_rows(answer))
    else:
        print_mix(answer)
