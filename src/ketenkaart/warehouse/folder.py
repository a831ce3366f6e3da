"""The data folder: where it is, and whether it can be written."""

from __future__ import annotations

import os
from pathlib import Path

from ketenkaart.core.errors import StoreError

FOLDER_VARIABLE = "KETENKAART_DATA"


def chosen_data_folder() -> Path:
    """Return the data folder: `KETENKAART_DATA`, or `ketenkaart` in the user's data folder.

    The folder need not exist yet. The user's data folder follows the XDG base directory
    specification: `XDG_DATA_HOME`, or `~/.local/share`.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "ketenkaart"


def open_data_folder(folder: Path) -> None:
    """Make `folder` if it is missing and prove that it can be written.

    Raises `StoreError` naming the folder when it cannot; nothing is left behind.
    """
    probe = folder / f".write-test-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"The data folder cannot be written: {error.strerror or error}",
            where=str(folder),
            fix=f"Make it writable, or name another one in {FOLDER_VARIABLE}.",
        ) from error
