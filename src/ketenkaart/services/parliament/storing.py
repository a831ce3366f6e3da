"""Put what a file of parliament's data holds in the record: add, change, or leave as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from ketenkaart.core.ledger.motions import Motion
from ketenkaart.core.ledger.papers import Dossier, Paper, ParliamentCommitment
from ketenkaart.db.record import models as rows

CHUNK = 200
"""How many records are looked up at once: a query of SQLite holds a bounded number of values."""

Item = TypeVar("Item")
Values = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """How many records were new, how many changed what was there, how many changed nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, *, is_new: bool, is_changed: bool) -> None:
        """Count one record."""
        if is_new:
            self.added += 1
        elif is_changed:
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(slots=True)
class _Entry:
    """A record on its way in: the row that it is, and whether that row is new or has changed."""

    paper: Paper
    motion: Motion | None
    row: rows.Paper | None = None
    is_new: bool = False
    columns: set[str] = field(default_factory=set)
    is_changed: bool = False


def store_papers(papers: Iterable[Paper], motions: Iterable[Motion], tally: Tally) -> None:
    """Write papers and motions; the caller holds the transaction.

    A record is known by its key, by its publisher's id, or else by the number of its paper. What
    one source leaves empty never empties what another gave. What the publisher took back is
    marked; where it was never here, nothing is added.
    """
    entries = {paper.key: _Entry(paper, None) for paper in papers}
    entries.update({motion.paper.key: _Entry(motion.paper, motion) for motion in motions})
    for chunk in _chunks(list(entries.values())):
        _find(chunk)
        for entry in chunk:
            _take_paper(entry)
        rows.Paper.objects.bulk_create(
            entry.row for entry in chunk if entry.row is not None and entry.is_new
        )
        _update(rows.Paper, [(e.row, e.columns) for e in chunk if e.row and not e.is_new])
        _store_motions([entry for entry in chunk if entry.row and entry.motion])
        for entry in chunk:
            tally.count(is_new=entry.is_new, is_changed=entry.is_changed)


def _find(chunk: Sequence[_Entry]) -> None:
    """Give each entry the row that it is in the record already, if any."""
    papers = [entry.paper for entry in chunk]
    asked = (
        Q(key__in=[paper.key for paper in papers])
        | Q(uid__in=[paper.uid for paper in papers if paper.uid])
        | Q(paper__in=[paper.id for paper in papers if paper.id])
    )
    known: dict[tuple[str, str], rows.Paper] = {}
    for row in rows.Paper.objects.filter(asked):
        known["key", row.key] = row
        known["uid", row.uid or ""] = row
        known["paper", row.paper or ""] = row
    for entry in chunk:
        paper = entry.paper
        for name, value in (("key", paper.key), ("uid", paper.uid), ("paper", paper.id)):
            if value and entry.row is None:
                entry.row = known.get((name, value))


def _take_paper(entry: _Entry) -> None:
    """Put a paper's values into its row, new or known."""
    paper, motion = entry.paper, entry.motion
    if paper.is_removed:
        if entry.row is not None:
            _take(entry, entry.row, {"is_removed": True})
        entry.motion = None
        return
    values: dict[str, Any] = {
        "key": paper.key,
        "uid": paper.uid,
        "paper": paper.id,
        "kind": paper.kind.value,
        "kind_words": paper.kind_words,
        "dossier_title": paper.dossier_title,
        "subject": paper.subject,
        "number": paper.number,
        "dated": paper.dated,
        "session_year": paper.session_year,
        "case": paper.case,
        "document": paper.document,
        "replaces": list(paper.replaces),
        "also": list(paper.also),
        "is_removed": False,
        "search": _search(paper, motion),
    }
    if entry.row is None:
        entry.row = rows.Paper(**values)
        entry.is_new = True
        return
    if entry.row.key != paper.key and paper.key == paper.id:
        del values["key"]  # the row's own key says more than the number of its paper
        if entry.row.subject:
            del values["subject"]  # and its subject more than a printed title
    if motion is None or not motion.paragraphs:
        values["search"] = entry.row.search or values["search"]
    _take(entry, entry.row, values)


