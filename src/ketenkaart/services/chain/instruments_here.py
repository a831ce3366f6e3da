"""Dutch and European instruments that are about the goods of a sector from a place."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.governance.reach import absence, is_outside
from ketenkaart.core.governance.types import Instrument, Scope
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.own_sectors import NOT_RESEARCHED, countries_of, own_sectors
from ketenkaart.services.instruments.in_use import instruments_in_use
from ketenkaart.sources.reference.labels import load_countries, load_sectors
from ketenkaart.sources.reference.programmes import load_programmes

ONLY_GENERAL = "only_general"
"""No instrument in force is about this sector in particular; those for every sector remain."""


class InstrumentsHere:
    """Which instruments in force on a day are about a sector of a country, by their own terms."""

    def __init__(self, table: WorldTable, day: date) -> None:
        self._day = day
        # Where a programme is, stands beside; its own terms name no country.
        programmes = {programme.id for programme in load_programmes()}
        in_force = [
            (item, item.scope)
            for item in instruments_in_use()
            if item.scope is not None and item.id not in programmes and absence(item, day) is None
        ]
        self._general = [item for item, scope in in_force if scope.sectors is None]
        self._particular: list[tuple[Instrument, Scope]] = [
            (item, scope) for item, scope in in_force if scope.sectors is not None
        ]
        self._eu = load_countries().eu_members(day)
        self._countries = countries_of(table)
        self._sectors = own_sectors(table, [sector.id for sector in load_sectors()])

    def at(self, region: str | None, sector: str | None) -> str:
        """Return the ids with spaces between, or `only_general`.

        A region of several countries is `not_researched`, and so is a table whose sectors no list
        leads to.
        """
        country = self._countries.get(region or "")
        if country is None or self._sectors is None:
            return NOT_RESEARCHED
        wanted = self._sectors.get(sector or "", frozenset())
        found = [
            item.id
            for item, scope in self._particular
            if not wanted.isdisjoint(scope.sectors or ())
            and not is_outside(country, scope, self._eu)
        ]
        return " ".join(found) or ONLY_GENERAL

    def note(self) -> Text:
        """Say which instruments are meant, and which stand nowhere because they are general."""
        named = [item.name for item in self._general]
        nl, en = "; ".join(name.nl for name in named), "; ".join(name.en for name in named)
        return Text(
            nl="Instrumenten: de Nederlandse en Europese die op die dag gelden en naar hun eigen "
            "tekst over deze bedrijfstak gaan. Hoe ver zij reiken, zegt de kloof. Voor alle "
            f"bedrijfstakken gelden daarnaast: {nl}. Die van het land zelf zijn niet onderzocht.",
            en="Instruments: the Dutch and European ones in force on that day that by their own "
            "terms are about this sector. How far they reach, the gap says. For all sectors there "
            f"are besides: {en}. Those of the country itself are not researched.",
        )
