"""Our countries and sectors behind the regions and sectors of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ketenkaart.core.chain.concordance import WIOD_2013
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import EditionError, InputError, NotFoundError
from ketenkaart.services.chain.naming import names_of
from ketenkaart.services.concordance import place_code
from ketenkaart.sources.reference.labels import load_sectors

NOT_RESEARCHED = "not_researched"
MOSTLY = 0.5


def countries_of(table: WorldTable) -> Mapping[str, str]:
    """Return the country that each region is; none for a table in no store, which has no names."""
    try:
        return names_of(table).alpha3
    except (NotFoundError, EditionError):
        return {}


def own_sectors(table: WorldTable, wanted: Iterable[str]) -> Mapping[str, frozenset[str]] | None:
    """Return our sectors by sector of the table, or nothing where no list leads to these.

    A division of ISIC counts where most of it is: a list that shares it out would put a little of
    everything everywhere.
    """
    found: dict[str, set[str]] = {}
    asked, is_wiod = frozenset(wanted), WIOD_2013.issuperset(table.sectors)
    for sector in load_sectors():
        if sector.id not in asked:
            continue
        if sector.id in table.sectors:
            codes: Iterable[str] = (sector.id,)
        elif is_wiod:
            codes = sector.wiod2013
        else:
            codes = [code for division in sector.isic4 for code in _mostly(division, table)]
        for code in codes:
            found.setdefault(code, set()).add(sector.id)
    return {code: frozenset(ours) for code, ours in found.items()} or None


def _mostly(division: str, table: WorldTable) -> list[str]:
    try:
        placed = place_code(f"isic4:{division}", table)
    except InputError:
        return []
    return [code for code, weight in placed.weights.items() if weight >= MOSTLY]
