"""Where coders disagree: their answers side by side, and the one that an editor settles on."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from ketenkaart.core.ledger.folding import Group, GroupState
from ketenkaart.core.ledger.judgement import Action, Fields
from ketenkaart.services.actors import Role
from ketenkaart.services.judging.judge import Decision, judge
from ketenkaart.services.judging.readings import OpenLetter, open_letter
from ketenkaart.services.judging.resolving import base_of, disagreements
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.judging.form import EntryForm, note_of
from ketenkaart.web.judging.text import (
    sentence_around,
)
from ketenkaart.web.render import language, page

GROUPS_SHOWN = 25


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def letter_disagreements(request: HttpRequest, letter: str) -> HttpResponse:
    """List the passages on which coders differ, side by side."""
    found = open_letter(letter)
    groups = disagreements(found)
    shown = Paginator(groups, GROUPS_SHOWN).get_page(request.GET.get("page"))
    sides = [(group, _sides(found, group)) for group in shown]
    return page(
        request,
        "letters",
        "letter_disagreements.html",
        {
            "letter": found,
            "shown": shown,
            "rows": [(group, made, _apart(made)) for group, made in sides],
            "left": found.folded.count(GroupState.DISAGREED),
            "resolved": found.folded.count(GroupState.RESOLVED),
        },
    )


Side = tuple[str, list[EntryForm] | None]


def _sides(found: OpenLetter, group: Group) -> list[Side]:
    """Return, per coder, the entries that they made; `None` where they have not judged yet."""
    return [
        (
            name,
            None
            if made is None
            else [EntryForm.of(found, entry.fields, language()) for entry in made],
        )
        for name, made in group.by_coder.items()
    ]


def _apart(sides: list[Side]) -> set[str]:
    """Return the names of the fields in which those who took the passage differ."""
    given = [[form.given for form in forms] for _, forms in sides if forms]
    names = {name for made in given for one in made for name in one}
    return {
        n
        for n in names
        if any([o.get(n) for o in m] != [o.get(n) for o in given[0]] for m in given)
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER, Role.EDITOR)
def letter_resolve(request: HttpRequest, letter: str, key: str) -> HttpResponse:
    """Settle one disagreement: one coder is followed, or none, or another answer is given."""
    actor = signed_in(request)
    found = open_letter(letter)
    group = next((one for one in disagreements(found) if key in one.keys), None)
    if group is None:
        raise Http404
    base = base_of(found, group)
    form = EntryForm.of(found, base, language())
    problem = ""
    if request.method == "POST":
        choice = request.POST.get("choice", "")
        if choice == "own":
            form = EntryForm.read(found, group.kind, request.POST, language(), base=base)
        entries = _resolution(group, choice, form)
        problem = _problem(request, choice, entries)
        if not problem and entries is not None:
            decision = Decision(
                action=Action.RESOLVE,
                keys=group.keys,
                fields=entries,
                note=note_of(request.POST),
                by_consensus=Role.EDITOR not in actor.roles or "consensus" in request.POST,
            )
            judge(letter=letter, decision=decision, actor=actor, at=datetime.now(UTC))
            return redirect("web:letter_disagreements", letter=letter)
    sides = _sides(found, group)
    return page(
        request,
        "letters",
        "letter_resolve.html",
        {
            "letter": found,
            "group": group,
            "key": key,
            "sides": sides,
            "apart": _apart(sides),
            "form": form,
            "problem": problem,
            "choice": request.POST.get("choice", ""),
            "note": request.POST.get("note", ""),
            "is_editor": Role.EDITOR in actor.roles,
            "sentence": sentence_around(found, base),
            "by_consensus": "consensus" in request.POST,
        },
        status=400 if problem or form.errors else 200,
    )


def _resolution(group: Group, choice: str, form: EntryForm) -> tuple[Fields, ...] | None:
    """Return the entries that a choice stands for; `None` for no choice or a wrong form."""
    if choice == "none":
        return ()
    if choice == "own":
        return (form.entry,) if form.entry is not None else None
    made = group.by_coder.get(choice.removeprefix("coder-"))
    return None if made is None else tuple(entry.fields for entry in made)


def _problem(request: HttpRequest, choice: str, entries: tuple[Fields, ...] | None) -> str:
    if entries is None:
        return "field" if choice == "own" else "choice"
    return "" if note_of(request.POST) else "reason"
