"""Matching lists as its users do: files in several forms, engines, killed runs, wrong input."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ketenkaart.cli.facility_commands import facility_app
from ketenkaart.core.chain.matching.outcomes import Band
from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.services.matching import reading, running, splinked
from ketenkaart.services.matching.asking import evaluate_pairs, match_file
from ketenkaart.services.matching.lists import read_list, read_pairs
from ketenkaart.services.matching.models import load_model, save_model
from ketenkaart.services.matching.parts import Parts
from ketenkaart.services.matching.running import Engine, Matched, match_records
from made_facilities import made_facilities

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path / "data"))


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def as_csv(path: Path, records) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "address", "country", "lat", "lon"])
        rows.writerows(
            [r.key, r.name, r.address, r.country, r.latitude, r.longitude] for r in records
        )
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Naam;Straat;Plaats;Postcode;Land\nGüneş;7. Cadde 12;Gaziantep;27500;Turkije\n", "utf-8"),
        ("\ufeffname\taddress\tcountry\nGüneş\t7. Cadde 12, Gaziantep, 27500\tTR\n", "utf-8"),
        ('name,address,country\n"Günes Iplik","7. Cadde 12, Gaziantep, 27500",TUR\n', "cp1252"),
    ],
)  # fmt: skip
def test_lists_come_in_many_forms(tmp_path: Path, text: str, encoding: str) -> None:
    (found,) = read_list(written(tmp_path / "list.csv", text, encoding)).records
    assert found.country == "TUR"
    assert found.address == "7. Cadde 12, Gaziantep, 27500"
    assert found.key == "row:2"


def test_a_list_is_read_as_the_registry_reads_it(tmp_path: Path) -> None:
    head = "Our suppliers\n\nName|Address 1|Address 2|City|Zip|country\n"
    text = f"{head}Lumi|4 Ring Road||Surat|12|IN\n"
    (found,) = read_list(written(tmp_path / "bars.csv", text)).records
    assert (found.key, found.address) == ("row:4", "4 Ring Road, Surat, 12")
    (chinese,) = read_list(
        written(tmp_path / "gb.csv", "工厂名称,地址,国家\n光明纺织,人民路一号,中国\n", "gb18030")
    ).records
    assert (chinese.name, chinese.country) == ("光明纺织", "CHN")
    few = read_list(written(tmp_path / "few.csv", "facility_id,name\nA1,Lumi\n")).records
    assert [(item.key, item.country) for item in few] == [("A1", "")]


def test_rows_that_cannot_be_used_come_back_with_their_line(tmp_path: Path) -> None:
    text = "id,name,address,country,lat,lon\n1,A,x,NL,52,5\n1,B,y,NL,,\n2,,,NL,,\n3,C,z,NL,95,5\n"
    found = read_list(written(tmp_path / "list.csv", text))
    assert [record.key for record in found.records] == ["1"]
    assert [line.split(":")[0] for line in found.rejected] == ["row 3", "row 4", "row 5"]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("empty.csv", b""),
        ("binary.csv", b"\x00\x01\x02"),
        ("noname.csv", b"colour,weight\nred,3\n"),
        ("broken.xlsx", b"PK\x03\x04 not a workbook"),
        ("missing.csv", None),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, raw: bytes | None) -> None:
    path = tmp_path / name
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises((InputError, StoreError)):
        read_list(path)


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[",
        b'{"match": [[{"name": "a"}]]}',
        b'{"match": [1]}',
        b"name_1,name_2\na,b\n",
    ],
)
def test_pairs_that_are_none_are_refused(tmp_path: Path, raw: bytes) -> None:
    for suffix in (".json", ".csv"):
        path = tmp_path / f"pairs{suffix}"
        path.write_bytes(raw)
        with pytest.raises(InputError):
            read_pairs(path)


def test_pairs_are_measured_with_intervals(tmp_path: Path) -> None:
    head = "name_1,address_1,country_1,name_2,address_2,country_2,is_match\n"
    same = "Lumi Mills Ltd,4 Ring Road Surat,IN,LUMI MILLS,4 Ring Rd. Surat,IND,true\n"
    unit = "Lumi Mills Unit 2,4 Ring Road Surat,IN,Lumi Mills Unit 3,4 Ring Road Surat,IN,false\n"
    other = "Lumi Mills,4 Ring Road Surat,IN,Otra Dyeing,9 Canal Street Pali,IN,true\n"
    pairs = read_pairs(written(tmp_path / "pairs.csv", head + same + unit + other))
    found = evaluate_pairs(pairs)
    assert (found.scores.precision.hits, found.scores.precision.of) == (1, 1)
    assert (found.scores.found.hits, found.scores.found.of) == (1, 2)
    assert [item.is_match for item in found.wrong] == [True]
    shown = RUNNER.invoke(
        facility_app, ["match-evaluate", str(tmp_path / "pairs.csv"), "--format", "json"]
    )
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["measures"]["found: automatic or human, of true pairs"][
        "share"
    ] == pytest.approx(0.5)
    words = RUNNER.invoke(facility_app, ["match-evaluate", str(tmp_path / "pairs.csv"), "--wrong"])
    assert "Otra Dyeing" in words.stdout


def test_a_list_is_matched_on_the_command_line(tmp_path: Path) -> None:
    made = made_facilities(400, 60, seed=6)
    rows, known = (
        as_csv(tmp_path / "rows.csv", made.rows),
        as_csv(tmp_path / "all.csv", made.registry),
    )
    run = ["match", str(rows), "--against", str(known)]
    shown = RUNNER.invoke(facility_app, [*run, "--format", "json"])
    assert shown.exit_code == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert [row["row"] for row in found["rows"]] == [record.key for record in made.rows]
    assert found["automatic"] + found["human"] + found["new"] == 60
    for row, truth in zip(found["rows"], made.truth, strict=True):
        if row["band"] == "automatic":
            assert row["matches"][0]["id"] == made.registry[truth].key
            assert row["matches"][0]["why"]
    as_table = RUNNER.invoke(facility_app, [*run, "--band", "human"])
    assert as_table.exit_code == 0
    assert "people decide the human band" in as_table.stdout
    lines = RUNNER.invoke(facility_app, [*run, "--format", "csv"]).stdout.splitlines()
    assert lines[0].startswith("row,name,band,matched_id")
    inside = RUNNER.invoke(facility_app, ["match", str(known), "--against", "itself"])
    assert inside.exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["--engine", "magic"],
        ["--band", "maybe"],
        ["--model", "nowhere.json"],
        ["--against", "nowhere.csv"],
    ],
)
def test_wrong_choices_are_explained(tmp_path: Path, wrong: list[str]) -> None:
    rows = written(tmp_path / "rows.csv", "name,address,country\nA,B,NL\n")
    shown = RUNNER.invoke(facility_app, ["match", str(rows), "--against", "itself", *wrong])
    assert isinstance(shown.exception, InputError)
    assert shown.exception.exit_code == 2
    assert shown.exception.fix


def test_an_engine_that_is_not_there_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splinked, "find_spec", lambda name: None)
    made = made_facilities(5, 2)
    with pytest.raises(InputError, match=r"needs splink and pyspark.*ketenkaart\[spark\]"):
        match_records(made.rows, made.registry, engine=Engine.SPARK)
    monkeypatch.setattr(splinked, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(InputError, match="Java"):
        match_records(made.rows, made.registry, engine=Engine.SPARK)


def test_lists_read_by_several_processes_are_matched_as_if_read_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = made_facilities(400, 150, seed=3)
    alone = match_records(made.rows, made.registry, engine=Engine.OWN)
    monkeypatch.setattr(reading, "STRETCH", 60)
    monkeypatch.setattr(reading, "WORTH_A_PROCESS", 10)
    assert match_records(made.rows, made.registry, engine=Engine.OWN) == alone


def test_parts_of_runs_that_were_given_up_long_ago_are_removed(tmp_path: Path) -> None:
    made = made_facilities(5, 2)
    old, young = tmp_path / "old", tmp_path / "young"
    for folder, days in ((old, 40), (young, 3)):
        folder.mkdir()
        written(folder / "000000000.npy", "half a part")
        os.utime(folder, (0, folder.stat().st_mtime - days * 86_400))
    match_records(made.rows, made.registry, work=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["young"]


def test_a_key_that_stands_twice_is_refused() -> None:
    made = made_facilities(5, 2)
    with pytest.raises(InputError, match="stands twice"):
        match_records([made.rows[0], made.rows[0]], made.registry)


def test_nothing_against_nothing() -> None:
    assert tuple(match_records([], []).results) == ()
    made = made_facilities(5, 2)
    assert {result.band for result in match_records(made.rows, []).results} == {Band.NEW}


def test_models_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    save_model(load_model(), path)
    assert load_model(path) == load_model()
    for text in ("", "[]", "{}", '{"m": 3}', path.read_text().replace("0.99", "7", 1)):
        broken = written(tmp_path / "broken.json", text)
        with pytest.raises(InputError, match=r"broken\.json|prior"):
            load_model(broken)


def test_splink_gives_the_same_as_our_own_engine() -> None:
    made = made_facilities(1_200, 700, seed=8)
    for against in (made.registry, None):
        own = match_records(made.rows, against, engine=Engine.OWN)
        other = match_records(made.rows, against, engine=Engine.DUCKDB)
        assert other.engine is Engine.DUCKDB
        assert [r.band for r in own.results] == [r.band for r in other.results]
        for one, two in zip(own.results, other.results, strict=True):
            assert [m.right for m in one.matches] == [m.right for m in two.matches]
            for a, b in zip(one.matches, two.matches, strict=True):
                assert a.probability == pytest.approx(b.probability, abs=1e-9)
                assert a.reasons == b.reasons
        assert own.count(Band.AUTOMATIC) + own.count(Band.HUMAN) > 30


@pytest.mark.long
def test_spark_gives_the_same_as_our_own_engine() -> None:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: the Spark engine is not tried here")
    made = made_facilities(600, 400, seed=8)
    own = match_records(made.rows, made.registry, engine=Engine.OWN)
    other = match_records(made.rows, made.registry, engine=Engine.SPARK)
    same = sum(a.band is b.band for a, b in zip(own.results, other.results, strict=True))
    assert same / len(own.results) >= 0.995  # Jaro-Winkler is another implementation there


def test_parts_on_several_processes_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_facilities(900, 400, seed=3)
    whole = match_records(made.rows, made.registry)
    monkeypatch.setattr(running, "CHUNK", 50)
    told: list[float] = []
    parted = match_records(made.rows, made.registry, told=lambda name, done: told.append(done))
    assert parted == whole
    assert told == sorted(told)
    assert told[-1] == 1.0


RUN = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from made_facilities import made_facilities
from ketenkaart.core.chain.matching import finding
from ketenkaart.services.matching import parts, running
import time
running.CHUNK = 40
parts.LEAST_PARTS = 10**9
kept = parts.Parts.keep
def slowly(self, start, results):
    kept(self, start, results)
    time.sleep(0.05)
parts.Parts.keep = slowly
made = made_facilities(900, 800, seed=3)
running.match_records(made.rows, made.registry, work=Path({work!r}))
"""


