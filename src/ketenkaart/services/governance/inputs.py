"""Everything the gap is computed from, read once: an edition and the reference facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Demand, Floats, Table
from ketenkaart.core.classification import Countries, Sector
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.types import DepthTable, Instrument
from ketenkaart.core.provenance import Text
from ketenkaart.core.risk.average import average
from ketenkaart.core.risk.host import HostLaw, HostScale
from ketenkaart.core.risk.scale import Scale
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity, Issue, NodeIntensity
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import instruments_in_use, kept_while_facts_stand
from ketenkaart.sources.intensity import load_host_scale, load_scales
from ketenkaart.sources.reference import (
    load_countries,
    load_depth,
    load_issue_weights,
    load_issues,
    load_sectors,
)
from ketenkaart.warehouse.manifest import Manifest, Sidecar
from ketenkaart.warehouse.stored import StoredEdition

AXIS_LABELS: dict[str, dict[str, Text]] = {
    "layer": {
        "0": Text(nl="laag 0: wie maakt wat gekocht wordt", en="layer 0: who makes what is bought"),
        "1": Text(nl="laag 1: directe inkoop daarvoor", en="layer 1: direct inputs to it"),
        "2": Text(nl="laag 2", en="layer 2"),
        "3": Text(nl="laag 3", en="layer 3"),
        "rest": Text(nl="laag 4 en dieper", en="layer 4 and deeper"),
    },
    "buyer": {
        "households": Text(nl="huishoudens", en="households"),
        "government": Text(nl="overheid", en="government"),
        "fixed_capital": Text(nl="investeringen", en="fixed capital"),
        "industry_households": Text(
            nl="bedrijven, voor huishoudens", en="industry, for households"
        ),
        "industry_government": Text(
            nl="bedrijven, voor de overheid", en="industry, for government"
        ),
        "industry_fixed_capital": Text(
            nl="bedrijven, voor investeringen", en="industry, for fixed capital"
        ),
        "re_export": Text(nl="bedrijven, voor uitvoer", en="industry, for exports"),
    },
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """An edition opened, with the reference facts that are laid over it.

    `severity` is s per assessed issue, in the order of `nodes.issues`; `risk_years` the year of
    each issue's data; `labels` holds, per kind (issue, sector, country, layer, buyer, instrument),
    the label of every id: ids are unique within a kind only;
    `sector_codes` leads from an id, ISIC division or WIOD code to a sector.
    """

    edition: StoredEdition
    table: Table
    demand: Demand
    countries: CountryIntensity
    nodes: NodeIntensity
    composites: Mapping[str, CompositeRegion]
    instruments: tuple[Instrument, ...]
    depth: DepthTable
    issues: Mapping[str, Issue]
    severity: Floats
    risk_years: Mapping[str, int]
    labels: Mapping[str, Mapping[str, Text]]
    scales: Mapping[str, Scale]
    sector_codes: Mapping[str, str]
    reference_countries: Countries
    host_laws: Mapping[str, HostLaw]
    host_scale: HostScale

    @property
    def manifest(self) -> Manifest:
        """The manifest of the edition."""
        return self.edition.manifest

    def sidecar(self, name: str) -> Sidecar:
        """Return the sidecar of one table of the edition."""
        return self.edition.sidecars()[name]

    def member_of(self, country: str) -> str | None:
        """Return the composite region that `country` is part of, or `None`."""
        for region, composite in self.composites.items():
            if country in composite.members:
                return region
        return None


def load_inputs(edition: Path | None = None) -> Inputs:
    """Open an edition and read the reference facts; each folder is read once per process.

    Raises `EditionError` for an edition that is altered or from another version, and
    `ReferenceDataError` for a broken reference file.
    """
    return _load(edition or edition_folder())


@kept_while_facts_stand(4)
def _load(folder: Path) -> Inputs:
    stored = StoredEdition.open(folder)
    table, countries, composites = stored.table(), stored.intensity(), stored.composites()
    scales, places = load_scales(), load_countries()
    instruments, issues, sectors = instruments_in_use(), load_issues(), load_sectors()
    return Inputs(
        edition=stored,
        table=table,
        demand=stored.demand(),
        countries=countries,
        nodes=average(countries, table.regions, table.sectors, composites),
        composites={item.region: item for item in composites},
        instruments=instruments,
        depth=load_depth(),
        issues={item.id: item for item in issues},
        severity=_severity(countries.issues),
        risk_years={issue: _year(scales[issue]) for issue in countries.issues},
        labels=AXIS_LABELS
        | {
            "country": places.names(),
            "sector": {item.id: item.name for item in sectors},
            "issue": {item.id: item.name for item in issues},
            "instrument": {item.id: item.name for item in instruments},
        },
        scales=scales,
        sector_codes=_sector_codes(sectors),
        reference_countries=places,
        host_laws=stored.host_laws(),
        host_scale=load_host_scale(),
    )


def _severity(issues: tuple[str, ...]) -> Floats:
    weights = {item.issue: item.value for item in load_issue_weights()}
    if set(weights) != set(issues):
        odd = sorted(set(weights) ^ set(issues))[0]
        raise ReferenceDataError(
            f"Issue {odd!r} has either data or a severity weight, not both",
            where="issue_weights.yml",
            fix="Weigh exactly the issues of the edition; weights sum to one.",
        )
    return np.array([weights[issue] for issue in issues])


def _year(scale: Scale) -> int:
    """Return the year of the newest data of an issue: its measure or its lists."""
    return max(year for year in (scale.year, *(item.year for item in scale.listings)) if year)


def _sector_codes(sectors: tuple[Sector, ...]) -> dict[str, str]:
    codes = {sector.id: sector.id for sector in sectors}
    for sector in sectors:
        codes |= dict.fromkeys((*sector.isic4, *sector.wiod2013), sector.id)
    return codes
