"""Tables of the public record, one file per part of it."""

from __future__ import annotations

from ketenkaart.db.record.models.ledger import (
    AuditEntry,
    Cited,
    Commitment,
    Finding,
    FindingCommitment,
    Letter,
    Located,
    Recommendation,
    RecommendationCommitment,
    RecommendationReference,
    Reference,
    Theme,
    Verdict,
)

__all__ = [
    "AuditEntry",
    "Cited",
    "Commitment",
    "Finding",
    "FindingCommitment",
    "Letter",
    "Located",
    "Recommendation",
    "RecommendationCommitment",
    "RecommendationReference",
    "Reference",
    "Theme",
    "Verdict",
]
