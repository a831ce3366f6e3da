"""The papers and links that each kind of source knows: ledgers, read letters, imported records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ketenkaart.core.ledger.graph import EdgeKind, Holding, KnownPaper, PaperEdge, PaperNode
from ketenkaart.core.ledger.papers import Paper, PaperKind, paper_id, papers_in
from ketenkaart.core.ledger.reading.types import Reading, ReferenceKind
from ketenkaart.core.ledger.types import Ledger
from ketenkaart.core.provenance import Period

_READ_KINDS = {
    ReferenceKind.MOTION: PaperKind.MOTION,
    ReferenceKind.REPORT: PaperKind.REPORT,
}


def ledger_papers(
    ledger: Ledger, known: Mapping[str, KnownPaper]
) -> tuple[list[PaperNode], list[PaperEdge]]:
    """Return a published letter and the papers that it refers to, as nodes and edges.

    `known` says per reference what is known of it beyond the ledger. A reference without a number
    keeps its own id, unless its label gives the number.
    """
    letter = ledger.letter
    own = paper_id(letter.id) or paper_id(f"{letter.dossier}, nr. {letter.number}") or letter.id
    nodes = [
        PaperNode(
            id=own,
            kind=PaperKind.LETTER,
            title=letter.title.nl,
            when=Period(start=letter.date, end=letter.date),
            holding=Holding.READ,
            citation=letter.citation,
        )
    ]
    edges = []
    for reference in ledger.references:
        fact = known.get(reference.id)
        target = fact.paper if fact and fact.paper else paper_id(reference.id)
        target = target or paper_id(reference.label.nl) or reference.id
        nodes.append(
            PaperNode(
                id=target,
                kind=fact.kind if fact else PaperKind.OTHER,
                title=_beyond_number(reference.description.nl, target),
                when=fact.when if fact else None,
                holding=Holding.CITED,
                citation=fact.citation if fact else reference.citation,
            )
        )
        place = f"line {reference.locator.line}"
        edges.append(PaperEdge(source=own, target=target, place=place))
    return nodes, edges


def reading_papers(reading: Reading) -> tuple[list[PaperNode], list[PaperEdge]]:
    """Return a letter that a machine read, and the papers it was read to refer to.

    References without a number are left out: a proposal is too little to make a paper of.
    """
    facts = reading.document
    number = f"{facts.dossier or ''} {facts.suffix or ''}".strip()
    own = paper_id(facts.id or "") or paper_id(f"{number}, nr. {facts.number}")
    if own is None:
        return [], []
    when = Period(start=facts.date, end=facts.date) if facts.date else None
    nodes = [
        PaperNode(
            id=own,
            kind=PaperKind.LETTER,
            title=facts.title or "",
            when=when,
            holding=Holding.READ,
        )
    ]
    edges = []
    for reference in reading.references:
        dossier = f"{reference.dossier or ''} {reference.suffix or ''}".strip()
        target = paper_id(f"{dossier}, nr. {reference.number}")
        if target is None or reference.is_own:
            continue
        day = reference.date
        nodes.append(
            PaperNode(
                id=target,
                kind=_READ_KINDS.get(reference.kind, PaperKind.OTHER),
                title=_beyond_number(reference.label, target),
                when=Period(start=day, end=day) if day else None,
                holding=Holding.CITED,
            )
        )
        place = f"line {reference.locator.line}"
        edges.append(PaperEdge(source=own, target=target, place=place, is_proposal=True))
    return nodes, edges


def _beyond_number(text: str, paper: str) -> str:
    """Return a title, or nothing where it says no more than the paper's number."""
    return "" if paper_id(text) == paper and len(text) <= len(paper) + 20 else text


def imported_papers(
    papers: Iterable[tuple[Paper, Sequence[str]]],
) -> tuple[list[PaperNode], list[PaperEdge]]:
    """Return imported papers, with what their title and paragraphs cite and what they replace.

    A paper without an id goes by its key. "title" and "paragraph 3" are the places.
    """
    nodes: list[PaperNode] = []
    edges: list[PaperEdge] = []
    for paper, paragraphs in papers:
        own = paper.id or paper.key
        nodes.append(
            PaperNode(
                id=own,
                kind=paper.kind,
                title=paper.subject or paper.dossier_title,
                when=Period(start=paper.dated, end=paper.dated) if paper.dated else None,
                holding=Holding.IMPORTED,
            )
        )
        edges.extend(
            PaperEdge(source=own, target=earlier, kind=EdgeKind.REPLACES, place="title")
            for earlier in paper.replaces
        )
        places = (("title", paper.subject), *_numbered(paragraphs))
        for place, text in places:
            edges.extend(
                PaperEdge(source=own, target=mention.paper, place=place)
                for mention in papers_in(text)
                if mention.paper not in paper.replaces
            )
    return nodes, edges


def _numbered(paragraphs: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"paragraph {n}", text) for n, text in enumerate(paragraphs, start=1)]


def written(when: Period | None) -> str | None:
    """Return the days that a paper may be of as a day, a month or a year, or `None`.

    >>> from datetime import date
    >>> written(Period(start=date(2018, 12, 1), end=date(2018, 12, 31)))
    '2018-12'
    >>> written(Period(start=date(2014, 1, 1), end=date(2014, 12, 31)))
    '2014'
    """
    if when is None or when.start is None:
        return None
    if when.start == when.end:
        return when.start.isoformat()
    is_year = when.end is not None and when.end.month != when.start.month
    return f"{when.start.year}" if is_year else f"{when.start:%Y-%m}"
