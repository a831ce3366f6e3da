"""Rows of the record to core types of a ledger, converted once."""

from __future__ import annotations

from collections.abc import Iterable

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


def ledger_of(letter: rows.Letter) -> Ledger:
    """Return the ledger of a letter's row, with everything that belongs to it."""
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
