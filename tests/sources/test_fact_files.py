"""Facts about a firm: typed, with units; what does not fit is named, nothing is filled in."""

from __future__ import annotations

import json
from hashlib import sha256
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.values import Cell
from ketenkaart.core.provenance import State
from ketenkaart.services.laws import check_text, law_book
from ketenkaart.sources.facts import parse_facts, read_facts

BOOK = law_book()


def facts(text: str):
    return parse_facts(f"vocabulary: 1\nfacts:\n{text}", "firm.yml", BOOK)


def test_five_states_are_five_things() -> None:
    found = facts(
        "  employees: {2025: 0, 2024: null, 2023: unknown, 2022: refused, 2021: not_researched}\n"
        "  business_in_uk: not_applicable\n"
    )
    assert found.known[Cell("employees", "", 2025)] == (0, 0)
    states = {year: found.state(Cell("employees", "", year)) for year in (2024, 2023, 2022, 2021)}
    assert states == {
        2024: State.UNKNOWN, 2023: State.UNKNOWN, 2022: State.REFUSED, 2021: State.NOT_RESEARCHED,
    }  # fmt: skip
    assert found.known[Cell("business_in_uk")] == (0, 0)


def test_a_stated_unknown_year_is_not_filled_from_the_answer_for_all() -> None:
    assert facts("  employees: 10\n").span(Cell("employees", "", 2025)) == (10, 10)
    found = facts("  employees: {2025: unknown, 2024: 10}\n")
    assert found.span(Cell("employees", "", 2025)) is None


def test_money_keeps_its_currency_and_ranges_their_ends() -> None:
    found = facts("  turnover: [450_000_000 EUR, 300000000..400000000 GBP]\n")
    assert found.known[Cell("turnover", "EUR")] == (450e6, 450e6)
    assert found.known[Cell("turnover", "GBP")] == (300e6, 400e6)
    assert Cell("turnover", "USD") not in found.known


def test_a_firm_without_a_group_is_its_own_group() -> None:
    found = facts("  employees: {2025: 40, 2024: 30}\n  group_employees: not_applicable\n")
    assert found.span(Cell("group_employees", "", 2025)) == (40, 40)
    assert found.span(Cell("group_employees", "", 2023)) is None


def spans(text: str) -> dict[str, tuple[float, float]]:
    found = facts(f"  imports_minerals_kg: {text}\n")
    return {cell.unit: span for cell, span in found.known.items()}


def test_quantities_are_spread_over_the_lines_of_the_annex() -> None:
    assert spans('{"2609": 9000}') == {"cn_2609_00_00": (0, 9000)}
    assert spans('{"26 09 00 00": 9000}') == {"cn_2609_00_00": (9000, 9000)}
    assert spans('{"8007001000": 5}') == {"cn_8007_00": (5, inf)}
    assert spans('{"7108": 80}') == {"cn_7108_unrefined": (0, 80), "cn_7108_refined": (0, 80)}
    assert spans('{"2615900090": 80, other: 0}')["cn_2615_90_00_10"] == (0, 0)
    assert spans('{"2615900010": 80, other: 0}')["cn_2615_90_00_10"] == (80, 80)
    assert len(spans('{"26090000": 1, other: 0}')) == 23
    assert len(spans('{"26090000": 1, other: unknown}')) == 1


