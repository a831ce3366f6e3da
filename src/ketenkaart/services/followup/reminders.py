"""Reminders by e-mail: one message per owner, each reminder at most once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from ketenkaart.core.errors import InputError, NotFoundError, StoreError
from ketenkaart.core.ledger.followup.reminders import Digest, Mark, ReminderResult, digests
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import dutch_day, note
from ketenkaart.services.followup.reading import followed, rules
from ketenkaart.services.followup.wording import message

ACTOR = "ketenkaart followup remind"
# A server that answers with these did not take the message; after the others nobody can tell.
_REFUSALS = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError)
_FAULTS = (SMTPException, OSError)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What happened to one owner's digest.

    `sent`; `would_send` in a trial; `no_address`; `failed` when the mail server could not be
    reached or refused it, so that the next run tries again; `unknown` when it may or may not have
    arrived, so that it is not sent again unless somebody asks for that.
    """

    owner: str
    items: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A reminder that may or may not have arrived: to whom, about what, and when it was tried."""

    owner: str
    item: str
    tried_at: datetime


def set_address(*, name: str, address: str, actor: Actor, at: datetime) -> None:
    """Give an account the e-mail address that reminders go to; an empty one takes it away.

    Raises `RefusedError` unless `actor` is an administrator or the account itself, and
    `InputError` for an address that is none.
    """
    if actor.name != name:
        actor.require(Role.ADMINISTRATOR)
    dutch_day(at)
    wanted = address.strip()
    if wanted:
        try:
            validate_email(wanted)
        except ValidationError as error:
            raise InputError(
                "This is no e-mail address", where="address", fix="Write it as name@example.org."
            ) from error
    with transaction.atomic():
        changed = User.objects.filter(username=name).update(email=wanted)
        if not changed:
            raise NotFoundError(f"There is no account {name[:40]!r}", where="name")
        # The trail says that it changed, not to what: an address is personal.
        note(
            "set_address",
            f"account {name}",
            actor=actor.name,
            at=at,
            after={"has_address": bool(wanted)},
        )


def due_digests(as_of: date) -> tuple[Digest, ...]:
    """Return one digest per owner with what no reminder was tried for before."""
    return digests(followed(as_of), _tried(), rules().reminder_days)


def send_reminders(
    *, at: datetime, as_of: date | None = None, is_trial: bool = False
) -> tuple[Reminded, ...]:
    """Send each owner one message with what is due, each reminder at most once.

    That it is about to be sent is kept first, then the message goes out, then what came of it is
    noted. A run that dies in between leaves a reminder of which nobody knows whether it arrived:
    `doubtful` lists those, and `give_up_doubtful` has them sent again. `is_trial` sends and notes
    nothing. An owner without an address is left out and named.

    Raises `StoreError` when no mail server is set, or its settings cannot be right.
    """
    day = as_of or dutch_day(at)
    require_mail(is_trial=is_trial)
    outcomes = []
    server = get_connection()
    for digest in due_digests(day):
        items = tuple(mark.item for mark in digest.marks)
        address = User.objects.filter(username=digest.owner, is_active=True).values_list(
            "email", flat=True
        )
        to = next(iter(address), "")
        if not to:
            outcomes.append(Reminded(digest.owner, items, "no_address"))
        elif is_trial:
            outcomes.append(Reminded(digest.owner, items, "would_send"))
        elif (outcome := _send(digest, to, day, at, server)) is not None:
            outcomes.append(Reminded(digest.owner, items, outcome))
    with suppress(*_FAULTS):
        server.close()
    return tuple(outcomes)


def require_mail(*, is_trial: bool = False) -> None:
    """Return when a mail server is set; raise `StoreError` otherwise.

    A trial needs none, but settings that cannot be right stop it too: that is what it is for.
    """
    if settings.KETENKAART_MAIL_FAULT:
        name, what, fix = settings.KETENKAART_MAIL_FAULT
        raise StoreError(f"{what}, so nothing was sent", where=name, fix=fix)
    if not settings.KETENKAART_MAIL_IS_SET and not is_trial:
        raise StoreError(
            "No mail server is set, so nothing was sent",
            where="KETENKAART_MAIL_HOST",
            fix="Set it to your mail server's name, or use --dry-run to see what would be sent.",
        )


def doubtful(*, item: str | None = None) -> tuple[Doubtful, ...]:
    """Return the reminders of which nobody knows whether they arrived, the oldest first."""
    wanted = {} if item is None else {"item": item}
    found = rows.Reminder.objects.filter(outcome__isnull=True, **wanted)
    return tuple(Doubtful(row.owner, row.item, row.recorded_at) for row in found)


def give_up_doubtful(*, at: datetime) -> int:
    """Note that doubtful reminders are taken for lost, so that they go out again; return how many.

    An owner may then get the same reminder twice; only somebody who runs the command decides so.
    """
    dutch_day(at)
    with transaction.atomic():
        found = list(rows.Reminder.objects.filter(outcome__isnull=True))
        _note_outcome(found, ReminderResult.GIVEN_UP, at)
    return len(found)


def _send(digest: Digest, to: str, day: date, at: datetime, server: BaseEmailBackend) -> str | None:
    """Return what came of one message; `None` when another run took it on in between."""
    try:
        server.open()
    except _FAULTS:
        return "failed"
    kept = _keep(digest, day, at)
    if not kept:
        return None
    subject, body = message(digest, day)
    outcome, result = "sent", ReminderResult.SENT
    try:
        EmailMessage(subject=subject, body=body, to=[to], connection=server).send()
    except _FAULTS as error:
        # The next message needs a connection that works.
        with suppress(*_FAULTS):
            server.close()
        if not isinstance(error, _REFUSALS):
            return "unknown"
        outcome, result = "failed", ReminderResult.REFUSED
    with transaction.atomic():
        _note_outcome(kept, result, at)
    return outcome


def _keep(digest: Digest, day: date, at: datetime) -> list[rows.Reminder]:
    """Keep that a message is about to be sent; return nothing when another run did so."""
    try:
        with transaction.atomic():
            if {(digest.owner, mark) for mark in digest.marks} & _tried():
                return []
            kept = [_attempt(digest.owner, mark, at) for mark in digest.marks]
            items = [mark.item for mark in digest.marks]
            after = {"items": items, "day": day}
            note("remind", f"account {digest.owner}", actor=ACTOR, at=at, after=after)
    except IntegrityError:
        return []
    return kept


def _attempt(owner: str, mark: Mark, at: datetime) -> rows.Reminder:
    named = {
        "owner": owner,
        "item": mark.item,
        "due": mark.due.isoformat() if mark.due else "",
        "mark": mark.mark,
    }
    before = rows.Reminder.objects.filter(**named).count()
    return rows.Reminder.objects.create(**named, attempt=before + 1, recorded_at=at)


def _note_outcome(found: Sequence[rows.Reminder], result: ReminderResult, at: datetime) -> None:
    """Note what came of reminders; the caller holds the transaction."""
    for row in found:
        rows.ReminderOutcome.objects.create(reminder=row, value=result.value, recorded_at=at)
    for owner in sorted({row.owner for row in found}):
        items = [row.item for row in found if row.owner == owner]
        note(
            f"reminder_{result.value}",
            f"account {owner}",
            actor=ACTOR,
            at=at,
            after={"items": items},
        )


def _tried() -> frozenset[tuple[str, Mark]]:
    """Return what was sent, or may have been; what the server refused may be tried again."""
    again = (ReminderResult.REFUSED.value, ReminderResult.GIVEN_UP.value)
    return frozenset(
        (
            row.owner,
            Mark(row.item, date.fromisoformat(row.due) if row.due else None, row.mark),
        )
        for row in rows.Reminder.objects.exclude(outcome__value__in=again)
    )
