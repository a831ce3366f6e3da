"""`ketenkaart endorsement`: what company reports say of the OECD Guidelines."""

from __future__ import annotations

import typer

endorsement_app = typer.Typer(
    help="What company reports say of the OECD Guidelines: read, judge, estimate.",
    no_args_is_help=True,
)
