"""Keys of pseudonyms: made once, kept apart, never in an export."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.core.monitor.microdata.pseudonyms import LEAST_KEY

NEW = "Make one with --new-key FILE."


def make_key(path: Path, key: bytes) -> None:
    """Keep a new key in a file that only its owner reads (mode 600).

    Raises `InputError` where the file is there already, `StoreError` where it cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(
            f"{path.name} is there already", where="--new-key",
            fix="To link this export to earlier ones say --key FILE; else name another file.",
        ) from None  # fmt: skip
    except OSError as error:
        raise StoreError(
            f"The key cannot be made: {error.strerror}", where=str(path), fix="Name another folder."
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key.hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def read_key(path: Path) -> bytes:
    """Return the key of a file. Raises `InputError` where others may read it, or it holds none."""
    if not path.is_file():
        raise InputError(f"There is no key {path.name}", where="--key", fix=NEW)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InputError(
            f"Others than its owner may read {path.name}", where="--key",
            fix=f"Say `chmod 600 {path.name}`; if others have read it, make a new key.",
        )  # fmt: skip
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, OSError):
        key = b""
    if len(key) < LEAST_KEY:
        raise InputError(
            f"{path.name} holds no key of {LEAST_KEY} bytes in hexadecimals", where="--key", fix=NEW
        )
    return key


def new_secret() -> bytes:
    """Return 256 random bits."""
    return secrets.token_bytes(LEAST_KEY)
