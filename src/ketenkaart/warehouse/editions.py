"""Editions on disk: the only code that knows where they are and what their files are called."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ketenkaart.core.errors import EditionError, NotFoundError, StoreError
from ketenkaart.warehouse.manifest import FORMAT, MANIFEST, TABLES, FileEntry, Manifest

Model = TypeVar("Model", bound=BaseModel)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STARTER = "starter"
EDITIONS = "editions"


def starter_path() -> Path:
    """Return the folder of the edition that comes with the package."""
    return Path(str(files("ketenkaart") / "reference" / EDITIONS / STARTER))


def editions_folder(data_folder: Path) -> Path:
    """Return where a data folder keeps its editions."""
    return data_folder / EDITIONS


def file_entries(content: Mapping[str, bytes]) -> tuple[FileEntry, ...]:
    """Return name, hash and size of every file, by name."""
    return tuple(
        FileEntry(name=name, sha256=hashlib.sha256(raw).hexdigest(), bytes=len(raw))
        for name, raw in sorted(content.items())
    )


def to_yaml(value: BaseModel) -> bytes:
    """Return a model as YAML, with the same bytes every time."""
    return yaml.safe_dump(
        value.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
    ).encode()


def write_edition(folder: Path, manifest: Manifest, content: Mapping[str, bytes]) -> None:
    """Write an edition so that `folder` holds all of it or, when something fails, what it held.

    Everything goes to a folder beside it, is forced to disk, and takes its place by renaming.
    Raises `StoreError` naming the folder when it cannot be written, or holds something else than
    an edition: that is never replaced.
    """
    whole = {**content, MANIFEST: to_yaml(manifest)}
    if _holds(folder, whole):
        return
    if folder.exists() and not _may_replace(folder):
        raise StoreError(
            "There is something else here than an edition",
            where=str(folder),
            fix="Name a folder that does not exist yet, or one with an edition in it.",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            staging.chmod(0o755)
            for name, raw in sorted(whole.items()):
                _write_file(staging / name, raw)
            sync_folder(staging)
            swap(staging, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"The edition cannot be written: {error.strerror or error}",
            where=str(folder),
            fix="Make the folder writable and free some space, or name another one.",
        ) from error


def _holds(folder: Path, content: Mapping[str, bytes]) -> bool:
    try:
        present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        return present == set(content) and all(
            (folder / name).read_bytes() == raw for name, raw in content.items()
        )
    except OSError:
        return False


def _may_replace(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def _write_file(path: Path, raw: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def swap(staging: Path, folder: Path) -> None:
    """Put `staging` where `folder` is; what stood there comes back if the rename fails."""
    if not folder.exists():
        staging.rename(folder)
    else:
        aside = folder.with_name(f".{folder.name}-before-{os.getpid()}")
        folder.rename(aside)
        try:
            staging.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        shutil.rmtree(aside)
    sync_folder(folder.parent)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an edition.

    Raises `EditionError` where there is none, it cannot be read, or another version built it.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise EditionError(
            "There is no edition here",
            where=str(folder),
            fix="Name a folder with an edition.yml, or run `ketenkaart edition build`.",
        )
    raw = _plain_yaml(path)
    found = raw.get("format") if isinstance(raw, dict) else None
    if found != FORMAT:
        built = raw.get("built_with", "?") if isinstance(raw, dict) else "?"
        raise EditionError(
            f"The edition was built by another version ({built}): "
            f"it has format {found}, this version reads {FORMAT}",
            where=str(path),
            fix="Build it again with `ketenkaart edition build`, or use the version that built it.",
        )
    return parse_yaml(path, Manifest)


def parse_yaml(path: Path, model: type[Model]) -> Model:
    """Return a YAML file of an edition as a model; raise `EditionError` when it does not fit."""
    try:
        return model.model_validate(_plain_yaml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise EditionError(
            f"{path.name} is not what an edition needs: {first['msg']}",
            where=f"{path} (key '{key}')",
            fix="Install the edition again.",
        ) from error


def _plain_yaml(path: Path) -> object:
    try:
        return yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise EditionError(
            f"{path.name} cannot be read ({str(error).splitlines()[0]})",
            where=str(path),
            fix="Install the edition again.",
        ) from error


def verify(folder: Path) -> Manifest:
    """Check every file of an edition against its manifest, and return the manifest.

    Raises `EditionError` naming the first file that is missing, altered or not in the manifest.
    """
    manifest = read_manifest(folder)
    listed = {entry.name for entry in manifest.files}
    for table in TABLES.values():
        if table not in listed:
            raise EditionError(
                f"The manifest does not list {table}",
                where=str(folder / MANIFEST),
                fix="Install the edition again.",
            )
    for entry in manifest.files:
        _verify_file(folder / entry.name, entry)
    extra = sorted({path.name for path in folder.iterdir()} - listed - {MANIFEST})
    if extra:
        raise EditionError(
            f"{extra[0]} is not part of the edition",
            where=str(folder / extra[0]),
            fix="Move it elsewhere.",
        )
    return manifest


def _verify_file(path: Path, entry: FileEntry) -> None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EditionError(
            f"{entry.name} is missing from the edition",
            where=str(path),
            fix="Install the edition again.",
        ) from error
    found = hashlib.sha256(raw).hexdigest()
    if found != entry.sha256:
        raise EditionError(
            f"{entry.name} was altered: its sha256 is {found[:12]}…, "
            f"the manifest says {entry.sha256[:12]}…",
            where=str(path),
            fix="Install the edition again.",
        )


def install(folder: Path, data_folder: Path) -> Path:
    """Copy an edition into a data folder, whole or not at all, and return where it is now.

    It is verified first; an edition of the same id is replaced. Raises `EditionError` for a bad
    edition, `StoreError` for a folder that cannot be written.
    """
    manifest = verify(folder)
    target = editions_folder(data_folder) / manifest.id
    write_edition(
        target,
        manifest,
        {entry.name: (folder / entry.name).read_bytes() for entry in manifest.files},
    )
    return target


def list_editions(data_folder: Path | None = None) -> tuple[tuple[Manifest, Path], ...]:
    """Return every edition with its folder: the package's own first, then those installed.

    An installed edition with the id of the package's own stands in its place.
    """
    found: dict[str, tuple[Manifest, Path]] = {}
    for folder in _folders(data_folder):
        manifest = read_manifest(folder)
        found[manifest.id] = (manifest, folder)
    return tuple(found.values())


def _folders(data_folder: Path | None) -> Iterable[Path]:
    if (starter_path() / MANIFEST).is_file():
        yield starter_path()
    if data_folder is not None and editions_folder(data_folder).is_dir():
        for path in sorted(editions_folder(data_folder).iterdir()):
            if path.is_dir() and not path.name.startswith("."):
                yield path


def find_edition(name: str, data_folder: Path | None = None) -> Path:
    """Return the folder of an edition by id, or by path.

    Raises `NotFoundError`, listing the ids there are.
    """
    known = {manifest.id: folder for manifest, folder in list_editions(data_folder)}
    if name in known:
        return known[name]
    if (Path(name) / MANIFEST).is_file():
        return Path(name)
    raise NotFoundError(
        f"There is no edition {name!r}",
        fix=f"Known editions: {', '.join(known) or 'none'}; or give the path of a folder.",
    )