def _search(paper: Paper, motion: Motion | None) -> str:
    """Return the words that a paper is found by, in lower case."""
    parts = [paper.subject, paper.dossier_title, paper.id or "", paper.key]
    if motion is not None:
        parts += [*motion.movers, *motion.paragraphs]
    return " ".join(parts).casefold()


def _store_motions(entries: Sequence[_Entry]) -> None:
    known = {
        row.paper_id: row
        for row in rows.Motion.objects.filter(paper__in=[entry.row for entry in entries])
    }
    fresh: list[rows.Motion] = []
    touched: list[tuple[models.Model | None, set[str]]] = []
    for entry in entries:
        if entry.motion is None or entry.row is None:
            continue
        values = _motion_values(entry.motion)
        row = known.get(entry.row.pk)
        if row is None:
            fresh.append(rows.Motion(paper=entry.row, **values))
            entry.is_changed = True
            continue
        before = set(entry.columns)
        entry.columns.clear()
        _take(entry, row, values)
        touched.append((row, set(entry.columns)))
        entry.columns |= before
    rows.Motion.objects.bulk_create(fresh)
    _update(rows.Motion, touched)


def _motion_values(motion: Motion) -> dict[str, Any]:
    return {
        "movers": list(motion.movers),
        "and_others": motion.and_others,
        "signatories": list(motion.signatories),
        "requests": [request.model_dump(mode="json") for request in motion.requests],
        "paragraphs": list(motion.paragraphs),
        "appreciation": motion.appreciation.value if motion.appreciation else None,
        "appreciation_words": motion.appreciation_words,
        "vote": motion.vote.value if motion.vote else None,
        "voted_on": motion.voted_on,
    }


def store_dossiers(dossiers: Iterable[Dossier]) -> None:
    """Write dossiers with their titles; those known already stay as they are."""
    found = {(dossier.id, dossier.title) for dossier in dossiers}
    for chunk in _chunks(sorted(found)):
        rows.Dossier.objects.bulk_create(
            [rows.Dossier(dossier=key, title=title) for key, title in chunk],
            ignore_conflicts=True,
        )


def store_commitments(commitments: Iterable[ParliamentCommitment], tally: Tally) -> None:
    """Write parliament's commitments; one taken back is marked, by its number or its id."""
    latest = {commitment.number: commitment for commitment in commitments}
    for chunk in _chunks(list(latest.values())):
        asked = Q(number__in=[item.number for item in chunk]) | Q(
            uid__in=[item.uid for item in chunk if item.uid]
        )
        known: dict[str, rows.ParliamentCommitment] = {}
        for row in rows.ParliamentCommitment.objects.filter(asked):
            known.update({row.number: row, row.uid or row.number: row})
        fresh: list[rows.ParliamentCommitment] = []
        touched: list[tuple[models.Model | None, set[str]]] = []
        for item in chunk:
            found = known.get(item.number) or known.get(item.uid or "")
            values = {"is_removed": True} if item.is_removed else item.model_dump()
            columns: set[str] = set()
            if found is not None:
                columns = _changes(found, values)
                touched.append((found, columns))
            elif not item.is_removed:
                fresh.append(rows.ParliamentCommitment(**values))
            is_new = found is None and not item.is_removed
            tally.count(is_new=is_new, is_changed=bool(columns))
        rows.ParliamentCommitment.objects.bulk_create(fresh)
        _update(rows.ParliamentCommitment, touched)


def _take(entry: _Entry, row: models.Model, values: Values) -> None:
    columns = _changes(row, values)
    entry.columns |= columns
    entry.is_changed = entry.is_changed or bool(columns)


def _changes(row: models.Model, values: Values) -> set[str]:
    """Set what differs and is not empty, and return its columns."""
    changed = set()
    for name, value in values.items():
        if value in (None, "", []) or getattr(row, name) == value:
            continue
        setattr(row, name, value)
        changed.add(name)
    return changed


def _update(model: Any, touched: Sequence[tuple[models.Model | None, set[str]]]) -> None:
    changed = [row for row, columns in touched if row is not None and columns]
    columns = {name for _, names in touched for name in names}
    if changed:
        model.objects.bulk_update(changed, sorted(columns))


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
