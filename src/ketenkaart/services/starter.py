"""The recipe of the starter edition: from the sources to tables in core types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
from pydantic import Field

from ketenkaart.core.chain.aggregate import aggregate, aggregate_demand
from ketenkaart.core.chain.types import Demand, Floats, Table
from ketenkaart.core.chain.workforce import person_years
from ketenkaart.core.classification import Sector
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.core.risk.types import CompositeRegion
from ketenkaart.core.risk.weights import fill_per_head, fill_rows, normalised
from ketenkaart.sources import cepii, dol, ilo, intensity, una, wdi, wgi, wiod
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.intensity.evidence import BROAD_OF_ACTIVITY
from ketenkaart.sources.intensity.evidence import FILES as RISK_FILES
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.warehouse.manifest import Column

RECIPE = "starter.yml"
FILES = {
    **RISK_FILES,
    "wiod2013": "wiod2013/wiot_{year}.parquet",
    "ilo_2024": "ilo_workforce/workforce_total_iso3.csv",
    "una_2020": "unama_gva/gva_by_activity_ncu_1970_2020.csv.gz",
    "cepii_2006": "trade/nld_imports_by_origin_2006.csv",
}
SCHEMES = ("value_added", "employment", "population", "dutch_imports")
BROAD = ("agriculture", "industry", "services")
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Progress = Callable[[str, float], None]


class RegionRecipe(Frozen):
    """A region of the edition and the regions of the source table that make it up."""

    code: Code
    members: tuple[Code, ...] = Field(min_length=1, alias="from")


class TableRecipe(Frozen):
    """What the sidecar of a table says."""

    title: Text
    year: str
    sources: tuple[Identifier, ...] = Field(min_length=1)
    notes: tuple[Text, ...]
    columns: tuple[Column, ...]


class Recipe(Frozen):
    """The content of `starter.yml`."""

    id: Identifier
    title: Text
    edition_date: date
    table_year: int
    home: Code
    command: str
    citation: Citation
    regions: tuple[RegionRecipe, ...]
    rest_of_world: Code
    stand_ins: dict[Code, tuple[Code, ...]]
    employment_year: int
    activity_year: int
    missing_gdp_quantile: float = Field(ge=0, le=1)
    tables: dict[str, TableRecipe]

    def regions_map(self) -> dict[str, str]:
        """Return the new code of every region of the source table, in the order of the edition."""
        return {member: region.code for region in self.regions for member in region.members}


@dataclass(frozen=True, slots=True)
class Starter:
    """Everything that goes into the edition, before it is written."""

    recipe: Recipe
    table: Table
    demand: Demand
    cells: pl.DataFrame
    composites: tuple[CompositeRegion, ...]
    host: pl.DataFrame


def load_recipe(root: Path | None = None) -> Recipe:
    """Return the recipe of the starter edition; raises `ReferenceDataError` with file and line."""
    return read_file(reference_root(root), RECIPE, Recipe)[1]


def source_file(folder: Path, source: str, recipe: Recipe) -> Path:
    """Return the file of a source, under the folder that holds them all."""
    return folder / FILES[source].format(year=recipe.table_year)


def sectors_map(sectors: Sequence[Sector]) -> dict[str, str]:
    """Return the sector of every sector code of the source table."""
    return {code: sector.id for sector in sectors for code in sector.wiod2013}


def full_table(folder: Path) -> tuple[Table, Demand]:
    """Return the source table at full resolution (1435 nodes), with both extensions, and demand.

    Raises `InputError` naming the folder or file that is missing, `TableError` for bad content.
    """
    if not folder.is_dir():
        raise InputError(
            "There is no folder with source data",
            where=str(folder),
            fix="Give it with --from; data/README.md of the project says what belongs in it.",
        )
    recipe, sectors = load_recipe(), load_sectors()
    table, demand = wiod.read_wiot(
        source_file(folder, "wiod2013", recipe), recipe.table_year, recipe.home
    )
    owner = {code: sector for sector in sectors for code in sector.wiod2013}
    broad = np.array([BROAD.index(BROAD_OF_ACTIVITY[owner[c].activity]) for c in table.sectors])
    employed, shares = _employment(folder, recipe, table.regions)
    people = person_years(table, employed, shares, broad)
    return (
        Table(
            regions=table.regions,
            sectors=table.sectors,
            Z=table.Z,
            output=table.output,
            extensions={**table.extensions, "person_years": people},
            year=table.year,
            home=table.home,
        ),
        demand,
    )


def _employment(
    folder: Path, recipe: Recipe, regions: Sequence[str]
) -> tuple[dict[str, float], dict[str, list[Floats]]]:
    """Return persons employed per region, and rival splits of them over broad sectors.

    The rest of the world adds up every country that the table does not name; its split is theirs,
    weighted by persons.
    """
    persons = dict(
        ilo.read_employment(
            source_file(folder, "ilo_2024", recipe), recipe.employment_year
        ).iter_rows()
    )
    rows = wdi.read_wdi(source_file(folder, "wdi_qog_2024", recipe)).drop_nulls(list(BROAD))
    known = {row["country"]: np.array([row[b] for b in BROAD]) for row in rows.to_dicts()}
    rest = recipe.rest_of_world
    outside = [country for country in persons if country not in regions]
    employed = {region: persons[region] for region in regions if region in persons}
    employed[rest] = sum(persons[country] for country in outside)
    shares = {region: [known[region]] for region in regions if region in known}
    for region, neighbours in recipe.stand_ins.items():
        shares[region] = [known[neighbour] for neighbour in neighbours]
    counted = [country for country in outside if country in known]
    weight = np.array([persons[country] for country in counted])
    shares[rest] = [weight @ np.stack([known[country] for country in counted]) / weight.sum()]
    return employed, shares


def composite_regions(
    folder: Path, recipe: Recipe, sectors: Sequence[Sector]
) -> tuple[CompositeRegion, ...]:
    """Return the regions of the edition that hold several countries, with four weightings."""
    amounts = _Amounts(folder, recipe)
    apart = {member for region in recipe.regions for member in region.members}
    found = []
    for region in recipe.regions:
        if region.code == recipe.rest_of_world:
            members = tuple(country for country in amounts.countries if country not in apart)
        elif len(region.members) > 1:
            members = tuple(sorted(region.members))
        else:
            continue
        weights = amounts.weights(members, sectors)
        found.append(CompositeRegion(region.code, members, SCHEMES, weights))
    return tuple(found)


class _Amounts:
    """What countries are weighted by, read once."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        def path(source: str) -> Path:
            return source_file(folder, source, recipe)

        world = wdi.read_wdi(path("wdi_qog_2024"))
        self.quantile = recipe.missing_gdp_quantile
        self.countries = tuple(
            world.filter(pl.col("population").is_not_null())["country"].to_list()
        )
        self.population = _column(world, "population")
        self.gdp = _column(world, "gdp_usd")
        self.broad = {name: _column(world, name) for name in BROAD}
        activities = una.read_activity_shares(path("una_2020"), recipe.activity_year)
        self.activity = {name: _column(activities, name) for name in una.ACTIVITIES}
        self.persons = _column(
            ilo.read_employment(path("ilo_2024"), recipe.employment_year), "persons"
        )
        self.imports = _column(cepii.read_imports(path("cepii_2006")), "imports_musd")

    def weights(self, members: Sequence[str], sectors: Sequence[Sector]) -> Floats:
        """Return the weights of the members; shape (schemes, members, sectors)."""

        def pick(column: Mapping[str, float | None]) -> Floats:
            values = [column.get(country) for country in members]
            return np.array([np.nan if value is None else value for value in values])

        population = pick(self.population)
        gdp = fill_per_head(pick(self.gdp), population, self.quantile)
        persons = fill_per_head(pick(self.persons), population, 0.5)
        activity = fill_rows(np.stack([pick(self.activity[a]) for a in una.ACTIVITIES], axis=1))
        broad = fill_rows(np.stack([pick(self.broad[b]) for b in BROAD], axis=1))
        at_activity = [una.ACTIVITIES.index(sector.activity) for sector in sectors]
        at_broad = [BROAD.index(BROAD_OF_ACTIVITY[sector.activity]) for sector in sectors]
        same = np.ones((1, len(sectors)))
        # a country that the import figures leave out weighs nothing there, and the sidecar says so
        imports = np.nan_to_num(pick(self.imports), nan=0.0)
        amounts = (
            gdp[:, None] * activity[:, at_activity],
            persons[:, None] * broad[:, at_broad],
            population[:, None] * same,
            imports[:, None] * same,
        )
        return np.stack([normalised(values) for values in amounts])


