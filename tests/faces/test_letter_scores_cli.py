"""`letter evaluate` and `letter drift`: what people and pipes get."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ketenkaart.cli.letter_drift import drift_letters
from ketenkaart.cli.letter_evaluate import evaluate_letter
from ketenkaart.core.errors import InputError, NotFoundError

app = typer.Typer()
app.command("evaluate")(evaluate_letter)
app.command("drift")(drift_letters)
runner = CliRunner()

OLD = """Den Haag, 14 oktober 2021

Geachte voorzitter,

Het kabinet stuurt alle gemeenten vóór 1 juli 2022 een handreiking over schuldhulp. Rijkswaterstaat
zal in 2023 alle sluisdeuren van hardhout vervangen. Ik zal uw Kamer in 2022 informeren over <zand>.
"""
NEW = """Den Haag, 10 december 2021

Geachte voorzitter,

Het kabinet stuurt enkele gemeenten vóór 1 juli 2022 een handreiking over schuldhulp. De Kustwacht
zal in 2024 zes nieuwe bakens plaatsen. Ik zal uw Kamer in 2022 informeren over <zand>.
"""


@pytest.fixture
def letters(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return str(tmp_path / "old.txt"), str(tmp_path / "new.txt")


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))
    from make_gold import file_of, gold_of, load

    folder = tmp_path_factory.mktemp("gold")
    letter = load("dev", "rekenkamer-bruggen")
    raw = file_of(letter)[1]
    (folder / "letter.txt").write_bytes(raw)
    data = json.dumps(gold_of(letter, raw.decode()), default=str)
    (folder / "gold.json").write_text(data, encoding="utf-8")
    return folder / "gold.json", folder / "letter.txt"


def printed(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_evaluate_shows_counts_beside_percentages(gold: tuple[Path, Path]) -> None:
    shown = printed("evaluate", *map(str, gold))
    assert "estimates from one letter" in shown
    for word in ("recommendations", "deadlines", "references", "Precision", "response class"):
        assert word in shown
    assert " of 9" in shown


def test_evaluate_in_json_and_csv_agree(gold: tuple[Path, Path]) -> None:
    data = json.loads(printed("evaluate", *map(str, gold), "--format", "json"))
    rows = list(
        csv.DictReader(printed("evaluate", *map(str, gold), "--format", "csv").splitlines())
    )
    recall = {k["of"]: k["score"]["recall"] for k in data["kinds"]}["recommendations"]
    (row,) = (r for r in rows if (r["of"], r["measure"]) == ("recommendations", "recall"))
    assert (int(row["hits"]), int(row["of_count"])) == (recall["hits"], recall["of"])
    assert recall["of"] == 9


def test_evaluate_refuses_gold_of_another_letter(
    gold: tuple[Path, Path], letters: tuple[str, str]
) -> None:
    with pytest.raises(InputError, match="Give the letter that this gold was made for"):
        runner.invoke(app, ["evaluate", str(gold[0]), letters[0]], catch_exceptions=False)


def test_evaluate_names_a_letter_that_is_not_there(gold: tuple[Path, Path]) -> None:
    with pytest.raises(NotFoundError, match="no file 'nowhere"):
        runner.invoke(app, ["evaluate", str(gold[0]), "nowhere.txt"], catch_exceptions=False)


def test_drift_names_what_changed_and_why(letters: tuple[str, str]) -> None:
    data = json.loads(printed("drift", *letters, "--format", "json"))
    found = {
        (item["old"] or item["new"])["text"].split()[1]: item["change"] for item in data["items"]
    }
    assert found["kabinet"] == "weakened"
    assert found["zal"] in {"repeated", "dropped"}
    changes = sorted(item["change"] for item in data["items"])
    assert changes == ["dropped", "new", "repeated", "weakened"]
    (weakened,) = (item for item in data["items"] if item["change"] == "weakened")
    assert {"aspect": "scope", "direction": "weaker", "old": None, "new": "enkele"} in weakened[
        "reasons"
    ]


def test_drift_as_a_table_and_as_csv(letters: tuple[str, str]) -> None:
    shown = printed("drift", *letters)
    assert "proposals, to be judged by a person" in shown
    assert "1 weakened" in shown
    rows = list(csv.DictReader(printed("drift", *letters, "--format", "csv").splitlines()))
    assert {row["change"] for row in rows} == {"weakened", "repeated", "dropped", "new"}


def test_the_page_of_a_drift_holds_no_markup_of_the_letters(letters: tuple[str, str]) -> None:
    page = printed("drift", *letters, "--format", "html")
    assert page.startswith("<!DOCTYPE html>")
    assert "<zand>" not in page
    assert "&lt;zand&gt;" in page
    assert "<script" not in page
    assert page.count("<tr>") == 5


def test_letters_without_promises_say_so(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Den Haag, 1 mei 2021\n\nHet weer was het hele jaar heel goed.\n", "utf-8")
    assert "No promise was found" in printed("drift", str(path), str(path))
