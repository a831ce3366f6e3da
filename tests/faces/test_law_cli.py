"""`ketenkaart law`: for people, for programs, in a pipe, and with wrong arguments."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from calling import Call
from ketenkaart.cli.law import law_app
from ketenkaart.cli.main import run

FIRM = "facts: {seat: NLD, financial_year_end: 12-31, employees: 6000, turnover: 2000000000 EUR}\n"
KEYS = {
    "law", "version", "status", "in_scope", "decided_by", "citations", "duties", "next_question",
}  # fmt: skip


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "law")


@pytest.fixture
def firm(tmp_path: Path) -> str:
    path = tmp_path / "firm.yml"
    path.write_text(FIRM, encoding="utf-8")
    return str(path)


def test_check_has_the_documented_shape(call, firm) -> None:
    code, out, err = call("check", firm, "--format", "json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["as_of"] == "2026-11-22"
    assert len(answer["results"]) == 23
    for result in answer["results"]:
        assert result.keys() >= KEYS
        assert result["in_scope"] in ("yes", "no", "unknown")
        assert (result["in_scope"] == "unknown") or result["next_question"] is None
        assert (result["decided_by"] == []) == (result["in_scope"] == "unknown")
        assert result["citations"]
        assert all(item["grade"] for item in result["citations"])
    csddd = next(item for item in answer["results"] if item["law"] == "csddd")
    assert csddd["in_scope"] == "yes"
    assert csddd["status"] == "adopted_not_applicable_yet"


def test_the_same_firm_on_two_days_under_two_versions(call, firm) -> None:
    found = {}
    for day in ("2025-01-01", "2026-11-22"):
        _, out, _ = call("check", firm, "--as-of", day, "--law", "csddd", "--format", "json")
        found[day] = json.loads(out)["results"][0]["version"]
    assert found == {"2025-01-01": "original_2024", "2026-11-22": "omnibus_2026"}


def test_the_table_says_why_and_what_is_asked_next(call, firm) -> None:
    code, out, _ = call("check", firm, "--law", "csddd", "--law", "eudr")
    assert code == 0
    assert "because employees: 6 000, more than 5 000? yes" in out
    assert "[eudr_commodities]" in out
    assert "to be checked" in out


def test_facts_come_through_a_pipe(call, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(FIRM))
    code, out, _ = call("check", "-", "--law", "csddd", "--format", "json")
    assert code == 0
    assert json.loads(out)["results"][0]["in_scope"] == "yes"
    monkeypatch.setattr("sys.stdin", io.StringIO("facts: {employees: many}"))
    code, _, err = call("check", "-")
    assert code == 2
    assert "standard input:1 (key 'employees')" in err


def test_csv_has_one_row_per_law(call, firm) -> None:
    _, out, _ = call("check", firm, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 23
    assert {row["in_scope"] for row in rows} == {"yes", "no", "unknown"}


@pytest.mark.parametrize(
    "words",
    [
        ("list",), ("show", "eu_2017_821"), ("facts", "--law", "eudr"),
        ("changes", "--law", "csddd"), ("compare", "csddd.original_2024", "csddd.omnibus_2026"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_every_list_prints_in_every_form(call, words, form) -> None:
    code, out, err = call(*words, "--format", form)
    assert (code, err) == (0, "")
    if form == "json":
        json.loads(out)
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(out)))) > 1


@pytest.mark.parametrize(
    "words",
    [
        ("list",), ("show", "csddd"), ("changes",), ("facts",), ("compare", "csddd"),
        ("check", "FIRM"), ("sweep", "FIRMS", "--law", "lksg", "--vary", "employees=1000..2000"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_every_list_goes_out_as_parquet(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch, firm: str, tmp_path: Path, words
) -> None:
    firms = tmp_path / "firms.csv"
    firms.write_text("office_or_branch_germany,employees_germany\nyes,1200\n")
    files = {"FIRM": firm, "FIRMS": str(firms)}
    asked = [files.get(word, word) for word in words]
    monkeypatch.setattr("sys.argv", ["ketenkaart", "law", *asked, "--format", "parquet"])
    with suppress(SystemExit):
        run()
    found = capsysbinary.readouterr()
    assert found.err == b""
    table = pl.read_parquet(io.BytesIO(found.out))
    assert table.height > 0
    assert table.columns


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere.yml"), "nowhere.yml"),
        (("check", "FIRM", "--law", "csdd"), "csddd"),
        (("check", "FIRM", "--as-of", "2026-02-30"), "not a date"),
        (("show", "nope"), "nope"),
        (("compare", "csddd.nope"), "omnibus_2026"),
        (("sweep", "nowhere.csv", "--law", "csddd", "--vary", "employees=1..2"), "nowhere.csv"),
        (("sweep", "nowhere.csv", "--law", "csddd", "--vary", "nope=1..2"), "no threshold 'nope'"),
        (("situations", "nowhere"), "nowhere"),
        (("ask", "facts.yml"), "terminal"),
        (("facts", "--law", "nope"), "nope"),
    ],
)
def test_wrong_arguments_get_one_message_and_exit_code_two(call, firm, words, said) -> None:
    code, out, err = call(*(firm if word == "FIRM" else word for word in words))
    assert code == 2
    assert said in err
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) == 1


def test_sweep_and_situations_print_what_they_count(call, tmp_path: Path) -> None:
    firms = tmp_path / "firms.csv"
    firms.write_text("office_or_branch_germany,employees_germany\nyes,1200\nno,9000\n")
    words = ("sweep", str(firms), "--law", "lksg", "--vary", "employees=1000..2000..500")
    _, out, _ = call(*words)
    assert "1 500" in out
    assert "As the law stands on 2026-11-22" in out
    _, out, _ = call(*words, "--format", "json")
    assert [point["firms_in"] for point in json.loads(out)["points"]] == [1, 0, 0]
    _, out, _ = call(*words, "--format", "csv")
    assert len(out.splitlines()) == 4
    text = "law: lksg\nsituations: [{as_of: 2026-11-22, in_scope: yes, because: wrong}]\n"
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(text)
    code, out, _ = call("situations", str(wrong))
    assert code == 1
    assert "in_scope is unknown, expected yes" in out


def test_the_template_goes_through_a_pipe_into_check(call, tmp_path: Path) -> None:
    _, out, _ = call("facts", "--template")
    path = tmp_path / "facts.yml"
    path.write_text(out, encoding="utf-8")
    code, out, _ = call("check", str(path), "--law", "wzk")
    assert code == 0
    assert "in scope: unknown" in out


def test_every_command_of_the_group_has_an_example() -> None:
    for command in law_app.registered_commands:
        assert command.callback is not None
        assert f"Example: ketenkaart law {command.name}" in (command.callback.__doc__ or "")
