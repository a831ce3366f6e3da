"""Reading many reports: hostile files, dying processes, a journal that outlives a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import ConflictError, InputError, StoreError
from ketenkaart.services.endorsement import crew, running, spark
from ketenkaart.services.endorsement.files import find_reports
from ketenkaart.services.endorsement.journal import Journal, read_journal
from ketenkaart.services.endorsement.results import read_results, write_results
from ketenkaart.services.endorsement.rows import FIELDS, FileState, RunSummary, row_of
from ketenkaart.services.endorsement.running import ReadingEngine, Run, journal_of, read_reports
from made_reports import made_folder, made_row, made_rows, stub_command


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "COMMAND", stub_command(tmp_path))


def files_named(folder: Path, *names: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    return [str(folder / name) for name in names]


# The reader itself, in processes


def test_one_and_two_processes_give_the_same_and_no_file_ends_the_run(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "reports")
    (folder / "c000_copy.txt").write_bytes((folder / "c000_2024.txt").read_bytes())
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "empty.docx").write_bytes(b"")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "new\nline.txt").write_text("No guideline here.", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Nothing", encoding="utf-8")
    (folder / "figures.xlsx").write_bytes(b"PK")
    found = find_reports([str(folder)])
    assert found.passed_over == 1
    alone, together = (read_reports(found, processes=n) for n in (1, 2))
    assert alone == together
    by_name = {Path(row.file).name: row for row in alone.rows}
    levels = [by_name[f"c00{k}_2024.txt"].level for k in range(4)]
    assert levels == [0, 1, 2, 2]
    framework, *_ = by_name["c002_2024.txt"].deciding
    assert framework["text"].startswith("We follow the OECD Guidelines")
    assert by_name["c000_copy.txt"].state is FileState.DUPLICATE
    assert "c000_2024.txt, which is counted" in str(by_name["c000_copy.txt"].reason)
    refused = {"broken.pdf", "empty.docx", "pipe.pdf"}
    assert {name for name, row in by_name.items() if row.state is FileState.REFUSED} == refused
    assert all(by_name[name].reason and by_name[name].level is None for name in refused)
    assert "caf\\xe9.txt" in by_name
    summary = alone.summary
    assert (summary.files, summary.documents, summary.duplicates) == (10, 9, 1)
    assert (summary.read, summary.refused, sum(summary.levels.values())) == (6, 3, 6)


def test_a_file_that_kills_its_process_is_a_row_and_the_others_are_read(
    tmp_path: Path, stub: None
) -> None:
    names = ["a.txt", "crash.txt", "b.txt", "large.txt", "c.txt"]
    run = read_reports(find_reports(files_named(tmp_path / "in", *names)), processes=2)
    assert [row.state.value for row in run.rows] == ["read", "unreadable", "read", "read", "read"]
    assert "KeyError: 'what broke'" in str(run.rows[1].reason)
    assert run.rows[1].sha256 is not None
    assert run.summary.unreadable == 1
    assert run.summary.levels["none"] == 0


def test_a_file_that_hangs_is_given_up(
    tmp_path: Path, stub: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SECONDS_PER_FILE", 0.2)
    found = find_reports(files_named(tmp_path / "in", "hang.txt", "a.txt"))
    run = read_reports(found, processes=1)
    assert [row.state.value for row in run.rows] == ["unreadable", "read"]
    assert "took over" in str(run.rows[0].reason)


def test_processes_that_cannot_start_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_reports(files_named(tmp_path / "in", "a.txt"))
    monkeypatch.setattr(crew, "COMMAND", (sys.executable, "-c", "raise SystemExit('no module x')"))
    with pytest.raises(StoreError, match="does not start: no module x"):
        read_reports(found, processes=1)
    monkeypatch.setattr(crew, "COMMAND", ("/nowhere/python",))
    with pytest.raises(StoreError, match="can be started"):
        read_reports(found, processes=1)
    for processes in (0, -1, 1000):
        with pytest.raises(InputError, match="no number of processes"):
            read_reports(found, processes=processes)


# The journal

KILLED = """
import sys
from pathlib import Path
from ketenkaart.services.endorsement import crew
from ketenkaart.services.endorsement.files import find_reports
from ketenkaart.services.endorsement.running import read_reports
crew.COMMAND = tuple({command!r})
read_reports(find_reports([{folder!r}]), processes=2, journal=Path({journal!r}))
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, stub: None) -> None:
    names = [f"slow{number:02d}.txt" for number in range(14)]
    files_named(tmp_path / "in", *names)
    journal = tmp_path / "run.journal"
    found = find_reports([str(tmp_path / "in")])
    script = KILLED.format(command=crew.COMMAND, folder=str(tmp_path / "in"), journal=str(journal))
    process = subprocess.Popen([sys.executable, "-c", script])
    until = time.monotonic() + 60
    while time.monotonic() < until and (
        not journal.exists() or journal.read_bytes().count(b"\n") < 5
    ):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = read_journal(journal)
    assert kept is not None
    assert 4 <= len(kept.rows) < 14
    with pytest.raises(ConflictError, match="unfinished run"):
        read_reports(found, journal=journal)
    told: list[int] = []
    again = read_reports(
        found, processes=2, journal=journal, resume=True, told=lambda n, all_of: told.append(n)
    )
    assert told == list(range(1, 15))
    assert again.summary.resumed == len(kept.rows)
    assert again.rows == read_reports(found, processes=1).rows


