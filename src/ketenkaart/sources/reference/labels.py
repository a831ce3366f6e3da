"""Read the labels that every room shares: sectors, countries and the glossary."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.classification import Countries, Sector
from ketenkaart.core.provenance import Citation, Frozen, GlossaryTerm
from ketenkaart.sources.reference.document import Document
from ketenkaart.sources.reference.folder import read_file, reference_root


class SectorsFile(Frozen):
    """The content of `sectors.yml`."""

    sectors: tuple[Sector, ...]
    citation: Citation


class GlossaryFile(Frozen):
    """The content of `glossary.yml`."""

    terms: tuple[GlossaryTerm, ...]


@lru_cache(maxsize=16)
def _sectors(root: Path) -> tuple[Sector, ...]:
    document, content = read_file(root, "sectors.yml", SectorsFile)
    document.require_unique(("sectors",), [sector.id for sector in content.sectors])
    for key in ("isic4", "wiod2013"):
        _require_one_owner(document, content.sectors, key)
    return content.sectors


def _require_one_owner(document: Document, sectors: tuple[Sector, ...], key: str) -> None:
    owners: dict[str, str] = {}
    for index, sector in enumerate(sectors):
        for place, code in enumerate(getattr(sector, key)):
            if code in owners:
                document.fail(
                    ("sectors", index, key, place),
                    f"'{code}' already belongs to {owners[code]}",
                    "Give every code to one sector.",
                )
            owners[code] = sector.id


@lru_cache(maxsize=16)
def _countries(root: Path) -> Countries:
    document, content = read_file(root, "countries.yml", Countries)
    document.require_unique(("countries",), [c.alpha3 for c in content.countries], "alpha3")
    document.require_unique(("countries",), [c.alpha2 for c in content.countries], "alpha2")
    taken = {c.alpha3 for c in content.countries}
    for index, area in enumerate(content.composites):
        if area.code in taken:
            document.fail(
                ("composites", index, "code"),
                f"'{area.code}' is a country already",
                "Choose another code.",
            )
        taken.add(area.code)
    for index, country in enumerate(content.countries):
        for place, code in enumerate(country.other_codes):
            if code in taken:
                document.fail(
                    ("countries", index, "other_codes", place),
                    f"'{code}' stands for something else already",
                    "Remove it here or there.",
                )
            taken.add(code)
    return content


@lru_cache(maxsize=16)
def _glossary(root: Path) -> tuple[GlossaryTerm, ...]:
    document, content = read_file(root, "glossary.yml", GlossaryFile)
    document.require_unique(("terms",), [term.id for term in content.terms])
    return content.terms


def load_sectors(root: Path | None = None) -> tuple[Sector, ...]:
    """Return the sectors that instruments and intensities speak of, in their own order."""
    return _sectors(reference_root(root))


def load_countries(root: Path | None = None) -> Countries:
    """Return countries by ISO 3166-1, their membership of the Union, and composite areas."""
    return _countries(reference_root(root))


def load_glossary(root: Path | None = None) -> tuple[GlossaryTerm, ...]:
    """Return the terms of the glossary."""
    return _glossary(reference_root(root))
