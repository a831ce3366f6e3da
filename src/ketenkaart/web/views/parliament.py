"""Parliament: motions and what came of them, papers and what they cite."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.execution import NoteKind
from ketenkaart.core.ledger.graph import Holding, PaperGraph, PaperNode
from ketenkaart.core.ledger.graph_files import EDGE_COLUMNS, edge_rows, graph_graphml, graph_json
from ketenkaart.core.ledger.motions import Appreciation
from ketenkaart.core.ledger.papers import PARLIAMENT_LEDGER, paper_id, paper_name, papers_in
from ketenkaart.core.provenance import Text
from ketenkaart.services.followup.reading import follow_one
from ketenkaart.services.installed import edition_day
from ketenkaart.services.ledger import published_letters, read_ledger
from ketenkaart.services.parliament.commitments import find_commitment
from ketenkaart.services.parliament.exporting import toezeggingen
from ketenkaart.services.parliament.motions import MotionShown, find_motion, list_motions
from ketenkaart.services.parliament.papers import document_graph, record_size
from ketenkaart.web.account import actor_of
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form, text_download
from ketenkaart.web.gap_form import MAX_SHOWN, Field
from ketenkaart.web.motion_filter import PAGE, MotionFilter
from ketenkaart.web.paper_chart import in_order, paper_chart, written_in_words
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

MOTION_COLUMNS = (
    "id", "date", "subject", "movers", "appreciation", "vote", "state", "items", "requests",
)  # fmt: skip
MOST_DOWNLOADED = 20_000
WITHOUT_OPINION = (
    None, Appreciation.NONE_EXPLICIT, Appreciation.NOT_AVAILABLE, Appreciation.AWAITED,
)  # fmt: skip
MOST_MISSING = 20
"""How many missing papers stand in the open; the others unfold."""


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """An item of a ledger that carries a motion out; `state` is `None` where it is not followed."""

    key: str
    letter: str
    code: str
    summary: Text | str
    state: str | None


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A paper as the table shows it."""

    node: PaperNode
    name: str
    when: str | None
    cites: tuple[tuple[str, str], ...]
    cited_by: tuple[tuple[str, str], ...]


@require_safe
def motions(request: HttpRequest) -> HttpResponse:
    """Show the motions that match the filter, a page at a time."""
    chosen = MotionFilter.read(request.GET.dict(), language())
    day = edition_day()
    found = list_motions(chosen.query(), as_of=day)
    first = (chosen.page - 1) * PAGE + 1
    last = first + len(found.motions) - 1
    return page(
        request,
        "ledger",
        "motions.html",
        {
            "filter": chosen,
            "fields": chosen.fields(),
            "found": found,
            "items": [(item, paper_name(item.id, language())) for item in found.motions],
            "first": first,
            "last": last,
            "previous": chosen.address(chosen.page - 1) if chosen.page > 1 else None,
            "next": chosen.address(chosen.page + 1) if last < found.matching else None,
            "address": chosen.address(),
            "day": day,
            "here_now": "motions",
        },
        status=400 if chosen.errors else 200,
    )


