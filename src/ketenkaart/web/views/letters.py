"""Letters under judgement: the list, one letter, upload, agreement, changes, publishing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.ledger.folding import GroupState
from ketenkaart.core.ledger.publishing import LetterFacts
from ketenkaart.services.actors import Role
from ketenkaart.services.judging.exchange import COLUMNS, export_rows
from ketenkaart.services.judging.filling import is_day
from ketenkaart.services.judging.judge import withdraw
from ketenkaart.services.judging.publish import proposed_facts, publish_judged
from ketenkaart.services.judging.readings import (
    last_changes,
    open_letter,
    reread_letter,
)
from ketenkaart.sources.reference import shipped_letters
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.exports import csv_download, json_download, require_form
from ketenkaart.web.judging.letters import letters_page
from ketenkaart.web.judging.refusals import notes_in
from ketenkaart.web.judging.text import (
    CHUNK,
    PAGE_SIZE,
    SHOWS,
    listed,
    next_unjudged,
    progress,
    text_from,
)
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

FACTS = ("title_nl", "title_en", "sender", "date", "dossier", "number")
NEEDED = {"sender", "date"}


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that were read, with how far each one is."""
    return letters_page(request)


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """Show one letter: its proposals, who judged what, and what is left."""
    actor = signed_in(request)
    found = open_letter(letter)
    coding = found.coding(actor.name)
    show = request.GET.get("show", "all")
    if show not in SHOWS:
        raise InputError(
            f"{show[:40]!r} is no choice of passages", where="show", fix=f"Use {', '.join(SHOWS)}."
        )
    passages = listed(found, coding, show)
    shown = Paginator(passages, PAGE_SIZE).get_page(request.GET.get("page"))
    judged, total = progress(found, coding)
    return page(
        request,
        "letters",
        "letter.html",
        {
            "letter": found,
            "document": found.reading.document,
            "notes": notes_in(found.reading.document.notes, language()),
            "show": show,
            "shows": SHOWS,
            "shown": shown,
            "query": f"show={show}&",
            "count": len(passages),
            "judged": judged,
            "total": total,
            "next": next_unjudged(found, coding),
            "disagreed": found.folded.count(GroupState.DISAGREED),
            "coders": [
                (name, progress(found, found.coding(name))[0]) for name in found.folded.coders
            ],
            "changed": len(last_changes(letter)),
            "may_code": Role.CODER in actor.roles,
            "may_publish": Role.EDITOR in actor.roles,
            "has_own": bool(coding.by_key),
        },
    )


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letter_text(request: HttpRequest, letter: str) -> HttpResponse:
    """Show the letter's text with every proposal marked."""
    found = open_letter(letter)
    at = found.by_key.get(request.GET.get("at", ""))
    given = request.GET.get("from", "")
    start = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    if at is not None:
        start = at.fields.quote_span[0] // CHUNK * CHUNK
    return page(
        request,
        "letters",
        "letter_text.html",
        {
            "letter": found,
            "marked": text_from(found, start),
            "notes": notes_in(found.reading.document.notes, language()),
        },
    )


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letter_judgements(request: HttpRequest, letter: str, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out the judgements in force and what is left to judge, as CSV or JSON."""
    require_form(form)
    found = open_letter(letter)
    rows = export_rows(found)
    if form == "json":
        return json_download(f"ketenkaart-{found.id}", rows)
    cells = ([row[name] for name in COLUMNS] for row in rows)
    return csv_download(f"ketenkaart-{found.id}", COLUMNS, cells)


@require_POST
@needs_role(Role.CODER, Role.EDITOR)
def letter_undo(request: HttpRequest, letter: str) -> HttpResponse:
    """Take back one's latest judgement, and return to the passage that it was about."""
    actor = signed_in(request)
    back = withdraw(letter=letter, actor=actor, at=datetime.now(UTC))
    found = open_letter(letter)
    taken = next(item for item in found.judgements if item.id == back.withdraws)
    known = next((key for key in taken.keys if key in found.by_key), None)
    if known is None or Role.CODER not in actor.roles:
        return redirect("web:letter", letter=letter)
    return redirect(f"{reverse('web:letter_judge', args=(letter, known))}?undone=1")


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letter_agreement(request: HttpRequest, letter: str) -> HttpResponse:
    """Show how far two coders agree."""
    found = open_letter(letter)
    coders = found.folded.coders
    first = request.GET.get("first") or (coders[0] if coders else "")
    second = request.GET.get("second") or (coders[1] if len(coders) > 1 else "")
    both = len(coders) > 1
    return page(
        request,
        "letters",
        "letter_agreement.html",
        {
            "letter": found,
            "coders": coders,
            "first": first,
            "second": second,
            "agreement": found.agreement(first, second) if both else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER, Role.EDITOR)
def letter_changes(request: HttpRequest, letter: str) -> HttpResponse:
    """Show what the latest reading changed; read the letter again when asked."""
    actor = signed_in(request)
    if request.method == "POST":
        kept = reread_letter(letter=letter, actor=actor, at=datetime.now(UTC))
        state = "new" if kept.is_new else "same"
        return redirect(f"{reverse('web:letter_changes', args=(letter,))}?read={state}")
    found = open_letter(letter)
    coding = found.coding(actor.name)
    return page(
        request,
        "letters",
        "letter_changes.html",
        {
            "letter": found,
            "changes": [
                (item, coding.by_key.get(item.candidate.key)) for item in last_changes(letter)
            ],
            "read": request.GET.get("read", ""),
            "may_code": Role.CODER in actor.roles,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.EDITOR)
def letter_publish(request: HttpRequest, letter: str) -> HttpResponse:
    """Ask an editor to confirm what the letter is, and publish what was judged."""
    found = open_letter(letter)
    given = proposed_facts(found)
    errors: dict[str, str] = {}
    refused: KetenkaartError | None = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in FACTS}
        facts, errors = _facts(letter, given)
        if facts is not None:
            try:
                publish_judged(
                    letter=letter, facts=facts, actor=signed_in(request), at=datetime.now(UTC)
                )
                return redirect(f"{reverse('web:ledger')}?letter={letter}")
            except InputError as error:
                refused = error
    folded = found.folded
    return page(
        request,
        "letters",
        "letter_publish.html",
        {
            "letter": found,
            "fields": [
                (name, given.get(name, ""), errors.get(name, ""), name in NEEDED) for name in FACTS
            ],
            "errors": errors,
            "refused": refused,
            "unjudged": folded.count(GroupState.UNJUDGED),
            "disagreed": folded.count(GroupState.DISAGREED),
            "entries": len(folded.entries),
            "is_shipped": letter in shipped_letters(),
            "notes": notes_in(found.reading.document.notes, language()),
        },
        status=400 if errors or refused else 200,
    )


def _facts(letter: str, given: Mapping[str, str]) -> tuple[LetterFacts | None, dict[str, str]]:
    errors = {
        name: say("judging.error_needed", language()) for name in NEEDED if not given.get(name)
    }
    if given["date"] and not is_day(given["date"]):
        errors["date"] = say("judging.error_day", language())
    if bool(given["dossier"]) != bool(given["number"]):
        missing = "number" if given["dossier"] else "dossier"
        errors[missing] = say("judging.error_pair", language())
    if errors:
        return None, errors
    try:
        values = {name: value for name, value in given.items() if value}
        return LetterFacts.model_validate({"id": letter, **values}), {}
    except ValidationError as error:
        places = (str(problem["loc"][0]) for problem in error.errors())
        return None, {place: say("judging.error_value", language()) for place in places}
