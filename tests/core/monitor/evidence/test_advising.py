"""Advice follows the stated rule, counts no votes, and says what would change it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.monitor.evidence.advising import (
    AdviceRule,
    Counsel,
    Ground,
    SetAside,
    Worth,
    advise,
)
from ketenkaart.core.monitor.evidence.mapping import CellState, evidence_map
from ketenkaart.core.monitor.evidence.types import Reached, Search, Way
from ketenkaart.core.provenance import Citation, Grade, Text
from made_findings import finding, sized

OWN = Citation(source="own", grade=Grade.ASSUMED)
RULE = AdviceRule(
    statement=Text(nl="regel", en="rule"), least_level=3, alone_from_level=4,
    steps=(Reached.OUTCOME, Reached.IMPACT, Reached.REMEDY), set_aside=(Grade.CHECK, Grade.ASSUMED),
    citation=OWN,
)  # fmt: skip
ALIKE = [sized(name, 0.5, 0.05) for name in "abcd"]


@pytest.mark.parametrize(
    ("findings", "counsel", "ground"),
    [
        ([], Counsel.NOT_ENOUGH, Ground.NO_STUDY),
        ([finding("a", way=Way.NOT_MEASURED)], Counsel.NOT_ENOUGH, Ground.NO_STUDY),
        ([finding("a", level=2)], Counsel.NOT_ENOUGH, Ground.NOTHING_COUNTS),
        ([finding(n) for n in "abcdefgh"], Counsel.NOT_ENOUGH, Ground.NO_SIZES),
        ([sized("a", 0.5, 0.05, level=3)], Counsel.NOT_ENOUGH, Ground.ONE_TOO_WEAK),
        ([sized("a", 0.5, 0.5)], Counsel.NOT_ENOUGH, Ground.INTERVAL_HOLDS_BOTH),
        ([sized("a", 0.5, 0.05)], Counsel.KEEP, Ground.ABOVE_ZERO),
        ([sized("a", -0.5, 0.05)], Counsel.STOP, Ground.BELOW_WORTH),
        (ALIKE, Counsel.KEEP, Ground.ABOVE_ZERO),
        (
            [sized("a", 0.5, 0.05), sized("b", -0.5, 0.05, measures="hours")],
            Counsel.NOT_ENOUGH,
            Ground.OUTCOMES_CLASH,
        ),
    ],
)
def test_the_rule_leads_to_the_advice(findings, counsel, ground) -> None:
    found = advise(findings, RULE)
    assert (found.counsel, found.ground) == (counsel, ground)


def test_what_does_not_count_says_why() -> None:
    findings = [
        finding("a", way=Way.NOT_MEASURED),
        finding("b", step=Reached.OUTPUT),
        finding("c", level=1),
        finding("d", grade=Grade.CHECK),
        finding("e"),
    ]
    found = advise(findings, RULE)
    assert [why for _, why in found.aside] == [
        SetAside.NOT_MEASURED, SetAside.STEP_TOO_EARLY, SetAside.DESIGN_TOO_WEAK, SetAside.GRADE,
    ]  # fmt: skip
    assert [item.study for item in found.counted] == ["e"]


def test_a_small_real_effect_can_be_below_what_is_worth_it() -> None:
    worth = RULE.model_copy(update={"worth": (Worth(measures="wages", value=0.8, citation=OWN),)})
    assert advise(ALIKE, worth).counsel is Counsel.STOP
    assert advise(ALIKE, RULE).counsel is Counsel.KEEP


def test_one_further_study_as_said_turns_the_advice() -> None:
    found = advise(ALIKE, RULE)
    (turn,) = found.further
    assert turn.counsel is Counsel.NOT_ENOUGH
    assert turn.high is not None
    assert advise([*ALIKE, sized("new", turn.high, turn.se)], RULE).counsel is turn.counsel
    step = 12 * 0.5 * 2 / 80
    assert (
        advise([*ALIKE, sized("new", turn.high + 2 * step, turn.se)], RULE).counsel is Counsel.KEEP
    )


def test_leaving_a_study_out_or_moving_the_threshold_is_tried() -> None:
    found = advise([sized("a", 0.5, 0.05)], RULE)
    told = {(item.what, item.which): item.counsel for item in found.variants}
    assert told["without_study", "a"] is Counsel.NOT_ENOUGH
    assert {item.what for item in found.turns} == {"without_study"}
    weak = advise([sized("a", 0.5, 0.05, grade=Grade.CHECK)], RULE)
    assert weak.counsel is Counsel.NOT_ENOUGH
    assert [(item.what, item.counsel) for item in weak.turns] == [("every_grade", Counsel.KEEP)]


@given(st.lists(st.sampled_from(list(Way)), max_size=12))
def test_directions_without_sizes_never_decide(ways) -> None:
    findings = [finding(str(k), way=way) for k, way in enumerate(ways)]
    assert advise(findings, RULE).counsel is Counsel.NOT_ENOUGH


def _search(**changes) -> Search:
    facts = {
        "id": "s", "searched_on": "2026-01-01", "where": {"nl": "x", "en": "x"},
        "terms": ["x"], "by": "x",
        "kinds": ["law"], "steps": ["remedy"], "is_complete": True,
        "citation": {"source": "own", "grade": "sure"},
    }  # fmt: skip
    return Search.model_validate({**facts, **changes})


def test_an_empty_cell_says_whether_anybody_looked() -> None:
    findings = [
        finding("a", kinds=("law", "fund")),
        finding("b", kinds=("law",), way=Way.NEGATIVE, level=1),
        finding("c", kinds=("fund",), step=Reached.OUTCOME, way=Way.NOT_MEASURED),
    ]
    cells = {
        (cell.kind, cell.step.value): cell
        for cell in evidence_map(findings, [_search(instruments=["eudr"])], ["law", "fund"])
    }
    law = cells["law", "impact"]
    assert law.studies == ("a", "b")
    assert (law.best_level, law.count(Way.NEGATIVE)) == (5, 1)
    assert cells["fund", "impact"].studies == ("a",)
    assert cells["fund", "outcome"].state is CellState.NOT_MEASURED
    assert cells["law", "remedy"].state is CellState.NOTHING_FOUND
    assert not cells["law", "remedy"].is_thorough
    assert cells["fund", "remedy"].state is CellState.NOT_SEARCHED
    assert evidence_map([], [_search()], ["law"])[3].is_thorough
