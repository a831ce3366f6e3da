"""Put what follow-up starts from into the record, once each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.db.record import models as rows
from ketenkaart.services.followup.options import insert_option
from ketenkaart.services.followup.planning import insert_countdown, insert_plan
from ketenkaart.services.followup.registers import insert_decision, insert_entry
from ketenkaart.sources.reference.followup import load_followup


def start_followup(*, actor: str, at: datetime) -> int:
    """Add the registers, plans, options and decisions that ship with the package.

    What is there already stays as it is, also when somebody changed it. Returns how many were
    added: none on a second run.
    """
    start = load_followup()
    with transaction.atomic():
        entries = set(rows.RegisterEntry.objects.values_list("slug", flat=True))
        planned = set(rows.Plan.objects.values_list("slug", flat=True))
        options = set(rows.PolicyOption.objects.values_list("slug", flat=True))
        decided = set(rows.Decision.objects.values_list("slug", flat=True))
        new_entries = [entry for entry in start.entries if entry.id not in entries]
        new_countdowns = [item for item in start.countdowns if item.id not in planned]
        new_plans = [plan for plan in start.plans if plan.id not in planned]
        new_options = [pair for pair in start.options if pair[0] not in options]
        new_decisions = [pair for pair in start.decisions if pair[0] not in decided]
        for entry in new_entries:
            insert_entry(entry, actor=actor, at=at)
        for countdown in new_countdowns:
            insert_countdown(countdown, actor=actor, at=at)
        for plan in new_plans:
            insert_plan(plan, actor=actor, at=at)
        for slug, option in new_options:
            insert_option(option, actor=actor, at=at, slug=slug)
        for slug, decision in new_decisions:
            insert_decision(decision, actor=actor, at=at, slug=slug)
    planned_new = len(new_countdowns) + len(new_plans)
    return len(new_entries) + planned_new + len(new_options) + len(new_decisions)
