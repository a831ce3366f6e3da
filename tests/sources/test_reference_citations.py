"""Every value in every reference file has a citation and a grade, whatever the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ketenkaart.core.provenance import Grade
from ketenkaart.sources.reference import load_reference, load_sources
from ketenkaart.sources.reference.folder import reference_root

ROOT = reference_root(None)
EDITIONS = ROOT / "editions"  # built, not written: an edition checks its own files
YAML_FILES = [path for path in sorted(ROOT.rglob("*.yml")) if EDITIONS not in path.parents]
CSV_FILES = [path for path in sorted(ROOT.rglob("*.csv")) if EDITIONS not in path.parents]
SIDECARS = {path.with_suffix(".yml") for path in CSV_FILES}
FACT_FILES = [path for path in YAML_FILES if path not in SIDECARS]
GRADES = {grade.value for grade in Grade}
PROSE = {"summary", "description", "definition", "statement", "reading", "coding_note", "missing"}
SIDECAR_KEYS = {"title", "publisher", "licence", "licence_grade", "edition", "command", "columns"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_citation(value: Any) -> bool:
    return isinstance(value, dict) and "source" in value and value.get("grade") in GRADES


def uncited(value: Any, path: str = "") -> Iterator[str]:
    """Yield the place of every value that no citation speaks for.

    A citation among the values of a mapping speaks for the whole mapping, except one under
    `x_citation`, which speaks for `x` alone.
    """
    if is_citation(value):
        return
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from uncited(part, f"{path}[{index}]")
    elif isinstance(value, dict):
        of_one = {key.removesuffix("_citation") for key in value if key.endswith("_citation")}
        if any(is_citation(part) and not key.endswith("_citation") for key, part in value.items()):
            return
        for key, part in value.items():
            if key not in of_one:
                yield from uncited(part, f"{path}.{key}".lstrip("."))
    else:
        yield path


def sources_cited(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from sources_cited(part)
    elif isinstance(value, dict):
        if "source" in value and "grade" in value:
            yield value["source"]
        for part in value.values():
            yield from sources_cited(part)


def half_texts(value: Any, path: str = "") -> Iterator[str]:
    """Yield the place of every text that is missing or empty in one of the two languages."""
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from half_texts(part, f"{path}[{index}]")
    elif isinstance(value, dict):
        if ("nl" in value or "en" in value) and not (
            set(value) == {"nl", "en"}
            and all(isinstance(text, str) and text.strip() for text in value.values())
        ):
            yield path
        for key, part in value.items():
            yield from half_texts(part, f"{path}.{key}".lstrip("."))


def content(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.mark.parametrize("path", FACT_FILES, ids=name)
def test_every_value_has_a_citation_and_a_grade(path: Path) -> None:
    assert list(uncited(content(path))) == []


@pytest.mark.parametrize("path", FACT_FILES, ids=name)
def test_every_citation_names_a_declared_source(path: Path) -> None:
    declared = {source.id for source in load_sources()}
    assert set(sources_cited(content(path))) <= declared


@pytest.mark.parametrize("path", YAML_FILES, ids=name)
def test_every_text_is_there_in_both_languages(path: Path) -> None:
    assert list(half_texts(content(path))) == []


@pytest.mark.parametrize("path", CSV_FILES, ids=name)
def test_every_table_has_a_sidecar_that_names_its_columns(path: Path) -> None:
    sidecar = content(path.with_suffix(".yml"))
    assert set(sidecar) >= SIDECAR_KEYS
    assert sidecar["licence_grade"] in GRADES
    with path.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == list(sidecar["columns"])


def test_the_checks_find_planted_faults() -> None:
    themes = content(ROOT / "themes.yml")
    planted = json.loads(json.dumps(themes))
    del planted["themes"][3]["citation"]["grade"]
    assert set(uncited(planted)) == {
        f"themes[3].{place}"
        for place in (
            "number", "id", "name.nl", "name.en", "description.nl", "description.en",
            "citation.source", "citation.locator",
        )
    }  # fmt: skip
    planted["themes"][2]["citation"]["grade"] = "certain"
    assert "themes[2].number" in set(uncited(planted))
    depth = content(ROOT / "depth.yml")
    del depth["step_weights_citation"]
    assert "step_weights.remedy" in set(uncited(depth))
    del themes["themes"][0]["name"]["nl"]
    assert list(half_texts(themes)) == ["themes[0].name"]


def test_no_prose_is_the_same_in_both_languages() -> None:
    same = [
        (name(path), text["nl"])
        for path in FACT_FILES
        for key, text in texts(content(path))
        if key in PROSE and text["nl"] == text["en"] and text["nl"].count(" ") > 2
    ]
    assert same == []


def texts(value: Any, under: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, list):
        for part in value:
            yield from texts(part, under)
    elif isinstance(value, dict):
        if set(value) == {"nl", "en"}:
            yield under, value
        for key, part in value.items():
            yield from texts(part, key)


def test_a_second_load_costs_nothing() -> None:
    assert load_reference().ledger is load_reference().ledger
