"""The forms that make a countdown or a plan, and add days and steps to a plan."""

from __future__ import annotations

from datetime import date, datetime

from ketenkaart.core.ledger.followup.planning import ConsultationPlan
from ketenkaart.services.actors import Actor
from ketenkaart.services.followup import plan_making, planning
from ketenkaart.web.entries import Entry, EntryForm, entry
from ketenkaart.web.views.followup.plan_forms import (
    PLAN_ACTIONS,
    Given,
    PlanAction,
    day_ends,
    keep_day,
    to_plan,
    to_planning,
)


def _countdown_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    return (
        entry("title", language=language, label="decision_title"),
        entry("item", language=language, hint="hint_item", value=given.get("item", "")),
        entry("start", "day", language=language, hint="hint_date"),
        entry("start_source", language=language),
        entry("months", "number", language=language),
        entry("months_source", language=language),
    )


def _countdown(form: EntryForm, actor: Actor, at: datetime) -> object:
    start, months = form.needed_day("start"), form.number("months")
    return not form.errors and plan_making.add_countdown(
        title=form.text("title"),
        item=form.text("item"),
        start=start,
        start_source=form.text("start_source"),
        months=months,
        months_source=form.text("months_source"),
        actor=actor,
        at=at,
    )


def _new_plan_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    return (
        entry("title", language=language),
        entry("items", language=language, is_required=False, value=given.get("items", "")),
        *_day_entries(language),
    )


def _new_plan(form: EntryForm, actor: Actor, at: datetime) -> object:
    day = form.day("day")
    return not form.errors and plan_making.add_plan(
        title=form.text("title"),
        items=tuple(form.text("items").split()),
        marked=form.text("marked"),
        day=day,
        source=form.text("source"),
        actor=actor,
        at=at,
    )


def _new_day_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    plan, _ = planning.find_plan(given.get("plan", ""), day)
    return _day_entries(language, plan)


def _new_day(form: EntryForm, actor: Actor, at: datetime) -> object:
    return keep_day(form, form.day("day"), plan_making.add_plan_day, actor, at)


def _new_step_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    plan, _ = planning.find_plan(given.get("plan", ""), day)
    days = tuple((marked.id, marked.name.in_language(language)) for marked in plan.days)
    return (
        entry("name", language=language, label="step"),
        entry("before", "choice", language=language, choices=days, hint="hint_before"),
        entry("lead_days", "number", language=language),
        entry("source", language=language),
        entry("plan", "hidden", language=language, value=plan.id),
    )


def _new_step(form: EntryForm, actor: Actor, at: datetime) -> object:
    lead_days = form.number("lead_days")
    return not form.errors and plan_making.add_step(
        plan=form.text("plan"),
        name=form.text("name"),
        lead_days=lead_days,
        before=form.text("before"),
        source=form.text("source"),
        actor=actor,
        at=at,
    )


def _day_entries(language: str, plan: ConsultationPlan | None = None) -> tuple[Entry, ...]:
    return (
        entry("marked", language=language, label="new_marked"),
        entry("day", "day", language=language, hint="hint_day_unknown", is_required=False),
        *day_ends(language, plan),
    )


EDITOR_ACTIONS = {
    **PLAN_ACTIONS,
    "countdown": PlanAction(_countdown_fields, _countdown, to_planning),
    "new_plan": PlanAction(_new_plan_fields, _new_plan, to_planning),
    "new_day": PlanAction(_new_day_fields, _new_day, to_plan),
    "new_step": PlanAction(_new_step_fields, _new_step, to_plan),
}
