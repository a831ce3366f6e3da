"""Check one row of a list: what it says of a facility, and what is the matter with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ketenkaart.core.chain.facilities.checks import OS_ID, checked_draft
from ketenkaart.core.chain.facilities.exact import exact_key, plain
from ketenkaart.core.chain.facilities.listing.findings import Finding, Severity
from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer
from ketenkaart.core.chain.facilities.listing.headings import ADDRESS_PARTS, Headings
from ketenkaart.core.chain.facilities.listing.places import (
    Degrees,
    judge_place,
    read_degrees,
    read_pair,
)
from ketenkaart.core.chain.facilities.listing.workers import read_workers
from ketenkaart.core.chain.facilities.types import FacilityDraft, Workers
from ketenkaart.core.errors import InputError

FILLERS = frozenset(
    map(plain, ("n/a", "na", "n.v.t.", "nvt", "none", "null", "nil", "unknown", "onbekend", "geen",
                "not available", "not applicable", "tbd", "tbc", "#N/A", "inconnu", "desconocido"))
)  # fmt: skip
LONGEST_VALUE = 120
LONGEST_CELL = 4_000
"""No cell of a list says more; what is longer is looked at up to here."""
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LOST = re.compile("[\ufffd\u25a1]|Ã[\x80-\xbf©¨¼¶¤±§]|â€[\u0080-\uffff]|\\?{3,}")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""An apostrophe that exports put before what a spreadsheet would take for a formula."""
_BREAKS = re.compile("[\r\n\v\f\u0085\u2028\u2029]+")
_PLACES = {
    "place_swapped": "Latitude and longitude seem swapped",
    "place_elsewhere": "The place does not lie in the country of the row",
    "place_off_globe": "The coordinates lie off the globe",
    "place_is_zero": "The coordinates are 0, 0, in the sea off Africa: a mark of an unknown place",
}


@dataclass(slots=True)
class RowChecker:
    """Checks the rows of one list, in order, and remembers which it saw before.

    `country` is the alpha-3 code of rows that name none; `mend_places` keeps the one other
    reading of coordinates that fits, where those given do not.
    """

    headings: Headings
    gazetteer: Gazetteer
    country: str | None = None
    mend_places: bool = False
    _seen: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, tuple[int, str]] = field(default_factory=dict)
    _words: set[str] = field(default_factory=set)

    def check(self, line: int, cells: Sequence[str]) -> tuple[FacilityDraft | None, list[Finding]]:
        """Return what a row says, or `None` where it is refused, with what was found in it."""
        row = _Row(self, line, cells)
        said = row.read()
        if said is None:
            return None, row.findings
        self._compare(row, said)
        return said, row.findings

    def _compare(self, row: _Row, said: FacilityDraft) -> None:
        key = exact_key(said.country, said.name, said.address)
        before = self._seen.setdefault(key, row.line)
        if before != row.line:
            row.warn(
                "name",
                "duplicate_row",
                f"Row {before} names the same facility",
                "Both rows will belong to one facility; remove one where that is meant.",
                row=before,
            )
        if said.os_id is None:
            return
        first, known = self._ids.setdefault(said.os_id, (row.line, key))
        if known != key:
            row.warn(
                "os_id",
                "duplicate_id",
                f"Row {first} has the same id with another name or address",
                "Look which row it belongs to.",
                row=first,
            )

    def is_new_word(self, word: str) -> bool:
        """Return whether a word for a sector is met for the first time."""
        written = plain(word)
        is_new = written not in self._words
        self._words.add(written)
        return is_new


