"""The check of a firm: one question at a time; the answers stand in the form and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.answering import Answers, LawAnswer, NextQuestion
from ketenkaart.core.governance.rules.types import LineTable
from ketenkaart.core.governance.rules.vocabulary import FactDefinition
from ketenkaart.services.laws import law_book
from ketenkaart.services.laws.asking import Given
from ketenkaart.services.laws.facts import asked_facts
from ketenkaart.services.laws.listing import ANSWER_COLUMNS, answer_rows
from ketenkaart.web.exports import csv_download, json_download, text_download
from ketenkaart.web.formats import MONTHS
from ketenkaart.web.laws.asking import (
    LONGEST,
    CheckForm,
    choices,
    default_laws,
    key_of,
    law_names,
    read_check,
    wrong_laws,
)
from ketenkaart.web.laws.form import LawForm
from ketenkaart.web.laws.words import STATES, begins, named, reason, said
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say
from ketenkaart.web.views.laws.overview import place_name

ORDER = ("yes", "unknown", "no")


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer of the list: its name in the form, the fact, the year, and what was said."""

    key: str
    definition: FactDefinition
    year: int | None
    words: str


@dataclass(frozen=True, slots=True)
class ShownResult:
    """What one law says, with its reasons in words."""

    item: LawAnswer
    begins: str
    reasons: list[str]
    unused: list[str]