def _column(frame: pl.DataFrame, name: str) -> dict[str, Any]:
    return dict(zip(frame["country"], frame[name], strict=True))


def make_starter(folder: Path, progress: Progress = lambda _label, _done: None) -> Starter:
    """Return the starter edition's tables from the sources in `folder`.

    Raises `InputError` for a missing folder or file, `TableError` or `ReferenceDataError` for bad
    content; each names the place.
    """
    recipe, sectors = load_recipe(), load_sectors()
    progress("table", 0.0)
    full, demand = full_table(folder)
    regions, codes = recipe.regions_map(), sectors_map(sectors)
    table = aggregate(full, regions, codes)
    bought = aggregate_demand(demand, full, regions, codes)
    progress("weights", 0.3)
    composites = composite_regions(folder, recipe, sectors)
    scales = intensity.load_scales()
    goods = dol.read_goods_mapping(
        reference_root(None) / "intensity" / intensity.GOODS_FILE,
        [sector.id for sector in sectors],
    )
    done = iter(range(len(scales)))
    # Réunion's code, REU, is a region of the table here; tables count the island as France
    taken = {composite.region for composite in composites}
    cells = intensity.build_intensity(
        folder,
        scales,
        goods,
        [country for country in country_keys().codes if country not in taken],
        sectors,
        lambda issue: progress(issue, 0.4 + 0.5 * next(done) / len(scales)),
    )
    law = intensity.load_host_scale()
    host = wgi.read_wgi(source_file(folder, law.source, recipe), law.indicator, law.year)
    return Starter(recipe, table, bought, cells, composites, host)
