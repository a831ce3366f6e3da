"""The reader of endorsement, held to labelled passages and to whole documents."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.services.endorsement.reading import ReportState, read_passage, read_report
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.reference.endorsement import load_endorsement_cues

HERE = Path(__file__).parent
REAL = HERE.parents[1].parent / "shared" / "data" / "disclosures" / "oecd_mentions_dev.csv"
sys.path.insert(0, str(HERE))

from made import documents, expected  # noqa: E402

MADE = documents()
EXPECTED = expected()


def labelled(name: str) -> list[dict[str, Any]]:
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def shares(passages: list[dict[str, Any]]) -> tuple[float, float, float]:
    """Return the share read right, and precision and recall of "at least a reference frame"."""
    read = [(int(read_passage(one["text"]).level), one["level"]) for one in passages]
    both = sum(found >= 2 and level >= 2 for found, level in read)
    return (
        sum(found == level for found, level in read) / len(read),
        both / sum(found >= 2 for found, _ in read),
        both / sum(level >= 2 for _, level in read),
    )


def test_the_passages_that_rules_were_written_on_are_read() -> None:
    right, precision, recall = shares(labelled("development.yml"))
    assert right >= 0.92
    assert precision >= 0.95
    assert recall >= 0.9


def test_passages_held_out_are_read_no_worse_than_before() -> None:
    right, precision, recall = shares(labelled("held-out.yml"))
    assert right >= 0.72
    assert precision >= 0.79
    assert recall >= 0.71


@pytest.mark.parametrize("name", list(MADE))
def test_whole_documents_are_read_past_their_traps(name: str) -> None:
    wanted = EXPECTED[name]
    report = read_report(MADE[name], name=name)
    if wanted["unreadable"]:
        assert report.state is ReportState.UNREADABLE
        assert report.reading is None
        return
    assert report.reading is not None
    reading = report.reading
    assert (int(reading.level), reading.stance.value) == (wanted["level"], wanted["stance"])
    assert reading.is_boilerplate is wanted["boilerplate"]
    assert report.is_partial is wanted["partial"]
    assert sorted({other.instrument for other in reading.others}) == sorted(wanted["others"])
    places = {one.page for one in reading.passages if one.is_deciding}
    places |= {step.page for step in reading.steps}
    assert set(wanted["pages"]) <= places


@pytest.mark.parametrize("name", [n for n in MADE if not EXPECTED[n]["unreadable"]])
def test_every_passage_is_found_again_where_it_says(name: str) -> None:
    raw = read_document(MADE[name], name=name).raw
    reading = read_report(MADE[name], name=name).reading
    assert reading is not None
    for passage in reading.passages:
        there = raw[passage.start : passage.end]
        assert passage.text.split()[0][:4] in there
        assert passage.text.split()[-1].strip(".”")[-4:] in there


@pytest.mark.data
def test_passages_of_real_statements_are_read() -> None:
    levels = {
        "endorse": {2, 3},
        "based_on_or_aligned": {2, 3},
        "mention_only": {1},
        "other_OECD_instrument": {0},
    }
    with REAL.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["label"] in levels]
    assert rows
    for row in rows:
        assert int(read_passage(row["passage"]).level) in levels[row["label"]], row["passage"]


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ("- {id: a, kind: frame, pattern: '(', examples: [a]}", "no pattern"),
        ("- {id: a, kind: frame, pattern: b, examples: [a]}", "does not find its example"),
        (
            "- {id: a, kind: frame, pattern: a, examples: [a], counterexamples: [a]}",
            "a finds 'a'",
        ),
        ("- {id: a, kind: step, value: dance, pattern: a, examples: [a]}", "no step"),
        ("- {id: a, kind: instrument, pattern: a, examples: [a]}", "no id"),
        (
            "\n  ".join(["- {id: a, kind: frame, pattern: a, examples: [a]}"] * 2),
            "twice",
        ),
    ],
)
def test_a_faulty_cue_is_named_with_its_line(tmp_path: Path, cues: str, message: str) -> None:
    citation = "citation: {source: own, locator: made, grade: assumed}"
    (tmp_path / "endorsement.yml").write_text(f"{citation}\ncues:\n  {cues}\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=message) as caught:
        load_endorsement_cues(tmp_path)
    assert "endorsement.yml" in str(caught.value)


@pytest.mark.long
def test_the_page_with_scores_says_what_is_measured_now() -> None:
    script = [sys.executable, HERE.parents[1] / "scripts" / "endorsement_scores.py", "--check"]
    assert subprocess.run(script, check=False).returncode == 0, "run scripts/endorsement_scores.py"
