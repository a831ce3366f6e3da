"""`ketenkaart edition split` and `split-report`: people, pipes and mistakes."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError
from made_split_sources import write_world


@pytest.fixture
def ask(data_folder):
    return lambda *words: CliRunner().invoke(app, ["edition", *map(str, words)])


@pytest.fixture
def source(ask, tmp_path):
    folder = write_world(tmp_path / "source")
    assert ask("add", "wiod", folder / "wiod2013", "--id", "made").exit_code == 0
    return folder


def test_a_split_is_tried_made_listed_and_reported(ask, source) -> None:
    tried = ask("split", "made", "--from", source, "--countries", "BGD,COD", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Nothing is kept" in " ".join(tried.stdout.split())
    assert "Unknown, and part of the rest: VEN." in tried.stdout
    assert "made-split" not in ask("list").stdout

    done = ask("split", "made", "--from", source, "--countries", "bgd, cod")
    assert done.exit_code == 0, done.output
    assert "ESTIMATE: Region RoW of made split into 2 countries" in done.stdout
    assert "balancing" in done.stderr
    listed = json.loads(ask("list", "--format", "json").stdout)["rows"]
    assert [row["is_estimate"] for row in listed if row["id"] == "made-split"] == [True]

    told = ask("split-report", "made-split", "--by", "node", "--countries", "BGD", "--top", "3")
    assert told.stdout.startswith("ESTIMATE.")
    assert told.stdout.count("BGD") == 3
    report = json.loads(ask("split-report", "made-split", "--format", "json").stdout)
    assert report["is_estimate"] is True
    assert report["demand"] == "NLD"
    assert {row["country"] for row in report["rows"]} == {"BGD", "COD", "RoW"}
    text = ask("split-report", "made-split", "--by", "node", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3 * 35
    whole = sum(float(row["value"]) for row in rows)
    assert whole == pytest.approx(report["total_of_region"])


def test_a_dry_run_is_data_too(ask, source) -> None:
    words = ("split", "made", "--from", source, "--all", "--dry-run", "--format")
    plan = json.loads(ask(*words, "json").stdout)
    assert plan["prior"] == "factories"
    assert plan["without_exchange_rate"] == ["VEN"]
    assert [row["country"] for row in plan["rows"] if row["is_known"]] == ["BGD", "COD", "VNM", ""]
    rows = list(csv.DictReader(io.StringIO(ask(*words, "csv").stdout)))
    assert len(rows) == plan["count"]
    assert next(row["output"] for row in rows if row["country"] == "VEN") == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "which countries"),
        (("--all", "--countries", "BGD"), "leaves nothing to name"),
        (("--countries", "BGD", "--prior", "guess"), "no prior 'guess'"),
        (("--countries", ","), "No country"),
    ],
)
def test_a_mistake_is_said_and_changes_nothing(ask, source, words, message) -> None:
    found = ask("split", "made", "--from", source, *words)
    assert isinstance(found.exception, InputError)
    assert message in str(found.exception)
    assert "made-split" not in ask("list").stdout


def test_the_gap_of_a_country_shows_a_split_as_a_second_estimate(ask, source) -> None:
    def gap(*words: str) -> str:
        return " ".join(CliRunner().invoke(app, ["gap", *words]).stdout.split())

    assert "second estimate" not in gap("--country", "BGD")
    assert ask("split", "made", "--from", source, "--countries", "BGD").exit_code == 0
    for name in ("BGD", "Bangladesh"):
        assert "A second estimate, from made-split (2011)" in gap("--country", name)
    for other in (("--country", "VNM"), ("--country", "BGD", "--sector", "textiles"), ()):
        assert "second estimate" not in gap(*other)


@pytest.mark.parametrize("command", ["split", "split-report"])
def test_help_shows_an_example(ask, command) -> None:
    assert "Example" in ask(command, "--help").stdout
