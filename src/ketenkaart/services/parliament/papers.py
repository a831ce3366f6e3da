"""The document graph of the record: published letters, imported papers, and what they cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.graph import PaperEdge, PaperGraph, PaperNode, paper_graph
from ketenkaart.core.ledger.graph_sources import imported_papers, ledger_papers, reading_papers
from ketenkaart.core.ledger.papers import Paper, paper_id, papers_in
from ketenkaart.core.ledger.reading.types import Reading
from ketenkaart.db.record import models as rows
from ketenkaart.services.ledger import published_letters, read_ledger
from ketenkaart.services.parliament.motions import paper_of_row
from ketenkaart.services.parliament.storing import CHUNK
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


def document_graph(letter: str | None = None, *, with_readings: bool = False) -> PaperGraph:
    """Return the papers that cite or are cited; of one letter, or of all that is in the record.

    `with_readings` adds letters that were read by machine and are not published yet: what they
    cite is a proposal and marked so. Those letters are not for everybody's eyes.

    Imported papers that cite nothing and that nothing cites are left out. Where a register gives
    a dossier's title alone, its number comes from dossiers with just that title.

    Raises `NotFoundError` when no paper of that number is in the graph.
    """
    graph = _whole(_version(), with_readings)
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
def _whole(_state: tuple[object, ...], with_readings: bool) -> PaperGraph:
    """Return the graph of the record; built once per state of it."""
    known = load_parliament()
    nodes: list[PaperNode] = []
    edges: list[PaperEdge] = []
    for published in published_letters():
        found, links = ledger_papers(read_ledger(published), known.papers)
        nodes += found
        edges += links
    for reading in kept_readings() if with_readings else ():
        found, links = reading_papers(reading)
        nodes += found
        edges += links
    found, links = imported_papers(_linked_papers(_dossiers_by_title(known.dossiers), edges))
    return paper_graph([*nodes, *found], [*edges, *links]).connected()


def kept_readings() -> tuple[Reading, ...]:
    """Return the latest reading of every letter that was kept and is not published."""
    latest = rows.Reading.objects.filter(superseded_by=None).exclude(letter__in=published_letters())
    return tuple(
        Reading.model_validate(content) for content in latest.values_list("content", flat=True)
    )


def _linked_papers(
    titles: Mapping[str, str], edges: Iterable[PaperEdge]
) -> list[tuple[Paper, tuple[str, ...]]]:
    """Return the imported papers that cite, replace, or are cited, with their paragraphs.

    A register holds tens of thousands of papers of which few do: whole rows are read of those.
    """
    texts: dict[int, tuple[str, ...]] = {
        pk: tuple(paragraphs)
        for pk, paragraphs in rows.Motion.objects.values_list("paper_id", "paragraphs")
        if any(papers_in(text) for text in paragraphs)
    }
    named = {edge.target for edge in edges} | {edge.source for edge in edges}
    named.update(m.paper for found in texts.values() for text in found for m in papers_in(text))
    chosen = set(texts)
    for pk, earlier in rows.Paper.objects.exclude(replaces=[]).values_list("pk", "replaces"):
        chosen.add(pk)
        named.update(earlier)
    numbers: dict[int, tuple[str, str]] = {}
    light = rows.Paper.objects.filter(is_removed=False).values_list(
        "pk", "key", "paper", "dossier_title", "number", "subject"
    )
    for pk, key, paper, title, number, subject in light.iterator():
        numbers[pk] = (key, _number(paper, title, number, titles) or key)
        mentions = papers_in(subject)
        if mentions:
            chosen.add(pk)
            named.update(mention.paper for mention in mentions)
    chosen.update(pk for pk, names in numbers.items() if not named.isdisjoint(names))
    ordered = sorted(chosen & numbers.keys())
    loaded: list[rows.Paper] = []
    for start in range(0, len(ordered), CHUNK):
        loaded += rows.Paper.objects.filter(pk__in=ordered[start : start + CHUNK])
    return [(_resolved(paper_of_row(row), titles), texts.get(row.pk, ())) for row in loaded]


def _number(
    paper: str | None, title: str, number: int | None, titles: Mapping[str, str]
) -> str | None:
    """Return the number of a paper: its own, or the one that its dossier's title gives."""
    if paper is not None or number is None:
        return paper
    dossier = titles.get(title.casefold())
    return f"{dossier}-{number}" if dossier else None


def _dossiers_by_title(declared: Mapping[str, str]) -> dict[str, str]:
    """Return the dossier that a title belongs to, where it belongs to one alone."""
    owners: dict[str, set[str]] = {title.casefold(): {key} for title, key in declared.items()}
    for dossier, title in rows.Dossier.objects.values_list("dossier", "title"):
        owners.setdefault(title.casefold(), set()).add(dossier)
    return {title: min(keys) for title, keys in owners.items() if len(keys) == 1}


def _resolved(paper: Paper, titles: Mapping[str, str]) -> Paper:
    """Return a paper with the number that its dossier's title gives, where it has none."""
    number = _number(paper.id, paper.dossier_title, paper.number, titles)
    return paper if number == paper.id else paper.model_copy(update={"id": number})
