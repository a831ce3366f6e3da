"""Laws of alignment scores and clause matrices: what nobody looked at decides nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.governance.norms.clauses import (
    Cover,
    Side,
    clause_matrix,
    compare,
    template_agreement,
)
from ketenkaart.core.governance.norms.scoring import score, verdict
from ketenkaart.core.governance.norms.types import (
    Agreement,
    Alignment,
    AlignmentCriterion,
    AlignmentScore,
    Element,
    Norm,
    ScoreSheet,
)

CITED = {"source": "own", "grade": "sure"}
WORDS = {"nl": "woorden", "en": "words"}
NORMS = [
    Norm.model_validate({"id": name, "group": "guidance", "text": WORDS, "citation": CITED})
    for name in ("n1", "n2")
]
ELEMENTS = [
    Element.model_validate(
        {"id": name, "title": WORDS, "expected": WORDS, "norms": norms, "citation": CITED}
    )
    for name, norms in (("e1", ["n1"]), ("e2", ["n2"]), ("e3", []))
]
CRITERIA = [
    AlignmentCriterion.model_validate(
        {"id": f"c{k}", "part": part, "step": step, "question": WORDS, "citation": CITED}
    )
    for k, (part, step) in enumerate(
        [("standard", "embed"), ("standard", "act"), ("implementation", "act"),
         ("credibility", None)]
    )
]  # fmt: skip
alignments = st.sampled_from(list(Alignment))


def agreement(clauses: list[tuple[str, dict[str, str]]], **more: Any) -> Agreement:
    return Agreement.model_validate(
        {
            "id": "a", "name": WORDS, "is_read": False, "citation": CITED,
            "clauses": [
                {
                    "id": f"k{number}", "element": element, "text": WORDS, "citation": CITED,
                    "meets": [{"norm": n, "level": level} for n, level in meets.items()],
                }
                for number, (element, meets) in enumerate(clauses)
            ],
            **more,
        }
    )  # fmt: skip


def test_a_verdict_by_hand() -> None:
    assert verdict([Alignment.FULLY] * 3).alignment is Alignment.FULLY
    assert verdict([Alignment.NOT, Alignment.NOT]).alignment is Alignment.NOT
    mixed = verdict([Alignment.FULLY, Alignment.PARTLY, Alignment.NOT])
    assert (mixed.alignment, mixed.share) == (Alignment.PARTLY, 0.5)
    nothing = verdict([Alignment.NOT_APPLICABLE])
    assert (nothing.alignment, nothing.share) == (Alignment.NOT_APPLICABLE, None)


@given(st.lists(alignments, max_size=8))
def test_one_criterion_unseen_leaves_the_verdict_open(scores) -> None:
    found = verdict([*scores, Alignment.NOT_RESEARCHED])
    assert found.alignment is None
    assert found.share is None
    assert found.missing == 1 + scores.count(Alignment.NOT_RESEARCHED)


@given(st.lists(st.sampled_from([Alignment.FULLY, Alignment.PARTLY, Alignment.NOT]), min_size=1))
def test_a_verdict_ignores_order_and_rises_with_each_score(scores) -> None:
    found = verdict(scores)
    assert found == verdict(list(reversed(scores)))
    assert found.share is not None
    assert 0 <= found.share <= 1
    raised = verdict([Alignment.FULLY, *scores[1:]])
    assert raised.share is not None
    assert raised.share >= found.share
    assert (found.share == 1) == (found.alignment is Alignment.FULLY)
    assert (found.share == 0) == (found.alignment is Alignment.NOT)


@given(st.lists(alignments, min_size=4, max_size=4))
def test_a_sheet_has_every_criterion_once_and_parts_that_add_up(given_scores) -> None:
    sheet = ScoreSheet.model_validate(
        {
            "id": "s", "name": WORDS, "initiative_of": "industry", "citation": CITED,
            "scores": [
                {"criterion": f"c{k}", "alignment": value}
                if value is Alignment.NOT_RESEARCHED
                else {"criterion": f"c{k}", "alignment": value, "evidence": "e",
                      "citation": CITED}
                for k, value in enumerate(given_scores)
                if k != 3
            ],
        }
    )  # fmt: skip
    found = score(sheet, CRITERIA)
    assert [criterion.id for criterion, _ in found.scores] == ["c0", "c1", "c2", "c3"]
    assert found.missing[-1] == "c3", "a criterion without a row is not researched"
    assert found.total.alignment is None
    for kind in Alignment:
        in_parts = sum(item.counts[kind] for item in found.parts.values())
        assert in_parts == found.total.counts[kind]
    assert set(found.steps) == {"embed", "act"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"alignment": "fully"}, "needs evidence"),
        ({"alignment": "not_applicable", "citation": CITED}, "needs evidence, or a reason"),
        ({"alignment": "partly", "evidence": "x"}, "needs a citation"),
        ({"alignment": "not_researched", "evidence": "x"}, "has no evidence"),
    ],
)
def test_a_score_shows_what_it_rests_on(content, words) -> None:
    with pytest.raises(ValidationError, match=words):
        AlignmentScore.model_validate({"criterion": "c0", **content})


def test_a_norm_is_followed_by_its_best_clause_and_parts_are_not_added_up() -> None:
    twice = agreement([("e1", {"n1": "partly"}), ("e2", {"n1": "partly"})])
    assert [row.cover for row in clause_matrix(twice, NORMS)] == [
        Cover.PARTLY, Cover.NOT_RESEARCHED
    ]  # fmt: skip
    best = agreement([("e1", {"n1": "partly"}), ("e2", {"n1": "fully"})], is_read=True)
    rows = clause_matrix(best, NORMS)
    assert [row.cover for row in rows] == [Cover.FULLY, Cover.SILENT]
    assert len(rows[0].clauses) == 2


def test_a_known_absence_is_silence_in_a_text_that_nobody_read_whole() -> None:
    lacking = agreement(
        [], absent=[{"element": "e2", "text": WORDS, "norms": ["n2"], "citation": CITED}]
    )
    rows = clause_matrix(lacking, NORMS)
    assert [row.cover for row in rows] == [Cover.NOT_RESEARCHED, Cover.SILENT]
    assert len(rows[1].absent) == 1


@pytest.mark.parametrize(
    ("left", "right", "sides"),
    [
        ((["e1"], True), (["e1"], True), (Side.BOTH, Side.NEITHER, Side.NEITHER)),
        ((["e1"], True), (["e2"], True), (Side.ONLY_LEFT, Side.ONLY_RIGHT, Side.NEITHER)),
        ((["e1"], True), ([], False), (Side.UNKNOWN_RIGHT, Side.UNKNOWN, Side.UNKNOWN)),
        (([], False), (["e1"], True), (Side.UNKNOWN_LEFT, Side.UNKNOWN, Side.UNKNOWN)),
    ],
)
def test_only_a_text_that_was_read_can_lack_an_element(left, right, sides) -> None:
    one, other = (
        agreement([(element, {}) for element in elements], is_read=is_read)
        for elements, is_read in (left, right)
    )
    rows = compare(one, other, ELEMENTS)
    assert tuple(row.side for row in rows) == sides
    swapped = compare(other, one, ELEMENTS)
    mirror = {
        Side.ONLY_LEFT: Side.ONLY_RIGHT, Side.UNKNOWN_LEFT: Side.UNKNOWN_RIGHT,
        Side.ONLY_RIGHT: Side.ONLY_LEFT, Side.UNKNOWN_RIGHT: Side.UNKNOWN_LEFT,
    }  # fmt: skip
    assert [row.side for row in swapped] == [mirror.get(side, side) for side in sides]


def test_the_template_follows_every_norm_that_its_elements_name() -> None:
    template = template_agreement(ELEMENTS, agreement([]))
    assert [row.cover for row in clause_matrix(template, NORMS)] == [Cover.FULLY, Cover.FULLY]
    deviating = agreement(
        [], deviations=[{"element": "e3", "why": WORDS, "citation": CITED}], is_read=True
    )
    rows = compare(template, deviating, ELEMENTS)
    assert [row.side for row in rows] == [Side.ONLY_LEFT] * 3
    assert [len(row.deviations) for row in rows] == [0, 0, 1]
