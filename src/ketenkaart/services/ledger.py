"""The ledger in the database: publish one, read one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError, StoreError
from ketenkaart.core.ledger.types import (
    Commitment,
    DateType,
    Deadline,
    Finding,
    FollowUp,
    Ledger,
    Letter,
    Locator,
    Position,
    Recommendation,
    Reference,
    ResponseClass,
    Theme,
    Verdict,
    VerdictValue,
)
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.db.record import models as rows


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication left in the record; `is_changed` is false when it was there already."""

    letter: str
    is_changed: bool
    themes: int
    recommendations: int
    commitments: int
    references: int
    verdicts: int
    findings: int


def content_hash(ledger: Ledger) -> str:
    """Return the SHA-256 of the ledger's canonical JSON, in hexadecimal."""
    return hashlib.sha256(ledger.model_dump_json().encode()).hexdigest()


def publish_ledger(ledger: Ledger, *, actor: str, at: datetime) -> Published:
    """Put `ledger` in the record, in one transaction, and note it in the audit trail.

    The same content again changes nothing and adds no note. Other content for the same letter
    replaces the rows; what stood there is named in the trail by its hash.

    Raises `InputError` when `at` has no time zone and `ReferenceDataError` when the two sides of
    a link disagree, as in a recommendation that names a promise which does not name it back.
    """
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    _check_links(ledger)
    counts = {
        "themes": len(ledger.themes),
        "recommendations": len(ledger.recommendations),
        "commitments": len(ledger.commitments),
        "references": len(ledger.references),
        "verdicts": len(ledger.verdicts),
        "findings": len(ledger.findings),
    }
    after = content_hash(ledger)
    with transaction.atomic():
        present = rows.Letter.objects.filter(id=ledger.letter.id).first()
        before = present.content_sha256 if present else None
        if before == after:
            return Published(letter=ledger.letter.id, is_changed=False, **counts)
        if present:
            present.delete()
        _insert(ledger, after)
        rows.AuditEntry.objects.create(
            at=at,
            actor=actor,
            action="publish_ledger",
            subject=ledger.letter.id,
            before_sha256=before,
            after_sha256=after,
            counts=counts,
        )
    return Published(letter=ledger.letter.id, is_changed=True, **counts)


def read_ledger(letter_id: str) -> Ledger:
    """Return the published ledger of one letter, equal to what was published.

    Raises `NotFoundError` when no such letter was published.
    """
    letter = rows.Letter.objects.filter(id=letter_id).first()
    if letter is None:
        raise NotFoundError(
            f"No letter {letter_id!r} in the record",
            where="letter",
            fix="Run `ketenkaart up --no-serve` to publish the ledger.",
        )
    return Ledger(
        letter=Letter(
            id=letter.id,
            title=_text(letter, "title"),
            dossier=letter.dossier,
            number=letter.number,
            date=letter.date,
            sender=letter.sender,
            characters=letter.characters,
            sha256=letter.sha256,
            citation=_citation(letter),
        ),
        themes=tuple(
            Theme(
                number=row.number,
                id=row.slug,
                name=_text(row, "name"),
                description=_text(row, "description"),
                citation=_citation(row),
            )
            for row in letter.themes.all()
        ),
        recommendations=_recommendations(letter),
        commitments=_commitments(letter),
        references=_references(letter),
        verdicts=tuple(
            Verdict(
                commitment=row.commitment.code,
                value=VerdictValue(row.value),
                found_on=row.found_on,
                statement=_text(row, "statement"),
                citation=_citation(row),
            )
            for row in rows.Verdict.objects.filter(commitment__letter=letter).select_related(
                "commitment"
            )
        ),
        findings=_findings(letter),
    )


def published_letters() -> tuple[str, ...]:
    """Return the ids of all published letters, oldest letter first."""
    return tuple(rows.Letter.objects.order_by("date", "id").values_list("id", flat=True))


def current_ledger() -> Ledger:
    """Return the ledger of the most recent published letter.

    Raises `StoreError` when nothing has been published yet.
    """
    letters = published_letters()
    if not letters:
        raise StoreError(
            "The record holds no letter yet",
            where="record",
            fix="Run `ketenkaart up --no-serve` to fill it.",
        )
    return read_ledger(letters[-1])


def _check_links(ledger: Ledger) -> None:
    forward = {(r.id, k) for r in ledger.recommendations for k in r.commitments}
    backward = {(r, k.id) for k in ledger.commitments for r in k.recommendations}
    cited = {(r.id, d) for r in ledger.recommendations for d in r.references}
    citing = {(r, d.id) for d in ledger.references for r in d.cited_by}
    for name, one, other in (
        ("commitment", forward, backward),
        ("reference", cited, citing),
    ):
        odd = sorted(one ^ other)
        if odd:
            raise ReferenceDataError(
                f"Recommendation {odd[0][0]} and {name} {odd[0][1]} are linked on one side only",
                where=f"ledger of {ledger.letter.id}",
                fix="Name the link in both records, or in neither.",
            )


