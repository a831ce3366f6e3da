"""From scores to verdicts, by the OECD alignment method: no verdict over a criterion unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketenkaart.core.governance.norms.types import (
    Alignment,
    AlignmentCriterion,
    AlignmentScore,
    AssessmentPart,
    ScoreSheet,
)

POINTS = {Alignment.FULLY: 2, Alignment.PARTLY: 1, Alignment.NOT: 0}
UNSEEN = Alignment.NOT_RESEARCHED


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a group of criteria is met.

    `alignment` is fully when all are, not when none is even partly, otherwise partly;
    `not_applicable` when none applies; `None` while any that applies is not researched. `share` is
    the points (2, 1, 0) over the most possible, in [0, 1], and `None` just as often. `counts` has
    the number of criteria per score.
    """

    alignment: Alignment | None
    share: float | None
    counts: dict[Alignment, int]

    @property
    def missing(self) -> int:
        """Return how many criteria nobody has researched."""
        return self.counts[UNSEEN]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sheet with every criterion, in their order, and the verdicts over them.

    `parts` holds a verdict per part of the assessment, `steps` one per due-diligence step over
    the standard and implementation together, `total` the one over all.
    """

    sheet: ScoreSheet
    scores: tuple[tuple[AlignmentCriterion, AlignmentScore], ...]
    parts: dict[AssessmentPart, Verdict]
    steps: dict[str, Verdict]
    total: Verdict

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the ids of the criteria that nobody has researched."""
        return tuple(c.id for c, score in self.scores if score.alignment is UNSEEN)


def verdict(scores: Sequence[Alignment]) -> Verdict:
    """Return the verdict over some scores.

    >>> found = verdict([Alignment.FULLY, Alignment.PARTLY, Alignment.NOT_APPLICABLE])
    >>> found.alignment.value, found.share
    ('partly', 0.75)
    >>> verdict([Alignment.FULLY, Alignment.NOT_RESEARCHED]).share is None
    True
    """
    counts = {kind: sum(score is kind for score in scores) for kind in Alignment}
    held = [score for score in scores if score in POINTS]
    if counts[UNSEEN]:
        return Verdict(None, None, counts)
    if not held:
        return Verdict(Alignment.NOT_APPLICABLE, None, counts)
    share = sum(POINTS[score] for score in held) / (2 * len(held))
    whole = {0.0: Alignment.NOT, 1.0: Alignment.FULLY}
    return Verdict(whole.get(share, Alignment.PARTLY), share, counts)


def score(sheet: ScoreSheet, criteria: Sequence[AlignmentCriterion]) -> Scored:
    """Return a sheet with its verdicts; a criterion without a row is not researched.

    The overall verdict asks for all criteria, so one that is not researched leaves it open.
    """
    given = {item.criterion: item for item in sheet.scores}
    rows = tuple(
        (c, given.get(c.id) or AlignmentScore(criterion=c.id, alignment=UNSEEN)) for c in criteria
    )
    steps = dict.fromkeys(c.step for c in criteria if c.step is not None)
    return Scored(
        sheet,
        rows,
        {
            part: verdict([item.alignment for c, item in rows if c.part is part])
            for part in AssessmentPart
        },
        {step: verdict([i.alignment for c, i in rows if c.step == step]) for step in steps},
        verdict([item.alignment for _, item in rows]),
    )
