"""What people judged of documents that a machine sorted: which judgements stand, what is true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.machine_error import JudgedStratum


class JudgedLevel(StrEnum):
    """The level that a person gives a document, or that it cannot be told from it."""

    NONE = "none"
    MENTION = "mention"
    REFERENCE_FRAMEWORK = "reference_framework"
    ENDORSEMENT = "endorsement"
    CANNOT_TELL = "cannot_tell"

    @property
    def level(self) -> Level | None:
        """Return the level, `None` where it cannot be told.

        >>> JudgedLevel.MENTION.level, JudgedLevel.CANNOT_TELL.level
        (<Level.MENTION: 1>, None)
        """
        return None if self is JudgedLevel.CANNOT_TELL else Level[self.name]


class DocumentAction(StrEnum):
    """What an entry does: judge a document, settle a disagreement, take an entry back."""

    JUDGE = "judge"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"


class TruthState(StrEnum):
    """What is known of a drawn document: whether people judged it, and whether they agree."""

    OPEN = "open"
    ONE = "one"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class DocumentJudgement:
    """One entry about one drawn document; entries are added and never changed."""

    id: int
    item: int
    coder: str
    at: datetime
    action: DocumentAction
    level: JudgedLevel | None
    note: str | None = None
    withdraws: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What people make of one drawn document.

    `by_coder` holds each coder's judgement that stands. `level` is what counts as true: the
    resolution, or what all who judged say; `None` while they disagree or nobody judged.
    """

    state: TruthState
    level: JudgedLevel | None
    by_coder: Mapping[str, JudgedLevel]
    resolution: DocumentJudgement | None = None


def standing(judgements: Iterable[DocumentJudgement]) -> tuple[DocumentJudgement, ...]:
    """Return the entries in force: not taken back, and of each coder and document the latest.

    Of resolutions the latest of a document stands, whoever made it.
    """
    given = sorted(judgements, key=lambda item: item.id)
    gone = {item.withdraws for item in given if item.withdraws is not None}
    latest: dict[tuple[int, str], DocumentJudgement] = {}
    for item in given:
        if item.action is not DocumentAction.WITHDRAW and item.id not in gone:
            who = "" if item.action is DocumentAction.RESOLVE else item.coder
            latest[item.item, who] = item
    return tuple(sorted(latest.values(), key=lambda item: item.id))


def truth_of(judgements: Iterable[DocumentJudgement]) -> Truth:
    """Return what people make of one document, from all entries about it."""
    in_force = standing(judgements)
    resolution = next((j for j in in_force if j.action is DocumentAction.RESOLVE), None)
    by_coder = {
        j.coder: j.level
        for j in in_force
        if j.action is DocumentAction.JUDGE and j.level is not None
    }
    levels = set(by_coder.values())
    if resolution is not None:
        return Truth(TruthState.RESOLVED, resolution.level, by_coder, resolution)
    if len(levels) > 1:
        return Truth(TruthState.DISAGREED, None, by_coder)
    level = next(iter(levels), None)
    state = {0: TruthState.OPEN, 1: TruthState.ONE}.get(len(by_coder), TruthState.AGREED)
    return Truth(state, level, by_coder)


def judged_strata(
    populations: Mapping[int, int], judged: Sequence[tuple[int, Truth]]
) -> tuple[JudgedStratum, ...]:
    """Return the strata of a sample: per level of the machine, what people made of those drawn.

    Documents that nobody judged, on which coders disagree, or of which it cannot be told count as
    not judged: they were drawn at random, and so are those that are left.
    """
    found: dict[int, dict[int, int]] = {level: {} for level in populations}
    for stratum, truth in judged:
        level = None if truth.level is None else truth.level.level
        if level is not None:
            counts = found[stratum]
            counts[int(level)] = counts.get(int(level), 0) + 1
    return tuple(
        JudgedStratum(level, populations[level], found[level]) for level in sorted(populations)
    )
