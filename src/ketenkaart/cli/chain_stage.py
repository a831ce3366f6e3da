"""`ketenkaart chain stage`: where in a chain procurement criteria bite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.chain import DemandOptions, One, chain_app
from ketenkaart.cli.chain_printing import print_answer
from ketenkaart.cli.output import Format, Printed


@chain_app.command("stage", short_help="Where in a chain procurement criteria bite.")
@unbundled
def stage(
    *,
    criterion: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help='"NAME: PLACES @LAYERS #ISSUE": places are countries, sectors or REGION.sector '
            "(default: everywhere), layers such as 0, 1-3 or 2- (default: all); may be repeated.",
        ),
    ] = None,
    criteria: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="Criteria in a CSV: columns criterion, places, layers, issue."
        ),
    ] = None,
    asked: DemandOptions,
    extension: One = "value_added",
    layers: Annotated[int, typer.Option(help="The deepest layer shown apart.")] = 3,
    format: Printed = Format.TABLE,
) -> None:
    """Show which share of a chain each criterion touches, at which layers, and what none does.

    Layer 0 makes what is bought, layer 1 its direct inputs, and so on.

    Example: ketenkaart chain stage --buyer government --criterion "growers: c1 @2- #child_labour"
    """
    from ketenkaart.services.chain.stages import Wanted, ask_stages, read_criteria

    question = asked.question()
    wanted = [*map(Wanted.parsed, criterion or ()), *(read_criteria(criteria) if criteria else ())]
    print_answer(ask_stages(question, wanted, extension=extension, layers=layers), format)
