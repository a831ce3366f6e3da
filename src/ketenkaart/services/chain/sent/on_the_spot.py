"""Who else is where a chain runs: programmes, instruments, and the weight of a country's demand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.levers import trade_lever
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.donors import Donors
from ketenkaart.services.chain.instruments_here import InstrumentsHere
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.chain.seen import see_chain
from ketenkaart.services.chain.tables import chosen_table
from ketenkaart.services.exports import Cell
from ketenkaart.services.installed import edition_day

COLUMNS = (
    "country", "sector", "value", "share_abroad", "share_of_what_is_made", "donor_programmes",
    "instruments",
)  # fmt: skip


def ask_on_the_spot(
    question: Question,
    *,
    extension: str,
    top: int | None = None,
    day: date | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return the places abroad where most of a chain arises, with who and what is there already.

    `share_abroad` is of all that arises abroad; `share_of_what_is_made` the part of what is made
    at the place that all final demand of the buyer's country leads to, None where the table does
    not hold everybody's demand. Programmes and instruments as `ask_levers` says them, on a day
    (default: that of the starter edition). Places of which nothing is known have no row.
    """
    chain = see_chain(question, extension=extension, data_folder=data_folder)
    table = chosen_table(question.edition, data_folder)
    when = day or edition_day()
    donors, instruments = Donors(table, when), InstrumentsHere(table, when)
    weights = _weights(table, question, chain.home, data_folder)
    abroad = np.where(chain.is_known, chain.values, 0.0)
    abroad[chain.regions.index(chain.home)] = 0.0
    order = [int(k) for k in np.argsort(-abroad, axis=None, kind="stable") if abroad.flat[int(k)]]
    rows: list[tuple[Cell, ...]] = []
    for node in order if top is None else order[:top]:
        r, s = divmod(node, len(chain.sectors))
        country, sector = chain.regions[r], chain.sectors[s]
        value = float(abroad.flat[node])
        rows.append(
            (
                country, sector, value, value / chain.abroad if chain.abroad else None,
                _weight(weights, node), donors.at(country, sector),
                instruments.at(country, sector),
            )
        )  # fmt: skip
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=chain.unit,
        title=f"Who is where the chain of {chain.whose.en} runs, {table.year}",
        facts={"places": len(order)},
        columns=COLUMNS,
        rows=tuple(rows),
        notes=(donors.note(), instruments.note(), *(() if weights is not None else (NO_WEIGHT,))),
        shares=frozenset({"share_abroad", "share_of_what_is_made"}),
    )


def _weights(
    table: WorldTable, question: Question, home: str, data_folder: Path | None
) -> Floats | None:
    """Return the share of value added of each node that is for a country's demand; shape (n,)."""
    if not {item.region for item in table.final_demand} >= set(table.regions):
        return None
    system = solver_of(table, question.edition, data_folder)
    return trade_lever(table, system, extension_of(table, "value_added"), [home]).of_value


def _weight(weights: Floats | None, node: int) -> float | None:
    if weights is None or np.isnan(weights[node]):
        return None
    return float(weights[node])


NO_WEIGHT = Text(
    nl="Hoe zwaar de vraag van het hele land hier weegt, zegt alleen een tabel met de vraag van "
    "elk land.",
    en="How heavily the demand of the whole country weighs here, only a table with the demand of "
    "every country says.",
)
