"""`ketenkaart evidence`: what it prints, what it refuses, and what it keeps."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from calling import printed
from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError


def run(capsys, *words: str) -> str:
    return printed(capsys, "evidence", *words)


@pytest.mark.parametrize(
    "words",
    [
        ["list"], ["show", "kit_2020"], ["map"], ["gaps"], ["mean"], ["searches"], ["advice"],
        ["advice", "better_work"],
    ],
)  # fmt: skip
def test_every_command_prints_a_table_csv_and_json(capsys, words) -> None:
    assert len(run(capsys, *words).splitlines()) > 2
    rows = list(csv.reader(io.StringIO(run(capsys, *words, "--format", "csv"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert json.loads(run(capsys, *words, "--format", "json"))


def test_the_map_keeps_nothing_found_and_not_searched_apart(capsys) -> None:
    rows = csv.DictReader(io.StringIO(run(capsys, "map", "--format", "csv")))
    states = {(row["kind"], row["step"]): row["state"] for row in rows}
    assert states["law", "remedy"] == "nothing_found"
    assert states["covenant", "remedy"] == "not_searched"
    assert states["covenant", "impact"] == "not_measured"
    assert "nothing found (first hits)" in run(capsys, "map")


def test_gaps_grow_with_the_rung_that_is_asked(capsys) -> None:
    def count(level: str) -> int:
        return len(json.loads(run(capsys, "gaps", "--level", level, "--format", "json"))["cells"])

    assert count("0") < count("2") < count("4") <= count("5")


def test_advice_is_called_advice_and_says_what_would_change_it(capsys) -> None:
    printed = run(capsys, "advice", "better_work")
    assert "A person decides." in printed
    assert "What would change the advice" in printed
    data = json.loads(run(capsys, "advice", "better_work", "--format", "json"))["initiatives"][0]
    assert data["is_advice"]
    assert data["advice"] == "not_enough_evidence"
    assert data["rule"]["least_level"] == 3
    assert {"reasons_nl", "reasons_en", "variants", "responses", "decisions"} <= set(data)


def test_nothing_is_said_where_nothing_is_known(capsys) -> None:
    assert "No finding is known" in run(capsys, "list", "--kind", "standard")
    assert "No mean: no study measured it." in run(capsys, "mean", "--kind", "standard")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--kind", "pact"], "Unknown kind of measure 'pact'"),
        (["list", "--country", "XX"], "Unknown country 'XX'"),
        (["map", "--folder", "/nowhere/at/all"], "There is no folder"),
        (["show", "nothing"], "There is no study 'nothing'"),
        (["advice", "nothing"], "There is no initiative 'nothing'"),
        (["export", "--out", "x.doc"], "No export as doc"),
        (["export", "--format", "table"], "No export as table"),
    ],
)
def test_what_cannot_be_is_said(words, said) -> None:
    with pytest.raises((InputError, NotFoundError)) as caught:
        app(["evidence", *words])
    assert said in str(caught.value)
    assert caught.value.fix


def test_a_decision_is_kept_and_exported(capsys, tmp_path: Path) -> None:
    here = ["--folder", str(tmp_path)]
    by = ["--by", "Anna", "--reason", "Wait for spring"]
    with pytest.raises(InputError, match="is no decision"):
        app(["evidence", "decide", "idh", "--decision", "perhaps", *by, *here])
    run(capsys, "decide", "idh", "--decision", "wait_for_evidence", *by, *here)
    assert "Decision by Anna" in run(capsys, "advice", "idh", *here)
    assert "nothing contradicts" in run(capsys, "check", *here)
    out = tmp_path / "all.json"
    run(capsys, "export", "--out", str(out), *here)
    data = json.loads(out.read_text(encoding="utf-8"))
    idh = next(item for item in data["initiatives"] if item["initiative"] == "idh")
    assert idh["decisions"][0]["reason"] == "Wait for spring"
    assert {len(data["studies"]) > 10, len(data["searches"]) > 5} == {True}
    assert not list(tmp_path.glob(".*"))