def _insert(ledger: Ledger, sha256: str) -> None:
    letter = rows.Letter.objects.create(
        id=ledger.letter.id,
        dossier=ledger.letter.dossier,
        number=ledger.letter.number,
        date=ledger.letter.date,
        sender=ledger.letter.sender,
        characters=ledger.letter.characters,
        sha256=ledger.letter.sha256,
        content_sha256=sha256,
        **_both("title", ledger.letter.title),
        **_cited(ledger.letter.citation),
    )
    themes = {
        theme.number: rows.Theme.objects.create(
            letter=letter,
            number=theme.number,
            slug=theme.id,
            **_both("name", theme.name),
            **_both("description", theme.description),
            **_cited(theme.citation),
        )
        for theme in ledger.themes
    }
    recommendations = {
        r.id: _insert_recommendation(letter, themes[r.theme], position, r)
        for position, r in enumerate(ledger.recommendations)
    }
    commitments = {
        k.id: _insert_commitment(letter, position, k)
        for position, k in enumerate(ledger.commitments)
    }
    references = {
        d.id: rows.Reference.objects.create(
            letter=letter,
            position=position,
            code=d.id,
            **_both("label", d.label),
            **_both("description", d.description),
            **_located(d.locator),
            **_cited(d.citation),
        )
        for position, d in enumerate(ledger.references)
    }
    rows.RecommendationCommitment.objects.bulk_create(
        rows.RecommendationCommitment(
            recommendation=recommendations[r.id], commitment=commitments[k]
        )
        for r in ledger.recommendations
        for k in r.commitments
    )
    rows.RecommendationReference.objects.bulk_create(
        rows.RecommendationReference(recommendation=recommendations[r.id], reference=references[d])
        for r in ledger.recommendations
        for d in r.references
    )
    rows.Verdict.objects.bulk_create(
        rows.Verdict(
            commitment=commitments[v.commitment],
            position=position,
            value=v.value.value,
            found_on=v.found_on,
            **_both("statement", v.statement),
            **_cited(v.citation),
        )
        for position, v in enumerate(ledger.verdicts)
    )
    _insert_findings(letter, commitments, ledger.findings)


def _insert_findings(
    letter: rows.Letter,
    commitments: Mapping[str, rows.Commitment],
    findings: Iterable[Finding],
) -> None:
    for position, item in enumerate(findings):
        row = rows.Finding.objects.create(
            letter=letter,
            position=position,
            slug=item.id,
            found_on=item.found_on,
            **_both("statement", item.statement),
            **_cited(item.citation),
        )
        rows.FindingCommitment.objects.bulk_create(
            rows.FindingCommitment(finding=row, commitment=commitments[code])
            for code in item.commitments
        )


def _insert_recommendation(
    letter: rows.Letter, theme: rows.Theme, position: int, item: Recommendation
) -> rows.Recommendation:
    found = item.response_locator
    return rows.Recommendation.objects.create(
        letter=letter,
        theme=theme,
        position=position,
        code=item.id,
        parts=[part.model_dump() for part in item.parts],
        sentence_group=item.sentence_group,
        response_block=item.response_block,
        response_class=item.response_class.value,
        acceptable_classes=[value.value for value in item.acceptable_classes],
        government_position=item.position.value,
        follow_up=item.follow_up.value,
        response_explicit=item.response_explicit,
        response_quote=found.quote if found else None,
        response_start=found.start if found else None,
        response_end=found.end if found else None,
        response_line=found.line if found else None,
        ambiguous=item.ambiguous,
        coding_citation=item.coding_citation.model_dump(mode="json"),
        **_both("project", item.project),
        **_both("summary", item.summary),
        **_both("coding_note", item.coding_note),
        **_both("reason", item.reason_if_refused),
        **_located(item.locator),
        **_cited(item.citation),
    )


def _insert_commitment(letter: rows.Letter, position: int, item: Commitment) -> rows.Commitment:
    deadline = item.deadline
    return rows.Commitment.objects.create(
        letter=letter,
        position=position,
        code=item.id,
        date_type=item.date_type.value,
        date_type_note=item.date_type_note,
        due=deadline.due if deadline else None,
        due_citation=deadline.citation.model_dump(mode="json") if deadline else None,
        **_both("date_text", item.date_text),
        **_both("responsible", item.responsible),
        **_both("status_in_letter", item.status_in_letter),
        **_both("due_reading", deadline.reading if deadline else None),
        **_both("summary", item.summary),
        **_located(item.locator),
        **_cited(item.citation),
    )


