"""Reports that a machine read: what it found, how often it errs, and judging a sample of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.judged import JudgedLevel, TruthState
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.endorsement_judging.judge import (
    judge_document,
    resolve_document,
    withdraw_document,
)
from ketenkaart.services.endorsement_judging.samples import (
    OpenSample,
    SampleItem,
    open_sample,
    sample_names,
)
from ketenkaart.services.endorsement_judging.scoring import score_data, score_sample
from ketenkaart.services.endorsement_judging.showing import (
    SUMMARY_COLUMNS,
    RunShown,
    latest_run,
    summary_rows,
)
from ketenkaart.web.account import actor_of, needs_role, signed_in
from ketenkaart.web.exports import csv_download, json_download
from ketenkaart.web.render import page

SECTION = "indicators"
PAGE_SIZE = 50
LONGEST_NUMBER = 12
SHOWS = ("all", "open", "disagreed")


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Show what was read in reports: documents per level, and how often the machine errs."""
    actor = actor_of(request)
    shown = latest_run()
    return page(
        request,
        SECTION,
        "endorsement/summary.html",
        {
            "shown": shown,
            "may_judge": actor is not None and actor.roles & {Role.CODER, Role.EDITOR},
        },
    )


@require_safe
def reports_data(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - every view is given it
    """Hand out what was read per level, as CSV or with the scores as JSON."""
    shown = latest_run()
    if shown is None:
        raise Http404
    if form == "csv":
        return csv_download("ketenkaart-reports", SUMMARY_COLUMNS, summary_rows(shown))
    if form == "json":
        return json_download("ketenkaart-reports", _data(shown))
    raise Http404


def _data(shown: RunShown) -> dict[str, Any]:
    return {
        "run": shown.name,
        "reader": shown.reader,
        "kept_at": shown.kept_at.isoformat(),
        "summary": dict(shown.summary),
        "score": None if shown.score is None else score_data(shown.score, named=False),
    }


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def report_samples(request: HttpRequest) -> HttpResponse:
    """Show the samples that were drawn, with how far each is judged."""
    actor = signed_in(request)
    found = [open_sample(name) for name in sample_names()]
    return page(
        request,
        SECTION,
        "endorsement/samples.html",
        {"samples": [(one, _judged_by(one, actor.name), score_sample(one)) for one in found]},
    )


@require_safe
@needs_role(Role.CODER, Role.EDITOR)
def report_sample(request: HttpRequest, sample: str) -> HttpResponse:
    """Show the documents of one sample: which are open, and on which coders disagree."""
    actor = signed_in(request)
    found = open_sample(sample)
    show = request.GET.get("show", "all")
    if show not in SHOWS:
        raise InputError(
            f"{show[:40]!r} is no choice of reports", where="show", fix=f"Use {', '.join(SHOWS)}."
        )
    items = [item for item in found.items if _is_shown(item, show, actor.name)]
    return page(
        request,
        SECTION,
        "endorsement/sample.html",
        {
            "sample": found,
            "shown": Paginator(
                [(item, item.own(actor.name)) for item in items], PAGE_SIZE
            ).get_page(request.GET.get("page")),
            "count": len(items),
            "show": show,
            "shows": SHOWS,
            "query": f"show={show}&",
            "next": found.next_open(actor.name),
            "judged": _judged_by(found, actor.name),
            "total": len(found.items),
            "may_code": Role.CODER in actor.roles,
            "score": score_sample(found),
        },
    )


def _is_shown(item: SampleItem, show: str, coder: str) -> bool:
    if show == "open":
        return item.own(coder) is None
    return show == "all" or item.truth.state is TruthState.DISAGREED


def _judged_by(found: OpenSample, coder: str) -> int:
    return sum(item.own(coder) is not None for item in found.items)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.CODER, Role.EDITOR)
def report_judge(request: HttpRequest, sample: str, number: str) -> HttpResponse:
    """Show one document with its passages; take a judgement or a resolution, and go on."""
    actor = signed_in(request)
    found = open_sample(sample)
    item = found.item(_whole(number))
    is_missing = False
    chosen = request.POST.get("level", "")
    if request.method == "POST":
        if chosen in set(JudgedLevel):
            return _judged(request, found, item, actor, JudgedLevel(chosen))
        is_missing = True
    own = item.own(actor.name)
    numbers = [one.number for one in found.items]
    return page(
        request,
        SECTION,
        "endorsement/judge.html",
        {
            "sample": found,
            "item": item,
            "own": own,
            "chosen": chosen or (own.value if own else ""),
            "levels": tuple(JudgedLevel),
            "is_missing": is_missing,
            "seen": max((j.id for j in item.judgements if j.coder == actor.name), default=0),
            "judged": _judged_by(found, actor.name),
            "total": len(found.items),
            "previous": item.number - 1 if item.number - 1 in numbers else None,
            "next": item.number + 1 if item.number + 1 in numbers else None,
            "may_code": Role.CODER in actor.roles,
            "may_resolve": Role.EDITOR in actor.roles
            and item.truth.state in {TruthState.DISAGREED, TruthState.RESOLVED},
            "note": request.POST.get("note", ""),
            "undone": "undone" in request.GET,
        },
        status=400 if is_missing else 200,
    )


def _whole(text: str) -> int:
    """Return a number that somebody sent, 0 for what is none: no document has that number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else 0


def _judged(
    request: HttpRequest, found: OpenSample, item: SampleItem, actor: Actor, level: JudgedLevel
) -> HttpResponse:
    now, text = datetime.now(UTC), request.POST.get("note", "")
    if request.POST.get("action") == "resolve":
        resolve_document(
            sample=found.name, number=item.number, level=level, reason=text, actor=actor, at=now
        )
        return redirect("web:report_judge", sample=found.name, number=item.number)
    judge_document(
        sample=found.name,
        number=item.number,
        level=level,
        actor=actor,
        at=now,
        remark=text,
        seen=_whole(request.POST.get("seen", "")),
    )
    following = open_sample(found.name).next_open(actor.name, after=item.number)
    if following is None:
        return redirect("web:report_sample", sample=found.name)
    return redirect("web:report_judge", sample=found.name, number=following.number)


@require_POST
@needs_role(Role.CODER, Role.EDITOR)
def report_undo(request: HttpRequest, sample: str) -> HttpResponse:
    """Take back one's own latest judgement, and show the document that it was about."""
    taken = withdraw_document(sample=sample, actor=signed_in(request), at=datetime.now(UTC))
    answer = redirect("web:report_judge", sample=sample, number=taken.item)
    answer["Location"] += "?undone"
    return answer
