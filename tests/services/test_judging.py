"""Judging a letter: roles, what only grows, two coders, undo, resolving, publishing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.ledger.folding import GroupState
from ketenkaart.core.ledger.judgement import Action, Fields, JudgedRecommendation
from ketenkaart.core.ledger.publishing import LetterFacts
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.judging.judge import Decision, judge, withdraw
from ketenkaart.services.judging.listing import letter_list
from ketenkaart.services.judging.publish import proposed_facts, publish_judged
from ketenkaart.services.judging.readings import (
    keep_reading,
    last_changes,
    open_letter,
    stored_extract,
)
from ketenkaart.services.ledger import publish_ledger, read_ledger
from ketenkaart.sources.reference import load_ledger
from made_letters import BODY, CODING, Read, large_letter, made_letter

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LETTER = "kst-31409-101"
ANNA = Actor("anna", frozenset({Role.CODER}))
BRAM = Actor("bram", frozenset({Role.CODER}))
ED = Actor("ed", frozenset({Role.EDITOR}))

pytestmark = pytest.mark.django_db


def keep(read: Read | None = None, actor: Actor = ANNA) -> dict[str, str]:
    """Keep a reading and return the keys of its proposals by code."""
    kept = keep_reading(read=read or made_letter(), name="brief.txt", actor=actor, at=AT)
    return {item.code: item.key for item in open_letter(kept.letter).candidates}


def decide(actor: Actor, action: str, *keys: str, fields: tuple[Fields, ...] = (), **more: object):
    seen = more.pop("seen", None)
    decision = Decision(action=Action(action), keys=keys, fields=fields, **more)
    return judge(letter=LETTER, decision=decision, actor=actor, at=AT, seen=seen)


def fields_of(code: str) -> Fields:
    return next(item.fields for item in open_letter(LETTER).candidates if item.code == code)


def recommendation(code: str) -> JudgedRecommendation:
    found = fields_of(code)
    assert isinstance(found, JudgedRecommendation)
    return found


def changed(fields: JudgedRecommendation, **update: object) -> JudgedRecommendation:
    return JudgedRecommendation.model_validate(fields.model_dump() | update)


def accept_all(actor: Actor, *but: str) -> None:
    for item in open_letter(LETTER).candidates:
        if item.code not in but:
            decide(actor, "accept", item.key)


def facts(**more: object) -> LetterFacts:
    given = {"id": LETTER, "title_nl": "Schone havens", "sender": "De minister", **more}
    return LetterFacts.model_validate({"date": date(2022, 9, 20), **given})


def publish(actor: Actor = ED, **more: object):
    return publish_judged(letter=LETTER, facts=facts(**more), actor=actor, at=AT)


# Keeping a reading


def test_a_reading_is_kept_once_with_its_proposals_in_the_order_of_the_text() -> None:
    keys = keep()
    assert list(keys) == ["D1", "R1", "K1", "R2", "R3", "K2"]
    again = keep_reading(read=made_letter(), name="brief.txt", actor=ANNA, at=AT)
    assert (again.is_new, again.proposals) == (False, 6)
    assert rows.Reading.objects.count() == 1
    assert rows.AuditEntry.objects.get().action == "keep_reading"


def test_links_name_keys() -> None:
    keys = keep()
    assert recommendation("R1").commitments == (keys["K1"],)


@pytest.mark.parametrize("role", [Role.OWNER, Role.VERIFIER, Role.ADMINISTRATOR])
def test_other_roles_neither_keep_nor_judge(role: Role) -> None:
    stranger = Actor("eve", frozenset({role}))
    with pytest.raises(RefusedError):
        keep(actor=stranger)
    keys = keep()
    for attempt in (
        lambda: decide(stranger, "accept", keys["R1"]),
        lambda: withdraw(letter=LETTER, actor=stranger, at=AT),
        lambda: publish(stranger),
    ):
        with pytest.raises(RefusedError):
            attempt()
    assert not rows.Judgement.objects.exists()


def test_a_letter_without_a_name_of_its_own_is_called_after_its_file() -> None:
    kept = keep_reading(read=made_letter(letter=None), name="x.txt", actor=ANNA, at=AT)
    assert kept.letter.startswith("letter-")
    odd = made_letter(BODY + "Nog een zin.\n", letter="../../etc/passwd")
    assert keep_reading(read=odd, name="x.txt", actor=ANNA, at=AT).letter.startswith("letter-")


def test_an_unknown_letter_is_not_found() -> None:
    for attempt in (open_letter, stored_extract, last_changes):
        with pytest.raises(NotFoundError, match="nothing-1"):
            attempt("nothing-1")


def test_the_original_is_kept_for_reading_again() -> None:
    keep()
    assert stored_extract(LETTER) == made_letter().extract


# Judging


def test_accept_correct_reject_and_what_comes_of_it() -> None:
    keys = keep()
    decide(ANNA, "accept", keys["R1"])
    better = changed(recommendation("R2"), follow_up="deferred", summary_nl="x y")
    decide(ANNA, "correct", keys["R2"], fields=(better,))
    decide(ANNA, "reject", keys["R3"], note="geen aanbeveling")
    entries = {entry.key: entry for entry in open_letter(LETTER).folded.entries}
    assert entries.keys() == {keys["R1"], keys["R2"]}
    assert entries[keys["R1"]].fields == recommendation("R1")
    assert entries[keys["R2"]].fields.follow_up == "deferred"


def test_split_and_merge() -> None:
    keys = keep()
    one = recommendation("R1")
    start = one.quote_span[0]
    words = "het toezicht"
    part = one.model_copy(update={"quote": words, "quote_span": (start, start + len(words))})
    decide(ANNA, "split", keys["R1"], fields=(one, part))
    decide(ANNA, "merge", keys["R2"], keys["R3"], fields=(recommendation("R2"),))
    found = [entry.key for entry in open_letter(LETTER).folded.entries]
    assert found == [f"{keys['R1']}.1", f"{keys['R1']}.2", keys["R2"]]


def test_what_was_missed_is_added_once_under_a_key_of_its_words() -> None:
    keep()
    missed = added()
    first = decide(ANNA, "add", fields=(missed,))
    second = decide(
        BRAM, "add", fields=(missed.model_copy(update={"summary_nl": "Andere woorden"}),)
    )
    assert first.keys == second.keys
    assert first.fields[0].place.line == open_letter(LETTER).text.count("\n", 0, missed.span[0]) + 1
    with pytest.raises(InputError, match="proposed already, as R1"):
        decide(ANNA, "add", fields=(recommendation("R1"),))


def added(words: str = "dat de meetgegevens voor iedereen te vinden zijn") -> JudgedRecommendation:
    found = open_letter(LETTER)
    start = found.text.index(words)
    span = next(s for s in found.sentences if s[0] <= start < s[1])
    return recommendation("R1").model_copy(
        update={
            "quote": words, "span": span, "quote_span": (start, start + len(words)),
            "response_span": None, "response_place": None, "commitments": (),
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "codes", "count", "message"),
    [
        ("accept", ("nothing",), 0, "No such passage"),
        ("accept", (), 0, "No such passage"),
        ("reject", ("R1", "R2"), 0, "does not name 2 passages"),
        ("reject", ("R1",), 1, "does not give 1 entries"),
        ("split", ("R1",), 1, "does not give 1 entries"),
        ("merge", ("R1",), 1, "does not name 1 passages"),
        ("merge", ("R1", "K1"), 1, "one kind"),
        ("correct", ("K1",), 1, "one kind"),
        ("add", (), 0, "one passage at a time"),
        ("resolve", ("R1",), 1, "no disagreement"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused(
    action: str, codes: tuple[str, ...], count: int, message: str
) -> None:
    keys = keep()
    named = [keys.get(code, code) for code in codes]
    more = {"note": "because", "by_consensus": True} if action == "resolve" else {}
    with pytest.raises(InputError, match=message):
        decide(ANNA, action, *named, fields=(recommendation("R1"),) * count, **more)
    assert not rows.Judgement.objects.exists()


@pytest.mark.parametrize(
    "update",
    [
        {"quote": "woorden die er niet staan"},
        {"quote_span": (5, 5)},
        {"quote_span": (0, 10**9)},
        {"span": (-4, 3)},
        {"response_span": (10**8, 10**9)},
    ],
)
def test_a_passage_must_stand_in_the_letter(update: dict[str, object]) -> None:
    keys = keep()
    wrong = recommendation("R1").model_copy(update=update)
    with pytest.raises(InputError):
        decide(ANNA, "correct", keys["R1"], fields=(wrong,))


def test_a_later_judgement_stands_and_undo_brings_the_earlier_back() -> None:
    keys = keep()
    decide(ANNA, "accept", keys["R1"])
    decide(ANNA, "reject", keys["R1"])
    assert not open_letter(LETTER).folded.entries
    withdraw(letter=LETTER, actor=ANNA, at=AT)
    assert [entry.key for entry in open_letter(LETTER).folded.entries] == [keys["R1"]]
    withdraw(letter=LETTER, actor=ANNA, at=AT)
    assert open_letter(LETTER).folded.count(GroupState.UNJUDGED) == 6
    with pytest.raises(NotFoundError, match="nothing of yours"):
        withdraw(letter=LETTER, actor=ANNA, at=AT)
    assert rows.Judgement.objects.count() == 4, "nothing was removed"


def test_nobody_takes_back_what_another_judged() -> None:
    keys = keep()
    given = decide(ANNA, "accept", keys["R1"])
    for actor in (BRAM, ED):
        with pytest.raises(NotFoundError):
            withdraw(letter=LETTER, actor=actor, at=AT, judgement=given.id)


def test_an_old_window_is_told_so_and_nothing_is_lost() -> None:
    keys = keep()
    first = decide(ANNA, "accept", keys["R1"], seen=0)
    with pytest.raises(ConflictError):
        decide(ANNA, "reject", keys["R1"], seen=0)
    decide(BRAM, "reject", keys["R1"], seen=0)
    decide(ANNA, "reject", keys["R1"], seen=first.id)
    assert rows.Judgement.objects.count() == 3


@pytest.mark.parametrize("verb", ["update", "delete"])
@pytest.mark.parametrize("model", [rows.Reading, rows.Candidate, rows.Judgement, rows.EntryCode])
def test_what_was_read_and_judged_only_grows(model: type, verb: str) -> None:
    keep()
    accept_all(ANNA)
    publish()
    table = model._meta.db_table
    from django.db import connection

    statement = f"DELETE FROM {table}" if verb == "delete" else f"UPDATE {table} SET id = id"  # noqa: S608
    with (
        pytest.raises(IntegrityError, match="never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# Two coders


def test_disagreements_and_their_resolution() -> None:
    keys = keep()
    accept_all(ANNA)
    accept_all(BRAM, "R2", "R3")
    other = changed(recommendation("R2"), response_class="adopted_in_part")
    decide(BRAM, "correct", keys["R2"], fields=(other,))
    decide(BRAM, "reject", keys["R3"])
    apart = {
        group.keys[0]: group.differs
        for group in open_letter(LETTER).folded.groups
        if group.state is GroupState.DISAGREED
    }
    assert apart == {keys["R2"]: ("response_class",), keys["R3"]: ("taken",)}
    with pytest.raises(InputError, match="disagree on 2"):
        publish()
    with pytest.raises(RefusedError):
        decide(ANNA, "resolve", keys["R2"], fields=(other,), note="ik zeg het")
    with pytest.raises(InputError, match="reason"):
        decide(ED, "resolve", keys["R2"], fields=(other,))
    decide(ED, "resolve", keys["R2"], fields=(other,), note="De wet laat het deels toe.")
    done = decide(ANNA, "resolve", keys["R3"], note="Samen bekeken.", by_consensus=True)
    assert not open_letter(LETTER).folded.count(GroupState.DISAGREED)
    withdraw(letter=LETTER, actor=ED, at=AT, judgement=done.id)
    assert open_letter(LETTER).folded.count(GroupState.DISAGREED) == 1


def test_agreement_counts_what_both_judged() -> None:
    keys = keep()
    accept_all(ANNA)
    accept_all(BRAM, "R2", "R3", "D1")
    decide(BRAM, "reject", keys["R2"])
    decide(BRAM, "add", fields=(added(),))
    found = open_letter(LETTER).agreement("anna", "bram")
    assert (found.compared, found.only_first, found.only_second) == (4, 0, 1)
    taken = next(kappa for kappa in found.kappas if kappa.variable == "recommendation_taken")
    assert (taken.items, taken.equal, taken.value) == (2, 1, 0.0)
    for pair in (("anna", "anna"), ("anna", "carla")):
        with pytest.raises(InputError):
            open_letter(LETTER).agreement(*pair)


def test_what_one_of_two_added_is_a_disagreement_once_both_are_done() -> None:
    keep()
    accept_all(ANNA)
    decide(BRAM, "add", fields=(added(),))
    assert open_letter(LETTER).folded.count(GroupState.DISAGREED) == 1
    words = "meetgegevens voor iedereen te vinden zijn"
    decide(ANNA, "add", fields=(added(words),))
    assert open_letter(LETTER).folded.count(GroupState.DISAGREED) == 0, "nearly the same words"


# Reading again


def test_reading_again_keeps_judgements_and_shows_only_what_changed() -> None:
    keys = keep()
    accept_all(ANNA)
    decide(ANNA, "add", fields=(added(),))
    coding = {name: value for name, value in CODING.items() if name != "K2"}
    coding["R2"] = CODING["R2"] | {"class": "outside_scope"}
    coding["R4"] = CODING["R1"] | {"commitments": (), "answer": ""}
    body = BODY.replace("dat de meetgegevens", "[R4|dat de meetgegevens").replace(
        "te vinden zijn.", "te vinden zijn]."
    )
    kept = keep_reading(
        read=made_letter(body, coding, extractor="rules-2"), name="brief.txt", actor=ANNA, at=AT
    )
    assert [(c.kind, c.candidate.code, c.variables) for c in kept.changes] == [
        ("changed", "R2", ("response_class",)),
        ("gone", "K2", ()),
        ("new", "R4", ()),
    ]
    assert last_changes(LETTER) == kept.changes
    folded = open_letter(LETTER).folded
    assert folded.count(GroupState.UNJUDGED) == 0, "what a person added is judged already"
    entries = {entry.key: entry.fields for entry in folded.entries}
    assert entries[keys["R2"]].response_class == "not_adopted", "what the person accepted"
    assert keys["K2"] in entries, "what a person accepted stays when the machine loses it"


# Publishing


def test_a_judged_letter_becomes_a_ledger() -> None:
    keep()
    accept_all(ANNA)
    published = publish()
    assert (published.recommendations, published.commitments, published.references) == (3, 2, 1)
    ledger = read_ledger(LETTER)
    assert [item.id for item in ledger.recommendations] == ["R1", "R2", "R3"]
    assert ledger.recommendations[0].commitments == ("K01",)
    assert ledger.commitments[0].deadline.due == date(2023, 7, 1)
    assert [theme.name.nl for theme in ledger.themes] == ["Toezicht", "Onderzoek"]
    text = open_letter(LETTER).text
    for item in (*ledger.recommendations, *ledger.commitments, *ledger.references):
        place = item.locator
        assert len(place.quote.split()) <= 8
        assert text[place.start : place.end] == place.quote
    assert ledger.references[0].id == "31409-88"
    assert publish().is_changed is False


def test_codes_are_kept_when_the_letter_is_published_anew() -> None:
    keys = keep()
    accept_all(ANNA, "R1")
    decide(ANNA, "reject", keys["R1"])
    publish()
    before = {item.locator.quote: item.id for item in read_ledger(LETTER).recommendations}
    decide(ANNA, "accept", keys["R1"])
    decide(ANNA, "add", fields=(added(),))
    decide(ANNA, "reject", keys["R2"])
    publish()
    after = {item.locator.quote: item.id for item in read_ledger(LETTER).recommendations}
    assert sorted(before.values()) == ["R1", "R2"]
    assert sorted(after.values()) == ["R2", "R3", "R4"], "the code of what went is not used again"
    assert all(after[quote] == code for quote, code in before.items() if quote in after)


def test_nothing_is_published_half_judged() -> None:
    keep()
    with pytest.raises(InputError, match="6 proposals are not judged"):
        publish()
    accept_all(ANNA)
    with pytest.raises(RefusedError):
        publish(ANNA)
    with pytest.raises(InputError, match="not of"):
        publish(id="kst-1-1")
    assert not rows.Letter.objects.exists()


def test_two_letters_do_not_share_a_number() -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    keep()
    accept_all(ANNA)
    with pytest.raises(InputError, match="kst-26485-319 has number 319"):
        publish(dossier="26 485", number="319")
    assert not rows.EntryCode.objects.exists()


def test_the_ledger_that_ships_is_not_replaced() -> None:
    own = load_ledger().letter.id
    keep_reading(read=made_letter(letter=own), name="x", actor=ANNA, at=AT)
    with pytest.raises(InputError, match="ships with the package"):
        publish_judged(letter=own, facts=facts(id=own), actor=ED, at=AT)


def test_facts_are_proposed_from_what_was_read_and_then_from_what_was_published() -> None:
    keep()
    read = proposed_facts(open_letter(LETTER))
    assert (read["dossier"], read["number"], read["date"]) == ("31 409", "101", "2022-09-20")
    accept_all(ANNA)
    publish(title_nl="Beter gezegd")
    assert proposed_facts(open_letter(LETTER))["title_nl"] == "Beter gezegd"


def test_a_letter_without_number_is_published_under_its_title() -> None:
    keep(made_letter(title=None, day=None))
    accept_all(ANNA)
    publish()
    assert read_ledger(LETTER).letter.number is None


def test_the_list_says_how_far_each_letter_is() -> None:
    keep()
    keep_reading(read=large_letter(3), name="lang.txt", actor=ANNA, at=AT)
    accept_all(ANNA)
    lines = {line.id: line for line in letter_list()}
    assert lines[LETTER].judged_by == (("anna", 6),)
    assert (lines["kst-31409-102"].proposals, lines["kst-31409-102"].judged_by) == (18, ())
    publish()
    assert {line.id for line in letter_list() if line.is_published} == {LETTER}
