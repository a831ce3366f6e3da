"""Faults planted in answers, frames and tables of firms: each is named, or noted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.types import Rules
from ketenkaart.services.monitor.disclosure import Asked, audit_file, protect_file
from ketenkaart.services.monitor.drawing import DrawPlan, draw
from ketenkaart.services.monitor.estimating import estimate_file
from ketenkaart.sources.survey.table import read_table

CASES = yaml.safe_load(
    (Path(__file__).parent / "survey" / "faults.yml").read_text(encoding="utf-8")
)
DESIGN = "strata: stratum\nclusters: [unit]\nweights: w\nfpc: N\nid: id\n"
TABLES = {
    "answers": "id,stratum,unit,w,N,hours,share,level\n"
    "a1,A,u1,10,40,9,0.2,yes\na2,A,u2,10,40,7,0.4,no\na3,A,u3,10,40,5,0.9,yes\n"
    "b1,B,v1,20,60,0,0.1,no\nb2,B,v2,20,60,4,0.2,no\nb3,B,v3,20,60,2,0.5,yes\n",
    "frame": "kvk,sector,town,value\n"
    + "".join(
        f"{k:08},{'food' if k % 3 else 'metal'},t{k % 12},{1 + (k * 7) % 50}\n" for k in range(40)
    ),
    "firms": "firm,owner,sector,country,wages\n"
    + "".join(
        f"f{k},o{k % 9},{'food' if k % 2 else 'metal'},{'IND' if k % 3 else 'CHN'},"
        f"{10 + k * 7 % 50}\n"
        for k in range(30)
    ),
}
FRAME = "id,stratum\n" + "".join(f"x{k},{'A' if k < 40 else 'B'}\n" for k in range(100))


def notes_of(case: dict, folder: Path) -> list[str]:
    text = case.get("whole", TABLES[case["table"]])
    for change in (case.get("change"), case.get("change2")):
        if change is not None:
            assert change[0] in text
            text = text.replace(*change, *(() if case.get("all") else (1,)))
    path = folder / f"{case['table']}.csv"
    path.write_bytes((text + case.get("end", "")).encode(case.get("encoding", "utf-8")))
    if case["table"] == "answers":
        design = folder / "design.yml"
        design.write_text(case.get("design", DESIGN), encoding="utf-8")
        (folder / "frame.csv").write_text(FRAME, encoding="utf-8")
        found = estimate_file(path, design, statistics=[case.get("ask", "mean:hours")])
        assert all(row.estimate is not None and row.se is not None for row in found.rows)
        return found.notes
    if case["table"] == "frame":
        strata = "sector" if "notes" in case else None
        plan = DrawPlan(id="kvk", seed=1, size=8, pps=None if strata else "value", strata=strata)
        return draw(read_table(path), plan).notes
    protect_file(Asked(path, ("sector", "country"), "owner", "wages"), Rules())
    return []


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_every_fault_is_named_or_noted(case: dict, tmp_path: Path) -> None:
    if "says" in case:
        with pytest.raises(InputError) as caught:
            notes_of(case, tmp_path)
        for words in case["says"]:
            assert words in str(caught.value)
        assert caught.value.fix
        return
    notes = notes_of(case, tmp_path)
    assert len(notes) == len(case["notes"])
    for note, words in zip(notes, case["notes"], strict=True):
        assert words in note


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pl.Series("hours", [9.0, float("inf"), 5.0, 0.0, 4.0, 2.0]), "row 3, column hours"),
        (pl.Series("hours", [[1], [2], [3], [4], [5], [6]]), "holds no single value"),
        (pl.Series("hours", [b"a"] * 6), "holds no single value"),
        (pl.Series("hours", ["2026-01-02"] * 6).str.to_date(), "'2026-01-02' is no number"),
        (pl.Series("w", [10.0, float("nan"), 10.0, 20.0, 20.0, 20.0]), "The weight is missing"),
    ],
)
def test_a_fault_in_parquet_is_named(column: pl.Series, words: str, tmp_path: Path) -> None:
    frame = pl.read_csv(TABLES["answers"].encode()).with_columns(column)
    path, design = tmp_path / "answers.parquet", tmp_path / "design.yml"
    frame.write_parquet(path)
    design.write_text(DESIGN, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        estimate_file(path, design, statistics=["mean:hours"])


def test_what_is_no_number_in_parquet_is_counted_as_unknown(tmp_path: Path) -> None:
    values = pl.Series("hours", [9.0, float("nan"), None, 0.0, 4.0, 2.0])
    path, design = tmp_path / "answers.parquet", tmp_path / "design.yml"
    pl.read_csv(TABLES["answers"].encode()).with_columns(values).write_parquet(path)
    design.write_text(DESIGN, encoding="utf-8")
    found = estimate_file(path, design, statistics=["mean:hours"])
    assert found.rows[0].n == 4
    assert "2 of 6 rows have no value (unknown 2)" in found.notes[0]


def test_a_published_figure_with_a_comma_is_no_withheld_one(tmp_path: Path) -> None:
    firms, made = tmp_path / "firms.csv", tmp_path / "made.csv"
    firms.write_text(TABLES["firms"].replace("IND,24", "IND,24.5"), encoding="utf-8")
    asked = Asked(firms, ("sector",), "owner", "wages")
    made.write_text('sector,wages\nmetal,"540,5"\nfood,\n', encoding="utf-8")
    with pytest.raises(InputError, match="is not the total of the data") as caught:
        audit_file(asked, made, Rules())
    assert "row 2, column wages" in str(caught.value)
    made.write_text("sector,wages\nmetal,about 500\nfood,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="neither a figure nor a sign that it is withheld"):
        audit_file(asked, made, Rules())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("mean(hours)", "Write mean:hours."),
        ("sum:hours", "Write total:hours."),
        ("aandeel:level=yes", "Write proportion:level=yes."),
        ("hours", "Write mean:hours."),
        ("ratio:hours:share", "Write ratio:hours/share."),
        ("proportion:level:yes", "Write proportion:level=yes."),
        ("quantile:hours", "Write quantile:hours:0.5."),
        ("quantile:hours:25", "Write quantile:hours:0.25."),
        ("svymean(~hours)", "Write mean:hours."),
    ],
)
def test_a_statistic_in_other_words_is_told_how_to_write(
    typed: str, words: str, tmp_path: Path
) -> None:
    path, design = tmp_path / "answers.csv", tmp_path / "design.yml"
    path.write_text(TABLES["answers"], encoding="utf-8")
    design.write_text(DESIGN, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        estimate_file(path, design, statistics=[typed])
    assert words in str(caught.value)


def test_a_list_of_variables_is_a_statistic_of_each(tmp_path: Path) -> None:
    path, design = tmp_path / "answers.csv", tmp_path / "design.yml"
    path.write_text(TABLES["answers"], encoding="utf-8")
    design.write_text(DESIGN, encoding="utf-8")
    rows = estimate_file(path, design, statistics=["mean:hours,share"]).rows
    assert [row.statistic for row in rows] == ["mean:hours", "mean:share"]
    assert estimate_file(path, design, statistics=["mean:hours", "mean:share"]).rows == rows


def test_five_kinds_of_missing_stay_five_in_every_figure(tmp_path: Path) -> None:
    """Zero is a value; what does not apply is outside; the rest is counted apart, and said."""
    words = ["0", "4", "", "not_researched", "not_applicable", "refused", "0", "2"]
    rows = "".join(f"u{k},{word}\n" for k, word in enumerate(words))
    path, design = tmp_path / "answers.csv", tmp_path / "design.yml"
    path.write_text(f"id,hours\n{rows}", encoding="utf-8")
    design.write_text("id: id\nfpc: 80\n", encoding="utf-8")
    asked = ["mean:hours", "total:hours", "median:hours", "ratio:hours/hours", "count:hours=0"]
    found = estimate_file(path, design, statistics=asked)
    mean, total, median, ratio, zeros = found.rows
    assert (mean.estimate, mean.n) == (1.5, 4)
    assert (total.estimate, median.estimate, ratio.estimate) == (60, 0, 1)
    assert (zeros.estimate, zeros.n) == (20, 4)
    assert found.missing == {
        "hours": {"unknown": 1, "not_researched": 1, "not_applicable": 1, "refused": 1}
    }
    (note,) = [note for note in found.notes if note.startswith("hours")]
    assert "unknown 1, not researched 1, not applicable 1, refused 1" in note
    assert "supposes that those who are not known are like those who are" in note
    # each is a domain of its own where the column cuts
    by = estimate_file(path, design, statistics=["count"], by=["hours"]).rows
    assert {row.domain for row in by} == {"0", "2", "4", *found.missing["hours"]}
    with pytest.raises(InputError, match="The value is unknown; 2 more"):
        estimate_file(path, design, statistics=["mean:hours"], missing="refuse")
    # who it does not apply to is no gap
    path.write_text("id,hours\na,1\nb,not_applicable\nc,3\n", encoding="utf-8")
    found = estimate_file(path, design, statistics=["mean:hours"], missing="refuse")
    assert (found.rows[0].estimate, found.rows[0].n) == (2, 2)
    assert "supposes" not in "".join(found.notes)
