"""World tables on disk: Parquet that keeps, arrays derived from it that are mapped into memory.

A table is a folder `tables/ID` of the data folder. `transactions_NNNN.parquet` hold the rows of Z,
a column per buying node; `final_demand.parquet` Y; `nodes.parquet` output, value added and
residuals; `satellites.parquet` what else is counted. The folder `derived` holds the same as NumPy
arrays, A among them: they are made again when missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.core.errors import EditionError, NotFoundError
from ketenkaart.warehouse.table_arrays import ARRAYS, derive
from ketenkaart.warehouse.table_manifest import (
    DERIVED,
    TABLE_FORMAT,
    TABLE_MANIFEST,
    StoredFile,
    TableManifest,
)

WORLD = "tables"
# Up to this size a file can be all header, and a map of no bytes cannot be made.
_EMPTY = 1024


def tables_folder(data_folder: Path) -> Path:
    """Return where a data folder keeps its world tables."""
    return data_folder / WORLD


def read_table_manifest(folder: Path) -> TableManifest:
    """Return the manifest of a stored table.

    Raises `EditionError` where there is none, it cannot be read, or another version wrote it.
    """
    path = folder / TABLE_MANIFEST
    try:
        manifest = TableManifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise EditionError(
            "This is no table that this version can read",
            where=str(path),
            fix="Add it again with `ketenkaart edition add`.",
        ) from error
    if manifest.format != TABLE_FORMAT:
        raise EditionError(
            f"The table has format {manifest.format}, this version reads {TABLE_FORMAT}",
            where=str(path),
            fix="Add it again with `ketenkaart edition add`.",
        )
    return manifest


def list_tables(data_folder: Path) -> tuple[tuple[TableManifest, Path], ...]:
    """Return every stored table with its folder, by id; half-made ones are not among them."""
    folder = tables_folder(data_folder)
    if not folder.is_dir():
        return ()
    found = [
        path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")
    ]
    return tuple((read_table_manifest(path), path) for path in found)


def find_table(name: str, data_folder: Path) -> Path:
    """Return the folder of a table by id, or by path; `NotFoundError` lists the ids there are."""
    folder = tables_folder(data_folder)
    is_plain = name not in ("", ".", "..") and "/" not in name and not name.startswith(".")
    if is_plain and (folder / name / TABLE_MANIFEST).is_file():
        return folder / name
    if (Path(name) / TABLE_MANIFEST).is_file():
        return Path(name)
    known = [manifest.id for manifest, _ in list_tables(data_folder)]
    raise NotFoundError(
        f"There is no world table {name[:80]!r}",
        fix=f"Known tables: {', '.join(known) or 'none'}; add one with `ketenkaart edition add`.",
    )


class StoredSatellites(Mapping[str, Extension]):
    """The satellites of a stored table, each read when it is asked for."""

    def __init__(self, names: Sequence[str], units: Sequence[str], values: Floats) -> None:
        self._rows = {name: k for k, name in enumerate(names)}
        self._units = units
        self._values = values

    def __getitem__(self, name: str) -> Extension:
        k = self._rows[name]
        row = self._values[k]
        return Extension(name, self._units[k], row, row, row, is_estimate=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def open_stored(folder: Path) -> WorldTable:
    """Return a stored table; its arrays are mapped into memory, and read as they are used.

    An array that is missing or of another size is derived again first. Raises `EditionError`.
    """
    manifest = read_table_manifest(folder)
    arrays = {entry.name: _mapped(folder, manifest, entry) for entry in manifest.derived}
    added = arrays[ARRAYS["value_added"]]
    return WorldTable(
        regions=manifest.regions,
        sectors=manifest.sectors,
        A=arrays[ARRAYS["A"]],
        Y=arrays[ARRAYS["Y"]],
        x=arrays[ARRAYS["x"]],
        V={name: added[k] for k, name in enumerate(manifest.value_added)},
        satellites=StoredSatellites(
            [item.name for item in manifest.satellites],
            [item.unit for item in manifest.satellites],
            arrays[ARRAYS["satellites"]],
        ),
        final_demand=tuple(FinalDemand(c.region, c.category) for c in manifest.final_demand),
        inventory=manifest.inventory,
        unit=manifest.unit,
        year=manifest.year,
        edition=manifest.id,
    )


def _mapped(folder: Path, manifest: TableManifest, entry: StoredFile) -> Floats:
    path = folder / DERIVED / entry.name
    if not path.is_file() or path.stat().st_size != entry.bytes:
        _derive_again(folder, manifest, entry)
    try:
        if not entry.bytes > _EMPTY:
            small: Floats = np.load(path, allow_pickle=False)
            small.flags.writeable = False
            return small
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError) as error:
        raise EditionError(
            f"{entry.name} cannot be read ({error})",
            where=str(path),
            fix="Delete the file: it is then made again.",
        ) from error


def _derive_again(folder: Path, manifest: TableManifest, entry: StoredFile) -> None:
    made = derive(folder, entry.name, len(manifest.regions) * len(manifest.sectors))
    if file_hash(made) != entry.sha256:
        made.unlink()
        raise EditionError(
            f"{entry.name} cannot be made again: the table it comes from was altered",
            where=str(folder),
            fix="Add it again with `ketenkaart edition add`.",
        )
    made.replace(folder / DERIVED / entry.name)


def verify_table(folder: Path) -> TableManifest:
    """Check every file of a stored table against its manifest, and return the manifest.

    A derived array that is missing is no fault. Raises `EditionError` naming the first file that
    is missing, altered or not in the manifest.
    """
    manifest = read_table_manifest(folder)
    for entry in manifest.files:
        _verify(folder / entry.name, entry)
    for entry in manifest.derived:
        if (folder / DERIVED / entry.name).exists():
            _verify(folder / DERIVED / entry.name, entry)
    listed = {entry.name for entry in manifest.files} | {TABLE_MANIFEST, DERIVED}
    extra = sorted({path.name for path in folder.iterdir()} - listed)
    if extra:
        raise EditionError(
            f"{extra[0]} is not part of the table",
            where=str(folder / extra[0]),
            fix="Move it elsewhere.",
        )
    return manifest


def _verify(path: Path, entry: StoredFile) -> None:
    try:
        found = file_hash(path)
    except OSError as error:
        raise EditionError(
            f"{entry.name} is missing from the table",
            where=str(path),
            fix="Add the table again with `ketenkaart edition add`.",
        ) from error
    if found != entry.sha256:
        raise EditionError(
            f"{entry.name} was altered: its sha256 is {found[:12]}…, "
            f"the manifest says {entry.sha256[:12]}…",
            where=str(path),
            fix="Add the table again with `ketenkaart edition add`.",
        )


def file_hash(path: Path) -> str:
    """Return the sha256 of a file of any size, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
