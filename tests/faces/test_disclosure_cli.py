"""A secretariat publishes totals of its members, and checks a table that somebody else made."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ketenkaart.cli.disclosure import disclosure_app
from ketenkaart.core.errors import ConflictError, InputError

RUNNER = CliRunner()
BY = ["--by", "sector,country", "--value", "wages", "--group", "owner"]


def members(
    folder: Path, *, more: str = "", without: tuple[str, ...] = (), name="firms.csv"
) -> Path:
    random = np.random.default_rng(4)
    lines = ["firm,owner,sector,country,wages"]
    for k in range(48):
        cells = (random.choice(["food", "textiles"]), random.choice(["IND", "BGD", "CHN"]))
        line = f"f{k},o{random.integers(0, 30)},{','.join(cells)},{random.lognormal(4, 1.3):.1f}"
        if f"f{k}" not in without:
            lines.append(line)
    path = folder / name
    path.write_text("\n".join(lines) + "\n" + more, encoding="utf-8")
    return path


def run(*words: object):
    return RUNNER.invoke(disclosure_app, [str(word) for word in words])


def test_totals_are_published_and_the_rest_is_withheld(tmp_path: Path) -> None:
    data = members(tmp_path, more="x,o90,metals,IND,50\ny,o91,food,IND,refused\nz,o92,food,IND,\n")
    shown = run("protect", data, *BY, "--format", "json")
    assert shown.exit_code == 0, shown.stderr
    found = json.loads(shown.stdout)
    of = {(row["sector"], row["country"]): row for row in found["rows"]}
    assert of["metals", "IND"] == {
        "sector": "metals", "country": "IND", "state": "withheld", "value": None, "groups": None,
    }  # fmt: skip
    assert of["metals", "BGD"]["state"] == "empty"
    assert of["metals", "BGD"]["value"] == 0
    # Alone in its line, it follows from the total: so that, or another, is withheld too.
    assert sum(row["state"] == "withheld" for row in found["rows"]) > 2
    assert found["absent"] == {"unknown": 1, "refused": 1}
    assert "reason" not in shown.stdout
    table = run("protect", data, *BY, "--reasons")
    assert "too few groups" in table.stdout
    assert "protects another" in table.stdout
    assert "not to be published" in table.stderr


def test_the_csv_that_is_published_passes_the_audit_and_an_open_one_does_not(tmp_path) -> None:
    data = members(tmp_path, more="x,o90,metals,IND,50\n")
    table = tmp_path / "table.csv"
    table.write_text(run("protect", data, *BY, "--format", "csv").stdout, encoding="utf-8")
    passed = run("audit", data, table, *BY)
    assert passed.exit_code == 0
    assert "Nobody is given away" in passed.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        if (row["sector"], row["country"]) == ("metals", "total"):
            row["value"] = "50"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    failed = run("audit", data, table, *BY, "--format", "json")
    assert failed.exit_code == 1
    found = json.loads(failed.stdout)
    assert not found["is_safe"]
    who = {tuple(item["key"]): item for item in found["exposed"]}
    assert who["metals", "IND"]["by_whom"] == "any reader"
    assert who["metals", "IND"]["low"] == pytest.approx(50, rel=1e-6)


def test_beside_an_earlier_release_who_left_is_not_told(tmp_path: Path) -> None:
    kept = tmp_path / "first.json"
    first = run("protect", members(tmp_path), *BY, "--keep", kept)
    assert first.exit_code == 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "keep it secret" in first.stderr
    now = members(tmp_path, without=("f3",), name="now.csv")
    alone = json.loads(run("protect", now, *BY, "--format", "json").stdout)
    after = run("protect", now, *BY, "--after", kept, "--reasons", "--format", "json")
    rows = json.loads(after.stdout)["rows"]
    told = {(row["sector"], row["country"]): row for row in rows}
    total = next(row for row in alone["rows"] if (row["sector"], row["country"]) == ("total",) * 2)
    assert total["state"] == "published"
    assert told["total", "total"]["reason"] == "members_changed"
    again = run("protect", members(tmp_path), *BY, "--keep", kept)
    assert isinstance(again.exception, ConflictError)
    other = run("protect", now, "--by", "sector", "--group", "owner", "--after", kept)
    assert "not by sector" in str(other.exception)


def test_codes_may_hold_codes(tmp_path: Path) -> None:
    above = tmp_path / "above.csv"
    above.write_text("dimension,code,above\ncountry,IND,Asia\ncountry,BGD,Asia\n", encoding="utf-8")
    shown = run("protect", members(tmp_path), *BY, "--above", above, "--format", "csv")
    rows = {(r["sector"], r["country"]): r for r in csv.DictReader(shown.stdout.splitlines())}
    assert ("food", "Asia") in rows
    counts = run("protect", members(tmp_path), "--by", "country", "--group", "owner",
                 "--format", "csv")  # fmt: skip
    assert counts.stdout.splitlines()[-1].startswith("total,published,48")


@pytest.mark.parametrize(
    ("more", "words", "says"),
    [
        ("x,o1,food,IND,-4\n", BY, "row 50, column wages"),
        ("x,o1,food,IND,much\n", BY, "row 50, column wages"),
        ("x,,food,IND,4\n", BY, "row 50, column owner"),
        ("x,o1,,IND,4\n", BY, "row 50, column sector"),
        ("x,o1,total,IND,4\n", BY, "everything together"),
        ("", ["--by", "sectr", "--group", "owner"], "sector"),
        ("", ["--by", ",", "--group", "owner"], "--by"),
        ("", ["--by", "sector,sector", "--group", "owner"], "twice"),
        ("", [*BY, "--least", "2"], "3 or more"),
        ("", [*BY, "--percent", "0"], "10 is usual"),
        ("", [*BY, "--dominance", "3"], "3,75"),
        ("", [*BY, "--after", "nowhere.json"], "no kept release"),
        ("", [*BY, "--above", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, more, words, says) -> None:
    shown = run("protect", members(tmp_path, more=more), *words)
    assert isinstance(shown.exception, InputError)
    assert shown.exception.exit_code == 2
    assert says in str(shown.exception)
    assert shown.stdout == ""


def test_a_table_of_other_data_is_no_table_to_audit(tmp_path: Path) -> None:
    data = members(tmp_path)
    table = tmp_path / "table.csv"
    table.write_text("sector,country,value\nfood,total,12\n", encoding="utf-8")
    assert "is not the total of the data" in str(run("audit", data, table, *BY).exception)
    table.write_text("sector,country,value\nfood,Mars,12\n", encoding="utf-8")
    assert "There is no cell food / Mars" in str(run("audit", data, table, *BY).exception)
