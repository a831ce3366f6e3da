"""Judge a drawn document, settle a disagreement, take a judgement back: entries are only added."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.monitor.judged import (
    DocumentAction,
    DocumentJudgement,
    JudgedLevel,
    TruthState,
    standing,
)
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.endorsement_judging.samples import OpenSample, judgement_of, open_sample
from ketenkaart.services.followup.noting import checked_text, dutch_day, note


def judge_document(
    *,
    sample: str,
    number: int,
    level: JudgedLevel,
    actor: Actor,
    at: datetime,
    remark: str | None = None,
    seen: int | None = None,
) -> DocumentJudgement:
    """Give a document its level and return the judgement; an earlier one of one's own falls.

    `seen` is the number of the last judgement of one's own about it that one knew of, 0 for none;
    leave it out to skip the check. Raises `RefusedError` unless `actor` is a coder,
    `NotFoundError` for an unknown sample or number, `ConflictError` when one judged it since.
    """
    actor.require(Role.CODER)
    dutch_day(at)
    text = checked_text(remark, where="note") if remark and remark.strip() else None
    with transaction.atomic():
        found = open_sample(sample)
        item = found.item(number)
        own = [j.id for j in item.judgements if j.coder == actor.name]
        if seen is not None and max(own, default=0) > seen:
            raise ConflictError(
                "You judged this document in another window since",
                where=f"document {number}",
                fix="Reload the page, look at what stands now, and judge again if need be.",
            )
        return _add(found, number, DocumentAction.JUDGE, level, text, None, actor, at)


def resolve_document(
    *, sample: str, number: int, level: JudgedLevel, reason: str, actor: Actor, at: datetime
) -> DocumentJudgement:
    """Settle what coders disagree on; both judgements are kept.

    Raises `RefusedError` unless `actor` is an editor, `InputError` without a reason or where
    nobody disagrees.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    text = checked_text(reason, where="note")
    with transaction.atomic():
        found = open_sample(sample)
        if found.item(number).truth.state not in {TruthState.DISAGREED, TruthState.RESOLVED}:
            raise InputError(
                f"Nobody disagrees on document {number}",
                where="NUMBER",
                fix="Judge it instead, without --resolve.",
            )
        return _add(found, number, DocumentAction.RESOLVE, level, text, None, actor, at)


def withdraw_document(
    *, sample: str, actor: Actor, at: datetime, number: int | None = None
) -> DocumentJudgement:
    """Take back one's own latest judgement, of the whole sample or of one document.

    What stood before it stands again. Raises `NotFoundError` when there is none, `RefusedError`
    unless `actor` is a coder or an editor.
    """
    if Role.EDITOR not in actor.roles:
        actor.require(Role.CODER)
    dutch_day(at)
    with transaction.atomic():
        found = open_sample(sample)
        items = found.items if number is None else (found.item(number),)
        own = [j for i in items for j in standing(i.judgements) if j.coder == actor.name]
        if not own:
            raise NotFoundError(
                "There is nothing of yours to take back",
                where="NUMBER" if number else "--sample",
                fix="Only a judgement of your own that still stands can be withdrawn.",
            )
        last = max(own, key=lambda j: j.id)
        return _add(found, last.item, DocumentAction.WITHDRAW, None, None, last.id, actor, at)


def _add(
    found: OpenSample,
    number: int,
    action: DocumentAction,
    level: JudgedLevel | None,
    text: str | None,
    withdraws: int | None,
    actor: Actor,
    at: datetime,
) -> DocumentJudgement:
    item = rows.EndorsementItem.objects.get(sample__name=found.name, number=number)
    row = rows.EndorsementJudgement.objects.create(
        item=item,
        coder=actor.name,
        at=at,
        action=action.value,
        level=None if level is None else level.value,
        note=text,
        withdraws_id=withdraws,
    )
    note(
        f"endorsement_{action.value}",
        f"{found.name} {number}",
        actor=actor.name,
        at=at,
        after={"judgement": row.pk, "level": row.level, "withdraws": withdraws},
    )
    return judgement_of(row)
