"""Evidence files: those of the package agree, and a fault is named with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.monitor.evidence.types import Choice, Reached, Way
from ketenkaart.services.evidence.advising import decide, find_initiative, initiatives, reasons
from ketenkaart.services.evidence.choosing import choose_evidence
from ketenkaart.services.evidence.reading import (
    chosen_findings,
    evidence_base,
    faults,
    map_cells,
)
from ketenkaart.services.instruments.in_use import instruments_in_use
from ketenkaart.sources.reference.evidence import load_evidence

STUDY = """\
id: made_up
title: {nl: "Proef", en: "Trial"}
by: "Somebody"
published: 2025-01-01
question: {nl: "Helpt het?", en: "Does it help?"}
design: randomised_trial
population: {nl: "Fabrieken", en: "Factories"}
n: 40
n_of: {nl: "fabrieken", en: "factories"}
independence: independent
limits:
  - {nl: "Verzonnen.", en: "Made up."}
findings:
  - id: wages
    about: {nl: "Hogere lonen.", en: "Higher wages."}
    step: impact
    kinds: [initiative]
    instruments: [idh]
    way: positive
    effect: {measures: wages, measure: log_ratio, value: 0.2, low: 0.1, high: 0.3}
    citation: {source: own_report, grade: sure}
citation: {source: own_report, grade: sure}
"""
SOURCES = """\
sources:
  - {id: own_report, title: {nl: "Rapport", en: "Report"}, publisher: "Somebody"}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder of one's own with one study."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "made_up.yml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "sources.yml").write_text(SOURCES, encoding="utf-8")
    return tmp_path


def test_studies_dossiers_and_theories_say_the_same() -> None:
    base = evidence_base()
    assert faults(base) == ()
    assert base.loose == ()
    every = {(i.id, e.id) for i in instruments_in_use() for e in i.evidence}
    shown = {(f.dossier, f.study) for f in base.findings if f.dossier}
    assert len(shown) == len(every)
    assert all(finding.study in base.studies for finding in base.findings)


def test_a_dossiers_finding_is_shown_in_its_own_words() -> None:
    base = evidence_base()
    agt = next(item for item in instruments_in_use() if item.id == "agt")
    found = {item.about.en for item in base.about("agt")}
    assert {evidence.about.en for evidence in agt.evidence} <= found
    assert all(item.compulsion.value == "voluntary" for item in base.about("agt"))


def test_every_search_names_studies_that_are_there() -> None:
    files = load_evidence()
    known = {study.id for study in files.studies}
    assert all(set(search.found) <= known for search in files.searches)


def test_one_may_choose_by_anything() -> None:
    base = evidence_base()
    law = chosen_findings(base, choose_evidence(kind="law", step="impact", least_level="3"))
    assert law
    assert {item.step for item in law} == {Reached.IMPACT}
    assert all(item.way is Way.NEGATIVE for item in law)
    assert all("COD" in (item.countries or ()) for item in law)
    assert chosen_findings(base, choose_evidence(country="cod")) != ()
    cells = map_cells(base, choose_evidence(kind="law"))
    assert {cell.kind for cell in cells} == {"law"}


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "laws"}, {"step": "end"}, {"compulsion": "hard"}, {"country": "XX"},
        {"sector": "shoes"}, {"instrument": "agtt"}, {"least_level": "six"},
    ],
)  # fmt: skip
def test_a_word_that_is_not_known_is_named(words) -> None:
    with pytest.raises(InputError, match="Unknown"):
        choose_evidence(**words)


