"""A broken reference file gives one message that names file, line and key."""
# ruff: noqa: E501 - one fault a line reads as a table

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ketenkaart.core.errors import NotFoundError, ReferenceDataError
from ketenkaart.sources.reference import (
    load_countries,
    load_depth,
    load_glossary,
    load_instruments,
    load_issue_weights,
    load_issues,
    load_ledger,
    load_reference,
    load_sectors,
    load_sources,
    load_themes,
)
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.norms import load_norms
from ketenkaart.sources.reference.theory import (
    load_sdg_targets,
    load_status_rule,
    load_theories,
)

LETTER = "ledger/kst-26485-319"
ASKED = f"{LETTER}/recommendations.yml"
PROMISED = f"{LETTER}/commitments.yml"
CITED = f"{LETTER}/references.yml"
FOUND = f"{LETTER}/verdicts.yml"


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in `file`; the error stands on the first line that holds `at`."""

    name: str
    load: Callable[[Path], object]
    file: str
    old: str
    new: str
    at: str
    key: str
    words: str


FAULTS = [
    Fault("syntax", load_themes, "themes.yml", "number: 2", "number: [2", "id: legis", "number", "Not valid YAML"),
    Fault("duplicate key", load_themes, "themes.yml", "id: legislation", "id: legislation\n    id: again", "id: again", "id", "stands here twice"),
    Fault("unknown key", load_themes, "themes.yml", "id: legislation", "id: legislation\n    colour: red", "colour", "colour", "Unknown key 'colour'"),
    Fault("missing key", load_themes, "themes.yml", "\n    id: legislation", "", "number: 2", "id", "The key 'id' is missing"),
    Fault("wrong type", load_themes, "themes.yml", "number: 2", "number: two", "number: two", "number", "valid integer"),
    Fault("number as text", load_themes, "themes.yml", "number: 2", 'number: "2"', 'number: "2"', "number", "valid integer"),
    Fault("empty text", load_themes, "themes.yml", 'en: "Anchoring in legislation"', 'en: ""', 'en: ""', "en", "at least 1 character"),
    Fault("bad id", load_themes, "themes.yml", "id: legislation", "id: The Law", "id: The Law", "id", "match pattern"),
    Fault("unknown source", load_themes, "themes.yml", 'source: s01, locator: "lines 66-82"', 'source: s99, locator: "lines 66-82"', "s99", "source", "Unknown source 's99'"),
    Fault("unknown grade", load_themes, "themes.yml", '"lines 66-82", grade: sure', '"lines 66-82", grade: certain', "certain", "grade", "Input should be"),
    Fault("no grade", load_themes, "themes.yml", '"lines 66-82", grade: sure', '"lines 66-82"', '"lines 66-82"', "grade", "'grade' is missing"),
    Fault("duplicate number", load_themes, "themes.yml", "number: 2", "number: 1", "number: 1\n    id: legis", "number", "'1' stands here twice"),
    Fault("duplicate source", load_sources, "sources.yml", "id: s05", "id: s04", "id: s04\n    title: {nl: \"Kamerstuk 26 485, nr. 337", "id", "'s04' stands here twice"),
    Fault("duplicate issue", load_issues, "issues.yml", "id: forced_labour", "id: child_labour", "id: child_labour\n    name: {nl: \"Dwangarbeid", "id", "stands here twice"),
    Fault("unknown chapter", load_issues, "issues.yml", "chapters: [VII]", "chapters: [XII]", "[XII]", "chapters", "Unknown chapter 'XII'"),
    Fault("weight of unknown issue", load_issue_weights, "issue_weights.yml", "issue: corruption", "issue: bribery", "bribery", "issue", "Unknown issue 'bribery'"),
    Fault("weight without data", load_issue_weights, "issue_weights.yml", "issue: corruption", "issue: taxation", "taxation", "issue", "not_researched and cannot weigh"),
    Fault("weights that do not sum", load_issue_weights, "issue_weights.yml", "0.14285714285714285", "0.2", "weights:\n", "weights", "The weights sum to"),
    Fault("two owners", load_sectors, "sectors.yml", "wiod2013: [c2]", "wiod2013: [c1]", "id: mining", "wiod2013", "already belongs to agriculture"),
    Fault("duplicate country", load_countries, "countries.yml", "alpha3: AGO", "alpha3: AFG", "Angola", "alpha3", "'AFG' stands here twice"),
    Fault("composite named as country", load_countries, "countries.yml", "code: REU", "code: FRA", "code: FRA", "code", "'FRA' is a country already"),
    Fault("code taken", load_countries, "countries.yml", "other_codes: [ROM]", "other_codes: [NLD]", "[NLD]", "other_codes", "'NLD' stands for something else"),
    Fault("period turned round", load_countries, "countries.yml", "start: 1973-01-01, end: 2020-01-31", "start: 2021-01-01, end: 2020-01-31", "start: 2021", "eu", "before it starts"),
    Fault("duplicate term", load_glossary, "glossary.yml", "id: laggard", "id: contracting_authority", 'id: contracting_authority\n    term: {nl: "achterblijver', "id", "stands here twice"),
    Fault("long locator", load_ledger, ASKED, "IMVO als voorwaarde en IMVO als doelstelling", "een twee drie vier vijf zes zeven acht negen", "acht negen", "locator", "at most 8 words"),
    Fault("bad class", load_ledger, ASKED, "response_class: not_adopted", "response_class: refused", "response_class: refused", "response_class", "Input should be"),
    Fault("class not acceptable", load_ledger, ASKED, "acceptable_classes: [not_adopted]", "acceptable_classes: [adopted]", "acceptable_classes: [adopted]\n    position: not", "acceptable_classes", "not_adopted is not among them"),
    Fault("unknown promise", load_ledger, ASKED, "commitments: [K14]", "commitments: [K99]", "[K99]", "commitments", "Unknown record 'K99'"),
    Fault("unknown recommendation", load_ledger, PROMISED, "recommendations: [R4]", "recommendations: [R99]", "[R99]", "recommendations", "Unknown record 'R99'"),
    Fault("link one way", load_ledger, PROMISED, "recommendations: [R4]", "recommendations: [R4, R5]", "[R4, R5]", "recommendations", "R5 does not link back to K14"),
    Fault("duplicate promise", load_ledger, PROMISED, "id: K04", "id: K03", "id: K03\n    summary:\n      nl: \"Veel", "id", "'K03' stands here twice"),
    Fault("duplicate recommendation", load_ledger, ASKED, "id: R2\n", "id: R1\n", "id: R1\n    theme: 1\n    locator: {quote: \"uitg", "id", "'R1' stands here twice"),
    Fault("bad date", load_ledger, PROMISED, "due: 2023-12-31", "due: 2023-13-31", "2023-13-31", "due", "valid date"),
    Fault("no such theme", load_ledger, ASKED, "theme: 2", "theme: 12", "theme: 12", "theme", "Unknown theme '12'"),
    Fault("beyond the letter", load_ledger, ASKED, "end: 2245", "end: 99999", "end: 99999", "end", "only 24459 characters"),
    Fault("verdict on nothing", load_ledger, FOUND, "commitment: K07", "commitment: K70", "K70", "commitment", "Unknown commitment 'K70'"),
    Fault("finding on nothing", load_ledger, FOUND, "commitments: [K08]", "commitments: [K80]", "K80", "commitments", "Unknown commitment 'K80'"),
    Fault("citing nothing", load_ledger, CITED, "cited_by: [R4]", "cited_by: [R4, R44]", "[R4, R44]", "cited_by", "R44 does not link back to PwC-2018"),
    Fault("unknown sector", load_instruments, "instruments/agt.yml", "sectors: [textiles]", "sectors: [textile]", "[textile]", "sectors", "Unknown sector 'textile'"),
    Fault("unknown issue", load_instruments, "instruments/agt.yml", "issues: null", "issues: [slavery]", "slavery", "issues", "Unknown issue 'slavery'"),
    Fault("unknown force", load_instruments, "instruments/agt.yml", "\nforce: ", "\nforce: x_", "force: x_", "force", "Unknown force 'x_"),
    Fault("unknown country", load_instruments, "instruments/agt.yml", "buyers: null", "buyers: null\n  outside: [XX]", "[XX]", "outside", "Unknown country code 'XX'"),
    Fault("id not of the file", load_instruments, "instruments/agt.yml", "id: agt", "id: ban", "id: ban", "id", "The id is not agt"),
    Fault("half worked out", load_instruments, "instruments/agt.yml", "worked_out: true", "worked_out: false", "worked_out", "worked_out", "worked-out instruments"),
    Fault("twice an instrument", load_instruments, "register.yml", "id: spvo", "id: agt", "id: agt", "id", "has a file of its own"),
    Fault("duplicate in register", load_instruments, "register.yml", "id: covenant_targets", "id: ser_advice_2014", 'id: ser_advice_2014\n    name: {nl: "Streefaantal', "id", "stands here twice"),
    Fault("weights of steps", load_depth, "depth.yml", "embed: 0.16666666666666666", "embed: 0.5", "step_weights:", "", "step_weights must sum to 1"),
    Fault("unknown node", load_theories, "theory/graphs/covenant.yml", "effect: secretariat", "effect: office", "effect: office", "effect", "Unknown node 'office'"),
    Fault("no assumption", load_theories, "theory/graphs/target.yml", 'assumption: {nl: "Wie onderschrijft, gaat ook doen.", en: "Who endorses goes on to act."}', "is_adverse: false", "- id: words_deeds", "assumption", "The key 'assumption' is missing"),
    Fault("an arrow back", load_theories, "theory/graphs/overall.yml", "is_feedback: true", "is_feedback: false", "effect: rules", "effect", "leads back, from outcome to input"),
    Fault("unknown whole", load_theories, "theory/graphs/law.yml", "overall: rules", "overall: laws", "overall: laws", "overall", "Unknown node of the overall theory 'laws'"),
    Fault("unknown trade-off", load_theories, "theory/graphs/post.yml", "entry: rbc_or_trade_promotion", "entry: trade", "entry: trade", "entry", "Unknown trade-off 'trade'"),
    Fault("ladder drifts", load_status_rule, "theory/rule.yml", "id: self_report", "id: monitoring", "designs:", "designs", "The design 'self_report' of study_designs.yml is missing"),
    Fault("target without words", load_sdg_targets, "theory/sdg.yml", 'id: "8.7"', 'id: "8.6"', "targets:", "targets", "The target 8.7 of the issue"),
    Fault("unknown standard", load_norms, "norms/sectors.yml", "standards: [fsi]", "standards: [nothing]", "standards: [nothing]", "standards", "Unknown standard 'nothing'"),
    Fault("unknown norm", load_norms, "norms/template.yml", "norms: [ser_sector_starts]", "norms: [ser_nothing]", "norms: [ser_nothing]", "norms", "Unknown norm 'ser_nothing'"),
    Fault("a score without evidence", load_norms, "norms/standards/agt.yml", "alignment: fully", "alignment: not_researched", "- criterion: credible_stakeholders", "scores", "has no evidence or citation"),
    Fault("known and absent", load_norms, "norms/agreements/forestry.yml", "{element: complaints", "{element: parties", '{element: parties, text: {nl: "geen', "element", "stands under clauses and under absent"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(reference_root(None), tmp_path / "reference"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_names_file_line_and_key(fault: Fault, folder: Path) -> None:
    path = folder / fault.file
    text = path.read_text(encoding="utf-8")
    assert fault.old in text, "the fault cannot be planted"
    broken = text.replace(fault.old, fault.new, 1)
    path.write_text(broken, encoding="utf-8")
    line = broken[: broken.index(fault.at)].count("\n") + 1
    with pytest.raises(ReferenceDataError) as caught:
        fault.load(folder)
    error = caught.value
    expected = f"{fault.file}:{line}" + (f" (key '{fault.key}')" if fault.key else "")
    assert error.where == expected
    assert fault.words in error.what
    assert error.fix
    assert "\n" not in str(error)


def test_a_missing_file_names_itself(folder: Path) -> None:
    (folder / "themes.yml").unlink()
    with pytest.raises(ReferenceDataError, match=r"cannot be read .* \(at themes\.yml\)"):
        load_themes(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="no folder with reference data"):
        load_reference(tmp_path / "nowhere")


@pytest.mark.parametrize("letter", ["kst-0-0", "../..", "", "."])
def test_an_unknown_letter_is_not_found(letter: str) -> None:
    with pytest.raises(NotFoundError, match="There is no letter"):
        load_ledger(letter=letter)


def test_another_folder_is_read_in_full(folder: Path) -> None:
    assert load_reference(folder) == load_reference()


def test_an_empty_file_says_what_is_wrong(folder: Path) -> None:
    (folder / "themes.yml").write_text("")
    with pytest.raises(ReferenceDataError, match=r"themes\.yml:1"):
        load_themes(folder)
