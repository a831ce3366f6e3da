"""What one file of parliament's data gives, as papers, motions, dossiers and commitments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ketenkaart.core.ledger.motions import (
    Motion,
    VoteResult,
    appreciation_of,
    read_motion,
    vote_result,
)
from ketenkaart.core.ledger.papers import (
    Dossier,
    Paper,
    PaperKind,
    ParliamentCommitment,
    joined,
    paper_id,
)
from ketenkaart.sources.parliament.reader import Page, Reject
from ketenkaart.sources.parliament.records import (
    Activiteit,
    Besluit,
    Document,
    DocumentVersie,
    Kamerstukdossier,
    Record,
    Toezegging,
    Zaak,
    day,
)

_KINDS = (
    ("brief", PaperKind.LETTER),
    ("motie", PaperKind.MOTION),
    ("amendement", PaperKind.AMENDMENT),
    ("schriftelijke vragen", PaperKind.QUESTIONS),
    ("mondelinge vragen", PaperKind.QUESTIONS),
    ("rapport", PaperKind.REPORT),
)


@dataclass(slots=True)
class Batch:
    """Everything read from one file, in its order; `unused` counts records that nothing needs."""

    papers: list[Paper] = field(default_factory=list)
    motions: list[Motion] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    commitments: list[ParliamentCommitment] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    unused: Counter[str] = field(default_factory=Counter)


def paper_kind(words: str | None) -> PaperKind:
    """Return the kind of a paper from the publisher's word for it.

    >>> str(paper_kind("Brief regering")), str(paper_kind("Gewijzigde motie"))
    ('letter', 'motion')
    """
    plain = (words or "").casefold()
    return next((kind for word, kind in _KINDS if word in plain), PaperKind.OTHER)


def batch_of(pages: Iterable[Page]) -> Batch:
    """Return what pages of records hold; a record without a number of its own is not needed."""
    batch = Batch()
    for page in pages:
        batch.rejects.extend(page.rejects)
        batch.unknown.update(page.unknown)
        for record in page.records:
            _add(batch, record)
    return batch


def _add(batch: Batch, record: Record) -> None:
    match record:
        case Zaak():
            _add_case(batch, record)
        case Document():
            _add_document(batch, record)
        case DocumentVersie() if record.document is not None:
            _add_document(batch, _with_version(record.document, record))
        case Kamerstukdossier():
            _add_dossier(batch, record)
        case Toezegging():
            _add_commitment(batch, record, None)
        case Activiteit():
            _add_activity(batch, record)
        case Besluit() if record.cases:
            _add_decision(batch, record)
        case _:
            batch.unused[record.entity] += 1


def _with_version(document: Document, version: DocumentVersie) -> Document:
    if document.current_version is not None:
        return document
    return document.model_copy(update={"current_version": version})


def _add_activity(batch: Batch, activity: Activiteit) -> None:
    for commitment in activity.commitments:
        _add_commitment(batch, commitment, activity.number)
    for case in activity.cases:
        _add_case(batch, case)


def _add_decision(batch: Batch, decision: Besluit) -> None:
    for case in decision.cases:
        _add_case(batch, case.model_copy(update={"decisions": (decision,)}))


def _add_case(batch: Batch, case: Zaak, document: Document | None = None) -> None:
    if case.number is None and not case.removed:
        batch.unused[case.entity] += 1
        return
    for dossier in case.dossiers:
        _add_dossier(batch, dossier)
    documents = (document,) if document else case.documents
    first = documents[0] if documents else None
    kind = paper_kind(case.kind)
    paper = Paper(
        key=case.number or str(case.id),
        uid=str(case.id),
        id=_published(documents) or _numbered(case),
        kind=kind,
        kind_words=case.kind or "",
        dossier_title=case.title or "",
        subject=(case.subject or "").strip(),
        number=case.sequence if case.sequence and case.sequence > 0 else None,
        dated=day(first.dated if first and first.dated else case.started),
        session_year=case.session_year,
        case=case.number,
        document=first.document_number if first else None,
        replaces=tuple(other.number for other in case.replaces if other.number),
        is_removed=bool(case.removed),
    )
    if kind is not PaperKind.MOTION:
        batch.papers.append(paper)
        return
    vote, voted_on = _vote(case.decisions)
    facts = {
        "appreciation": appreciation_of(case.appreciation),
        "appreciation_words": case.appreciation,
        "vote": vote,
        "voted_on": voted_on,
    }
    batch.motions.append(read_motion(paper, paper.subject, (), **facts))


def _published(documents: Iterable[Document]) -> str | None:
    """Return the number of the official paper among the documents' versions."""
    for document in documents:
        versions = (document.current_version, *document.versions)
        for version in versions:
            found = paper_id(version.publication) if version and version.publication else None
            if found:
                return found
    return None


def _numbered(case: Zaak | Document) -> str | None:
    """Return the number of the paper from its dossier and its place in there."""
    if not case.sequence or case.sequence < 1:
        return None
    known = [dossier for dossier in case.dossiers if dossier.number is not None]
    if not known:
        return None
    return joined(str(known[0].number), known[0].suffix, case.sequence)


def _vote(decisions: Iterable[Besluit]) -> tuple[VoteResult | None, object]:
    """Return how the last decision with a result ended, and on which day."""
    found: tuple[VoteResult | None, object] = (None, None)
    for decision in decisions:
        result = vote_result(decision.kind) or vote_result(decision.text)
        if result is None or decision.removed:
            continue
        item = decision.agenda_item
        held = item.activity.dated if item and item.activity else None
        found = (result, day(held))
    return found


def _add_document(batch: Batch, document: Document) -> None:
    for dossier in document.dossiers:
        _add_dossier(batch, dossier)
    if document.cases:
        for case in document.cases:
            dossiers = case.dossiers or document.dossiers
            _add_case(batch, case.model_copy(update={"dossiers": dossiers}), document)
        return
    if document.document_number is None and not document.removed:
        batch.unused[document.entity] += 1
        return
    batch.papers.append(
        Paper(
            key=document.document_number or str(document.id),
            uid=str(document.id),
            id=_published((document,)) or _numbered(document),
            kind=paper_kind(document.kind),
            kind_words=document.kind or "",
            dossier_title=document.title or "",
            subject=(document.subject or "").strip(),
            number=document.sequence if document.sequence and document.sequence > 0 else None,
            dated=day(document.dated),
            session_year=document.session_year,
            document=document.document_number,
            is_removed=bool(document.removed),
        )
    )


def _add_dossier(batch: Batch, dossier: Kamerstukdossier) -> None:
    if dossier.number is None or not dossier.title or dossier.removed:
        batch.unused[dossier.entity] += 1
        return
    suffix = f"-{dossier.suffix.strip('()')}" if dossier.suffix else ""
    batch.dossiers.append(Dossier(id=f"{dossier.number}{suffix}", title=dossier.title))


def _add_commitment(batch: Batch, record: Toezegging, activity: str | None) -> None:
    if record.number is None and not record.removed:
        batch.unused[record.entity] += 1
        return
    name = record.name or " ".join(
        part for part in (record.initials, record.particle, record.surname) if part
    )
    batch.commitments.append(
        ParliamentCommitment(
            number=record.number or str(record.id),
            uid=str(record.id),
            text=(record.text or "").strip(),
            status_words=record.status,
            made_on=day(record.created),
            due=day(record.due),
            ministry=record.ministry,
            minister=name or None,
            office=record.office,
            activity=record.activity_number or activity,
            fulfilled_in=record.fulfilled_in,
            is_removed=bool(record.removed),
        )
    )
