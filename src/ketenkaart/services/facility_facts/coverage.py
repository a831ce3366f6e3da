"""Of how many facilities is anything known: programmes and wage gaps, by country and sector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ketenkaart.core.chain.facility_coverage import (
    CoverageRow,
    FacilityCoverage,
    FacilityKnown,
    facility_coverage,
)
from ketenkaart.core.chain.facility_statements import ProgrammeLink, WageStatement
from ketenkaart.core.chain.programmes import ProgrammeHere, programmes_at
from ketenkaart.core.chain.wages import WageBenchmark, wage_gap
from ketenkaart.core.provenance import State
from ketenkaart.db.record import models as rows
from ketenkaart.services.exports import Cell
from ketenkaart.services.facility_facts.nodes import (
    Fingerprint,
    KnownPlace,
    living_places,
    registry_state,
)
from ketenkaart.services.facility_facts.programmes import links_of
from ketenkaart.services.facility_facts.stating import ids_behind
from ketenkaart.services.facility_facts.wages import benchmarks, standing_wages
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.sources.reference.programmes import load_programmes

COVERAGE_COLUMNS = (
    "country", "sector", "facilities", "in_programme", "programme_share", "wage", "gap",
    "gap_share", "programmes_of_facilities", "programmes_running", "programmes_unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A row of coverage, with the programmes that have to do with its country and sector."""

    row: CoverageRow
    programmes: tuple[ProgrammeHere, ...]


@dataclass(frozen=True, slots=True)
class CoverageShown:
    """Coverage on a day: rows by country and sector, by country, and over all.

    A country in which a programme runs and no facility is known has a row with zero facilities.
    """

    day: date
    cells: tuple[CoverageLine, ...]
    countries: tuple[CoverageLine, ...]
    total: CoverageRow

    def as_json(self) -> dict[str, Any]:
        """Return the coverage as plain data; a share without facilities is null."""
        return {
            "day": self.day.isoformat(),
            "total": row_json(self.total),
            "countries": [line_json(line) for line in self.countries],
            "rows": [line_json(line) for line in self.cells],
        }

    def table(self) -> list[list[Cell]]:
        """Return the rows under `COVERAGE_COLUMNS`."""
        return [
            [
                line.row.country,
                line.row.sector or None,
                line.row.facilities,
                line.row.in_programme,
                line.row.programme_share,
                line.row.wage,
                line.row.gap,
                line.row.gap_share,
                " ".join(line.row.programmes),
                " ".join(_named(line, "running")),
                " ".join(_named(line, "unknown")),
            ]
            for line in self.cells
        ]


def row_json(row: CoverageRow) -> dict[str, Any]:
    """Return a row as plain data; a sector that is not known is null."""
    return {
        "country": row.country,
        "sector": row.sector or None,
        "facilities": row.facilities,
        "in_programme": row.in_programme,
        "programme_share": row.programme_share,
        "wage": row.wage,
        "gap": row.gap,
        "gap_share": row.gap_share,
        "programmes_of_facilities": list(row.programmes),
    }


def line_json(line: CoverageLine) -> dict[str, Any]:
    """Return a row with the programmes that run there as plain data."""
    return row_json(line.row) | {
        "programmes": [
            {"id": here.programme.id, "running": here.running.value} for here in line.programmes
        ]
    }


def coverage_on(day: date) -> CoverageShown:
    """Return of how many facilities in the registry a programme and a wage gap are known.

    Worked out once for a day and a state of the registry and of what is stated.
    """
    return _coverage(day, (registry_state(), *map(_newest, STATED)))


StatedTable = type[rows.FacilityProgramme | rows.FacilityWage | rows.WageBenchmarkFile]
STATED: tuple[StatedTable, ...] = (
    rows.FacilityProgramme,
    rows.FacilityWage,
    rows.WageBenchmarkFile,
)


def _newest(table: StatedTable) -> Fingerprint:
    """Return what changes with every statement and every withdrawal."""
    last = table.objects.order_by("-pk").values_list("pk", "added_at", "source").first()
    return last, table.objects.filter(withdrawn_at=None).count()


