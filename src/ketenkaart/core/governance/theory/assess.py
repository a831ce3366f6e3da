"""From evidence to status: what has been found about each assumption, by a stated rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ketenkaart.core.governance.theory.types import (
    AssumptionStatus,
    Direction,
    StatusRule,
    Strength,
    Theory,
    TheoryArrow,
    TheoryEvidence,
)

_FOR = {Direction.SUPPORTS, Direction.MIXED}
_AGAINST = {Direction.CONTRADICTS, Direction.MIXED}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The status of one arrow and what it rests on.

    `support` and `contradiction` are the strongest findings that count on either side, `none`
    where there is no such finding. `is_disputed`: findings that count point both ways.
    `set_aside` is evidence that is shown but did not count.
    """

    arrow: TheoryArrow
    status: AssumptionStatus
    support: Strength
    contradiction: Strength
    set_aside: tuple[TheoryEvidence, ...]

    @property
    def is_disputed(self) -> bool:
        """Return whether findings that count point both ways."""
        return Strength.NONE not in (self.support, self.contradiction)

    @property
    def rank(self) -> int:
        """Return how far the arrow holds: 0 contradicted, 1 untested, from 2 supported.

        A supported arrow ranks by its strongest support: weak 2, moderate 3, strong 4.
        """
        if self.status is AssumptionStatus.SUPPORTED:
            return 1 + self.support.order
        return int(self.status is AssumptionStatus.UNTESTED)


def assess(arrow: TheoryArrow, rule: StatusRule) -> Assessment:
    """Return the status of an assumption.

    Untested: no finding counts. Supported: the strongest finding for it is stronger than the
    strongest against it. Contradicted: otherwise; a tie goes against the assumption, for it is
    the theory that claims something. A mixed finding counts on both sides.
    """
    counted = [item for item in arrow.evidence if _counts(item, rule)]
    support = _strongest((item for item in counted if item.direction in _FOR), rule)
    against = _strongest((item for item in counted if item.direction in _AGAINST), rule)
    if support is against is Strength.NONE:
        status = AssumptionStatus.UNTESTED
    elif support.order > against.order:
        status = AssumptionStatus.SUPPORTED
    else:
        status = AssumptionStatus.CONTRADICTED
    set_aside = tuple(item for item in arrow.evidence if item not in counted)
    return Assessment(arrow, status, support, against, set_aside)


def assess_all(theory: Theory, rule: StatusRule) -> dict[str, Assessment]:
    """Return the assessment of every arrow by its id, in the order of the theory."""
    return {arrow.id: assess(arrow, rule) for arrow in theory.arrows}


def _counts(item: TheoryEvidence, rule: StatusRule) -> bool:
    return (
        item.direction is not Direction.NOT_FOUND
        and item.citation.grade not in rule.set_aside
        and rule.design(item.design).strength.order >= max(1, rule.counts_from.order)
    )


def _strongest(items: Iterable[TheoryEvidence], rule: StatusRule) -> Strength:
    return max(
        (rule.design(item.design).strength for item in items),
        key=lambda strength: strength.order,
        default=Strength.NONE,
    )
