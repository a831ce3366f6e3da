"""`ketenkaart theory`: what it prints, what it refuses, and where in a file the fault stands."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from calling import printed
from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError

OWN = """\
id: mine
title: {nl: "Eigen", en: "My own"}
summary: {nl: "Kort.", en: "Short."}
nodes:
  - {id: money, stage: input, text: {nl: "Geld <&>", en: "Money <&>"}, citation: {source: own, grade: assumed}}
  - {id: training, stage: output, text: {nl: "Training", en: "Training"}, citation: {source: own, grade: assumed}}
  - {id: safer, stage: impact, text: {nl: "Veiliger", en: "Safer"}, sdg_targets: ["8.8"], citation: {source: own, grade: assumed}}
arrows:
  - id: pay
    cause: money
    effect: training
    assumption: {nl: "Geld is genoeg.", en: "Money is enough."}
    evidence:
      - {finding: {nl: "Het lukte.", en: "It worked."}, direction: supports, design: randomised_trial, citation: {source: my_report, grade: sure}}
    citation: {source: own, grade: assumed}
  - id: learn
    cause: training
    effect: safer
    assumption: {nl: "Wie leert, doet.", en: "Who learns, acts."}
    citation: {source: own, grade: assumed}
citation: {source: own, grade: assumed}
"""  # noqa: E501 - a file as somebody writes it
LAST = '    assumption: {nl: "Wie leert, doet.", en: "Who learns, acts."}\n'
STEP = "cause: training\n    effect: safer"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    return printed(capsys, "theory", *words)


def data(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    return json.loads(run(capsys, *words, "--format", "json"))


def test_the_list_adds_up_and_every_part_answers_alike(capsys) -> None:
    for row in data(capsys, "list")["theories"]:
        assert row["arrows"] == row["untested"] + row["supported"] + row["contradicted"]
        shown = data(capsys, "show", row["id"])
        untested = [a["id"] for a in shown["arrows"] if a["status"] == "untested"]
        assert len(untested) == row["untested"]
        named = [item["arrow"] for item in data(capsys, "untested", row["id"])["untested"]]
        assert named == untested


def test_the_weakest_link_of_the_target_is_that_asking_is_enough(capsys) -> None:
    (chain,) = data(capsys, "weakest", "target")["chains"]
    assert (chain["weakest"], chain["weakest_status"]) == ("endorse", "contradicted")


def test_an_instrument_rests_on_the_theory_of_its_kind(capsys) -> None:
    assert [t["id"] for t in data(capsys, "rests", "agt")["theories"]] == ["covenant"]
    with pytest.raises(NotFoundError, match="No instrument"):
        app(["theory", "rests", "nothing"])


@pytest.mark.parametrize(
    "words", [["list"], ["untested"], ["weakest"], ["conflicts"], ["scope"], ["sdg"], ["rule"]]
)
def test_every_list_prints_as_table_csv_and_json(capsys, words) -> None:
    assert run(capsys, *words)
    rows = list(csv.reader(io.StringIO(run(capsys, *words, "--format", "csv"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert data(capsys, *words)


def test_a_theory_of_ones_own_is_checked_assessed_and_drawn(capsys, tmp_path) -> None:
    file, out = tmp_path / "mine.yml", tmp_path / "mine.svg"
    file.write_text(OWN, encoding="utf-8")
    shown = data(capsys, "check", str(file), "--svg", str(out), "--language", "nl")
    assert [arrow["status"] for arrow in shown["arrows"]] == ["supported", "untested"]
    words = [item.text for item in ET.parse(out).iter() if item.tag.endswith("text")]  # noqa: S314
    assert "Geld <&>" in words
    assert "1  supports: It worked." in run(capsys, "check", str(file))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (LAST, "", "mine.yml:16 (key 'assumption')"),
        ("effect: safer", "effect: nothing", "mine.yml:18 (key 'effect')"),
        ("design: randomised_trial", "design: guess", "mine.yml:14 (key 'design')"),
        ('"8.8"', '"8.99"', "mine.yml:7 (key 'sdg_targets')"),
        ("stage: impact", "stage: dream", "mine.yml:7 (key 'stage')"),
        (STEP, "cause: safer\n    effect: money", "leads back, from impact to input"),
        ("id: mine", "status: supported\nid: mine", "Unknown key 'status'"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_line(tmp_path, old, new, words) -> None:
    file = tmp_path / "mine.yml"
    assert old in OWN
    file.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        app(["theory", "check", str(file)])
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_template_passes_its_own_check(capsys, tmp_path) -> None:
    file = tmp_path / "my_theory.yml"
    file.write_text(run(capsys, "template"), encoding="utf-8")
    assert [arrow["status"] for arrow in data(capsys, "check", str(file))["arrows"]] == [
        "untested", "untested"
    ]  # fmt: skip


def test_a_picture_that_cannot_be_written_is_said(tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        app(["theory", "draw", "overall", "--out", str(tmp_path / "no" / "x.svg")])
    with pytest.raises(NotFoundError, match="Use one of overall"):
        app(["theory", "draw", "nothing"])


def test_no_file_of_ones_own_is_named(tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        app(["theory", "check", str(Path(tmp_path) / "none.yml")])
