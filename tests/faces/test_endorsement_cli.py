"""`ketenkaart endorsement`: read, keep, judge, score and estimate, as its user goes through it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from calling import Call
from ketenkaart.cli import acting as cli_acting
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.endorsement import crew
from ketenkaart.services.endorsement.results import write_results
from ketenkaart.services.endorsement.rows import FIELDS, RunSummary
from ketenkaart.services.endorsement.running import Run
from made_reports import made_folder, made_rows, stub_command

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "een rustige middag in april"  # noqa: S105


@pytest.fixture
def call(call: Call, monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> Call:
    monkeypatch.setattr(cli_acting, "open_record", lambda: None)
    for name in ("judge", "score", "estimate"):
        monkeypatch.setattr(f"ketenkaart.cli.endorsement_{name}.open_record", lambda: None)
    return partial(call, "endorsement")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Results of 44 companies: 20 at level 0, 10 at 1, 7 at 2, 3 at 3, and 4 not read."""
    rows = made_rows([0] * 20 + [1] * 10 + [2] * 7 + [3] * 3 + [None] * 4)
    path = tmp_path / "read.parquet"
    write_results(path, Run(tuple(rows), RunSummary(44, 44, 40, {}, 4, 0, 0)), rows, force=False)
    return path


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    """A frame of 46 companies, of which two have no report; the first twenty are large."""
    lines = ["kvk,size,w"]
    lines += [f"c{k:03d},{'large' if k < 20 else 'small'},{2 if k < 20 else 5}" for k in range(46)]
    path = tmp_path / "frame.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# Reading


def test_reading_prints_levels_passages_and_what_was_not_read(call: Call, tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "reports", 3)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4")
    code, out, err = call("read", folder, "--processes", "1")
    assert code == 0
    assert "c002_2024.txt: 2 reference framework (firm)" in out
    assert "“We follow the OECD Guidelines" in out
    assert "broken.pdf: not read." in out
    assert "none 1, mention 1, reference framework 1, endorsement 0" in out
    assert "without a level: 0 unreadable, 1 refused" in out
    assert "[4/4] reading" in err


