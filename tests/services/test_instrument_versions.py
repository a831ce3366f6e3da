"""Changing facts about instruments: drafts, a second person, undo, and what the gap then uses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError, StoreError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.instruments import versions as service
from ketenkaart.services.instruments.differing import difference
from ketenkaart.services.instruments.in_use import (
    choose_facts,
    facts_version,
    instruments_in_use,
    published_folder,
)
from ketenkaart.services.instruments.reading import text_in_use
from ketenkaart.services.register import find_instrument

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Actor("anna", frozenset({Role.EDITOR}))
BRAM = Actor("bram", frozenset({Role.EDITOR}))
CODER = Actor("coder", frozenset({Role.CODER}))
OLD_SHARE = "low: 0.48\n    value: 0.48\n    high: 0.48"
NEW_SHARE = "low: 0.40\n    value: 0.48\n    high: 0.48"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path))
    return tmp_path


def drafted(old: str = OLD_SHARE, new: str = NEW_SHARE, actor: Actor = ANNA) -> service.Version:
    text = text_in_use("agt")
    assert old in text
    return service.draft(
        instrument_id="agt",
        text=text.replace(old, new, 1),
        base_sha256=service.hash_of(text),
        reason="the annual report gives a wider range",
        actor=actor,
        at=AT,
    )


def decide(what: str, number: int, actor: Actor) -> service.Version:
    return service.DECIDE[what](
        instrument_id="agt", number=number, reason="read the report", actor=actor, at=AT
    )


def share() -> tuple[float | None, float | None]:
    uptake = find_instrument("agt").uptake_on(date(2019, 11, 22))
    assert uptake is not None
    return uptake.low, uptake.high


def test_a_draft_changes_nothing_until_a_second_editor_publishes_it(folder: Path) -> None:
    first = drafted()
    assert (first.number, first.outcome) == (1, None)
    assert share() == (0.48, 0.48)
    assert [one.number for one in service.waiting()] == [1]
    with pytest.raises(RefusedError, match="anna wrote this version"):
        decide("publish", 1, ANNA)
    assert decide("publish", 1, BRAM).outcome == "published"
    assert share() == (0.4, 0.48)
    assert (published_folder(folder) / "agt.yml").read_text(encoding="utf-8") == first.text
    assert service.waiting() == ()
    assert [entry.action for entry in rows.AuditEntry.objects.all()] == [
        "draft_instrument",
        "publish_instrument",
    ]


def test_the_gap_uses_what_was_published_and_says_so() -> None:
    query = GapQuery(as_of=date(2019, 11, 22))
    before = compute_gap(query)
    assert before.facts.published == ()
    drafted()
    decide("publish", 1, BRAM)
    after = compute_gap(query)
    assert after.facts.published == ("agt",)
    assert after.facts.sha256 != before.facts.sha256
    assert after.total.gap_known_reach.high > before.total.gap_known_reach.high
    choose_facts("shipped")
    try:
        assert compute_gap(query).facts == before.facts
        assert compute_gap(query).total == before.total
    finally:
        choose_facts("published")
    assert facts_version().published == ("agt",)


def test_undoing_is_a_further_version_with_an_older_text() -> None:
    shipped = text_in_use("agt")
    drafted()
    decide("publish", 1, BRAM)
    back = service.undo(
        instrument_id="agt", number=0, reason="the report was misread", actor=BRAM, at=AT
    )
    assert (back.number, back.text) == (2, shipped)
    decide("publish", 2, ANNA)
    assert text_in_use("agt") == shipped
    assert [(one.number, one.outcome) for one in service.versions("agt")] == [
        (2, "published"),
        (1, "published"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words", "key"),
    [
        ("end: 2021-12-31", "end: 2015-12-31", "ends before it starts", "end"),
        ("kind: covenant", "kind: pact", "Input should be", "kind"),
        ("id: agt", "id: agtx", "The id is agtx, not agt", "id"),
        ("source: s21", "source: s999", "Unknown source 's999'", "source"),
    ],
)
def test_a_text_that_breaks_the_rules_is_refused_with_its_field(
    old: str, new: str, words: str, key: str
) -> None:
    with pytest.raises(InputError) as caught:
        drafted(old, new)
    assert words in caught.value.what
    assert f"(key '{key}')" in str(caught.value.where)
    assert rows.InstrumentVersion.objects.count() == 0


def test_who_may_not_and_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(RefusedError):
        drafted(actor=CODER)
    with pytest.raises(InputError, match="Nothing was changed"):
        drafted("id: agt", "id: agt")
    drafted()
    with pytest.raises(ConflictError, match="Version 1 by anna waits"):
        drafted("value: 93", "value: 94")
    with pytest.raises(RefusedError, match="Withdraw it instead"):
        decide("reject", 1, ANNA)
    with pytest.raises(RefusedError, match="Reject it instead"):
        decide("withdraw", 1, BRAM)
    with pytest.raises(NotFoundError):
        decide("publish", 2, BRAM)
    assert decide("withdraw", 1, ANNA).decided_by == "anna"
    with pytest.raises(ConflictError, match="was withdrawn by anna"):
        decide("publish", 1, BRAM)


def test_facts_that_changed_meanwhile_are_not_overwritten() -> None:
    text = text_in_use("agt")
    drafted()
    decide("publish", 1, BRAM)
    with pytest.raises(ConflictError, match="changed while you were editing"):
        service.draft(
            instrument_id="agt",
            text=text.replace("value: 93", "value: 94"),
            base_sha256=service.hash_of(text),
            reason="a later count",
            actor=ANNA,
            at=AT,
        )


def test_the_record_refuses_to_forget_or_to_publish_alone() -> None:
    drafted()
    row = rows.InstrumentVersion.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.InstrumentVersion.objects.update(text="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.InstrumentDecision.objects.create(
            version=row, outcome="published", reason="mine", by="anna", at=AT
        )


def test_nothing_is_published_when_the_file_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        decide("publish", 1, BRAM)
    assert service.version("agt", 1).outcome is None
    assert share() == (0.48, 0.48)
    assert list(published_folder(folder).iterdir()) == []


def test_a_lost_file_is_laid_down_again_from_the_record(folder: Path) -> None:
    drafted()
    decide("publish", 1, BRAM)
    file = published_folder(folder) / "agt.yml"
    file.unlink()
    assert share() == (0.48, 0.48)
    assert service.lay_published(folder) == 1
    assert share() == (0.4, 0.48)
    assert service.lay_published(folder) == 0


def test_an_instrument_of_the_register_can_be_worked_out() -> None:
    text = (
        text_in_use("agt")
        .replace("id: agt", "id: spvo", 1)
        .replace("Convenant Duurzame Kleding en Textiel", "SPVO, uitgewerkt")
    )
    assert not find_instrument("spvo").worked_out
    service.draft(
        instrument_id="spvo",
        text=text,
        base_sha256=service.hash_of(""),
        reason="the scheme was read",
        actor=ANNA,
        at=AT,
    )
    service.publish(instrument_id="spvo", number=1, reason="checked", actor=BRAM, at=AT)
    assert find_instrument("spvo").worked_out
    assert len([item for item in instruments_in_use() if item.id == "spvo"]) == 1


def test_differences_are_shown_line_by_line() -> None:
    text = text_in_use("agt")
    lines = difference(text, text.replace("value: 93", "value: 94", 1))
    assert [line.kind for line in lines].count("removed") == 1
    assert [line.kind for line in lines].count("added") == 1
    assert lines[0].kind == lines[-1].kind == "skipped"
    assert difference(text, text) == ()
