"""Open an edition and hand over its tables as core types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Demand, Extension, Floats, Table
from ketenkaart.core.errors import EditionError, NotFoundError
from ketenkaart.core.risk.host import HostLaw
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity
from ketenkaart.warehouse.editions import parse_yaml, verify
from ketenkaart.warehouse.manifest import TABLES, Manifest, Sidecar

INVENTORY = "inventory_change"


@dataclass(frozen=True)
class StoredEdition:
    """An edition whose files were checked against its manifest."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> StoredEdition:
        """Verify and open; raises `EditionError` for anything missing, altered or too new."""
        return cls(folder=folder, manifest=verify(folder))

    def table(self) -> Table:
        """Return the input-output table, with value added (MUSD) and person-years (an estimate)."""
        nodes = self._read("nodes")
        Z = self._read("transactions").to_numpy().astype(np.float64)
        added = _floats(nodes, "value_added_musd")
        people = [
            _floats(nodes, name)
            for name in ("person_years", "person_years_low", "person_years_high")
        ]
        self._check_order(nodes)
        return Table(
            regions=self.manifest.regions,
            sectors=self.manifest.sectors,
            Z=np.ascontiguousarray(Z),
            output=_floats(nodes, "output_musd"),
            extensions={
                "value_added": Extension(
                    "value_added", "MUSD", added, added, added, is_estimate=False
                ),
                "person_years": Extension(
                    "person_years",
                    "person-years",
                    people[0],
                    people[1],
                    people[2],
                    is_estimate=True,
                ),
            },
            year=self.manifest.table_year,
            home=self.manifest.home,
        )

    def demand(self) -> Demand:
        """Return final demand of the home country by buyer; changes in inventories stand apart."""
        frame = self._read("demand")
        n = len(self.manifest.regions) * len(self.manifest.sectors)
        buyers = [name for name in frame["buyer"].unique(maintain_order=True) if name != INVENTORY]
        values = {
            str(key[0]): _floats(part, "value_musd")
            for key, part in frame.group_by("buyer", maintain_order=True)
        }
        if any(len(value) != n for value in values.values()) or INVENTORY not in values:
            raise self._broken("demand", f"every buyer needs {n} products, inventories too")
        return Demand(
            country=self.manifest.home,
            buyers=tuple(buyers),
            Y=np.stack([values[name] for name in buyers]),
            inventory=values[INVENTORY],
        )

    def intensity(self) -> CountryIntensity:
        """Return the likelihood index per issue, country and sector."""
        frame = self._cells
        issues, countries, sectors = (
            tuple(frame[name].unique(maintain_order=True))
            for name in ("issue", "country", "sector")
        )
        shape = len(issues), len(countries), len(sectors)
        if frame.height != np.prod(shape):
            raise self._broken("intensity", "every issue needs every country and sector")
        low, central, high, known = (
            _floats(frame, name).reshape(shape) for name in ("low", "central", "high", "known")
        )
        return CountryIntensity(issues, countries, sectors, low, central, high, known)

    def composites(self) -> tuple[CompositeRegion, ...]:
        """Return the regions made of several countries, with their rival weights."""
        frame = self._read("country_weights")
        found = []
        for (region,), part in frame.group_by("region", maintain_order=True):
            schemes, members = (
                tuple(part[name].unique(maintain_order=True)) for name in ("scheme", "country")
            )
            shape = len(schemes), len(members), len(self.manifest.sectors)
            if part.height != np.prod(shape):
                raise self._broken("country_weights", f"{region} lacks a country or sector")
            weights = _floats(part, "weight").reshape(shape)
            # the file keeps twelve decimals; sums to one are restored here
            weights = weights / weights.sum(axis=1, keepdims=True)
            found.append(CompositeRegion(str(region), members, schemes, weights))
        return tuple(found)

    def host_laws(self) -> dict[str, HostLaw]:
        """Return the indicator of each country's own law, by ISO 3166-1 alpha-3 code."""
        frame = self._read("host_governance")
        columns = (frame["country"], frame["estimate"], frame["stderr"])
        return {country: HostLaw(e, s) for country, e, s in zip(*columns, strict=True)}

    def sidecars(self) -> dict[str, Sidecar]:
        """Return the sidecar of every table, by name of the table."""
        return {name: parse_yaml(self.folder / f"{name}.yml", Sidecar) for name in TABLES}

    def cell_sources(self, issue: str, country: str, sector: str) -> dict[str, Any]:
        """Return one intensity cell with its source value, class, goods, year and source files.

        Keys are the columns of `intensity.parquet`, and `origin`: what the sidecar says of the
        source. Raises `NotFoundError` for a cell that the edition does not have.
        """
        chosen = self._cells.filter(
            (pl.col("issue") == issue)
            & (pl.col("country") == country)
            & (pl.col("sector") == sector)
        )
        if chosen.is_empty():
            raise NotFoundError(
                f"The edition has no intensity for {issue}, {country}, {sector}",
                fix="Check the three codes.",
            )
        cell = chosen.row(0, named=True)
        origins = {item.source: item for item in self.sidecars()["intensity"].derived_from}
        cell["origin"] = origins.get(cell["source"]) if cell["source"] else None
        return cell

    def source_values(self, issue: str) -> tuple[Floats, NDArray[np.str_]]:
        """Return the source value, NaN without one, and the class of every cell of an issue.

        Shapes (countries, sectors), in the order of `intensity`.
        """
        frame = self._cells.filter(pl.col("issue") == issue)
        shape = frame["country"].n_unique(), frame["sector"].n_unique()
        classes = np.array(frame["class"].to_list(), dtype=np.str_)
        return _floats(frame, "source_value").reshape(shape), classes.reshape(shape)

    @cached_property
    def _cells(self) -> pl.DataFrame:
        return self._read("intensity")

    def _read(self, name: str) -> pl.DataFrame:
        path = self.folder / TABLES[name]
        try:
            if path.suffix == ".parquet":
                return pl.read_parquet(path)
            return pl.read_csv(path, infer_schema_length=None)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise self._broken(name, str(error).splitlines()[0]) from error

    def _check_order(self, nodes: pl.DataFrame) -> None:
        labels = list(zip(nodes["region"], nodes["sector"], strict=True))
        wanted = [(r, s) for r in self.manifest.regions for s in self.manifest.sectors]
        if labels != wanted:
            raise self._broken("nodes", "its rows are not the regions and sectors of the manifest")

    def _broken(self, name: str, why: str) -> EditionError:
        return EditionError(
            f"{TABLES[name]} cannot be used: {why}",
            where=str(self.folder / TABLES[name]),
            fix="Install the edition again, or build it anew.",
        )


def _floats(frame: pl.DataFrame, name: str) -> Floats:
    column = frame[name].cast(pl.Float64).fill_null(float("nan"))
    return np.ascontiguousarray(column.to_numpy(), dtype=np.float64)
