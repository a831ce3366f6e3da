"""`ketenkaart microdata`: for people, in a pipe, and with wrong words."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from calling import Call
from made_microdata import CODEBOOK, made_rows, write_rows


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "microdata")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    book = tmp_path / "book.yml"
    book.write_text(CODEBOOK, encoding="utf-8")
    return write_rows(tmp_path / "firms.csv", made_rows(120)), book


def test_check_export_verify(call, files, tmp_path: Path) -> None:
    data, book = files
    code, out, _ = call("check", data, "--codebook", book)
    assert code == 0
    assert "generalised to level" in out
    assert "Left out: firm_name." in out
    assert not (tmp_path / "out").exists()
    words = ("export", data, "--codebook", book, "--output", tmp_path / "out")
    code, out, _ = call(*words, "--new-key", tmp_path / "k", "--files", "csv", "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert found["record"]["risk_after"]["k"] >= 5
    assert found["rows"][0]["name"] == "firm"
    assert not (tmp_path / "out" / "data.parquet").exists()
    code, out, err = call("verify", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "as it was made" in out
    (tmp_path / "out" / "data.csv").write_text("x")
    code, out, _ = call("verify", tmp_path / "out", "--format", "json")
    assert code == 1
    assert json.loads(out)["is_sound"] is False


def test_an_export_without_a_key_says_which_ones_there_are(call, files, tmp_path: Path) -> None:
    data, book = files
    code, _, err = call("export", data, "--codebook", book, "--output", tmp_path / "out")
    assert code == 2
    assert "--new-key FILE" in err
    assert "--key FILE" in err


def test_csv_in_a_pipe(call, files) -> None:
    data, book = files
    code, out, _ = call("check", data, "--codebook", book, "--format", "csv")
    assert code == 0
    assert out.splitlines()[0] == "name,role,type,known,missing,loss,changes"


def test_a_codebook_that_is_not_there(call, files, tmp_path: Path) -> None:
    code, _, err = call("check", files[0], "--codebook", tmp_path / "none.yml")
    assert code == 2
    assert "none.yml" in err
