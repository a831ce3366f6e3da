"""The document graph of the record: published letters, imported papers, and what they cite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.graph import (
    PaperEdge,
    PaperGraph,
    PaperNode,
    imported_papers,
    ledger_papers,
    paper_graph,
)
from ketenkaart.core.ledger.papers import Paper, paper_id
from ketenkaart.db.record import models as rows
from ketenkaart.services.ledger import published_letters, read_ledger
from ketenkaart.services.parliament.motions import paper_of_row
from ketenkaart.sources.reference.parliament import load_parliament


@dataclass(frozen=True, slots=True)
class RecordSize:
    """How many papers, motions and commitments of parliament were imported."""

    papers: int
    motions: int
    commitments: int


def record_size() -> RecordSize:
    """Return how much of parliament's data is in the record."""
    return RecordSize(
        papers=rows.Paper.objects.count(),
        motions=rows.Motion.objects.count(),
        commitments=rows.ParliamentCommitment.objects.count(),
    )


def document_graph(letter: str | None = None) -> PaperGraph:
    """Return the papers that cite or are cited; of one letter, or of all that is in the record.

    Imported papers that cite nothing and that nothing cites are left out. Where a register gives
    a dossier's title alone, its number comes from dossiers with just that title.

    Raises `NotFoundError` when no paper of that number is in the graph.
    """
    graph = _whole(_version())
    if letter is None:
        return graph
    wanted = paper_id(letter) or letter.strip()
    if wanted not in graph.by_id:
        raise NotFoundError(
            f"No paper {letter[:40]!r} cites or is cited in the record",
            where="letter",
            fix="Give its number, as 26485-319; `parliament import` adds papers.",
        )
    return graph.around(wanted)


def _version() -> tuple[object, ...]:
    """Return what tells one state of the record from another: its last audit note and its size."""
    last = rows.AuditEntry.objects.order_by("-id").values_list("id", "after_sha256").first()
    return last, rows.Paper.objects.count(), published_letters()


@lru_cache(maxsize=2)
def _whole(_state: tuple[object, ...]) -> PaperGraph:
    """Return the graph of the record; built once per state of it."""
    known = load_parliament()
    nodes: list[PaperNode] = []
    edges: list[PaperEdge] = []
    for published in published_letters():
        found, links = ledger_papers(read_ledger(published), known.papers)
        nodes += found
        edges += links
    titles = _dossiers_by_title(known.dossiers)
    texts = {
        row["paper_id"]: row["paragraphs"]
        for row in rows.Motion.objects.values("paper_id", "paragraphs")
    }
    found, links = imported_papers(
        (_resolved(paper_of_row(row), titles), texts.get(row.pk, ()))
        for row in rows.Paper.objects.filter(is_removed=False).order_by("dated", "key").iterator()
    )
    return paper_graph([*nodes, *found], [*edges, *links]).connected()


def _dossiers_by_title(declared: Mapping[str, str]) -> dict[str, str]:
    """Return the dossier that a title belongs to, where it belongs to one alone."""
    owners: dict[str, set[str]] = {title.casefold(): {key} for title, key in declared.items()}
    for dossier, title in rows.Dossier.objects.values_list("dossier", "title"):
        owners.setdefault(title.casefold(), set()).add(dossier)
    return {title: min(keys) for title, keys in owners.items() if len(keys) == 1}


def _resolved(paper: Paper, titles: Mapping[str, str]) -> Paper:
    """Return a paper with the number that its dossier's title gives, where it has none."""
    if paper.id is not None or paper.number is None:
        return paper
    dossier = titles.get(paper.dossier_title.casefold())
    if dossier is None:
        return paper
    return paper.model_copy(update={"id": f"{dossier}-{paper.number}"})
