"""Planning around parliament: countdowns, plans and dossiers of budget articles."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.ledger.followup.planning import (
    BudgetArticle,
    ConsultationPlan,
    Countdown,
    Counted,
    Criterion,
    MarkedDay,
    Milestone,
    PlanKind,
    PlannedStep,
    count_down,
    work_backwards,
)
from ketenkaart.core.ledger.followup.types import Followed
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
from ketenkaart.services.followup.reading import followed
from ketenkaart.services.followup.registers import (
    citation_columns,
    citation_of,
    recorded_decisions,
    written_here,
)
from ketenkaart.sources.reference.followup import load_followup


def countdowns(as_of: date) -> tuple[Counted, ...]:
    """Return every countdown on a day, with the decision once it is taken."""
    taken = recorded_decisions()
    found = rows.Plan.objects.filter(kind=PlanKind.COUNTDOWN.value)
    return tuple(count_down(_countdown(row), taken, as_of) for row in found)


def add_criterion(
    *, countdown: str, name: str, source: str, version: int, actor: Actor, at: datetime
) -> Countdown:
    """Add a criterion to a countdown; `source` says who set it.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when the countdown was
    changed in between, `NotFoundError` for an unknown one.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    words = checked_text(name, where="name", longest=300)
    with transaction.atomic():
        row = plan_row(countdown, PlanKind.COUNTDOWN)
        before = _countdown(row)
        criterion = Criterion(
            id=f"criterion.{len(before.criteria) + 1}",
            name=Text(nl=words, en=words),
            citation=written_here(source),
        )
        after = before.model_copy(update={"criteria": (*before.criteria, criterion)})
        change_plan(row, after, version, actor, at, before)
    return after.model_copy(update={"version": version + 1})


def plans(as_of: date) -> tuple[tuple[ConsultationPlan, tuple[PlannedStep, ...]], ...]:
    """Return every plan with its steps worked out backwards."""
    found = rows.Plan.objects.filter(kind=PlanKind.CONSULTATION.value)
    return tuple((plan, work_backwards(plan, as_of)) for plan in map(kept_plan, found))


def find_plan(plan: str, as_of: date) -> tuple[ConsultationPlan, tuple[PlannedStep, ...]]:
    """Return one plan with its steps; raises `NotFoundError` for an unknown one."""
    found = kept_plan(plan_row(plan, PlanKind.CONSULTATION))
    return found, work_backwards(found, as_of)


def set_day(
    *,
    plan: str,
    marked: str,
    day: date,
    source: str,
    version: int,
    actor: Actor,
    at: datetime,
) -> ConsultationPlan:
    """Give a day of a plan its date, as `source` says it; the steps before it follow.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when the plan was changed in
    between, `InputError` for a day centuries off, `NotFoundError` for an unknown plan or day.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    cited = written_here(source)
    checked_plan_day(day, where="day")
    with transaction.atomic():
        row = plan_row(plan, PlanKind.CONSULTATION)
        before = kept_plan(row)
        if all(known.id != marked for known in before.days):
            raise NotFoundError(f"The plan has no day {marked[:80]!r}", where="day")
        days = tuple(
            MarkedDay(id=known.id, name=known.name, day=day, citation=cited)
            if known.id == marked
            else known
            for known in before.days
        )
        after = before.model_copy(update={"days": days})
        change_plan(row, after, version, actor, at, before)
    return after.model_copy(update={"version": version + 1})


def change_milestone(
    *,
    milestone: int,
    lead_days: int,
    done_on: date | None,
    version: int,
    actor: Actor,
    at: datetime,
) -> Milestone:
    """Change how long a step takes, or note the day on which it was done.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when the step was changed in
    between, `InputError` for a day to come or a length that is none.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    done = None if done_on is None else checked_day(done_on, at, where="done_on")
    if not 0 <= lead_days <= 1000:
        raise InputError(
            f"{lead_days} working days is no lead time", where="lead_days", fix="Use 0 to 1000."
        )
    with transaction.atomic():
        row = rows.Milestone.objects.filter(pk=milestone).first()
        if row is None:
            raise NotFoundError(f"There is no step {milestone}", where="milestone")
        before = _milestone(row).model_dump(mode="json")
        changed = rows.Milestone.objects.filter(pk=milestone, version=version).update(
            lead_days=lead_days, done_on=done, version=version + 1
        )
        if not changed:
            raise ConflictError(
                "This step was changed in between", where="version", fix="Look again."
            )
        row.refresh_from_db()
        after = _milestone(row)
        note(
            "change_milestone",
            row.plan.slug,
            actor=actor.name,
            at=at,
            before=before,
            after=after.model_dump(mode="json"),
        )
    return after


