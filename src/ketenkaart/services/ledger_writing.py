"""Core types of a ledger to rows of the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ketenkaart.core.ledger.types import Commitment, Finding, Ledger, Locator, Recommendation
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.db.record import models as rows


def insert_ledger(ledger: Ledger, sha256: str) -> None:
    """Write every row of `ledger`; the caller holds the transaction."""
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
