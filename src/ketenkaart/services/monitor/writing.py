"""Write files whole or not at all, and never over another without being told."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.services.exports import Cell, write_csv

OVER = "Name another file, or say --force."


def require_free(*paths: Path, force: bool) -> None:
    """Raise `InputError` where a file stands already, unless it may be replaced."""
    for path in paths:
        _require_free(path, force=force)


def _require_free(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise InputError(f"{path.name} is there already", where=str(path), fix=OVER)
    if not path.parent.is_dir():
        raise InputError(
            f"There is no folder {path.parent}", where=str(path), fix="Make it, or name another."
        )


def write_bytes(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file beside its place and move it there when it is whole."""
    require_free(path, force=force)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            f"{path.name} cannot be written: {error.strerror or error}", where=str(path),
            fix="Make room, or name another folder.",
        ) from error  # fmt: skip


def write_rows(
    path: Path, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, force: bool
) -> None:
    """Write rows as CSV in UTF-8."""
    stream = io.StringIO()
    write_csv(stream, columns, rows)
    write_bytes(path, stream.getvalue().encode(), force=force)


def write_yaml(path: Path, content: Mapping[str, object], *, force: bool) -> None:
    """Write a mapping as YAML, its keys in their order."""
    text = yaml.safe_dump(_plain(content), sort_keys=False, allow_unicode=True)
    write_bytes(path, text.encode(), force=force)


def _plain(content: object) -> object:
    if isinstance(content, Mapping):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return content
