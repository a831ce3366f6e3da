"""`ketenkaart motives`: for people, in a pipe, and with wrong words."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from calling import Call
from made_motives import made_answers, write_answers


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "motives")


def test_form_import_scores_segment(call, tmp_path: Path) -> None:
    sheet = write_answers(tmp_path / "a.csv", made_answers(60)[0])
    assert call("form", "--out", tmp_path / "f.html", "--language", "en")[0] == 0
    code, out, _ = call("import", sheet, "--out", tmp_path / "answers.csv", "--format", "json")
    assert code == 0
    assert json.loads(out)["returned"] == 60
    code, out, _ = call("scores", tmp_path / "answers.csv", "--format", "csv")
    assert code == 0
    assert out.startswith("scale,kind,scored,unscored,mean,alpha,")
    words = ("segment", tmp_path / "answers.csv", "--draws", "10")
    code, out, _ = call(*words, "--format", "json", "--shares-out", tmp_path / "s.yml")
    assert code == 0
    found = json.loads(out)
    assert sum(row["estimate"] for row in found["shares"]) == pytest.approx(1)
    assert len(found["firms"]) == 60
    assert set(found["model"]["bic"]) == {"1", "2", "3", "4", "5"}
    assert (tmp_path / "s.yml").is_file()
    few = write_answers(tmp_path / "few.csv", made_answers(30)[0])
    code, out, err = call("segment", few)
    assert code == 0
    assert "Leaders less laggards" in out
    assert "too few for a model" in out
    assert "nothing here says that a motive makes" in out
    code, _, err = call(*words, "--shares-out", tmp_path / "s.yml")
    assert code == 2
    assert "s.yml is there already" in err


def test_wrong_words(call, tmp_path: Path) -> None:
    sheet = write_answers(tmp_path / "a.csv", made_answers(5)[0])
    code, _, err = call("scores", sheet, "--id", "kvk", "--out", tmp_path / "x.csv")
    assert code == 2
    assert "has no column 'kvk'" in err
    code, _, err = call("segment", tmp_path / "none.csv")
    assert code == 2
    assert "There is no file none.csv" in err
    assert call("form")[0] == 2