def test_ones_own_study_joins_and_changes_the_advice(own: Path) -> None:
    base = evidence_base(own)
    assert "made_up" in base.studies
    assert base.files.own == {"made_up"}
    assert find_initiative("idh").advice.counsel.value == "not_enough_evidence"
    answer = find_initiative("idh", own)
    assert answer.advice.counsel.value == "keep"
    said = " ".join(text.en for text in reasons(answer))
    assert "Without the study made_up" in said
    assert "One more study" in said


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("design: randomised_trial", "design: magic", 6, "Unknown design of study 'magic'"),
        ("kinds: [initiative]", "kinds: [pact]", 17, "Unknown kind of instrument 'pact'"),
        ("[idh]", "[idhh]", 18, "Unknown instrument 'idhh'"),
        ("report, grade: sure}\ncit", "nobody, grade: sure}\ncit", 21, "own_nobody"),
        ("low: 0.1,", "", 20, "both low and high"),
        ("high: 0.3", "high: 0.15", 20, "low <= value <= high"),
        ("log_ratio", "difference", 20, "a difference has a unit"),
        ("n: 40\n", "", 1, "a known n has a number"),
        ("id: made_up", "id: other", 1, "The file is called made_up.yml"),
        ("way: positive", "way: good", 19, "way"),
        ("way: positive", "way: not_measured", 14, "what was not measured has no effect"),
        ("n: 40", "end: 2020-01-01\nstart: 2021-01-01\nn: 40", 1, "a period ends after"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(own: Path, old, new, line, words) -> None:
    file = own / "studies" / "made_up.yml"
    assert old in STUDY
    file.write_text(STUDY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        evidence_base(own)
    assert f"made_up.yml:{line}" in str(caught.value)
    assert words in str(caught.value)


def test_a_decision_is_kept_with_the_advice_and_the_earlier_ones(own: Path) -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    reason = 'Too soon: "wait"\nfor #2 {and more}'
    decide(
        initiative="idh", choice=Choice.WAIT_FOR_EVIDENCE, reason="First", actor="Anna", at=at,
        folder=own,
    )  # fmt: skip
    decide(initiative="idh", choice=Choice.STOP, reason=reason, actor="Bo: #1", at=at, folder=own)
    found = find_initiative("idh", own)
    assert [item.choice.value for item in found.decisions] == ["wait_for_evidence", "stop"]
    assert found.decisions[-1].reason == reason
    assert found.decisions[-1].advice == "keep"
    assert not found.is_outdated
    study = own / "studies" / "made_up.yml"
    study.write_text(STUDY.replace("value: 0.2, low: 0.1", "value: 0.2, low: -0.1"), "utf-8")
    assert find_initiative("idh", own).is_outdated
    assert not any(item.decisions for item in initiatives(own) if item.initiative.id != "idh")


def test_what_files_contradict_each_other_in_is_found(own: Path) -> None:
    shipped = Path(str(files("ketenkaart") / "reference" / "evidence" / "studies"))
    kit = (shipped / "kit_2020.yml").read_text(encoding="utf-8")
    changed = kit.replace("design: theory_based", "design: before_after").replace(
        "published: 2020-07-08", "published: 2020-07-09"
    )
    (own / "studies" / "kit_2020.yml").write_text(changed, encoding="utf-8")
    found = [item.what for item in faults(evidence_base(own))]
    assert "its design is before_after, in the dossier of agt theory_based" in found
    assert "it is of 2020-07-09, in the dossier of agt of 2020-07-08" in found
    lost = kit.replace(
        "{evidence: kit_2020, step", "{evidence: kit_2020, instruments: [eudr], step"
    )
    (own / "studies" / "kit_2020.yml").write_text(lost, encoding="utf-8")
    base = evidence_base(own)
    found = [item.what for item in faults(base)]
    assert "the dossier of eudr has no kit_2020" in found
    assert {item.instrument.id for item in base.loose} >= {"agt", "ban"}
    assert not [item for item in base.about("agt") if item.study == "kit_2020" and item.dossier]


def test_a_rule_of_ones_own_takes_the_place_of_ours(own: Path) -> None:
    shipped = Path(str(files("ketenkaart") / "reference" / "evidence" / "advice.yml"))
    text = shipped.read_text(encoding="utf-8")
    stricter = text.replace("alone_from_level: 4", "alone_from_level: 6")
    (own / "advice.yml").write_text(stricter, encoding="utf-8")
    assert find_initiative("idh", own).advice.ground.value == "one_too_weak"
    (own / "advice.yml").write_text(text.replace("least_level: 3", "least_level: 9"), "utf-8")
    with pytest.raises(InputError, match=r"advice\.yml:\d+"):
        find_initiative("idh", own)


@pytest.mark.parametrize(("reason", "actor"), [("", "Anna"), ("Because", " ")])
def test_a_decision_has_a_person_and_a_reason(own: Path, reason: str, actor: str) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(InputError, match="a name and a reason"):
        decide(initiative="idh", choice=Choice.KEEP, reason=reason, actor=actor, at=at, folder=own)
    with pytest.raises(NotFoundError, match="There is no initiative"):
        decide(initiative="none", choice=Choice.KEEP, reason="x", actor="x", at=at, folder=own)
    assert not (own / "decisions.yml").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        evidence_base(tmp_path / "none")
