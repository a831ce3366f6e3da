"""Read the programmes on the spot, from `programmes/*.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.programmes import Presence, Programme
from ketenkaart.sources.reference.document import Document
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.labels import load_countries, load_sectors


@lru_cache(maxsize=8)
def _programmes(root: Path) -> tuple[Programme, ...]:
    countries = {country.alpha3 for country in load_countries(root).countries}
    sectors = {sector.id for sector in load_sectors(root)}
    found = []
    for path in sorted((root / "programmes").glob("*.yml")):
        document, programme = read_file(root, f"programmes/{path.name}", Programme)
        if programme.id != path.stem:
            document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
        document.require_unique(
            ("presences",), [item.country for item in programme.presences], "country"
        )
        for index, presence in enumerate(programme.presences):
            _check(document, index, presence, countries, sectors)
        found.append(programme)
    return tuple(found)


def _check(
    document: Document, index: int, presence: Presence, countries: set[str], sectors: set[str]
) -> None:
    place = ("presences", index)
    document.require_known((*place, "country"), presence.country, countries, "country code")
    document.require_unique((*place, "sectors"), presence.sectors, None)
    for number, sector in enumerate(presence.sectors):
        document.require_known((*place, "sectors", number), sector, sectors, "sector")


def load_programmes(root: Path | None = None) -> tuple[Programme, ...]:
    """Return the programmes by id; each country stands once in a programme.

    Raises `ReferenceDataError` with file, line and key.
    """
    return _programmes(reference_root(root))
