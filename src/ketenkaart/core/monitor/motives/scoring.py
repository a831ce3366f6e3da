"""Turn answers into scores: means of scales, and how far a firm goes in each step."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.motives.types import (
    Answers,
    Behaviour,
    MotiveScale,
    SegmentRule,
    States,
)
from ketenkaart.core.monitor.types import NOT_APPLICABLE, Floats


def turned(scale: MotiveScale, values: Floats, codes: tuple[int, ...]) -> Floats:
    """Return values by firm and item in which reversed items are turned round."""
    low, high = min(codes), max(codes)
    signs = np.array([item.is_reversed for item in scale.items])
    return np.where(signs, low + high - values, values)


def scale_score(values: Floats, states: States, least: float) -> tuple[Floats, States]:
    """Return the mean answer of each firm, and why there is none where it is NaN.

    Items that do not apply are left out; of the others at least the share `least` was answered.
    Without a score the reason is that of most unanswered items, the first in order on a tie; a
    scale none of whose items applies is not applicable.
    """
    known = states == 0
    applies = states != NOT_APPLICABLE
    answered, asked = known.sum(axis=1), applies.sum(axis=1)
    enough = (answered > 0) & (answered >= least * asked - 1e-9)
    total = np.where(known, values, 0.0).sum(axis=1)
    score = np.where(enough, total / np.maximum(answered, 1), np.nan)
    why = np.array([(states == state).sum(axis=1) for state in range(1, 5)])
    why[NOT_APPLICABLE - 1] = np.where(asked > 0, -1, why[NOT_APPLICABLE - 1])
    reason = (why.argmax(axis=0) + 1).astype(np.int8)
    return score, np.where(enough, 0, reason).astype(np.int8)


def behaviour_scores(
    answers: Answers, steps: list[tuple[str, slice]], most: float, rule: SegmentRule
) -> Behaviour:
    """Return how far each firm goes, from answers by item (0 to `most`) of each step.

    A step's score is the mean of its items that apply, over `most`; steps none of whose items
    applies count for nothing, and their weight falls to the others.
    """
    lows, highs, weights = [], [], []
    for name, place in steps:
        values, states = answers.values[:, place], answers.states[:, place]
        applies = states != NOT_APPLICABLE
        count = applies.sum(axis=1)
        known = np.where(states == 0, values, 0.0).sum(axis=1) / most
        open_items = (applies & (states != 0)).sum(axis=1)
        safe = np.maximum(count, 1)
        lows.append(np.where(count > 0, known / safe, np.nan))
        highs.append(np.where(count > 0, (known + open_items) / safe, np.nan))
        weights.append(np.where(count > 0, rule.step_weights.get(name, 0.0), 0.0))
    step_low, step_high = np.array(lows).T, np.array(highs).T
    heavy = np.array(weights).T
    low, high = _mean(step_low, heavy), _mean(step_high, heavy)
    return Behaviour(low, high, np.where(low == high, low, np.nan), step_low, step_high)


def _mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    summed = np.where(weights > 0, np.nan_to_num(values) * weights, 0.0).sum(axis=1)
    return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)
