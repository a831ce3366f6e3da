"""Missing is never a default: no completion of the missing facts contradicts an in or an out.

Rules and facts are generated; every completion is enumerated and answered by a second reading of
the conditions, written here with plain true and false, that shares no code with the engine.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from datetime import date
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.governance.rules.evaluate import evaluate, smallest_proof
from ketenkaart.core.governance.rules.kleene import UNKNOWN, YES
from ketenkaart.core.governance.rules.question import next_question, open_cells
from ketenkaart.core.governance.rules.sweep import Population, evaluate_all
from ketenkaart.core.governance.rules.tree import Node, Setting, leaves_of, prepare
from ketenkaart.core.governance.rules.types import Condition
from ketenkaart.core.governance.rules.values import Cell, Facts
from ketenkaart.core.governance.rules.vocabulary import FactDefinition, Vocabulary
from ketenkaart.core.provenance import Citation, Grade, State, Text

WORDS = Text(nl="x", en="x")


def fact(name: str, kind: Any, **more: Any) -> FactDefinition:
    return FactDefinition(id=name, kind=kind, label=WORDS, question=WORDS, **more)


DAY = date(2026, 7, 1)
VOCABULARY = Vocabulary(
    version=1,
    as_of=DAY,
    citation=Citation(source="own", grade=Grade.ASSUMED),
    facts=(
        fact("a", "yes_no"),
        fact("b", "yes_no"),
        fact("n", "count"),
        fact("e", "count", per="financial_year"),
        fact("m", "money"),
        fact("c", "code", choices=("x", "y", "z")),
        fact("l", "list", choices=("p", "q")),
        fact("financial_year_end", "month_day"),
    ),
)
TESTS = ("more_than", "at_least", "less_than", "at_most")
NUMBERS = (0.0, 1.0, 1.5, 2.0, 3.0)
# Every value that the tests of a fact can tell apart, and no more.
RANGES: dict[str, tuple[float, ...]] = {
    "a": (0.0, 1.0), "b": (0.0, 1.0), "n": NUMBERS, "e": (0.0, 1.0, 2.0), "m": (0.0, 1.0, 2.0),
    "c": (0.0, 1.0, 2.0), "l": (0.0, 1.0), "financial_year_end": (331.0, 1231.0),
}  # fmt: skip
YEARS = (2026, 2025, 2024, 2023, 2022)


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["a", "b", "n", "e", "e", "m", "c", "l"]))
    if name in "ab":
        return {"fact": name, "is": draw(st.sampled_from(["yes", "no"]))}
    if name == "c":
        return {"fact": "c", "in_any_of": draw(st.sampled_from([("x",), ("x", "y"), ("z",)]))}
    if name == "l":
        return {"fact": "l", "includes_any": draw(st.sampled_from([("p",), ("q",), ("p", "q")]))}
    found: dict[str, Any] = {
        "fact": name,
        draw(st.sampled_from(TESTS)): draw(st.sampled_from([1, 2])),
    }
    if name == "m":
        found["unit"] = draw(st.sampled_from(["EUR", "GBP"]))
    return found


def wrapped(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    years = st.sampled_from(["in_each_of_last", "in_one_of_last", "years_back"])
    return st.one_of(
        st.builds(lambda parts: {"all": parts}, several),
        st.builds(lambda parts: {"any": parts}, several),
        st.builds(lambda parts: {"none": parts}, several),
        st.builds(
            lambda parts, k: {"count": {"at_least": min(k, len(parts)), "of": parts}},
            several, st.integers(1, 3),
        ),
        st.builds(
            lambda name, part: {name: {"years": 1 + (name[0] == "i"), "of": part}},
            years, comparisons(),
        ),
        st.builds(lambda part: {"sustained": {"years": 2, "of": part}}, comparisons()),
    )  # fmt: skip


TREES = st.recursive(comparisons(), wrapped, max_leaves=4)


@st.composite
def known(draw: st.DrawFn) -> Facts:
    found: dict[Cell, tuple[float, float]] = {}
    states: dict[tuple[str, int], State] = {}
    cells = [Cell(name) for name in ("a", "b", "n", "c")]
    cells += [Cell("m", "EUR"), Cell("m", "GBP"), Cell("l", "p"), Cell("l", "q")]
    # A file gives a fact for every year or for single years, never both.
    years = draw(st.sampled_from([(0,), (2026, 2025, 2024), (2026, 2025, 2024)]))
    cells += [Cell("e", "", year) for year in years]
    cells += [Cell("financial_year_end")]
    for cell in cells:
        what = draw(st.integers(0, 3))
        if what == 0:
            low, high = sorted(draw(st.tuples(*[st.sampled_from(RANGES[cell.fact])] * 2)))
            is_number = cell.fact in "nem"
            found[cell] = (low, high) if is_number else (low, low)
        elif what == 1:
            value = draw(st.sampled_from(RANGES[cell.fact]))
            found[cell] = (value, value)
        elif what == 2 and cell.fact in "abn":
            states[cell.fact, 0] = draw(st.sampled_from(list(State)[1:]))
    return Facts(found, states)


def meant(condition: Condition, values: dict[Cell, float], year: int, before: bool) -> bool:
    """What a condition says when everything is known; `before`: the status before all years."""
    if condition.fact is not None:
        return compared(condition, values, year)
    parts = [meant(part, values, year, before) for part in condition.parts()]
    if condition.all is not None:
        return all(parts)
    if condition.any is not None:
        return any(parts)
    if condition.none is not None:
        return not any(parts)
    if condition.count is not None:
        return sum(parts) >= condition.count.at_least
    return over_years(condition, values, year, before)


def over_years(condition: Condition, values: dict[Cell, float], year: int, before: bool) -> bool:
    inner = condition.parts()[0]
    met = {y: meant(inner, values, y, before) for y in range(YEARS[-1] + 1, year + 1)}
    if condition.years_back is not None:
        return met[year - 1]
    if condition.in_each_of_last is not None:
        return met[year] and met[year - 1]
    if condition.in_one_of_last is not None:
        return met[year] or met[year - 1]
    holds = before
    for y in range(YEARS[-1] + 2, year + 1):
        if met[y] == met[y - 1]:
            holds = met[y]
    return holds


PLAIN: dict[str, Callable[[float, float], bool]] = {
    "more_than": operator.gt,
    "at_least": operator.ge,
    "less_than": operator.lt,
    "at_most": operator.le,
}


def compared(condition: Condition, values: dict[Cell, float], year: int) -> bool:
    name = condition.fact or ""
    if condition.includes_any is not None:
        return any(values[Cell("l", choice)] == 1 for choice in condition.includes_any)
    if condition.in_any_of is not None:
        return "xyz"[int(values[Cell("c")])] in condition.in_any_of
    if condition.is_ is not None:
        return (values[Cell(name)] == 1) == (condition.is_ == "yes")
    value = values[Cell(name, condition.unit or "", year if name == "e" else 0)]
    test = condition.tests[0]
    return PLAIN[test](value, getattr(condition, test))


def used_cells(condition: Condition) -> set[Cell]:
    found: set[Cell] = set()
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.parts())
        if node.fact == "e":
            found |= {Cell("e", "", year) for year in YEARS} | {Cell("financial_year_end")}
        elif node.fact == "l":
            found |= {Cell("l", choice) for choice in node.includes_any or ()}
        elif node.fact is not None:
            found.add(Cell(node.fact, node.unit or ""))
    return found


def completions(condition: Condition, facts: Facts) -> list[dict[Cell, float]]:
    cells = sorted(used_cells(condition))
    choices = []
    for cell in cells:
        span = facts.span(cell) or (float("-inf"), float("inf"))
        choices.append([v for v in RANGES[cell.fact] if span[0] <= v <= span[1]])
    if np.prod([len(choice) for choice in choices]) > 1500:
        # Too many to count: the cells furthest back take one value each.
        choices = [c[:1] if cell.year in (2022, 2023) else c
                   for cell, c in zip(cells, choices, strict=True)]  # fmt: skip
    return [dict(zip(cells, row, strict=True)) for row in product(*choices)]


def prepared(tree: dict[str, Any], facts: Facts) -> tuple[Condition, Node]:
    condition = Condition.model_validate(tree)
    years = facts.years()
    return condition, prepare(
        condition, {}, Setting(VOCABULARY, {}, DAY, years[0] if years else None)
    )


def disagreements(condition: Condition, node: Node, facts: Facts) -> tuple[int, int]:
    """Return how many completions there are, and how many contradict the decided answer."""
    value = evaluate(node, facts)
    tried = wrong = 0
    for values in completions(condition, facts) if value != UNKNOWN else ():
        year = 2026 if values.get(Cell("financial_year_end"), 1231.0) == 331.0 else 2025
        for before in (False, True):
            tried += 1
            wrong += meant(condition, values, year, before) != (value == YES)
    return tried, wrong


@settings(max_examples=60)
@given(TREES, known())
def test_no_completion_contradicts_a_decided_answer(tree, facts) -> None:
    assert disagreements(*prepared(tree, facts), facts)[1] == 0


def made_tree(draw: random.Random, depth: int) -> dict[str, Any]:
    """A tree of two or three parts per node, with years at its ends."""
    if depth == 0:
        name = draw.choice("abneeemcl")
        if name in "ab":
            return {"fact": name, "is": draw.choice(["yes", "no"])}
        if name == "c":
            return {"fact": "c", "in_any_of": draw.choice([("x",), ("x", "y")])}
        if name == "l":
            return {"fact": "l", "includes_any": draw.choice([("p",), ("p", "q")])}
        found: dict[str, Any] = {"fact": name, draw.choice(TESTS): draw.choice([1, 2])}
        if name == "m":
            found["unit"] = draw.choice(["EUR", "GBP"])
        years = draw.choice(["", "in_each_of_last", "in_one_of_last", "sustained", "sustained"])
        return {years: {"years": 2, "of": found}} if years and name == "e" else found
    parts = [made_tree(draw, depth - 1) for _ in range(draw.choice([2, 2, 3]))]
    kind = draw.choice(["all", "any", "none", "count"])
    return {kind: {"at_least": 2, "of": parts} if kind == "count" else parts}


def made_facts(draw: random.Random) -> Facts:
    cells = [Cell("a"), Cell("b"), Cell("n"), Cell("c"), Cell("m", "EUR"), Cell("m", "GBP")]
    cells += [Cell("l", "p"), Cell("l", "q"), Cell("financial_year_end")]
    cells += [Cell("e", "", year) for year in (2026, 2025, 2024)]
    found = {cell: draw.choice(RANGES[cell.fact]) for cell in cells if draw.random() < 0.55}
    return Facts({cell: (value, value) for cell, value in found.items()})


@pytest.mark.parametrize(
    ("seed", "size"), [(5, 150), pytest.param(6, 1500, marks=pytest.mark.long)]
)
def test_many_completions_of_many_rules_agree(seed: int, size: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - trees, not secrets
    decided = tried = mixed_years = 0
    for _ in range(size):
        tree, facts = made_tree(draw, draw.choice([1, 1, 2])), made_facts(draw)
        condition, node = prepared(tree, facts)
        count, wrong = disagreements(condition, node, facts)
        assert wrong == 0, (tree, facts)
        value = evaluate(node, facts)
        columns = {cell: np.array([span[0]]) for cell, span in facts.known.items()}
        assert evaluate_all(node, Population(1, columns)).tolist() == [value]
        proof = smallest_proof(node, facts)
        if proof is not None:
            enough = Facts({cell: facts.known[cell] for cell in proof.cells})
            assert evaluate(node, enough) == value
        decided += count > 0
        tried += count
        mixed_years += count > 0 and "sustained" in str(tree)
    assert decided >= size / 4
    assert tried >= size * 30
    assert mixed_years >= size / 20


@settings(max_examples=35)
@given(TREES, known())
def test_the_proof_is_enough_and_nothing_smaller_is(tree, facts) -> None:
    _, node = prepared(tree, facts)
    value = evaluate(node, facts)
    proof = smallest_proof(node, facts)
    assert (proof is None) == (value == UNKNOWN)
    if proof is None:
        return

    def only(cells: Any) -> Facts:
        # A year that is stated to be unknown stays so, whatever the answer for every year.
        spans = {cell: span for cell in cells if (span := facts.span(cell)) is not None}
        return Facts(spans, facts.states)

    assert evaluate(node, only(proof.cells)) == value
    assert {facts.effective(leaf.cell) for leaf in proof.leaves} == proof.cells
    leaves = {facts.effective(leaf.cell) for leaf in leaves_of(node)}
    for smaller in combinations(sorted(leaves), max(0, len(proof.cells) - 1)):
        assert evaluate(node, only(smaller)) == UNKNOWN


@settings(max_examples=35)
@given(TREES, st.lists(known(), min_size=1, max_size=6))
def test_a_population_is_answered_like_its_firms(tree, firms) -> None:
    exact = [Facts({c: s for c, s in f.known.items() if s[0] == s[1]}, {}) for f in firms]
    cells = {cell for facts in exact for cell in facts.known}
    columns = {
        cell: np.array([f.known.get(cell, (np.nan, np.nan))[0] for f in exact]) for cell in cells
    }
    population = Population(len(exact), columns)
    years = population.years()
    setting = Setting(VOCABULARY, {}, DAY, years[0] if years else None)
    node = prepare(Condition.model_validate(tree), {}, setting)
    answers = evaluate_all(node, population)
    assert answers.tolist() == [evaluate(node, facts) for facts in exact]
    memo: dict[Node, Any] = {}
    assert evaluate_all(node, population, memo).tolist() == answers.tolist()
    assert evaluate_all(node, population, memo).tolist() == answers.tolist()


@settings(max_examples=35)
@given(TREES, known())
def test_a_question_is_asked_only_where_it_can_matter(tree, facts) -> None:
    _, node = prepared(tree, facts)
    question = next_question(node, facts)
    cells = open_cells(node, facts)
    if evaluate(node, facts) != UNKNOWN:
        assert question is None
        return
    assert question is not None
    assert question.cell in cells
    assert question.bits >= 0
    assert any(not facts.is_answered(cell) for cell in cells) <= (
        not facts.is_answered(question.cell)
    )


@settings(max_examples=35)
@given(TREES, known(), known())
def test_more_facts_never_turn_an_answer_around(tree, facts, others) -> None:
    _, node = prepared(tree, facts)
    before = evaluate(node, facts)
    if before != UNKNOWN:
        # Only what was truly unknown: an answer for every year would speak for single years too.
        more = {
            cell: span for cell, span in others.known.items()
            if facts.span(cell) is None and not (cell.fact == "e" and cell.year == 0)
        }  # fmt: skip
        assert evaluate(node, Facts({**facts.known, **more}, facts.states)) == before
