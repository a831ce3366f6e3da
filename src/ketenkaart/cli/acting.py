"""Who acts on the command line, and the record made ready to act on."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Actor

ACTOR_VARIABLE = "KETENKAART_ACTOR"
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help=f"Account that acts; else {ACTOR_VARIABLE}."),
]


def open_record() -> None:
    """Make the stores in the data folder ready; services of the record can be imported after."""
    from ketenkaart.services.stores import chosen_data_folder, prepare_stores

    prepare_stores(chosen_data_folder(), actor="first use")


def acting(name: str | None) -> Actor:
    """Return who acts: the account called `name`, or the one that KETENKAART_ACTOR names.

    Raises `InputError` when neither names one, `NotFoundError` for an unknown account and
    `RefusedError` for a closed one. The record is made ready first.
    """
    open_record()
    from ketenkaart.services.accounts import actor_named

    chosen = name or os.environ.get(ACTOR_VARIABLE, "")
    if not chosen:
        raise InputError(
            "Nobody is named as the one who acts",
            where="--as",
            fix=f"Add `--as NAME`, or set {ACTOR_VARIABLE}; `ketenkaart account list` has names.",
        )
    return actor_named(chosen)
