"""The graph of papers as a file: JSON, rows, GraphML."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ketenkaart.core.ledger.graph import PaperGraph

_NOT_XML = re.compile("[^\t\n\r\x20-퟿-�\U00010000-\U0010ffff]")
_GRAPHML_KEYS = (
    ("kind", "node"), ("title", "node"), ("holding", "node"), ("start", "node"), ("end", "node"),
    ("relation", "edge"), ("place", "edge"), ("is_proposal", "edge"),
)  # fmt: skip


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
