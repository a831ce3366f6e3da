"""The forms that change registers and plans; only editors open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.followup.planning import ConsultationPlan, Milestone, OptionMark
from ketenkaart.core.ledger.followup.registers import NewDecision, RegisterKind, RegisterState
from ketenkaart.core.provenance import Text
from ketenkaart.services.actors import Actor
from ketenkaart.services.followup import options, planning, registers
from ketenkaart.web.entries import Entry, EntryForm, choices_of, entry

Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlanAction:
    """One form: its fields (some filled in from the address), what it does, and where it leads."""

    fields: Callable[[str, Given, date], tuple[Entry, ...]]
    save: Callable[[EntryForm, Actor, datetime], object]
    back: Callable[[Given], str]


def _decision_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    perhaps = {"language": language, "hint": "hint_empty", "is_required": False}
    return (
        entry("about", language=language, value=given.get("about", "")),
        entry("title", language=language),
        entry("outcome", "area", language=language),
        entry("reason", "area", language=language),
        entry("decided_by", language=language),
        entry("decided_on", "day", language=language, hint="hint_day", is_required=False),
        entry("source", language=language),
        entry("options", "area", **perhaps),  # type: ignore[arg-type]
        entry("roles", "area", **perhaps),  # type: ignore[arg-type]
        entry("cost", "area", **perhaps),  # type: ignore[arg-type]
    )


def _decision(form: EntryForm, actor: Actor, at: datetime) -> object:
    decided_on = form.day("decided_on")
    if form.errors:
        return None
    words = ("about", "title", "outcome", "reason", "decided_by", "source")
    perhaps = ("options", "roles", "cost")
    return registers.record_decision(
        decision=NewDecision.model_validate(
            {name: form.text(name) for name in (*words, *perhaps)} | {"decided_on": decided_on}
        ),
        actor=actor,
        at=at,
    )


def _entry_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    kinds = choices_of(RegisterKind, "followup.", language)
    return (
        entry("kind", "choice", language=language, choices=kinds, value=given.get("kind", "")),
        entry("title", language=language),
        entry("description", "area", language=language),
        entry("items", language=language, is_required=False),
        entry("source", language=language),
    )


def _entry(form: EntryForm, actor: Actor, at: datetime) -> object:
    kind = form.choice("kind", RegisterKind)
    if form.errors:
        return None
    return registers.add_entry(
        kind=kind,
        title=form.text("title"),
        description=form.text("description"),
        items=tuple(form.text("items").split()),
        source=form.text("source"),
        actor=actor,
        at=at,
    )


def _entry_state_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    states = choices_of(RegisterState, "followup.entry_", language)
    found = next((e for e in registers.entries() if e.id == given.get("entry", "")), None)
    return (
        entry("state", "choice", language=language, choices=states),
        entry("note", "area", language=language),
        entry("entry", "hidden", language=language, value=given.get("entry", "")),
        entry("version", "hidden", language=language, value=str(found.version if found else 1)),
    )


def _entry_state(form: EntryForm, actor: Actor, at: datetime) -> object:
    state, version = form.choice("state", RegisterState), form.number("version")
    if form.errors:
        return None
    return registers.set_entry_state(
        entry=form.text("entry"),
        state=state,
        note_text=form.text("note"),
        version=version,
        actor=actor,
        at=at,
    )


def _criterion_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    name = given.get("countdown", "")
    versions = {c.countdown.id: c.countdown.version for c in planning.countdowns(day)}
    return (
        entry("name", language=language),
        entry("source", language=language),
        entry("countdown", "hidden", language=language, value=name),
        entry("version", "hidden", language=language, value=str(versions.get(name, 1))),
    )


def _criterion(form: EntryForm, actor: Actor, at: datetime) -> object:
    version = form.number("version")
    return not form.errors and planning.add_criterion(
        countdown=form.text("countdown"),
        name=form.text("name"),
        source=form.text("source"),
        version=version,
        actor=actor,
        at=at,
    )


def _day_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    plan, _ = planning.find_plan(given.get("plan", ""), day)
    days = tuple((marked.id, marked.name.in_language(language)) for marked in plan.days)
    return (
        entry("marked", "choice", language=language, choices=days),
        entry("day", "day", language=language, hint="hint_date"),
        *day_ends(language, plan),
    )


def day_ends(language: str, plan: ConsultationPlan | None = None) -> tuple[Entry, ...]:
    """Return how a form about a day of a plan ends: its source, and which plan, if there is one."""
    source = entry("source", language=language)
    if plan is None:
        return (source,)
    return (
        source,
        entry("plan", "hidden", language=language, value=plan.id),
        entry("version", "hidden", language=language, value=str(plan.version)),
    )


def _day(form: EntryForm, actor: Actor, at: datetime) -> object:
    return keep_day(form, form.needed_day("day"), planning.set_day, actor, at)


def keep_day(
    form: EntryForm, day: date | None, save: Callable[..., object], actor: Actor, at: datetime
) -> object:
    """Keep a day of a plan, one that was there or a new one, as `save` does it."""
    version = form.number("version")
    return not form.errors and save(
        plan=form.text("plan"),
        marked=form.text("marked"),
        day=day,
        source=form.text("source"),
        version=version,
        actor=actor,
        at=at,
    )


def _step_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    plan, _ = planning.find_plan(given.get("plan", ""), day)
    step = next((s for s in plan.milestones if str(s.id) == given.get("step", "")), None)
    if step is None:
        raise NotFoundError(f"There is no step {given.get('step', '')[:20]}", where="step")
    return (
        entry("lead_days", "number", language=language, value=str(step.lead_days)),
        entry(
            "done_on",
            "day",
            language=language,
            hint="hint_date",
            value=step.done_on.isoformat() if step.done_on else "",
            is_required=False,
        ),
        entry("plan", "hidden", language=language, value=plan.id),
        entry("step", "hidden", language=language, value=str(step.id)),
        entry("version", "hidden", language=language, value=str(step.version)),
    )


def _step(form: EntryForm, actor: Actor, at: datetime) -> Milestone | None:
    lead_days, done_on = form.number("lead_days"), form.day("done_on")
    step, version = form.number("step"), form.number("version")
    if form.errors:
        return None
    return planning.change_milestone(
        milestone=step,
        lead_days=lead_days,
        done_on=done_on,
        version=version,
        actor=actor,
        at=at,
    )


def _option_fields(language: str, given: Given, _day: date) -> tuple[Entry, ...]:
    return (
        entry("title", language=language),
        entry("description", "area", language=language),
        entry("source", language=language),
        entry("project", "hidden", language=language, value=given.get("project", "")),
    )


def _option(form: EntryForm, actor: Actor, at: datetime) -> object:
    return options.add_option(
        project=form.text("project"),
        title=form.text("title"),
        description=form.text("description"),
        source=form.text("source"),
        actor=actor,
        at=at,
    )


def _mark_fields(language: str, given: Given, day: date) -> tuple[Entry, ...]:
    dossier = options.find_project(given.get("project", ""), day)
    criteria = tuple((c.id, c.name.in_language(language)) for c in dossier.project.criteria)
    chosen = next((o for o in dossier.options if str(o.id) == given.get("option", "")), None)
    title = "" if chosen is None else _words(chosen.title, language)
    return (
        entry(
            "option",
            "choice",
            language=language,
            choices=((str(chosen.id), title),) if chosen else (),
        ),
        entry("criterion", "choice", language=language, choices=criteria),
        entry(
            "mark",
            "choice",
            language=language,
            choices=choices_of(OptionMark, "followup.mark_", language),
        ),
        entry("note", "area", language=language),
        entry("project", "hidden", language=language, value=dossier.project.id),
        entry("version", "hidden", language=language, value=str(chosen.version if chosen else 1)),
    )


def _mark(form: EntryForm, actor: Actor, at: datetime) -> object:
    mark = form.choice("mark", OptionMark)
    option, version = form.number("option"), form.number("version")
    return not form.errors and options.mark_option(
        option=option,
        criterion=form.text("criterion"),
        mark=mark,
        note_text=form.text("note"),
        version=version,
        actor=actor,
        at=at,
    )


def _words(text: Text | str, language: str) -> str:
    return text if isinstance(text, str) else text.in_language(language)


def _to_registers(_given: Given) -> str:
    return reverse("web:follow_up_registers")


def to_planning(_given: Given) -> str:
    """Return the address of all plans and countdowns."""
    return reverse("web:planning")


def to_plan(given: Given) -> str:
    """Return the address of the plan that a form is about."""
    return reverse("web:plan", args=[given.get("plan", "")])


def _to_project(given: Given) -> str:
    return reverse("web:project", args=[given.get("project", "")])


PLAN_ACTIONS = {
    "decision": PlanAction(_decision_fields, _decision, _to_registers),
    "entry": PlanAction(_entry_fields, _entry, _to_registers),
    "entry_state": PlanAction(_entry_state_fields, _entry_state, _to_registers),
    "criterion": PlanAction(_criterion_fields, _criterion, to_planning),
    "day": PlanAction(_day_fields, _day, to_plan),
    "step": PlanAction(_step_fields, _step, to_plan),
    "option": PlanAction(_option_fields, _option, _to_project),
    "mark": PlanAction(_mark_fields, _mark, _to_project),
}
