"""Geometry of the document graph: one row per paper by date, arcs from citing to cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ketenkaart.core.ledger.graph import PaperGraph, PaperNode
from ketenkaart.core.ledger.papers import paper_name
from ketenkaart.core.provenance import Period
from ketenkaart.web.formats import MONTHS, day

ROW = 46
TOP = 24
SPINE = 92
WIDEST = 78.0
MAX_PAPERS = 60
NAME_LENGTH = 30
TITLE_LENGTH = 78


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper at its height in the picture, in pixels."""

    y: int
    name: str
    when: str
    title: str
    node: PaperNode
    is_centre: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """The path of one reference."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class PaperChart:
    """The picture: rows, arcs, height in pixels; `divide_y` parts dated from undated papers."""

    rows: tuple[PaperRow, ...]
    arcs: tuple[Arc, ...]
    height: int
    divide_y: int | None


def in_order(graph: PaperGraph) -> tuple[PaperNode, ...]:
    """Return the papers by date, the oldest first, those without a date last."""
    return tuple(sorted(graph.nodes, key=lambda node: (_start(node) or date.max, node.id)))


def paper_chart(graph: PaperGraph, centre: str | None, language: str) -> PaperChart | None:
    """Return the picture of a graph, or `None` where it holds no paper or too many for one."""
    if not 0 < len(graph.nodes) <= MAX_PAPERS:
        return None
    rows = tuple(
        PaperRow(
            y=TOP + number * ROW,
            name=_short(paper_name(node.id, language), NAME_LENGTH),
            when=written_in_words(node.when, language) or "",
            title=_short(node.title, TITLE_LENGTH),
            node=node,
            is_centre=node.id == centre,
        )
        for number, node in enumerate(in_order(graph))
    )
    heights = {row.node.id: row.y for row in rows}
    arcs = tuple(
        Arc(_path(heights[edge.source], heights[edge.target], len(rows)), edge.kind.value)
        for edge in graph.edges
    )
    undated = [row.y for row in rows if _start(row.node) is None]
    is_divided = 0 < len(undated) < len(rows)
    divide = undated[0] - ROW // 2 + 4 if is_divided else None
    return PaperChart(rows, arcs, TOP + len(rows) * ROW, divide)


def written_in_words(when: Period | None, language: str) -> str | None:
    """Return a day, a month or a year in words; `None` where no date is known.

    >>> written_in_words(Period(start=date(2018, 12, 1), end=date(2018, 12, 31)), "nl")
    'december 2018'
    """
    if when is None or when.start is None:
        return None
    if when.start == when.end:
        return day(when.start, language)
    if when.end is not None and when.end.month == when.start.month:
        month = MONTHS["nl" if language == "nl" else "en"][when.start.month - 1]
        return f"{month} {when.start.year}"
    return str(when.start.year)


def _path(start: int, end: int, count: int) -> str:
    """Return a curve on the left of the spine; the wider, the more rows it passes."""
    rows = abs(end - start) / ROW
    reach = 22 + (WIDEST - 22) * (rows - 1) / max(1, count - 2)
    left = SPINE - min(WIDEST, reach) * 4 / 3
    return f"M {SPINE - 8} {start} C {left:.1f} {start} {left:.1f} {end} {SPINE - 9} {end}"


def _start(node: PaperNode) -> date | None:
    return node.when.start if node.when else None


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