def articles() -> tuple[BudgetArticle, ...]:
    """Return the budget articles under review."""
    return load_followup().articles


def review_dossier(article: str, as_of: date) -> tuple[BudgetArticle, tuple[Followed, ...]]:
    """Return a budget article with every item of the letters that its review draws on.

    Raises `NotFoundError` for an unknown article.
    """
    for known in articles():
        if known.id == article:
            items = (item for item in followed(as_of) if item.item.letter in known.letters)
            return known, tuple(items)
    raise NotFoundError(
        f"No budget article {article[:80]!r} is under review here",
        where="article",
        fix=f"Known: {', '.join(known.id for known in articles())}.",
    )


def insert_countdown(countdown: Countdown, *, actor: str, at: datetime) -> None:
    """Write a countdown and its line in the audit trail; the caller holds the transaction."""
    content = countdown.model_dump(mode="json", exclude={"version"})
    rows.Plan.objects.create(
        slug=countdown.id,
        kind=PlanKind.COUNTDOWN.value,
        content=content,
        **citation_columns(countdown.citation),
    )
    note("countdown", countdown.id, actor=actor, at=at, after=content)


def insert_plan(plan: ConsultationPlan, *, actor: str, at: datetime) -> None:
    """Write a plan with its steps; the caller holds the transaction."""
    content = plan.model_dump(mode="json", exclude={"milestones", "version"})
    row = rows.Plan.objects.create(
        slug=plan.id,
        kind=PlanKind.CONSULTATION.value,
        content=content,
        **citation_columns(plan.citation),
    )
    for position, step in enumerate(plan.milestones):
        name = both_languages(step.name)
        rows.Milestone.objects.create(
            plan=row,
            position=position,
            name_nl=name.nl,
            name_en=name.en,
            lead_days=step.lead_days,
            before=step.before,
            done_on=step.done_on,
            **citation_columns(step.citation),
        )
    note("plan", plan.id, actor=actor, at=at, after=plan.model_dump(mode="json"))


def change_plan(
    row: rows.Plan,
    after: Countdown | ConsultationPlan,
    version: int,
    actor: Actor,
    at: datetime,
    before: Countdown | ConsultationPlan,
) -> None:
    """Write a changed plan and its line in the audit trail; the caller holds the transaction.

    Raises `ConflictError` when it was changed in between.
    """
    content = after.model_dump(mode="json", exclude={"milestones", "version"})
    changed = rows.Plan.objects.filter(pk=row.pk, version=version).update(
        content=content, version=version + 1
    )
    if not changed:
        raise ConflictError("This plan was changed in between", where="version", fix="Look again.")
    note(
        "change_plan",
        row.slug,
        actor=actor.name,
        at=at,
        before=before.model_dump(mode="json"),
        after=after.model_dump(mode="json"),
    )


def plan_row(slug: str, kind: PlanKind) -> rows.Plan:
    """Return the row of a plan; raise `NotFoundError` for an unknown one."""
    row = rows.Plan.objects.filter(slug=slug, kind=kind.value).first()
    if row is None:
        raise NotFoundError(f"There is no {kind.value} {slug[:80]!r}", where="plan")
    return row


def _countdown(row: rows.Plan) -> Countdown:
    return Countdown.model_validate({**row.content, "version": row.version})


def kept_plan(row: rows.Plan) -> ConsultationPlan:
    """Return a plan with its steps."""
    steps = tuple(_milestone(step) for step in row.milestones.all())
    return ConsultationPlan.model_validate(
        {**row.content, "milestones": steps, "version": row.version}
    )


def _milestone(row: rows.Milestone) -> Milestone:
    return Milestone(
        id=row.pk,
        name=Text(nl=row.name_nl, en=row.name_en),
        lead_days=row.lead_days,
        before=row.before,
        done_on=row.done_on,
        citation=citation_of(row),
        version=row.version,
    )


def both_languages(text: Text | str) -> Text:
    """Return a text as it is; words that a user typed stand in both languages."""
    return Text(nl=text, en=text) if isinstance(text, str) else text
