"""For contributors: their own facilities and how many others name them; for moderators: contact."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ketenkaart.core.chain.facilities.ids import FacilityIdError, canonical_id
from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.services.actors import Role
from ketenkaart.services.facility_facts.sharing import (
    answer_contact,
    ask_contact,
    contacts,
    others_at,
    own_places,
    release_sharing,
)
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.render import language, page


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CONTRIBUTOR)
def facility_own(request: HttpRequest) -> HttpResponse:
    """Show a contributor its own facilities with bands; take its requests for contact."""
    actor = signed_in(request)
    refused: InputError | None = None
    if request.method == "POST":
        try:
            ask_contact(
                facility=request.POST.get("facility", "")[:40],
                words=request.POST.get("words", ""),
                actor=actor,
                at=datetime.now(UTC),
            )
            return redirect(f"{reverse('web:facility_own')}?asked=1")
        except InputError as error:
            refused = error
    found = own_places(actor=actor, after=_after(request.GET.get("after", "")))
    more = bool(found.places) and len(found.places) < found.matching
    return page(
        request,
        "facilities",
        "facilities/own.html",
        {
            "found": found,
            "requests": contacts(actor=actor),
            "countries": country_names(language()),
            "refused": refused,
            "is_asked": request.GET.get("asked") == "1",
            "next": found.places[-1].id if more and len(found.places) == 50 else None,
            "chosen": request.POST.get("facility", ""),
            "words": request.POST.get("words", "")[:2000],
            "role_links": role_links(request),
            "here_now": "facility_own",
        },
        status=refused.http_status if refused else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.MODERATOR)
def facility_contacts(request: HttpRequest) -> HttpResponse:
    """Show a moderator the requests for contact, and take the answers."""
    actor = signed_in(request)
    refused: InputError | None = None
    if request.method == "POST":
        try:
            _do(request)
            return redirect(f"{reverse('web:facility_contacts')}?done=1")
        except (InputError, ConflictError) as error:
            refused = error
    return page(
        request,
        "facilities",
        "facilities/contacts.html",
        {
            "requests": [
                (item, others_at(facility=item.facility, actor=actor))
                for item in contacts(actor=actor)
            ],
            "refused": refused,
            "is_done": request.GET.get("done") == "1",
            "answer": request.POST.get("answer", "")[:2000],
            "number": request.POST.get("number", ""),
            "role_links": role_links(request),
            "here_now": "facility_contacts",
        },
        status=refused.http_status if refused else 200,
    )


def _do(request: HttpRequest) -> None:
    actor, at = signed_in(request), datetime.now(UTC)
    if request.POST.get("act") == "release":
        release_sharing(actor=actor, at=at)
        return
    number = request.POST.get("number", "")
    answer_contact(
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0,
        passed_on=request.POST.get("act") == "pass_on",
        answer=request.POST.get("answer", ""),
        actor=actor,
        at=at,
    )


def _after(given: str) -> str | None:
    try:
        return canonical_id(given)
    except FacilityIdError:
        return None