def _recommendations(letter: rows.Letter) -> tuple[Recommendation, ...]:
    promises: dict[int, list[str]] = {}
    for link in (
        rows.RecommendationCommitment.objects.filter(recommendation__letter=letter)
        .select_related("commitment")
        .order_by("id")
    ):
        promises.setdefault(link.recommendation_id, []).append(link.commitment.code)
    documents: dict[int, list[str]] = {}
    for cited in (
        rows.RecommendationReference.objects.filter(recommendation__letter=letter)
        .select_related("reference")
        .order_by("id")
    ):
        documents.setdefault(cited.recommendation_id, []).append(cited.reference.code)
    return tuple(
        Recommendation(
            id=row.code,
            theme=row.theme.number,
            locator=_locator(row),
            summary=_text(row, "summary"),
            parts=tuple(Text.model_validate(part) for part in row.parts),
            sentence_group=row.sentence_group,
            response_block=row.response_block,
            response_class=ResponseClass(row.response_class),
            acceptable_classes=tuple(ResponseClass(value) for value in row.acceptable_classes),
            position=Position(row.government_position),
            follow_up=FollowUp(row.follow_up),
            coding_note=_text_or_none(row, "coding_note"),
            coding_citation=Citation.model_validate(row.coding_citation),
            response_explicit=row.response_explicit,
            response_locator=_response_locator(row),
            ambiguous=row.ambiguous,
            reason_if_refused=_text_or_none(row, "reason"),
            project=_text_or_none(row, "project"),
            commitments=tuple(promises.get(row.pk, ())),
            references=tuple(documents.get(row.pk, ())),
            citation=_citation(row),
        )
        for row in letter.recommendations.select_related("theme")
    )


def _commitments(letter: rows.Letter) -> tuple[Commitment, ...]:
    linked = _codes(
        rows.RecommendationCommitment.objects.filter(commitment__letter=letter)
        .order_by("recommendation__position")
        .values_list("commitment_id", "recommendation__code")
    )
    return tuple(
        Commitment(
            id=row.code,
            summary=_text(row, "summary"),
            date_text=_text_or_none(row, "date_text"),
            date_type=DateType(row.date_type),
            date_type_note=row.date_type_note,
            deadline=_deadline(row),
            responsible=_text(row, "responsible"),
            status_in_letter=_text(row, "status_in_letter"),
            locator=_locator(row),
            recommendations=tuple(linked.get(row.pk, ())),
            citation=_citation(row),
        )
        for row in letter.commitments.all()
    )


def _references(letter: rows.Letter) -> tuple[Reference, ...]:
    linked = _codes(
        rows.RecommendationReference.objects.filter(reference__letter=letter)
        .order_by("recommendation__position")
        .values_list("reference_id", "recommendation__code")
    )
    return tuple(
        Reference(
            id=row.code,
            label=_text(row, "label"),
            description=_text(row, "description"),
            locator=_locator(row),
            cited_by=tuple(linked.get(row.pk, ())),
            citation=_citation(row),
        )
        for row in letter.references.all()
    )


def _findings(letter: rows.Letter) -> tuple[Finding, ...]:
    linked = _codes(
        rows.FindingCommitment.objects.filter(finding__letter=letter)
        .order_by("id")
        .values_list("finding_id", "commitment__code")
    )
    return tuple(
        Finding(
            id=row.slug,
            commitments=tuple(linked.get(row.pk, ())),
            found_on=row.found_on,
            statement=_text(row, "statement"),
            citation=_citation(row),
        )
        for row in letter.findings.all()
    )


def _codes(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, code in pairs:
        found.setdefault(key, []).append(code)
    return found


def _deadline(row: rows.Commitment) -> Deadline | None:
    if row.due is None:
        return None
    return Deadline(
        due=row.due,
        reading=_text(row, "due_reading"),
        citation=Citation.model_validate(row.due_citation),
    )


def _response_locator(row: rows.Recommendation) -> Locator | None:
    if row.response_quote is None:
        return None
    return Locator.model_validate(
        {
            "quote": row.response_quote,
            "start": row.response_start,
            "end": row.response_end,
            "line": row.response_line,
        }
    )


def _locator(row: rows.Located) -> Locator:
    return Locator(
        quote=row.locator_quote,
        start=row.locator_start,
        end=row.locator_end,
        line=row.locator_line,
    )


def _text(row: object, name: str) -> Text:
    return Text(nl=getattr(row, f"{name}_nl"), en=getattr(row, f"{name}_en"))


def _text_or_none(row: object, name: str) -> Text | None:
    return None if getattr(row, f"{name}_nl") is None else _text(row, name)


def _citation(row: rows.Cited) -> Citation:
    return Citation(
        source=row.citation_source,
        locator=row.citation_locator,
        grade=Grade(row.citation_grade),
        note=_text_or_none(row, "citation_note"),
    )


def _both(name: str, text: Text | None) -> dict[str, Any]:
    return {f"{name}_nl": text.nl if text else None, f"{name}_en": text.en if text else None}


def _located(locator: Locator) -> dict[str, Any]:
    return {
        "locator_quote": locator.quote,
        "locator_start": locator.start,
        "locator_end": locator.end,
        "locator_line": locator.line,
    }


def _cited(citation: Citation) -> dict[str, Any]:
    return {
        "citation_source": citation.source,
        "citation_locator": citation.locator,
        "citation_grade": citation.grade.value,
        **_both("citation_note", citation.note),
    }
