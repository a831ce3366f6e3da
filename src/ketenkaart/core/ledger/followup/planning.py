"""Planning around parliament: countdowns, plans worked out backwards, options side by side."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.ledger.followup.registers import Decision
from ketenkaart.core.ledger.followup.types import Followed, ItemKey
from ketenkaart.core.ledger.followup.workdays import working_days_before
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Period, Text


class PlanKind(StrEnum):
    """What a kept plan is."""

    COUNTDOWN = "countdown"
    CONSULTATION = "consultation"


class Criterion(Frozen):
    """A question that a decision or an option is held against."""

    id: Identifier
    name: Text
    citation: Citation


class Countdown(Frozen):
    """A decision that was promised after a term: from when, how long, and by which criteria.

    "After two years" names the first moment, not the last, so the day counted to is when the
    decision may be expected, not a deadline.
    """

    id: Identifier
    title: Text
    item: ItemKey
    start: date
    start_citation: Citation
    months: int = Field(gt=0)
    months_citation: Citation
    criteria: tuple[Criterion, ...] = ()
    note: Text | None = None
    citation: Citation
    version: int = 1


class MarkedDay(Frozen):
    """A day in a plan that others decide, such as a debate; `None` where it is not known."""

    id: Identifier
    name: Text
    day: date | None
    citation: Citation


class Milestone(Frozen):
    """A step that takes working days, ready `lead_days` working days before the next thing."""

    id: int | None = None
    name: Text | str
    lead_days: int = Field(ge=0, le=1000)
    before: Identifier
    done_on: date | None = None
    citation: Citation
    version: int = 1


class ConsultationPlan(Frozen):
    """A plan towards days that others decide: steps in order, each due before such a day."""

    id: Identifier
    title: Text
    items: tuple[ItemKey, ...] = ()
    days: tuple[MarkedDay, ...] = Field(min_length=1)
    closed: tuple[Period, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    note: Text | None = None
    citation: Citation
    version: int = 1

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        known = {day.id for day in self.days}
        lost = [step.before for step in self.milestones if step.before not in known]
        if lost:
            raise ValueError(f"a milestone stands before {lost[0]!r}, which is no day of the plan")
        return self


class OptionMark(StrEnum):
    """How an option does on a criterion; marks are shown side by side and never added up."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NOT_RESEARCHED = "not_researched"


class PolicyOption(Frozen):
    """A way to go in a reform project, with a mark and a note per criterion."""

    id: int | None = None
    project: Identifier
    title: Text | str
    description: Text | str
    marks: dict[str, OptionMark] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    citation: Citation
    version: int = 1


class Project(Frozen):
    """A reform project that items were deferred to; `names` are how letters call it."""

    id: Identifier
    title: Text
    names: tuple[str, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = ()
    citation: Citation


class BudgetArticle(Frozen):
    """A budget article under periodic review, and the letters that the review draws on."""

    id: Identifier
    title: Text
    letters: tuple[Identifier, ...] = Field(min_length=1)
    review: ItemKey | None = None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Counted:
    """A countdown on a day: when the decision may be expected, how far off, and the one taken.

    `days` counts from `as_of` to `expected`, and is negative afterwards. `taken_after_days` counts
    from `expected` to the decision. `grade` is the weakest of what the day is made of.
    """

    countdown: Countdown
    as_of: date
    expected: date
    days: int
    grade: Grade
    decision: Decision | None
    taken_after_days: int | None


_WEAKEST = (Grade.SURE, Grade.LIKELY, Grade.CHECK, Grade.ASSUMED)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month if it has none such.

    >>> months_after(date(2017, 10, 10), 24), months_after(date(2020, 1, 31), 1)
    (datetime.date(2019, 10, 10), datetime.date(2020, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def count_down(countdown: Countdown, decisions: Iterable[Decision], as_of: date) -> Counted:
    """Return a countdown on `as_of` with the first decision about it that was taken by then."""
    expected = months_after(countdown.start, countdown.months)
    taken = sorted(
        (
            decision
            for decision in decisions
            if decision.about == countdown.id
            and decision.decided_on is not None
            and decision.decided_on <= as_of
        ),
        key=lambda decision: decision.decided_on or date.max,
    )
    decision = taken[0] if taken else None
    on = decision.decided_on if decision else None
    return Counted(
        countdown=countdown,
        as_of=as_of,
        expected=expected,
        days=(expected - as_of).days,
        grade=max(
            (countdown.start_citation.grade, countdown.months_citation.grade), key=_WEAKEST.index
        ),
        decision=decision,
        taken_after_days=(on - expected).days if on else None,
    )


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a plan: the last day it must be ready, or `None` where that depends on an unknown.

    `is_late` says that this day has passed and the step is not noted as done.
    """

    milestone: Milestone
    anchor: MarkedDay
    ready_by: date | None
    is_late: bool


def work_backwards(plan: ConsultationPlan, as_of: date) -> tuple[PlannedStep, ...]:
    """Return the steps of a plan with the last day of each, counted in Dutch working days.

    Steps before the same day follow each other: each is ready in time for the one after it.
    """
    days = {day.id: day for day in plan.days}
    next_start: dict[str, date | None] = {day.id: day.day for day in plan.days}
    steps = []
    for milestone in reversed(plan.milestones):
        target = next_start[milestone.before]
        ready_by = (
            None
            if target is None
            else working_days_before(target, milestone.lead_days, plan.closed)
        )
        next_start[milestone.before] = ready_by
        steps.append(
            PlannedStep(
                milestone=milestone,
                anchor=days[milestone.before],
                ready_by=ready_by,
                is_late=milestone.done_on is None and ready_by is not None and ready_by < as_of,
            )
        )
    return tuple(reversed(steps))


@dataclass(frozen=True, slots=True)
class OptionsDossier:
    """Everything that was put off to one project, and the options compared."""

    project: Project
    deferred: tuple[Followed, ...]
    others: tuple[Followed, ...]
    options: tuple[PolicyOption, ...]
    decisions: tuple[Decision, ...]


def options_dossier(
    project: Project,
    found: Sequence[Followed],
    options: Iterable[PolicyOption],
    decisions: Iterable[Decision],
) -> OptionsDossier:
    """Return the dossier of a project: items deferred to it first, then others that name it."""
    named = [
        item
        for item in found
        if item.item.project is not None
        and {item.item.project.nl, item.item.project.en} & set(project.names)
    ]
    return OptionsDossier(
        project=project,
        deferred=tuple(item for item in named if item.item.is_deferred),
        others=tuple(item for item in named if not item.item.is_deferred),
        options=tuple(option for option in options if option.project == project.id),
        decisions=tuple(item for item in decisions if item.about == project.id),
    )
