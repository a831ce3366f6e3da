"""Follow-up on the record: who may do what, what only grows, and what the trail says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError, StoreError
from ketenkaart.core.ledger.followup.planning import OptionMark
from ketenkaart.core.ledger.followup.registers import NewDecision, RegisterKind, RegisterState
from ketenkaart.core.ledger.followup.types import (
    Ask,
    ClaimValue,
    EvidenceState,
    FollowUpState,
    HandoverState,
    IndependentValue,
)
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup import (
    claims,
    evidence,
    options,
    owners,
    planning,
    reading,
    registers,
)
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.followup.verdicts import give_verdict
from ketenkaart.services.followup.withdrawals import withdraw
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from made_accounts import CHIEF, add_accounts

AT = datetime(2020, 6, 15, 12, tzinfo=UTC)
TODAY = date(2020, 6, 15)
PROMISE = "kst-26485-319/K22"
REFUSED = "kst-26485-319/R8"
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
OWNER = Actor("owner", frozenset({Role.OWNER}))
OTHER = Actor("other", frozenset({Role.OWNER}))
VERIFIER = Actor("verifier", frozenset({Role.VERIFIER}))
CODER = Actor("coder", frozenset({Role.CODER}))

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(fill)


def fill() -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    start_followup(actor="test", at=AT)
    people = (EDITOR, OWNER, OTHER, VERIFIER, CODER)
    add_accounts(AT, {actor.name: actor.roles for actor in people})


@pytest.fixture(autouse=True)
def record(filled: None, db: None, data_folder: Path) -> None:
    """The record as `fill` left it, and a data folder of its own."""


@pytest.fixture
def owned(record: None) -> str:
    owners.assign(item=PROMISE, owner="owner", actor=EDITOR, at=AT)
    return PROMISE


def claim(actor: Actor = OWNER, value: ClaimValue = ClaimValue.DONE, item: str = PROMISE):
    return claims.make_claim(
        item=item, value=value, text="het overzicht staat online", day=None, actor=actor, at=AT
    )


def verdict(
    actor: Actor = VERIFIER,
    value: IndependentValue = IndependentValue.KEPT,
    kept_on: date | None = date(2020, 3, 20),
    item: str = PROMISE,
):
    return give_verdict(
        item=item,
        value=value,
        statement="gezien op de site",
        kept_on=kept_on,
        day=None,
        actor=actor,
        at=AT,
    )


def actions() -> list[str]:
    return list(rows.AuditEntry.objects.filter(subject=PROMISE).values_list("action", flat=True))


def test_what_ships_is_put_in_once() -> None:
    assert start_followup(actor="test", at=AT) == 0
    assert {entry.id for entry in registers.entries()} == {
        "rbc_or_trade_promotion",
        "rbc_or_tax_revenue",
        "local_conditions_outside_study",
    }
    assert planning.countdowns(TODAY)[0].expected == date(2019, 10, 10)


def test_what_somebody_changed_is_not_put_back() -> None:
    registers.set_entry_state(
        entry="rbc_or_tax_revenue",
        state=RegisterState.CLOSED,
        note_text="besloten in het debat",
        version=1,
        actor=EDITOR,
        at=AT,
    )
    start_followup(actor="test", at=AT)
    entry = next(item for item in registers.entries() if item.id == "rbc_or_tax_revenue")
    assert (entry.state, entry.version) == (RegisterState.CLOSED, 2)


def test_an_item_goes_from_nobody_to_a_verdict(owned: str) -> None:
    before = reading.follow_one(owned, TODAY).standing
    assert (before.state, before.is_overdue) == (FollowUpState.NOT_RESEARCHED, True)
    assert claim().standing.state is FollowUpState.AWAITING_VERDICT
    shown = evidence.file_link(
        item=owned,
        url="https://example.org/overzicht",
        title="Overzicht",
        day=date(2020, 3, 20),
        actor=OWNER,
        at=AT,
    )
    assert shown.standing.state is FollowUpState.AWAITING_VERDICT, "evidence judges nothing"
    assert shown.standing.evidence is EvidenceState.FRESH
    found = verdict()
    assert (found.standing.state, found.standing.asks) == (FollowUpState.KEPT, ())
    assert not found.standing.is_overdue
    assert actions() == ["assign", "claim", "evidence", "verdict"]


@pytest.mark.parametrize("actor", [OTHER, EDITOR, VERIFIER, CODER, CHIEF], ids=lambda a: a.name)
def test_only_the_owner_claims(owned: str, actor: Actor) -> None:
    with pytest.raises(RefusedError):
        claim(actor)
    assert rows.Claim.objects.count() == 0


def test_nobody_claims_what_nobody_owns() -> None:
    with pytest.raises(RefusedError, match="Nobody owns"):
        claim()


@pytest.mark.parametrize("actor", [OWNER, OTHER, EDITOR, CODER, CHIEF], ids=lambda a: a.name)
def test_only_a_verifier_judges(owned: str, actor: Actor) -> None:
    with pytest.raises(RefusedError):
        verdict(actor)
    assert rows.IndependentVerdict.objects.count() == 0


def test_holding_both_roles_does_not_help(owned: str) -> None:
    both = Actor("owner", frozenset({Role.OWNER, Role.VERIFIER}))
    with pytest.raises(RefusedError, match="owner as well as verifier"):
        verdict(both)


def test_who_owned_it_once_never_judges_it(owned: str) -> None:
    owners.assign(item=owned, owner="other", actor=EDITOR, at=AT + timedelta(days=1))
    turned = Actor("owner", frozenset({Role.VERIFIER}))
    with pytest.raises(RefusedError, match="owned it before"):
        verdict(turned)


def test_who_judged_it_never_owns_it() -> None:
    judge = Actor("other", frozenset({Role.VERIFIER}))
    verdict(judge)
    with pytest.raises(InputError, match="gave a verdict"):
        owners.assign(item=PROMISE, owner="other", actor=EDITOR, at=AT)


def test_a_refused_recommendation_gets_neither_date_nor_verdict() -> None:
    with pytest.raises(InputError, match="never promised"):
        verdict(item=REFUSED, kept_on=None)
    with pytest.raises(InputError, match="gets no date"):
        claims.propose_deadline(
            item=REFUSED, due=date(2021, 1, 1), reason="toch", actor=EDITOR, at=AT
        )


@pytest.mark.parametrize(
    ("value", "kept_on", "says"),
    [
        (IndependentValue.KEPT, date(2020, 4, 1), "kept late"),
        (IndependentValue.KEPT_LATE, date(2020, 3, 31), "not late"),
        (IndependentValue.NOT_KEPT, date(2020, 3, 1), "Only what was kept"),
        (IndependentValue.KEPT, date(2020, 6, 16), "comes after the verdict"),
    ],
)
def test_a_verdict_agrees_with_its_days(value: IndependentValue, kept_on: date, says: str) -> None:
    with pytest.raises(InputError, match=says):
        verdict(value=value, kept_on=kept_on)


def test_a_new_date_stands_beside_the_letters_own(owned: str) -> None:
    found = claims.propose_deadline(
        item=owned, due=date(2020, 9, 30), reason="meer tijd", actor=OWNER, at=AT
    )
    assert (found.standing.due, found.standing.expected) == (date(2020, 3, 31), date(2020, 9, 30))
    assert found.standing.has_slipped
    assert found.standing.is_overdue, "the first date decides"
    assert [change.is_from_letter for change in found.history.deadlines] == [True, False]
    with pytest.raises(InputError, match="kept late"):
        verdict(kept_on=date(2020, 5, 1))


def test_an_item_without_a_date_asks_for_one_and_takes_it() -> None:
    item = "kst-26485-319/K11"
    before = reading.follow_one(item, TODAY)
    assert before.standing.state is FollowUpState.DEADLINE_ASKED
    assert Ask.DEADLINE in before.standing.asks
    after = claims.propose_deadline(
        item=item, due=date(2020, 6, 30), reason="afgesproken", actor=EDITOR, at=AT
    )
    assert after.standing.state is FollowUpState.DUE_SOON
    assert Ask.DEADLINE not in after.standing.asks


@pytest.mark.parametrize("due", [date(2020, 6, 14), date(2051, 1, 1)])
def test_a_date_is_to_come_and_within_reach(owned: str, due: date) -> None:
    with pytest.raises(InputError):
        claims.propose_deadline(item=owned, due=due, reason="x", actor=OWNER, at=AT)


def test_an_item_changes_hands_when_the_other_accepts(owned: str) -> None:
    offer = owners.offer_handover(
        item=owned, taker="other", note_text="andere afdeling", actor=OWNER, at=AT
    )
    assert reading.follow_one(owned, TODAY).standing.owner == "owner", "an offer changes nothing"
    with pytest.raises(RefusedError, match="offered to other"):
        owners.answer_handover(handover=offer.id, accept=True, version=1, actor=OWNER, at=AT)
    with pytest.raises(InputError, match="being offered"):
        owners.assign(item=owned, owner="other", actor=EDITOR, at=AT)
    answered = owners.answer_handover(handover=offer.id, accept=True, version=1, actor=OTHER, at=AT)
    assert (answered.state, answered.giver, answered.taker) == (
        HandoverState.ACCEPTED,
        "owner",
        "other",
    )
    assert reading.follow_one(owned, TODAY).standing.owner == "other"
    with pytest.raises(ConflictError):
        owners.answer_handover(handover=offer.id, accept=False, version=1, actor=OTHER, at=AT)


def test_a_declined_offer_leaves_the_owner(owned: str) -> None:
    offer = owners.offer_handover(item=owned, taker="other", note_text="?", actor=OWNER, at=AT)
    owners.answer_handover(handover=offer.id, accept=False, version=1, actor=OTHER, at=AT)
    assert reading.follow_one(owned, TODAY).standing.owner == "owner"
    owners.offer_handover(item=owned, taker="other", note_text="weer", actor=EDITOR, at=AT)


@pytest.mark.parametrize("owner", ["coder", "verifier"])
def test_only_an_owner_can_own(owner: str) -> None:
    with pytest.raises(InputError, match="does not hold the role"):
        owners.assign(item=PROMISE, owner=owner, actor=EDITOR, at=AT)


def test_only_an_editor_assigns() -> None:
    for actor in (OWNER, VERIFIER, CODER, CHIEF):
        with pytest.raises(RefusedError):
            owners.assign(item=PROMISE, owner="owner", actor=actor, at=AT)


@pytest.mark.parametrize("key", ["K22", "kst-26485-319/K99", "nothing/K22", "a/b/c"])
def test_an_unknown_item_is_said(key: str) -> None:
    with pytest.raises(InputError, match="item"):
        reading.follow_one(key, TODAY)


def test_a_claim_about_tomorrow_is_refused(owned: str) -> None:
    with pytest.raises(InputError, match="still to come"):
        claims.make_claim(
            item=owned,
            value=ClaimValue.DONE,
            text="x",
            day=TODAY + timedelta(days=1),
            actor=OWNER,
            at=AT,
        )


def test_the_day_is_the_dutch_one(owned: str) -> None:
    late = datetime(2020, 6, 15, 22, 30, tzinfo=UTC)
    found = claims.make_claim(
        item=owned, value=ClaimValue.UNDER_WAY, text="x", day=None, actor=OWNER, at=late
    )
    assert found.history.claims[-1].day == date(2020, 6, 16)


GROWING = ["claim", "evidence", "independentverdict", "deadlinechange", "assignment", "decision"]


@pytest.mark.parametrize("table", GROWING)
def test_history_is_never_changed_or_removed(owned: str, table: str) -> None:
    claim()
    verdict()
    claims.propose_deadline(item=owned, due=date(2021, 1, 1), reason="x", actor=OWNER, at=AT)
    evidence.file_link(
        item=owned, url="https://example.org", title="x", day=None, actor=OWNER, at=AT
    )
    model = {model.__name__.lower(): model for model in rows_of_followup()}[table]
    assert model.objects.exists()
    column = "recorded_by" if table == "decision" else "by"
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**{column: "somebody else"})
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()


def rows_of_followup():
    return (
        rows.Claim,
        rows.Evidence,
        rows.IndependentVerdict,
        rows.DeadlineChange,
        rows.Assignment,
        rows.Decision,
    )


def test_what_was_withdrawn_stays_visible_and_no_longer_counts(owned: str) -> None:
    claim()
    judged = verdict().history.verdicts[-1].id
    assert judged is not None
    with pytest.raises(RefusedError, match="did not give"):
        withdraw(table="verdict", record=judged, reason="nee", actor=EDITOR, at=AT)
    withdraw(table="verdict", record=judged, reason="verkeerde brief", actor=VERIFIER, at=AT)
    found = reading.follow_one(owned, TODAY)
    assert found.standing.state is FollowUpState.AWAITING_VERDICT
    assert found.history.verdicts[-1].withdrawn is not None
    with pytest.raises(ConflictError):
        withdraw(table="verdict", record=judged, reason="weer", actor=VERIFIER, at=AT)


def document(owned: str, data: bytes = b"%PDF-1.7\n%%EOF", actor: Actor = OWNER):
    return evidence.file_document(
        item=owned,
        data=data,
        name="../jaarverslag 2020.pdf",
        title="Jaarverslag",
        day=date(2020, 3, 1),
        actor=actor,
        at=AT,
    )


def test_a_file_is_kept_under_its_hash_and_comes_back(owned: str, data_folder: Path) -> None:
    found = document(owned).history.evidence[-1]
    assert found.sha256 is not None
    assert found.file_name == "jaarverslag_2020.pdf"
    kept = evidence.kept_file(found.sha256)
    assert (kept.data, kept.media_type) == (b"%PDF-1.7\n%%EOF", "application/pdf")
    place = data_folder / "evidence" / found.sha256[:2] / found.sha256
    place.write_bytes(b"%PDF-1.7\n%%EOX")
    with pytest.raises(StoreError, match="altered"):
        evidence.kept_file(found.sha256)
    place.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        evidence.kept_file(found.sha256)


def test_a_withdrawn_file_is_removed_unless_other_evidence_names_it(
    owned: str, data_folder: Path
) -> None:
    first = document(owned).history.evidence[-1]
    second = document(owned).history.evidence[-1]
    assert first.sha256 == second.sha256
    assert first.sha256 is not None
    place = data_folder / "evidence" / first.sha256[:2] / first.sha256
    assert first.id is not None
    assert second.id is not None
    withdraw(table="evidence", record=first.id, reason="dubbel", actor=OWNER, at=AT)
    assert place.is_file()
    withdraw(table="evidence", record=second.id, reason="privé", actor=EDITOR, at=AT)
    assert not place.exists()
    with pytest.raises(NotFoundError):
        evidence.kept_file(first.sha256)


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\x90\x00", b"<svg onload=x>", b"<html>", b"\x00\x01", b"PK\x03\x04 vbaProject.bin"],
)
def test_a_file_that_could_do_harm_is_refused(owned: str, data: bytes, data_folder: Path) -> None:
    with pytest.raises(InputError):
        document(owned, data)
    assert not (data_folder / "evidence").exists()


def test_a_file_too_large_is_refused(owned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "LARGEST_BYTES", 10)
    with pytest.raises(InputError, match="larger"):
        document(owned)


def test_who_may_not_add_evidence_does_not_fill_the_disk(owned: str, data_folder: Path) -> None:
    with pytest.raises(RefusedError):
        document(owned, actor=CODER)
    assert not (data_folder / "evidence").exists()


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://example.org", "https://", "//x", "https://a:b@c.nl", "x\n", ""],
)
def test_only_an_address_of_a_page_is_evidence(owned: str, url: str) -> None:
    with pytest.raises(InputError):
        evidence.file_link(item=owned, url=url, title="x", day=None, actor=OWNER, at=AT)


def decision(about: str = PROMISE, **other: str) -> NewDecision:
    given = {"reason": "maatwerk per sector", "options": "", "cost": "", **other}
    return NewDecision(
        about=about,
        title="Secretariaat",
        outcome="per sector",
        decided_by="kabinet",
        decided_on=TODAY,
        source="notulen van 15 juni 2020",
        **given,
    )


def test_refusals_stand_among_the_decisions_with_their_reason() -> None:
    found = {item.about: item for item in registers.decisions()}
    secretariat = found[REFUSED]
    assert secretariat.reason is not None
    assert secretariat.cost is None, "the letter names no cost, which is not zero"
    assert {key for key in found if "/R" in key} == {
        f"kst-26485-319/{code}" for code in ("R8", "R36", "R37", "R55")
    }


def test_a_decision_is_recorded_by_an_editor_with_a_reason() -> None:
    recorded = registers.record_decision(
        decision=decision(REFUSED, options="SER of ander", cost="niet begroot"), actor=EDITOR, at=AT
    )
    assert registers.decisions()[-1] == recorded
    with pytest.raises(RefusedError):
        registers.record_decision(decision=decision(), actor=OWNER, at=AT)
    with pytest.raises(InputError, match="reason"):
        registers.record_decision(decision=decision(reason=" "), actor=EDITOR, at=AT)
    for about in ("kst-26485-319/K99", "nothing_known"):
        with pytest.raises(NotFoundError):
            registers.record_decision(decision=decision(about), actor=EDITOR, at=AT)


def test_a_decision_ends_its_countdown() -> None:
    assert planning.countdowns(date(2020, 10, 15))[0].decision is None
    counted = planning.countdowns(date(2020, 10, 16))[0]
    assert counted.decision is not None
    assert counted.taken_after_days == 372


def test_an_entry_is_added_and_closed_once(owned: str) -> None:
    entry = registers.add_entry(
        kind=RegisterKind.TRADE_OFF,
        title="Snelheid of zorgvuldigheid",
        description="twee doelen",
        items=(owned,),
        source="overleg",
        actor=EDITOR,
        at=AT,
    )
    closed = {"state": RegisterState.CLOSED, "note_text": "klaar", "actor": EDITOR, "at": AT}
    registers.set_entry_state(entry=entry.id, version=1, **closed)
    with pytest.raises(ConflictError):
        registers.set_entry_state(entry=entry.id, version=1, **closed)


def test_a_day_of_a_plan_moves_the_steps_before_it() -> None:
    plan, steps = planning.find_plan("outline_2020", TODAY)
    assert steps[-1].ready_by is None, "the debate's day is not known"
    asked = {
        "plan": plan.id,
        "marked": "budget_debate",
        "day": date(2020, 11, 25),
        "source": "agenda van de Kamer",
        "actor": EDITOR,
        "at": AT,
    }
    planning.set_day(version=1, **asked)
    _, steps = planning.find_plan("outline_2020", TODAY)
    assert steps[-1].ready_by == date(2020, 11, 11)
    with pytest.raises(ConflictError):
        planning.set_day(version=1, **asked)


def test_a_step_that_is_done_is_not_late() -> None:
    day = date(2020, 9, 1)
    at = datetime(2020, 9, 1, 12, tzinfo=UTC)
    _, steps = planning.find_plan("outline_2020", day)
    late = [step for step in steps if step.is_late]
    assert late
    identity = late[0].milestone.id
    assert identity is not None
    planning.change_milestone(
        milestone=identity, lead_days=15, done_on=day, version=1, actor=EDITOR, at=at
    )
    _, steps = planning.find_plan("outline_2020", day)
    assert len([step for step in steps if step.is_late]) == len(late) - 1


def test_options_are_marked_per_criterion_and_never_twice_at_once() -> None:
    dossier = options.find_project("measures_in_perspective", TODAY)
    assert {item.item.code for item in dossier.deferred} >= {"R11"}
    option = dossier.options[0]
    assert option.id is not None
    asked = {
        "option": option.id,
        "criterion": "leverage",
        "mark": OptionMark.BETTER,
        "note_text": "raakt alle bedrijven",
        "actor": EDITOR,
        "at": AT,
    }
    options.mark_option(version=1, **asked)
    with pytest.raises(ConflictError):
        options.mark_option(version=1, **asked)
    with pytest.raises(NotFoundError):
        options.mark_option(version=2, **{**asked, "criterion": "nothing"})


def test_a_criterion_is_added_to_a_countdown() -> None:
    planning.add_criterion(
        countdown="binding_measures",
        name="bereik onder grote bedrijven",
        source="brief",
        version=1,
        actor=EDITOR,
        at=AT,
    )
    assert len(planning.countdowns(TODAY)[0].countdown.criteria) == 1


def test_the_review_dossier_holds_every_item_of_its_letters() -> None:
    article, found = planning.review_dossier("bhos_1", TODAY)
    assert article.review == "kst-26485-319/K01"
    assert len(found) == 55 + 38
    with pytest.raises(NotFoundError):
        planning.review_dossier("bhos_9", TODAY)


def test_publishing_a_letter_anew_keeps_its_follow_up(owned: str) -> None:
    claim()
    ledger = load_ledger()
    without = ledger.model_copy(
        update={
            "recommendations": tuple(
                item.model_copy(
                    update={"commitments": tuple(k for k in item.commitments if k != "K22")}
                )
                for item in ledger.recommendations
            ),
            "commitments": tuple(item for item in ledger.commitments if item.id != "K22"),
            "findings": tuple(item for item in ledger.findings if "K22" not in item.commitments),
        }
    )
    publish_ledger(without, actor="test", at=AT)
    assert reading.orphans() == (PROMISE,)
    publish_ledger(ledger, actor="test", at=AT)
    assert reading.orphans() == ()
    assert reading.follow_one(PROMISE, TODAY).standing.state is FollowUpState.AWAITING_VERDICT


def test_the_database_refuses_what_no_service_writes() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.Evidence.objects.create(
            item=PROMISE, day=TODAY, by="x", recorded_at=AT, kind="link", title="x"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.Claim.objects.create(
            item=PROMISE, day=TODAY, by="x", recorded_at=AT, value="perhaps", text="x"
        )


def test_times_without_a_zone_are_refused(owned: str) -> None:
    bare = AT.replace(tzinfo=None)
    with pytest.raises(InputError, match="time zone"):
        claims.make_claim(
            item=owned, value=ClaimValue.DONE, text="x", day=None, actor=OWNER, at=bare
        )


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2019, 11, 21)])
def test_nothing_is_said_about_a_promise_before_it_was_made(owned: str, day: date) -> None:
    for say_it in (
        lambda: claims.make_claim(
            item=owned, value=ClaimValue.DONE, text="x", day=day, actor=OWNER, at=AT
        ),
        lambda: give_verdict(
            item=owned,
            value=IndependentValue.NOT_KEPT,
            statement="x",
            kept_on=None,
            day=day,
            actor=VERIFIER,
            at=AT,
        ),
    ):
        with pytest.raises(InputError, match="too long ago"):
            say_it()


def test_a_file_with_a_wrong_title_is_not_kept(owned: str, data_folder: Path) -> None:
    for title, day in ((" ", None), ("x", date(1, 1, 1)), ("x\u202ey", None), ("x\x85y", None)):
        with pytest.raises(InputError):
            evidence.file_document(
                item=owned, data=b"tekst", name="x.txt", title=title, day=day, actor=OWNER, at=AT
            )
    assert not [file for file in data_folder.rglob("*") if file.is_file()]


def test_a_project_without_options_can_be_decided_about() -> None:
    decided = registers.record_decision(
        decision=NewDecision(
            about="new_rbc_policy",
            title="Uitgesteld",
            outcome="later",
            reason="geen tijd",
            decided_by="kabinet",
            decided_on=TODAY,
            source="eigen notitie",
        ),
        actor=EDITOR,
        at=AT,
    )
    assert options.find_project("new_rbc_policy", TODAY).decisions == (decided,)
