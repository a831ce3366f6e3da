"""Two footprints side by side: other demands, other years, or tables of other publishers."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.chain.footprint import Footprint, Grouping, Place, grouped, places
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Compared:
    """One place in two footprints, in the unit of both.

    A value is None where the table has no such place: that is not zero, and then there is no
    difference either.
    """

    place: Place
    first: float | None
    second: float | None

    @property
    def difference(self) -> float | None:
        """Second minus first; None where one of the tables lacks the place."""
        if self.first is None or self.second is None:
            return None
        return self.second - self.first


def compare(
    tables: tuple[WorldTable, WorldTable], found: tuple[Footprint, Footprint], by: Grouping
) -> tuple[Compared, ...]:
    """Return two footprints by place, in the order of the first table, then of the second.

    Places are matched by the tables' own codes: for tables with other sectors, compare by country.
    Raises `InputError` where the units differ, or where no place is in both.
    """
    units = [item.extension.unit for item in found]
    if units[0] != units[1]:
        raise InputError(
            f"One footprint is in {units[0]}, the other in {units[1]}",
            where="--extension",
            fix="Compare footprints in one unit.",
        )
    first, second = (
        dict(zip(places(table, by), grouped(table, item.values, by).tolist(), strict=True))
        for table, item in zip(tables, found, strict=True)
    )
    if not first.keys() & second.keys():
        raise InputError(
            f"{tables[0].edition} and {tables[1].edition} have no {by} code in common",
            where="--by",
            fix="Compare by country.",
        )
    return tuple(
        Compared(place, first.get(place), second.get(place))
        for place in dict.fromkeys((*first, *second))
    )
