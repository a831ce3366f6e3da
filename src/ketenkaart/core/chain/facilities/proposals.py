"""What waits for a person: proposals to change the registry, and what was decided about them.

Matching puts the pairs that it will not decide itself here, through
`services.facilities.queue.propose_matches`; `services.facilities.queue.decided_pairs` gives
back what people made of them. Nothing that a machine proposes is a fact before it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.cautions import Caution


class ProposalKind(StrEnum):
    """What is asked of the registry."""

    POSSIBLE_MATCH = "possible_match"
    """Two records may be one facility."""
    NEW_FACILITY = "new_facility"
    CORRECTION = "correction"
    CLOSURE = "closure"
    MERGE_REQUEST = "merge_request"


class ProposalState(StrEnum):
    """How far a proposal is; the last three are ends, and an end can be undone."""

    OPEN = "open"
    SECOND_NEEDED = "second_needed"
    """One moderator accepted; another must, because others may use the id that would go."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """Another decision left nothing to decide."""


class Ruling(StrEnum):
    """What a moderator makes of a proposal."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """Two records that may be one facility, for a person to decide.

    `left` and `right` are keys of records: `row:12` for a row of a kept list, an id for a
    facility. `probability` is that of a match; `reasons` name each comparison with its weight in
    bits (log2 of the Bayes factor), and `cautions` say what a machine may not decide, so that a
    person sees why.
    """

    left: str
    right: str
    probability: float
    reasons: tuple[tuple[str, float], ...] = ()
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """Two records as they stood when a person decided whether they are one facility."""

    left: FacilityRecord
    right: FacilityRecord
    is_match: bool
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What one person made of a proposal: `accept`, `reject`, or `undo` of the one before."""

    ruling: str
    reason: str
    by: str
    at: datetime
    event: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing asked of the registry, with the records that it is about as they are now.

    `content` holds what is asked: the changes of a correction, what a new facility is. `version`
    counts changes, for whoever decides to name the one that was looked at.
    """

    id: int
    kind: ProposalKind
    state: ProposalState
    left: FacilityRecord | None
    right: FacilityRecord | None
    probability: float | None
    content: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    claimed_by: str | None
    decisions: tuple[Decided, ...]
    version: int