class _Row:
    """One row while it is being read."""

    def __init__(self, checker: RowChecker, line: int, cells: Sequence[str]) -> None:
        self.checker = checker
        self.line = line
        self.cells = cells
        self.findings: list[Finding] = []

    def read(self) -> FacilityDraft | None:
        if any(cell.strip() for cell in self.cells[len(self.checker.headings.cells) :]):
            self.refuse(
                "",
                "too_many_cells",
                f"The row has {len(self.cells)} cells under "
                f"{len(self.checker.headings.cells)} headings",
                "Put quotation marks around cells that hold the separator.",
                cells=len(self.cells),
                headings=len(self.checker.headings.cells),
            )
            return None
        country = self._country()
        name = self._needed("name")
        address = self._address()
        if country is None or not name or not address:
            return None
        latitude, longitude = self._place(country)
        sectors = self._words("sector", "sector_product_type")
        kinds = self._words("facility_type", "facility_type_processing_type")
        processes = self._words("processing_type")
        products = self._words("product_type")
        said = FacilityDraft(
            country=country,
            name=name,
            address=address,
            latitude=latitude,
            longitude=longitude,
            sectors_given=sectors,
            isic4=self._divisions(sectors, (*kinds, *processes), products),
            product_types=products,
            facility_types=kinds,
            processing_types=processes,
            workers=self._workers(),
            parent_company=self.text("parent_company") or None,
            native_name=self.text("native_language_name") or None,
            os_id=self._os_id(),
        )
        try:
            return checked_draft(said)
        except InputError as error:
            self.refuse(error.where or "", "unusable", error.what, error.fix or "Correct it.")
            return None

    def text(self, name: str) -> str:
        """Return the cell of a field, tidied; an empty text where it says nothing."""
        place = self.checker.headings.columns.get(name)
        cell = self.cells[place] if place is not None and place < len(self.cells) else ""
        raw = cell[:LONGEST_CELL]
        if _GUARDED.match(raw):
            raw = raw[1:]
        shown = _HIDDEN.sub("", raw)
        if shown != raw.replace("\ufeff", ""):
            self.warn(name, "hidden_signs", "Signs that cannot be seen were left out", "Retype it.")
        lines = [" ".join(part.split()) for part in _BREAKS.split(shown)]
        tidy = ", ".join(part.strip(",; ") if len(lines) > 1 else part for part in lines if part)
        return "" if plain(tidy) in FILLERS or not any(c.isalnum() for c in tidy) else tidy

    def warn(
        self, name: str, code: str, what: str, fix: str, fix_key: str = "", **fields: object
    ) -> None:
        self._find(Severity.WARNED, name, code, what, fix, fix_key, **fields)

    def refuse(
        self, name: str, code: str, what: str, fix: str, fix_key: str = "", **fields: object
    ) -> None:
        self._find(Severity.REFUSED, name, code, what, fix, fix_key, **fields)

    def _find(
        self,
        severity: Severity,
        name: str,
        code: str,
        what: str,
        fix: str,
        fix_key: str = "",
        **fields: object,
    ) -> None:
        headings = self.checker.headings
        place = headings.columns.get(name)
        value = self.cells[place] if place is not None and place < len(self.cells) else ""
        self.findings.append(
            Finding(
                self.line,
                headings.title(name),
                severity,
                code,
                what,
                fix,
                value[:LONGEST_VALUE],
                {key: str(part) for key, part in fields.items()},
                fix_key,
            )
        )

    def _needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            self.refuse(name, f"no_{name}", f"The row has no {name}", "Fill it in.")
        elif _LOST.search(found):
            self._lost(name)
        elif found.startswith("="):
            self.warn(
                name, "formula", f"The {name} begins like a formula", "See what it should be."
            )
        return found

    def _lost(self, name: str) -> None:
        self.warn(
            name,
            "lost_signs",
            f"The {name} holds signs that were lost on the way",
            "Look in the source; if many rows have it, name the right --encoding.",
        )

    def _country(self) -> str | None:
        gazetteer = self.checker.gazetteer
        given = self.text("country")
        if not given:
            if self.checker.country is None:
                self.refuse(
                    "country", "no_country", "The row has no country",
                    "Fill it in, or name one for all such rows: --country BGD.",
                )  # fmt: skip
            return self.checker.country
        code = gazetteer.country(given)
        if code is None:
            near = gazetteer.near_countries(given)
            hint = " or ".join(f"{gazetteer.names.get(key, key)} ({key})" for key in near)
            self.refuse(
                "country",
                "unknown_country",
                f"{given[:60]!r} is no country that is known here",
                f"If it is {hint}, write that." if near else "Write its name or its ISO code.",
                "unknown_country_near" if near else "",
                given=given[:60],
                near=" ".join(near),
            )
        return code

    def _address(self) -> str:
        """Return the address on one line: the whole one, with the parts that it does not hold."""
        whole = self.text("address")
        parts = {name: self.text(name) for name in ADDRESS_PARTS}
        street = " ".join(part for part in (parts["street"], parts["street_more"]) if part)
        town = " ".join(part for part in (parts["postcode"], parts["city"]) if part)
        found = whole
        for part in (street, parts["district"], town, parts["state"]):
            if part and plain(part) not in plain(found):
                found = f"{found}, {part}" if found else part
        place = "address" if "address" in self.checker.headings.columns else "street"
        if not found:
            self.refuse(place, "no_address", "The row has no address", "Fill it in.")
        elif _LOST.search(found):
            self._lost(place)
        return found

    def _place(self, country: str) -> tuple[float | None, float | None]:
        given = self._degrees()
        if given is None:
            return None, None
        checker = self.checker
        judged = judge_place(*given, country, checker.gazetteer, mend=checker.mend_places)
        if judged.problem:
            north, east = judged.latitude, judged.longitude
            if north is not None:
                key, fix = "place_kept", f"Kept as {north}, {east}: check it."
            elif judged.instead is not None:
                north, east = judged.instead
                key = "place_instead"
                fix = f"Left out. {north}, {east} would fit: --mend-places takes such readings."
            else:
                key, fix = "place_left_out", "Left out. Correct the coordinates or the country."
            self.warn(
                self._place_column(), judged.problem, _PLACES[judged.problem], fix, key,
                north=north, east=east,
            )  # fmt: skip
        return judged.latitude, judged.longitude

    def _degrees(self) -> tuple[Degrees, Degrees] | None:
        """Return the coordinates of the row, `None` where it has none that can be read."""
        pair = self.text("coordinates")
        north, east = self.text("latitude"), self.text("longitude")
        if not (north or east):
            found = read_pair(pair) if pair else None
            if pair and found is None:
                self.warn(
                    "coordinates", "place_unreadable", "These are no two coordinates",
                    "Left out. Write them as 23.85, 90.26.", "places_unreadable",
                )  # fmt: skip
            return found
        if not (north and east):
            self.warn(
                self._place_column(), "place_half", "Only one of latitude and longitude is given",
                "Left out. Give both or neither.",
            )  # fmt: skip
            return None
        one, other = read_degrees(north), read_degrees(east)
        if one is None or other is None:
            self.warn(
                "latitude" if one is None else "longitude", "place_unreadable",
                "This is no coordinate", "Left out. Write it as 23.85 or 23,85.",
            )  # fmt: skip
            return None
        return one, other

    def _place_column(self) -> str:
        return "latitude" if "latitude" in self.checker.headings.columns else "coordinates"

    def _words(self, *names: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            given = self.text(name)
            if plain(given) in self.checker.gazetteer.sectors:
                found[given] = None
                continue
            for part in given.split("|") if "|" in given else re.split("[;,]", given):
                if part.strip():
                    found[part.strip()] = None
        return tuple(found)

    def _divisions(
        self, sectors: tuple[str, ...], kinds: tuple[str, ...], products: tuple[str, ...]
    ) -> tuple[str, ...]:
        gazetteer = self.checker.gazetteer
        found = gazetteer.divisions((*sectors, *kinds)) or gazetteer.divisions(products)
        for word in sectors:
            if not gazetteer.divisions((word,)) and self.checker.is_new_word(word):
                self._find(
                    Severity.NOTED, "sector", "unknown_sector",
                    f"{word[:60]!r} leads to no division of ISIC",
                    "Kept as given. Listed once, where it first stands.", word=word[:60],
                )  # fmt: skip
        return found

    def _workers(self) -> Workers | None:
        given = self.text("number_of_workers")
        found = read_workers(given) if given else None
        if given and found is None:
            self.warn(
                "number_of_workers", "workers_unreadable", "This is no number of workers",
                "Left out. Write it as 1200, or as 1001-5000.",
            )  # fmt: skip
        return found

    def _os_id(self) -> str | None:
        given = self.text("os_id").upper()
        if given and OS_ID.fullmatch(given) is None:
            self.warn(
                "os_id", "id_unreadable", "This is no id of Open Supply Hub",
                "Left out. It has 15 characters, as BD2019085AT4WB7.",
            )  # fmt: skip
            return None
        return given or None
