"""Reminders by e-mail: one message per owner, and nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError, StoreError
from ketenkaart.core.ledger.followup.reminders import Digest, Mark, digests
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import dutch_day, note
from ketenkaart.services.followup.reading import followed, rules
from ketenkaart.services.followup.wording import message


@dataclass(frozen=True, slots=True)
class Reminded:
    """What happened to one owner's digest: `sent`, `would_send`, `no_address` or `failed`."""

    owner: str
    items: tuple[str, ...]
    outcome: str


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
    """Return what each owner would be told on a day, without what they were told before."""
    return digests(followed(as_of), _sent(), rules().reminder_days)


def send_reminders(
    *, at: datetime, as_of: date | None = None, is_trial: bool = False
) -> tuple[Reminded, ...]:
    """Send each owner one message with what is due, and note what was sent.

    A message counts as sent once the mail server took it; where it refuses, nothing is noted and
    the next run tries again. `is_trial` sends and notes nothing. An owner without an address is
    left out and named.

    Raises `StoreError` when no mail server is set.
    """
    day = as_of or dutch_day(at)
    if not is_trial:
        require_mail()
    outcomes = []
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
        else:
            outcomes.append(Reminded(digest.owner, items, _send(digest, to, day, at)))
    return tuple(outcomes)


def require_mail() -> None:
    """Return when a mail server is set; raise `StoreError` otherwise."""
    if not settings.KETENKAART_MAIL_IS_SET:
        raise StoreError(
            "No mail server is set, so nothing was sent",
            where="KETENKAART_MAIL_HOST",
            fix="Set it to your mail server's name, or use --dry-run to see what would be sent.",
        )


def _send(digest: Digest, to: str, day: date, at: datetime) -> str:
    subject, body = message(digest, day)
    try:
        with transaction.atomic():
            # Noted first, inside the transaction: two runs at once cannot both send, and a mail
            # server that refuses takes the note back.
            for mark in digest.marks:
                rows.ReminderSent.objects.create(
                    owner=digest.owner,
                    item=mark.item,
                    due=mark.due.isoformat() if mark.due else "",
                    mark=mark.mark,
                    recorded_at=at,
                )
            note(
                "remind",
                f"account {digest.owner}",
                actor="ketenkaart followup remind",
                at=at,
                after={"items": [mark.item for mark in digest.marks], "day": day},
            )
            EmailMessage(subject=subject, body=body, to=[to]).send()
    except (SMTPException, OSError):
        return "failed"
    return "sent"


def _sent() -> frozenset[tuple[str, Mark]]:
    return frozenset(
        (
            row.owner,
            Mark(row.item, date.fromisoformat(row.due) if row.due else None, row.mark),
        )
        for row in rows.ReminderSent.objects.all()
    )