@lru_cache(maxsize=8)
def _coverage(day: date, _state: Fingerprint) -> CoverageShown:
    sector_of = {division: sector.id for sector in load_sectors() for division in sector.isic4}
    links, gaps = _by_living(day)
    known = [
        FacilityKnown(
            place.country,
            tuple(dict.fromkeys(sector_of[d] for d in divisions if d in sector_of)),
            links.get(place.id, frozenset()),
            place.id in gaps,
            gaps.get(place.id, False),
        )
        for place, divisions in living_places(registry_state())
    ]
    return _shown(facility_coverage(known), day)


def _shown(found: FacilityCoverage, day: date) -> CoverageShown:
    programmes = load_programmes()
    cells = [
        CoverageLine(
            row,
            programmes_at(
                programmes,
                country=row.country or "",
                sectors=[row.sector] if row.sector else [],
                day=day,
            ),
        )
        for row in found.cells
    ]
    by_country = {row.country: row for row in found.countries}
    countries = {item.country for programme in programmes for item in programme.presences}
    empty = {code: CoverageRow(code, None, 0, 0, 0, 0) for code in countries}
    rows_ = [row for _, row in sorted((empty | by_country).items(), key=lambda x: x[0] or "")]
    return CoverageShown(
        day,
        tuple(cells),
        tuple(
            CoverageLine(
                row, programmes_at(programmes, country=row.country or "", sectors=[], day=day)
            )
            for row in rows_
        ),
        found.total,
    )


def _by_living(day: date) -> tuple[Mapping[str, frozenset[str]], Mapping[str, bool]]:
    """Return programmes taken part in, and whether a gap is known, by living facility.

    Only facilities of which anything is stated are looked at, by the id that they have today.
    """
    stated = set(
        rows.FacilityProgramme.objects.filter(withdrawn_at=None).values_list("facility", flat=True)
    )
    paid = set(
        rows.FacilityWage.objects.filter(withdrawn_at=None).values_list("facility", flat=True)
    )
    living = {place.id: place for place, _ in living_places(registry_state())}
    today = _ends(stated | paid, living)
    programmes: dict[str, set[str]] = defaultdict(set)
    for old, found in links_of(stated).items():
        for link in found:
            if takes_part(link, day) and old in today:
                programmes[today[old]].add(link.programme)
    gaps = _gaps({old: today[old] for old in paid if old in today}, living)
    return {key: frozenset(value) for key, value in programmes.items()}, gaps


def _gaps(today: Mapping[str, str], living: Mapping[str, KnownPlace]) -> dict[str, bool]:
    """Return, of every living facility with a wage, whether its gap is known."""
    wages: dict[str, list[WageStatement]] = defaultdict(list)
    for statement in standing_wages():
        if statement.facility in today:
            wages[today[statement.facility]].append(statement)
    by_country: dict[str, list[WageBenchmark]] = defaultdict(list)
    for item in benchmarks():
        by_country[item.country].append(item)
    known = {}
    for key, found in wages.items():
        newest, country = found[0], living[key].country
        gap = wage_gap(newest.pay, by_country[country], country=country, area=newest.area)
        known[key] = gap.state is State.KNOWN
    return known


def takes_part(link: ProgrammeLink, day: date) -> bool:
    """Return whether a link counts on a day: also where no days were given with it."""
    has_days = link.start is not None or link.end is not None
    return link.takes_part_on(day) is True or not has_days


def _ends(stated: set[str], living: Mapping[str, KnownPlace]) -> dict[str, str]:
    """Return the living facility that each id stands for; an id that was split is left out."""
    ends = {key: key for key in stated if key in living}
    gone = stated - living.keys()
    if gone:
        merged = rows.FacilitySuccessor.objects.filter(facility__status="merged")
        heads = set(merged.values_list("successor_id", flat=True)) & living.keys()
        for head in sorted(heads):
            ends |= {old: head for old in ids_behind(head) if old in gone}
    return ends


def _named(line: CoverageLine, running: str) -> list[str]:
    return [here.programme.id for here in line.programmes if here.running.value == running]
