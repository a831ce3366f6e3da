"""What lists are read by: words of headings, countries with their boxes, words for sectors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ketenkaart.core.chain.facilities.exact import plain

Box = tuple[float, float, float, float]
"""South, north, west and east, in degrees."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Words by their plain writing, and where countries lie.

    `headings` gives the field and a rank: of two headings for one field the lower rank is used.
    `countries` gives alpha-3 codes, `ambiguous` the codes that a name may stand for, `boxes` the
    parts of a country, `sectors` divisions of ISIC Rev. 4.
    """

    headings: Mapping[str, tuple[str, int]]
    countries: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    boxes: Mapping[str, tuple[Box, ...]]
    sectors: Mapping[str, tuple[str, ...]]

    def country(self, text: str) -> str | None:
        """Return the code of a country by code or name in any of the languages, else `None`."""
        return self.countries.get(plain(text))

    def near_countries(self, text: str) -> tuple[str, ...]:
        """Return codes that a text may stand for: an ambiguous name's, or those of near names."""
        written = plain(text)
        if written in self.ambiguous:
            return self.ambiguous[written]
        near = get_close_matches(written, [key for key in self.countries if len(key) > 3], n=3)
        return tuple(dict.fromkeys(self.countries[key] for key in near))

    def lies_in(self, latitude: float, longitude: float, country: str) -> bool | None:
        """Return whether a place lies in a country's boxes; `None` where nobody knows them."""
        boxes = self.boxes.get(country)
        if not boxes:
            return None
        return any(
            south <= latitude <= north and west <= longitude <= east
            for south, north, west, east in boxes
        )

    def divisions(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the divisions that words for a sector stand for, each once, in order."""
        found = {part: None for word in words for part in self.sectors.get(plain(word), ())}
        return tuple(sorted(found))

    def field(self, heading: str) -> tuple[str, int] | None:
        """Return the field that a heading stands for, with its rank; `None` for no known one.

        A heading in two languages, or with a remark in brackets, counts by the part that is known.
        """
        parts = [heading, re.sub(r"[(\[（].*?[)\]）]", " ", heading)]
        parts += re.split(r"[/|\n;:–]", heading)
        parts += re.findall(r"[\u2e80-\u9fff]+|[^\u2e80-\u9fff]+", heading)
        for part in parts:
            found = self.headings.get(plain(part))
            if found is not None:
                return found
        return None
