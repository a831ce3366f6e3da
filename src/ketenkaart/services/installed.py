"""The edition in use: the copy in the data folder, or the package's own where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ketenkaart.warehouse.editions import editions_folder, install, read_manifest, starter_path
from ketenkaart.warehouse.folder import chosen_data_folder
from ketenkaart.warehouse.manifest import MANIFEST


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the starter edition stands, and whether installing it changed anything."""

    folder: Path
    is_changed: bool


def edition_folder() -> Path:
    """Return the folder of the starter edition in use.

    Raises `EditionError` where the package has none, or one that this version cannot read.
    """
    own = starter_path()
    installed = editions_folder(chosen_data_folder()) / _own_id(own, _changed(own))
    return installed if installed.is_dir() else own


def _changed(folder: Path) -> int:
    manifest = folder / MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


@lru_cache(maxsize=4)
def _own_id(folder: Path, _stamp: int) -> str:
    """Return the id of an edition; its manifest is read again only when it has changed."""
    return read_manifest(folder).id


def edition_day() -> date:
    """Return the date of the edition in use: the default of every `--as-of`."""
    return read_manifest(edition_folder()).edition_date


def install_starter(data_folder: Path) -> Installed:
    """Copy the package's starter edition into the data folder, whole or not at all.

    Raises `StoreError` for a folder that cannot be written.
    """
    target = editions_folder(data_folder) / read_manifest(starter_path()).id
    before = _state(target)
    folder = install(starter_path(), data_folder)
    return Installed(folder, is_changed=_state(folder) != before)


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    if not folder.is_dir():
        return ()
    found = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)
