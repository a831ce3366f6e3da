"""The data folder made ready: twice the same, private, and nothing half-written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ketenkaart.core.errors import KetenkaartError
from ketenkaart.services.stores import prepare_stores
try:
    print(json.dumps(asdict(prepare_stores(Path(sys.argv[1])))))
except KetenkaartError as error:
    print(json.dumps({"error": error.code, "message": str(error)}))
"""


def prepare(folder: Path) -> dict[str, object]:
    """Run in a process of its own: settings belong to a process, and this one has test settings."""
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env={**environment, "KETENKAART_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A data folder made ready once for this file, and what was said of it."""
    folder = tmp_path_factory.mktemp("stores") / "new" / "data"
    return folder, prepare(folder)


def test_a_second_run_changes_nothing(new: tuple[Path, dict[str, object]]) -> None:
    folder, first = new
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = prepare(folder)
    assert (first["is_changed"], second["is_changed"]) == (True, False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    assert set(kept) == {"record.sqlite3", "secret-key"}


def test_the_key_is_the_owners_alone_and_the_database_is_durable(
    new: tuple[Path, dict[str, object]],
) -> None:
    folder, _ = new
    key = folder / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) >= 50
    with sqlite3.connect(folder / "record.sqlite3") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    answer = prepare(in_the_way / "data")
    assert answer["error"] == "store"
    assert str(in_the_way / "data") in str(answer["message"])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that root cannot write")
def test_a_read_only_folder_is_named_even_for_root() -> None:
    answer = prepare(Path("/proc/ketenkaart"))
    assert answer["error"] == "store"
    assert "/proc/ketenkaart" in str(answer["message"])


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "record.sqlite3").write_bytes(b"this is no database" * 100)
    answer = prepare(folder)
    assert answer["error"] == "store"
    assert "record.sqlite3" in str(answer["message"])
    assert (folder / "record.sqlite3").read_bytes() == b"this is no database" * 100
