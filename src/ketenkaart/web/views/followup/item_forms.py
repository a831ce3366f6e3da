"""The forms that change an item: which fields each has, and which service it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.files.uploadedfile import UploadedFile

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.followup.types import (
    ClaimValue,
    Followed,
    HandoverState,
    IndependentValue,
)
from ketenkaart.services.accounts import list_accounts
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup import claims, evidence, owners
from ketenkaart.services.followup.verdicts import give_verdict
from ketenkaart.services.followup.withdrawals import withdraw
from ketenkaart.services.followup.wording import phrase
from ketenkaart.web.entries import Entry, EntryForm, choices_of, entry
from ketenkaart.web.text import say


class Answer(StrEnum):
    """How an offered item is answered."""

    ACCEPT = "accept"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent with a form: the item as it stands, the form, its file, who and when."""

    found: Followed
    form: EntryForm
    file: UploadedFile[bytes] | None
    actor: Actor
    at: datetime

    @property
    def key(self) -> str:
        """The key of the item."""
        return self.found.item.key


@dataclass(frozen=True, slots=True)
class ItemAction:
    """One form: who may open it, its fields, and what it does; errors in the form stop it."""

    roles: tuple[Role, ...]
    fields: Callable[[str, Followed], tuple[Entry, ...]]
    save: Callable[[Sent], object]


def _claim_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    values = choices_of(ClaimValue, "followup.claim_", language)
    return (
        entry("value", "choice", language=language, choices=values),
        entry("text", "area", language=language),
        entry("day", "day", language=language, hint="hint_day", is_required=False),
    )


def _claim(sent: Sent) -> object:
    value, day = sent.form.choice("value", ClaimValue), sent.form.day("day")
    return _unless_wrong(sent.form) and claims.make_claim(
        item=sent.key,
        value=value,
        text=sent.form.text("text"),
        day=day,
        actor=sent.actor,
        at=sent.at,
    )


def _deadline_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (
        entry("due", "day", language=language, hint="hint_date"),
        entry("reason", "area", language=language),
    )


def _deadline(sent: Sent) -> object:
    due = sent.form.needed_day("due")
    return _unless_wrong(sent.form) and claims.propose_deadline(
        item=sent.key,
        due=due,
        reason=sent.form.text("reason"),
        actor=sent.actor,
        at=sent.at,
    )


def _link_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (
        entry("title", language=language),
        entry("url", language=language),
        _document_day(language),
    )


def _link(sent: Sent) -> object:
    day = sent.form.day("day")
    return _unless_wrong(sent.form) and evidence.file_link(
        item=sent.key,
        url=sent.form.text("url"),
        title=sent.form.text("title"),
        day=day,
        actor=sent.actor,
        at=sent.at,
    )


def _file_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (
        entry("title", language=language),
        entry("file", "file", language=language),
        _document_day(language),
    )


def _file(sent: Sent) -> object:
    day = sent.form.day("day")
    size = None if sent.file is None else sent.file.size
    if sent.file is None or size is None or size > evidence.LARGEST_BYTES:
        sent.form.errors["file"] = say("followup.error_file", sent.form.language)
        return None
    return _unless_wrong(sent.form) and evidence.file_document(
        item=sent.key,
        data=sent.file.read(),
        name=sent.file.name or "",
        title=sent.form.text("title"),
        day=day,
        actor=sent.actor,
        at=sent.at,
    )


def _document_day(language: str) -> Entry:
    return entry(
        "day",
        "day",
        language=language,
        label="document_day",
        hint="hint_day_unknown",
        is_required=False,
    )


def _verdict_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    values = tuple(
        (value.value, phrase(f"state_{value.value}", language)) for value in IndependentValue
    )
    return (
        entry("value", "choice", language=language, label="verdict", choices=values),
        entry("statement", "area", language=language),
        entry("kept_on", "day", language=language, hint="hint_day_unknown", is_required=False),
        entry(
            "day",
            "day",
            language=language,
            label="found_day",
            hint="hint_day",
            is_required=False,
        ),
    )


