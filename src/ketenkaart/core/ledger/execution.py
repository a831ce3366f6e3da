"""What came of a motion: reports by government and verdicts by others, side by side.

A state is computed from the notes and the vote, never typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal, get_args

from ketenkaart.core.ledger.followup.types import ItemKey
from ketenkaart.core.ledger.motions import Motion, VoteResult
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Frozen, Text


class NoteKind(StrEnum):
    """What is noted about a motion after it was moved."""

    LINK = "link"
    """An item of a ledger says that it carries the motion out."""
    GOVERNMENT_REPORT = "government_report"
    """Government says that the motion was carried out."""
    INDEPENDENT_VERDICT = "independent_verdict"
    """Somebody outside government found whether it was."""
    WITHDRAWAL = "withdrawal"
    """An earlier note no longer counts."""


class MotionNote(Frozen):
    """Something known about what came of a motion, with its source.

    `item` is the item of a ledger that carries the motion out, as "kst-26485-319/K31". Only an
    independent verdict has a `value`.
    """

    kind: NoteKind
    item: ItemKey | None = None
    value: VerdictValue | None = None
    found_on: date | None = None
    statement: Text
    citation: Citation
    by: str | None = None
    id: int | None = None


ExecutionState = Literal[
    "kept", "kept_late", "partly_kept", "not_kept",
    "reported_by_government", "no_execution_reported", "not_applicable",
]  # fmt: skip
EXECUTION_STATES: tuple[ExecutionState, ...] = get_args(ExecutionState)

WITHOUT_EXECUTION = frozenset({VoteResult.REJECTED, VoteResult.WITHDRAWN, VoteResult.LAPSED})
"""Results after which nobody owes the execution of a motion."""
_OF_VERDICT: dict[VerdictValue, ExecutionState] = {
    VerdictValue.KEPT: "kept",
    VerdictValue.KEPT_LATE: "kept_late",
    VerdictValue.PARTLY_KEPT: "partly_kept",
    VerdictValue.NOT_KEPT: "not_kept",
}


def execution_state(motion: Motion, notes: Iterable[MotionNote], as_of: date) -> ExecutionState:
    """Return what is known on a day about the execution of a motion.

    The last independent verdict decides; without one, a report by government counts as a report;
    a motion that was rejected, withdrawn or lapsed needs no execution. Notes of a later day do not
    count, notes without a day always do.
    """
    known = [note for note in notes if note.found_on is None or note.found_on <= as_of]
    verdicts = [note for note in known if note.value is not None]
    if verdicts:
        last = max(verdicts, key=lambda note: note.found_on or date.min)
        return _OF_VERDICT[last.value or VerdictValue.NOT_KEPT]
    if any(note.kind is NoteKind.GOVERNMENT_REPORT for note in known):
        return "reported_by_government"
    return "not_applicable" if motion.vote in WITHOUT_EXECUTION else "no_execution_reported"
