"""Pages on which editors change the facts about an instrument, and a second editor decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.actors import RefusedError, Role
from ketenkaart.services.instruments import versions as service
from ketenkaart.services.instruments.differing import difference
from ketenkaart.services.instruments.in_use import facts_version
from ketenkaart.services.instruments.reading import shipped_text, text_in_use
from ketenkaart.services.register import find_instrument
from ketenkaart.web.account import actor_of, needs_role, signed_in
from ketenkaart.web.render import page
from ketenkaart.web.views.instruments.showing import is_editor

LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands in the editor."""

    text: str
    base: str
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.EDITOR)
def instrument_edit(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Show the text of an instrument to change; look at the change first, then keep it."""
    found = find_instrument(instrument_id)
    current = text_in_use(found.id)
    form = _Form(current, service.hash_of(current), "")
    error: KetenkaartError | None = None
    if request.method == "POST":
        form = _Form(
            request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n"),
            request.POST.get("base", ""),
            request.POST.get("reason", "").strip(),
        )
        if "keep" in request.POST:
            try:
                kept = service.draft(
                    instrument_id=found.id,
                    text=form.text,
                    base_sha256=form.base,
                    reason=form.reason,
                    actor=signed_in(request),
                    at=datetime.now(UTC),
                )
            except (InputError, RefusedError) as caught:
                error = caught
            else:
                return redirect("web:instrument_version", found.id, kept.number)
    lines = difference(current, form.text) if form.text != current else ()
    return page(
        request,
        "instruments",
        "instruments/edit.html",
        {
            "instrument": found,
            "form": form,
            "error": error,
            "lines": lines,
            "looked": request.method == "POST",
            "rows": min(max(form.text.count("\n") + 2, 12), 40),
        },
        status=200 if error is None else error.http_status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def instrument_versions(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Show every published version of an instrument; to editors, the others too.

    An editor goes back to the package's text from here, by a further version.
    """
    found = find_instrument(instrument_id)
    may_see = is_editor(request)
    error: KetenkaartError | None = None
    if request.method == "POST":
        signed_in(request).require(Role.EDITOR)
        try:
            further = service.undo(
                instrument_id=found.id,
                number=0,
                reason=request.POST.get("reason", "").strip(),
                actor=signed_in(request),
                at=datetime.now(UTC),
            )
        except (InputError, RefusedError) as caught:
            error = caught
        else:
            return redirect("web:instrument_version", found.id, further.number)
    return page(
        request,
        "instruments",
        "instruments/versions.html",
        {
            "instrument": found,
            "versions": [
                one for one in service.versions(found.id) if may_see or one.outcome == "published"
            ],
            "in_use": service.hash_of(text_in_use(found.id)),
            "shipped": service.hash_of(shipped_text(found.id)),
            "has_shipped": bool(shipped_text(found.id)),
            "facts": facts_version(),
            "is_editor": may_see,
            "error": error,
        },
        status=200 if error is None else error.http_status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def instrument_version(request: HttpRequest, instrument_id: str, version_id: int) -> HttpResponse:
    """Show what a version changes; an editor decides on it or undoes to it here.

    A version that is not published is for editors only.
    """
    found = find_instrument(instrument_id)
    may_see = is_editor(request)
    one = _seen(found.id, version_id, may_see=may_see)
    error: KetenkaartError | None = None
    if request.method == "POST":
        signed_in(request).require(Role.EDITOR)
        try:
            return _acted(request, one)
        except (InputError, RefusedError) as caught:
            error = caught
            one = service.version(found.id, version_id)
    actor = actor_of(request)
    return page(
        request,
        "instruments",
        "instruments/version.html",
        {
            "instrument": found,
            "one": one,
            "lines": difference(_before(one), one.text),
            "error": error,
            "is_editor": may_see,
            "is_author": actor is not None and actor.name == one.by,
            "is_in_use": service.hash_of(text_in_use(found.id)) == one.sha256,
            "reason": request.POST.get("reason", ""),
        },
        status=200 if error is None else error.http_status,
    )


def _seen(instrument_id: str, number: int, *, may_see: bool) -> service.Version:
    one = service.version(instrument_id, number)
    if one.outcome != "published" and not may_see:
        raise Http404
    return one


def _before(one: service.Version) -> str:
    for older in service.versions(one.instrument):
        if older.sha256 == one.base_sha256:
            return older.text
    return shipped_text(one.instrument)


def _acted(request: HttpRequest, one: service.Version) -> HttpResponse:
    actor, reason, at = (
        signed_in(request),
        request.POST.get("reason", "").strip(),
        datetime.now(UTC),
    )
    what = request.POST.get("what", "")
    if what == "undo":
        further = service.undo(
            instrument_id=one.instrument, number=one.number, reason=reason, actor=actor, at=at
        )
        return redirect("web:instrument_version", one.instrument, further.number)
    if what not in service.DECIDE:
        raise Http404
    service.DECIDE[what](
        instrument_id=one.instrument, number=one.number, reason=reason, actor=actor, at=at
    )
    return redirect(reverse("web:instrument_versions", args=[one.instrument]))


@require_safe
@needs_role(Role.EDITOR)
def instruments_waiting(request: HttpRequest) -> HttpResponse:
    """Show every version that waits for a second editor."""
    actor = signed_in(request)
    return page(
        request,
        "instruments",
        "instruments/waiting.html",
        {
            "waiting": [
                (one, find_instrument(one.instrument), one.by == actor.name)
                for one in service.waiting()
            ]
        },
    )
