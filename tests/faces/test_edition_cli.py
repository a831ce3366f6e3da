"""`ketenkaart edition`: output for people and pipes, one message per error, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.warehouse.editions import starter_path

SHARED = Path(
    os.environ.get("KETENKAART_SHARED_DATA")
    or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)


def run(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ketenkaart", "edition", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=os.environ | {"KETENKAART_DATA": str(data), "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture
def ask(tmp_path, monkeypatch):
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, ["edition", *words])


def test_list_show_verify(ask):
    listed = json.loads(ask("list", "--format", "json").stdout)
    assert listed["count"] == 1
    name = listed["rows"][0]["id"]
    assert listed["rows"][0]["bytes"] <= 3_000_000
    shown = json.loads(ask("show", name, "--format", "json").stdout)
    assert set(shown["tables"]) == {
        "transactions", "nodes", "demand", "intensity", "country_weights", "host_governance",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(ask("show", name, "--format", "csv").stdout)))
    assert all(row["licence"] and row["licence_grade"] and len(row["sha256"]) == 64 for row in rows)
    checked = ask("verify", name, "--format", "json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["is_intact"] is True


@pytest.mark.parametrize("command", ["list", "show", "verify"])
def test_tables_for_people(command, ask):
    words = [command] if command == "list" else [command, str(starter_path())]
    done = ask(*words)
    assert done.exit_code == 0
    assert "starter" in done.stdout


@pytest.mark.parametrize("command", ["build", "list", "show", "verify"])
def test_help_has_an_example(command, ask):
    assert f"Example: ketenkaart edition {command}" in ask(command, "--help").stdout


def refused(done: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


def test_one_message_and_an_exit_code(tmp_path):
    refused(run("show", "nope", data=tmp_path), 2, "no edition 'nope'", "Known editions")
    refused(run("build", "--from", str(tmp_path / "x"), data=tmp_path), 2, "no folder", "--from")
    copy = tmp_path / "copy"
    shutil.copytree(starter_path(), copy)
    (copy / "nodes.csv").write_text("region\n")
    refused(run("verify", str(copy), data=tmp_path), 1, "nodes.csv was altered")
    manifest = copy / "edition.yml"
    manifest.write_text(manifest.read_text().replace("format: 1", "format: 2", 1))
    refused(run("verify", str(copy), data=tmp_path), 1, "another version")


@pytest.mark.data
@pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"NOT RUN: no source data in {SHARED}; set KETENKAART_SHARED_DATA"
)
def test_build_says_what_it_does_on_standard_error(tmp_path):
    out = tmp_path / "out"
    done = run("build", "--from", str(SHARED), "--to", str(out), "--format", "json", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"][0]["folder"] == str(out)
    assert "[100%] done" in done.stderr
    assert {path.name for path in out.iterdir()} == {path.name for path in starter_path().iterdir()}
