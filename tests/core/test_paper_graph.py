"""The graph of papers: nothing is lost, circles end, and exports say the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ketenkaart.core.ledger.graph import (
    EdgeKind,
    Holding,
    PaperEdge,
    PaperGraph,
    PaperNode,
    paper_graph,
)
from ketenkaart.core.ledger.graph_files import edge_rows, graph_graphml, graph_json
from ketenkaart.core.ledger.graph_sources import imported_papers, ledger_papers
from ketenkaart.core.ledger.papers import Paper, PaperKind
from ketenkaart.core.provenance import Period
from ketenkaart.sources.reference import load_ledger
from ketenkaart.sources.reference.parliament import load_parliament

IDS = st.sampled_from([f"10000-{n}" for n in range(1, 9)])
NODES = st.builds(
    PaperNode,
    id=IDS,
    kind=st.sampled_from(PaperKind),
    title=st.text(max_size=20),
    holding=st.sampled_from(Holding),
)
EDGES = st.builds(
    PaperEdge, source=IDS, target=IDS, kind=st.sampled_from(EdgeKind), place=st.text(max_size=9)
)
GRAPHS = st.builds(paper_graph, st.lists(NODES, max_size=12), st.lists(EDGES, max_size=25))


@given(st.lists(NODES, max_size=12), st.lists(EDGES, max_size=25))
def test_no_paper_and_no_reference_is_lost(nodes: list[PaperNode], edges: list[PaperEdge]) -> None:
    graph = paper_graph(nodes, edges)
    assert {node.id for node in nodes} <= graph.by_id.keys()
    assert len(graph.nodes) == len(graph.by_id)
    wanted = {(e.source, e.target, e.kind) for e in edges if e.source != e.target}
    assert {(e.source, e.target, e.kind) for e in graph.edges} == wanted
    assert len(graph.edges) == len(wanted)
    best = {node.id for node in nodes if node.holding is not Holding.CITED}
    assert {node.id for node in graph.missing()} == graph.by_id.keys() - best


@given(GRAPHS, IDS)
def test_depth_is_a_shortest_way_also_in_circles(graph: PaperGraph, start: str) -> None:
    depth = graph.depth_from(start)
    for edge in graph.edges:
        if edge.kind is EdgeKind.CITES and edge.source in depth:
            assert depth[edge.target] <= depth[edge.source] + 1
    for paper, steps in depth.items():
        if steps:
            assert min(depth.get(e.source, 99) for e in graph.cited_by(paper)) == steps - 1


@given(GRAPHS, IDS)
def test_versions_end_and_hold_each_paper_once(graph: PaperGraph, start: str) -> None:
    chain = graph.versions(start)
    assert chain[0] == start
    assert len(set(chain)) == len(chain) <= len(graph.nodes) + 1


@given(GRAPHS, IDS)
def test_a_part_of_the_graph_is_a_graph(graph: PaperGraph, centre: str) -> None:
    part = graph.around(centre)
    assert {node.id for node in part.nodes} <= graph.by_id.keys()
    for edge in part.edges:
        assert {edge.source, edge.target} <= part.by_id.keys()
    assert set(part.cites(centre)) == set(graph.cites(centre))
    assert set(part.cited_by(centre)) == set(graph.cited_by(centre))


@given(GRAPHS)
def test_every_export_holds_the_same_graph(graph: PaperGraph) -> None:
    root = etree.fromstring(graph_graphml(graph).encode())
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(root.findall(f".//{space}node")) == len(graph.nodes)
    pairs = [(e.get("source"), e.get("target")) for e in root.iter(f"{space}edge")]
    assert pairs == [(e.source, e.target) for e in graph.edges]
    assert [(row[0], row[1]) for row in edge_rows(graph)] == pairs
    plain = graph_json(graph)
    assert [(e["source"], e["target"]) for e in plain["edges"]] == pairs
    assert len(plain["missing"]) == len(graph.missing())


def test_titles_and_paragraphs_cite_and_a_changed_motion_replaces() -> None:
    first = Paper(key="2024Z1", id="36410-1", kind=PaperKind.MOTION, subject="Motie over kaarten")
    second = Paper(
        key="2024Z2",
        id="36410-2",
        kind=PaperKind.MOTION,
        subject="Gewijzigde motie over kaarten (t.v.v. 36410-1)",
        dated=date(2024, 5, 1),
        replaces=("36410-1",),
    )
    letter = Paper(key="2024Z3", kind=PaperKind.LETTER, subject="Uitvoering motie (36 410, nr. 2)")
    graph = paper_graph(
        *imported_papers([(first, ()), (second, ["zie 26 485, nr. 1"]), (letter, ())])
    )
    assert graph.versions("36410-1") == ("36410-1", "36410-2")
    assert [edge.place for edge in graph.cites("36410-2")] == ["paragraph 1"]
    assert [edge.source for edge in graph.cited_by("36410-2")] == ["2024Z3"]
    assert [node.id for node in graph.missing()] == ["26485-1"]
    assert graph.by_id["36410-2"].when == Period(start=date(2024, 5, 1), end=date(2024, 5, 1))


def test_the_first_letter_refers_to_thirteen_other_papers() -> None:
    graph = paper_graph(*ledger_papers(load_ledger(), load_parliament().papers))
    assert len(graph.cites("26485-319")) == 13
    assert graph.by_id["26485-319"].holding is Holding.READ
    assert "30196-679" in graph.by_id, "an unnumbered reference goes by the number that it is"
    assert graph.by_id["35000-XVII-34"].kind is PaperKind.MOTION
    assert set(load_parliament().papers) <= {item.id for item in load_ledger().references}
