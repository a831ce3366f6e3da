"""Laws of policy theories: statuses follow the rule, the weakest link is the best one can do."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.governance.theory.assess import assess, assess_all
from ketenkaart.core.governance.theory.faults import faults
from ketenkaart.core.governance.theory.layout import lay_out
from ketenkaart.core.governance.theory.routes import chains, loose_ends
from ketenkaart.core.governance.theory.types import (
    AssumptionStatus,
    Direction,
    Stage,
    StatusRule,
    Strength,
    Theory,
    TheoryArrow,
)

CITED = {"source": "own", "grade": "sure"}
WORDS = {"nl": "woorden", "en": "words"}
RULE = StatusRule.model_validate(
    {
        "statement": WORDS,
        "counts_from": "weak",
        "set_aside": ["check"],
        "designs": [
            {"id": strength.value, "label": WORDS, "strength": strength.value, "citation": CITED}
            for strength in Strength
        ],
        "citation": CITED,
    }
)


def finding(direction: str, strength: str, grade: str = "sure") -> dict[str, Any]:
    cited = {"source": "own", "grade": grade}
    return {"finding": WORDS, "direction": direction, "design": strength, "citation": cited}


def arrow(name: str, cause: str, effect: str, *evidence: dict[str, Any], **more: Any) -> dict:
    return {
        "id": name, "cause": cause, "effect": effect, "assumption": WORDS,
        "evidence": list(evidence), "citation": CITED, **more,
    }  # fmt: skip


def theory(nodes: dict[str, str], arrows: list[dict[str, Any]]) -> Theory:
    return Theory.model_validate(
        {
            "id": "t", "title": WORDS, "summary": WORDS, "citation": CITED,
            "nodes": [
                {"id": name, "stage": stage, "text": WORDS, "citation": CITED}
                for name, stage in nodes.items()
            ],
            "arrows": arrows,
        }
    )  # fmt: skip


def status(*evidence: dict[str, Any]) -> AssumptionStatus:
    return assess(TheoryArrow.model_validate(arrow("a", "x", "y", *evidence)), RULE).status


def test_the_status_follows_the_stated_rule() -> None:
    assert status() == "untested"
    assert status(finding("not_found", "strong")) == "untested"
    assert status(finding("supports", "none")) == "untested"
    assert status(finding("supports", "strong", "check")) == "untested"
    assert status(finding("supports", "weak")) == "supported"
    assert status(finding("supports", "moderate"), finding("contradicts", "weak")) == "supported"
    assert status(finding("supports", "weak"), finding("contradicts", "weak")) == "contradicted"
    assert status(finding("mixed", "strong")) == "contradicted"
    assert status(finding("mixed", "weak"), finding("supports", "strong")) == "supported"


evidence = st.lists(
    st.builds(
        finding,
        st.sampled_from([item.value for item in Direction]),
        st.sampled_from([item.value for item in Strength]),
        st.sampled_from(["sure", "check"]),
    ),
    max_size=5,
)


@given(evidence, st.sampled_from(["weak", "moderate", "strong"]))
def test_support_never_worsens_and_contradiction_never_betters_a_status(found, strength) -> None:
    order = ["contradicted", "untested", "supported"]
    before = assess(TheoryArrow.model_validate(arrow("a", "x", "y", *found)), RULE)
    helped = status(*found, finding("supports", strength))
    hurt = status(*found, finding("contradicts", strength))
    assert order.index(helped) >= order.index(before.status)
    assert order.index(hurt) <= order.index(before.status)
    assert status(*reversed(found)) == before.status
    assert before.is_disputed == (Strength.NONE not in (before.support, before.contradiction))


@st.composite
def graphs(draw: st.DrawFn) -> Theory:
    """A theory of up to nine nodes whose arrows run from earlier nodes to later ones."""
    stages = sorted(
        draw(st.lists(st.sampled_from(list(Stage)), min_size=2, max_size=9)), key=lambda s: s.order
    )
    nodes = {f"n{k}": stage.value for k, stage in enumerate(stages)}
    pairs = [(i, j) for j in range(len(stages)) for i in range(j)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=14, unique=True))
    return theory(
        nodes,
        [
            arrow(f"a{k}", f"n{i}", f"n{j}", *draw(evidence))
            for k, (i, j) in enumerate(sorted(chosen))
        ],
    )


def ways(made: Theory, start: str, end: str) -> list[tuple[str, ...]]:
    if start == end:
        return [()]
    return [
        (item.id, *rest)
        for item in made.arrows
        if item.cause == start
        for rest in ways(made, item.effect, end)
    ]


@settings(max_examples=150)
@given(graphs())
def test_no_way_has_a_stronger_weakest_link_than_the_one_named(made: Theory) -> None:
    found = assess_all(made, RULE)
    named = {(chain.start, chain.end): chain for chain in chains(made, found)}
    inputs = [node.id for node in made.nodes if node.stage is Stage.INPUT]
    impacts = [node.id for node in made.nodes if node.stage is Stage.IMPACT]
    for start, end in product(inputs, impacts):
        every = ways(made, start, end)
        assert bool(every) == ((start, end) in named)
        if every:
            chain = named[start, end]
            lowest = {way: min(found[item].rank for item in way) for way in every}
            best = max(lowest.values())
            assert chain.rank == best
            shortest = min((len(way), way) for way in every if lowest[way] == best)
            assert chain.arrows == shortest[1]
            assert set(chain.unavoidable) == set.intersection(*map(set, every))
            assert {found[item].rank for item in chain.weakest} == {best}
    inputs_loose, impacts_loose = loose_ends(made)
    assert set(inputs_loose) == {i for i in inputs if not any(start == i for start, _ in named)}
    assert set(impacts_loose) == {i for i in impacts if not any(end == i for _, end in named)}


@settings(max_examples=150)
@given(graphs())
def test_in_a_drawing_nothing_overlaps_and_every_arrow_leads_down(made: Theory) -> None:
    drawn = lay_out(made, gap=0.14)
    places = {place.node: place for place in drawn.places}
    assert places.keys() == {node.id for node in made.nodes}
    for one, other in product(drawn.places, drawn.places):
        if one.node < other.node and one.layer == other.layer:
            assert abs(one.x - other.x) >= 1.14 - 1e-6
    for item in made.arrows:
        points = drawn.ways[item.id]
        layers = [layer for _, layer in points]
        assert layers == list(range(layers[0], layers[-1] + 1))
        assert len(layers) > 1
        assert points[0] == (places[item.cause].x, places[item.cause].layer)
        assert points[-1] == (places[item.effect].x, places[item.effect].layer)
    assert all(0.5 - 1e-6 <= place.x <= drawn.width - 0.5 + 1e-6 for place in drawn.places)
    stages = {node.id: node.stage for node in made.nodes}
    for one, other in product(drawn.places, drawn.places):
        if stages[one.node].order < stages[other.node].order:
            assert one.layer < other.layer


def test_a_drawing_without_need_has_no_crossings() -> None:
    made = theory(
        {"a": "input", "b": "input", "c": "output", "d": "output", "e": "impact"},
        [arrow("1", "a", "d"), arrow("2", "b", "c"), arrow("3", "c", "e"), arrow("4", "d", "e")],
    )
    assert lay_out(made).crossings == 0


NODES = {"a": "input", "b": "output", "c": "impact"}


@pytest.mark.parametrize(
    ("arrows", "path", "words"),
    [
        ([arrow("1", "a", "x")], ("arrows", 0, "effect"), "Unknown node 'x'"),
        ([arrow("1", "a", "a")], ("arrows", 0, "effect"), "to itself"),
        (
            [arrow("1", "a", "b"), arrow("1", "b", "c")],
            ("arrows", 1, "id"), "'1' stands here twice",
        ),
        (
            [arrow("1", "a", "b"), arrow("2", "a", "b"), arrow("3", "b", "c")],
            ("arrows", 0, "effect"), "More than one arrow runs from 'a' to 'b'",
        ),
        ([arrow("1", "a", "b"), arrow("2", "c", "b")], ("arrows", 1, "effect"), "leads back"),
        ([arrow("1", "a", "b")], ("nodes", 2, "id"), "No arrow leads to or from 'c'"),
        (
            [arrow("1", "a", "b"), arrow("2", "b", "c"), arrow("3", "a", "c", is_feedback=True)],
            ("arrows", 2, "is_feedback"), "declared feedback, but nothing leads from 'c' to 'a'",
        ),
    ],
)  # fmt: skip
def test_what_makes_a_graph_no_theory_is_named_with_its_place(arrows, path, words) -> None:
    first = faults(theory(NODES, arrows))[0]
    assert first.path == path
    assert words in first.what
    assert first.fix


def test_a_circle_is_named_node_by_node_unless_declared_feedback() -> None:
    nodes = {"a": "input", "b": "outcome", "c": "outcome", "d": "impact"}
    line = [arrow("1", "a", "b"), arrow("2", "b", "c"), arrow("4", "c", "d")]
    round_about = theory(nodes, [*line, arrow("3", "c", "b")])
    assert [fault.what for fault in faults(round_about)] == [
        "The arrow '2' closes a circle: b > c > b"
    ]
    declared = theory(nodes, [*line, arrow("3", "c", "b", is_feedback=True)])
    assert faults(declared) == ()


def test_no_claim_rests_on_a_side_effect() -> None:
    made = theory(NODES, [arrow("1", "a", "b"), arrow("2", "b", "c", is_adverse=True)])
    assert chains(made, assess_all(made, RULE)) == ()
    assert loose_ends(made) == (("a",), ("c",))
