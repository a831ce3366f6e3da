"""How sure the rows of a page are: the ends of what is made in each of some places.

Answers are kept in the process as long as the table they come from stands unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.first_order import first_order
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import make_out
from ketenkaart.services.chain.intervals import ends_at_once
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.seen import OWN_ENDS, RISK_ENDS, see_chain, stamp_of
from ketenkaart.services.chain.uncertainty import chosen_model, model_note, uncertain_demand

Places = tuple[tuple[str | None, str | None], ...]
"""Countries and sectors in the table's codes; None stands for all of them."""


@dataclass(frozen=True, slots=True)
class PlaceEnds:
    """The low and high end of what is made in each of some places, in its unit; shape (K,).

    `note` says where they come from; `is_model` whether that is the error model of cells, whose
    intervals are 95 %, and not the ends that an estimate brings with it.
    """

    low: Floats
    high: Floats
    note: Text
    is_model: bool


def see_place_ends(
    question: Question,
    *,
    extension: str,
    places: Places,
    outside: str | None = None,
    data_folder: Path | None = None,
) -> PlaceEnds:
    """Return how sure it is what a demand embodies in each place; places may overlap.

    With `outside` only what is made outside that region counts. A risk, or an estimate per
    industry, has the ends that it brings with it; anything else first-order ones, as
    `chain footprint --uncertainty --draws 0` states them.
    """
    stamp = stamp_of(question, data_folder)
    ask = _place_ends if question.purchases is None else _place_ends.__wrapped__
    return ask(question, extension, places, outside, data_folder, stamp)


@lru_cache(maxsize=64)
def _place_ends(
    question: Question,
    extension: str,
    places: Places,
    outside: str | None,
    data_folder: Path | None,
    _stamp: str,
) -> PlaceEnds:
    asked = make_out(question, data_folder)
    table = asked.table
    members = _members(table, places, outside)
    chain = see_chain(question, extension=extension, data_folder=data_folder)
    if chain.own_ends is not None:
        low, high = (members @ np.nan_to_num(end.ravel()) for end in chain.own_ends)
        note = OWN_ENDS if chain.unknown is None else RISK_ENDS
        return PlaceEnds(low, high, note, is_model=False)
    model = chosen_model()
    found = first_order(
        table,
        asked.system,
        model,
        uncertain_demand(asked, question),
        extension_of(table, extension),
        members,
    )
    low, high = ends_at_once(found)
    return PlaceEnds(low, high, model_note(model), is_model=True)


def _members(table: WorldTable, places: Places, outside: str | None) -> Floats:
    """Return which nodes lie in which place, as ones; shape (K, n)."""
    region, sector = table.region_index(), table.sector_index()
    counts = np.ones(table.n, dtype=np.bool_)
    if outside is not None:
        counts = region != table.regions.index(outside)
    members = np.tile(counts, (len(places), 1))
    for k, (country, made) in enumerate(places):
        if country is not None:
            members[k] &= region == table.regions.index(country)
        if made is not None:
            members[k] &= sector == table.sectors.index(made)
    return members.astype(np.float64)
