"""Bad law files, facts and situations at the command line: one message with file, line, key."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from calling import Call
from ketenkaart.sources.reference.folder import reference_root

LAWS = reference_root(None) / "laws"


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "law")


def one_message(code: int, out: str, err: str, file: str, key: str, words: str) -> None:
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert re.search(rf"{re.escape(file)}:[0-9]+ \(key '{key}'\)", err), err
    assert words in err
    assert "Traceback" not in err


# What goes wrong: the file, what stands there, what is planted, the key, words of the message.
FAULTS = {
    "contradictory dates": (
        "csddd", "end: 2025-04-16", "end: 2023-04-16", "versions", "before it starts",
    ),
    "a status out of order": (
        "csddd", "start: 2029-07-26, value", "start: 2024-07-01, value", "status", "do not rise",
    ),
    "a day that is none": ("csddd", "end: 2025-04-16", "end: 2025-02-30", "end", "date"),
    "a gap between versions": ("csddd", "start: 2025-04-17", "start: 2025-04-19", "start", "gap"),
    "two versions on a day": (
        "csddd", "start: 2025-04-17", "start: 2025-04-16", "start", "Two versions",
    ),
    "a cycle in rules": (
        "csrd", "    third_country:\n",
        "    first: {rule: second}\n    second: {all: [{rule: first}]}\n    third_country:\n",
        "(first|second)", "in a circle",
    ),
    "an unknown country": (
        "csddd", "in_any_of: [EU]", "in_any_of: [EUR]", "in_any_of", "Unknown code",
    ),
    "an unknown fact": ("csddd", "fact: seat", "fact: seet", "fact", "such as seat"),
    "an unknown rule": ("csrd", "{rule: wave_1}", "{rule: wave_9}", "rule", "Unknown rule"),
    "an unknown source": ("csddd", "source: s34", "source: s99", "source", "Unknown source"),
    "a unit missing": ("csrd", "450000000, unit: EUR", "450000000", "all", "unit"),
    "a unit too many": (
        "csrd", "fact: employees, more_than: 250", "fact: employees, more_than: 250, unit: EUR",
        "unit", "no amount of money",
    ),
    "an unknown key": ("csddd", "jurisdiction: EU", "jurisdicion: EU", "jurisdic.*", "key"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_law_file_with_a_fault_is_refused_by_every_command_that_reads_it(
    call, tmp_path: Path, fault
) -> None:
    law, old, new, key, words = fault
    text = (LAWS / f"{law}.yml").read_text(encoding="utf-8")
    assert old in text, "the planted fault has no place"
    path = tmp_path / f"{law}.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    one_message(*call("verify", str(path)), path.name, key, words)
    firm = tmp_path / "firm.yaml"
    firm.write_text("facts: {seat: NLD}\n", encoding="utf-8")
    one_message(*call("check", str(firm), "--law-files", str(path)), path.name, key, words)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("facts:\n  turnover: 450000000\n", "turnover", "unit is missing"),
        ("facts:\n  turnover: {2025: 450000000}\n", "2025", "unit is missing"),
        ("facts:\n  seat: XX\n", "seat", "Unknown code"),
        ("facts:\n  seat: NLD\n  emploees: 9\n", "emploees", "Unknown fact"),
        ("facts:\n  eudr_commodities: [cocoa, wod]\n", "eudr_commodities", "wod"),
        ("facts:\n  employees: 9..1\n", "employees", "above the upper end"),
        ("facts:\n  employees: {20x5: 1}\n", "employees", "Write a number"),
        ("facts:\n  employees: {2025: 1, 20x5: 1}\n", "20x5", "no year"),
        ("facts:\n  seat: {2025: NLD}\n", "seat", "not given per year"),
        ("facts:\n  seat: not_applicable\n", "seat", "always applies"),
        ("vocabulary: 99\nfacts: {}\n", "vocabulary", "written for vocabulary 99"),
        ("fact:\n  seat: NLD\n", "facts", "missing"),
        (
            "facts:\n  imports_minerals_kg: {2025: {x9: 1}}\n", "2025", "no goods code",
        ),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_are_named(call, tmp_path: Path, text, key, words) -> None:
    path = tmp_path / "firm.yml"
    path.write_text(text, encoding="utf-8")
    code, out, err = call("check", str(path))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
    assert "firm.yml" in err
    if key != "facts":
        assert f"(key '{key}')" in err


def test_a_sound_file_says_what_it_holds_and_can_be_asked(call, tmp_path: Path) -> None:
    text = (LAWS / "lksg.yml").read_text(encoding="utf-8").replace("id: lksg\n", "id: own\n", 1)
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    code, out, err = call("verify", str(tmp_path), "--format", "json")
    assert (code, err) == (0, "")
    (row,) = json.loads(out)
    assert (row["id"], row["versions"]) == ("own", 2)
    firm = tmp_path / "firm.yaml"
    firm.write_text("facts: {office_or_branch_germany: yes, employees_germany: 1000}\n")
    code, out, _ = call(
        "check", str(firm), "--law-files", str(tmp_path), "--law", "own", "--format", "json"
    )
    assert json.loads(out)["results"][0]["in_scope"] == "yes"
    code, _, err = call("check", str(firm), "--law-files", str(tmp_path), "--law", "csddd")
    assert code == 2
    code, _, err = call("verify", str(tmp_path / "absent.yml"))
    assert code == 2
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("changes", "--since", "2026-01-01", "--until", "2025-01-01"), "goes back"),
        (("changes", "--since", "soon"), "not a date"),
        (("changes", "--law", "nope"), "nope"),
        (("check", "FIRM", "--imports-complete"), "--imports"),
        (("check", "FIRM", "--keep-good"), "--imports"),
        (("check", "FIRM", "--imports", "absent.csv"), "absent.csv"),
    ],
)
def test_wrong_arguments_get_one_message(call, tmp_path: Path, words, said) -> None:
    firm = tmp_path / "firm.yml"
    firm.write_text("facts: {seat: NLD}\n")
    code, out, err = call(*(str(firm) if word == "FIRM" else word for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
