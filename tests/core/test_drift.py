"""What becomes of promises between two letters: cases by hand, and laws."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.ledger.drift import DriftSide, drift
from ketenkaart.core.ledger.drift_reasons import numbers_in
from ketenkaart.core.ledger.drift_types import Aspect, Change, Drift, DriftItem
from ketenkaart.core.ledger.likeness import Likeness, Vocabulary, stem
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import (
    DeadlineKind,
    OriginalPlace,
    ReadCommitment,
    ReadDeadline,
    ReadDocument,
    Reading,
)
from ketenkaart.sources.reference.drift import load_drift_lexicon

LEXICON = load_drift_lexicon()
BACKGROUND = (
    "De cijfers over het vorige jaar zijn nog niet volledig.",
    "Ook elders wordt met dit vraagstuk geworsteld.",
    "Het debat van juni ging over treinen en over haring.",
)
PLAN = "Het kabinet stuurt alle gemeenten in 2022 een handreiking over schuldhulp."


def promise(
    text: str, due: date | None = None, tense: Any = "promised", kind: str = "expected"
) -> tuple[str, ReadDeadline, Any]:
    words = ReadDeadline(end=due, kind=DeadlineKind(kind), text=f"{due}") if due else ReadDeadline()
    return text, words, tense


def side(name: str, *promises: Any, others: tuple[str, ...] = BACKGROUND) -> DriftSide:
    found = [item if isinstance(item, tuple) else promise(item) for item in promises]
    sentences, text = [], ""
    for sentence in (*others, *(item[0] for item in found)):
        sentences.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + " "
    commitments = [
        ReadCommitment(
            id=f"{name}-{k}", text=words, span=tuple(span), quote=words, quote_span=tuple(span),
            locator=OriginalPlace(start=span.start, end=span.end, line=1), confidence=1,
            deadline=deadline, tense=tense,
        )
        for k, ((words, deadline, tense), span) in enumerate(
            zip(found, sentences[len(others) :], strict=True)
        )
    ]  # fmt: skip
    head = ReadDocument(
        sha256="0" * 64, media_type="text/plain", characters=len(text), extractor="x",
        lexicon_sha256="0",
    )  # fmt: skip
    reading = Reading(document=head, commitments=tuple(commitments))
    return DriftSide(name, reading, text, tuple(sentences))


def compared(old: DriftSide, new: DriftSide) -> Drift:
    return drift(old, new, LEXICON)


def one(old: Any, new: Any) -> DriftItem:
    (item,) = compared(side("old", old), side("new", new)).items
    return item


def test_the_same_words_are_a_promise_repeated() -> None:
    item = one(PLAN, PLAN)
    assert item.change is Change.REPEATED
    assert item.likeness == 1
    assert not item.reasons


def test_other_words_are_a_promise_reworded() -> None:
    item = one(PLAN, "Alle gemeenten ontvangen in 2022 een handreiking over schuldhulp.")
    assert item.change is Change.REWORDED
    assert "handreik" in item.shared


@pytest.mark.parametrize(
    ("new", "aspect", "words"),
    [
        (
            "Het kabinet beziet of alle gemeenten in 2022 een handreiking over schuldhulp krijgen.",
            Aspect.CERTAINTY,
            "beziet",
        ),
        (
            "Het kabinet stuurt enkele gemeenten in 2022 een handreiking over schuldhulp.",
            Aspect.SCOPE,
            "enkele",
        ),
        (
            "Het kabinet stuurt gemeenten in 2022 een handreiking over schuldhulp.",
            Aspect.SCOPE,
            None,
        ),
        (
            PLAN[:-1] + ", mits er geld is.",
            Aspect.CONDITION,
            "mits",
        ),
        (
            PLAN[:-1] + " aan ouderen.",
            Aspect.QUALIFICATION,
            "ouder",
        ),
    ],
)
def test_a_promise_is_weakened_and_the_words_are_named(
    new: str, aspect: Aspect, words: str | None
) -> None:
    item = one(PLAN, new)
    assert item.change is Change.WEAKENED
    assert (aspect, words) in {(reason.aspect, reason.new) for reason in item.reasons}


def test_backwards_the_same_change_strengthens() -> None:
    weak = (
        "Het kabinet stuurt enkele gemeenten in 2022 zo mogelijk een handreiking over schuldhulp."
    )
    assert one(PLAN, weak).change is Change.WEAKENED
    assert one(weak, PLAN).change is Change.STRENGTHENED


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        (date(2022, 12, 31), date(2023, 6, 30), Change.WEAKENED),
        (date(2023, 6, 30), date(2022, 12, 31), Change.STRENGTHENED),
        (date(2022, 12, 31), None, Change.WEAKENED),
        (None, date(2022, 12, 31), Change.STRENGTHENED),
        (date(2022, 12, 31), date(2022, 12, 31), Change.REPEATED),
    ],
)
def test_days_are_compared(was: date | None, now: date | None, change: Change) -> None:
    assert one(promise(PLAN, was), promise(PLAN, now)).change is change


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (
            "De wachttijd bij de toeslagen wordt verlaagd tot 6 procent.",
            "De wachttijd bij de toeslagen wordt verlaagd tot 4 procent.",
            Change.STRENGTHENED,
        ),
        (
            "De subsidie voor dorpshuizen stijgt naar 9 miljoen euro.",
            "De subsidie voor dorpshuizen stijgt naar 4 miljoen euro.",
            Change.WEAKENED,
        ),
        (
            "Leveranciers van cacao zijn verplicht de herkomst te melden.",
            "Leveranciers van cacao worden gevraagd de herkomst te melden.",
            Change.WEAKENED,
        ),
        (
            "Het rapport over zandwinning verschijnt jaarlijks.",
            "Het rapport over zandwinning verschijnt tweejaarlijks.",
            Change.WEAKENED,
        ),
    ],
)
def test_numbers_duties_and_frequency(old: str, new: str, change: Change) -> None:
    assert one(old, new).change is change


def test_what_is_left_out_is_dropped_and_what_appears_is_new() -> None:
    new = "Rijkswaterstaat vervangt hardhouten sluisdeuren."
    found = compared(side("old", PLAN), side("new", new))
    assert [item.change for item in found.items] == [Change.DROPPED, Change.NEW]


def test_what_the_newer_letter_calls_done_is_not_dropped() -> None:
    done = promise("Alle gemeenten hebben een handreiking over schuldhulp gekregen.", None, "done")
    assert one(PLAN, done).change is Change.REPORTED_DONE


def test_what_was_done_before_is_no_promise() -> None:
    found = compared(side("old", promise(PLAN, None, "done")), side("new"))
    assert not found.items


def test_a_promise_that_is_now_only_a_thought_is_shown_with_its_new_words() -> None:
    thought = "Of alle gemeenten een handreiking over schuldhulp nodig hebben, wordt overwogen."
    found = compared(side("old", PLAN), side("new", others=(*BACKGROUND, thought)))
    (item,) = found.items
    assert item.change is Change.WEAKENED
    assert item.new is not None
    assert item.new.text == thought
    assert item.new.id is None


def test_a_promise_taken_back_is_dropped_with_the_words_that_do_it() -> None:
    gone = "Een handreiking over schuldhulp aan alle gemeenten komt er niet."
    found = compared(side("old", PLAN), side("new", others=(*BACKGROUND, gone)))
    (item,) = found.items
    assert item.change is Change.DROPPED
    assert [reason.aspect for reason in item.reasons] == [Aspect.WITHDRAWN]


def test_promises_cross_without_being_mixed_up() -> None:
    first, second = PLAN, "De Kustwacht voorziet alle vissersschepen in 2023 van een baken."
    found = compared(side("old", first, second), side("new", second, first))
    assert [item.change for item in found.items] == [Change.REPEATED, Change.REPEATED]


def test_numbers_without_days_and_years() -> None:
    assert numbers_in("Op 3 mei 2021 kregen 12 scholen 5 procent en € 1,5 miljoen") == {
        "scholen": 12, "%": 5, "euro": 1_500_000,
    }  # fmt: skip
    assert numbers_in("zes havens en 2.000 titels in 2000") == {"havens": 6, "titels": 2000}
    assert numbers_in("3 havens naast 4 havens") == {}


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_a_share_and_does_not_depend_on_the_order(one_text: str, other: str) -> None:
    vocabulary = Vocabulary.of(LEXICON.silent, LEXICON.synonyms)
    likeness = Likeness(vocabulary, [one_text, other])
    value, _ = likeness.compare(one_text, other)
    assert 0 <= value <= 1
    assert value == pytest.approx(likeness.compare(other, one_text)[0])


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéë", min_size=1, max_size=20))
def test_a_stem_is_never_longer_than_its_word(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word)


WORDS = st.sampled_from(
    ["haven", "school", "bodem", "water", "energie", "textiel", "cacao", "kobalt", "trein"]
)


@given(st.lists(st.lists(WORDS, min_size=3, max_size=5, unique=True), min_size=1, max_size=6))
def test_every_promise_comes_out_once(lists: list[list[str]]) -> None:
    texts = [f"Het kabinet verbetert {' en '.join(words)}." for words in lists]
    old, new = side("old", *texts), side("new", *reversed(texts))
    found = compared(old, new)
    olds = [item.old.span for item in found.items if item.old]
    news = [item.new.span for item in found.items if item.new]
    assert len(olds) == len(set(olds)) == len(texts)
    assert len(news) == len(set(news)) == len(texts)
    known = {Change.REPEATED, Change.REWORDED, Change.WEAKENED}
    assert {item.change for item in found.items} <= known
