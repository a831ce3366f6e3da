"""Sensitivity on the starter edition: pinned facts go through the same calculation."""

from __future__ import annotations

from datetime import date

import pytest

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.answers import SensitivityAnswer, SensitivityQuery
from ketenkaart.core.governance.defence.pins import Pin, PinKind
from ketenkaart.core.provenance import Grade
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.governance.defence import compute_sensitivity
from ketenkaart.services.governance.defence.exports import SENSITIVITY_COLUMNS, sensitivity_rows
from ketenkaart.services.governance.defence.settings import Settled, standing
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.register import list_instruments

LETTER_DAY = date(2019, 11, 22)
KEPT = {"agt", "ban", "fmo", "isv", "trustone"}
LEFT_OUT = tuple(item.id for item in list_instruments() if item.worked_out and item.id not in KEPT)
QUESTION = GapQuery(as_of=LETTER_DAY, kind="depth", country="CHN", without=LEFT_OUT)


@pytest.fixture(scope="module")
def answer() -> SensitivityAnswer:
    return compute_sensitivity(SensitivityQuery(gap=QUESTION, is_split=True))


def gap_with(*pins: Pin, query: GapQuery = QUESTION):
    rows = Settled.of(query, edition_folder()).rows(pins)
    return standing(rows.figures(rows.whole())).gap


def test_without_pins_it_is_the_gap_itself(answer: SensitivityAnswer) -> None:
    assert answer.declared.gap == compute_gap(QUESTION).total.gap
    assert gap_with() == answer.declared.gap


def test_the_largest_swing_stands_first_and_is_the_move_of_the_figure(answer) -> None:
    swings = [swing.swing for swing in answer.swings]
    assert swings == sorted(swings, reverse=True)
    assert swings[0] > 0
    for swing in answer.swings:
        values = [s.gap.central for s in (answer.declared, swing.at_low, swing.at_high)]
        assert swing.swing == pytest.approx(max(values) - min(values))


def test_best_and_worst_lie_outside_every_single_move(answer: SensitivityAnswer) -> None:
    for swing in answer.swings:
        for setting in (swing.at_low, swing.at_high):
            assert setting.gap.central <= answer.worst.gap.central + 1e-9
            assert setting.gap.central >= answer.best.gap.central - 1e-9


@pytest.mark.parametrize("kind", ["uptake", "layers", "force", "obligation", "overlap"])
def test_more_reach_never_raises_the_gap(answer: SensitivityAnswer, kind: str) -> None:
    chosen = [swing for swing in answer.swings if swing.kind == kind]
    assert chosen
    for swing in chosen:
        assert swing.at_high.gap.central <= swing.at_low.gap.central + 1e-12


def test_pinning_uptake_at_nothing_is_leaving_the_instrument_out() -> None:
    pinned = gap_with(Pin(PinKind.UPTAKE, "agt", 0.0))
    without = QUESTION.model_copy(update={"without": (*LEFT_OUT, "agt")})
    assert pinned == compute_gap(without).total.gap


def test_an_issue_that_weighs_nothing_is_left_out_of_the_composite() -> None:
    issues = ("corruption", "conflict", "deforestation", "forced_labour", "child_labour",
              "physical_integrity")  # fmt: skip
    pins = tuple(Pin(PinKind.ISSUE_WEIGHT, issue, 0.0) for issue in issues)
    alone = compute_gap(QUESTION.model_copy(update={"issue": "freedom_of_association"}))
    assert gap_with(*pins).central == pytest.approx(alone.total.gap.central)
    assert gap_with(*pins).high == pytest.approx(alone.total.gap.high)


def test_every_row_has_its_own_ends_and_movers(answer: SensitivityAnswer) -> None:
    rows = {row.key: row for row in compute_gap(QUESTION).rows}
    assert {row.key for row in answer.rows} == set(rows)
    for row in answer.rows:
        assert row.declared.gap == rows[row.key].gap
        if row.declared.gap.central is not None:
            assert row.best.gap.central <= row.declared.gap.central <= row.worst.gap.central


def test_grades_add_up_and_the_weakest_is_the_weakest(answer: SensitivityAnswer) -> None:
    assert answer.weakest is Grade.ASSUMED
    for item in answer.grades:
        assert sum(item.shares.values()) + item.not_known == pytest.approx(1)
        assert set(item.shares) <= set(Grade)


def test_rows_for_other_programs_have_every_column(answer: SensitivityAnswer) -> None:
    rows = sensitivity_rows(answer)
    assert len(rows) == len(answer.swings) + 3 + sum(len(r.largest) + 3 for r in answer.rows)
    assert {len(row) for row in rows} == {len(SENSITIVITY_COLUMNS)}


def test_the_same_question_is_answered_once(answer: SensitivityAnswer) -> None:
    heard: list[str] = []
    again = compute_sensitivity(
        SensitivityQuery(gap=QUESTION, is_split=True), progress=lambda name, _: heard.append(name)
    )
    assert again == answer
    assert heard == []
