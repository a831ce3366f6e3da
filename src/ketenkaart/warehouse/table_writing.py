"""Write a world table whole or not at all: a folder beside its place, then one rename."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.chain.incoming import Heading, Parts, Progress
from ketenkaart.core.chain.table_checks import Residuals
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import StoreError
from ketenkaart.warehouse.editions import swap, sync_folder
from ketenkaart.warehouse.table_arrays import (
    ADDED,
    ARRAYS,
    FINAL_DEMAND,
    NODES,
    SATELLITES,
    TRANSACTIONS,
    block_rows,
    to_coefficients,
)
from ketenkaart.warehouse.table_manifest import DERIVED, TABLE_MANIFEST, StoredFile, TableManifest
from ketenkaart.warehouse.world_tables import file_hash, tables_folder

PREFIX = ".adding-"
# Z and A as they stand, Parquet that may not shrink, and room for everything else.
_BYTES_PER_CELL = 8 * 2.2


class Staging:
    """A table being written; nobody sees it before `publish`."""

    def __init__(self, folder: Path, n: int) -> None:
        self.folder = folder
        self._n = n
        (folder / DERIVED).mkdir()
        self.Z: Floats = np.lib.format.open_memmap(
            folder / DERIVED / ARRAYS["A"], mode="w+", dtype=np.float64, shape=(n, n)
        )

    def store(
        self, heading: Heading, parts: Parts, residuals: Residuals, progress: Progress
    ) -> Floats:
        """Write everything but the manifest, turn Z into A in place, and return A."""
        labels = [heading.label(k) for k in range(heading.n)]
        step = block_rows(self._n)
        for number, start in enumerate(range(0, self._n, step)):
            rows = self.Z[start : start + step]
            self._parquet(TRANSACTIONS.format(number), pl.from_numpy(rows, schema=labels))
            to_coefficients(rows, parts.x)
            progress("writing", min(1.0, (start + step) / self._n))
        self._small(heading, parts, residuals)
        self.Z.flush()  # type: ignore[attr-defined]
        return self.Z

    def _small(self, heading: Heading, parts: Parts, residuals: Residuals) -> None:
        bought = [f"{c.region}.{c.category}" for c in heading.final_demand]
        self._parquet(FINAL_DEMAND, pl.from_numpy(parts.Y, schema=bought))
        added = np.array(list(parts.value_added.values())).reshape(-1, self._n)
        nodes: dict[str, object] = {
            "region": [heading.regions[k // len(heading.sectors)] for k in range(self._n)],
            "sector": list(heading.sectors) * len(heading.regions),
            "output": parts.x,
            **{f"{ADDED}{name}": row for name, row in parts.value_added.items()},
            "row_residual": residuals.rows,
            "column_residual": residuals.columns,
        }
        self._parquet(NODES, pl.DataFrame(nodes))
        counted = parts.satellites
        if counted.names:
            columns = dict(zip(counted.names, counted.values, strict=True))
            self._parquet(SATELLITES, pl.DataFrame(columns))
        arrays = {
            "Y": parts.Y,
            "x": parts.x,
            "value_added": added,
            "satellites": counted.values.reshape(len(counted.names), self._n),
        }
        for name, values in arrays.items():
            with (self.folder / DERIVED / ARRAYS[name]).open("xb") as stream:
                np.save(stream, np.ascontiguousarray(values, dtype=np.float64))
                os.fsync(stream.fileno())

    def _parquet(self, name: str, frame: pl.DataFrame) -> None:
        with (self.folder / name).open("xb") as stream:
            frame.write_parquet(
                stream,
                compression="zstd",
                statistics=False,
                row_group_size=max(frame.height, 1),
            )
            stream.flush()
            os.fsync(stream.fileno())

    def files(self) -> tuple[StoredFile, ...]:
        """Return the files of the table, by name, with their hashes."""
        return tuple(_entry(path) for path in sorted(self.folder.glob("*.parquet")))

    def derived(self) -> tuple[StoredFile, ...]:
        """Return the arrays derived from the table, by name, with their hashes."""
        return tuple(_entry(path) for path in sorted((self.folder / DERIVED).iterdir()))

    def publish(self, manifest: TableManifest, target: Path) -> None:
        """Write the manifest and put the table in its place; what stood there is replaced."""
        with (self.folder / DERIVED / ARRAYS["A"]).open("rb+") as stream:
            os.fsync(stream.fileno())
        with (self.folder / TABLE_MANIFEST).open("xb") as stream:
            stream.write(manifest.model_dump_json(indent=1).encode())
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(self.folder / DERIVED)
        sync_folder(self.folder)
        with _locked(target.parent):
            swap(self.folder, target)


def _entry(path: Path) -> StoredFile:
    return StoredFile(name=path.name, sha256=file_hash(path), bytes=path.stat().st_size)


@contextmanager
def staging(data_folder: Path, name: str, n: int) -> Iterator[Staging]:
    """Give a place to write a table of `n` nodes; whatever goes wrong, nothing is left of it.

    What processes that were killed left behind is removed first. Raises `StoreError` naming the
    folder when there is no room, or it cannot be written.
    """
    with scratch(data_folder, name, n) as outer:
        inner = outer / name
        inner.mkdir()
        yield Staging(inner, n)


@contextmanager
def scratch(data_folder: Path, name: str, n: int = 0) -> Iterator[Path]:
    """Give an empty folder that goes when the work in it ends, or soon after a kill.

    Raises `StoreError` when there is no room for a table of `n` nodes, or nothing can be written.
    """
    folder = tables_folder(data_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            sweep(folder)
            _refuse_without_room(folder, n)
            outer = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{name}-", dir=folder))
            hold = _lock(outer, wait=False)
        try:
            yield outer
        finally:
            shutil.rmtree(outer, ignore_errors=True)
            os.close(hold)
    except OSError as error:
        raise StoreError(
            f"The table cannot be written: {error.strerror or error}",
            where=str(folder),
            fix="Make the folder writable and free some space, or name another one.",
        ) from error


def sweep(folder: Path) -> int:
    """Remove what killed processes left in a folder of tables; return how many there were.

    A table that was being replaced when its writer was killed comes back.
    """
    swept = 0
    for path in folder.glob(f"{PREFIX}*"):
        try:
            hold = _lock(path, wait=False)
        except BlockingIOError:
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(hold)
        swept += 1
    for path in folder.glob(".*-before-*"):
        target = folder / path.name[1:].rpartition("-before-")[0]
        if target.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(target)
        swept += 1
    return swept


def _lock(folder: Path, *, wait: bool) -> int:
    """Hold a folder until the handle is closed, or the process is gone; return the handle."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = _lock(folder, wait=True)
    try:
        yield
    finally:
        os.close(handle)


def _refuse_without_room(folder: Path, n: int) -> None:
    needed = int(_BYTES_PER_CELL * n * n) + (64 << 20)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreError(
            f"A table of {n} nodes needs {needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB is free",
            where=str(folder),
            fix="Free some space, or name another folder in KETENKAART_DATA.",
        )
