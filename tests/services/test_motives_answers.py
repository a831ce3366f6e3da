"""The questionnaire on motives from form to segments, with wrong cells and designs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import yaml

from ketenkaart.core.errors import InputError
from ketenkaart.services.monitor.drawing import DrawPlan, draw_file
from ketenkaart.services.monitor.estimating import estimate_file
from ketenkaart.services.motives.answering import import_answers
from ketenkaart.services.motives.forms import form_page, write_form
from ketenkaart.services.motives.scoring import score_file, score_rows
from ketenkaart.services.motives.segmenting import firm_rows, segment_file
from ketenkaart.services.motives.sharing import write_shares
from ketenkaart.sources.reference.mix import load_measured_segments
from ketenkaart.sources.reference.motives import load_questionnaire, load_segment_rule
from ketenkaart.sources.workbooks import sheet_rows
from made_motives import made_answers, write_answers

ASKED = load_questionnaire()
RULE = load_segment_rule(ASKED)
ITEMS = [item.id for scale in ASKED.scales for item in scale.items]
DESIGN = "strata: stratum\nweights: weight\n"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return write_answers(tmp_path / "filled.csv", made_answers(80)[0])


def _replace(path: Path, row: int, **cells: str) -> Path:
    rows = _read(path)
    rows[row].update(cells)
    return write_answers(path, rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- forms ------------------------------------------------------------------------------------


def test_a_form_a_sheet_and_a_workbook(tmp_path: Path, filled: Path) -> None:
    for language in ("nl", "en"):
        page = form_page(ASKED, language)
        assert f'lang="{language}"' in page
        assert page.count("<fieldset>") == len(ITEMS)
        assert page.count("<script") == 0
    assert write_form(tmp_path / "a.csv", ASKED, units=filled, unit="firm") == 80
    assert write_form(tmp_path / "a.xlsx", ASKED, units=filled, unit="firm", language="en") == 80
    for name in ("a.csv", "a.xlsx"):
        rows = (
            [line.split(",") for line in (tmp_path / name).read_text().splitlines()]
            if name.endswith("csv")
            else [cells for _, cells in sheet_rows(tmp_path / name, "answers")]
        )
        assert rows[0] == ["firm", *ITEMS, "remarks"]
        assert len(rows) == 81
    questions = [cells for _, cells in sheet_rows(tmp_path / "a.xlsx", "questions")]
    assert questions[1][0] == ITEMS[0]
    with pytest.raises(InputError, match="is there already"):
        write_form(tmp_path / "a.csv", ASKED, rows=3)
    with pytest.raises(InputError, match="A form is no"):
        write_form(tmp_path / "a.pdf", ASKED, rows=3)
    with pytest.raises(InputError, match="stands there twice"):
        write_form(tmp_path / "b.csv", ASKED, units=filled, unit="stratum")


# --- answers ----------------------------------------------------------------------------------


def test_answers_come_in_as_they_were(tmp_path: Path, filled: Path) -> None:
    out = tmp_path / "answers.csv"
    found = import_answers(filled, out, ASKED, unit="firm")
    assert (found.firms, found.returned, found.not_returned) == (80, 80, [])
    rows = _read(out)
    given = made_answers(80)[0]
    assert [[row[item] for item in ITEMS] for row in rows] == [
        [row[item] for item in ITEMS] for row in given
    ]
    for item in ITEMS:
        refused = sum(row[item] == "refused" for row in given)
        assert found.states[item]["refused"] == refused
        assert sum(found.states[item].values()) == 80


@pytest.mark.parametrize(
    ("row", "cells", "words"),
    [
        (2, {"law_1": "6"}, r"'6' is none of 1, 2, 3, 4, 5 \(at filled.csv, row 4, column law_1\)"),
        (0, {"act_2": "3"}, r"'3' is none of 0, 1, 2 \(at filled.csv, row 2, column act_2\)"),
        (5, {"law_2": ""}, r"The answer is missing \(at filled.csv, row 7, column law_2\)"),
        (9, {"firm": "f0001"}, r"'f0001' already stands in row 3 \(at filled.csv, row 11"),
        (9, {"firm": ""}, r"No firm is named \(at filled.csv, row 11, column firm\)"),
        (1, {"cost_3": "yes", "law_1": "=1+1"}, r"and|row 3, column cost_3: 'yes'"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_kept(
    tmp_path: Path, filled: Path, row: int, cells: dict[str, str], words: str
) -> None:
    _replace(filled, row, **cells)
    with pytest.raises(InputError, match=words):
        import_answers(filled, tmp_path / "answers.csv", ASKED, unit="firm")
    assert not (tmp_path / "answers.csv").exists()


def test_empty_cells_mean_what_is_said_of_them(tmp_path: Path, filled: Path) -> None:
    _replace(filled, 0, law_1="", law_2="Not applicable", law_3="4.0")
    import_answers(filled, tmp_path / "a.csv", ASKED, unit="firm", empty="refused")
    row = _read(tmp_path / "a.csv")[0]
    assert (row["law_1"], row["law_2"], row["law_3"]) == ("refused", "not_applicable", "4")


def test_from_a_draw_to_segments(tmp_path: Path) -> None:
    rows, _ = made_answers(400)
    frame = write_answers(
        tmp_path / "frame.csv", [{"firm": row["firm"], "kind": row["stratum"]} for row in rows]
    )
    draw_file(frame, DrawPlan(id="firm", size=90, seed=3, strata="kind"), tmp_path / "draw.csv")
    drawn = {row["firm"] for row in _read(tmp_path / "draw.csv")}
    back = [row for row in rows if row["firm"] in drawn][:80]
    sheet = write_answers(
        tmp_path / "ask.csv", [{name: row[name] for name in ("firm", *ITEMS)} for row in back]
    )
    found = import_answers(
        sheet, tmp_path / "a.csv", ASKED, unit="firm", draw=tmp_path / "draw.csv"
    )
    assert (found.firms, found.returned, len(found.not_returned)) == (90, 80, 10)
    made = segment_file(tmp_path / "a.csv", ASKED, RULE, design=tmp_path / "a.design.yml", draws=4)
    total = sum(row.estimate for row in made.shares)
    assert total == pytest.approx(1)
    assert made.shares[3].estimate > 0.05  # who did not come back cannot be placed
    stranger = write_answers(tmp_path / "x.csv", [{**back[0], "firm": "f9999"}])
    with pytest.raises(InputError, match="'f9999' was not drawn"):
        import_answers(stranger, tmp_path / "b.csv", ASKED, unit="firm", draw=tmp_path / "draw.csv")


# --- scores and segments ----------------------------------------------------------------------


def test_scores_by_firm_say_why_there_is_none(tmp_path: Path) -> None:
    rows = made_answers(40, missing=0)[0]
    rows[0].update(law_1="unknown", law_2="unknown", law_3="5", act_1="refused")
    rows[1].update(dict.fromkeys(("cost_1", "cost_2", "cost_3"), "not_applicable"))
    found = score_file(write_answers(tmp_path / "a.csv", rows), ASKED, RULE)
    headings, cells = score_rows(found, "firm")
    first, second = (dict(zip(headings, row, strict=True)) for row in cells[:2])
    assert first["law"] == "unknown"
    assert first["act"] == "refused"
    assert second["cost"] == "not_applicable"
    assert first["behaviour_low"] < first["behaviour_high"]
    by_id = {row.scale.id: row for row in found.rows}
    assert by_id["law"].missing == {"unknown": 1}
    assert by_id["cost"].scored == 39
    assert by_id["law"].reliability.alpha > 0.6


@pytest.fixture(scope="module")
def segmented(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("motives")
    rows, truth = made_answers(240)
    data = write_answers(folder / "a.csv", rows)
    (folder / "d.yml").write_text(DESIGN, encoding="utf-8")
    return (
        rows,
        truth,
        data,
        segment_file(data, ASKED, RULE, design=folder / "d.yml", size="turnover", draws=4),
    )


def test_shares_and_motives_are_those_of_the_estimator(segmented, tmp_path: Path) -> None:
    rows, _, _, made = segmented
    names = ("leaders", "pack", "laggards", "cannot_place")
    scores = made.scored.values["law"]
    for k, row in enumerate(rows):
        row["segment"] = names[int(made.placed[k])]
        row["score"] = "unknown" if np.isnan(scores[k]) else repr(float(scores[k]))
        row["adds"] = str(row["turnover"] if row["segment"] == "pack" else 0)
    data = write_answers(tmp_path / "b.csv", rows)
    (tmp_path / "d.yml").write_text(DESIGN, encoding="utf-8")
    shares = estimate_file(
        data, tmp_path / "d.yml",
        statistics=[*(f"proportion:segment={name}" for name in names), "ratio:adds/turnover"],
    ).rows  # fmt: skip
    for own, other in zip([*made.shares, made.by_size[1]], shares, strict=True):
        assert own.estimate == pytest.approx(other.estimate)
        assert own.se == pytest.approx(other.se)
    means = estimate_file(data, tmp_path / "d.yml", statistics=["mean:score"], by=["segment"]).rows
    by_name = {row.domain: row for row in means}
    law = [row for row in made.motives if row.statistic == "law"]
    for row in law:
        assert row.estimate == pytest.approx(by_name[row.domain].estimate)
        assert (row.low, row.high) == pytest.approx(
            (by_name[row.domain].low, by_name[row.domain].high)
        )
    (gap,) = (row for row in made.differences if row.statistic.startswith("law"))
    assert gap.estimate == pytest.approx(law[0].estimate - law[2].estimate)
    # means of groups apart have an error no smaller than this up to what strata share
    apart = np.hypot(law[0].se, law[2].se)
    assert gap.se == pytest.approx(apart, rel=0.05)
    assert gap.low < gap.estimate < gap.high


def test_the_rule_and_the_model_agree_with_the_truth(segmented) -> None:
    _, truth, _, made = segmented
    names = ("leaders", "pack", "laggards")
    right = [
        names[code] == kind for code, kind in zip(made.placed, truth, strict=True) if code >= 0
    ]
    assert np.mean(right) > 0.9
    checked = made.checked
    assert checked.best == 3
    assert checked.rand > 0.85
    assert checked.same > 0.9
    assert checked.stable[0] > 0.8
    assert sum(map(sum, checked.table)) == checked.firms
    headings, cells = firm_rows(made, "firm")
    assert headings[3] == "segment"
    assert all(sum(row[4:]) == pytest.approx(1, abs=1e-5) for row in cells)


def test_higher_thresholds_move_firms_down(segmented) -> None:
    made = segmented[3]
    down, up = made.moved
    assert (down.by, up.by) == (-RULE.moved_by, RULE.moved_by)
    assert down.shares[0] >= up.shares[0]
    assert down.shares[2] <= up.shares[2]
    assert sum(down.shares) == pytest.approx(1)


def test_shares_feed_the_mix(segmented, tmp_path: Path) -> None:
    from datetime import date

    made = segmented[3]
    out = tmp_path / "shares.yml"
    write_shares(made, out, size="turnover", day=date(2026, 11, 23))
    facts = load_measured_segments(out)
    row = facts.shares_of(None)
    placed = {item.statistic: item for item in made.by_size}
    assert row.leaders.low == pytest.approx(placed["leaders"].low)
    known = 1 - placed["cannot_place"].estimate
    assert row.leaders.value == pytest.approx(placed["leaders"].estimate / known)
    # whoever cannot be placed may all be leaders
    assert row.leaders.high > placed["leaders"].high
    assert row.citation.grade == "likely"
    data = yaml.safe_load(out.read_text(encoding="utf-8"))
    data["shares"][0]["leaders"]["low"] = 0.9
    out.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InputError, match="low <= value <= high"):
        load_measured_segments(out)


def test_few_firms_get_no_model_and_it_is_said(tmp_path: Path) -> None:
    data = write_answers(tmp_path / "a.csv", made_answers(49)[0])
    made = segment_file(data, ASKED, RULE)
    assert made.checked is None
    assert any("too few for a model" in note for note in made.notes)
    assert firm_rows(made, "firm")[1][0][4:] == ["not_researched"] * 3


def test_nobody_who_says_nothing_is_placed(tmp_path: Path) -> None:
    rows = made_answers(20)[0]
    for row in rows:
        row.update(dict.fromkeys(ITEMS, "refused"))
    made = segment_file(write_answers(tmp_path / "a.csv", rows), ASKED, RULE)
    assert [row.estimate for row in made.shares] == [0, 0, 0, 1]
    assert made.ends == {}
    assert [row.estimate for row in made.among_placed] == [None] * 3
    with pytest.raises(InputError, match="No firm could be placed"):
        write_shares(made, tmp_path / "s.yml", size=None, day=None)


def test_a_size_below_zero_is_named(tmp_path: Path) -> None:
    rows = made_answers(60)[0]
    rows[4]["turnover"] = "-3"
    data = write_answers(tmp_path / "a.csv", rows)
    with pytest.raises(InputError, match=r"below zero \(at a.csv, row 6, column turnover\)"):
        segment_file(data, ASKED, RULE, size="turnover")


def test_a_rule_of_ones_own_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "rule.yml"
    text = (
        "step_weights: {embed: 1, identify: 1, act: 1, track: 1, communicate: 1, remedy: 0}\n"
        "leaders: {from: 0.6}\nlaggards: {under: 0.1}\nmoved_by: 0.1\nleast_for_model: 50\n"
        "motives_answered: 0.5\ncitation: {source: own, grade: assumed}\n"
    )
    path.write_text(text, encoding="utf-8")
    assert load_segment_rule(ASKED, path).leaders.from_ == 0.6
    for before, after, words in (
        ("track: 1, ", "", "Step track has no weight"),
        ("track: 1", "trak: 1", "Unknown step 'trak'"),
        ("from: 0.6", "from: 1.6", "rule.yml:2"),
    ):
        path.write_text(text.replace(before, after), encoding="utf-8")
        with pytest.raises(InputError, match=words):
            load_segment_rule(ASKED, path)
