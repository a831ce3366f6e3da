"""One item: three lanes side by side, its dates, its owners, and what can be done with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.items import item_key
from ketenkaart.core.ledger.followup.types import Followed, HandoverState
from ketenkaart.core.ledger.papers import PARLIAMENT_LEDGER
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.reading import follow_one, rules
from ketenkaart.services.followup.registers import decisions, entries
from ketenkaart.services.followup.reminders import Doubtful, doubtful
from ketenkaart.services.ledger import read_ledger
from ketenkaart.services.parliament.motions import MotionQuery, list_motions
from ketenkaart.web.account import actor_of
from ketenkaart.web.views.followup.asked import day_asked, part

MOST_MOTIONS = 200


@require_safe
def follow_item(request: HttpRequest, letter: str, code: str) -> HttpResponse:
    """Show one item on the day that is asked for."""
    key = item_key(letter, code)
    day = day_asked(request)
    found = follow_one(key, day)
    ledger = None if letter == PARLIAMENT_LEDGER else read_ledger(letter)
    motions = list_motions(MotionQuery(followed=True, limit=MOST_MOTIONS), as_of=day).motions
    actor = actor_of(request)
    return part(
        request,
        "follow_up",
        "item.html",
        {
            "found": found,
            "item": found.item,
            "standing": found.standing,
            "history": found.history,
            "letter": ledger.letter if ledger else None,
            "themes": [t for t in ledger.themes if t.number in found.item.themes] if ledger else [],
            "motions": [motion for motion in motions if key in motion.items],
            "promises": [follow_one(promise, day) for promise in found.item.promises],
            "decisions": [d for d in decisions() if d.about == key and not found.item.is_refused],
            "entries": [entry for entry in entries() if key in entry.items],
            "actions": actions_for(found, actor),
            "doubtful": _doubtful(found, actor),
            "can_withdraw": _withdrawable(found, actor),
            "rules": rules(),
            "day": day,
        },
    )


def actions_for(found: Followed, actor: Actor | None) -> tuple[str, ...]:
    """Return what somebody may try with an item; the services decide in the end."""
    if actor is None:
        return ()
    owns = found.standing.owner == actor.name and Role.OWNER in actor.roles
    edits, verifies = Role.EDITOR in actor.roles, Role.VERIFIER in actor.roles
    is_asked = not found.item.is_refused
    offered = any(
        handover.state is HandoverState.PENDING and handover.taker == actor.name
        for handover in found.history.handovers
    )
    allowed = {
        "claim": owns and is_asked,
        "deadline": (owns or edits) and is_asked,
        "link": owns or edits or verifies,
        "file": owns or edits or verifies,
        "verdict": verifies and Role.OWNER not in actor.roles and is_asked,
        "assign": edits,
        "handover": (owns or edits) and found.standing.owner is not None,
        "answer": offered,
        "decision": edits,
    }
    return tuple(name for name, may in allowed.items() if may)


def _doubtful(found: Followed, actor: Actor | None) -> tuple[Doubtful, ...]:
    """Return the reminders that may not have arrived, to their owner and to editors."""
    if actor is None:
        return ()
    unsure = doubtful(item=found.item.key)
    return tuple(sent for sent in unsure if sent.owner == actor.name or Role.EDITOR in actor.roles)


def _withdrawable(found: Followed, actor: Actor | None) -> tuple[tuple[str, int | None], ...]:
    """Return the records that somebody may take back."""
    if actor is None:
        return ()
    edits = Role.EDITOR in actor.roles
    mine = [
        ("claim", record.id)
        for record in found.history.claims
        if record.id and not record.withdrawn and (edits or record.by == actor.name)
    ]
    mine += [
        ("evidence", shown.id)
        for shown in found.history.evidence
        if shown.id and not shown.withdrawn and (edits or shown.by == actor.name)
    ]
    mine += [
        ("verdict", judged.id)
        for judged in found.history.verdicts
        if judged.id and not judged.withdrawn and judged.by == actor.name
    ]
    return tuple(mine)
