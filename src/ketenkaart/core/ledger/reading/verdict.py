"""One word for an answer: from what its sentences say to position, follow-up and class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ketenkaart.core.ledger.reading.answers import Force, Signal
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass

_GOES_ON = re.compile(r"voortgezet|blijf|blijv|gehandhaafd|continue", re.IGNORECASE)
"""Words that say of a refused step what stays instead."""

_ORDER = (
    FollowUp.NEW_ACTION,
    FollowUp.REVISION_DONE,
    FollowUp.STANDING_POLICY,
    FollowUp.DEFERRED,
)
_CLASS_OF_STEP = {
    FollowUp.NEW_ACTION: ResponseClass.ADOPTED,
    FollowUp.REVISION_DONE: ResponseClass.ADOPTED,
    FollowUp.STANDING_POLICY: ResponseClass.STANDING_POLICY,
    FollowUp.DEFERRED: ResponseClass.TO_BE_CONSIDERED,
    FollowUp.OUTSIDE_SCOPE: ResponseClass.OUTSIDE_SCOPE,
    FollowUp.NO_ACTION: ResponseClass.TO_BE_CONSIDERED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer is coded, and how much the words that decided it are worth."""

    position: Position
    follow_up: FollowUp
    response_class: ResponseClass
    weight: float


UNANSWERED = Verdict(Position.NONE_GIVEN, FollowUp.NO_ACTION, ResponseClass.TO_BE_CONSIDERED, 0.5)
"""Advice that the letter does not answer: nothing is refused, so it stays to be considered."""

DESCRIBED = Verdict(
    Position.NONE_GIVEN, FollowUp.STANDING_POLICY, ResponseClass.STANDING_POLICY, 0.4
)
"""Advice that is met by a description of what there is, without a word of assent or of a step."""


def verdict(found: Sequence[Signal]) -> Verdict:
    """Return how an answer is coded, from what its sentences say in their order.

    A plain word of agreement or refusal decides the class; without one the first step that is
    named does. Later reasons do not turn an agreement around, later exceptions make it partial.
    """
    position, force = _position(found)
    follow_up = _follow_up(found, position)
    chosen = _class(found, position, force, follow_up)
    weight = {Force.PLAIN: 1.0, Force.MILD: 0.9, Force.HINT: 0.75}[force]
    return Verdict(position, follow_up, chosen, weight if found else 0.5)


def _position(found: Sequence[Signal]) -> tuple[Position, Force]:
    given = [signal for signal in found if signal.position is not None]
    if not given:
        return Position.NONE_GIVEN, Force.HINT
    force = max(signal.force for signal in given)
    plain = [signal for signal in given if signal.force is force]
    first = plain[0]
    positions = {signal.position for signal in plain}
    if first.position is None:
        return Position.NONE_GIVEN, Force.HINT
    if len(positions) > 1:
        if Position.ADOPTED_IN_PART in positions and Position.NOT_ADOPTED not in positions:
            return Position.ADOPTED_IN_PART, force
        if positions >= {Position.ADOPTED, Position.NOT_ADOPTED}:
            return _mixed(plain), force
    return first.position, force


def _mixed(plain: Sequence[Signal]) -> Position:
    is_adopted = plain[0].position is Position.ADOPTED
    return Position.ADOPTED_IN_PART if is_adopted else Position.NOT_ADOPTED


def _follow_up(found: Sequence[Signal], position: Position) -> FollowUp:
    steps = {signal.follow_up for signal in found if signal.follow_up is not None}
    if position is Position.NOT_ADOPTED:
        goes_on = any(_GOES_ON.search(signal.words) for signal in found)
        return FollowUp.STANDING_POLICY if goes_on else FollowUp.NO_ACTION
    if FollowUp.OUTSIDE_SCOPE in steps and position is Position.NONE_GIVEN:
        first = next(signal.follow_up for signal in found if signal.follow_up is not None)
        if first is FollowUp.OUTSIDE_SCOPE:
            return first
    if position is Position.NONE_GIVEN:
        lead = next((s.follow_up for s in found if s.follow_up is not None), None)
        return lead or FollowUp.NO_ACTION
    return next((step for step in _ORDER if step in steps), FollowUp.NO_ACTION)


def _class(
    found: Sequence[Signal], position: Position, force: Force, follow_up: FollowUp
) -> ResponseClass:
    steps = [signal.follow_up for signal in found if signal.follow_up is not None]
    if position is Position.NOT_ADOPTED:
        return _class_of_refusal(found, force, steps)
    deciding = next((s for s in found if s.position is position), None)
    if deciding is not None and deciding.follow_up is FollowUp.STANDING_POLICY:
        return ResponseClass.STANDING_POLICY
    if position is Position.NONE_GIVEN:
        return _CLASS_OF_STEP[steps[0] if steps else follow_up]
    if force is Force.HINT and steps:
        return _CLASS_OF_STEP[steps[0]]
    if position is Position.ADOPTED_IN_PART:
        return ResponseClass.ADOPTED_IN_PART
    return ResponseClass.ADOPTED


def _class_of_refusal(
    found: Sequence[Signal], force: Force, steps: Sequence[FollowUp]
) -> ResponseClass:
    """Return the class of a refusal: one for now, or of what others decide, is none."""
    is_temporary = any(signal.is_temporary for signal in found)
    if is_temporary and FollowUp.DEFERRED in steps:
        return ResponseClass.TO_BE_CONSIDERED
    if force is Force.PLAIN:
        return ResponseClass.NOT_ADOPTED
    if FollowUp.OUTSIDE_SCOPE in steps:
        return ResponseClass.OUTSIDE_SCOPE
    is_deferred = FollowUp.DEFERRED in steps[:1]
    return ResponseClass.TO_BE_CONSIDERED if is_deferred else ResponseClass.NOT_ADOPTED
