"""A wrong dossier of an instrument gives one message that names file, line and key."""
# ruff: noqa: E501 - one fault a line reads as a table

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.governance import read_instrument


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in the file of `instrument`; the error stands on the line of `at`."""

    name: str
    instrument: str
    old: str
    new: str
    at: str
    key: str
    words: str


FAULTS = [
    Fault("term turned round", "agt", "end: 2021-12-31", "end: 2015-12-31", "term: {", "end", "ends before it starts on 2016-07-04"),
    Fault("term over, status in force", "agt", "end: 2021-12-31", "end: 2020-12-31", "term: {", "end", "the status stays in_force"),
    Fault("ended before it began", "agt", "- start: 2016-07-04\n    value: in_force", "- start: 2016-07-04\n    value: ended", "value: ended", "value", "ended without having begun"),
    Fault("uptake before the start", "agt", "- start: 2016-07-04\n    state: unknown", "- start: 2016-07-03\n    state: unknown", "start: 2016-07-03", "start", "before the first status"),
    Fault("uptake after the end", "agt", "- start: 2018-12-31\n    low", "- start: 2022-12-31\n    low", "start: 2022-12-31", "start", "when the instrument is over, from 2022-01-01"),
    Fault("series out of order", "agt", '{"on": 2018-07-01, value: 79', '{"on": 2016-07-04, value: 79', "value: 79", "on", "does not come after 2016-07-04"),
    Fault("point without its gap", "agt", '{"on": 2018-07-01, value: 79', '{"on": 2018-07-01, state: unknown, value: 79', "value: 79", "points", "has no figures"),
    Fault("series without a unit", "agt", "    unit: companies\n", "", "key: companies", "unit", "'unit' is missing"),
    Fault("unknown unit", "agt", "unit: companies\n", "unit: shops\n", "unit: shops", "unit", "Unknown unit 'shops'"),
    Fault("share above one", "agt", "value: 0.8, note", "value: 80, note", "value: 80", "value", "between 0 and 1"),
    Fault("figure without a unit", "agt", "value: 60, unit: lists", "value: 60", "value: 60", "value", "A figure without a unit"),
    Fault("left before it joined", "agt", "joined: 2016-07-04, citation", "joined: 2016-07-04, left: 2015-01-01, citation", "left: 2015", "left", "before it joined on 2016-07-04"),
    Fault("party twice at once", "pen", 'en: "PAX"', 'en: "Oxfam Novib"', 'nl: "PAX", en: "Oxfam', "name", "takes part twice at once"),
    Fault("unknown segment", "agt", "values: [leaders, pack]", "values: [leaders, middle]", "[leaders, middle]", "values", "Unknown segment 'middle'"),
    Fault("unknown target country", "agt", "[IND, BGD, CHN]", "[IND, XYZ, CHN]", "XYZ", "values", "Unknown country code 'XYZ'"),
    Fault("unknown good", "agt", '["61", "62", "63"]', '["61", "625", "63"]', '"625"', "values", "Unknown code of goods '625'"),
    Fault("unknown study design", "agt", "design: theory_based", "design: survey", "design: survey", "design", "Unknown study design 'survey'"),
    Fault("unknown criterion", "agt", "criterion: several_parties", "criterion: parties", "criterion: parties", "criterion", "Unknown criterion 'parties'"),
    Fault("checklist of no covenant", "agt", "kind: covenant", "kind: law", "checklist:", "checklist", "has no covenant checklist"),
    Fault("unknown initiative", "floriculture", "initiative: fsi", "initiative: fsy", "initiative: fsy", "initiative", "Unknown instrument 'fsy'"),
    Fault("baseline half given", "agt", 'value: 2802, unit: locations, "on": 2016-12-31, method', "value: 2802, unit: locations, method", "method:", "baselines", "has value, on and method"),
]  # fmt: skip


def text_of(instrument: str) -> str:
    path = reference_root(None) / "instruments" / f"{instrument}.yml"
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_names_file_line_and_key(fault: Fault) -> None:
    text = text_of(fault.instrument)
    assert fault.old in text, "the fault cannot be planted"
    broken = text.replace(fault.old, fault.new, 1)
    line = broken[: broken.index(fault.at)].count("\n") + 1
    with pytest.raises(ReferenceDataError) as caught:
        read_instrument(broken, "draft.yml")
    assert caught.value.where == f"draft.yml:{line} (key '{fault.key}')"
    assert fault.words in caught.value.what
    assert caught.value.fix
    assert "\n" not in str(caught.value)


def test_a_sound_text_is_read_as_its_file_is() -> None:
    found = read_instrument(text_of("agt"), "draft.yml")
    assert found.id == "agt"
    assert found.term is not None
    assert [party.count for party in found.parties] == [3, 2, 5, None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Input should be an object"),
        ("- a list", "Input should be an object"),
        ("id: [", "Not valid YAML"),
        ("id: &a x\nname: *a", "Anchors and aliases are not allowed"),
        ("id: !!python/object:os.system x", "is not allowed"),
        ("id: " + "x" * 100, "at most 80 characters"),
        ("[" * 60, "levels deep"),
    ],
)
def test_hostile_text_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        read_instrument(text, "draft.yml")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_instrument_of_the_register_is_no_file() -> None:
    text = text_of("agt").replace("worked_out: true", "worked_out: false")
    with pytest.raises(ReferenceDataError, match="for worked-out instruments"):
        read_instrument(text, "draft.yml")
