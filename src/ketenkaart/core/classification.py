"""The labels that every room shares: sectors, countries and regions made of countries."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Period, Text


class Sector(Frozen):
    """One of the sectors that instruments and intensities speak of.

    `isic4` are divisions of ISIC Rev. 4, `wiod2013` the sectors c1..c35 of the WIOD 2013 tables
    that make it up, `activity` the broad activity by which countries are weighted.
    """

    id: Identifier
    name: Text
    isic4: tuple[str, ...] = Field(min_length=1)
    wiod2013: tuple[str, ...] = ()
    activity: Identifier


class Country(Frozen):
    """A country of ISO 3166-1, or a code in common use that ISO leaves to its users.

    `eu` is the period of membership of the European Union and its forerunners, `None` for never.
    `other_codes` are codes under which a table or source lists the same country. `assigned` is
    false for a code that ISO 3166-1 does not list.
    """

    alpha3: str = Field(pattern=r"^[A-Z]{3}$")
    alpha2: str = Field(pattern=r"^[A-Z]{2}$")
    numeric: str | None = Field(default=None, pattern=r"^[0-9]{3}$")
    name: Text
    eu: Period | None = None
    other_codes: tuple[str, ...] = ()
    assigned: bool = True

    def is_eu_member(self, day: date) -> bool:
        """Return whether the country was a member on `day`."""
        return self.eu is not None and self.eu.contains(day)


class CompositeArea(Frozen):
    """A region of a table that stands for several countries, such as the rest of the world."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    name: Text
    description: Text
    citation: Citation


class Countries(Frozen):
    """All countries and composite areas, and the way from a code to its name."""

    countries: tuple[Country, ...]
    composites: tuple[CompositeArea, ...]
    citation: Citation
    eu_citation: Citation

    def by_alpha3(self) -> dict[str, Country]:
        """Return the countries by ISO 3166-1 alpha-3 code."""
        return {country.alpha3: country for country in self.countries}

    def alpha3_by_any_code(self) -> dict[str, str]:
        """Return alpha-3 codes by every code known here: alpha-3, alpha-2 and other codes."""
        found: dict[str, str] = {}
        for country in self.countries:
            for code in (country.alpha3, country.alpha2, *country.other_codes):
                found[code] = country.alpha3
        return found

    def names(self) -> dict[str, Text]:
        """Return names by code, for countries (alpha-3) and composite areas alike."""
        found = {country.alpha3: country.name for country in self.countries}
        return found | {area.code: area.name for area in self.composites}

    def eu_members(self, day: date) -> frozenset[str]:
        """Return the alpha-3 codes of the members of the European Union on `day`."""
        return frozenset(c.alpha3 for c in self.countries if c.is_eu_member(day))
