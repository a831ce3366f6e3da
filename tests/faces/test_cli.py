"""The command line as its users meet it: in a terminal, in a pipe, with wrong arguments."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_group

from ketenkaart.cli.main import app
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap


def commands() -> list[tuple[str, ...]]:
    """Every command there is, by its words."""
    found: list[tuple[str, ...]] = []

    def look(group: object, words: tuple[str, ...]) -> None:
        inside = getattr(group, "commands", None)
        if inside is None:
            found.append(words)
        for name, command in (inside or {}).items():
            look(command, (*words, name))

    look(get_group(app), ())
    return found


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["chain", "--help"], ["gap", "-h"]])
def test_help_loads_nothing_that_it_does_not_need(words: list[str]) -> None:
    # Typer itself loads Pydantic once a command has options of its own.
    pydantic = "pydantic" if words[0].startswith("--") else ""
    heavy = f"django polars scipy numpy rich.console lxml httpx duckdb {pydantic}"
    code = (
        "import sys\nfrom ketenkaart.cli.main import app\n"
        f"try:\n    app({words!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('loaded:', *(name for name in {heavy!r}.split() if name in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1].strip() == "loaded:"
    assert "--version" in words or "Usage:" in found.stdout


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(call, words) -> None:
    code, out, err = call(*words, "--help")
    assert code == 0
    assert f"Example: ketenkaart {' '.join(words)}" in " ".join(out.split())
    assert err == ""


def test_gap_prints_a_table_with_intervals_years_and_what_it_means(call) -> None:
    code, out, err = call("gap", "--as-of", "2019-11-22")
    assert code == 0
    assert err == ""
    for words in ("Child labour", "All issues", "Table 2011", "not that it works", "at most"):
        assert words in out


def test_json_has_the_documented_shape_and_the_services_figures(call) -> None:
    code, out, _ = call("gap", "--by", "country", "--kind", "depth", "--format", "json")
    answer = json.loads(out)
    assert code == 0
    assert {"edition", "as_of", "view", "kind", "unit", "years", "total", "rows"} <= set(answer)
    assert set(answer["years"]) == {"table", "risk", "instruments"}
    assert "key" not in answer["total"]
    wanted = {
        "id", "key", "exposure", "risk_weighted", "gap", "unknown_share", "instruments",
    }  # fmt: skip
    for row in answer["rows"]:
        assert wanted <= set(row)
        assert set(row["gap"]) == set(row["risk_weighted"]) == {"low", "central", "high"}
        assert set(row["unknown_share"]) == {"risk", "reach"}
        for item in row["instruments"]:
            assert set(item["credit"]) == {"value", "share"}
    same = compute_gap(GapQuery(by="country", kind="depth"))
    assert [row["gap"]["high"] for row in answer["rows"]] == [row.gap.high for row in same.rows]


def test_csv_holds_the_rows_and_the_total_and_leaves_undefined_cells_empty(call) -> None:
    _, out, _ = call("gap", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    answer = compute_gap(GapQuery())
    assert [row["key"] for row in rows] == [row.key for row in answer.rows] + ["total"]
    forced = next(row for row in rows if row["key"] == "forced_labour")
    assert forced["gap_central"] == ""
    assert float(rows[-1]["exposure"]) == pytest.approx(answer.total.exposure)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("gap", "--country", "XQZ"), 2, "XQZ"),
        (("gap", "--as-of", "2019-02-30"), 2, "not a date"),
        (("gap", "--as-of", "yesterday"), 2, "YYYY-MM-DD"),
        (("gap", "--issue", "living_wage"), 2, "not researched"),
        (("gap", "--by", "planet"), 2, "planet"),
        (("gap", "--without", "nothing"), 2, "nothing"),
        (("gap", "--format", "pdf"), 2, "pdf"),
        (("gap", "extra"), 2, "extra"),
        (("why", "gap"), 2, "not the name of a figure"),
        (("ledger", "list", "--theme", "0"), 2, "--theme"),
        (("instruments", "show", "nope"), 2, "nope"),
        (("instruments", "list", "--theme", "12"), 2, "--theme"),
        (("edition", "show", "nope"), 2, "nope"),
        (("nonsense",), 2, "nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_arguments_get_one_message_and_exit_code_two(
    call, arguments, code, words, data_folder
) -> None:
    found, out, err = call(*arguments)
    assert found == code
    assert words in err
    assert "Traceback" not in out + err
    assert out == ""


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize(
    "words",
    [
        ("instruments", "list", "--kind", "covenant"),
        ("instruments", "show", "agt"),
        ("instruments", "show", "lksg"),
        ("edition", "list"),
    ],
    ids=" ".join,
)
def test_every_list_prints_in_every_form(call, words, form, data_folder) -> None:
    code, out, err = call(*words, "--format", form)
    assert code == 0, err
    assert out.strip()
    if form == "json":
        json.loads(out)
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(out)))) > 1


def environment(**more: str) -> dict[str, str]:
    """What a user's shell would have: none of the settings that the tests run with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return {**kept, "COLUMNS": "120", **more}