def test_a_resumed_run_reads_only_what_is_left_and_says_so(tmp_path: Path, stub: None) -> None:
    folder = made_folder(tmp_path / "reports", 3)
    journal = tmp_path / "run.journal"
    first = read_reports(
        find_reports([str(folder / f"c00{k}_2024.txt") for k in (0, 1)]), journal=journal
    )
    # A kill in the midst of a line leaves half of it.
    with journal.open("ab") as stream:
        stream.write(b'{"file": "half')
    moved = folder / "moved_2024.txt"
    (folder / "c001_2024.txt").rename(moved)
    run = read_reports(find_reports([str(folder)]), journal=journal, resume=True, processes=1)
    assert run.summary.resumed == 2
    assert len(run.rows) == 3
    assert first.rows[0] in run.rows
    assert str(moved) in {row.file for row in run.rows}
    lines = journal.read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 4


def test_a_journal_of_another_reader_is_begun_anew_and_that_is_said(
    tmp_path: Path, stub: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_reports(files_named(tmp_path / "in", "a.txt", "b.txt"))
    journal = tmp_path / "run.journal"
    read_reports(found, journal=journal, processes=1)
    monkeypatch.setattr(running, "reader_hash", lambda: "another")
    run = read_reports(found, journal=journal, resume=True, processes=1)
    assert run.summary.resumed == 0
    assert "another reader" in run.summary.notes[0]
    kept = read_journal(journal)
    assert kept is not None
    assert (kept.reader, len(kept.rows)) == ("another", 2)
    again = read_reports(found, journal=journal, restart=True, processes=1)
    assert again.rows == run.rows
    new = read_reports(found, journal=tmp_path / "none", resume=True, processes=1)
    assert "no unfinished run" in new.summary.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a letter to my aunt\n", "line 1"),
        ('{"journal": "of a ship"}\n', "no journal"),
        ('{head}\n{"file": "a"}\n', "line 2"),
        ('{head}\n{"file": "a", "state": "read", "level": null}\n', "only then"),
        ('{head}\nnot json\n{"file": "a", "state": "refused"}\n', "line 2"),
    ],
)
def test_a_damaged_journal_names_the_line_and_stays_as_it_is(
    tmp_path: Path, text: str, said: str
) -> None:
    head = '{"journal": "ketenkaart endorsement journal", "form": 1, "reader": "x"}'
    journal = tmp_path / "run.journal"
    journal.write_text(text.replace("{head}", head), encoding="utf-8")
    before = journal.read_bytes()
    found = find_reports(files_named(tmp_path / "in", "a.txt"))
    with pytest.raises(InputError, match=said):
        read_reports(found, journal=journal, resume=True)
    assert journal.read_bytes() == before


def test_a_journal_that_cannot_be_written_is_said(tmp_path: Path, stub: None) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    found = find_reports(files_named(tmp_path / "in", "a.txt"))
    with pytest.raises(StoreError, match="cannot be"):
        read_reports(found, journal=blocked / "run.journal", restart=True)


def test_the_journal_stands_beside_the_output_or_in_the_data_folder(
    tmp_path: Path, data_folder: Path
) -> None:
    assert journal_of(["x"], tmp_path / "out.json") == tmp_path / "out.json.journal"
    assert journal_of(["x"], None).is_relative_to(data_folder)
    assert journal_of(["x"], None) != journal_of(["y"], None)