@pytest.mark.long
def test_a_killed_run_goes_on_with_the_same_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    tests = str(Path(__file__).resolve().parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(tests=tests, work=str(work))], env=os.environ
    )
    deadline = time.monotonic() + 60
    while len(list(work.glob("*/*.npy"))) < 4 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(list(work.glob("*/*.npy")))
    assert 4 <= done < 20
    monkeypatch.setattr(running, "CHUNK", 40)
    made = made_facilities(900, 800, seed=3)
    resumed = match_records(made.rows, made.registry, work=work)
    assert resumed.resumed == done * 40
    fresh = match_records(made.rows, made.registry)
    assert resumed.results == fresh.results
    assert list(work.glob("*/*")) == []
    # Another model is another run.
    assert fresh.resumed == 0


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = written(tmp_path / "file", "no folder")
    with pytest.raises(StoreError, match="cannot be kept"):
        Parts(blocked, "x")


def test_auto_takes_splink_for_long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_facilities(300, 300, seed=1)
    assert match_records(made.rows, made.registry).engine is Engine.OWN
    monkeypatch.setattr(running, "OWN_UP_TO", 100)
    assert match_records(made.rows, made.registry).engine is Engine.DUCKDB
    monkeypatch.setattr(running, "find_spec", lambda name: None)
    assert match_records(made.rows, made.registry).engine is Engine.OWN


