"""`ketenkaart norms`: sheets filled in and refused, sectors by day, agreements side by side."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from calling import printed
from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.services.norms import criteria


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    return printed(capsys, "norms", *words)


def data(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    return json.loads(run(capsys, *words, "--format", "json"))


def filled(tmp_path: Path, change: dict[str, str], name: str = "mine.csv") -> Path:
    """A sheet in which every criterion is fully met, save for what is changed."""
    rows = [
        [item.id, change.get(item.id, "fully"), "page 3, and more", "my_report", "p. 3", "sure"]
        for item in criteria()
    ]
    file = tmp_path / name
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["criterion", "alignment", "evidence", "source", "locator", "grade"])
        writer.writerows(
            row if row[1] != "not_researched" else [*row[:2], "", "", "", ""] for row in rows
        )
    return file


@pytest.mark.parametrize(
    "words",
    [
        ["criteria"], ["standards"], ["benchmark"], ["agreements"], ["matrix", "agt"],
        ["matrix", "template"], ["diff", "agt", "bundnis"], ["show", "agt"],
        ["compare", "agt", "fsi"],
    ],
)  # fmt: skip
def test_every_list_prints_as_table_csv_and_json(capsys, words) -> None:
    assert run(capsys, *words)
    rows = list(csv.reader(io.StringIO(run(capsys, *words, "--format", "csv"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert data(capsys, *words)


def test_an_empty_sheet_can_be_read_back_and_has_no_verdict(capsys, tmp_path) -> None:
    for form in ("csv", "yaml"):
        file = tmp_path / f"sheet.{form}"
        file.write_text(run(capsys, "sheet", "--form", form), encoding="utf-8")
        found = data(capsys, "score", str(file))
        assert found["total"]["alignment"] is None
        assert found["total"]["share"] is None
        assert len(found["missing"]) == len(criteria())


def test_a_filled_sheet_has_verdicts_per_part_and_step(capsys, tmp_path) -> None:
    whole = data(capsys, "score", str(filled(tmp_path, {})))
    assert (whole["total"]["alignment"], whole["total"]["share"]) == ("fully", 1.0)
    less = data(capsys, "score", str(filled(tmp_path, {"practice_act": "not"})))
    assert less["steps"]["act"]["alignment"] == "partly"
    assert less["parts"]["standard"]["alignment"] == "fully"
    assert less["total"]["alignment"] == "partly"
    one_open = filled(tmp_path, {"practice_act": "not_researched"})
    open_sheet = data(capsys, "score", str(one_open))
    assert open_sheet["total"]["alignment"] is None
    assert open_sheet["parts"]["standard"]["alignment"] == "fully"
    assert open_sheet["missing"] == ["practice_act"]
    assert "overall: no verdict, 1 criteria not researched" in run(capsys, "score", str(one_open))


def test_ones_own_sheet_stands_beside_those_of_the_package(capsys, tmp_path) -> None:
    file = filled(tmp_path, {})
    rows = data(capsys, "compare", "agt", str(file))["criteria"]
    assert {row["agt"] for row in rows} == {"not_researched", "partly", "fully"}
    assert {row["own"] for row in rows} == {"fully"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("standard_1_1,fully", "standard_1_1,mostly", "mine.csv:2, column alignment"),
        ("standard_1_1", "standard_9_9", "Unknown criterion 'standard_9_9' (at mine.csv:2"),
        ("standard_1_2", "standard_1_1", "'standard_1_1' stands here twice (at mine.csv:3"),
        ("my_report,p. 3,sure\r\nstandard_1_2", ",,\r\nstandard_1_2", "needs a citation"),
        ("p. 3,sure\r\nstandard_1_2", "p. 3\r\nstandard_1_2", "The row has 5 cells, not 6"),
        ("p. 3,sure\r\nstandard_1_2", "p. 3,certain\r\nstandard_1_2", "column grade"),
        ("criterion,alignment", "question,answer", "does not name the columns"),
    ],
)
def test_a_wrong_sheet_is_refused_with_line_and_column(tmp_path, old, new, words) -> None:
    file = filled(tmp_path, {})
    text = file.read_bytes().decode()
    assert old in text
    file.write_bytes(text.replace(old, new, 1).encode())
    with pytest.raises(InputError) as caught:
        app(["norms", "score", str(file)])
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_is_no_sheet_is_refused(tmp_path) -> None:
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"criterion\n\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        app(["norms", "score", str(binary)])
    with pytest.raises(InputError, match="cannot be read"):
        app(["norms", "score", str(tmp_path / "none.csv")])
    with pytest.raises(NotFoundError, match="No standard 'quux'"):
        app(["norms", "show", "quux"])
    with pytest.raises(InputError, match="One standard is no comparison"):
        app(["norms", "compare", "agt"])


def test_sectors_without_a_covenant_follow_the_day(capsys) -> None:
    def states(day: str) -> dict[str, str]:
        found = data(capsys, "benchmark", "--as-of", day)["sectors"]
        return {row["sector"]: row["covenant"] for row in found}

    assert states("2016-07-03")["textiles"] == "not_yet"
    assert states("2016-07-04")["textiles"] == "in_force"
    assert states("2022-01-01")["textiles"] == "ended"
    assert len(states("2019-11-22")) == 13
    for sector in ("chemicals", "electronics", "oil_gas"):
        assert states("2019-11-22")[sector] == "none_known"
    left = data(capsys, "benchmark", "--without", "--as-of", "2019-11-22")["sectors"]
    assert "in_force" not in {row["covenant"] for row in left}


def test_the_reason_for_tailoring_stands_beside_the_difference(capsys) -> None:
    rows = {
        row["element"]: row for row in data(capsys, "diff", "template", "floriculture")["elements"]
    }
    assert "existing initiative" in rows["secretariat"]["why_en"]
    assert rows["complaints"]["side"] == "unknown_right"
    known = {
        row["element"]: row for row in data(capsys, "diff", "template", "food_products")["elements"]
    }
    assert known["complaints"]["side"] == "only_left"
    assert "not researched" in run(capsys, "diff", "agt", "bundnis")


def test_ones_own_agreement_is_checked_and_compared(capsys, tmp_path) -> None:
    file = tmp_path / "own.yml"
    right = (
        'id: own\nname: {nl: "Eigen", en: "Own"}\nis_read: true\nclauses:\n'
        '  - {id: k, element: complaints, article: "7", text: {nl: "t", en: "A desk"},\n'
        "     meets: [{norm: ddg_6_2, level: fully}], citation: {source: mine, grade: sure}}\n"
        "citation: {source: mine, grade: sure}\n"
    )
    file.write_text(right, encoding="utf-8")
    rows = {row["norm"]: row["cover"] for row in data(capsys, "matrix", str(file))["norms"]}
    assert (rows["ddg_6_2"], rows["ddg_1_1"]) == ("fully", "silent")
    sides = {
        r["element"]: r["side"] for r in data(capsys, "diff", "template", str(file))["elements"]
    }
    assert (sides["complaints"], sides["parties"]) == ("both", "only_left")
    file.write_text(right.replace("ddg_6_2", "ddg_9_9"), encoding="utf-8")
    with pytest.raises(InputError, match=r"own.yml:6 \(key 'norm'\)"):
        app(["norms", "matrix", str(file)])
    with pytest.raises(NotFoundError, match="No agreement 'quux'"):
        app(["norms", "diff", "agt", "quux"])
