"""Instruments together on the starter edition: what is said, what is not, and what is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.together_answers import TogetherAnswer, TogetherQuery
from ketenkaart.core.provenance import State
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.governance.defence import compute_together
from ketenkaart.services.governance.defence.analysis import check_analysis
from ketenkaart.services.governance.defence.exports import TOGETHER_COLUMNS, together_rows
from ketenkaart.sources.reference.defence import load_together

LETTER_DAY = date(2019, 11, 22)
AT_CHINA = TogetherQuery(as_of=LETTER_DAY, country="CHN", sector="textiles")


@pytest.fixture(scope="module")
def answer() -> TogetherAnswer:
    query = TogetherQuery(sector="textiles", columns="country", as_of=LETTER_DAY)
    return compute_together(query)


def test_no_known_conflict_is_not_researched_and_never_none(answer: TogetherAnswer) -> None:
    assert answer.pairs
    for pair in answer.pairs:
        conflicting = any(fact.kind == "conflicting" for fact in pair.facts)
        assert pair.conflict is (State.KNOWN if conflicting else State.NOT_RESEARCHED)
        assert ("conflicting" in pair.bearings) is conflicting


def test_what_the_letter_says_of_two_instruments_stands_with_them(answer: TogetherAnswer) -> None:
    pair = next(pair for pair in answer.pairs if {pair.a, pair.b} == {"agt", "isv"})
    assert "complementary" in pair.bearings
    assert [fact.citation.source for fact in pair.facts] == ["s01"]
    earlier = compute_together(TogetherQuery(sector="textiles", as_of=date(2018, 12, 31)))
    before = next(pair for pair in earlier.pairs if {pair.a, pair.b} == {"agt", "isv"})
    assert before.facts == ()


def test_shares_are_shares_and_pairs_fit_in_their_members(answer: TogetherAnswer) -> None:
    scope = {row.id: row.scope for row in answer.matrix}
    for pair in answer.pairs:
        assert 0 <= pair.both <= min(scope[pair.a], scope[pair.b]) + 1e-9
        assert pair.both + pair.only_a == pytest.approx(scope[pair.a])
    for head in (*answer.heads, answer.whole):
        if head.weight is not None:
            assert head.none + head.one + head.more == pytest.approx(1)
    assert sum(head.weight or 0 for head in answer.heads) == pytest.approx(answer.whole.weight)


def test_the_gap_of_every_column_is_the_gap_itself(answer: TogetherAnswer) -> None:
    rows = compute_gap(GapQuery(sector="textiles", by="country", as_of=LETTER_DAY)).rows
    assert {row.key: row.gap for row in rows} == {head.key: head.gap for head in answer.heads}


def test_empty_cells_are_of_high_known_risk_and_ranked(answer: TogetherAnswer) -> None:
    assert answer.empty
    for cell in answer.empty:
        assert cell.intensity >= answer.high_from
        assert cell.sector == "textiles"
    nothing = [round(cell.unscoped, 6) for cell in answer.empty]
    assert nothing == sorted(nothing, reverse=True)


def test_before_there_was_any_instrument_everything_is_empty() -> None:
    found = compute_together(TogetherQuery(as_of=date(2012, 1, 1), country="CHN"))
    if not found.matrix:
        assert found.whole.none == pytest.approx(1)
    else:
        assert found.whole.none + found.whole.one + found.whole.more == pytest.approx(1)


def test_enforcement_has_a_line_for_each_risk_the_letter_was_asked_about() -> None:
    rows = {row.id: row for row in compute_together(AT_CHINA).enforcement}
    assert {"corruption", "tax_evasion", "environmental_crime"} <= set(rows)
    assert rows["tax_evasion"].state is State.NOT_RESEARCHED
    assert rows["tax_evasion"].weight is None
    assert rows["conflict_minerals"].applying == ()
    assert [item.start for item in rows["conflict_minerals"].foreseen] == [date(2021, 1, 1)]
    later = compute_together(AT_CHINA.model_copy(update={"as_of": date(2021, 1, 1)})).enforcement
    assert next(row for row in later if row.id == "conflict_minerals").applying
    assert rows["child_labour"].missing[0].state is State.UNKNOWN


def test_an_instrument_for_one_risk_is_warned_about() -> None:
    found = compute_together(TogetherQuery(as_of=LETTER_DAY, country="CHN")).single_issue
    assert {"wzk"} <= {warning.id for warning in found}
    for warning in found:
        if warning.others is not None:
            assert 0 <= warning.others <= 1 + 1e-9


def test_an_analysis_of_one_risk_is_warned_about(tmp_path: Path) -> None:
    file = tmp_path / "analysis.csv"
    file.write_text(
        "Land;Sector;Thema\nBangladesh;nace:14.13;Kinderarbeid\nIN;textiles;child_labour\n"
        "IND;Textiel en kleding;corruption\n",
        encoding="utf-8",
    )
    found = check_analysis(file)
    assert found.looked_at == 2
    assert [item.row for item in found.narrow] == [2]
    assert all(index >= 0.6 for _, index in found.narrow[0].others)


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "analysis.csv"
    file.write_text("country,sector,issue\nBGD,textiles,child_labour\nBGD,moon,x\n")
    with pytest.raises(InputError, match=r"Unknown sector 'moon' \(at analysis.csv, row 3, column"):
        check_analysis(file)


def test_rows_for_other_programs_have_every_column(answer: TogetherAnswer) -> None:
    rows = together_rows(answer)
    assert len(rows) == len(answer.matrix) * len(answer.heads)
    assert {len(row) for row in rows} == {len(TOGETHER_COLUMNS)}


def test_a_relation_with_an_unknown_instrument_is_refused(tmp_path: Path) -> None:
    import shutil
    from importlib.resources import files

    root = tmp_path / "reference"
    shutil.copytree(str(files("ketenkaart") / "reference"), root)
    file = root / "together.yml"
    file.write_text(file.read_text("utf-8").replace("[agt, isv]", "[agt, magic]"), "utf-8")
    with pytest.raises(ReferenceDataError, match=r"together.yml:\d+ .*between"):
        load_together(root)
