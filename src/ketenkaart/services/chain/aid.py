"""Development aid in the countries and sectors of a table, from files that donors publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ketenkaart.core.chain.aid import AidHere, aid_at
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.own_sectors import NOT_RESEARCHED, countries_of, own_sectors
from ketenkaart.services.exports import Cell
from ketenkaart.sources.iati import read_aid
from ketenkaart.sources.reference.aid_sectors import load_aid_sectors
from ketenkaart.sources.reference.labels import load_countries, load_sectors

COLUMNS = ("aid_activities", "aid_running", "aid_donors", "aid_spent")


class Aid:
    """What files of donors say of a place of a table, up to a day."""

    def __init__(self, table: WorldTable, files: Sequence[Path], day: date) -> None:
        read = [read_aid(path) for path in files]
        self._activities = {one.id: one for found in read for one in found.activities}
        self._rejected = [line for found in read for line in found.rejected]
        self._names = [path.name for path in files]
        self._day = day
        self._purposes = load_aid_sectors()
        self._alpha2 = {item.alpha3: item.alpha2 for item in load_countries().countries}
        self._countries = countries_of(table)
        self._sectors = own_sectors(table, [sector.id for sector in load_sectors()])

    def at(self, region: str | None, sector: str | None) -> tuple[Cell, ...]:
        """Return the cells under `COLUMNS`: in a region of several countries not researched."""
        country = self._alpha2.get(self._countries.get(region or "", ""))
        if country is None or self._sectors is None:
            return (NOT_RESEARCHED,) * len(COLUMNS)
        found = aid_at(
            self._activities.values(),
            country=country,
            wanted=self._sectors.get(sector or "", frozenset()),
            sectors=self._purposes,
            day=self._day,
        )
        return found.activities, found.running, "; ".join(found.donors) or None, _spent(found)

    def notes(self) -> tuple[Text, ...]:
        """Say what was read, how it was parted, and what could not be used."""
        files = ", ".join(self._names)
        notes = [
            Text(
                nl=f"Hulp, uit {files} (activiteiten: {len(self._activities)}): betaald tot en met "
                f"{self._day:%Y-%m-%d}, naar de percentages van de donor en na aftrek van wat "
                "terugkwam. Wat voor meer van onze bedrijfstakken is, telt bij elk heel; een leeg "
                "bedrag is niet vermeld of niet te verdelen. Wat niet in deze bestanden staat, is "
                "niet gezien.",
                en=f"Aid, from {files} (activities: {len(self._activities)}): paid up to and "
                f"including {self._day:%Y-%m-%d}, by the donor's percentages and less what "
                "came back. What is for several of our sectors counts whole at each; an empty "
                "amount is not stated or cannot be parted. What these files do not hold was not "
                "seen.",
            )
        ]
        if self._rejected:
            count, first = len(self._rejected), self._rejected[0]
            notes.append(
                Text(
                    nl=f"Niet te gebruiken activiteiten: {count}. De eerste: {first}.",
                    en=f"Activities that could not be used: {count}. The first: {first}.",
                )
            )
        return tuple(notes)


def _spent(found: AidHere) -> str | None:
    """Return what was paid, by currency."""
    return "; ".join(f"{code} {found.spent[code]:.0f}" for code in sorted(found.spent)) or None
