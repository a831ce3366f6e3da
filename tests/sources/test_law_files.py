"""A law file that cannot be right is refused with one message: file, line and key."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.sources.reference.document import read_document
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.laws import load_laws

SHIPPED = reference_root(None)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str, str], str]:
    """Change one place in a copy of the law files, and return the message."""

    def _broken(name: str, old: str, new: str) -> str:
        root = tmp_path / "reference"
        root.mkdir()
        for file in ("sources.yml", "countries.yml"):
            shutil.copy(SHIPPED / file, root / file)
        shutil.copytree(SHIPPED / "laws" / "lines", root / "laws" / "lines")
        others = {"csddd.yml"} if "csddd" in new else set()
        for file in {"vocabulary.yml", name} | others:
            shutil.copy(SHIPPED / "laws" / file, root / "laws" / file)
        path = root / "laws" / name
        text = path.read_text(encoding="utf-8")
        assert old in text, "the planted fault has no place"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ReferenceDataError) as caught:
            load_laws(root)
        return str(caught.value)

    return _broken


# What goes wrong: the file, what stands there, what is planted, words of the message, its key.
FAULTS = {
    "gap": ("csddd.yml", "start: 2025-04-17", "start: 2025-04-19", "gap", "start"),
    "overlap": ("csddd.yml", "start: 2025-04-17", "start: 2025-04-16", "Two versions", "start"),
    "no end": ("csddd.yml", "end: 2025-04-16", "end: null", "has no end", "start"),
    "backwards": (
        "csddd.yml", "end: 2025-04-16", "end: 2023-04-16", "before it starts", "versions",
    ),
    "dates fall": (
        "csddd.yml", "start: 2029-07-26, value", "start: 2024-07-01, value", "do not rise",
        "status",
    ),
    "late status": (
        "csddd.yml", "start: 2024-07-25, value", "start: 2024-08-25, value", "after the version",
        "start",
    ),
    "in force, applies to nobody": (
        "eudr.yml", "- start: 2026-12-30\n  value", "- start: 2026-06-30\n  value",
        "applies to nobody before", "start",
    ),
    "after repeal": (
        "nfrd.yml", "value: in_force", "value: repealed", "repealed", "status",
    ),
    "end without repeal": ("nfrd.yml", "value: repealed", "value: in_force", "repealed", "end"),
    "unknown fact": (
        "wzk.yml", "fact: only_transport_or_storage", "fact: only_transport", "Unknown fact",
        "fact",
    ),
    "unknown country": (
        "wzk.yml", "jurisdiction: NLD", "jurisdiction: NLX", "Unknown country code",
        "jurisdiction",
    ),
    "unknown code": ("wzk.yml", "[NLD]", "[NDL]", "Unknown code", "in_any_of"),
    "unknown commodity": ("eudr.yml", "soya", "soja", "Unknown code", "includes_any"),
    "unknown table": (
        "eu_2017_821.yml", "table: annex_2017_821", "table: annex", "Unknown table", "table",
    ),
    "unknown rule": (
        "csddd.yml", "of: {rule: eu_size}", "of: {rule: eu_sizes}", "Unknown rule", "rule",
    ),
    "unit missing": ("batteries.yml", "unit: EUR", "label: {nl: x, en: x}", "unit", "all"),
    "no currency": (
        "lksg.yml", "at_least: 3000", "at_least: 3000, unit: EUR", "no amount of money", "unit",
    ),
    "wrong test": ("wzk.yml", 'is: "yes"', "more_than: 1", "cannot be tested", "more_than"),
    "two kinds": (
        "wzk.yml", "    - any:\n", "    - rule: x\n      any:\n", "exactly one of", "all",
    ),
    "no kind": (
        "bill_35761.yml", "  scope:\n    fact: active_abroad\n    is: \"yes\"\n",
        "  scope:\n    label: {nl: x, en: x}\n", "exactly one of", "scope",
    ),
    "unknown source": ("wzk.yml", "source: s37", "source: s99", "Unknown source", "source"),
    "grade": ("wzk.yml", "grade: sure", "grade: certain", "Not valid", "grade"),
    "double id": ("lksg.yml", "id: from_1000", "id: from_3000", "twice", "id"),
    "name and id": ("wzk.yml", "id: wzk", "id: wkz", "not wzk", "id"),
    "two names": (
        "wzk.yml", "jurisdiction: NLD", "jurisdiction: NLD\naliases: [csddd]", "stands for",
        "aliases",
    ),
    "needs more than there are": (
        "canada_s211.yml", "at_least: 2", "at_least: 4", "cannot hold", "count",
    ),
    "line dates": (
        "lines/annex_2017_821.yml", "start: 2020-11-19", "start: 2017-06-08", "do not rise",
        "thresholds",
    ),
    "line code": (
        "lines/annex_2017_821.yml", 'full_code: "2615900010"', 'full_code: "2616900010"',
        "begin with", "full_code",
    ),
    "stand-in": (
        "vocabulary.yml", "same_as: employees", "same_as: workers", "Unknown fact", "same_as",
    ),
    "choices": (
        "vocabulary.yml", "choices: [micro, small, medium, large]", "when_not_applicable: 0",
        "choices", "facts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_file_line_and_key(broken, fault) -> None:
    name, old, new, words, key = fault
    message = broken(name, old, new)
    assert words in message
    assert f"laws/{name}:" in message
    assert f"(key '{key}')" in message


def test_rules_in_a_circle_are_refused(broken) -> None:
    message = broken(
        "csrd.yml",
        "    third_country:\n",
        "    first: {rule: second}\n    second: {all: [{rule: first}]}\n    third_country:\n",
    )
    assert "circle" in message
    assert "first > second > first" in message or "second > first > second" in message


def test_a_rule_that_uses_itself_is_refused(broken) -> None:
    message = broken(
        "csrd.yml", "    third_country:\n", "    own: {none: [{rule: own}]}\n    third_country:\n"
    )
    assert "own > own" in message


def test_the_annex_has_its_lines() -> None:
    table = load_laws().tables["annex_2017_821"]
    assert len(table.lines) == 23
    assert sum(line.part == "A" for line in table.lines) == 5
    late = [line for line in table.lines if line.thresholds[0].value is None]
    assert sorted(line.thresholds[-1].value for line in late) == [30, 770, 3600, 100000, 4000000]


def test_no_grade_is_better_than_in_the_facts() -> None:
    book = load_laws()
    laws = {law.id: law for law in book.laws}
    assert {law.citation.grade.value for law in (laws["batteries"],)} == {"check"}
    for law in book.laws:
        for duty in law.duties:
            assert duty.citation.grade.value != "sure" or duty.citation.source != "own"
    assert laws["wzk"].status[-1].value == "adopted_not_in_force"
    lines = {line.id: line for line in book.tables["annex_2017_821"].lines}
    assert lines["cn_2615_90_00_10"].thresholds[-1].citation.grade.value == "likely"
    assert lines["cn_8003_00_00"].thresholds[-1].citation.grade.value == "sure"


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    return [path, *(found for key, part in below for found in places(part, (*path, key)))]


SMALL = ("canada_s211", "lksg", "eutr", "swiss_child_labour", "french_vigilance")
CONTENT = {name: read_document(SHIPPED / "laws" / f"{name}.yml", name).data for name in SMALL}
ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", [], {}, ["x"], {"x": 1}, {"fact": "seat"}, {"rule": "x"},
     "2026-02-30", "2030-01-01", 10**30, "no", {"all": []}]
)  # fmt: skip


@pytest.mark.long
def test_whatever_a_law_file_says_is_loaded_or_refused_in_its_place(tmp_path: Path) -> None:
    seen = {"loaded": 0, "refused": 0}

    @settings(max_examples=60)
    @given(data=st.data())
    def changed(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(SMALL))
        path = data.draw(st.sampled_from(places(CONTENT[name])[1:]))
        broken = copy.deepcopy(CONTENT[name])
        part = broken
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = data.draw(ODD)
        root = Path(tempfile.mkdtemp(dir=tmp_path))
        for file in ("sources.yml", "countries.yml"):
            shutil.copy(SHIPPED / file, root / file)
        shutil.copytree(SHIPPED / "laws" / "lines", root / "laws" / "lines")
        shutil.copy(SHIPPED / "laws" / "vocabulary.yml", root / "laws")
        (root / "laws" / f"{name}.yml").write_text(json.dumps(broken, indent=1), encoding="utf-8")
        refused = None
        try:
            book = load_laws(root)
        except ReferenceDataError as error:
            refused = error
        if refused is not None:
            seen["refused"] += 1
            assert str(refused.where).startswith(f"laws/{name}.yml:")
            assert refused.fix
            return
        seen["loaded"] += 1
        for day in (date(2022, 6, 1), date(2026, 11, 22)):
            assert assess(book.laws[0], Facts(), book, day).in_scope in ("yes", "no", "unknown")

    changed()
    assert seen["loaded"] + seen["refused"] >= 20
    assert min(seen.values()) >= 1
