"""Samples as they stand: what was drawn, who judged what, what counts as true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.monitor.judged import (
    DocumentAction,
    DocumentJudgement,
    JudgedLevel,
    Truth,
    TruthState,
    judged_strata,
    truth_of,
)
from ketenkaart.core.monitor.machine_error import JudgedStratum
from ketenkaart.db.record import models as rows
from ketenkaart.services.endorsement.rows import DocumentRow, row_of


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One drawn document: its number, what the machine read, what people judged."""

    number: int
    document: DocumentRow
    judgements: tuple[DocumentJudgement, ...]
    truth: Truth

    def own(self, coder: str) -> JudgedLevel | None:
        """Return what a coder made of it, `None` where that is still open."""
        return self.truth.by_coder.get(coder)


@dataclass(frozen=True, slots=True)
class OpenSample:
    """A sample with all that was judged of it."""

    name: str
    run: str
    reader: str
    seed: int
    allocation: str
    populations: Mapping[int, int]
    items: tuple[SampleItem, ...]

    @property
    def coders(self) -> tuple[str, ...]:
        """Return who has a judgement that stands, by name."""
        return tuple(sorted({name for item in self.items for name in item.truth.by_coder}))

    @property
    def strata(self) -> tuple[JudgedStratum, ...]:
        """Return the judged sample by level of the machine."""
        judged = [(item.document.level or 0, item.truth) for item in self.items]
        return judged_strata(self.populations, judged)

    def count(self, *states: TruthState) -> int:
        """Return how many drawn documents are in one of the states."""
        return sum(item.truth.state in states for item in self.items)

    def item(self, number: int) -> SampleItem:
        """Return a drawn document by its number; raises `NotFoundError`."""
        found = next((item for item in self.items if item.number == number), None)
        if found is None:
            raise NotFoundError(
                f"Sample {self.name} has no document {number}",
                where="NUMBER",
                fix=f"Give 1 to {len(self.items)}.",
            )
        return found

    def next_open(self, coder: str, after: int = 0) -> SampleItem | None:
        """Return the next document that a coder has not judged, from `after` on and round again."""
        left = [item for item in self.items if item.own(coder) is None]
        later = [item for item in left if item.number > after]
        return next(iter(later or left), None)


def sample_names() -> tuple[str, ...]:
    """Return the names of all samples, the newest first."""
    return tuple(rows.EndorsementSample.objects.order_by("-id").values_list("name", flat=True))


def newest_sample() -> str:
    """Return the name of the newest sample; raises `NotFoundError` where none was drawn."""
    names = sample_names()
    if not names:
        raise NotFoundError(
            "No sample was drawn yet",
            where="--sample",
            fix="Keep results and draw one: `ketenkaart endorsement keep`, then `judge draw`.",
        )
    return names[0]


def open_sample(name: str) -> OpenSample:
    """Return a sample with all that was judged of it; raises `NotFoundError`."""
    sample = rows.EndorsementSample.objects.select_related("run").filter(name=name).first()
    if sample is None:
        known = ", ".join(sample_names()[:8]) or "none was drawn yet"
        raise NotFoundError(
            f"There is no sample {name[:80]!r}", where="--sample", fix=f"Known: {known}."
        )
    given = _judgements(sample)
    items = []
    for item in sample.items.select_related("reading"):
        own = given.get(item.pk, ())
        document = row_of(item.reading.content, item.reading.file)
        items.append(SampleItem(item.number, document, tuple(own), truth_of(own)))
    return OpenSample(
        name=sample.name,
        run=sample.run.name,
        reader=sample.run.reader,
        seed=sample.seed,
        allocation=sample.allocation,
        populations={part["level"]: part["population"] for part in sample.strata},
        items=tuple(items),
    )


def _judgements(sample: rows.EndorsementSample) -> dict[int, list[DocumentJudgement]]:
    found: dict[int, list[DocumentJudgement]] = {}
    query = rows.EndorsementJudgement.objects.filter(item__sample=sample).select_related("item")
    for row in query:
        found.setdefault(row.item_id, []).append(judgement_of(row))
    return found


def judgement_of(row: rows.EndorsementJudgement) -> DocumentJudgement:
    """Return a stored judgement as a core type; `item` is the number in its sample."""
    return DocumentJudgement(
        id=row.pk,
        item=row.item.number,
        coder=row.coder,
        at=row.at,
        action=DocumentAction(row.action),
        level=None if row.level is None else JudgedLevel(row.level),
        note=row.note,
        withdraws=row.withdraws_id,
    )
