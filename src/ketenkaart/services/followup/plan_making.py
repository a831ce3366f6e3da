"""Make a countdown or a plan: what an editor adds to those that ship with the package."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.planning import (
    ConsultationPlan,
    Countdown,
    MarkedDay,
    Milestone,
    PlanKind,
)
from ketenkaart.core.provenance import Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import (
    checked_day,
    checked_plan_day,
    checked_text,
    dutch_day,
    note,
)
from ketenkaart.services.followup.planning import (
    change_plan,
    insert_countdown,
    insert_plan,
    kept_plan,
    plan_row,
)
from ketenkaart.services.followup.reading import find_item
from ketenkaart.services.followup.registers import citation_columns, written_here

LONGEST_TITLE = 300
MOST_MONTHS = 600
MOST_DAYS = 20
MOST_STEPS = 60
MOST_LEAD_DAYS = 1000


def add_countdown(
    *,
    title: str,
    item: str,
    start: date,
    start_source: str,
    months: int,
    months_source: str,
    actor: Actor,
    at: datetime,
) -> Countdown:
    """Add a countdown to a decision that an item promises, `months` after `start`.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for a start still to come, a
    term that is none or a missing source, and `NotFoundError` for an unknown item.
    """
    actor.require(Role.EDITOR)
    words = checked_text(title, where="title", longest=LONGEST_TITLE)
    counted_from = checked_day(start, at, where="start")
    if not 1 <= months <= MOST_MONTHS:
        raise InputError(
            f"{months} months is no term", where="months", fix=f"Use 1 to {MOST_MONTHS}."
        )
    since = written_here(start_source, where="start_source")
    term = written_here(months_source, where="months_source")
    with transaction.atomic():
        countdown = Countdown(
            id=_free_name(words),
            title=Text(nl=words, en=words),
            item=find_item(item).key,
            start=counted_from,
            start_citation=since,
            months=months,
            months_citation=term,
            citation=term,
        )
        insert_countdown(countdown, actor=actor.name, at=at)
    return countdown


def add_plan(
    *,
    title: str,
    items: tuple[str, ...],
    marked: str,
    day: date | None,
    source: str,
    actor: Actor,
    at: datetime,
) -> ConsultationPlan:
    """Add a plan towards a first day that others set; `day` is `None` while it is not known.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for an empty text, and
    `NotFoundError` for an unknown item.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    words = checked_text(title, where="title", longest=LONGEST_TITLE)
    cited = written_here(source)
    first = _marked_day("day.1", marked, day, source)
    with transaction.atomic():
        plan = ConsultationPlan(
            id=_free_name(words),
            title=Text(nl=words, en=words),
            items=tuple(find_item(item).key for item in items),
            days=(first,),
            citation=cited,
        )
        insert_plan(plan, actor=actor.name, at=at)
    return plan


def add_plan_day(
    *,
    plan: str,
    marked: str,
    day: date | None,
    source: str,
    version: int,
    actor: Actor,
    at: datetime,
) -> ConsultationPlan:
    """Add a day that others set to a plan.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when the plan was changed in
    between, `InputError` for too many days, `NotFoundError` for an unknown plan.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    with transaction.atomic():
        row = plan_row(plan, PlanKind.CONSULTATION)
        before = kept_plan(row)
        if len(before.days) >= MOST_DAYS:
            raise InputError(
                f"A plan has at most {MOST_DAYS} days", where="plan", fix="Make a second plan."
            )
        name = f"day.{len(before.days) + 1}"
        days = (*before.days, _marked_day(name, marked, day, source))
        after = before.model_copy(update={"days": days})
        change_plan(row, after, version, actor, at, before)
    return after.model_copy(update={"version": version + 1})


def add_step(
    *,
    plan: str,
    name: str,
    lead_days: int,
    before: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> Milestone:
    """Add a step to a plan, as the last one before a day of it.

    `lead_days` are the working days from the step to that day; the steps before it move along.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for a length that is none, a
    day that the plan does not have or too many steps, `NotFoundError` for an unknown plan.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    words = checked_text(name, where="name", longest=LONGEST_TITLE)
    if not 0 <= lead_days <= MOST_LEAD_DAYS:
        raise InputError(
            f"{lead_days} working days is no lead time", where="lead_days", fix="Use 0 to 1000."
        )
    cited = written_here(source)
    with transaction.atomic():
        row = plan_row(plan, PlanKind.CONSULTATION)
        known = kept_plan(row)
        if all(day.id != before for day in known.days):
            raise InputError(f"The plan has no day {before[:80]!r}", where="before")
        if len(known.milestones) >= MOST_STEPS:
            raise InputError(
                f"A plan has at most {MOST_STEPS} steps", where="plan", fix="Make a second plan."
            )
        last = row.milestones.order_by("-position").values_list("position", flat=True).first()
        kept = rows.Milestone.objects.create(
            plan=row,
            position=0 if last is None else last + 1,
            name_nl=words,
            name_en=words,
            lead_days=lead_days,
            before=before,
            **citation_columns(cited),
        )
        step = Milestone(
            id=kept.pk,
            name=Text(nl=words, en=words),
            lead_days=lead_days,
            before=before,
            citation=cited,
        )
        note("add_step", row.slug, actor=actor.name, at=at, after=step.model_dump(mode="json"))
    return step


def _marked_day(name: str, words: str, day: date | None, source: str) -> MarkedDay:
    title = checked_text(words, where="marked", longest=LONGEST_TITLE)
    if day is not None:
        checked_plan_day(day, where="day")
    return MarkedDay(id=name, name=Text(nl=title, en=title), day=day, citation=written_here(source))


def _free_name(title: str) -> str:
    """Return a name for a plan after its title that no other plan has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].strip("_") or "plan"
    taken = set(rows.Plan.objects.values_list("slug", flat=True))
    names = (stem if number == 1 else f"{stem}_{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
