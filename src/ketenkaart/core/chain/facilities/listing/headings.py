"""Find the heading row of a list, and what stands under each heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer

WHOLE_ADDRESS = "address"
ADDRESS_PARTS = ("street", "street_more", "district", "postcode", "city", "state")
LOOKED_AT = 30
"""In how many rows from the top the headings are looked for; titles may stand above them."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading row of a list: its line, its cells, and the column of each field (from 0)."""

    line: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings that nothing here reads."""
        used = set(self.columns.values())
        return tuple(
            cell for place, cell in enumerate(self.cells) if place not in used and cell.strip()
        )

    def title(self, name: str) -> str:
        """Return the heading of a field as it stands in the file, or the name of the field."""
        place = self.columns.get(name)
        return self.cells[place] if place is not None else name

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that a list cannot do without and this one does not have."""
        wanted = [name for name in ("country", "name") if name not in self.columns]
        has_address = any(name in self.columns for name in (WHOLE_ADDRESS, *ADDRESS_PARTS))
        return tuple(wanted) if has_address else (*wanted, WHOLE_ADDRESS)


def read_headings(cells: Sequence[str], line: int, gazetteer: Gazetteer) -> Headings:
    """Return what stands under the cells of a heading row; unknown headings are left unused."""
    best: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        found = gazetteer.field(cell) if cell.strip() else None
        if found is not None:
            name, rank = found
            best[name] = min(best.get(name, (rank, place)), (rank, place))
    return Headings(line, tuple(cells), {name: place for name, (_, place) in best.items()})


def find_headings(
    rows: Sequence[tuple[int, Sequence[str]]], gazetteer: Gazetteer, least: int = 2
) -> Headings | None:
    """Return the headings among the first rows of a file: the row that names most fields.

    `None` where no row names a facility, and `least` fields in all. Of equals the first counts.
    """
    found = [read_headings(cells, line, gazetteer) for line, cells in rows[:LOOKED_AT]]
    likely = [item for item in found if "name" in item.columns and len(item.columns) >= least]
    return max(likely, key=lambda item: (len(item.columns), -item.line), default=None)