# Nothing is kept or changed by this form, so there is nothing that another site could have done in
# somebody's name; and the visitor gets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def law_check(request: HttpRequest) -> HttpResponse:
    """Show the start, or the next question with what comes out so far."""
    chosen = language()
    if request.method != "POST":
        return _start(request, chosen)
    if request.POST.get("act") == "restart":
        return _start(request, chosen)
    file_text, problem = _file(request, chosen)
    problem = problem or wrong_laws(request.POST, chosen)
    if problem:
        return _start(request, chosen, problem)
    wrong = LawForm(chosen, {"as_of": request.POST.get("as_of", "")})
    wrong.day("as_of")
    if wrong.errors:
        return _start(request, chosen, wrong.errors["as_of"])
    form = read_check(request.POST, chosen, file_text)
    if form.refusal:
        return _start(request, chosen, form.refusal, form.detail)
    answers = form.interview.results()
    response = page(
        request,
        "laws",
        "laws/check.html",
        {
            "form": form,
            "day": answers.as_of,
            "asked": _question(form),
            "results": _results(answers, chosen),
            "settled": sum(item.in_scope != "unknown" for item in answers.results),
            "open": sum(item.in_scope == "unknown" for item in answers.results),
            "given": [_given(one, chosen) for one in form.interview.given()],
            "laws": form.interview.laws,
            "last": key_of(form.last.definition.id, form.last.year) if form.last else "",
            "here_now": "law_check",
        },
        status=400 if form.error else 200,
    )
    # What a firm answered is kept by nobody, the browser included.
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def law_check_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the answers as a file of facts (yml), or the outcome as JSON or CSV."""
    if form not in {"yml", "json", "csv"}:
        raise Http404
    wrong = LawForm(language(), {"as_of": request.POST.get("as_of", "")})
    wrong.day("as_of")
    problem = wrong_laws(request.POST, language()) or wrong.errors.get("as_of", "")
    if problem:
        raise InputError(problem.rstrip("."), where="law_check")
    asked = read_check(request.POST, language())
    if asked.refusal:
        raise InputError(asked.refusal.rstrip("."), where="facts")
    if form == "yml":
        return text_download(
            "ketenkaart-facts.yml", asked.interview.text(), "application/yaml; charset=utf-8"
        )
    answers = asked.interview.results()
    if form == "json":
        return json_download("ketenkaart-law-check", answers.model_dump(mode="json"))
    return csv_download("ketenkaart-law-check", ANSWER_COLUMNS, answer_rows(answers))


def _start(request: HttpRequest, chosen: str, problem: str = "", detail: str = "") -> HttpResponse:
    """Show the start: which laws, which day, or a file to go on from."""
    sent = request.POST if request.method == "POST" else request.GET
    ticked = set(sent.getlist("law")) or default_laws()
    given = sent.get("as_of", "")
    form = LawForm(chosen, {"as_of": given})
    form.day("as_of")
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for law in law_book().laws:
        place = place_name(law.jurisdiction, chosen)
        groups.setdefault(place, []).append(
            (law.id, law.name.in_language(chosen), law.id in ticked)
        )
    first = [place_name(code, chosen) for code in ("EU", "NLD")]
    ordered = sorted(groups.items(), key=lambda pair: (pair[0] not in first, pair[0].casefold()))
    return page(
        request,
        "laws",
        "laws/start.html",
        {
            "form": form,
            "groups": ordered,
            "problem": problem,
            "detail": detail,
            "here_now": "law_check",
        },
        status=400 if problem else 200,
    )


def _file(request: HttpRequest, chosen: str) -> tuple[str | None, str]:
    """Return the text of a file that was sent, or what is wrong with it."""
    if request.POST.get("act") != "file":
        return None, ""
    upload = request.FILES.get("file")
    if upload is None:
        return None, say("laws.error_no_file", chosen)
    raw = upload.read(LONGEST + 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if len(raw) > LONGEST or not text:
        return None, say("laws.error_file", chosen).rstrip(":") + "."
    return text, ""


def _question(form: CheckForm) -> dict[str, Any] | None:
    """Return what the page needs to ask a question."""
    question = form.question
    if question is None:
        return None
    definition = law_book().vocabulary.find(question.fact)
    assert definition is not None  # noqa: S101 - questions are about known facts
    chosen = form.language
    table = law_book().tables.get(definition.table or "")
    before = _before(form, question)
    is_plain = isinstance(before, str | int) and before not in STATES
    month, _, day = before.partition("-") if isinstance(before, str) else ("", "", "")
    laws = next(
        (one.laws for one in asked_facts(form.interview.laws) if one.definition is definition), ()
    )
    return {
        "item": question,
        "key": key_of(question.fact, question.year, question.unit),
        "definition": definition,
        "kind": definition.kind,
        "choices": choices(definition, chosen) if definition.choices else [],
        "lines": _lines(table, before, form) if table else [],
        "rest": form.typed.get("rest") or (isinstance(before, dict) and "other" in before),
        "ticked": before if isinstance(before, list) else [],
        "table": table,
        "laws": ", ".join(law_names(tuple(laws)[:4], chosen)) + ("…" if len(laws) > 4 else ""),
        "typed": form.typed.get("value", "") or (before if is_plain else ""),
        "typed_day": form.typed.get("day", "") or day,
        "typed_month": form.typed.get("month", "") or month.lstrip("0"),
        "example": {"nl": "450.000.000", "en": "450,000,000"}[chosen],
        "months": _months(chosen),
        "number": len(form.interview.given()) + 1,
    }


def _months(chosen: str) -> list[tuple[str, str]]:
    return [(str(index), name) for index, name in enumerate(MONTHS[chosen], start=1)]


def _lines(table: LineTable, before: Any, form: CheckForm) -> list[tuple[Any, Any, str]]:
    """Return the lines of goods with their threshold and what was filled in."""
    known = before if isinstance(before, dict) else {}
    day = form.interview.as_of or date.max
    return [
        (
            line,
            line.threshold_on(day),
            form.typed.get(f"line-{line.id}", "") or str(known.get(line.id, "")),
        )
        for line in table.lines
    ]


def _before(form: CheckForm, question: NextQuestion) -> Any:
    """Return what was answered before to a question that is asked again."""
    given = form.interview.answers.get(question.fact)
    if question.year is not None and isinstance(given, dict):
        given = given.get(str(question.year))
    if question.kind == "money":
        amounts = given if isinstance(given, list) else [given]
        unit = f" {question.unit}"
        return next((str(one).removesuffix(unit) for one in amounts if str(one).endswith(unit)), "")
    return given


def _given(one: Given, chosen: str) -> ShownAnswer:
    words = said(one.definition, one.value, chosen)
    table = law_book().tables.get(one.definition.table or "")
    if table is not None and isinstance(one.value, dict):
        labels = {line.id: line.label.in_language(chosen) for line in table.lines}
        pairs = [(labels.get(str(k), str(k)), v) for k, v in one.value.items() if k != "other"]
        words = "; ".join(f"{label}: {said(one.definition, v, chosen)}" for label, v in pairs)
        if one.value.get("other") == 0:
            rest = say("laws.rest_nothing", chosen)
            words = f"{words}; {rest}" if words else rest
    return ShownAnswer(key_of(one.definition.id, one.year), one.definition, one.year, words)


def _results(answers: Answers, chosen: str) -> list[ShownResult]:
    found = []
    for item in sorted(answers.results, key=lambda one: ORDER.index(one.in_scope)):
        unused = [
            f"{_label(left.fact, chosen)}{f' {left.year}' if left.year else ''}: "
            f"{say(f'laws.state_{left.state.value}', chosen)}"
            for left in item.unresolved
            if left.state.value != "unknown"
        ]
        reasons = list(dict.fromkeys(reason(one, chosen) for one in item.decided_by))
        found.append(ShownResult(item, begins(item, chosen), reasons, unused))
    return found


def _label(fact: str, chosen: str) -> str:
    definition = law_book().vocabulary.find(fact)
    return definition.label.in_language(chosen) if definition else named(fact, chosen)
