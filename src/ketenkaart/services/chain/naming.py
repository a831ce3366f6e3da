"""The words for a table's codes: places, sectors, buyers, and chains as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.tables import STARTER, chosen_table
from ketenkaart.services.world_tables import show_table
from ketenkaart.sources.reference.labels import load_countries, load_sectors
from ketenkaart.sources.reference.phrases import (
    buyer_names,
    place_phrases,
    region_wholes,
    sector_phrases,
)
from ketenkaart.sources.reference.sector_names import names_by_division, sector_names

BY_DIVISION = frozenset({"icio", "figaro", "wiod2016"})
"""Layouts whose sector codes say which divisions of ISIC Rev. 4 they hold."""


@dataclass(frozen=True, slots=True)
class Names:
    """Words by the codes of one table; a code without words is its own name.

    `regions` name a place, `placed` say where something is ("in de Verenigde Staten"); `sectors`
    name a sector, `doing` what it does; `alpha3` leads from a region to ISO 3166-1, and lacks a
    region that is no single country; `members` lead from a country to the region of several that
    it is counted in, where that is known country by country.
    """

    regions: Mapping[str, Text]
    placed: Mapping[str, Text]
    sectors: Mapping[str, Text]
    doing: Mapping[str, Text]
    alpha3: Mapping[str, str]
    members: Mapping[str, str]

    def at(self, region: str, sector: str) -> Text:
        """Say what is done where: "weaving in India"."""
        what, where = self.doing[sector], self.placed[region]
        return Text(nl=f"{what.nl} {where.nl}", en=f"{what.en} {where.en}")

    def itself(self, region: str) -> Text:
        """Name a region inside a sentence, with its article: "the Netherlands"."""
        where = self.placed[region]
        return Text(nl=where.nl.partition(" ")[2], en=where.en.partition(" ")[2])

    def node(self, region: str, sector: str) -> Text:
        """Name a sector of a country, as a heading or a row does: "India, textiles"."""
        where, what = self.regions[region], self.sectors[sector]
        return Text(nl=f"{where.nl}, {what.nl}", en=f"{where.en}, {what.en}")

    def chain(self, nodes: Sequence[tuple[str, str]]) -> Text:
        """Say a path, source first: "farming in India, weaving in China"."""
        said = [self.at(region, sector) for region, sector in nodes]
        return Text(nl=", ".join(item.nl for item in said), en=", ".join(item.en for item in said))


def names_of(table: WorldTable, data_folder: Path | None = None) -> Names:
    """Return the words for a table's regions and sectors."""
    layout = _layout(table, data_folder)
    countries = load_countries()
    known, alpha3 = countries.names(), countries.alpha3_by_any_code()
    singles = countries.by_alpha3()
    wholes = region_wholes(layout)
    codes = {region: alpha3.get(region, region.upper()) for region in table.regions}
    codes |= {region: f"{layout}:{region}" for region in table.regions if region in wholes}
    known |= {f"{layout}:{region}": name for region, name in wholes.items()}
    regions = {
        region: known.get(code, Text(nl=region, en=region)) for region, code in codes.items()
    }
    phrases = place_phrases()
    placed = {
        region: phrases.get(
            code, Text(nl=f"in {regions[region].nl}", en=f"in {regions[region].en}")
        )
        for region, code in codes.items()
    }
    named = (
        {item.id: item.name for item in load_sectors()}
        if layout == STARTER
        else sector_names(layout)
        or (names_by_division(table.sectors) if layout in BY_DIVISION else {})
    )
    sectors = {sector: named.get(sector, Text(nl=sector, en=sector)) for sector in table.sectors}
    spoken = sector_phrases(layout)
    return Names(
        regions=regions,
        placed=placed,
        sectors=sectors,
        doing={sector: spoken.get(sector, name) for sector, name in sectors.items()},
        alpha3={region: code for region, code in codes.items() if code in singles},
        members=_members(layout),
    )


def edition_names(edition: str, data_folder: Path | None = None) -> Names:
    """Return the words for the codes of an edition; raises `NotFoundError` where there is none."""
    return names_of(chosen_table(edition, data_folder), data_folder)


def buyer_name(category: str) -> Text:
    """Name a category of final demand; a code without a name stands for itself."""
    return buyer_names().get(category.casefold(), Text(nl=category, en=category))


def _members(layout: str) -> Mapping[str, str]:
    if layout != STARTER:
        return {}
    from ketenkaart.services.chain.starter import starter_members  # noqa: PLC0415 - loads Polars

    return starter_members()


def _layout(table: WorldTable, data_folder: Path | None) -> str:
    if table.edition.startswith(STARTER):
        try:
            return show_table(table.edition, data_folder).manifest.layout
        except NotFoundError:
            return STARTER
    return show_table(table.edition, data_folder).manifest.layout
