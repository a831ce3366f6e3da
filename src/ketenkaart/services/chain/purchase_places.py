"""Where a row of a purchase list belongs in a table: its sectors, its region, its nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade
from ketenkaart.services.chain.called import REST, regions_by_name, sector_called
from ketenkaart.services.chain.purchase_files import CODED, Row
from ketenkaart.services.concordance import place_code
from ketenkaart.sources.reference.labels import load_countries

SCHEMES = {
    "cpv": "cpv", "cpv2008": "cpv", "cpv 2008": "cpv",
    "hs": "hs", "cn": "hs", "gn": "hs", "cn8": "hs", "hs6": "hs", "hs2022": "hs",
    "nace": "nace", "nace2": "nace", "nace rev. 2": "nace", "nace rev.2": "nace",
    "sbi": "sbi", "sbi2008": "sbi", "sbi 2008": "sbi",
    "isic": "isic4", "isic4": "isic4", "isic rev. 4": "isic4", "isic rev.4": "isic4",
    "sector": "sector", "table": "sector",
}  # fmt: skip
"""What people write for a classification; the Combined Nomenclature begins with HS codes."""
_CUT = {
    "cpv": re.compile(r"\d{7}(-\d)?"),
    "hs": re.compile(r"\d|\d{3}|\d{5}|\d{7}|\d{9}"),
    "nace": re.compile(r"\d(\..*)?"),
    "sbi": re.compile(r"\d(\..*)?"),
    "isic4": re.compile(r"\d|\d{1}\..*"),
}
"""What a code looks like once a spreadsheet has taken its leading zero away."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as given, and the sectors it stands for: weights sum to 1, the largest first.

    `grade` is `sure` for a sector of the table itself.
    """

    code: str
    weights: Mapping[str, float]
    grade: Grade
    via: str


class Places:
    """Finds sectors, regions and nodes of one table; each code is looked up once."""

    def __init__(self, table: WorldTable, home: str) -> None:
        self._table = table
        self._home = home
        self._known: dict[tuple[str, str], Coded] = {}
        self._shares = _shares(table, home)
        self._regions, self._countries = regions_by_name(table)

    def coded(self, row: Row) -> Coded:
        """Return the sectors behind the one code of a row.

        Raises `InputError`, whose `where` is the column, for none, for several, and for a code
        that leads nowhere.
        """
        given = [(column, row[column]) for column in CODED if row[column]]
        if row["code"]:
            given.append(schemed(row["code"], row["scheme"]))
        if len(given) != 1:
            names = " and ".join(column for column, _ in given)
            raise InputError(
                f"The row has two codes, {names}" if given else "The row has no code",
                where=given[1][0] if given else "code",
                fix="Keep the more precise one." if given else "Give a sector or a code.",
            )
        column = "code" if row["code"] else given[0][0]
        if given[0] not in self._known:
            try:
                self._known[given[0]] = self._look_up(*given[0])
            except InputError as error:
                raise InputError(error.what, where=column, fix=error.fix) from error
        return self._known[given[0]]

    def _look_up(self, scheme: str, code: str) -> Coded:
        return placed_code(scheme, code, self._table)

    def region(self, text: str) -> tuple[str | None, bool]:
        """Return the table's region for a country or region, and whether it is the rest's.

        None for an empty text. Raises `InputError` for what no country is called, and for a
        country in a table that has no single region for the rest of the world.
        """
        if not text:
            return None, False
        folded = text.strip().casefold()
        if folded in self._regions:
            return self._regions[folded], False
        country = self._countries.get(folded)
        if country is None:
            raise InputError(
                f"There is no region {text[:40]!r}",
                where="region",
                fix=_near(folded, self._countries),
            )
        rest = [region for region in self._table.regions if region.casefold() in REST]
        if len(rest) != 1:
            raise InputError(
                f"{text[:40]} has no region of its own in {self._table.edition}",
                where="region",
                fix=f"Use the region it lies in, one of {', '.join(self._table.regions[:60])}.",
            )
        return rest[0], True

    def nodes(self, coded: Coded, region: str | None) -> list[tuple[int, float]]:
        """Return the nodes of a row with shares that sum to 1.

        Sectors that make nothing in the region take none of it. Raises `InputError` where that
        leaves nothing, or where it is unknown who makes these products.
        """
        table = self._table
        found: list[tuple[int, float]] = []
        for sector, weight in coded.weights.items():
            column = table.sectors.index(sector)
            if region is not None:
                node = table.regions.index(region) * len(table.sectors) + column
                found += [(node, weight)] if table.x[node] > 0 else []
            else:
                parts = self._shares[:, column]
                found += [
                    (r * len(table.sectors) + column, weight * float(part))
                    for r, part in enumerate(parts)
                    if part > 0
                ]
        whole = sum(share for _, share in found)
        if whole > 0:
            return [(node, share / whole) for node, share in found]
        if region is None:
            raise InputError(
                f"Where products of {', '.join(coded.weights)} come from is unknown",
                where="region",
                fix="Give the row a region.",
            )
        raise InputError(
            f"The table has no output of {', '.join(coded.weights)} in {region}",
            where="region",
            fix="Give the country that made it, or leave it empty.",
        )


def _near(text: str, countries: Mapping[str, str]) -> str:
    """Say which country was perhaps meant, or how countries are written."""
    found = get_close_matches(text, countries, n=1, cutoff=0.8)
    if not found:
        return "Write the country in words or as a code, or leave it empty."
    return f"Did you mean {load_countries().by_alpha3()[countries[found[0]]].name.en}?"


def placed_code(scheme: str, code: str, table: WorldTable) -> Coded:
    """Return the sectors of a table behind a code of a classification.

    Raises `InputError` for a code that lost a leading zero, is unknown, or leads to no sector.
    """
    if scheme == "sector":
        found = sector_called(table, code)
        return Coded(found, {found: 1.0}, Grade.SURE, "sector of the table")
    if _CUT[scheme].fullmatch(code):
        raise InputError(
            f"{code[:30]!r} is no {scheme.upper()} code: a leading zero seems lost",
            fix="Give codes in full; in a spreadsheet, make their column text.",
        )
    placed = place_code(f"{scheme}:{code}", table)
    return Coded(f"{scheme}:{code}", placed.weights, placed.grade, placed.via)


def schemed(code: str, scheme: str = "") -> tuple[str, str]:
    """Return the classification of a code, from its own column or from the code's beginning."""
    prefix, mark, rest = code.partition(":")
    name = (scheme or (prefix if mark else "")).strip().casefold()
    if not name:
        raise InputError(
            f"{code[:40]!r} does not say of which classification it is",
            where="code",
            fix="Write it like cpv:18100000, or add a column scheme.",
        )
    if name not in SCHEMES:
        raise InputError(
            f"There is no classification {name[:20]!r}",
            where="scheme" if scheme else "code",
            fix="Use cpv, hs, cn, nace, sbi, isic or sector.",
        )
    return SCHEMES[name], (rest if mark and prefix.casefold() in SCHEMES else code).strip()


def _shares(table: WorldTable, home: str) -> Floats:
    """Return the share of each region in what the home country buys finally, per sector.

    Shape (regions, sectors); a column is zero where nothing is bought.
    """
    bought = table.demand_of(home).clip(min=0).reshape(len(table.regions), len(table.sectors))
    totals = bought.sum(axis=0)
    return np.asarray(bought / totals.clip(min=1e-300))
