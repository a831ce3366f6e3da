"""Open a form and act on what was sent: one view for items, one for registers and plans."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.core.ledger.followup.items import item_key
from ketenkaart.core.ledger.followup.types import HandoverState
from ketenkaart.services.actors import RefusedError, Role
from ketenkaart.services.followup.reading import follow_one
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.entries import EntryForm
from ketenkaart.web.render import language
from ketenkaart.web.views.followup.asked import part, today
from ketenkaart.web.views.followup.item_forms import ITEM_ACTIONS, Sent
from ketenkaart.web.views.followup.plan_making import EDITOR_ACTIONS


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.OWNER, Role.EDITOR, Role.VERIFIER)
def act(request: HttpRequest, letter: str, code: str, action: str) -> HttpResponse:
    """Show a form about an item, or do what it asks and lead back to the item."""
    chosen = ITEM_ACTIONS.get(action)
    if chosen is None:
        raise Http404
    actor = signed_in(request)
    if not actor.roles & set(chosen.roles):
        wanted = " or ".join(role.value for role in chosen.roles)
        raise RefusedError(
            f"{actor.name} does not hold the role {wanted}",
            fix="Ask an administrator of the accounts.",
        )
    found = follow_one(item_key(letter, code), today())
    given = (request.POST if request.method == "POST" else request.GET).dict()
    form = EntryForm(language(), chosen.fields(language(), found), given)
    back = reverse("web:follow_item", args=[letter, code])
    if request.method == "POST":
        sent = Sent(found, form, request.FILES.get("file"), actor, timezone.now())
        try:
            chosen.save(sent)
        except ConflictError:
            raise
        except InputError as error:
            form.refuse(error)
        if not form.errors and not form.general:
            return redirect(f"{back}?saved")
    pending = [h for h in found.history.handovers if h.state is HandoverState.PENDING]
    context = {
        "action": action,
        "form": form,
        "back": back,
        "subject": found.item.summary,
        "key": found.item.key,
        "pending": pending[0] if pending else None,
        "has_file": any(entry.kind == "file" for entry in form.entries),
    }
    return _shown(request, "follow_up", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.EDITOR)
def plan_act(request: HttpRequest, action: str) -> HttpResponse:
    """Show a form about a register or a plan, or do what it asks and lead back to it."""
    chosen = EDITOR_ACTIONS.get(action)
    if chosen is None:
        raise Http404
    given = (request.POST if request.method == "POST" else request.GET).dict()
    form = EntryForm(language(), chosen.fields(language(), given, today()), given)
    if request.method == "POST":
        try:
            chosen.save(form, signed_in(request), timezone.now())
        except ConflictError:
            raise
        except InputError as error:
            form.refuse(error)
        if not form.errors and not form.general:
            return redirect(f"{chosen.back(given)}?saved")
    name = "registers" if action in {"decision", "entry", "entry_state"} else "planning"
    return _shown(request, name, form, {"action": action, "form": form, "back": chosen.back(given)})


def _shown(
    request: HttpRequest, name: str, form: EntryForm, context: dict[str, object]
) -> HttpResponse:
    is_wrong = bool(form.errors or form.general)
    return part(
        request,
        name,
        "form.html",
        {**context, "entries": form.shown()},
        status=400 if is_wrong else 200,
    )
