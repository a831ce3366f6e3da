"""Say at which node of a table a facility stands, by its country and activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from ketenkaart.core.chain.concordance import Weights
from ketenkaart.core.chain.facility_nodes import FacilityNode, facility_node
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade
from ketenkaart.services.concordance import place_code
from ketenkaart.services.installed import edition_folder
from ketenkaart.sources.reference.labels import load_countries, load_sectors
from ketenkaart.sources.wiod.reader import ISO_CODES
from ketenkaart.warehouse.stored import StoredEdition

REST = ("ROW", "WXD", "ROTW")
"""How tables call the region that holds every country they do not name, in capitals."""


class NodeFinder:
    """Leads facilities to the nodes of one table; every answer is worked out once."""

    def __init__(self, table: WorldTable) -> None:
        self.table = table
        self._own, self._regions = _regions(table)
        self._places: dict[str, tuple[Weights, Grade]] = {}
        self._absent: set[str] = set()
        self._broad = _broad_sectors(table)
        self._known: dict[tuple[str, tuple[str, ...]], FacilityNode] = {}

    def node(self, country: str, divisions: Iterable[str]) -> FacilityNode:
        """Return the nodes of a facility in a country (alpha-3) with ISIC Rev. 4 divisions."""
        asked = country, tuple(divisions)
        if asked not in self._known:
            for division in asked[1]:
                self._look_up(division)
            self._known[asked] = facility_node(
                *asked, regions=self._regions, own=self._own, places=self._places
            )
        return self._known[asked]

    def _look_up(self, division: str) -> None:
        if division in self._places or division in self._absent:
            return
        if self._broad is not None:
            if division in self._broad:
                self._places[division] = ({self._broad[division]: 1.0}, Grade.LIKELY)
            else:
                self._absent.add(division)
            return
        try:
            placed = place_code(f"isic4:{division}", self.table)
        except InputError:
            self._absent.add(division)
        else:
            self._places[division] = (placed.weights, placed.grade)


def _broad_sectors(table: WorldTable) -> Mapping[str, str] | None:
    """Return the sector of each division where the table's sectors are our own 20 or fewer."""
    own = {sector.id: sector.isic4 for sector in load_sectors()}
    if not set(table.sectors) <= own.keys():
        return None
    return {division: name for name in table.sectors for division in own[name]}


def _regions(table: WorldTable) -> tuple[frozenset[str], Mapping[str, str]]:
    """Return the regions that are one country, and the region of every country that has one."""
    alpha3 = load_countries().alpha3_by_any_code()
    named = {}
    for code in table.regions:
        country = alpha3.get(ISO_CODES.get(code, code)) or alpha3.get(code.upper())
        if country is not None and code.upper() not in REST:
            named[country] = code
    # REU is the rest of the Union in our own tables, and no country there (Réunion has that code).
    members = {country: region for country, region in _members().items() if region in table.regions}
    named = {country: code for country, code in named.items() if code not in members.values()}
    own = frozenset(named.values())
    rest = [code for code in table.regions if code.upper() in REST]
    inside: dict[str, str] = {}
    if len(rest) == 1:
        inside = dict.fromkeys((c.alpha3 for c in load_countries().countries), rest[0])
    return own, inside | members | named


@lru_cache(maxsize=1)
def _members() -> Mapping[str, str]:
    """Return the composite region of each country that the starter edition places in one."""
    stored = StoredEdition.open(edition_folder())
    return {
        country: composite.region
        for composite in stored.composites()
        for country in composite.members
    }