def _verdict(sent: Sent) -> object:
    form = sent.form
    value = form.choice("value", IndependentValue)
    kept_on, day = form.day("kept_on"), form.day("day")
    return _unless_wrong(form) and give_verdict(
        item=sent.key,
        value=value,
        statement=form.text("statement"),
        kept_on=kept_on,
        day=day,
        actor=sent.actor,
        at=sent.at,
    )


def _assign_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (_owner_choice("owner", language),)


def _assign(sent: Sent) -> object:
    return owners.assign(item=sent.key, owner=sent.form.text("owner"), actor=sent.actor, at=sent.at)


def _handover_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (_owner_choice("taker", language), entry("note", "area", language=language))


def _owner_choice(name: str, language: str) -> Entry:
    """Return a field with every account that may own an item."""
    names = [
        account.name
        for account in list_accounts()
        if account.is_active and Role.OWNER in account.roles
    ]
    choices = [(known, known) for known in names]
    hint = "" if choices else "hint_no_owners"
    return entry(name, "choice", language=language, choices=choices, hint=hint)


def _handover(sent: Sent) -> object:
    return owners.offer_handover(
        item=sent.key,
        taker=sent.form.text("taker"),
        note_text=sent.form.text("note"),
        actor=sent.actor,
        at=sent.at,
    )


def _answer_fields(language: str, found: Followed) -> tuple[Entry, ...]:
    for handover in found.history.handovers:
        if handover.state is HandoverState.PENDING:
            values = choices_of(Answer, "followup.answer_", language)
            return (
                entry("accept", "choice", language=language, choices=values),
                entry("handover", "hidden", language=language, value=str(handover.id)),
                entry("version", "hidden", language=language, value=str(handover.version)),
            )
    raise InputError(
        f"Nobody offers {found.item.key}", where="handover", fix="It may have been answered."
    )


def _answer(sent: Sent) -> object:
    form = sent.form
    answer = form.choice("accept", Answer)
    handover, version = form.number("handover"), form.number("version")
    return _unless_wrong(form) and owners.answer_handover(
        handover=handover,
        accept=answer is Answer.ACCEPT,
        version=version,
        actor=sent.actor,
        at=sent.at,
    )


def _withdraw_fields(language: str, _found: Followed) -> tuple[Entry, ...]:
    return (
        entry("reason", "area", language=language),
        entry("table", "hidden", language=language),
        entry("record", "hidden", language=language),
    )


def _withdraw(sent: Sent) -> object:
    form = sent.form
    record = form.number("record")
    lanes = (
        ("claim", sent.found.history.claims),
        ("evidence", sent.found.history.evidence),
        ("verdict", sent.found.history.verdicts),
    )
    mine = {(lane, kept.id) for lane, records in lanes for kept in records}
    if not form.errors and (form.text("table"), record) not in mine:
        raise NotFoundError(f"{sent.key} has no such record", where="record")
    return _unless_wrong(form) and withdraw(
        table=form.text("table"),
        record=record,
        reason=form.text("reason"),
        actor=sent.actor,
        at=sent.at,
    )


def _unless_wrong(form: EntryForm) -> bool:
    return not form.errors


_ANYBODY = (Role.OWNER, Role.EDITOR, Role.VERIFIER)
ITEM_ACTIONS = {
    "claim": ItemAction((Role.OWNER,), _claim_fields, _claim),
    "deadline": ItemAction((Role.OWNER, Role.EDITOR), _deadline_fields, _deadline),
    "link": ItemAction(_ANYBODY, _link_fields, _link),
    "file": ItemAction(_ANYBODY, _file_fields, _file),
    "verdict": ItemAction((Role.VERIFIER,), _verdict_fields, _verdict),
    "assign": ItemAction((Role.EDITOR,), _assign_fields, _assign),
    "handover": ItemAction((Role.OWNER, Role.EDITOR), _handover_fields, _handover),
    "answer": ItemAction((Role.OWNER,), _answer_fields, _answer),
    "withdraw": ItemAction(_ANYBODY, _withdraw_fields, _withdraw),
}
