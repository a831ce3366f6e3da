"""`ketenkaart gap credit|sensitivity|together|validate`, as a person and a pipe meet them."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path

import pytest

from calling import Call

SMALL = ("--as-of", "2014-06-30", "--sector", "textiles", "--country", "CHN")
CASES = "country,sector,issue\n" + "".join(
    f"{code},textiles,child_labour\n" for code in ("BGD", "IND", "CHN", "VNM", "PAK")
)


@pytest.fixture
def call(call: Call, data_folder: Path) -> Call:
    return partial(call, "gap")


@pytest.fixture
def cases(tmp_path: Path) -> str:
    file = tmp_path / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("command", ["credit", "sensitivity", "together"])
def test_each_prints_a_table_json_and_csv(call, command: str) -> None:
    code, out, _ = call(command, *SMALL)
    assert code == 0
    assert "Not validated" in out
    code, out, err = call(command, *SMALL, "--format", "json")
    assert (code, json.loads(out)["as_of"]) == (0, "2014-06-30")
    code, out, _ = call(command, *SMALL, "--format", "csv")
    assert code == 0
    assert list(csv.DictReader(io.StringIO(out)))
    assert "Traceback" not in err


def test_sensitivity_tells_how_far_it_is_on_standard_error(call) -> None:
    _, out, err = call("sensitivity", *SMALL, "--figure", "high", "--by", "issue", "--all")
    assert "All assumptions at their worst" in out or "All at their worst" in out
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--country", "CHN", "credit"), "Write options after it"),
        (("credit", "--country", "XQZ"), "XQZ"),
        (("sensitivity", "--as-of", "soon"), "YYYY-MM-DD"),
        (("sensitivity", "--figure", "moon"), "moon"),
        (("together", "--columns", "moon"), "moon"),
        (("together", "--analysis", "no-such-file.csv"), "cannot be read"),
        (("validate",), "No list of cases is named"),
        (("validate", "no-such-file.csv"), "cannot be read"),
        (("validate", "--forget", "x"), "no start of a hash"),
    ],
)
def test_wrong_words_end_in_two_and_say_what_to_do(call, words, said: str) -> None:
    code, out, err = call(*words)
    assert code == 2
    assert said in err
    assert out == ""


def test_validate_is_kept_only_with_an_origin_and_can_be_taken_away(call, cases: str) -> None:
    code, out, _ = call("validate", cases, "--draws", "100", "--as-of", "2019-11-22")
    assert code == 0
    assert "This run is not kept" in out
    assert "Not validated" in out
    code, out, err = call(
        "validate", cases, "--draws", "100", "--origin", "a test", "--independent", "none",
        "--as", "tester", "--format", "json",
    )  # fmt: skip
    digest = json.loads(out)["file"]["sha256"]
    assert (code, digest[:16] in err) == (0, True)
    code, out, _ = call("validate", "--list")
    assert "tester" in out
    assert "Tested against 5 known cases (a test)" in call(*SMALL)[1]
    assert call("validate", "--forget", digest[:12])[0] == 0
    assert "Not validated" in call(*SMALL)[1]


def test_validate_prints_every_case_as_csv(call, cases: str) -> None:
    _, out, _ = call("validate", cases, "--draws", "100", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["country"] for row in rows} == {"BGD", "IND", "CHN", "VNM", "PAK"}