def test_reading_as_json_has_the_documented_keys(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "COMMAND", stub_command(tmp_path))
    folder = made_folder(tmp_path / "reports", 2)
    output = tmp_path / "out.jsonl"
    code, out, _ = call("read", folder, "--format", "json", "--level", "2+", "--output", output)
    data = json.loads(out)
    assert code == 0
    assert set(data) == {"documents", "summary"}
    assert [tuple(item) for item in data["documents"]] == [FIELDS] * 2
    assert data["summary"]["levels"]["reference_framework"] == 2
    assert len(output.read_text(encoding="utf-8").splitlines()) == 2
    assert not output.with_name("out.jsonl.journal").exists()
    code, _, err = call("read", folder, "--output", output)
    assert (code, "there already" in err) == (2, True)
    code, out, _ = call("read", folder, "--level", "none")
    assert code == 0
    assert "c000" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-here.pdf"], "Nothing is called"),
        (["{folder}", "--level", "4"], "There is no level"),
        (["{folder}", "--processes", "0"], "no number of processes"),
        (["{folder}", "--resume", "--restart"], "exclude each other"),
        (["{folder}", "--output", "out.doc"], "no ending"),
        (["{folder}", "--output", "nowhere/out.csv"], "no folder"),
        (["{folder}", "--engine", "spark"], "pyspark"),
    ],
)
def test_wrong_words_are_said_with_exit_code_2(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setattr("ketenkaart.services.endorsement.spark.find_spec", lambda name: None)
    folder = str(made_folder(tmp_path / "reports", 1))
    code, out, err = call("read", *(word.replace("{folder}", folder) for word in words))
    assert (code, out) == (2, "")
    assert said in err


def test_a_stopped_run_keeps_what_it_read_and_says_how_to_go_on(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "COMMAND", stub_command(tmp_path))
    folder = made_folder(tmp_path / "reports", 4)
    real = crew.row_of
    seen: list[str] = []

    def interrupted(data: dict[str, str], where: str):
        seen.append(where)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(data, where)

    monkeypatch.setattr(crew, "row_of", interrupted)
    code, _, err = call("read", folder, "--processes", "1")
    assert code == 130
    assert "Go on with --resume" in err
    code, _, err = call("read", folder)
    assert code == 2
    assert "2 files were read" in err
    code, out, _ = call("read", folder, "--resume")
    assert code == 0
    assert "2 were read by the run before, and not again." in out
    assert call("read", folder)[0] == 0


# Judging and estimating


@pytest.fixture
def people(db: None) -> None:
    roles = [Role.ADMINISTRATOR, Role.EDITOR]
    add_account(name="ed", password=PASSWORD, roles=roles, actor=None, at=AT)
    chief = Actor("ed", frozenset(roles))
    for name in ("anna", "bram"):
        add_account(name=name, password=PASSWORD, roles=[Role.CODER], actor=chief, at=AT)


def test_from_results_to_an_estimate_put_right(
    call: Call, people: None, results: Path, frame: Path, tmp_path: Path
) -> None:
    assert "44 files" in call("keep", results, "--name", "r24", "--as", "ed")[1]
    draw = ["judge", "draw", "--run", "r24", "--name", "check", "--size", "40", "--as", "ed"]
    code, out, _ = call(*draw)
    assert code == 0
    assert "20 of 20 at level 0, 10 of 10 at level 1" in out
    code, out, _ = call("judge", "next", "--as", "anna")
    assert "judged by you: 0 of 40" in out
    assert "The machine proposes" not in out
    assert "The machine proposes" in call("judge", "next", "--machine", "--as", "anna")[1]

    code, out, _ = call("judge", "export", "--coder", "anna")
    given = list(csv.DictReader(io.StringIO(out)))
    assert len(given) == 40
    for row in given:
        # Anna finds two of those at level 0 and one of those at level 1 at 2, one at 2 at 1.
        company = int(row["file"].split("/c")[1][:3])
        level = 0 if company < 20 else 1 if company < 30 else 2 if company < 37 else 3
        row["level"] = {3: "2", 7: "2", 25: "2", 31: "1"}.get(company, str(level))
    back = tmp_path / "anna.csv"
    with back.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    assert "40 judgements added" in call("judge", "import", back, "--as", "anna")[1]
    assert "40 stood already" in call("judge", "import", back, "--as", "anna")[1]
    assert (
        "judged cannot tell"
        in call("judge", "decide", "5", "--level", "cannot_tell", "--as", "bram")[1]
    )
    assert "disagreed" in call("judge", "list", "--open")[1]
    assert "taken back" in call("judge", "undo", "5", "--as", "bram")[1]

    score = json.loads(call("judge", "score", "--format", "json")[1])
    assert [item["wrong"] for item in score["levels"]] == [2, 1, 1, 0]
    assert "sensitivity" in call("judge", "score")[1]
    assert call("judge", "score", "--format", "csv")[1].startswith("level,documents")

    ask = ["estimate", results, "--frame", frame, "--company", "kvk"]
    plain = json.loads(call(*ask, "--format", "json")[1])
    assert plain["rows"][0]["machine"] == pytest.approx(10 / 40)
    assert plain["rows"][0]["corrected"] is None
    assert plain["not_corrected"] == "nothing was judged"
    right = json.loads(call(*ask, "--sample", "check", "--format", "json")[1])
    row = right["rows"][0]
    # All were judged, so the share put right is that of the people: 10 + 3 - 1 of 40.
    assert row["corrected"] == pytest.approx(12 / 40)
    assert row["se_machine"] == 0
    assert row["low"] < 0.3 < row["high"]
    assert (row["read"], row["unreadable"], row["missing"]) == (40, 4, 2)
    exported = tmp_path / "all.csv"
    exported.write_text(call("judge", "export")[1], encoding="utf-8")
    same = json.loads(call(*ask, "--judgements", exported, "--format", "json")[1])
    assert same["rows"] == right["rows"]
    text = call(*ask, "--sample", "check", "--by", "size")[1]
    assert "large" in text
    assert "small" in text
    assert "no level: they are non-response, not level 0" in text
    assert call(*ask, "--format", "csv", "--by", "size")[1].count("\n") == 3


def test_errors_of_another_version_of_the_reader_put_nothing_right(
    call: Call, people: None, results: Path, frame: Path, tmp_path: Path
) -> None:
    call("keep", results, "--name", "r24", "--as", "ed")
    call("judge", "draw", "--run", "r24", "--name", "check", "--size", "9", "--as", "ed")
    newer = tmp_path / "newer.jsonl"
    rows = made_rows([0, 2, 2], reader="n" * 64)
    write_results(newer, Run(tuple(rows), RunSummary(3, 3, 3, {}, 0, 0, 0)), rows, force=False)
    other = call("estimate", newer, "--frame", frame, "--company", "kvk", "--sample", "check")
    assert (other[0], "another version of the reader" in other[2]) == (2, True)


def test_a_design_weighs_companies_and_stands_in_for_those_not_read(
    call: Call, results: Path, frame: Path, tmp_path: Path
) -> None:
    design = tmp_path / "design.yml"
    design.write_text("strata: size\nweights: w\n", encoding="utf-8")
    ask = ["estimate", results, "--frame", frame, "--company", "kvk", "--format", "json"]
    row = json.loads(call(*ask, "--design", design)[1])["rows"][0]
    # Large: 20 read at weight 2, none at 2 or above. Small: 20 read at weight 5, 10 of them.
    assert row["machine"] == pytest.approx(10 * 5 / (20 * 2 + 20 * 5))
    assert row["answered"] == pytest.approx((20 * 2 + 20 * 5) / (20 * 2 + 26 * 5))
    design.write_text(
        "strata: size\nweights: w\nnonresponse: {answered: report_read, classes: size}\n",
        encoding="utf-8",
    )
    row = json.loads(call(*ask, "--design", design)[1])["rows"][0]
    assert row["machine"] == pytest.approx(0.5 * 26 * 5 / (20 * 2 + 26 * 5))


@pytest.mark.parametrize(
    ("frame_text", "links", "said"),
    [
        ("kvk\nc000\nc000\n", None, "row 3, column kvk"),
        ("kvk,a\nc000,1\n,2\n", None, "has no id"),
        ("id\nc000\n", None, "has no column 'kvk'"),
        ("kvk\nx1\nx2\n", None, "None of the reports"),
        ("kvk\nc000\nc001\n", "company,file\nc009,a.pdf\n", "no company of the frame"),
        ("kvk\nc000\nc001\n", "company,file\nc000,a.pdf\nc001,\n", "row 3, column file"),
        ("kvk\nc000\nc001\n", "firm,file\nc000,a.pdf\n", "has no column 'company'"),
    ],
)
def test_frames_and_links_that_cannot_be_are_named_by_row(
    call: Call, results: Path, tmp_path: Path, frame_text: str, links: str | None, said: str
) -> None:
    frame = tmp_path / "frame.csv"
    frame.write_text(frame_text, encoding="utf-8")
    more: list[str | Path] = []
    if links is not None:
        path = tmp_path / "links.csv"
        path.write_text(links, encoding="utf-8")
        more = ["--links", path]
    code, _, err = call("estimate", results, "--frame", frame, "--company", "kvk", *more)
    assert code == 2
    assert said in err


def test_links_and_several_reports_of_a_company(call: Call, results: Path, tmp_path: Path) -> None:
    frame = tmp_path / "frame.csv"
    frame.write_text("kvk\nA\nB\nC\n", encoding="utf-8")
    links = tmp_path / "links.csv"
    links.write_text(
        "company,file\nA,c000_2024.pdf\nA,c038_2024.pdf\nB,reports/c041_2024.pdf\n",
        encoding="utf-8",
    )
    ask = ["estimate", results, "--frame", frame, "--company", "kvk", "--links", links]
    data = json.loads(call(*ask, "--format", "json")[1])
    row = data["rows"][0]
    assert (row["machine"], row["read"], row["unreadable"], row["missing"]) == (1.0, 1, 1, 1)
    assert any("second or further" in note for note in data["notes"])
    assert any("41 reports belong to no company" in note for note in data["notes"])


@pytest.mark.parametrize(
    "text",
    [
        "number,machine_level,population,truth\n1,0,20,none\n1,0,20,mention\n",
        "number,machine_level,population,truth\n1,9,20,none\n",
        "number,machine_level,population,truth\n1,0,many,none\n",
        "number,machine_level,population,truth\n1,0,20,perhaps\n",
        "number,machine_level,population,truth\n1,0,20,none\n2,0,21,none\n",
        "number,truth\n1,none\n",
    ],
)
def test_judgements_that_do_not_fit_are_refused(
    call: Call, results: Path, frame: Path, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "judged.csv"
    path.write_text(text, encoding="utf-8")
    ask = ["estimate", results, "--frame", frame, "--company", "kvk", "--judgements", path]
    code, _, err = call(*ask)
    assert (code, "judged.csv" in err) == (2, True)


def test_nothing_drawn_yet_says_what_to_do(call: Call, people: None, results: Path) -> None:
    for words in (["judge", "list"], ["judge", "score"], ["judge", "next", "--as", "anna"]):
        code, _, err = call(*words)
        assert code == 2
        assert "No sample was drawn yet" in err
    results.with_suffix(".csv").write_text("file\n", encoding="utf-8")
    code, _, err = call("keep", results.with_suffix(".csv"), "--name", "x", "--as", "ed")
    assert (code, "no passages" in err) == (2, True)


@pytest.mark.parametrize("words", [[], ["read"], ["judge"], ["judge", "decide"], ["estimate"]])
def test_every_command_has_help_with_an_example(call: Call, words: list[str]) -> None:
    code, out, _ = call(*words, "--help")
    assert code == 0
    assert "Example: ketenkaart endorsement" in out or not words or words == ["judge"]
