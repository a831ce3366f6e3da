"""Files that were fetched, each with a sidecar; a file is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError

from ketenkaart.core.errors import StoreError
from ketenkaart.core.provenance import Frozen


class Sidecar(Frozen):
    """Where a kept file came from, when, and what its bytes must add up to."""

    name: str
    url: str
    fetched_at: datetime
    media_type: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


def sidecar_path(file: Path) -> Path:
    """Return where the sidecar of a kept file stands."""
    return file.with_name(file.name + ".json")


def kept(file: Path) -> Sidecar | None:
    """Return the sidecar of a kept file; `None` when it is not there or not what it was."""
    try:
        sidecar = Sidecar.model_validate_json(sidecar_path(file).read_bytes())
        content = file.read_bytes()
    except (OSError, ValidationError):
        return None
    return sidecar if hashlib.sha256(content).hexdigest() == sidecar.sha256 else None


def keep(file: Path, content: bytes, sidecar: Sidecar) -> None:
    """Write a file and then its sidecar, each whole; raises `StoreError` and leaves nothing half.

    A file whose sidecar is not there yet does not count as kept.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        sidecar_path(file).unlink(missing_ok=True)
        _write(file, content)
        _write(sidecar_path(file), (sidecar.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        raise StoreError(
            f"The fetched file cannot be kept: {error.strerror}",
            where=str(file.parent),
            fix="Make room or choose another data folder.",
        ) from error


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(f".{file.name}.{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
