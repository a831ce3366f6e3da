"""From patterns of reach to a problem: weights per cell, options as increments, worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.types import Booleans, Exposure, Floats
from ketenkaart.core.governance.mix.patterns import ENDS, Patterns
from ketenkaart.core.governance.mix.problem import Condition, Ints, Problem, problem_of
from ketenkaart.core.governance.mix.types import Rule
from ketenkaart.core.risk.types import NodeIntensity

CENTRE = 1.0


@dataclass(frozen=True, slots=True)
class Situation:
    """Weights and reaches of merged cells; a cell is a pattern in a sector, for a class of issues.

    `pattern` and `sector` (m,) are those of every cell; `weights` (3, issues, m) are low, central
    and high, of the part whose intensity is known. `class_of` (issues,) puts issues together that
    every instrument treats alike; `class_masks` (K, classes) is 1 where it is in scope. `after`
    (K,) is the instrument that an option builds on: a level on the level before it, an extension on
    what exists; -1 for none. `groups` (K,) numbers what is uncertain together: the levels of one
    candidate share a draw.
    """

    patterns: Patterns
    pattern: Ints
    sector: Ints
    weights: Floats
    class_of: Ints
    class_masks: Floats
    after: Ints
    groups: Ints

    @property
    def sectors(self) -> int:
        """Number of sectors."""
        return int(self.sector.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class World:
    """One way things could be: for every group of options and every issue a place in its interval.

    0 is the low end, 1 the central value, 2 the high end. `cost` (K,) is what options cost in it.
    """

    reach: Floats
    intensity: Floats
    cost: Floats


def situation_of(
    exposure: Exposure,
    patterns: Patterns,
    intensity: NodeIntensity,
    severity: Floats,
    sector_of_node: Ints,
    counts: Booleans,
    after: Ints,
    groups: Ints,
) -> Situation:
    """Return the situation at the nodes that count (n,); `severity` is s per issue."""
    shape = exposure.values.shape
    node = np.broadcast_to(np.arange(shape[2])[None, None, :, None], shape).ravel()
    E = exposure.values.ravel()
    kept = np.flatnonzero((E > 0) & counts[node])
    node, E, pattern = node[kept], E[kept], patterns.of_cell[kept]
    width = int(sector_of_node.max()) + 1
    keys, cell = np.unique(pattern * width + sector_of_node[node], return_inverse=True)
    cell = cell.reshape(-1)
    weights = np.zeros((ENDS, len(severity), len(keys)))
    known = intensity.known[0]
    for end, values in enumerate((intensity.low, intensity.central, intensity.high)):
        q = np.nan_to_num(values[0]) * (known > 0)
        q = q * known if end == 1 else np.minimum(q, 1.0) * known
        for issue, s in enumerate(severity):
            found = np.bincount(cell, E * q[issue][node] * s, minlength=len(keys))
            weights[end, issue] = found
    weights[0] = np.minimum(weights[0], weights[1])
    weights[2] = np.maximum(weights[2], weights[1])
    masks = patterns.issues[:, 1, :]
    classes, class_of = np.unique(masks, axis=1, return_inverse=True)
    return Situation(
        patterns=patterns,
        pattern=(keys // width).astype(np.int64),
        sector=(keys % width).astype(np.int64),
        weights=weights,
        class_of=class_of.reshape(-1).astype(np.int64),
        class_masks=classes,
        after=after,
        groups=groups,
    )


def central_world(situation: Situation, cost: Floats) -> World:
    """Return the world in which everything has its central value."""
    issues = situation.weights.shape[1]
    groups = int(situation.groups.max(initial=-1)) + 1
    return World(np.full(groups, CENTRE), np.full(issues, CENTRE), cost)


def problem_in(
    situation: Situation,
    world: World,
    conditions: Sequence[Condition],
    *,
    needs: Sequence[tuple[int, int]],
    forced: Sequence[int],
    rule: Rule,
    worst_sector: bool,
) -> Problem:
    """Return the problem of choosing options in one world.

    Under the rule `independent` an option stands for what it leaves less open than the one that it
    builds on: 1 - (1 - a) / (1 - a before).
    """
    shares = _shares(situation, world)
    if rule == "independent":
        shares = _increments(shares, situation)
    weights = _weights(situation, world)
    dense = np.concatenate([shares * mask[:, None] for mask in situation.class_masks.T], axis=1)
    blocks = np.tile(situation.sector, situation.class_masks.shape[1])
    flat = weights.ravel()
    floors = None
    if worst_sector:
        floors = np.bincount(blocks, flat, minlength=situation.sectors).astype(np.float64)
        reached = np.bincount(blocks, flat * dense.any(axis=0), minlength=situation.sectors)
        floors[reached <= 0] = 0.0
    return problem_of(
        dense,
        flat,
        world.cost,
        conditions,
        blocks=blocks,
        rule=rule,
        needs=needs,
        forced=forced,
        floors=floors,
    )


def total_weight(situation: Situation, world: World) -> float:
    """Return all weight of known intensity in a world."""
    return float(_weights(situation, world).sum())


def weight_by_sector(situation: Situation, world: World) -> Floats:
    """Return all weight of known intensity per sector in a world."""
    summed = _weights(situation, world).sum(axis=0)
    return np.bincount(situation.sector, summed, minlength=situation.sectors).astype(np.float64)


def between(ends: Floats, place: Floats) -> Floats:
    """Return values at a place between three ends (first axis): 0 low, 1 central, 2 high.

    >>> between(np.array([[0.0], [1.0], [5.0]]), np.array([1.5])).tolist()
    [3.0]
    """
    below = np.clip(place, 0.0, 1.0)
    above = np.clip(place - 1.0, 0.0, 1.0)
    return np.asarray(ends[0] + (ends[1] - ends[0]) * below + (ends[2] - ends[1]) * above)


def _shares(situation: Situation, world: World) -> Floats:
    """Return what every option reaches of every cell in a world, shape (K, m)."""
    patterns = situation.patterns
    found = np.zeros((len(patterns.names), len(situation.pattern)))
    for k in range(len(found)):
        ends = patterns.structure[k] * patterns.scale[k][:, None]
        place = np.full(1, world.reach[situation.groups[k]])
        found[k] = between(ends, place)[situation.pattern]
    return found


def _increments(shares: Floats, situation: Situation) -> Floats:
    found = shares.copy()
    for k, before in enumerate(situation.after):
        if before >= 0:
            left = 1.0 - shares[before]
            more = np.divide(1.0 - shares[k], left, out=np.ones_like(left), where=left > 0)
            found[k] = np.clip(1.0 - more, 0.0, 1.0)
    # what is left of a subtraction of equals is noise, not reach
    found[found < 1e-12] = 0.0
    return found


def _weights(situation: Situation, world: World) -> Floats:
    """Return the weight per class of issues and cell in a world."""
    per_issue = between(situation.weights, world.intensity[:, None])
    summed = np.zeros((situation.class_masks.shape[1], len(situation.pattern)))
    np.add.at(summed, situation.class_of, per_issue)
    return summed