def command(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, with its own stores."""
    return subprocess.run(
        [sys.executable, "-m", "ketenkaart", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment(KETENKAART_DATA=str(folder)),
    )


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A data folder that `ketenkaart up` built once for this file, and what it said."""
    folder = tmp_path_factory.mktemp("stores") / "data"
    return folder, command("up", "--no-serve", folder=folder)


LEDGER = (
    (("ledger", "list", "--theme", "3"), "7 recommendations"),
    (("ledger", "list", "--theme", "3", "--response", "adopted_in_part"), "No recommendation"),
    (("ledger", "list", "--format", "csv"), "R55"),
    (("ledger", "show", "R8"), "not adopted"),
    (("ledger", "show", "R1"), "Promise K07"),
    (("ledger", "show", "K07"), "not kept"),
    (("ledger", "show", "k07", "--format", "csv"), "not_kept"),
)
ON_A_DAY = (
    ("ledger", "show", "R1", "--format", "json"),
    ("ledger", "show", "K07", "--as-of", "2020-01-01", "--format", "json"),
)
ONE_AFTER_ANOTHER = """
import contextlib, io, json, sys
from ketenkaart.cli.main import run
found = []
for words in json.load(sys.stdin):
    sys.argv, code, out = ["ketenkaart", *words], 0, io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            run()
        except SystemExit as stop:
            code = stop.code or 0
    found.append((code, out.getvalue()))
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def from_the_record(
    built: tuple[Path, subprocess.CompletedProcess[str]],
) -> dict[tuple[str, ...], tuple[int, str]]:
    """What commands say of the record with the settings that users get; one process for all."""
    asked = [words for words, _ in LEDGER] + list(ON_A_DAY)
    found = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_ANOTHER],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
        env=environment(KETENKAART_DATA=str(built[0])),
    )  # fmt: skip
    return dict(zip(asked, map(tuple, json.loads(found.stdout)), strict=True))


@pytest.mark.parametrize(
    ("words", "expected"),
    LEDGER,
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_the_ledger_is_read_from_the_record(from_the_record, words, expected: str) -> None:
    code, said = from_the_record[words]
    assert code == 0
    assert expected in said


def test_a_recommendation_and_a_promise_show_their_state_on_a_day(from_the_record) -> None:
    shown, before = (json.loads(from_the_record[words][1]) for words in ON_A_DAY)
    assert shown["position"] == "adopted"
    assert shown["deadline_states"]["K07"] == "not_kept"
    assert before["deadline_states"]["K07"] == "not_due"


def test_a_record_that_is_not_there_is_named(
    built: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    found = command("ledger", "show", "R99", folder=built[0])
    assert found.returncode == 2
    assert "R99" in found.stderr
    assert "Traceback" not in found.stderr


def test_why_leads_from_a_figure_to_its_sources(call) -> None:
    figure = compute_gap(GapQuery(by="issue")).rows[0].id
    code, out, _ = call("why", figure)
    assert code == 0
    for words in ("Function and parameters", "wiod2013", "sha256", "Instruments on"):
        assert words in out


def test_a_pipe_that_closes_early_is_no_error() -> None:
    line = f"{sys.executable} -m ketenkaart gap --by country --format csv | head -1"
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("id,key,label_nl")
    assert found.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
def test_an_answer_that_cannot_be_written_is_one_message() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ketenkaart", "instruments", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=environment(),
        )
    assert done.returncode == 1
    assert done.stderr.startswith("ketenkaart: The answer could not be written whole")
    assert "Traceback" not in done.stderr


def test_up_builds_the_stores_prints_the_headline_and_changes_nothing_the_second_time(
    built: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, first = built
    assert first.returncode == 0, first.stderr
    assert "All issues (composite)" in first.stdout
    assert ": changed" in first.stderr
    before = {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    second = command("up", "--no-serve", folder=folder)
    assert ": unchanged" in second.stderr
    assert second.stdout == first.stdout
    assert {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()} == before


def test_a_port_in_use_is_said_before_anything_is_built(call, data_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = call("up", "--port", str(port))
    assert code == 1
    assert "in use" in err
    assert f"--port {port + 1}" in err
    assert not data_folder.exists()
    assert out == ""


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_port_that_cannot_be_is_refused(call, port: str, data_folder: Path) -> None:
    code, _, err = call("up", f"--port={port}")
    assert code == 2
    assert "port" in err


def test_a_data_folder_that_cannot_be_written_leaves_nothing(call, tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("KETENKAART_DATA", str(blocked / "data"))
    code, out, err = call("up", "--no-serve")
    assert code == 1
    assert str(blocked) in err
    assert "Traceback" not in err
    assert "All issues" not in out
    assert blocked.read_text() == "not a folder"
