"""The nouns of follow-up: what the owner says, what the evidence shows, what a verifier found.

Every record has a `day` (what day it speaks of) and says who gave it. Records are only ever added;
a mistake is withdrawn with a reason, and stays visible.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

ItemKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""How an item is named for good: the id of its letter, a slash, its code in that letter."""

Words = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=150)]


class ItemKind(StrEnum):
    """What an item is."""

    RECOMMENDATION = "recommendation"
    COMMITMENT = "commitment"


class ClaimValue(StrEnum):
    """What an owner says about an item; a claim is never a verdict."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"
    NOT_INTENDED = "not_intended"


class EvidenceKind(StrEnum):
    """What a piece of evidence is: a source cited in the ledger, an address, or a kept file."""

    CITED = "cited"
    LINK = "link"
    FILE = "file"


class IndependentValue(StrEnum):
    """What somebody independent found."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"
    CANNOT_BE_JUDGED = "cannot_be_judged"


class FollowUpState(StrEnum):
    """Where an item stands on a day; always computed.

    Only a verdict can say that something was kept, late or broken. `not_researched` is a deadline
    that has passed without a verdict; `awaiting_verdict` is one that is said to be done.
    """

    REFUSED = "refused"
    OUTSIDE_SCOPE = "outside_scope"
    THROUGH_PROMISES = "through_promises"
    DEADLINE_ASKED = "deadline_asked"
    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    NOT_RESEARCHED = "not_researched"
    AWAITING_VERDICT = "awaiting_verdict"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"
    CANNOT_BE_JUDGED = "cannot_be_judged"


class EvidenceState(StrEnum):
    """How fresh the newest evidence is, from worst to best."""

    NONE = "none"
    UNDATED = "undated"
    STALE = "stale"
    FRESH = "fresh"


class Ask(StrEnum):
    """What an item still needs from somebody."""

    OWNER = "owner"
    DEADLINE = "deadline"
    EVIDENCE = "evidence"
    VERDICT = "verdict"


class HandoverState(StrEnum):
    """Where a handover stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class FollowUpRules(Frozen):
    """The periods that follow-up works with, in days; each is declared, none is a law."""

    stale_after_days: int = Field(gt=0)
    due_soon_days: int = Field(ge=0)
    reminder_days: tuple[int, ...] = Field(min_length=1)
    why: Text
    citation: Citation

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if list(self.reminder_days) != sorted(set(self.reminder_days), reverse=True):
            raise ValueError("reminder days stand once each, from early to late")
        return self


class Withdrawn(Frozen):
    """Why a record no longer counts, and who said so."""

    by: Name
    at: datetime
    reason: Words


class Claim(Frozen):
    """What the owner, or the letter itself, says was done; `value` is `None` for a bare promise."""

    id: int | None = None
    day: date
    value: ClaimValue | None
    text: Text | str
    by: Text | str
    withdrawn: Withdrawn | None = None


class Evidence(Frozen):
    """A document that shows something; `day` is the day of the document, if known.

    A file is kept under its SHA-256 and served as a download only.
    """

    id: int | None = None
    kind: EvidenceKind
    title: Text | str
    day: date | None
    by: Text | str
    url: str | None = None
    sha256: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    citation: Citation | None = None
    withdrawn: Withdrawn | None = None


class IndependentVerdict(Frozen):
    """What a verifier, or a source outside the letter, found on `day`.

    `kept_on` is the day on which the item was done, where the verdict knows it.
    """

    id: int | None = None
    day: date
    value: IndependentValue
    kept_on: date | None
    statement: Text | str
    by: Text | str
    citation: Citation | None = None
    withdrawn: Withdrawn | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.kept_on is not None and self.kept_on > self.day:
            raise ValueError("something is found kept on the day it was done or later")
        return self


class DeadlineChange(Frozen):
    """A date for an item: the letter's own, or one that was given later; none replaces another."""

    id: int | None = None
    due: date
    day: date
    by: Text | str
    reason: Text | str
    is_from_letter: bool = False


class Assignment(Frozen):
    """Who owns an item from a day on, and who decided so."""

    id: int | None = None
    owner: Name
    day: date
    by: Name


class Handover(Frozen):
    """An item on its way from one owner to another; both are named, the second one answers."""

    id: int
    giver: Name
    taker: Name
    day: date
    note: str
    state: HandoverState
    answered_on: date | None
    version: int


class History(Frozen):
    """Everything that was recorded about one item after the letter, oldest first."""

    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verdicts: tuple[IndependentVerdict, ...] = ()
    deadlines: tuple[DeadlineChange, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    handovers: tuple[Handover, ...] = ()


class Item(Frozen):
    """A recommendation or a promise with what its letter and later sources say about it."""

    key: ItemKey
    letter: Identifier
    code: str
    kind: ItemKind
    summary: Text
    themes: tuple[int, ...]
    responsible: Text | None
    letter_day: date
    is_refused: bool = False
    is_outside_scope: bool = False
    reason: Text | None = None
    project: Text | None = None
    is_deferred: bool = False
    promises: tuple[ItemKey, ...] = ()
    citation: Citation
    said: History = History()
    """The first entries of each lane: the letter's own words and what sources said later."""


class Standing(Frozen):
    """Where an item stands on `as_of`.

    `due` is the first date the item ever had and decides about lateness; `expected` is the latest
    one. `days_left` counts from `as_of` to `expected` and is negative afterwards.
    """

    key: ItemKey
    as_of: date
    state: FollowUpState
    due: date | None
    expected: date | None
    days_left: int | None
    has_slipped: bool
    is_overdue: bool
    owner: str | None
    claim: Claim | None
    verdict: IndependentVerdict | None
    evidence: EvidenceState
    evidence_day: date | None
    asks: tuple[Ask, ...]


class Followed(Frozen):
    """An item, its whole history and where it stands."""

    item: Item
    history: History
    standing: Standing