REFUSED = {
    "unit missing": ("  turnover: 450000000\n", "unit is missing", "turnover"),
    "not a number": ("  employees: many\n", "Write a number", "employees"),
    "negative": ("  employees: -1\n", "not negative", "employees"),
    "turned around": ("  employees: 9..3\n", "above the upper end", "employees"),
    "yes or no": ("  business_in_uk: 1\n", "yes or no", "business_in_uk"),
    "unknown fact": ("  employes: 10\n", "Unknown fact 'employes'", "employes"),
    "country": ("  seat: NLX\n", "Unknown code", "seat"),
    "no year": ("  seat: {2025: NLD}\n", "not given per year", "seat"),
    "mixed years": ("  employees: {2025: 1, all: 2}\n", "is no year", "all"),
    "always applies": ("  seat: not_applicable\n", "always applies", "seat"),
    "no such day": ("  financial_year_end: 02-30\n", "has no day", "financial_year_end"),
    "month": ("  financial_year_end: 13-01\n", "MM-DD", "financial_year_end"),
    "commodity": ("  eudr_commodities: [gold]\n", "Unknown code", "eudr_commodities"),
    "two amounts": ("  turnover: [1 EUR, 2 EUR]\n", "twice", "turnover"),
    "counted twice": (
        '  imports_minerals_kg: {"2609": 1, "26090000": 1}\n', "counted in", "imports_minerals_kg",
    ),
    "no code": ("  imports_minerals_kg: {tin: 1}\n", "no goods code", "imports_minerals_kg"),
    "other": ("  imports_minerals_kg: {other: 5}\n", "other: 0", "imports_minerals_kg"),
    "a boolean": ("  employees: true\n", "Write a number", "employees"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_an_answer_that_does_not_fit_is_named(case) -> None:
    text, words, key = case
    with pytest.raises(InputError) as caught:
        facts(text)
    message = str(caught.value)
    assert words in message
    assert f"firm.yml:3 (key '{key}')" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "facts"),
        ("vocabulary: 2\nfacts: {}\n", "vocabulary 2"),
        ("facts: [1]\n", "name: value"),
        ("facts: {}\nfirm: x\n", "Unknown key 'firm'"),
        ("facts: {employees: 1, employees: 2}\n", "twice"),
        ("facts: &a {b: *a}\n", "Anchors"),
        ("facts: !!python/object:os.system {}\n", "tag"),
        ("facts: {employees: [\n", "YAML"),
    ],
)
def test_a_file_that_is_no_file_of_facts_is_refused(text, words) -> None:
    with pytest.raises(InputError, match=words):
        parse_facts(text, "firm.yml", BOOK)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_facts(tmp_path / "none.yml", BOOK)


NAMES = st.sampled_from([fact.id for fact in BOOK.vocabulary.facts])
ODD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["yes", "NLD", "12-31", "5 EUR", "1..2", "refused", "not_applicable"])
)  # fmt: skip
VALUES = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["2025", "2024", "26090000", "other", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@settings(max_examples=25)
@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_whatever_stands_there_is_answered_or_refused(content) -> None:
    text = json.dumps({"vocabulary": 1, "facts": content})
    try:
        answers = check_text(text, "firm.json", laws=("csddd", "eu_2017_821", "csrd"))
    except InputError as error:
        answers, where = None, error.where
    if answers is None:
        assert (where or "").startswith("firm.json:")
    else:
        assert {item.in_scope for item in answers.results} <= {"yes", "no", "unknown"}


# What a file of facts may say, per version of the vocabulary. A change that can make an older file
# mean something else, or be refused, raises `version` in vocabulary.yml and adds a line here. A new
# fact only gives another digest.
MEANINGS = {1: "3c63aa0c98eb5eb1"}


def meanings() -> dict[str, list[object]]:
    """Return what decides how an answer to each fact is read."""
    return {
        fact.id: [
            fact.kind, fact.per, fact.level, fact.table, fact.same_as,
            str(fact.when_not_applicable),
            [] if fact.id == "seat" else sorted(fact.choices),
        ]
        for fact in BOOK.vocabulary.facts
    }  # fmt: skip


def digest() -> str:
    return sha256(json.dumps(meanings(), sort_keys=True).encode()).hexdigest()[:16]


def test_a_fact_that_means_something_else_raises_the_version_of_the_vocabulary() -> None:
    assert BOOK.vocabulary.version == max(MEANINGS)
    assert digest() == MEANINGS[BOOK.vocabulary.version], (
        f"the facts changed ({digest()}): is an older file still read as it was meant?"
    )
