"""Programmes on the spot that have to do with the countries and sectors of a table."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.chain.programmes import Programme, ProgrammeHere, programmes_at
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.own_sectors import NOT_RESEARCHED, countries_of, own_sectors
from ketenkaart.sources.reference.programmes import load_programmes

NONE_KNOWN = "none_known"
"""None of the programmes that were read is there; others were not looked for."""


class Donors:
    """Which programmes are known at a place of a table on a day."""

    def __init__(self, table: WorldTable, day: date) -> None:
        self._day = day
        self._programmes = load_programmes()
        self._countries = countries_of(table)
        wanted = {
            sector
            for programme in self._programmes
            for presence in programme.presences
            for sector in presence.sectors
        }
        self._sectors = own_sectors(table, wanted)
        self._known: dict[tuple[str | None, str | None], str] = {}

    def at(self, region: str | None, sector: str | None) -> str:
        """Return the programmes as `id:state` with spaces between, `none_known`, or more openly.

        `not_researched` is a region of several countries, or a table whose sectors no list leads
        to.
        """
        key = region, sector
        if key not in self._known:
            self._known[key] = self._said(region, sector)
        return self._known[key]

    def _said(self, region: str | None, sector: str | None) -> str:
        country = self._countries.get(region or "")
        if country is None or self._sectors is None:
            return NOT_RESEARCHED
        sectors = self._sectors.get(sector or "", frozenset())
        found = (
            programmes_at(self._programmes, country=country, sectors=sectors, day=self._day)
            if sectors
            else ()
        )
        return " ".join(map(_stated, found)) or NONE_KNOWN

    def note(self) -> Text:
        """Say which programmes were read, and what was not."""
        named = [programme.name for programme in self._programmes]
        nl, en = (_listed([n.nl for n in named], "en"), _listed([n.en for n in named], "and"))
        return Text(
            nl=f"Van programma's zijn alleen {nl} gelezen. Hier staat de stand op "
            f"{self._day:%Y-%m-%d}; wat na het laatste bericht kwam, is onbekend.",
            en=f"Of programmes only {en} were read. They stand here as on "
            f"{self._day:%Y-%m-%d}; what came after the last word found is unknown.",
        )


def programmes_named(said: str) -> tuple[tuple[Programme, str], ...]:
    """Return the programmes and states that `Donors.at` said, with none where it named none."""
    known = {programme.id: programme for programme in load_programmes()}
    pairs = (item.partition(":") for item in said.split())
    return tuple((known[name], state) for name, mark, state in pairs if mark)


def _stated(here: ProgrammeHere) -> str:
    return f"{here.programme.id}:{here.running.value}"


def _listed(names: list[str], last: str) -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)
