"""Golden facts: what the reference files must say, counted by hand in the sources."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import os
import re
from collections import Counter
from datetime import date
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from ketenkaart.core import classification, provenance
from ketenkaart.core.chain import types as chain
from ketenkaart.core.governance import types as governance
from ketenkaart.core.ledger import execution, graph, motions, papers
from ketenkaart.core.ledger import types as ledger_types
from ketenkaart.core.ledger.followup import planning, registers
from ketenkaart.core.ledger.followup import types as followup_types
from ketenkaart.core.ledger.types import (
    DateType,
    FollowUp,
    Locator,
    Position,
    ResponseClass,
    VerdictValue,
)
from ketenkaart.core.provenance import Frozen, Grade, State
from ketenkaart.core.risk import types as risk
from ketenkaart.sources.reference import (
    load_countries,
    load_glossary,
    load_issue_weights,
    load_issues,
    load_ledger,
    load_sectors,
    load_sources,
    load_themes,
)
from ketenkaart.sources.reference.folder import reference_root

SHARED = Path(
    os.environ.get("KETENKAART_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")
)
LETTER = SHARED / "letters" / "kst-26485-319.txt"
GOLD = SHARED / "letters" / "kst-26485-319.ledger.json"
with_letter = pytest.mark.skipif(
    not LETTER.is_file(), reason=f"SKIPPED: the letter is not at {LETTER}"
)
LEDGER = load_ledger()
ASKED = {item.id: item for item in LEDGER.recommendations}
PROMISED = {item.id: item for item in LEDGER.commitments}


def test_the_ledger_has_its_records() -> None:
    assert len(LEDGER.recommendations) == 55
    assert len(LEDGER.commitments) == 38
    assert len(LEDGER.references) == 14
    assert len({item.sentence_group for item in LEDGER.recommendations}) == 47
    assert len({item.response_block for item in LEDGER.recommendations}) == 33
    assert sum(item.ambiguous for item in LEDGER.recommendations) == 22
    assert sum(not item.response_explicit for item in LEDGER.recommendations) == 7
    assert sum(max(1, len(item.parts)) for item in LEDGER.recommendations) == 62


def test_the_answers_are_counted_as_in_the_letter() -> None:
    counts = Counter(item.response_class for item in LEDGER.recommendations)
    assert counts == {
        ResponseClass.ADOPTED: 23,
        ResponseClass.ADOPTED_IN_PART: 3,
        ResponseClass.STANDING_POLICY: 19,
        ResponseClass.TO_BE_CONSIDERED: 6,
        ResponseClass.NOT_ADOPTED: 4,
    }
    refused = {r.id for r in LEDGER.recommendations if r.reason_if_refused is not None}
    assert refused == {"R8", "R36", "R37", "R55"}


def test_the_themes_have_their_recommendations() -> None:
    per_theme = Counter(item.theme for item in LEDGER.recommendations)
    assert [per_theme[theme.number] for theme in load_themes()] == [2, 2, 7, 7, 9, 3, 10, 2, 13]
    assert [theme.number for theme in load_themes()] == list(range(1, 10))


def test_positions_and_follow_ups_are_as_coded() -> None:
    assert Counter(item.position for item in LEDGER.recommendations) == {
        Position.ADOPTED: 24,
        Position.NONE_GIVEN: 23,
        Position.NOT_ADOPTED: 4,
        Position.ADOPTED_IN_PART: 4,
    }
    assert Counter(item.follow_up for item in LEDGER.recommendations) == {
        FollowUp.STANDING_POLICY: 23,
        FollowUp.REVISION_DONE: 11,
        FollowUp.DEFERRED: 10,
        FollowUp.NO_ACTION: 6,
        FollowUp.NEW_ACTION: 5,
    }


def test_a_position_is_no_copy_of_the_class() -> None:
    pairs = {(item.response_class, item.position) for item in LEDGER.recommendations}
    assert len(pairs) > len({pair[0] for pair in pairs})
    refused = {i.id for i in LEDGER.recommendations if i.position is Position.NOT_ADOPTED}
    assert refused == {"R8", "R36", "R37", "R55"}
    assert ASKED["R55"].follow_up is FollowUp.STANDING_POLICY
    assert ASKED["R28"].position is Position.ADOPTED
    assert all(item.coding_citation.grade is Grade.ASSUMED for item in LEDGER.recommendations)


def test_ambiguous_records_say_how_they_were_coded() -> None:
    missing = [
        item.id for item in LEDGER.recommendations if item.ambiguous and not item.coding_note
    ]
    assert missing == []


def test_deadlines_stand_only_where_the_letter_gives_a_last_day() -> None:
    due = {item.id: item.deadline.due for item in LEDGER.commitments if item.deadline}
    assert due == {
        "K01": date(2020, 12, 31),
        "K05": date(2020, 9, 22),
        "K07": date(2023, 12, 31),
        "K12": date(2023, 12, 31),
        "K22": date(2020, 3, 31),
        "K32": date(2020, 12, 31),
        "K33": date(2020, 12, 31),
        "K38": date(2020, 12, 31),
    }
    dated = {DateType.YEAR, DateType.SEASON, DateType.QUARTER_END, DateType.DERIVED}
    assert {item.date_type for item in LEDGER.commitments if item.deadline} == dated
    undated = {DateType.NONE, DateType.ONGOING, DateType.RULE, DateType.WISH}
    assert all(
        (item.date_text is None) is (item.date_type in undated) for item in LEDGER.commitments
    )


def test_verdicts_stand_only_where_a_source_settles_them() -> None:
    assert {v.commitment: v.value for v in LEDGER.verdicts} == {
        "K02": VerdictValue.KEPT,
        "K07": VerdictValue.NOT_KEPT,
        "K11": VerdictValue.KEPT,
        "K16": VerdictValue.KEPT,
        "K24": VerdictValue.KEPT,
    }
    assert all(v.citation.grade is Grade.SURE for v in LEDGER.verdicts)
    assert all(v.citation.source not in {"s01", "own"} for v in LEDGER.verdicts)


def test_issues_with_data_are_the_assessed_ones() -> None:
    issues = load_issues()
    assert len(issues) >= 18
    known = [issue.id for issue in issues if issue.state is State.KNOWN]
    assert known == [weight.issue for weight in load_issue_weights()]
    assert len(known) == 7
    assert all(issue.state in {State.KNOWN, State.NOT_RESEARCHED} for issue in issues)
    sdg = re.compile(r"(1[0-7]|[1-9])\.(\d{1,2}|[a-d])")
    assert all(sdg.fullmatch(target) for issue in issues for target in issue.sdg_targets)


def test_all_sources_of_the_facts_are_there() -> None:
    ids = {source.id for source in load_sources()}
    assert {f"s{number:02}" for number in range(1, 74)} <= ids
    licensed = [source for source in load_sources() if source.licence is not None]
    assert all(source.licence_grade is not None for source in licensed)


def test_countries_are_those_of_iso_but_for_reunion() -> None:
    found = load_countries()
    assert sum(country.assigned for country in found.countries) == 248
    assert [c.alpha3 for c in found.countries if not c.assigned] == ["XKX"]
    by_code = found.by_alpha3()
    assert (by_code["NLD"].alpha2, by_code["NLD"].numeric) == ("NL", "528")
    assert by_code["NOR"].alpha2 == "NO"
    assert found.alpha3_by_any_code()["ROM"] == "ROU"
    assert found.names()["ROW"].nl == "Rest van de wereld"
    assert found.names()["REU"].en == "Rest of the EU"
    assert "REU" not in by_code


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(1957, 12, 31), 0),
        (date(1972, 12, 31), 6),
        (date(2004, 5, 1), 25),
        (date(2011, 1, 1), 27),
        (date(2020, 1, 31), 28),
        (date(2020, 2, 1), 27),
    ],
)
def test_the_union_has_its_members(day: date, members: int) -> None:
    assert len(load_countries().eu_members(day)) == members


def test_sectors_cover_the_table_once() -> None:
    codes = [code for sector in load_sectors() for code in sector.wiod2013]
    assert sorted(codes, key=lambda code: int(code[1:])) == [f"c{n}" for n in range(1, 36)]


def test_the_glossary_explains_every_public_type() -> None:
    terms = load_glossary()
    assert len(terms) >= 60
    explained = {name for term in terms for name in term.types}
    public = {
        name
        for module in (
            classification,
            provenance,
            chain,
            governance,
            ledger_types,
            risk,
            papers,
            motions,
            execution,
            followup_types,
            registers,
            planning,
            graph,
            *(import_module(f"ketenkaart.core.chain.{name}") for name in CHAIN),
            *modules_in("ketenkaart.services.chain"),
            *modules_in("ketenkaart.core.governance.rules"),
        )
        for name, value in vars(module).items()
        if is_public_type(module, name, value)
    }
    assert public - explained == set()
    there = {
        name
        for package in ("ketenkaart.core", "ketenkaart.services")
        for module in modules_in(package)
        for name, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__
    }
    assert explained - public - there == set()


CHAIN = (
    "change", "compare", "demands", "footprint", "intermediaries", "levers", "paths", "sector",
    "tiers", "trade", "world",
)  # fmt: skip


def modules_in(package: str) -> list[ModuleType]:
    found = import_module(package)
    names = [item.name for item in walk_packages(found.__path__, f"{package}.")]
    return [import_module(name) for name in names]


def is_public_type(module: ModuleType, name: str, value: Any) -> bool:
    if not inspect.isclass(value) or value.__module__ != module.__name__ or value is Frozen:
        return False
    kept = issubclass(value, BaseModel | Enum) or dataclasses.is_dataclass(value)
    return kept and not name.startswith("_")


def all_locators() -> list[tuple[str, Locator]]:
    found = [(item.id, item.locator) for item in LEDGER.recommendations]
    found += [
        (f"{item.id} answer", item.response_locator)
        for item in LEDGER.recommendations
        if item.response_locator
    ]
    found += [(item.id, item.locator) for item in LEDGER.commitments]
    return found + [(item.id, item.locator) for item in LEDGER.references]


def plain(text: str) -> str:
    return " ".join(re.sub(r"-\n\s*(?=[a-zë])", "", text).split())


@pytest.mark.data
@with_letter
def test_the_letter_is_the_one_that_was_read() -> None:
    raw = LETTER.read_bytes()
    assert hashlib.sha256(raw).hexdigest() == LEDGER.letter.sha256
    assert len(raw.decode()) == LEDGER.letter.characters


@pytest.mark.data
@with_letter
@pytest.mark.parametrize(("label", "locator"), all_locators(), ids=lambda value: str(value)[:12])
def test_a_locator_points_at_its_words(label: str, locator: Locator) -> None:
    text = LETTER.read_text(encoding="utf-8")
    assert plain(text[locator.start : locator.end]) == locator.quote
    assert text.count("\n", 0, locator.start) + 1 == locator.line


@pytest.mark.data
@with_letter
def test_no_sentence_of_the_letter_is_in_the_package() -> None:
    words = spoken(plain(LETTER.read_text(encoding="utf-8")))
    length = ledger_types.MAX_LOCATOR_WORDS + 1
    runs = {tuple(words[k : k + length]) for k in range(len(words) - length + 1)}
    for path in reference_root(None).rglob("*.yml"):
        for scalar in scalars(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)):
            own = spoken(scalar)
            copied = [
                own[k : k + length] for k in range(len(own)) if tuple(own[k : k + length]) in runs
            ]
            assert copied == [], path.name


def spoken(text: str) -> list[str]:
    return [word for word in (part.strip(".,;:()«»\"'") for part in text.lower().split()) if word]


def scalars(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in scalars(part)]


@pytest.mark.data
@with_letter
def test_classes_links_and_kinds_of_date_are_those_of_the_gold() -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    for record in gold["recommendations"]:
        item = ASKED[record["id"]]
        assert item.theme == record["theme_no"]
        assert item.response_class == record["response_class"]
        assert list(item.acceptable_classes) == record["acceptable_classes"]
        assert list(item.commitments) == record["commitments"]
        assert list(item.references) == record["references"]
        assert item.citation.grade == record["confidence"]
    for record in gold["commitments"]:
        promise = PROMISED[record["id"]]
        kind = "quarter_end" if "quarter" in record["date_type"] else record["date_type"]
        assert promise.date_type == kind
        assert list(promise.recommendations) == record["linked_recommendations"]
