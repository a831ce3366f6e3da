"""Judge one passage: accept, correct, reject, split, merge, add."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.judgement import Action, Candidate, CandidateKind, Fields
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.judging.filling import same_entry
from ketenkaart.services.judging.judge import Decision, judge
from ketenkaart.services.judging.readings import OpenLetter, open_letter
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.judging.form import EntryForm, note_of
from ketenkaart.web.judging.text import (
    LOW_CONFIDENCE,
    next_unjudged,
    progress,
    seen_number,
    sentence_around,
    text_around,
)
from ketenkaart.web.render import language, page

SENTENCES_SHOWN = 100
MOST_PARTS = 4
NEIGHBOURS = 12


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER)
def letter_judge(request: HttpRequest, letter: str, key: str) -> HttpResponse:
    """Show one proposal beside its passage; take a judgement and go on to the next."""
    actor = signed_in(request)
    found = open_letter(letter)
    item = _candidate(found, key)
    coding = found.coding(actor.name)
    own = coding.by_key.get(key)
    shown = _standing(item, own.fields if own and len(own.keys) == 1 else ())
    form = EntryForm.of(found, shown, language())
    if request.method == "POST":
        decision, form = _decision(request, found, item)
        if decision is not None:
            return _judged(request, found, decision, actor, key)
    judged, total = progress(found, coding)
    keys = [one.key for one in found.candidates]
    index = keys.index(key)
    return page(
        request,
        "letters",
        "letter_judge.html",
        {
            "letter": found,
            "item": item,
            "form": form,
            "own": own,
            "sentence": _sentence(found, item),
            "answer": _answer(found, item),
            "is_low": item.confidence is not None and item.confidence < LOW_CONFIDENCE,
            "marked": text_around(found, item),
            "seen": seen_number(found, actor.name, (key,)),
            "judged": judged,
            "total": total,
            "number": index + 1,
            "previous": keys[index - 1] if index else None,
            "next": keys[index + 1] if index + 1 < total else None,
            "undone": "undone" in request.GET,
            "note": request.POST.get("note", own.note if own and own.note else ""),
        },
        status=400 if form.errors else 200,
    )


def _standing(item: Candidate, made: tuple[Fields, ...]) -> Fields:
    """Return what the coder made of the passage when that is one entry, else the proposal."""
    return made[0] if len(made) == 1 else item.fields


def _decision(
    request: HttpRequest, found: OpenLetter, item: Candidate
) -> tuple[Decision | None, EntryForm]:
    """Return what was decided; a changed field makes a correction of an acceptance."""
    form = EntryForm.read(found, item.kind, request.POST, language(), base=item.fields)
    asked = request.POST.get("action", "")
    note = request.POST.get("note", "").strip() or None
    if asked == Action.REJECT.value:
        return Decision(action=Action.REJECT, keys=(item.key,), note=note), form
    if asked not in {Action.ACCEPT.value, Action.CORRECT.value}:
        raise InputError(
            "This page accepts, corrects or rejects", where="action", fix="Use its buttons."
        )
    if form.entry is None:
        return None, form
    if same_entry(form.entry, item.fields):
        return Decision(action=Action.ACCEPT, keys=(item.key,), note=note), form
    correct = Decision(action=Action.CORRECT, keys=(item.key,), fields=(form.entry,), note=note)
    return correct, form


def _judged(
    request: HttpRequest, found: OpenLetter, decision: Decision, actor: Actor, key: str
) -> HttpResponse:
    seen = request.POST.get("seen", "")
    judge(
        letter=found.id,
        decision=decision,
        actor=actor,
        at=datetime.now(UTC),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 12 else 0,
    )
    after = open_letter(found.id)
    following = next_unjudged(after, after.coding(actor.name), key)
    if following is None:
        return redirect("web:letter", letter=found.id)
    return redirect("web:letter_judge", letter=found.id, key=following.key)


def _candidate(found: OpenLetter, key: str) -> Candidate:
    if key not in found.by_key:
        raise Http404
    return found.by_key[key]


def _sentence(found: OpenLetter, item: Candidate) -> tuple[str, str, str]:
    return sentence_around(found, item.fields)


def _answer(found: OpenLetter, item: Candidate) -> str:
    span = getattr(item.fields, "response_span", None)
    return found.text[slice(*span)] if span else ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER)
def letter_split(request: HttpRequest, letter: str, key: str) -> HttpResponse:
    """Make two or more entries of one proposal."""
    actor = signed_in(request)
    found = open_letter(letter)
    item = _candidate(found, key)
    parts = _parts(request.POST.get("parts") or request.GET.get("parts", "2"))
    forms = [EntryForm.of(found, item.fields, language(), f"p{n}-") for n in range(1, parts + 1)]
    if request.method == "POST":
        forms = [
            EntryForm.read(
                found, item.kind, request.POST, language(), base=item.fields, prefix=f"p{n}-"
            )
            for n in range(1, parts + 1)
        ]
        entries = tuple(form.entry for form in forms if form.entry is not None)
        if len(entries) == parts:
            decision = Decision(
                action=Action.SPLIT, keys=(key,), fields=entries, note=note_of(request.POST)
            )
            return _judged(request, found, decision, actor, key)
    return page(
        request,
        "letters",
        "letter_split.html",
        {
            "letter": found,
            "item": item,
            "forms": list(enumerate(forms, start=1)),
            "parts": parts,
            "more": parts + 1 if parts < MOST_PARTS else None,
            "sentence": _sentence(found, item),
            "seen": seen_number(found, actor.name, (key,)),
        },
        status=400 if any(form.errors for form in forms) else 200,
    )


def _parts(text: str) -> int:
    return min(MOST_PARTS, max(2, int(text))) if text.isascii() and text.isdigit() else 2


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER)
def letter_merge(request: HttpRequest, letter: str, key: str) -> HttpResponse:
    """Make one entry of several proposals."""
    actor = signed_in(request)
    found = open_letter(letter)
    item = _candidate(found, key)
    chosen = [one for one in request.POST.getlist("with") if one in found.by_key and one != key]
    form = EntryForm.of(found, item.fields, language())
    nobody = False
    if request.method == "POST":
        form = EntryForm.read(found, item.kind, request.POST, language(), base=item.fields)
        nobody = not chosen
        if form.entry is not None and chosen:
            decision = Decision(
                action=Action.MERGE,
                keys=(key, *dict.fromkeys(chosen)),
                fields=(form.entry,),
                note=note_of(request.POST),
            )
            return _judged(request, found, decision, actor, key)
    return page(
        request,
        "letters",
        "letter_merge.html",
        {
            "letter": found,
            "item": item,
            "form": form,
            "others": [(one, one.key in chosen) for one in _neighbours(found, item)],
            "nobody": nobody,
            "seen": seen_number(found, actor.name, (key, *chosen)),
        },
        status=400 if form.errors or nobody else 200,
    )


def _neighbours(found: OpenLetter, item: Candidate) -> list[Candidate]:
    """Return the nearest proposals of the same kind, in the order of the letter."""
    place = item.fields.quote_span[0]
    others = [one for one in found.candidates if one.kind is item.kind and one.key != item.key]
    nearest = sorted(others, key=lambda one: abs(one.fields.quote_span[0] - place))[:NEIGHBOURS]
    return sorted(nearest, key=lambda one: one.fields.quote_span)


@require_safe
@needs_role(Role.CODER)
def letter_sentences(request: HttpRequest, letter: str) -> HttpResponse:
    """Choose the sentence in which something was missed."""
    found = open_letter(letter)
    sought = request.GET.get("q", "").strip()[:100].casefold()
    spans = [
        (number, found.text[start:end])
        for number, (start, end) in enumerate(found.sentences)
        if not sought or sought in found.text[start:end].casefold()
    ]
    shown = Paginator(spans, SENTENCES_SHOWN).get_page(request.GET.get("page"))
    return page(
        request,
        "letters",
        "letter_sentences.html",
        {
            "letter": found,
            "shown": shown,
            "q": request.GET.get("q", "").strip()[:100],
            "query": f"{urlencode({'q': sought})}&",
            "kinds": [kind.value for kind in CandidateKind],
            "count": len(spans),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER)
def letter_add(request: HttpRequest, letter: str) -> HttpResponse:
    """Add a passage that the machine missed."""
    actor = signed_in(request)
    found = open_letter(letter)
    given = request.POST if request.method == "POST" else request.GET
    kind = _kind(given.get("kind", ""))
    form = EntryForm(kind, language())
    form.given = {"quote": _chosen_sentence(found, given.get("sentence", ""))}
    refused: InputError | None = None
    if request.method == "POST":
        form = EntryForm.read(found, kind, request.POST, language())
        if form.entry is not None:
            decision = Decision(action=Action.ADD, fields=(form.entry,), note=note_of(request.POST))
            try:
                judge(letter=letter, decision=decision, actor=actor, at=datetime.now(UTC))
                return redirect(f"{reverse('web:letter', args=(letter,))}?show=gone")
            except InputError as error:
                refused = error
    return page(
        request,
        "letters",
        "letter_add.html",
        {"letter": found, "kind": kind.value, "form": form, "refused": refused},
        status=400 if form.errors or refused else 200,
    )


def _kind(text: str) -> CandidateKind:
    if text not in set(CandidateKind):
        raise InputError(
            f"{text[:40]!r} is no kind of passage",
            where="kind",
            fix=f"Use {', '.join(CandidateKind)}.",
        )
    return CandidateKind(text)


def _chosen_sentence(found: OpenLetter, text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return ""
    number = int(text)
    return found.text[slice(*found.sentences[number])] if number < len(found.sentences) else ""
