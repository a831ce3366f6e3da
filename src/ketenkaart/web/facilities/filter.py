"""The filter of the facilities: read it, check it, and say per field what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ketenkaart.core.chain.facilities.ids import FacilityIdError, canonical_id
from ketenkaart.core.chain.facilities.types import ContributorKind, FacilityStatus
from ketenkaart.services.facility_facts.listing import ListingQuery, countries_with_facilities
from ketenkaart.sources.reference.labels import load_countries, load_sectors
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.text import say

PAGE = 50
LONGEST_SEARCH = 100
NAMES = ("q", "country", "sector", "kind", "status", "within", "after")


@dataclass(slots=True)
class FacilityFilter:
    """What was asked of the registry; a wrong field is named in `errors`."""

    language: str
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str], language: str) -> FacilityFilter:
        """Return the filter that `given` asks for."""
        chosen = cls(language, {name: given.get(name, "").strip() for name in NAMES})
        chosen._check("country", {item.alpha3 for item in load_countries().countries})
        chosen._check("sector", {item.id for item in load_sectors()})
        chosen._check("kind", {item.value for item in ContributorKind})
        chosen._check("status", {item.value for item in FacilityStatus})
        known = {item.alpha3 for item in load_countries().countries}
        for code in chosen.within:
            if code not in known:
                chosen.errors["within"] = say("gap.error_choice", language, value=code[:MAX_SHOWN])
        if len(chosen.given["q"]) > LONGEST_SEARCH:
            chosen.errors["q"] = say("facilities.error_long", language, most=LONGEST_SEARCH)
        return chosen

    def _check(self, name: str, known: Iterable[str]) -> None:
        value = self.given[name]
        if value and value not in known:
            self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])

    def query(self, *, limit: int = PAGE, is_whole: bool = False) -> ListingQuery:
        """Return what to list; wrong fields ask for everything, `is_whole` begins at the first."""
        right = {name: "" if name in self.errors else value for name, value in self.given.items()}
        return ListingQuery(
            about=right["q"],
            country=right["country"] or None,
            sector=right["sector"] or None,
            kind=ContributorKind(right["kind"]) if right["kind"] else None,
            status=FacilityStatus(right["status"]) if right["status"] else None,
            after=None if is_whole else self.after,
            limit=limit,
            within=() if "within" in self.errors else self.within,
        )

    @property
    def within(self) -> tuple[str, ...]:
        """The countries that the list is narrowed to, by code, as a chain page asks."""
        return tuple(dict.fromkeys(code for code in self.given["within"].split(",") if code))

    @property
    def after(self) -> str | None:
        """The id that the page begins after; anything else than an id is the first page."""
        try:
            return canonical_id(self.given["after"])
        except FacilityIdError:
            return None

    def address(self, after: str | None = None, within: str | None = None) -> str:
        """Return the query string of this filter, for the page that begins after an id.

        `within` may be other countries, or none at all (empty).
        """
        given = self.given if within is None else {**self.given, "within": within}
        chosen = {name: value for name, value in given.items() if value and name != "after"}
        return urlencode(chosen | ({"after": after} if after else {}))

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        language = self.language
        names = load_countries().names()
        countries = sorted(
            (
                (code, names[code].in_language(language))
                for code in countries_with_facilities()
                if code in names
            ),
            key=lambda pair: pair[1].casefold(),
        )
        sectors = [(item.id, item.name.in_language(language)) for item in load_sectors()]
        kinds = [(x.value, say(f"facilities.kind_{x.value}", language)) for x in ContributorKind]
        states = [(x.value, say(f"facilities.status_{x.value}", language)) for x in FacilityStatus]
        return (
            Field("q", self.given["q"], error=self.errors.get("q", "")),
            self._choice("country", countries),
            self._choice("sector", sectors),
            self._choice("kind", kinds),
            self._choice("status", states, "facilities.status_living"),
        )

    def _choice(self, name: str, pairs: list[tuple[str, str]], any_key: str = "frame.any") -> Field:
        value = self.given[name]
        options = [Option("", say(any_key, self.language), not value)]
        options += [Option(code, label, code == value) for code, label in pairs]
        groups = (OptionGroup("", tuple(options)),)
        return Field(name, value, groups, error=self.errors.get(name, ""))
