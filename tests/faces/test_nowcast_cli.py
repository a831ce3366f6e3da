"""`ketenkaart edition nowcast`: from the form to an edition that says it is an estimate."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError, TableError
from ketenkaart.services.world_tables import open_world
from made_tables import made_table, plain_files, zipped


@pytest.fixture
def ask(data_folder):
    return lambda *words: CliRunner().invoke(app, ["edition", *map(str, words)])


@pytest.fixture
def added(ask, tmp_path):
    path = zipped(tmp_path / "made.zip", plain_files(made_table()))
    assert ask("add", "table", path, "--id", "made").exit_code == 0
    return ask


@pytest.fixture
def form(added, tmp_path):
    path = tmp_path / "totals.csv"
    assert added("nowcast", "made", "--template", path).exit_code == 0
    return path


def lines(path):
    return list(csv.DictReader(io.StringIO(path.read_text())))


def write(path, rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, ["total", "region", "code", "value", "source"])
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue())
    return path


def made_year(ask):
    return json.loads(ask("show", "made", "--format", "json").stdout)["year"]


def refused(ask, *words):
    error = ask("nowcast", *words).exception
    assert isinstance(error, InputError | TableError), error
    return str(error)


def test_the_form_filled_in_as_it_is_gives_the_same_table(added, form, data_folder):
    done = added("nowcast", "made", "--year", "2021", "--totals", form, "--id", "same",
                 "--against", "made", "--format", "json")  # fmt: skip
    assert done.exit_code == 0, done.exception
    answer = json.loads(done.stdout)
    assert answer["estimate"]["method"] == "gras"
    assert answer["estimate"]["prior"] == "made"
    assert answer["year"] == 2021
    assert answer["moved"]["production"] == pytest.approx(0, abs=1e-6)
    assert answer["missed"]["production"] == pytest.approx(0, abs=1e-6)
    before, after = open_world("made", data_folder), open_world("same", data_folder)
    np.testing.assert_allclose(after.A, before.A, rtol=1e-6)
    np.testing.assert_allclose(after.V["VA"], before.V["VA"], rtol=1e-6)
    assert not after.satellites
    codes = {item["code"] for item in answer["findings"]}
    assert {"estimate", "satellites_left_out", "totals_that_follow"} <= codes


def test_value_added_of_regions_is_enough_and_the_source_is_kept(added, form, tmp_path):
    rows = [row for row in lines(form) if row["total"] == "value_added"]
    sums = {}
    for row in rows:
        sums[row["region"]] = sums.get(row["region"], 0) + float(row["value"])
    short = [
        {"total": "value_added", "region": region, "code": "", "value": value * 1.1,
         "source": "UN national accounts"}
        for region, value in sums.items()
    ]  # fmt: skip
    path = write(tmp_path / "short.csv", short)
    done = added("nowcast", "made", "--year", "2022", "--totals", path)
    assert done.exit_code == 0, done.exception
    assert "All sales grew +10.0%" in done.stdout
    assert "UN national accounts" in done.stdout
    assert "100%" in done.stderr
    listed = json.loads(added("list", "--format", "json").stdout)["rows"]
    assert {row["id"]: row["is_estimate"] for row in listed}["made-to-2022"] is True
    assert {row["id"]: row["is_estimate"] for row in listed}["made"] is False
    assert "an estimate" in added("list").stdout
    shown = added("show", "made-to-2022").stdout
    assert "ESTIMATE: Brought from made" in shown
    assert added("verify", "made-to-2022").exit_code == 0
    assert added("list", "--format", "csv").stdout.splitlines()[0].split(",")[3] == "is_estimate"


def test_semicolons_bring_decimal_commas(added, form, tmp_path):
    text = form.read_text().replace(".", "#").replace(",", ";").replace("#", ",")
    path = tmp_path / "dutch.csv"
    path.write_text("﻿" + text, encoding="utf-8")
    done = added("nowcast", "made", "--year", "2021", "--totals", path, "--format", "csv")
    assert done.exit_code == 0, done.exception
    moves = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(moves) == 10
    assert all(abs(float(row["moved"])) < 1e-4 for row in moves)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"total": "gdp"}, r"'gdp' is no kind of total \(at totals.csv:2, column total\)"),
        ({"region": "XXX"}, r"no region 'XXX' \(at totals.csv:2\)"),
        ({"code": "XXX"}, r"no sector 'XXX' \(at totals.csv:2\)"),
        ({"value": "12 000"}, r"'12 000' is no number \(at totals.csv:2, column value\)"),
        ({"value": "1e12"}, "adds more value"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(added, form, data_folder, change, told):
    rows = lines(form)
    rows[0].update(change)
    before = sorted(path.name for path in (data_folder / "tables").iterdir())
    words = ("made", "--year", "2021", "--totals", write(form, rows))
    assert re.search(told, refused(added, *words))
    assert sorted(path.name for path in (data_folder / "tables").iterdir()) == before


def test_a_balance_that_cannot_be_names_the_row_and_leaves_nothing(added, form, data_folder):
    rows = lines(form)
    first, second = [row for row in rows if row["total"] == "final_demand"][:2]
    second["value"] = str(float(first["value"]) + float(second["value"]) + 1)
    first["value"] = "-1"
    words = ("made", "--year", "2021", "--totals", write(form, rows))
    told = refused(added, *words)
    assert f"column {first['region']}.{first['code']} cannot come to -1" in told
    assert [path.name for path in (data_folder / "tables").iterdir()] == ["made"]


def test_files_that_are_no_totals_are_refused(added, form, tmp_path):
    empty, other, binary = (tmp_path / name for name in ("empty.csv", "other.csv", "binary.csv"))
    empty.write_text("")
    other.write_text("region,value\nNLD,1\n")
    binary.write_bytes(b"\xff\xfe\x00\x01")
    blank = write(tmp_path / "blank.csv", [row | {"value": ""} for row in lines(form)])
    wide = tmp_path / "wide.csv"
    wide.write_text(form.read_text() + "output,NLD,A01,1,x,y\n")
    for path, told in [
        (empty, "no column 'total'"),
        (other, "no column 'total'"),
        (binary, "UTF-8"),
        (blank, "No total is given"),
        (wide, "6 cells"),
        (tmp_path / "none.csv", "cannot be read"),
    ]:
        assert told in refused(added, "made", "--year", "2021", "--totals", path)


def test_what_is_missing_or_in_the_way_is_said(added, form):
    assert "A year and its totals" in refused(added, "made")
    assert "cannot be written" in refused(added, "made", "--template", form)
    assert isinstance(added("nowcast", "none", "--template", form).exception, NotFoundError)
    words = ("made", "--year", "2021", "--totals", form, "--against", "nowhere")
    assert isinstance(added("nowcast", *words).exception, NotFoundError)


def test_an_estimate_takes_the_place_of_an_estimate_only(added, form):
    words = ("made", "--totals", form)
    assert "must not take its place" in refused(added, *words, "--year", "2021", "--id", "made")
    for _ in range(2):
        done = added("nowcast", *words, "--year", "2021", "--id", "later")
        assert done.exit_code == 0, done.exception
    for year in (made_year(added), 20211):
        assert "cannot be brought" in refused(added, *words, "--year", str(year))


def test_a_table_of_other_sectors_is_no_measure(added, form, tmp_path):
    other = made_table(sectors=("A01", "B"))
    assert added(
        "add", "table", zipped(tmp_path / "o.zip", plain_files(other)), "--id", "other"
    ).exit_code == 0  # fmt: skip
    words = ("made", "--year", "2021", "--totals", form, "--against", "other")
    assert "other regions, sectors" in refused(added, *words)


def test_every_answer_from_an_estimate_says_so_and_a_series_prefers_what_was_published(added, form):
    year = made_year(added)
    for prior, name, of in (("made", "later", year + 10), ("later", "same-year", year)):
        words = ("nowcast", prior, "--year", of, "--totals", form, "--id", name)
        assert added(*words).exit_code == 0

    def chain(*words):
        result = CliRunner().invoke(app, ["chain", *words, "--format", "json"])
        assert result.exit_code == 0, result.exception
        return json.loads(result.stdout)

    for words in (
        ("footprint", "--edition", "later"),
        ("compare", "--edition", "made", "--with-edition", "later"),
        ("paths", "--edition", "later", "--top", "2"),
        ("series",),
    ):
        notes = chain(*words)["notes"]
        assert any("The table later is an estimate. Brought from made" in n["en"] for n in notes)
        assert any("De tabel later is een schatting." in n["nl"] for n in notes)
    assert "notes" not in chain("footprint", "--edition", "made")
    assert [row["edition"] for row in chain("series")["rows"]] == ["made", "later"]
    named = chain("series", "--edition", "made")["rows"]
    assert [row["edition"] for row in named] == ["made", "later"]
