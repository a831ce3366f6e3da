"""`ketenkaart mix`: for people, for programs, and with wrong arguments."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path

import pytest

from calling import Call


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "mix")


def test_a_program_gets_json_and_nothing_else(call) -> None:
    code, out, _ = call("--budget", "3m", "--draws", "2", "--segments", "--format", "json")
    data = json.loads(out)
    assert code == 0
    assert data["budget"] == 3e6
    assert {item["candidate"] for item in data["chosen"]}
    assert data["optimality_gap"] <= 2e-6
    assert len(data["regrets"]) == 6
    assert {score["segment"] for score in data["segments"]} == {"leaders", "pack", "laggards"}
    assert all(item["share_of_draws"] in {0.0, 0.5, 1.0} for item in data["chosen"])


def test_a_spreadsheet_gets_a_row_per_candidate(call) -> None:
    code, out, _ = call("--budget", "3m", "--draws", "0", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert len({row["candidate"] for row in rows}) == len(rows)
    assert {row["reason"] for row in rows if row["is_chosen"] == "False"} <= {
        "at_most_one", "budget", "cap", "adds_nothing", "less",
    }  # fmt: skip


def test_a_person_is_told_that_costs_are_assumed_and_what_is_proven(call) -> None:
    code, out, _ = call("--budget", "3m", "--draws", "0")
    assert code == 0
    assert "Assumed, not measured" in out
    assert "Proven" in out
    assert "Not in the mix" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--budget", "-5"), "negative"),
        (("--budget", "veel"), "not an amount"),
        (("--budget", "nan"), "not an amount"),
        (("--budget", "5m", "--with", "nothing"), "Unknown candidate"),
        (("--budget", "5m", "--candidates", "/nowhere/mine.yml"), "cannot be read"),
        (("--budget", "5m", "--as-of", "2011-01-01"), "not researched"),
        (("--budget", "1m", "--with", "due_diligence_law"), "the budget of 1,000,000 euro"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = call(*arguments)
    assert code == 2
    assert told in err
    assert not out
    assert "Traceback" not in err


def test_a_file_of_ones_own_names_its_fault(call, tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text("candidates: []\ncitation: {source: own, grade: assumed}\n")
    code, _, err = call("--budget", "5m", "--candidates", str(path))
    assert code == 2
    assert "mine.yml:1 (key 'candidates')" in err