def test_two_runs_never_write_one_journal(tmp_path: Path, stub: None) -> None:
    found = find_reports(files_named(tmp_path / "in", "a.txt"))
    journal = tmp_path / "run.journal"
    with Journal(journal, "r") as held:
        held.add(made_row(1, 2))
        with pytest.raises(ConflictError, match="Another run is writing"):
            read_reports(found, journal=journal, restart=True, processes=1)
    kept = read_journal(journal)
    assert kept is not None
    assert kept.rows == (made_row(1, 2),)


@given(cut=st.integers(0, 4000))
def test_a_journal_cut_off_anywhere_gives_its_whole_rows(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    journal = tmp_path_factory.mktemp("cut") / "run.journal"
    rows = made_rows([0, 3, None, 2])
    with Journal(journal, "r") as pen:
        for row in rows:
            pen.add(row)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:cut])
    kept = read_journal(journal)
    lines = whole[:cut].count(b"\n")
    assert (kept is None) == (lines == 0)
    if kept is not None:
        assert list(kept.rows) == rows[: lines - 1]
        with Journal(journal, "r", keep=kept.length) as pen:
            pen.add(rows[0])
        again = read_journal(journal)
        assert again is not None
        assert list(again.rows) == [*rows[: lines - 1], rows[0]]


# Finding files, writing and reading results


def test_files_folders_and_patterns_name_each_file_once(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "in" / "deep", 2)
    (folder / ".hidden.txt").write_text("x", encoding="utf-8")
    given = [str(tmp_path / "in"), str(folder / "*.txt"), str(folder / "c000_2024.txt")]
    assert [path.name for path in find_reports(given).files] == ["c000_2024.txt", "c001_2024.txt"]
    with pytest.raises(InputError, match="Nothing is called"):
        find_reports([str(tmp_path / "*.pdf")])
    (tmp_path / "void").mkdir()
    with pytest.raises(InputError, match="nothing to read"):
        find_reports([str(tmp_path / "void")])


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "parquet"])
def test_results_come_back_as_they_were_written(tmp_path: Path, form: str) -> None:
    rows = made_rows([0, 1, 2, 3, None])
    run = Run(tuple(rows), RunSummary(5, 5, 4, {}, 1, 0, 0))
    path = tmp_path / f"out.{form}"
    write_results(path, run, rows, force=False)
    back = read_results(path)
    if form == "csv":
        assert [(r.file, r.level, r.state, r.sha256) for r in back] == [
            (r.file, r.level, r.state, r.sha256) for r in rows
        ]
    else:
        assert [row.as_data() for row in back] == [row.as_data() for row in rows]
        assert set(rows[0].as_data()) == set(FIELDS)
    with pytest.raises(InputError, match="there already"):
        write_results(path, run, rows, force=False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[]"), ("a.json", '{"documents": 3}'), ("a.json", "\x00"),
        ("a.jsonl", "[1]"), ("a.jsonl", '{"file": "a", "state": "eaten"}'),
        ("a.jsonl", '{"file": "a", "state": "read", "level": 7}'), ("a.parquet", "PAR1"),
        ("a.csv", "file,state\n"), ("a.doc", "x"),
    ],
)  # fmt: skip
def test_results_that_are_none_are_refused(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    if name == "a.csv":
        assert read_results(path) == ()
        return
    with pytest.raises(InputError):
        read_results(path)


def test_a_row_has_a_level_when_it_was_read_and_only_then() -> None:
    with pytest.raises(InputError, match="only then"):
        row_of({"file": "a", "state": "refused", "level": 0}, "here")


# Spark


def test_spark_that_is_not_there_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_reports(files_named(tmp_path / "in", "a.txt"))
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs pyspark.*ketenkaart\[spark\]"):
        read_reports(found, engine=ReadingEngine.SPARK)
    monkeypatch.setattr(spark, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(InputError, match="Java"):
        read_reports(found, engine=ReadingEngine.SPARK)


@pytest.mark.long
def test_spark_gives_the_same_as_processes_here(tmp_path: Path) -> None:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: reading on Spark is not tried here")
    found = find_reports([str(made_folder(tmp_path / "reports", 8))])
    own = read_reports(found, processes=1)
    other = read_reports(found, engine=ReadingEngine.SPARK)
    assert [row.as_data() for row in own.rows] == [row.as_data() for row in other.rows]