@require_safe
def motions_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the motions that match the filter, as CSV or JSON."""
    require_form(form)
    chosen = MotionFilter.read(request.GET.dict(), language())
    if chosen.errors:
        raise refusal(chosen.errors)
    found = list_motions(chosen.query(limit=MOST_DOWNLOADED, page=1), as_of=edition_day())
    rows = [_motion_row(item) for item in found.motions]
    if form == "json":
        return json_download(
            "ketenkaart-motions", [dict(zip(MOTION_COLUMNS, row, strict=True)) for row in rows]
        )
    return csv_download("ketenkaart-motions", MOTION_COLUMNS, rows)


@require_safe
def motion(request: HttpRequest, number: str) -> HttpResponse:
    """Show one motion: what it asks, what the cabinet said, what came of it."""
    day = edition_day()
    item = find_motion(number, as_of=day)
    notes = item.notes
    return page(
        request,
        "ledger",
        "motion.html",
        {
            "item": item,
            "motion": item.motion,
            "name": paper_name(item.id, language()),
            "reports": [note for note in notes if note.kind is NoteKind.GOVERNMENT_REPORT],
            "verdicts": [note for note in notes if note.kind is NoteKind.INDEPENDENT_VERDICT],
            "linked": [_linked(key) for key in item.items],
            "replaces": _named(item.motion.paper.replaces),
            "replaced_by": _named(item.replaced_by),
            "day": day,
            "has_opinion": item.motion.appreciation not in WITHOUT_OPINION,
            "in_graph": _is_linked(item),
            "here_now": "motions",
        },
    )


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """Show the papers around one paper, as a picture and a table, and which ones are missing."""
    given = request.GET.get("letter", "").strip()[:MAX_SHOWN]
    whole = document_graph(with_readings=actor_of(request) is not None)
    letters = published_letters()
    default = paper_id(letters[-1]) if letters else None
    centre = (paper_id(given) or given) if given else default
    error = ""
    if given and centre not in whole.by_id:
        error = say("parliament.letter_error", language())
        centre = None
    graph = whole.around(centre) if centre in whole.by_id and centre else whole
    missing = _entries(whole, whole.missing())
    hint = say("parliament.letter_hint", language())
    return page(
        request,
        "ledger",
        "papers.html",
        {
            "fields": (Field("letter", given, hint=hint, error=error),),
            "has_errors": bool(error),
            "centre": paper_name(centre, language()) if centre else None,
            "graph": graph,
            "whole": whole,
            "chart": paper_chart(graph, centre, language()) if not error else None,
            "entries": _entries(graph, in_order(graph)),
            "missing": missing[:MOST_MISSING],
            "more_missing": missing[MOST_MISSING:],
            "missing_count": len(missing),
            "size": record_size(),
            "proposed": sum(edge.is_proposal for edge in graph.edges),
            "holdings": [holding.value for holding in Holding],
            "address": f"letter={centre}" if given and centre else "",
            "here_now": "papers",
        },
        status=400 if error else 200,
    )


@require_safe
def papers_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the references between papers as JSON, CSV or GraphML."""
    letter = request.GET.get("letter", "").strip()[:MAX_SHOWN] or None
    graph = document_graph(letter, with_readings=actor_of(request) is not None)
    if form == "json":
        return json_download("ketenkaart-papers", graph_json(graph))
    if form == "csv":
        return csv_download("ketenkaart-papers", EDGE_COLUMNS, edge_rows(graph))
    if form == "graphml":
        return text_download("ketenkaart-papers.graphml", graph_graphml(graph), "application/xml")
    raise Http404


@require_safe
def parliament_commitments(_request: HttpRequest) -> HttpResponse:
    """Hand out every published commitment in the shape of parliament's own open data."""
    ledgers = [read_ledger(letter) for letter in published_letters()]
    return json_download("toezeggingen", toezeggingen(ledgers, as_of=edition_day()))


def _linked(key: str) -> LinkedItem:
    """Return an item with its summary and where it stands; of one that is gone, only its key."""
    letter, _, code = key.partition("/")
    if letter == PARLIAMENT_LEDGER:
        found = find_commitment(code)
        return LinkedItem(key, letter, code, found.text if found else key, None)
    try:
        followed = follow_one(key, edition_day())
    except NotFoundError:
        return LinkedItem(key, letter, code, key, None)
    return LinkedItem(key, letter, code, followed.item.summary, followed.standing.state.value)


def _is_linked(item: MotionShown) -> bool:
    """Return whether a motion cites, replaces or is cited, as far as its own facts tell."""
    texts = (item.motion.paper.subject, *item.motion.paragraphs)
    own = bool(item.citation or item.replaced_by or item.motion.paper.replaces)
    return own or any(papers_in(text) for text in texts)


def _named(papers: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Return papers with their names, and whether the record has a motion of that number."""
    found = []
    for paper in papers:
        try:
            find_motion(paper, as_of=edition_day())
            is_here = True
        except NotFoundError:
            is_here = False
        found.append((paper, paper_name(paper, language()), is_here))
    return found


def _entries(graph: PaperGraph, nodes: tuple[PaperNode, ...]) -> list[PaperEntry]:
    return [
        PaperEntry(
            node=node,
            name=paper_name(node.id, language()),
            when=written_in_words(node.when, language()),
            cites=tuple(
                (edge.target, paper_name(edge.target, language())) for edge in graph.cites(node.id)
            ),
            cited_by=tuple(
                (edge.source, paper_name(edge.source, language()))
                for edge in graph.cited_by(node.id)
            ),
        )
        for node in nodes
    ]


def _motion_row(item: MotionShown) -> list[str | None]:
    motion = item.motion
    return [
        item.id,
        motion.paper.dated.isoformat() if motion.paper.dated else None,
        item.subject.in_language(language()),
        ", ".join(motion.movers),
        motion.appreciation.value if motion.appreciation else None,
        motion.vote.value if motion.vote else None,
        item.state,
        " ".join(item.items),
        " ".join(part for request in motion.requests for part in (request.text, *request.parts)),
    ]
