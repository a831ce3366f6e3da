"""Folding judgements: what stands, what was agreed, and what a new reading leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketenkaart.core.ledger.candidates import Places, candidates_of, changes
from ketenkaart.core.ledger.folding import GroupState, fold
from ketenkaart.core.ledger.judgement import (
    Action,
    Candidate,
    Judgement,
    coding_of,
    entries_of,
    in_force,
)
from ketenkaart.core.ledger.phrases import cut, find_phrase, sentence_around
from made_letters import BODY, CODING, large_letter, made_letter

AT = datetime(2026, 11, 22, tzinfo=UTC)
READ = made_letter()
CANDIDATES = candidates_of(READ.reading, Places(READ.text, READ.extract.raw))
ASKED = [item for item in CANDIDATES if item.code.startswith("R")]
BY_KEY = {item.key: item for item in CANDIDATES}


def judged(number: int, action: str, *keys: str, coder: str = "a", **more: object) -> Judgement:
    count = {"accept": 1, "correct": 1, "split": 2, "merge": 1, "add": 1}.get(action, 0)
    fields = (BY_KEY[keys[0]].fields,) * count if keys and count else ()
    note = "because" if action == "resolve" else None
    return Judgement.model_validate(
        {"id": number, "coder": coder, "at": AT, "action": action, "keys": keys, "fields": fields,
         "note": note, **more}
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Judgement]:
    """Judgements of one or two coders about three recommendations, withdrawals included."""
    keys = [item.key for item in ASKED]
    made: list[Judgement] = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        coder = draw(st.sampled_from("ab"))
        own = [j for j in made if j.coder == coder and j.action is not Action.WITHDRAW]
        action = draw(st.sampled_from(["accept", "reject", "split", "merge", "withdraw"]))
        if action == "withdraw":
            if own:
                back = draw(st.sampled_from(own)).id
                made.append(judged(number, "withdraw", coder=coder, withdraws=back))
            continue
        size = 2 if action == "merge" else 1
        named = draw(st.permutations(keys))[:size]
        made.append(judged(number, action, *named, coder=coder))
    return made


@given(histories())
def test_a_passage_has_at_most_one_judgement_in_force_per_coder(history: list[Judgement]) -> None:
    for coder in "ab":
        own = [j for j in history if j.coder == coder]
        standing = in_force(own)
        keys = [key for item in standing for key in item.keys]
        assert len(keys) == len(set(keys))
        withdrawn = {j.withdraws for j in own}
        assert not {item.id for item in standing} & withdrawn
        assert all(item.action is not Action.WITHDRAW for item in standing)


@given(histories())
def test_the_order_in_which_judgements_are_handed_over_does_not_count(
    history: list[Judgement],
) -> None:
    assert fold(CANDIDATES, history) == fold(CANDIDATES, list(reversed(history)))


@given(histories())
def test_every_proposal_lies_in_one_group(history: list[Judgement]) -> None:
    folded = fold(CANDIDATES, history)
    keys = [key for group in folded.groups for key in group.keys]
    assert sorted(keys) == sorted(BY_KEY)
    for group in folded.groups:
        if group.state in {GroupState.UNJUDGED, GroupState.DISAGREED}:
            assert group.entries == ()
        assert bool(group.differs) == (group.state is GroupState.DISAGREED)


@given(histories())
def test_one_coder_never_disagrees_with_nobody(history: list[Judgement]) -> None:
    own = [j for j in history if j.coder == "a"]
    folded = fold(CANDIDATES, own)
    assert folded.count(GroupState.DISAGREED) == folded.count(GroupState.WAITING) == 0
    expected = sorted(e.key for e in coding_of("a", own).entries)
    assert sorted(entry.key for entry in folded.entries) == expected


@given(histories())
def test_withdrawing_the_last_brings_back_what_was_before(history: list[Judgement]) -> None:
    own = [j for j in history if j.coder == "a"]
    last = judged(98, "reject", ASKED[0].key)
    back = judged(99, "withdraw", withdraws=98)
    assert in_force([*own, last, back]) == in_force(own)


@given(histories())
def test_another_coder_changes_nothing_in_ones_own_coding(history: list[Judgement]) -> None:
    own = [j for j in history if j.coder == "a"]
    assert coding_of("a", history) == coding_of("a", own)


def test_a_group_judgement_falls_as_a_whole() -> None:
    one, two, _ = (item.key for item in ASKED)
    history = [judged(1, "accept", two), judged(2, "merge", one, two), judged(3, "reject", one)]
    standing = in_force(history)
    assert [item.id for item in standing] == [3], "what the merge stood over is not brought back"


def test_a_resolution_settles_and_can_be_taken_back() -> None:
    key = ASKED[0].key
    history = [judged(1, "accept", key), judged(2, "reject", key, coder="b")]
    assert fold(CANDIDATES, history).count(GroupState.DISAGREED) == 1
    settled = [*history, judged(3, "resolve", key, coder="ed")]
    folded = fold(CANDIDATES, settled)
    assert (folded.count(GroupState.RESOLVED), folded.entries) == (1, ())
    back = judged(4, "withdraw", coder="ed", withdraws=3)
    assert fold(CANDIDATES, [*settled, back]).count(GroupState.DISAGREED) == 1


def test_parts_of_a_split_have_keys_of_their_own() -> None:
    key = ASKED[0].key
    assert [e.key for e in entries_of(judged(1, "split", key))] == [f"{key}.1", f"{key}.2"]


@pytest.mark.parametrize(
    ("action", "keys", "more"),
    [
        ("accept", 0, {}), ("reject", 2, {}), ("merge", 1, {}), ("withdraw", 0, {}),
        ("accept", 1, {"withdraws": 1}), ("resolve", 1, {"note": " "}),
        ("split", 1, {"fields": ()}),
    ],
)  # fmt: skip
def test_a_judgement_of_the_wrong_shape_cannot_be(
    action: str, keys: int, more: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        judged(1, action, *[item.key for item in ASKED[:keys]], **more)


# Reading again


def again(body: str = BODY, before: tuple[Candidate, ...] = CANDIDATES) -> tuple[Candidate, ...]:
    read = made_letter(body, CODING)
    return candidates_of(read.reading, Places(read.text, read.extract.raw), before)


def test_the_same_reading_again_has_the_same_keys() -> None:
    assert again() == CANDIDATES
    assert changes(CANDIDATES, again()) == ()


def test_words_before_a_passage_move_it_and_change_nothing() -> None:
    moved = again(BODY.replace("Geachte voorzitter,", "Geachte voorzitter, beste Kamer,"))
    assert [item.key for item in moved] == [item.key for item in CANDIDATES]
    assert changes(CANDIDATES, moved) == ()


def test_another_phrase_in_the_same_sentence_keeps_its_key() -> None:
    wider = again(BODY.replace("[R1|het toezicht op de kades", "het toezicht [R1|op de kades"))
    assert [item.key for item in wider] == [item.key for item in CANDIDATES]
    found = changes(CANDIDATES, wider)
    assert [(item.kind, item.variables) for item in found] == [("changed", ("quote",))]


def test_keys_are_never_shared() -> None:
    read = large_letter(5)
    places = Places(read.text, read.extract.raw)
    first = candidates_of(read.reading, places)
    second = candidates_of(read.reading, places, first)
    assert len({item.key for item in first}) == len(first) == 30
    assert [item.key for item in first] == [item.key for item in second]
    assert first == candidates_of(read.reading, places, tuple(reversed(first)))


def test_links_lead_to_keys_of_this_reading() -> None:
    for item in CANDIDATES:
        for name in ("commitments", "references", "recommendations"):
            assert set(getattr(item.fields, name, ())) <= BY_KEY.keys()


# Phrases

WORDS = st.lists(st.sampled_from(["de", "Kamer", "wij", "vóór", "1", "juli"]), min_size=1)


@given(WORDS, WORDS, WORDS, st.sampled_from([" ", "  ", "\n", ", ", " - "]))
def test_a_phrase_that_stands_there_is_found(
    before: list[str], phrase: list[str], after: list[str], gap: str
) -> None:
    text = " ".join([*before, *phrase, *after])
    found = find_phrase(text, gap.join(phrase).upper())
    assert found is not None
    assert text[slice(*found)].split() == [*phrase]


@given(WORDS, WORDS)
def test_a_phrase_is_found_as_a_plain_search_finds_it(text: list[str], phrase: list[str]) -> None:
    plain = any(text[k : k + len(phrase)] == phrase for k in range(len(text)))
    assert (find_phrase(" ".join(text), " ".join(phrase)) is not None) == plain


def test_the_nearest_of_several_is_taken() -> None:
    text = "de Kamer en de Kamer"
    assert find_phrase(text, "de kamer", near=15) == (12, 20)
    assert find_phrase(text, "", near=0) is None
    assert find_phrase("a " * 50_000, "a " * 1_000 + "b") is None, "linear, whatever is asked"


SPANS = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.text(min_size=40, max_size=40), st.lists(SPANS, max_size=5), SPANS)
def test_pieces_joined_are_the_text(
    text: str, spans: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    marks = [(str(n), span) for n, span in enumerate(spans)]
    pieces = cut(text, marks, window)
    assert "".join(piece.text for piece in pieces) == text[slice(*window)]
    for name, (start, end) in marks:
        covered = "".join(piece.text for piece in pieces if name in piece.marks)
        assert covered == text[max(start, window[0]) : max(min(end, window[1]), window[0])]


def test_a_phrase_over_two_sentences_gets_both() -> None:
    assert sentence_around([(0, 5), (6, 9)], (3, 8)) == (0, 9)
    assert sentence_around([], (3, 8)) == (3, 8)
