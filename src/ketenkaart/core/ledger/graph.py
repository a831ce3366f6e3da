"""Which paper cites which: what is there, what is missing, and which version counts.

The graph may hold circles: two letters can cite one another, as a letter and its correction do.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.papers import Paper, PaperKind, paper_id, papers_in
from ketenkaart.core.ledger.reading.types import Reading, ReferenceKind
from ketenkaart.core.ledger.types import Ledger
from ketenkaart.core.provenance import Citation, Frozen, Period


class Holding(StrEnum):
    """What the record has of a paper.

    `read`: its letter was published here, or read by machine and kept; `imported`: parliament's
    data describe it; `cited`: only other papers speak of it, so it is missing.
    """

    READ = "read"
    IMPORTED = "imported"
    CITED = "cited"


class PaperNode(Frozen):
    """A paper in the graph: its title as its source has it, and the days it may be of.

    `when` is a single day where that is known, a month or year where only that is known, and
    `None` where no date was found. A paper without a number has an id of its own choosing.
    """

    id: str
    kind: PaperKind
    title: str
    when: Period | None = None
    holding: Holding
    citation: Citation | None = None


class EdgeKind(StrEnum):
    """How one paper points to another."""

    CITES = "cites"
    REPLACES = "replaces"


class PaperEdge(Frozen):
    """One paper points to another; `place` says where, as "line 54" or "title".

    `is_proposal` says that a machine read it and that no published letter has it.
    """

    source: str
    target: str
    kind: EdgeKind = EdgeKind.CITES
    place: str = ""
    is_proposal: bool = False


class KnownPaper(Frozen):
    """A cited paper whose nature or day is known from elsewhere; `paper` is its number, if any."""

    reference: str
    paper: str | None = None
    kind: PaperKind
    when: Period | None = None
    citation: Citation


class PaperGraph(BaseModel):
    """Papers and how they point to one another, each paper and each edge once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[PaperNode, ...]
    edges: tuple[PaperEdge, ...]

    @cached_property
    def by_id(self) -> Mapping[str, PaperNode]:
        """The papers by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def _out(self) -> Mapping[str, tuple[PaperEdge, ...]]:
        return _grouped((edge.source, edge) for edge in self.edges)

    @cached_property
    def _in(self) -> Mapping[str, tuple[PaperEdge, ...]]:
        return _grouped((edge.target, edge) for edge in self.edges)

    def cites(self, paper: str) -> tuple[PaperEdge, ...]:
        """Return the edges from `paper` to what it cites, in the order of its text."""
        return tuple(e for e in self._out.get(paper, ()) if e.kind is EdgeKind.CITES)

    def cited_by(self, paper: str) -> tuple[PaperEdge, ...]:
        """Return the edges from those papers that cite `paper`."""
        return tuple(e for e in self._in.get(paper, ()) if e.kind is EdgeKind.CITES)

    def missing(self) -> tuple[PaperNode, ...]:
        """Return the papers that are cited and that the record lacks, most cited first."""
        lacking = [node for node in self.nodes if node.holding is Holding.CITED]
        return tuple(sorted(lacking, key=lambda node: (-len(self.cited_by(node.id)), node.id)))

    def depth_from(self, paper: str) -> Mapping[str, int]:
        """Return how many citations lie between `paper` and each paper that it leads to.

        The paper itself has depth 0; what it does not lead to is absent.
        """
        depth = {paper: 0} if paper in self.by_id else {}
        waiting = deque(depth)
        while waiting:
            here = waiting.popleft()
            for edge in self.cites(here):
                if edge.target not in depth:
                    depth[edge.target] = depth[here] + 1
                    waiting.append(edge.target)
        return depth

    def versions(self, paper: str) -> tuple[str, ...]:
        """Return `paper` and what took its place, one after the other; a circle is cut."""
        chain = [paper]
        while True:
            later = [e.source for e in self._in.get(chain[-1], ()) if e.kind is EdgeKind.REPLACES]
            following = next((paper for paper in sorted(later) if paper not in chain), None)
            if following is None:
                return tuple(chain)
            chain.append(following)

    def around(self, paper: str) -> PaperGraph:
        """Return the graph of `paper`, what it leads to, and what cites or replaces it."""
        kept = set(self.depth_from(paper))
        for edge in (*self._in.get(paper, ()), *self._out.get(paper, ())):
            kept.update((edge.source, edge.target))
        return PaperGraph(
            nodes=tuple(node for node in self.nodes if node.id in kept),
            edges=tuple(e for e in self.edges if e.source in kept and e.target in kept),
        )

    def connected(self) -> PaperGraph:
        """Return the graph without the papers that point nowhere and that nothing points to."""
        kept = {end for edge in self.edges for end in (edge.source, edge.target)}
        return PaperGraph(
            nodes=tuple(node for node in self.nodes if node.id in kept), edges=self.edges
        )


def _grouped(pairs: Iterable[tuple[str, PaperEdge]]) -> dict[str, tuple[PaperEdge, ...]]:
    found: dict[str, list[PaperEdge]] = {}
    for key, edge in pairs:
        found.setdefault(key, []).append(edge)
    return {key: tuple(edges) for key, edges in found.items()}


_RANK = {Holding.READ: 0, Holding.IMPORTED: 1, Holding.CITED: 2}


def paper_graph(nodes: Iterable[PaperNode], edges: Iterable[PaperEdge]) -> PaperGraph:
    """Return the graph of all papers and edges, each once.

    Of a paper described twice, what the record holds best wins, and a missing title or day is
    filled from the other. A paper that an edge names and nobody describes becomes a missing one;
    an edge from a paper to itself is left out.
    """
    found: dict[str, PaperNode] = {}
    for node in nodes:
        found[node.id] = _merged(found[node.id], node) if node.id in found else node
    kept: dict[tuple[str, str, str], PaperEdge] = {}
    for edge in edges:
        if edge.source == edge.target:
            continue
        known = kept.setdefault((edge.source, edge.target, edge.kind.value), edge)
        if known.is_proposal and not edge.is_proposal:
            kept[edge.source, edge.target, edge.kind.value] = edge
        for end in (edge.source, edge.target):
            if end not in found:
                found[end] = PaperNode(
                    id=end, kind=PaperKind.OTHER, title="", holding=Holding.CITED
                )
    return PaperGraph(nodes=tuple(found.values()), edges=tuple(kept.values()))


def _merged(one: PaperNode, other: PaperNode) -> PaperNode:
    best, rest = sorted((one, other), key=lambda node: _RANK[node.holding])
    return best.model_copy(
        update={
            "title": best.title or rest.title,
            "when": best.when or rest.when,
            "kind": rest.kind if best.kind is PaperKind.OTHER else best.kind,
            "citation": best.citation or rest.citation,
        }
    )


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


_READ_KINDS = {
    ReferenceKind.MOTION: PaperKind.MOTION,
    ReferenceKind.REPORT: PaperKind.REPORT,
}


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


def graph_json(graph: PaperGraph) -> dict[str, Any]:
    """Return a graph as plain data: `nodes` and `edges`, and the ids of what is missing."""
    return {
        "nodes": [node.model_dump(mode="json") for node in graph.nodes],
        "edges": [edge.model_dump(mode="json") for edge in graph.edges],
        "missing": [node.id for node in graph.missing()],
    }


EDGE_COLUMNS = ("source", "target", "kind", "place", "is_proposal")


def edge_rows(graph: PaperGraph) -> list[list[str]]:
    """Return the edges as rows of `EDGE_COLUMNS`."""
    return [
        [edge.source, edge.target, edge.kind.value, edge.place, str(edge.is_proposal).lower()]
        for edge in graph.edges
    ]


_NOT_XML = re.compile("[^\t\n\r\x20-퟿-�\U00010000-\U0010ffff]")
_GRAPHML_KEYS = (
    ("kind", "node"), ("title", "node"), ("holding", "node"), ("start", "node"), ("end", "node"),
    ("relation", "edge"), ("place", "edge"), ("is_proposal", "edge"),
)  # fmt: skip


def graph_graphml(graph: PaperGraph) -> str:
    """Return a graph as GraphML 1.0; characters that XML cannot hold become question marks."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(
            f'  <key id="{name}" for="{on}" attr.name="{name}" attr.type="string"/>'
            for name, on in _GRAPHML_KEYS
        ),
        '  <graph id="papers" edgedefault="directed">',
    ]
    for node in graph.nodes:
        lines.append(f"    <node id={quoteattr(_plain(node.id))}>")
        lines += _data(
            kind=node.kind.value,
            title=node.title,
            holding=node.holding.value,
            start=node.when.start.isoformat() if node.when and node.when.start else "",
            end=node.when.end.isoformat() if node.when and node.when.end else "",
        )
        lines.append("    </node>")
    for edge in graph.edges:
        ends = f"source={quoteattr(_plain(edge.source))} target={quoteattr(_plain(edge.target))}"
        lines.append(f"    <edge {ends}>")
        proposal = "true" if edge.is_proposal else ""
        lines += _data(relation=edge.kind.value, place=edge.place, is_proposal=proposal)
        lines.append("    </edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _data(**values: str) -> list[str]:
    return [
        f'      <data key="{name}">{escape(_plain(value))}</data>'
        for name, value in values.items()
        if value
    ]


def _plain(text: str) -> str:
    return _NOT_XML.sub("?", text)
