"""Which table is asked, the starter edition or one that was added, and what solves it."""

from __future__ import annotations

from pathlib import Path

from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.world_tables import open_world, world_tables
from ketenkaart.warehouse.editions import STARTER

__all__ = ["STARTER", "chosen_table", "require_all_demand", "solver_for"]


def chosen_table(edition: str | None, data_folder: Path | None = None) -> WorldTable:
    """Return the table that is asked for or, when there is just one, that one.

    The starter edition is asked for by name: `starter`, or its id. Raises `InputError` where there
    are several to choose from, and `NotFoundError` where there is none, or none by that name; both
    say what to do.
    """
    if edition is not None:
        return _named(edition, data_folder)
    known = [entry.manifest.id for entry in world_tables(data_folder)]
    if not known:
        raise NotFoundError(
            "There is no world table to ask",
            fix="Add one first, such as: ketenkaart edition add wiod PATH --year 2011. Or ask the "
            "starter edition: --edition starter.",
        )
    if len(known) > 1:
        raise InputError(
            f"There are {len(known)} world tables",
            where="--edition",
            fix=f"Choose one of {', '.join(known)}.",
        )
    return open_world(known[0], data_folder)


def solver_for(table: WorldTable, edition: str | None, data_folder: Path | None) -> Solver:
    """Return the solver of a table: the starter's keeps its factors, others what they solved."""
    if table.edition.startswith(STARTER):
        from ketenkaart.services.chain.starter import (  # noqa: PLC0415 - loads Polars
            starter_solver,
            starter_world,
        )

        if table is starter_world():
            return starter_solver()
    return solver_of(table, edition, data_folder)


def _named(edition: str, data_folder: Path | None) -> WorldTable:
    if edition.startswith(STARTER):
        from ketenkaart.services.chain.starter import (  # noqa: PLC0415 - loads Polars
            is_starter,
            starter_world,
        )

        if is_starter(edition):
            return starter_world()
    return open_world(edition, data_folder)


def require_all_demand(table: WorldTable) -> None:
    """Raise `InputError` where a table lacks the final demand of some region, as the starter does.

    Without it, what a country sells abroad is only partly known, and shares of it would be wrong.
    """
    there = {item.region for item in table.final_demand}
    if there >= set(table.regions):
        return
    raise InputError(
        f"{table.edition} holds final demand of {', '.join(sorted(there))} alone, and this "
        "question needs that of every region",
        where="--edition",
        fix="Add a full table first, such as: ketenkaart edition add wiod PATH --year 2011.",
    )
