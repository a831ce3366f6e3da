"""What one can do with editions: build the starter edition, list, show and verify editions."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Grade
from ketenkaart.services.starter import Progress, Starter, make_starter, source_file
from ketenkaart.sources.reference.folder import load_sources
from ketenkaart.warehouse.editions import (
    file_entries,
    find_edition,
    list_editions,
    read_manifest,
    starter_path,
    to_yaml,
    verify,
    write_edition,
)
from ketenkaart.warehouse.folder import chosen_data_folder
from ketenkaart.warehouse.manifest import FORMAT, TABLES, Manifest, Origin, Sidecar
from ketenkaart.warehouse.stored import INVENTORY, StoredEdition

GRADES = (Grade.SURE, Grade.LIKELY, Grade.CHECK, Grade.ASSUMED)
PUBLISHER = "Ketenkaart"
LICENCE = "EUPL-1.2 for the derivation; sources under the terms named below"


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """An edition in a list: its manifest, its folder, and its size in bytes."""

    manifest: Manifest
    folder: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class EditionDetail:
    """An edition, with the sidecar of every table in it."""

    entry: EditionEntry
    sidecars: Mapping[str, Sidecar]


def build_starter(
    from_folder: Path,
    to_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
) -> EditionEntry:
    """Build the starter edition from the sources in `from_folder`; the same bytes every time.

    `to_folder` is by default the one that comes with the package. Raises a `KetenkaartError` that
    names what is wrong and where; then nothing is written.
    """
    starter = make_starter(from_folder, progress)
    content = _content(starter)
    for name in TABLES:
        content[f"{name}.yml"] = to_yaml(_sidecar(name, starter, from_folder))
    progress("files", 0.95)
    manifest = Manifest(
        format=FORMAT,
        id=starter.recipe.id,
        title=starter.recipe.title,
        built_with=version("ketenkaart"),
        edition_date=starter.recipe.edition_date,
        table_year=starter.recipe.table_year,
        home=starter.recipe.home,
        regions=starter.table.regions,
        sectors=starter.table.sectors,
        files=file_entries(content),
    )
    target = to_folder or starter_path()
    write_edition(target, manifest, content)
    progress("done", 1.0)
    return _entry(manifest, target)


def editions(data_folder: Path | None = None) -> tuple[EditionEntry, ...]:
    """Return the editions there are: the package's own, and those in the data folder.

    Without `data_folder`, here and below: the one the user has chosen, or the usual one.
    """
    found = list_editions(data_folder or chosen_data_folder())
    return tuple(_entry(manifest, folder) for manifest, folder in found)


def show_edition(name: str, data_folder: Path | None = None) -> EditionDetail:
    """Return one edition, by id or path, with its sidecars; `NotFoundError` without it."""
    folder = find_edition(name, data_folder or chosen_data_folder())
    stored = StoredEdition(folder, read_manifest(folder))
    return EditionDetail(_entry(stored.manifest, folder), stored.sidecars())


def verify_edition(name: str, data_folder: Path | None = None) -> EditionEntry:
    """Check every byte of an edition; raises `EditionError` naming the file that differs."""
    folder = find_edition(name, data_folder or chosen_data_folder())
    return _entry(verify(folder), folder)


def _entry(manifest: Manifest, folder: Path) -> EditionEntry:
    return EditionEntry(manifest, folder, sum(entry.bytes for entry in manifest.files))


def _content(starter: Starter) -> dict[str, bytes]:
    """Return the bytes of every table. Money is whole million USD, as in the source."""
    table, demand = starter.table, starter.demand
    labels = [table.label(k) for k in range(table.n)]
    regions = [table.regions[r] for r in table.region_index()]
    sectors = [table.sectors[s] for s in table.sector_index()]
    people = table.extensions["person_years"]
    nodes = pl.DataFrame(
        {
            "region": regions,
            "sector": sectors,
            "output_musd": _whole(table.output),
            "value_added_musd": _whole(table.extensions["value_added"].values),
            "person_years": _whole(people.values),
            "person_years_low": _whole(people.low),
            "person_years_high": _whole(people.high),
        }
    )
    bought = dict(zip(demand.buyers, demand.Y, strict=True)) | {INVENTORY: demand.inventory}
    sold = pl.concat(
        pl.DataFrame(
            {
                "buyer": [buyer] * table.n,
                "region": regions,
                "sector": sectors,
                "value_musd": _whole(values),
            }
        )
        for buyer, values in bought.items()
    )
    Z = _whole(table.Z)
    return {
        TABLES["transactions"]: _parquet(pl.DataFrame(dict(zip(labels, Z.T, strict=True)))),
        TABLES["nodes"]: nodes.write_csv().encode(),
        TABLES["demand"]: sold.write_csv().encode(),
        TABLES["intensity"]: _parquet(starter.cells),
        TABLES["host_governance"]: starter.host.write_csv(float_precision=6).encode(),
        TABLES["country_weights"]: _weights(starter).write_csv(float_precision=12).encode(),
    }


def _weights(starter: Starter) -> pl.DataFrame:
    parts = []
    for composite in starter.composites:
        W, C, S = composite.weights.shape
        parts.append(
            pl.DataFrame(
                {
                    "region": [composite.region] * (W * C * S),
                    "scheme": [name for name in composite.schemes for _ in range(C * S)],
                    "country": [
                        name for _ in range(W) for name in composite.members for _ in range(S)
                    ],
                    "sector": list(starter.table.sectors) * (W * C),
                    "weight": composite.weights.ravel(),
                }
            )
        )
    return pl.concat(parts)


def _whole(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.rint(values).astype(np.int64)


def _parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(
        stream,
        compression="zstd",
        compression_level=19,
        statistics=False,
        row_group_size=max(frame.height, 1),
    )
    return stream.getvalue()


def _sidecar(name: str, starter: Starter, folder: Path) -> Sidecar:
    recipe = starter.recipe.tables[name]
    origins = tuple(_origin(source, starter, folder) for source in recipe.sources)
    return Sidecar(
        title=recipe.title,
        publisher="; ".join(dict.fromkeys([PUBLISHER, *(item.publisher for item in origins)])),
        licence=LICENCE,
        licence_grade=max((item.licence_grade for item in origins), key=GRADES.index),
        edition=starter.recipe.id,
        year=recipe.year,
        command=starter.recipe.command,
        notes=recipe.notes,
        derived_from=origins,
        columns=recipe.columns,
    )


def _origin(source: str, starter: Starter, folder: Path) -> Origin:
    found = next((item for item in load_sources() if item.id == source), None)
    if found is None or found.licence is None or found.licence_grade is None:
        raise ReferenceDataError(
            f"The source {source} has no licence with a grade",
            where="sources.yml",
            fix="Give its licence and licence_grade: figures derived from it are shipped.",
        )
    path = source_file(folder, source, starter.recipe)
    return Origin(
        source=source,
        title=found.title,
        publisher=found.publisher,
        licence=found.licence,
        licence_grade=found.licence_grade,
        file=path.relative_to(folder).as_posix(),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
