"""`ketenkaart edition add|list|show|residuals|verify` for world tables: people and pipes."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError
from made_tables import made_table, plain_files, write_icio, zipped


@pytest.fixture
def ask(data_folder):
    return lambda *words: CliRunner().invoke(app, ["edition", *map(str, words)])


@pytest.fixture
def added(ask, tmp_path):
    """A table in which one node makes half a million more than it sells."""
    files = plain_files(made_table().with_(added={}))
    rows = files["nodes.csv"].splitlines()
    label, output = rows[5].rsplit(",", 1)
    rows[5] = f"{label},{float(output) + 0.5!r}"
    files["nodes.csv"] = "\n".join(rows)
    path = zipped(tmp_path / "made.zip", files)
    assert ask("add", "table", path, "--id", "made").exit_code == 0
    return ask


def test_codes_of_other_people_do_not_steer_the_terminal(ask, tmp_path):
    files = plain_files(made_table())
    evil = {name: text.replace("NLD", "N\x1b[2JL\u202eD") for name, text in files.items()}
    done = ask("add", "table", zipped(tmp_path / "made.zip", evil), "--id", "made")
    assert done.exit_code == 0, done.stderr
    said = [done.stdout, done.stderr, *(ask(word, "made").stdout for word in ("show", "residuals"))]
    printed = "".join(said)
    assert "N\ufffd[2JL\ufffdD" in printed
    assert not {"\x1b", "\u202e"} & set(printed)


def test_an_added_table_is_told_listed_and_shown(ask, tmp_path):
    path = write_icio(made_table(), tmp_path / "ICIO2021_2018.csv")
    done = ask("add", "icio", path)
    assert done.exit_code == 0
    assert "not tried on a real file" in done.stdout
    assert "100%" in done.stderr
    assert "not tried on a real file" in ask("list").stdout
    rows = json.loads(ask("list", "--format", "json").stdout)["rows"]
    assert [(row["id"], row["kind"], row["is_tried"]) for row in rows[1:]] == [
        ("icio-2018", "table", False)
    ]
    assert rows[0]["kind"] == "gap"
    shown = json.loads(ask("show", "icio-2018", "--format", "json").stdout)
    assert shown["unit"] == "MUSD"
    assert shown["balance"]["rows"] == pytest.approx(0, abs=1e-12)
    assert shown["nodes"] == 9
    assert "Ask it: ketenkaart chain footprint --edition icio-2018" in done.stdout
    codes = shown["codes"]
    assert {"code": "NLD", "nl": "Nederland", "en": "Netherlands"} in codes["regions"]
    assert len(codes["regions"]) == len(codes["sectors"]) == 3
    text = ask("show", "icio-2018").stdout
    assert "NLD (Netherlands)" in text
    assert "To count: value_added (MUSD)" in text
    assert json.loads(ask("verify", "icio-2018", "--format", "json").stdout)["is_intact"] is True


@pytest.mark.parametrize("by", ["region", "sector", "node"])
def test_residuals_add_up_whatever_they_are_listed_by(added, by):
    text = added("residuals", "made", "--by", by, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(float(row["output"]) for row in rows) == pytest.approx(made_table().x.sum() + 0.5)
    assert float(rows[0]["rows"]) == pytest.approx(-0.5, abs=1e-9)
    assert rows[0][by] == {"region": "CHN", "sector": "C17_18", "node": "CHN.C17_18"}[by]
    assert sum(float(row["rows_absolute"]) for row in rows) == pytest.approx(0.5, abs=1e-9)
    listed = json.loads(added("show", "made", "--format", "json").stdout)["findings"]
    assert {"unbalanced_rows", "value_added_is_residual"} == {item["code"] for item in listed}
    printed = added("residuals", "made", "--by", by).stdout
    assert "In MUSD" in printed


def test_what_cannot_be_is_refused_with_advice(added, tmp_path):
    for words, error in [
        (("add", "eora", tmp_path), InputError),
        (("add", "table", tmp_path / "none"), InputError),
        (("add", "icio", "ftp://zenodo.org/x.zip"), InputError),
        (("residuals", "made", "--by", "colour"), InputError),
        (("residuals", "none"), NotFoundError),
        (("show", "none"), NotFoundError),
    ]:
        found = added(*words)
        assert isinstance(found.exception, error), words
        assert found.exception.exit_code == 2
    assert "made" in str(added("show", "none").exception)