def test_a_file_is_matched_whole(tmp_path: Path) -> None:
    made = made_facilities(100, 20)
    found = match_file(made.rows, made.registry)
    assert isinstance(found, Matched)
    assert [result.key for result in found.results] == [record.key for record in made.rows]


def test_a_model_can_be_learned_on_the_lists_themselves(tmp_path: Path) -> None:
    made = made_facilities(2_000, 2_000, seed=5)
    learned = match_file(made.rows, made.registry, learn=1)
    assert learned == match_file(made.rows, made.registry, learn=1)
    chances = [[m.probability for row in found.results for m in row.matches] for found in
               (learned, match_file(made.rows, made.registry))]  # fmt: skip
    assert chances[0] != chances[1]
    model = tmp_path / "model.json"
    save_model(load_model(), model)
    with pytest.raises(InputError, match="given or learned"):
        match_file(made.rows, made.registry, learn=1, model=model)
    with pytest.raises(InputError, match="to learn from"):
        match_file(made.rows[:20], made.registry[:300], learn=1)


PAIRS = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "facilities"
    / "labelled_pairs_dev.json"
)  # fmt: skip


@pytest.mark.data
@pytest.mark.skipif(not PAIRS.exists(), reason=f"no {PAIRS.name}: real pairs are not judged")
def test_labelled_pairs_of_real_facilities_come_out_right() -> None:
    scores = evaluate_pairs(read_pairs(PAIRS)).scores
    assert scores.found.share is not None
    assert scores.found.share >= 0.9
    false_automatic = scores.precision.of - scores.precision.hits
    assert false_automatic <= 1  # two records of one name and lot, labelled as two


@pytest.mark.long
@pytest.mark.parametrize("script", ["matching_scores.py", "matching_model.py"])
def test_what_is_published_is_what_is_measured(script: str) -> None:
    root = Path(__file__).resolve().parents[2]
    run = [sys.executable, str(root / "scripts" / script), "--check"]
    done = subprocess.run(run, cwd=root, check=False)
    assert done.returncode == 0, f"run scripts/{script}"
