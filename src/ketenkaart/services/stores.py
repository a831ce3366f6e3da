"""The data folder: where it is, and how its stores are made ready."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ketenkaart.core.errors import StoreError
from ketenkaart.warehouse.folder import FOLDER_VARIABLE, chosen_data_folder, open_data_folder

if TYPE_CHECKING:
    from ketenkaart.core.ledger.types import Ledger
    from ketenkaart.services.ledger import Published

__all__ = ["chosen_data_folder", "prepare_stores", "stored_ledger"]

RECORD_FILE = "record.sqlite3"
SECRET_FILE = "secret-key"  # noqa: S105 - the name of the file, not what is in it


def require_web() -> None:
    """Return when what the record and the site need is installed.

    Raises `StoreError` on a base install, before anything is written.
    """
    if find_spec("django") is None:
        raise StoreError(
            "The ledger and the site are not installed: Django is missing",
            fix="Install it with: pip install 'ketenkaart[web]'. `ketenkaart gap` works without.",
        )


def keep_secret_key(folder: Path) -> None:
    """Write a new random key to `folder` if it has none, readable by its owner only.

    Raises `StoreError` when the file cannot be written.
    """
    from django.core.management.utils import get_random_secret_key  # noqa: PLC0415

    file = folder / SECRET_FILE
    if file.is_file():
        return
    part = folder / f"{SECRET_FILE}.part-{os.getpid()}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(get_random_secret_key())
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(file)
    except OSError as error:
        raise StoreError(
            f"The secret key cannot be kept: {error.strerror or error}",
            where=str(file),
            fix="Make the data folder writable and free some space.",
        ) from error


def prepare_stores(data_folder: Path, *, actor: str = "ketenkaart up") -> Published:
    """Make the stores in `data_folder` ready: tables up to date, the ledger published.

    Every step is one transaction and can be repeated: a second run changes nothing, and a run
    that was cut short is finished by the next one. Returns what was published.

    Raises `StoreError` when the folder or the database cannot be written, and
    `ReferenceDataError` when the ledger that ships with the package breaks its own rules.
    """
    require_web()
    open_data_folder(data_folder)
    os.environ[FOLDER_VARIABLE] = str(data_folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ketenkaart.config.settings")
    keep_secret_key(data_folder)
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    django.setup()
    from ketenkaart.services.followup.seeding import start_followup  # noqa: PLC0415
    from ketenkaart.services.instruments.versions import lay_published  # noqa: PLC0415
    from ketenkaart.services.ledger import publish_ledger  # noqa: PLC0415
    from ketenkaart.sources.reference import load_ledger  # noqa: PLC0415

    try:
        # Finding nothing to do takes migrate thirty times as long as looking at the plan.
        plan = MigrationExecutor(connection)
        if plan.migration_plan(plan.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        published = publish_ledger(load_ledger(), actor=actor, at=datetime.now(UTC))
        start_followup(actor=actor, at=datetime.now(UTC))
        lay_published(data_folder)
        return published
    except (DatabaseError, sqlite3.Error) as error:
        raise StoreError(
            f"The database cannot be used: {error}",
            where=str(data_folder / RECORD_FILE),
            fix="Free some space, or move the file away and run `ketenkaart up` again.",
        ) from error


def stored_ledger(data_folder: Path | None = None, *, letter: str | None = None) -> Ledger:
    """Return the ledger of `letter`, or of the letter that ships with the package.

    That one is published first where the record has none. Raises `NotFoundError` for a letter
    that was not published and `StoreError` when the folder or the database cannot be used.
    """
    published = prepare_stores(data_folder or chosen_data_folder(), actor="first use")
    from ketenkaart.services.ledger import read_ledger  # noqa: PLC0415

    return read_ledger(letter or published.letter)
