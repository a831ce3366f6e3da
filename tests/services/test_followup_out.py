"""What leaves the house: calendars that parse, reminders that go out once, letters and dossiers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.core.mail.backends.locmem import EmailBackend
from icalendar import Calendar

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.core.ledger.followup.dossier import dossier_rows, draft_letter
from ketenkaart.core.ledger.followup.lists import is_open
from ketenkaart.core.ledger.followup.types import ClaimValue, FollowUpState, IndependentValue
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.followup import claims, owners, reading, reminders
from ketenkaart.services.followup.calendar import deadlines_calendar, uid_of
from ketenkaart.services.followup.reminders import (
    doubtful,
    due_digests,
    give_up_doubtful,
    send_reminders,
    set_address,
)
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.followup.verdicts import give_verdict
from ketenkaart.services.followup.wording import letter_phrases
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.services.register import source_titles
from ketenkaart.sources.reference import load_ledger
from made_accounts import CHIEF, add_accounts

AT = datetime(2020, 3, 1, 12, tzinfo=UTC)
K22, K11, R8 = (f"kst-26485-319/{code}" for code in ("K22", "K11", "R8"))
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
OWNER = Actor("owner", frozenset({Role.OWNER}))
VERIFIER = Actor("verifier", frozenset({Role.VERIFIER}))

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(fill)


def fill() -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    start_followup(actor="test", at=AT)
    add_accounts(AT, {actor.name: actor.roles for actor in (EDITOR, OWNER, VERIFIER)})
    owners.assign(item=K22, owner="owner", actor=EDITOR, at=AT)


@pytest.fixture(autouse=True)
def record(filled: None, db: None, data_folder: Path) -> None:
    """The record as `fill` left it, and a data folder of its own."""


@pytest.fixture
def post(settings: object) -> None:
    """A mail server that keeps what it is given, and an owner with an address."""
    settings.KETENKAART_MAIL_IS_SET = True  # type: ignore[attr-defined]
    set_address(name="owner", address="owner@example.org", actor=OWNER, at=AT)


def feed(day: date, language: str = "nl") -> Calendar:
    data = deadlines_calendar(
        reading.followed(day), language=language, at=AT, base_address="https://example.org/x/"
    )
    assert b"\r\n" in data
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "RFC 5545, section 3.1"
    return Calendar.from_ical(data)


def test_the_calendar_holds_every_open_deadline_once() -> None:
    day = date(2020, 3, 1)
    calendar = feed(day)
    events = calendar.walk("VEVENT")
    waiting = [f for f in reading.followed(day) if is_open(f) and f.standing.expected]
    assert len(events) == len(waiting) > 5
    assert {str(event["uid"]) for event in events} == {uid_of(f.item.key) for f in waiting}
    for event in events:
        start, end = event["dtstart"].dt, event["dtend"].dt
        assert type(start) is date, "a deadline is a day, not a moment"
        assert end - start == timedelta(days=1)
        assert event["dtstamp"].dt.tzinfo is not None
        assert str(event["url"]).startswith("https://example.org/x/kst-26485-319/")
    assert str(calendar["version"]) == "2.0"


def test_the_calendar_speaks_both_languages() -> None:
    summaries = [
        {str(event["summary"]) for event in feed(date(2020, 3, 1), language).walk("VEVENT")}
        for language in ("nl", "en")
    ]
    assert summaries[0] != summaries[1]


def test_a_moved_deadline_keeps_its_identity() -> None:
    claims.propose_deadline(item=K22, due=date(2020, 6, 30), reason="meer tijd", actor=OWNER, at=AT)
    (event,) = [
        event for event in feed(date(2020, 4, 1)).walk("VEVENT") if event["uid"] == uid_of(K22)
    ]
    assert event["dtstart"].dt == date(2020, 6, 30)
    assert int(event["sequence"]) == 1
    assert "2020-03-31" in str(event["description"])


def test_what_is_judged_leaves_the_calendar() -> None:
    give_verdict(
        item=K22,
        value=IndependentValue.NOT_KEPT,
        statement="x",
        kept_on=None,
        day=None,
        actor=VERIFIER,
        at=AT,
    )
    assert uid_of(K22) not in {str(e["uid"]) for e in feed(date(2020, 3, 2)).walk("VEVENT")}


def test_without_a_mail_server_nothing_is_sent_and_it_says_so() -> None:
    with pytest.raises(StoreError, match="No mail server"):
        send_reminders(at=AT)
    assert rows.Reminder.objects.count() == 0


def test_a_trial_sends_and_notes_nothing(post: None) -> None:
    (outcome,) = send_reminders(at=AT, is_trial=True)
    assert (outcome.owner, outcome.outcome, outcome.items) == ("owner", "would_send", (K22,))
    assert mail.outbox == []
    assert rows.Reminder.objects.count() == 0


def test_a_reminder_goes_out_once_in_both_languages(post: None) -> None:
    assert [item.outcome for item in send_reminders(at=AT)] == ["sent"]
    assert send_reminders(at=AT) == ()
    (message,) = mail.outbox
    assert message.to == ["owner@example.org"]
    assert K22 in message.body
    assert "Termijn 2020-03-31" in message.body
    assert "Deadline 2020-03-31" in message.body
    assert rows.Reminder.objects.count() == 1


def test_a_month_of_days_sends_one_message_per_mark(post: None) -> None:
    for days in range(60):
        send_reminders(at=AT + timedelta(days=days))
    marks = list(rows.Reminder.objects.values_list("mark", flat=True))
    assert marks == ["30", "7", "0", "-14"]
    assert len(mail.outbox) == 4


def test_one_message_holds_all_items_of_an_owner(post: None) -> None:
    owners.assign(item=K11, owner="owner", actor=EDITOR, at=AT)
    (outcome,) = send_reminders(at=AT)
    assert set(outcome.items) == {K22, K11}
    assert len(mail.outbox) == 1


def test_refused_done_and_judged_items_remind_nobody(post: None) -> None:
    owners.assign(item=R8, owner="owner", actor=EDITOR, at=AT)
    claims.make_claim(item=K22, value=ClaimValue.DONE, text="klaar", day=None, actor=OWNER, at=AT)
    assert send_reminders(at=AT + timedelta(days=30)) == ()


def test_an_owner_without_an_address_is_named(post: None) -> None:
    set_address(name="owner", address="", actor=OWNER, at=AT)
    assert [item.outcome for item in send_reminders(at=AT)] == ["no_address"]
    assert rows.Reminder.objects.count() == 0


def no_send(fault: Exception) -> Callable[..., int]:
    def send(*_: object) -> int:
        raise fault

    return send


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("open", OSError("no route")),
        ("open", SMTPAuthenticationError(535, b"no")),
        ("send_messages", SMTPRecipientsRefused({})),
        ("send_messages", SMTPDataError(554, b"no")),
    ],
)
def test_a_refusal_of_the_server_is_tried_again(
    post: None, monkeypatch: pytest.MonkeyPatch, step: str, fault: Exception
) -> None:
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, step, no_send(fault))
            assert [item.outcome for item in send_reminders(at=AT)] == ["failed"]
    assert [item.outcome for item in send_reminders(at=AT)] == ["sent"]
    assert send_reminders(at=AT) == ()
    assert doubtful() == ()


class Killed(BaseException):
    """The process ends here, as by a signal: nothing catches it."""


@pytest.mark.parametrize("fault", [TimeoutError(), SMTPServerDisconnected(), Killed()])
def test_a_message_that_may_have_arrived_is_not_sent_again_unasked(
    post: None, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    delivered = EmailBackend.send_messages

    def send_and_fail(server: EmailBackend, messages: list[object]) -> int:
        delivered(server, messages)
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send_and_fail)
        with suppress(Killed):
            assert [item.outcome for item in send_reminders(at=AT)] == ["unknown"]
    assert send_reminders(at=AT) == ()
    assert [(item.owner, item.item) for item in doubtful()] == [("owner", K22)]
    assert len(mail.outbox) == 1
    assert give_up_doubtful(at=AT) == 1
    assert doubtful() == ()
    assert [item.outcome for item in send_reminders(at=AT)] == ["sent"]
    assert send_reminders(at=AT) == ()


def test_two_runs_at_once_send_one_message(post: None) -> None:
    (digest,) = due_digests(AT.date())
    send_reminders(at=AT)
    server = get_connection()
    assert reminders._send(digest, "owner@example.org", AT.date(), AT, server) is None
    assert len(mail.outbox) == 1


def test_settings_that_cannot_be_right_stop_even_a_trial(post: None, settings: object) -> None:
    settings.KETENKAART_MAIL_FAULT = ("KETENKAART_MAIL_PORT", "'x' is no port", "Mend it.")  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="no port"):
        send_reminders(at=AT, is_trial=True)


def test_an_address_is_checked_and_stays_out_of_the_trail() -> None:
    with pytest.raises(InputError, match="no e-mail address"):
        set_address(name="owner", address="owner@@x", actor=OWNER, at=AT)
    with pytest.raises(RefusedError):
        set_address(name="owner", address="a@example.org", actor=VERIFIER, at=AT)
    set_address(name="owner", address="geheim@example.org", actor=CHIEF, at=AT)
    trail = list(rows.AuditEntry.objects.values_list())
    assert trail
    assert "geheim" not in repr(trail)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_draft_letter_is_marked_a_draft_and_cites(language: str) -> None:
    found = reading.followed(date(2020, 10, 1))
    text = draft_letter(
        found,
        language=language,
        as_of=date(2020, 10, 1),
        phrases=letter_phrases(language),
        titles=source_titles(),
    )
    assert ("CONCEPT" if language == "nl" else "DRAFT") in text.splitlines()[2]
    for item in found:
        assert f"**{item.item.code}**" in text
    refused = letter_phrases(language)["state_refused"]
    assert refused.casefold() in text.casefold()
    assert "{" not in text


def test_the_dossier_names_item_lane_day_and_source() -> None:
    found = reading.followed(date(2026, 11, 22))
    lines = dossier_rows(found)
    assert {line.lane for line in lines} == {"claim", "evidence", "verdict"}
    assert {line.item for line in lines} == {item.item.key for item in found}
    verdicts = [line for line in lines if line.lane == "verdict"]
    assert len(verdicts) == 5
    assert all(line.source and line.grade for line in verdicts)


def test_the_dossier_of_an_earlier_day_knows_no_later_verdict() -> None:
    lines = dossier_rows(reading.followed(date(2019, 12, 31)))
    assert [line.item for line in lines if line.lane == "verdict"] == ["kst-26485-319/K24"]
    states = {line.state for line in lines}
    assert FollowUpState.NOT_KEPT not in states
