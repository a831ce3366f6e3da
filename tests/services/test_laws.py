"""Laws as a service: populations, questions, comparisons; one reading of the law for all."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.core.governance.rules.moving import scope_of_all
from ketenkaart.services.laws import (
    check_facts,
    check_text,
    compare_laws,
    find_law,
    find_version,
    law_book,
)
from ketenkaart.services.laws.asking import Interview, interview_from, resume, save
from ketenkaart.services.laws.facts import asked_facts, template
from ketenkaart.services.laws.population import sweep_file
from ketenkaart.sources.facts import parse_facts
from ketenkaart.sources.population import read_population

BOOK = law_book()
DAYS = (
    date(2020, 6, 1),
    date(2024, 12, 31),
    date(2025, 6, 1),
    date(2026, 11, 22),
    date(2027, 3, 1),
)
FIRM = """vocabulary: 1
facts: {seat: NL, financial_year_end: 12-31, employees: 6000, turnover: 2000000000 EUR}
"""


def random_firm(draw: random.Random) -> dict[str, str]:
    """A firm as cells of a population: some facts, some of them unknown."""
    size = 10 ** draw.uniform(0, 5)
    return {
        "seat": draw.choice(["NLD", "FR", "DEU", "USA", "CHE", "AUS", ""]),
        "financial_year_end": draw.choice(["12-31", "03-31", "06-30", ""]),
        "employees_2025": str(int(size)), "employees_2024": draw.choice([str(int(size)), "", "1"]),
        "employees_2023": draw.choice([str(int(size)), ""]),
        "turnover_EUR": str(int(size * 300_000)), "turnover_GBP": draw.choice(["", "36000000"]),
        "turnover_eu_EUR_2024": str(int(size * 200_000)), "balance_total_EUR": str(int(size * 9e4)),
        "is_ultimate_parent": draw.choice(["yes", "no", "unknown"]),
        "group_employees": draw.choice(["not_applicable", "20000", "refused"]),
        "group_turnover_EUR": draw.choice(["2000000000", ""]),
        "group_turnover_AUD": draw.choice(["100000000", "1", ""]),
        "franchise_or_licence": draw.choice(["no", "not_applicable", ""]),
        "employees_germany": draw.choice(["0", "1000", "3000", "not_applicable", ""]),
        "office_or_branch_germany": draw.choice(["yes", "no", ""]),
        "public_interest_entity": draw.choice(["yes", "no", "not_researched"]),
        "company_size": draw.choice(["micro", "large", ""]),
        "eudr_commodities": draw.choice(["cocoa;wood", "none", "", "unknown"]),
        "places_timber_on_eu_market": draw.choice(["yes", "no"]),
        "only_printed_products": draw.choice(["yes", "no", ""]),
    }  # fmt: skip


def as_facts(firm: dict[str, str]) -> str:
    """The same firm as a file of facts."""
    found: dict[str, object] = {}
    for column, value in firm.items():
        parts = column.split("_")
        year = parts.pop() if parts[-1].isdigit() else None
        unit = parts.pop() if parts[-1].isupper() else None
        name = "_".join(parts)
        shown = value or "unknown"
        if name == "eudr_commodities" and ";" in value:
            shown = f"[{value.replace(';', ', ')}]"
        if unit is not None and value not in ("", "not_applicable"):
            shown = f"{value} {unit}"
        if unit is not None:
            amounts = found.setdefault(name, {} if year else [])
            if shown != "unknown":
                if isinstance(amounts, dict):
                    amounts[year] = shown
                else:
                    amounts.append(shown)
        elif year is not None:
            found.setdefault(name, {})[year] = shown
        else:
            found[name] = shown
    lines = []
    for name, value in found.items():
        text = str(value).replace("'", "") if value else "unknown"
        lines.append(f"  {name}: {text}")
    return "vocabulary: 1\nfacts:\n" + "\n".join(lines) + "\n"


def test_every_law_says_the_same_to_a_population_and_to_its_firms(tmp_path: Path) -> None:
    draw = random.Random(20261122)  # noqa: S311 - firms, not secrets
    firms = [random_firm(draw) for _ in range(10)]
    path = tmp_path / "firms.csv"
    pl.DataFrame(firms).write_csv(path)
    population = read_population(path, BOOK)
    facts = [parse_facts(as_facts(firm), "firm.yml", BOOK) for firm in firms]
    seen = set()
    for law in BOOK.laws:
        for day in DAYS if law.id in ("csrd", "csddd", "eudr") else DAYS[3:4]:
            scope, applies = scope_of_all(law, population, BOOK, day)
            single = [assess(law, one, BOOK, day) for one in facts]
            words = ("no", "unknown", "yes")
            assert [words[v] for v in scope] == [one.in_scope for one in single], (law.id, day)
            assert [words[v] for v in applies] == [one.applies_now for one in single], law.id
            seen |= {(law.id, one.in_scope) for one in single}
    assert {("csddd", "yes"), ("csddd", "no"), ("csddd", "unknown")} <= seen
    assert len(seen) > 40


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sweep_counts_who_comes_and_who_goes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "firms.csv",
        "id,office_or_branch_germany,employees_germany\n1,yes,500\n2,yes,1000\n3,yes,1500\n4,no,9000\n5,yes,\n",
    )
    found = sweep_file(path, law="lksg", vary="employees=500..1500..500")
    assert found.as_it_stands == 1000
    assert (found.base.firms_in, found.base.firms_out, found.base.firms_unknown) == (2, 2, 1)
    rows = [(p.at, p.firms_in, p.entering, p.leaving, p.firms_unknown) for p in found.points]
    assert rows == [(500, 3, 1, 0, 1), (1000, 2, 0, 0, 1), (1500, 1, 0, 1, 1)]
    days = sweep_file(path, law="lksg", vary="as_of=2022-12-31..2024-01-01")
    assert [(str(p.at), p.firms_in, p.applies) for p in days.points] == [
        ("2022-12-31", 0, 0), ("2023-01-01", 0, 0), ("2024-01-01", 2, 2),
    ]  # fmt: skip
    months = sweep_file(path, law="lksg", vary="as_of=2023-10-31..2024-02-29..1m")
    assert [str(p.at) for p in months.points] == [
        "2023-10-31", "2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29",
    ]  # fmt: skip


def test_the_last_days_of_the_calendar_end_a_sweep(tmp_path: Path) -> None:
    path = write(tmp_path / "firms.csv", "employees_germany\n1\n")
    for step in ("99999d", "9999y", "1y"):
        days = sweep_file(path, law="lksg", vary=f"as_of=9998-01-01..9999-12-31..{step}")
        assert days.points[-1].at == date(9999, 12, 31)


def test_parquet_says_what_csv_says(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"employees_germany": [500, None, 1500], "office_or_branch_germany": ["yes", "yes", "no"]}
    )
    frame.write_csv(tmp_path / "f.csv")
    frame.write_parquet(tmp_path / "f.parquet")
    one, other = (
        sweep_file(tmp_path / name, law="lksg", vary="employees=500..1000..500")
        for name in ("f.csv", "f.parquet")
    )
    assert one == other
    assert one.points[0].firms_in == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("employes\n1\n", "No fact is called 'employes'"),
        ("employees\n1\nmany\n", "row 3, column employees"),
        ("employees\n-1\n", "row 2"),
        ("employees\nnan\n", "row 2"),
        ("turnover\n1\n", "unit is missing"),
        ("turnover_EURO\n1\n", "does not belong"),
        ("seat\nNLX\n", "'NLX' does not fit"),
        ("seat_2025\nNLD\n", "not given per year"),
        ("eudr_commodities\ngold\n", "'gold' does not fit"),
        ("financial_year_end\n02-30\n", "row 2"),
        ("employees,employees:2025,employees_2025\n1,2,3\n", "Two columns"),
        ("id\n1\n", "No column is a fact"),
        ("seat\nnot_applicable\n", "does not fit"),
        ("employees\n", "no firms"),
        ("", "cannot be read"),
    ],
)
def test_a_population_that_does_not_fit_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=r"firms\.csv") as caught:
        read_population(write(tmp_path / "firms.csv", text), BOOK)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "vary",
    [
        "employees", "employees=1", "employees=5..1", "employees=1..2..0", "employees=a..b",
        "nothing=1..2", "as_of=2026..2027", "as_of=2027-01-01..2026-01-01",
        "as_of=2026-01-01..2027-01-01..5",
        "employees=0..1e9..1", "=1..2", "employees=-1..2", "employees=1..inf", "employees=nan..2",
    ],
)  # fmt: skip
def test_a_sweep_that_cannot_be_is_refused(tmp_path: Path, vary: str) -> None:
    path = write(tmp_path / "firms.csv", "employees_germany\n1\n")
    with pytest.raises(InputError, match="--vary"):
        sweep_file(path, law="lksg", vary=vary)


def test_an_empty_file_leaves_nothing_to_contradict() -> None:
    answers = check_text("facts: {}\n", "firm.yml")
    assert len(answers.results) == len(BOOK.laws)
    repealed = {item.law for item in answers.results if item.in_scope != "unknown"}
    assert repealed == {"nfrd"}
    for item in answers.results:
        assert (item.next_question is not None) == (
            item.in_scope == "unknown" and item.law != "wivo"
        )


def test_the_answer_names_its_facts_thresholds_articles_and_duties() -> None:
    (answer,) = check_text(FIRM, "firm.yml", laws=("csddd",)).results
    assert answer.in_scope == "yes"
    assert {(one.fact, one.threshold) for one in answer.decided_by} == {
        ("seat", ("EU",)), ("employees", 5000), ("turnover", 1_500_000_000),
    }  # fmt: skip
    assert all(one.article for one in answer.decided_by)
    assert [duty.step for duty in answer.duties] == [
        "embed", "identify", "act", "track", "communicate", "remedy",
    ]  # fmt: skip
    assert answer.supervisor is not None
    assert any("without a year" in text.en for text in answer.assumptions)
    assert {check.citation.grade.value for check in answer.open_checks} == {"check"}


def test_duties_depend_on_the_role() -> None:
    base = (
        "facts: {eudr_commodities: [cocoa], company_size: large, only_printed_products: no, "
        "eudr_role: "
    )
    (operator,) = check_text(base + "operator}", "f.yml", laws=("eudr",)).results
    (later,) = check_text(base + "later_downstream}", "f.yml", laws=("eudr",)).results
    assert {duty.applies for duty in operator.duties} == {"unknown"}
    assert [duty.step for duty in later.duties] == ["track"]


def test_laws_are_found_by_name_alias_and_version() -> None:
    assert find_law("2024/1760").id == find_law("CSDDD").id == "csddd"
    with pytest.raises(NotFoundError, match="csddd"):
        find_law("csdd")
    assert find_version("csddd.original_2024", None)[1].id == "original_2024"
    assert find_version("csddd", date(2000, 1, 1))[1].id == "original_2024"
    with pytest.raises(NotFoundError, match="omnibus_2026"):
        find_version("csddd.omnibus", None)


def test_versions_and_laws_side_by_side() -> None:
    table = compare_laws(["csddd.original_2024", "csddd.omnibus_2026", "french_vigilance"])
    rows = {row.key: row for row in table.rows}
    assert "5_000" in (rows["scope"].cells[1].text or "")
    assert "1_000" in (rows["scope"].cells[0].text or "")
    assert rows["climate plan"].cells[0].text != rows["climate plan"].cells[1].text
    assert rows["climate plan"].cells[2].text is None
    assert rows["step: remedy"].cells[2].grade is not None
    same = compare_laws(["wzk", "wzk"])
    assert not any(row.differs for row in same.rows)
    alone = compare_laws(["csddd"])
    assert alone.columns == tuple(f"csddd.{version.id}" for version in find_law("csddd").versions)


def test_the_template_asks_what_the_law_asks_and_reads_back_as_unknown() -> None:
    text = template(["csddd"], language="nl")
    assert "Hoeveel werknemers" in text
    facts = parse_facts(text, "t.yml", BOOK)
    assert not facts.known
    assert {item.in_scope for item in check_facts(facts, laws=("csddd",)).results} == {"unknown"}
    asked = {item.definition.id: item for item in asked_facts()}
    assert asked.keys() == {fact.id for fact in BOOK.vocabulary.facts}
    assert "GBP" in asked["group_turnover"].units


def test_an_interview_ends_with_an_answer_and_asks_nothing_twice(tmp_path: Path) -> None:
    interview = Interview(("csddd",))
    replies = {
        "seat": "NL", "financial_year_end": "12-31", "employees": "100", "turnover": "5000000",
        "is_ultimate_parent": "no", "franchise_or_licence": "no",
    }  # fmt: skip
    asked = []
    while (question := interview.question()) is not None:
        asked.append((question.fact, question.year, question.unit))
        interview.answer(question, replies.get(question.fact, ""))
        assert len(asked) < 40
    assert len(asked) == len(set(asked))
    assert interview.results().results[0].in_scope == "no"
    path = tmp_path / "facts.yml"
    save(interview, path)
    again = resume(path, ("csddd",), None)
    assert again.results() == interview.results()
    assert again.question() is None
    save(again, path)
    assert path.with_name("facts.yml.before").exists()


def test_an_answer_that_does_not_fit_changes_nothing() -> None:
    interview = Interview(("lksg",))
    question = interview.question()
    assert question is not None
    before = interview.text()
    with pytest.raises(InputError):
        interview.answer(question, "perhaps: [")
    assert interview.text() == before
    interview.answer(question, "")
    following = interview.question()
    assert following is None or following.fact != question.fact


def test_quantities_of_every_year_are_kept_when_one_year_is_asked() -> None:
    text = 'facts: {imports_minerals_kg: {"26090000": 6000}}'
    interview = interview_from(text, ("eu_2017_821",), date(2026, 11, 22))
    question = interview.about("imports_minerals_kg", 2025, None)
    interview.put(question, {"81011000": 10})
    assert interview.answers["imports_minerals_kg"] == {"2025": {"26090000": 6000, "81011000": 10}}
    interview.forget("imports_minerals_kg", 2025)
    assert interview.answers == {}


def test_the_answer_given_last_stands_last_so_that_it_can_be_taken_back() -> None:
    interview = Interview(("csddd",), date(2026, 11, 22))
    for fact, year, value in (
        ("employees", 2025, 6000), ("seat", None, "NLD"), ("employees", 2024, 5000),
    ):  # fmt: skip
        interview.put(interview.about(fact, year, None), value)
    last = interview.given()[-1]
    assert (last.definition.id, last.year, last.value) == ("employees", 2024, 5000)
    with pytest.raises(InputError, match="no such fact"):
        interview.about("gravity", None, None)
