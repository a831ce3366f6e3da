"""The moderation queue: what is asked of the registry, and a moderator's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ketenkaart.core.chain.facilities.proposals import (
    Proposal,
    ProposalKind,
    ProposalState,
    Ruling,
)
from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.actors import RefusedError, Role
from ketenkaart.services.facilities import queue
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say, texts

PAGE = 25
MOST_PAGES = 10_000
WAITING = (ProposalState.OPEN, ProposalState.SECOND_NEEDED)
ENDS = (ProposalState.ACCEPTED, ProposalState.REJECTED, ProposalState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One thing said of both records, and whether they say the same."""

    name: str
    left: str
    right: str
    is_same: bool


@require_safe
@needs_role(Role.MODERATOR)
def facility_queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for a moderator, the surest matches first."""
    kind, state = (request.GET.get(name, "").strip() for name in ("kind", "state"))
    errors = {
        name: say("gap.error_choice", language(), value=value[:MAX_SHOWN])
        for name, value, known in (
            ("kind", kind, {item.value for item in ProposalKind}),
            ("state", state, {"waiting", "decided"}),
        )
        if value and value not in known
    }
    number = _page_number(request.GET.get("page", ""))
    found, matching = queue.list_proposals(
        kind=ProposalKind(kind) if kind and "kind" not in errors else None,
        after=(number - 1) * PAGE,
        limit=PAGE,
        states=ENDS if state == "decided" else WAITING,
    )
    query = "&".join(f"{k}={v}" for k, v in (("kind", kind), ("state", state)) if v)
    return page(
        request,
        "facilities",
        "facilities/queue.html",
        {
            "fields": (
                _choice("kind", kind, [item.value for item in ProposalKind], errors),
                _choice("state", state or "waiting", ["waiting", "decided"], errors, any_key=""),
            ),
            "has_errors": bool(errors),
            "found": [(item, _reason(item.reason)) for item in found],
            "matching": matching,
            "first": (number - 1) * PAGE + 1,
            "last": (number - 1) * PAGE + len(found),
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number * PAGE < matching else None,
            "query": f"{query}&" if query else "",
            "role_links": role_links(request),
            "here_now": "facility_queue",
        },
        status=400 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.MODERATOR)
def facility_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show one proposal with both records side by side, and take the decision."""
    refused: KetenkaartError | None = None
    if request.method == "POST":
        try:
            _decide(request, proposal_id)
            return redirect(f"{reverse('web:facility_proposal', args=(proposal_id,))}?saved=1")
        except (InputError, RefusedError) as error:
            refused = error
    found = queue.find_proposal(proposal_id)
    return page(
        request,
        "facilities",
        "facilities/proposal.html",
        {
            "found": found,
            "asked_because": _reason(found.reason),
            "compared": _compared(found),
            "reasons": [
                (_reason(str(words)), bits) for words, bits in found.content.get("reasons", ())
            ],
            "cautions": [
                say(f"facilities.caution_{caution}", language())
                for caution in found.content.get("cautions", ())
            ],
            "changes": found.content.get("changes", {}),
            "is_waiting": found.state not in ENDS,
            "refused": refused,
            "is_saved": request.GET.get("saved") == "1",
            "reason": request.POST.get("reason", "")[:4000],
            "role_links": role_links(request),
            "here_now": "facility_queue",
        },
        status=refused.http_status if refused else 200,
    )


def _decide(request: HttpRequest, proposal: int) -> None:
    actor, at = signed_in(request), datetime.now(UTC)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    version = request.POST.get("version", "")
    if act == "claim":
        queue.claim(proposal=proposal, actor=actor, at=at)
    elif act == "release":
        queue.release(proposal=proposal, actor=actor, at=at)
    elif act == "undo":
        queue.undo_decision(proposal=proposal, reason=reason, actor=actor, at=at)
    elif act in {item.value for item in Ruling}:
        queue.decide(
            proposal=proposal,
            ruling=Ruling(act),
            reason=reason,
            actor=actor,
            at=at,
            version=int(version) if version.isascii() and version.isdigit() else None,
        )
    else:
        raise InputError("This is no decision", where="act", fix="Use one of the buttons.")


def _compared(found: Proposal) -> list[ComparedField]:
    left, right = found.left, found.right
    if left is None:
        return []
    names = country_names(language())
    rows = []
    for name in ("key", "name", "address", "country", "place", "os_id"):
        cells = []
        for record in (left, right):
            if record is None:
                value = ""
            elif name == "place":
                has_place = record.latitude is not None
                value = f"{record.latitude:.4f}, {record.longitude:.4f}" if has_place else ""
            elif name == "country":
                value = names.get(record.country, record.country)
            else:
                value = str(getattr(record, name) or "")
            cells.append(value)
        same = bool(cells[0]) and cells[0].casefold() == cells[1].casefold()
        rows.append(ComparedField(name, cells[0], cells[1], same))
    return rows


def _choice(
    name: str, value: str, codes: list[str], errors: dict[str, str], any_key: str = "frame.any"
) -> Field:
    options = [Option("", say(any_key, language()), not value)] if any_key else []
    options += [
        Option(code, say(f"facilities.{name}_{code}", language()), code == value) for code in codes
    ]
    return Field(name, value, (OptionGroup("", tuple(options)),), error=errors.get(name, ""))


def _page_number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGES))
    return max(1, int(text)) if is_number else 1


def _reason(words: str) -> str:
    """Return in the language what matching says in words of its own; what people say stays."""
    key = f"facilities.reason_{words.replace(' ', '_')}"
    return say(key, language()) if key in texts() else words
