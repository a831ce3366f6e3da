"""`ketenkaart facility`: places where things are made, by name."""

from __future__ import annotations

import typer

facility_app = typer.Typer(
    help="Facilities: places where things are made, by name.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
