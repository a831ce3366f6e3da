"""How much is known of the facilities in the registry: programmes and wages by place and sector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FacilityKnown:
    """What is known of one facility; `sectors` may be empty, which is not known."""

    country: str
    sectors: tuple[str, ...]
    programmes: frozenset[str]
    has_wage: bool
    has_gap: bool


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Facilities of a country and sector, and of how many something is known.

    `country` and `sector` are `None` in a total, `sector` is the empty text where it is not known.
    `in_programme` counts facilities known to take part in a programme; of the others it is not
    known, and they are not "without". `gap` counts those with a living-wage gap worked out.
    """

    country: str | None
    sector: str | None
    facilities: int
    in_programme: int
    wage: int
    gap: int
    programmes: tuple[str, ...] = ()

    @property
    def programme_share(self) -> float | None:
        """The share of the known facilities that are known to take part; None where none are."""
        return self.in_programme / self.facilities if self.facilities else None

    @property
    def gap_share(self) -> float | None:
        """The share of the known facilities whose wage gap is known; None where none are."""
        return self.gap / self.facilities if self.facilities else None


@dataclass(frozen=True, slots=True)
class FacilityCoverage:
    """Rows by country and sector, by country, and over all.

    A facility with two sectors stands in two rows of `cells`, so those are not added up; in
    `countries` and `total` it counts once.
    """

    cells: tuple[CoverageRow, ...]
    countries: tuple[CoverageRow, ...]
    total: CoverageRow


def facility_coverage(facilities: Iterable[FacilityKnown]) -> FacilityCoverage:
    """Return how much is known of the facilities, by country and sector.

    >>> one = FacilityKnown("BGD", ("textiles", "leather"), frozenset({"accord"}), True, False)
    >>> found = facility_coverage([one])
    >>> [(row.sector, row.in_programme, row.gap) for row in found.cells], found.total.facilities
    ([('leather', 1, 0), ('textiles', 1, 0)], 1)
    """
    cells: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    countries: dict[str, _Tally] = defaultdict(_Tally)
    total = _Tally()
    for known in facilities:
        total.add(known)
        countries[known.country].add(known)
        for sector in dict.fromkeys(known.sectors or ("",)):
            cells[known.country, sector].add(known)
    return FacilityCoverage(
        tuple(cells[key].row(*key) for key in sorted(cells)),
        tuple(countries[key].row(key, None) for key in sorted(countries)),
        total.row(None, None),
    )


class _Tally:
    """Counts of one row."""

    def __init__(self) -> None:
        self.facilities = self.in_programme = self.wage = self.gap = 0
        self.programmes: set[str] = set()

    def add(self, known: FacilityKnown) -> None:
        """Count a facility once."""
        self.facilities += 1
        self.in_programme += bool(known.programmes)
        self.wage += known.has_wage
        self.gap += known.has_gap
        self.programmes |= known.programmes

    def row(self, country: str | None, sector: str | None) -> CoverageRow:
        """Return what was counted."""
        return CoverageRow(
            country, sector, self.facilities, self.in_programme, self.wage, self.gap,
            tuple(sorted(self.programmes)),
        )  # fmt: skip
