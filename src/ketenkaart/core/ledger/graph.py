"""Which paper cites which: what is there, what is missing, and which version counts.

The graph may hold circles: two letters can cite one another, as a letter and its correction do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.papers import PaperKind
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
