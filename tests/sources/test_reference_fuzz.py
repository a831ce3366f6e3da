"""Whatever stands in a file, the answer is data or one clear error, never a traceback."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.norms.types import Agreement, ScoreSheet
from ketenkaart.core.governance.theory.types import StatusRule, Theory
from ketenkaart.core.governance.types import DepthTable, Instrument
from ketenkaart.core.terminology.types import Vocabulary
from ketenkaart.sources.reference.document import Trail, parse_text
from ketenkaart.sources.reference.folder import SourcesFile, reference_root
from ketenkaart.sources.reference.labels import GlossaryFile, SectorsFile
from ketenkaart.sources.reference.ledger import (
    CommitmentsFile,
    OutcomesFile,
    RecommendationsFile,
    ThemesFile,
)
from ketenkaart.sources.reference.risk import IssuesFile

LETTER = "ledger/kst-26485-319"
MODELS: dict[str, type[BaseModel]] = {
    "sources.yml": SourcesFile,
    "themes.yml": ThemesFile,
    "issues.yml": IssuesFile,
    "sectors.yml": SectorsFile,
    "glossary.yml": GlossaryFile,
    "depth.yml": DepthTable,
    "instruments/eudr.yml": Instrument,
    "theory/graphs/overall.yml": Theory,
    "theory/rule.yml": StatusRule,
    "terminology.yml": Vocabulary,
    "norms/agreements/agt.yml": Agreement,
    "norms/standards/agt.yml": ScoreSheet,
    f"{LETTER}/recommendations.yml": RecommendationsFile,
    f"{LETTER}/commitments.yml": CommitmentsFile,
    f"{LETTER}/verdicts.yml": OutcomesFile,
}
CONTENT = {
    name: yaml.load((reference_root(None) / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    for name in MODELS
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e6, 1e6).map(lambda x: round(x, 3)).filter(lambda x: "e" not in repr(x))
    | st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcdef", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


def refusal(action: Callable[[], object]) -> ReferenceDataError | None:
    try:
        action()
    except ReferenceDataError as error:
        return error
    return None


@given(VALUES)
def test_json_is_read_back_as_it_was(value: Any) -> None:
    assert parse_text(json.dumps(value, ensure_ascii=False), "x.yml").data == value


@given(st.text(st.sampled_from(" \n\t:-[]{}#&*!|>'\"%@`,?ab1.\x00é😀"), max_size=40))
@settings(max_examples=400)
def test_any_text_is_data_or_a_clear_error(text: str) -> None:
    error = refusal(lambda: parse_text(text, "x.yml"))
    assert error is None or (str(error.where).startswith("x.yml:") and error.fix)


def paths(value: Any, path: Trail = ()) -> list[Trail]:
    if isinstance(value, dict):
        below = [((*path, key), part) for key, part in value.items()]
    elif isinstance(value, list):
        below = [((*path, index), part) for index, part in enumerate(value)]
    else:
        return [path]
    return [path, *(found for place, part in below for found in paths(part, place))]


PATHS = {name: paths(value)[1:] for name, value in CONTENT.items()}


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_value_of_another_kind_is_refused_in_its_own_place(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(MODELS)))
    path = data.draw(st.sampled_from(PATHS[name]))
    broken = copy.deepcopy(CONTENT[name])
    part = broken
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = data.draw(st.sampled_from([[], {}, {"x": 1}, True, 1.5, "", ["x"]]))
    text = json.dumps(broken, ensure_ascii=False, indent=1, default=str)
    document = parse_text(text, name)
    error = refusal(lambda: document.parse(MODELS[name]))
    if error is not None:
        place, _, line = str(error.where).split(" ")[0].partition(":")
        assert place == name
        assert 1 <= int(line) <= document.line(path) + 1
        assert error.fix
        assert len(str(error)) < 600


@pytest.mark.parametrize("word", ["1e999", ".inf", "-.INF", "nan", "9" * 400, "1" + "0" * 4400])
def test_numbers_without_bounds_stay_text(word: str) -> None:
    value = parse_text(f"a: {word}", "x.yml").data["a"]
    assert isinstance(value, str) or math.isfinite(value)
