"""Names over time: what a thing is called on a day, and what a text of that day may say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.terminology.checking import Remark, check_text
from ketenkaart.core.terminology.types import NameState, Vocabulary

CITED = {"source": "own", "grade": "sure"}
CHANGE = date(2023, 6, 8)


def name(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "language": "en", "citation": CITED, **more}


def vocabulary(*names: dict[str, object], **more: object) -> Vocabulary:
    concept = {"id": "thing", "names": names, "citation": CITED}
    content = {"concepts": [concept], "as_then": ["formerly"], "citation": CITED, **more}
    return Vocabulary.model_validate(content)


RENAMED = vocabulary(
    name("Old Guide", forms=["OG"], end=CHANGE),
    name("Old Guide on Conduct", forms=["OGC"], start=CHANGE),
    name("handbook", is_preferred=False),
    name("the Guide", is_preferred=False, is_short=True),
    name("Conduct Code", is_preferred=False, is_proposed=True, start=date(2019, 11, 22)),
)
BEFORE, AFTER = CHANGE - timedelta(days=1), CHANGE


def remarks(text: str, day: date, words: Vocabulary = RENAMED) -> list[tuple[str, Remark]]:
    return [(item.word, item.remark) for item in check_text(text, words, day)]


def test_a_text_is_right_in_the_terms_of_its_own_day() -> None:
    assert remarks("The Old Guide (OG) holds.", BEFORE) == []
    assert remarks("The Old Guide on Conduct (OGC) holds.", AFTER) == []


def test_the_day_of_the_change_is_the_first_day_of_the_new_name() -> None:
    assert remarks("OG", BEFORE) == []
    assert remarks("OG", AFTER) == [("OG", "former")]
    assert remarks("OGC", BEFORE) == [("OGC", "not_yet")]
    (found,) = check_text("OG", RENAMED, AFTER)
    assert found.write is not None
    assert found.write.text == "Old Guide on Conduct"


def test_of_names_inside_one_another_the_longest_counts() -> None:
    assert remarks("old guide on\nconduct", AFTER) == []
    assert remarks("old guide on manners", AFTER) == [("old guide", "former")]


def test_abbreviations_are_taken_as_they_are_and_only_whole() -> None:
    assert remarks("og, dog, OG-like, pre-OG, OGs", AFTER) == []
    assert remarks("(OG)", AFTER) == [("OG", "former")]


def test_a_former_name_on_purpose_is_left_alone_up_to_the_end_of_the_sentence() -> None:
    assert remarks("the code (formerly Old Guide)", AFTER) == []
    assert remarks("That was formerly so. OG", AFTER) == [("OG", "former")]


def test_a_proposed_name_stays_proposed_until_somebody_adopts_it() -> None:
    assert remarks("Conduct Code", date(2030, 1, 1)) == [("Conduct Code", "proposed")]
    assert remarks("Conduct Code", date(2019, 11, 21)) == [("Conduct Code", "not_yet")]


def test_only_synonyms_beside_another_name_are_mixed_and_short_forms_never() -> None:
    assert remarks("The handbook says.", AFTER) == []
    assert remarks("OGC and the handbook", AFTER) == [("handbook", "mixed")]
    assert remarks("OGC and the Guide", AFTER) == []


def test_in_a_year_of_change_without_a_known_day_both_names_are_right() -> None:
    words = vocabulary(
        name("Registry", end=date(2022, 1, 1), is_year_only=True),
        name("Hub", start=date(2022, 1, 1), is_year_only=True),
    )
    assert remarks("Registry or Hub", date(2022, 5, 1), words) == []
    assert remarks("Registry or Hub", date(2021, 12, 31), words) == [("Hub", "not_yet")]
    assert remarks("Registry or Hub", date(2023, 1, 1), words) == [("Registry", "former")]


def test_an_ambiguous_word_names_its_senses_unless_the_words_around_it_decide() -> None:
    sense = {"nl": "een", "en": "one"}
    words = vocabulary(
        name("Thing"),
        ambiguous=[
            {
                "id": "directive", "language": "en", "forms": ["directive"], "not_after": ["EU"],
                "not_before": ["(EU)"], "senses": [sense, sense], "citation": CITED,
            }
        ],
    )  # fmt: skip
    assert remarks("an EU directive, the directive (EU) 1", AFTER, words) == []
    assert remarks("Directive", AFTER, words) == [("Directive", "ambiguous")]


@given(
    st.lists(
        st.sampled_from(["Old Guide", "OG", "OGC", "é ü", "words", "\n", "\r\n", " ", "handbook"]),
        max_size=30,
    ).map(" ".join),
    st.dates(date(2018, 1, 1), date(2026, 1, 1)),
)
def test_line_and_column_lead_to_the_word(text: str, day: date) -> None:
    lines = text.split("\n")
    for found in check_text(text, RENAMED, day):
        here = "\n".join(lines[found.line - 1 :])[found.column - 1 :]
        assert here.startswith(found.word)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_on_every_day_at_most_one_name_is_preferred_and_current(day: date) -> None:
    (concept,) = RENAMED.concepts
    current = [
        item for item in concept.names if item.is_preferred and item.on(day) is NameState.CURRENT
    ]
    assert len(current) == 1
    assert concept.preferred(day, "en") is current[0]
    assert check_text(current[0].text, RENAMED, day) == ()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([name("One"), name("Two")], "both preferred at one time"),
        ([name("One", start=CHANGE, end=CHANGE)], "ends on 2023-06-08"),
        ([name("One", is_proposed=True, is_preferred=False)], "a proposed name has a start"),
        ([name("One", start=CHANGE, is_year_only=True)], "first of January"),
    ],
)
def test_a_history_that_contradicts_itself_is_refused(names, words) -> None:
    with pytest.raises(ValidationError, match=words):
        vocabulary(*names)


def test_every_name_of_whatever_time_leads_to_its_thing() -> None:
    for words in ("OG", "old  guide", "Conduct code", "THING", "ogc"):
        assert [concept.id for concept in RENAMED.find(words)] == ["thing"]
    assert RENAMED.find("nothing") == ()
